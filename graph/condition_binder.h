// Makes conditions ready to run: looks names up, checks types, turns literals into bounds, and
// notes what is known of every row for which the condition holds, which is what access paths are
// chosen by.
#ifndef RELATA_GRAPH_CONDITION_BINDER_H_
#define RELATA_GRAPH_CONDITION_BINDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/condition_node.h"
#include "graph/row_filter.h"
#include "graph/store_state.h"

namespace relata::internal {

// What holds of an attribute of every row that a condition holds for: it is one of some values, or
// it lies in a range. Values are of the attribute's type.
struct AttributeFact {
  std::uint32_t attribute = 0;
  std::vector<Value> values;  // or else
  std::optional<Value> low;
  std::optional<Value> high;
  bool low_open = false;
  bool high_open = false;
  bool is_range() const { return low.has_value() || high.has_value(); }
};
struct LinkedFact {
  Association association;
  std::uint32_t slot = 0;
};
struct Facts {
  std::vector<AttributeFact> attributes;
  std::vector<LinkedFact> linked;
  // Each a list of which one at least holds of a row: what an OR knows.
  std::vector<std::vector<Facts>> any;
  bool empty() const { return attributes.empty() && linked.empty() && any.empty(); }
};

// An attribute of the rows of a model, or of rows that they lead to.
struct BoundAttribute {
  Model model;
  std::uint32_t attribute = 0;
  CellLayout cell;
  std::vector<ScopedWalk> path;
  std::string name;  // for messages
};

// InvalidArgument for a name, a field or an association that is not of `model`.
absl::StatusOr<BoundAttribute> BindAttribute(const StoreState& state, Model model,
                                             const AttributeRef& attribute);
// kNotAssociated for an association of another model.
absl::StatusOr<Association> BindAssociation(const StoreState& state, Model source,
                                            const AssociationRef& association);
ScopedWalk BindWalk(const StoreState& state, Association association);

class ConditionBinder {
 public:
  // `facts` may be null.
  static absl::StatusOr<RowFilter> Bind(const StoreState& state, Model model,
                                        const Condition& condition, Facts* facts = nullptr);

 private:
  // Where to go on.
  struct Exits {
    std::uint32_t on_true;
    std::uint32_t on_false;
  };
  ConditionBinder(const StoreState& state, Model model, Facts* facts)
      : state_(state), model_(model), facts_(facts) {}

  // Each gives the test to begin with. `sure`: the condition holds for every row that is taken.
  absl::StatusOr<std::uint32_t> Emit(const ConditionNode* node, bool negated, Exits exits,
                                     bool sure);
  absl::StatusOr<std::uint32_t> EmitList(const ConditionNode& node, bool negated, Exits exits,
                                         bool sure);
  absl::StatusOr<std::uint32_t> EmitCompare(const ConditionNode& node, Comparison comparison,
                                            Exits exits, bool sure);
  absl::StatusOr<std::uint32_t> EmitPair(const ConditionNode& node, Comparison comparison,
                                         Exits exits);
  absl::StatusOr<std::uint32_t> EmitIn(const ConditionNode& node, const BoundAttribute& left,
                                       bool negated, Exits exits, bool sure);
  absl::StatusOr<std::uint32_t> EmitValue(const BoundAttribute& left, Comparison comparison,
                                          const Value& value, Exits exits, bool sure);
  absl::StatusOr<std::uint32_t> EmitLike(const BoundAttribute& left, bool negated,
                                         const Value& pattern, Exits exits);
  absl::StatusOr<std::uint32_t> EmitExists(const ConditionNode& node, bool negated, Exits exits);
  absl::StatusOr<std::uint32_t> EmitLinked(const ConditionNode& node, bool negated, Exits exits,
                                           bool sure);
  // A test of the bounds of one value. False when no value passes.
  bool RangeTest(RowTest& test, Comparison comparison, const Value& value);
  absl::Status CheckComparable(const BoundAttribute& left, const Value& value) const;
  void NoteRange(const BoundAttribute& left, Comparison comparison, const Value& value);

  RowTest TestOf(const BoundAttribute& attribute, TestKind kind);
  std::uint32_t PathOf(const BoundAttribute& attribute);
  std::uint32_t Add(RowTest test, Exits exits);

  const StoreState& state_;
  Model model_;
  Facts* facts_;
  RowFilter filter_;
  int depth_ = 0;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_CONDITION_BINDER_H_
