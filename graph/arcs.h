// Arcs: sets of foreign keys of one model of which at most, or exactly, one is set in a row
// (SchemaBuilder::BelongsToOneOf). The keys themselves are foreign keys like all others; here is
// what holds between them. Models without arcs cost one test of `state.arcs(m).empty()`.
#ifndef RELATA_GRAPH_ARCS_H_
#define RELATA_GRAPH_ARCS_H_

#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "graph/operations.h"
#include "graph/schema_data.h"
#include "graph/store_state.h"
#include "relata/status.h"

namespace relata::internal {

// The arcs of every model. Reads the finished models, foreign keys, associations and one_ofs.
std::vector<std::vector<Arc>> MakeArcs(const SchemaData& schema);

// Judges a row of model `m` by its nulls: whether nothing is wrong with it, and what is (kCheck),
// naming the arc and what to do about it.
using NullTest = absl::FunctionRef<bool(std::uint32_t attribute)>;
bool ArcsHold(const StoreState& state, std::uint32_t m, NullTest is_null);
void AddArcProblems(const StoreState& state, std::uint32_t m, NullTest is_null,
                    std::vector<Problem>& problems);
// OK, or the first of the problems.
absl::Status CheckArcs(const StoreState& state, std::uint32_t m, NullTest is_null);

// A row is about to be linked by `f`: adds the nulls that clear the other alternatives of its arc,
// as far as row `slot` has any of them set; of a new row (kNoSlot), all of them.
void ClearOthers(const StoreState& state, ForeignKey f, std::uint32_t slot,
                 AttributeValues& values);
// The attributes that are nulled to unlink a row by `f`, and nothing else is (rule R14): of an
// alternative those that are its own, else those that may be null. Where none may, all of them,
// which is then refused.
absl::InlinedVector<std::uint32_t, 4> ClearedBy(const StoreState& state, ForeignKey f);
// Adds the nulls that clear whatever alternative of an arc is set in a row.
void ClearArc(const StoreState& state, Instance instance, OneOf one_of, AttributeValues& values);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ARCS_H_
