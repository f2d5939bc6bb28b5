// The operations on single rows that everything else is composed of: each judges itself, and has
// changed nothing when it fails.
#ifndef RELATA_GRAPH_OPERATIONS_H_
#define RELATA_GRAPH_OPERATIONS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/store_state.h"
#include "relata/draft.h"
#include "relata/plan.h"
#include "relata/value.h"

namespace relata::internal {

struct AttributeValue {
  std::uint32_t attribute;
  ValueView value;
};
using AttributeValues = std::vector<AttributeValue>;

// Names to attributes. The views borrow from `values`. InvalidArgument: an unknown name, or the
// same twice.
absl::StatusOr<AttributeValues> Resolve(const StoreState& state, std::uint32_t m,
                                        const Values& values);

absl::StatusOr<AttributeValues> Resolve(const StoreState& state, std::uint32_t m,
                                        std::span<const NamedView> values);

// The same for entries: a belongsTo becomes values for its foreign key. The views borrow from the
// entries and from the rows that they refer to. InvalidArgument: a field of another model, a link
// that is no belongsTo of it; NotFound: a target that is gone.
absl::StatusOr<AttributeValues> Resolve(const StoreState& state, std::uint32_t m,
                                        std::span<const Entry> entries);

// The row with a primary key. NotFound, or InvalidArgument for a key of the wrong form.
absl::StatusOr<std::uint32_t> FindByKey(const StoreState& state, std::uint32_t m, const Key& key);

// An attribute that is not given gets its default; the last of several values for one counts.
absl::StatusOr<Instance> CreateRow(StoreState& state, std::uint32_t m,
                                   const AttributeValues& values);
absl::Status UpdateRow(StoreState& state, Instance instance, const AttributeValues& values);
absl::Status DeleteRows(StoreState& state, std::span<const Instance> instances);

absl::StatusOr<Plan> PlanDeleteRows(const StoreState& state, std::span<const Instance> instances);
absl::StatusOr<Plan> PlanUpdateRows(const StoreState& state, std::span<const Instance> instances,
                                    const AttributeValues& values);
absl::Status ApplyIfUnblocked(StoreState& state, const Plan& plan);

// Makes several operations one: rolls back unless told to keep them.
class Statement {
 public:
  explicit Statement(StoreState& state) : state_(state) { state_.BeginSavepoint(false); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() {
    if (!kept_) state_.RollBack();
  }
  // The last thing that an operation does: observers may be told, and change the store again.
  void Keep() {
    kept_ = true;
    state_.Release();
  }

 private:
  StoreState& state_;
  bool kept_ = false;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_OPERATIONS_H_
