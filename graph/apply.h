// Carries out a plan. Everything was judged when it was made, so nothing can fail here.
#ifndef RELATA_GRAPH_APPLY_H_
#define RELATA_GRAPH_APPLY_H_

#include "graph/store_state.h"
#include "relata/plan.h"

namespace relata::internal {

// REQUIRES: the plan is not blocked and was made for this very state.
void ApplyPlan(StoreState& state, const Plan& plan);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_APPLY_H_
