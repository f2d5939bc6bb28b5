// Change sets, from what an undo log remembers and from two stores.
#ifndef RELATA_GRAPH_CHANGE_SETS_H_
#define RELATA_GRAPH_CHANGE_SETS_H_

#include "absl/status/statusor.h"
#include "graph/store_state.h"
#include "relata/change_set.h"

namespace relata::internal {

// From the state at a savepoint that is still open to the present one. O(records since).
ChangeSet ChangesSince(const StoreState& state, const StoreState::Savepoint& savepoint);

// From one store to another of an equal schema. O(rows of pages that they do not share).
ChangeSet Diff(const StoreState& before, const StoreState& after);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_CHANGE_SETS_H_
