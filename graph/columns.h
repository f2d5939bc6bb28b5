// Rows into a store that is being loaded, column by column (Loader::AppendColumns).
#ifndef RELATA_GRAPH_COLUMNS_H_
#define RELATA_GRAPH_COLUMNS_H_

#include <cstddef>
#include <span>

#include "absl/status/status.h"
#include "graph/store_state.h"
#include "relata/loader.h"

namespace relata::internal {

// Everything that can be wrong with a row by itself, or with its keys, is found. The store is fit
// for nothing but to be destroyed after an error.
absl::Status AppendColumns(StoreState& state, Model model, std::size_t rows,
                           std::span<const Column> columns);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_COLUMNS_H_
