// The short way to delete: rows that take others with them by ON DELETE CASCADE and leave no trace
// anywhere else. They are found, cut off and removed without a plan being written down, and nothing
// is allocated that is not kept for the next time.
//
// Promises: where more follows than that (children that stay, in whatever manner), it is given up
// with nothing changed, and a plan decides. What it does is what that plan would have done, to the
// order in which slots are used again.
#ifndef RELATA_GRAPH_PLAIN_DELETE_H_
#define RELATA_GRAPH_PLAIN_DELETE_H_

#include <span>

#include "graph/store_state.h"
#include "relata/handle.h"

namespace relata::internal {

// False when the delete is not plain. REQUIRES: the instances are alive; nobody observes the state,
// and no callback runs.
bool DeletePlainly(StoreState& state, std::span<const Instance> instances);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_PLAIN_DELETE_H_
