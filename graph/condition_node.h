// What a Condition points to: one node of the expression as it was written, names and all. Nodes
// are shared by the conditions made of them, and never change once they are.
#ifndef RELATA_GRAPH_CONDITION_NODE_H_
#define RELATA_GRAPH_CONDITION_NODE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "relata/condition.h"
#include "relata/handle.h"

namespace relata::internal {

// How an attribute is compared. Each has an opposite, so that a condition can be negated by
// negating its tests (De Morgan's laws hold in SQL's logic).
enum class Comparison : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kGreaterEqual,
  kGreater,
  kLessEqual,
  kIs,
  kIsNot,
  kLike,
  kNotLike,
  kIn,
  kNotIn,
};

inline Comparison Opposite(Comparison c) {
  return static_cast<Comparison>(static_cast<std::uint8_t>(c) ^ 1);
}

struct ConditionNode {
  enum class Kind : std::uint8_t { kAll, kAny, kNot, kCompare, kExists, kLinked };
  Kind kind = Kind::kAll;
  // kAll, kAny: the operands; kNot: the one; kExists: of the target, and of the join row.
  std::vector<Condition> parts;

  Comparison comparison = Comparison::kEqual;  // kCompare
  std::optional<AttributeRef> left;
  std::optional<AttributeRef> right;  // or else
  std::vector<Value> values;          // several for kIn and kNotIn

  std::optional<AssociationRef> association;  // kExists, kLinked
  Instance instance;                          // kLinked
};

struct ConditionAccess {
  // Null for the condition that always holds.
  static const ConditionNode* Node(const Condition& condition) { return condition.node_.get(); }
  static Condition Make(ConditionNode node) {
    return Condition(std::make_shared<ConditionNode>(std::move(node)));
  }
  static std::shared_ptr<ConditionNode>& Pointer(Condition& condition) { return condition.node_; }
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_CONDITION_NODE_H_
