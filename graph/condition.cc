#include "relata/condition.h"

#include <utility>

#include "graph/condition_node.h"

namespace relata {

using internal::Comparison;
using internal::ConditionAccess;
using internal::ConditionNode;
using Kind = internal::ConditionNode::Kind;

namespace {

Condition Compare(Comparison comparison, const AttributeRef& left, const Operand& operand) {
  ConditionNode node;
  node.kind = Kind::kCompare;
  node.comparison = comparison;
  node.left = left;
  if (operand.attribute() != nullptr) {
    node.right = *operand.attribute();
  } else {
    node.values = {*operand.value()};
  }
  return ConditionAccess::Make(std::move(node));
}

Condition Combine(Kind kind, std::vector<Condition> parts) {
  ConditionNode node;
  node.kind = kind;
  node.parts = std::move(parts);
  return ConditionAccess::Make(std::move(node));
}

// A chain of the same operator becomes one node, so that no depth comes of length.
Condition Join(Kind kind, Condition a, Condition b) {
  std::shared_ptr<ConditionNode>& node = ConditionAccess::Pointer(a);
  if (node != nullptr && node->kind == kind) {
    if (node.use_count() > 1) node = std::make_shared<ConditionNode>(*node);
    node->parts.push_back(std::move(b));
    return a;
  }
  return Combine(kind, {std::move(a), std::move(b)});
}

bool IsNullLiteral(const Operand& operand) {
  return operand.value() != nullptr && operand.value()->is_null();
}

}  // namespace

AttributeRef Model::operator[](std::string_view attribute) const {
  return AttributeRef(*this, attribute);
}

AttributeRef Association::operator[](std::string_view attribute) const {
  return (*this)[AttributeRef(Model(), attribute)];
}

AttributeRef Association::operator[](const AttributeRef& attribute) const {
  AttributeRef result = attribute;
  result.path_.insert(result.path_.begin(), *this);
  return result;
}

Condition operator&&(Condition a, Condition b) {
  if (ConditionAccess::Node(a) == nullptr) return b;
  if (ConditionAccess::Node(b) == nullptr) return a;
  return Join(Kind::kAll, std::move(a), std::move(b));
}

Condition operator||(Condition a, Condition b) {
  return Join(Kind::kAny, std::move(a), std::move(b));
}

Condition operator!(Condition condition) { return Combine(Kind::kNot, {std::move(condition)}); }

Condition AllOf(std::vector<Condition> parts) { return Combine(Kind::kAll, std::move(parts)); }
Condition AnyOf(std::vector<Condition> parts) { return Combine(Kind::kAny, std::move(parts)); }

Condition operator==(const AttributeRef& a, const Operand& b) {
  return Compare(IsNullLiteral(b) ? Comparison::kIs : Comparison::kEqual, a, b);
}
Condition operator!=(const AttributeRef& a, const Operand& b) {
  return Compare(IsNullLiteral(b) ? Comparison::kIsNot : Comparison::kNotEqual, a, b);
}
Condition operator<(const AttributeRef& a, const Operand& b) {
  return Compare(Comparison::kLess, a, b);
}
Condition operator<=(const AttributeRef& a, const Operand& b) {
  return Compare(Comparison::kLessEqual, a, b);
}
Condition operator>(const AttributeRef& a, const Operand& b) {
  return Compare(Comparison::kGreater, a, b);
}
Condition operator>=(const AttributeRef& a, const Operand& b) {
  return Compare(Comparison::kGreaterEqual, a, b);
}

Condition AttributeRef::Between(const Operand& low, const Operand& high) const {
  return Compare(Comparison::kGreaterEqual, *this, low) &&
         Compare(Comparison::kLessEqual, *this, high);
}
Condition AttributeRef::NotBetween(const Operand& low, const Operand& high) const {
  return Compare(Comparison::kLess, *this, low) || Compare(Comparison::kGreater, *this, high);
}

Condition AttributeRef::In(std::vector<Value> values) const {
  ConditionNode node;
  node.kind = Kind::kCompare;
  node.comparison = Comparison::kIn;
  node.left = *this;
  node.values = std::move(values);
  return ConditionAccess::Make(std::move(node));
}
Condition AttributeRef::NotIn(std::vector<Value> values) const { return !In(std::move(values)); }

Condition AttributeRef::Like(const Value& pattern) const {
  return Compare(Comparison::kLike, *this, pattern);
}
Condition AttributeRef::NotLike(const Value& pattern) const {
  return Compare(Comparison::kNotLike, *this, pattern);
}
Condition AttributeRef::Is(const Operand& other) const {
  return Compare(Comparison::kIs, *this, other);
}
Condition AttributeRef::IsNot(const Operand& other) const {
  return Compare(Comparison::kIsNot, *this, other);
}
Condition AttributeRef::IsNull() const { return Is(nullptr); }
Condition AttributeRef::IsNotNull() const { return IsNot(nullptr); }

Condition Exists(AssociationRef association, Condition condition, Condition through) {
  ConditionNode node;
  node.kind = Kind::kExists;
  node.association = std::move(association);
  node.parts = {std::move(condition), std::move(through)};
  return ConditionAccess::Make(std::move(node));
}

Condition Linked(AssociationRef association, Instance instance) {
  ConditionNode node;
  node.kind = Kind::kLinked;
  node.association = std::move(association);
  node.instance = instance;
  return ConditionAccess::Make(std::move(node));
}

}  // namespace relata
