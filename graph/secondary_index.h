// A secondary index of either kind.
#ifndef RELATA_GRAPH_SECONDARY_INDEX_H_
#define RELATA_GRAPH_SECONDARY_INDEX_H_

#include <cstddef>
#include <variant>
#include <vector>

#include "graph/hashed_index.h"
#include "graph/ordered_index.h"
#include "relata/schema.h"

namespace relata::internal {

using SecondaryIndex = std::variant<HashedIndex, OrderedIndex>;

// One empty index for each that a model declares.
std::vector<SecondaryIndex> MakeIndexes(const std::vector<IndexInfo>& indexes);
// Indexes that share every page with these.
std::vector<SecondaryIndex> ForkIndexes(std::vector<SecondaryIndex>& indexes);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_SECONDARY_INDEX_H_
