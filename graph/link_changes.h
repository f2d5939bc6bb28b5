// What associations link now and did not before, and the other way round.
#ifndef RELATA_GRAPH_LINK_CHANGES_H_
#define RELATA_GRAPH_LINK_CHANGES_H_

#include <vector>

#include "graph/store_state.h"
#include "relata/observer.h"

namespace relata::internal {

// From the state at a savepoint that is still open to the present one: for each association in the
// order of their indices, links that ended, then links that came, by source and target. A row is
// the same before and after when it is one instance, or was created again under its key.
// O(records since + links of rows whose scope values may have changed).
std::vector<LinkChange> LinksSince(const StoreState& state, const StoreState::Savepoint& since,
                                   std::vector<Association> associations);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_LINK_CHANGES_H_
