// What the program says about the graph, in aligned tables on standard output.
#ifndef EXAMPLES_PACKAGE_GRAPH_REPORT_H_
#define EXAMPLES_PACKAGE_GRAPH_REPORT_H_

#include <cstddef>
#include <string_view>

#include "examples/package_graph/package_schema.h"
#include "examples/package_graph/removal.h"
#include "relata/relata.h"

namespace package_graph {

// A heading, with an empty line above it.
void PrintHeading(std::string_view text);

// Rows and bytes of every model, links of every foreign key, and what packages say of each other.
void PrintGraph(const PackageSchema& schema, const relata::Store& store);

// What would happen to the section with the most packages, and to such a maintainer.
void PrintOtherPlans(const PackageSchema& schema, const relata::Store& store);

// What `removal` would do: how much of each model goes, what is nulled and what stands in the way;
// lists have at most `rows` rows.
void PrintRemoval(const PackageSchema& schema, const relata::Store& store, const Removal& removal,
                  std::size_t rows);

// The chain of associations that takes `victim` along. REQUIRES: removal.Takes(victim).
void PrintExplanation(const PackageSchema& schema, const relata::Store& store,
                      const Removal& removal, relata::Instance victim);

// Rows of each model that differ in number.
void PrintDifference(const PackageSchema& schema, const relata::Store& before,
                     const relata::Store& after);

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_REPORT_H_
