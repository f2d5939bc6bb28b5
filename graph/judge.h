// Judging a row before it is created or updated. The way to success asks one question at a time and
// gathers nothing; once something was found wrong, everything that is wrong with the row is.
#ifndef RELATA_GRAPH_JUDGE_H_
#define RELATA_GRAPH_JUDGE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/status.h"
#include "relata/validation.h"

namespace relata::internal {

// Makes what callbacks are shown. The views borrow their arguments.
struct RowViewAccess {
  // `row` has a value for each attribute.
  static RowView OfNew(const StoreState& state, std::uint32_t m, const std::vector<ValueView>& row);
  // Of several values for one attribute the last counts.
  static RowView OfUpdate(const StoreState& state, Instance instance,
                          const AttributeValues& values);
  static const StoreState& State(const RowView& row) { return *row.state_; }
};

// FailedPrecondition: a callback that may only read has attempted a change.
absl::Status ReadOnlyError();

// Whether a reference that resolves to nothing is accepted for now.
bool MayDangle(const StoreState& state, const ForeignKeyInfo& info);

// In place of a parent: the row that is being created itself.
inline constexpr std::uint32_t kSelf = kDanglingSlot;
// What a foreign key of a new row will be linked to: a slot, kSelf, or kNoSlot for null and for a
// reference that may dangle; nothing when it must not.
std::optional<std::uint32_t> FindParentOfNew(const StoreState& state, ForeignKey f,
                                             const std::vector<ValueView>& row);

// Calls the validators for what is new or changes in the row, or for `everything` in it.
void AddRuleProblems(const RowView& row, std::vector<Problem>& problems, bool everything = false);

// OK unless a validator refuses.
absl::Status Validate(const RowView& row, bool everything = false);
// The error with all that is wrong. REQUIRES: something is; for an update, the values are normal
// and no key is concerned.
absl::Status RefuseNew(const StoreState& state, std::uint32_t m, const std::vector<ValueView>& row);
absl::Status RefuseUpdate(const StoreState& state, Instance instance,
                          const AttributeValues& values);
// The error of every value that its attribute does not take. REQUIRES: there is one.
absl::Status RefuseTypes(const StoreState& state, std::uint32_t m, const AttributeValues& values);
// The error of every name that is none of the model's; `otherwise` if there is none.
absl::Status RefuseNames(const StoreState& state, std::uint32_t m,
                         std::span<const std::string_view> names, const absl::Status& otherwise);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_JUDGE_H_
