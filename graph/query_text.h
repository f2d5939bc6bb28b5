// How a query is run, for people.
#ifndef RELATA_GRAPH_QUERY_TEXT_H_
#define RELATA_GRAPH_QUERY_TEXT_H_

#include <string>

#include "graph/bound_query.h"

namespace relata::internal {

// One line for each level, includes indented below the level that they belong to.
std::string ExplainQuery(const BoundQuery& query);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_QUERY_TEXT_H_
