// From the packages of a file to a graph.
#ifndef EXAMPLES_PACKAGE_GRAPH_LOAD_H_
#define EXAMPLES_PACKAGE_GRAPH_LOAD_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "examples/package_graph/package_file.h"
#include "examples/package_graph/package_schema.h"
#include "relata/relata.h"

namespace package_graph {

// A store with all that `file` says. `progress` is told now and then how many of its packages are
// done; linking them all comes after the last one. Keys of requirements and the like count from 1
// in the order of the file. InvalidArgument for text that is not UTF-8, naming file and line.
absl::StatusOr<relata::Store> LoadGraph(const PackageSchema& schema, const PackageFile& file,
                                        const std::function<void(std::size_t)>& progress = nullptr);

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_LOAD_H_
