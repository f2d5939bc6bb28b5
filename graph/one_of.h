// Associations to one of several models: which alternative is meant.
#ifndef RELATA_GRAPH_ONE_OF_H_
#define RELATA_GRAPH_ONE_OF_H_

#include "absl/status/statusor.h"
#include "graph/store_state.h"
#include "relata/handle.h"

namespace relata::internal {

// The alternative that is of a model. InvalidArgument when none is, or more than one.
absl::StatusOr<Association> AlternativeFor(const StoreState& state, OneOf one_of, Model model);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ONE_OF_H_
