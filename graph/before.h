// Asking the observers of a store about a step of an operation before it is carried out. Called
// only when there are any; `write` carries the step out, and may be called to see what it leads to:
// it is then undone.
#ifndef RELATA_GRAPH_BEFORE_H_
#define RELATA_GRAPH_BEFORE_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/plan.h"

namespace relata::internal {

// What must hold before a change when the state is guarded: FailedPrecondition in a callback that
// may only read, ResourceExhausted when observers answer each other without end.
absl::Status CheckGuard(const StoreState& state);

// OK, or kRefused by the first that refuses.
absl::Status AskNew(StoreState& state, std::uint32_t m, const std::vector<ValueView>& row,
                    const std::function<void()>& write);
absl::Status AskUpdate(StoreState& state, Instance instance, const AttributeValues& values,
                       const std::function<void()>& write);
absl::Status AskPlan(StoreState& state, const Plan& plan, const std::function<void()>& write);

// The positions in deletions() in the order in which observers are told of them: each after those
// that refer to it, in the reverse order otherwise. O(rows and links of the plan, times log rows).
std::vector<std::uint32_t> DeletionOrder(const StoreState& state, const Plan& plan);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_BEFORE_H_
