// Rows by the names that people use, and what people call a row.
#ifndef EXAMPLES_PACKAGE_GRAPH_NAMES_H_
#define EXAMPLES_PACKAGE_GRAPH_NAMES_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "examples/package_graph/package_schema.h"
#include "relata/relata.h"

namespace package_graph {

// A package by NAME, NAME:ARCHITECTURE or NAME=VERSION; or another row by section:NAME,
// maintainer:ADDRESS or virtual:NAME. NotFound names what comes near; InvalidArgument lists the
// packages when several bear the name. O(packages).
absl::StatusOr<relata::Instance> FindByName(const PackageSchema& schema, const relata::Store& store,
                                            std::string_view name);

// "git 1:2.39.2-1.1".
std::string PackageTitle(const PackageSchema& schema, const relata::Store& store,
                         relata::Instance package);
// As it stands in the file: "Depends: default-mta | mail-transport-agent".
std::string RequirementText(const PackageSchema& schema, const relata::Store& store,
                            relata::Instance requirement);
// What people call any row of the graph.
std::string Title(const PackageSchema& schema, const relata::Store& store,
                  relata::Instance instance);
// "alternative.satisfier": the foreign key by its owner and association.
std::string LinkName(const PackageSchema& schema, relata::ForeignKey foreign_key);

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_NAMES_H_
