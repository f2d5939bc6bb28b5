// Conditions on instances, written as C++ expressions: what a query asks of its rows.
//
//   Condition star = player["goals"] > 100 && player["name"].Like("B%");
//   Condition arsenal = its_team["name"] == "Arsenal";      // of the associated row
//   Condition busy = Exists(players, player["goals"] >= 10) && !Exists(rivals);
//   Condition fair = player["goals"] >= player["assists"];  // attribute against attribute
//   Condition typed = goals > 100 && Between(assists, 5, 20);  // fields: checked by the compiler
//
// A condition is a value: cheap to copy, bound to no store. Models and associations are named by
// handles, attributes by name; they are looked up when a query that uses the condition is run, and
// what does not fit is refused then with InvalidArgument: an attribute that its model does not
// have, an attribute of another model than the rows', a value of another type than the attribute's
// (an INTEGER and a DOUBLE compare by value; nothing else is converted). Rule R12.
//
// Truth is SQL's, of three values. A comparison with null is unknown, and so is its opposite; a row
// is taken when the whole condition is true. The one concession: == and != of a literal null ask
// for null itself, as Is and IsNot do, since nobody means a condition that never holds. An
// attribute of an associated row is null when no row is associated.
//
// Text and bytes compare byte by byte (UTF-8: by code point), UUIDs as their text does, false
// before true, null before everything (in orders; as a comparison it is unknown).
//
// A condition is judged once for each row that a query looks at, and no further than the answer
// needs, what costs least first: the order in which its parts are written does not matter. Exists
// costs the links that it looks at. What an index can serve, the query finds out (Store::Explain).
#ifndef RELATA_CONDITION_H_
#define RELATA_CONDITION_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "relata/handle.h"
#include "relata/value.h"

namespace relata {

class Operand;

namespace internal {
struct ConditionNode;
struct ConditionAccess;
}  // namespace internal

// A condition; one that is default-made holds for every row. Immutable, safe to share between
// threads. O(parts) to combine at worst.
class Condition {
 public:
  Condition() = default;

  friend Condition operator&&(Condition a, Condition b);
  friend Condition operator||(Condition a, Condition b);
  friend Condition operator!(Condition condition);

 private:
  friend struct internal::ConditionAccess;
  explicit Condition(std::shared_ptr<internal::ConditionNode> node) : node_(std::move(node)) {}
  std::shared_ptr<internal::ConditionNode> node_;  // never changed once it is shared
};

// All of several conditions, true of none; any of them, false of none.
Condition AllOf(std::vector<Condition> parts);
Condition AnyOf(std::vector<Condition> parts);

// An association by its handle, or by the name under which it is reached from the model at hand.
class AssociationRef {
 public:
  AssociationRef(Association association) : association_(association) {}
  AssociationRef(const char* name) : name_(name) {}
  AssociationRef(std::string_view name) : name_(name) {}
  AssociationRef(std::string name) : name_(std::move(name)) {}

  // The handle, when there is no name.
  Association association() const { return association_; }
  const std::string& name() const { return name_; }

 private:
  Association association_;
  std::string name_;
};

// An attribute in a condition or an order: of the row at hand (`player["goals"]`, or a Field), or
// of the row that one or more associations to one lead to (`its_team["name"]`,
// `its_team[its_league["country"]]`).
class AttributeRef {
 public:
  AttributeRef(Model model, std::string_view name) : model_(model), name_(name) {}
  template <typename T>
  AttributeRef(const Field<T>& field)
      : model_(field.model()), position_(field.place_.attribute), type_(Field<T>::kType) {}

  // SQL's comparisons, with a value or with another attribute of the same row.
  friend Condition operator==(const AttributeRef& a, const Operand& b);
  friend Condition operator!=(const AttributeRef& a, const Operand& b);
  friend Condition operator<(const AttributeRef& a, const Operand& b);
  friend Condition operator<=(const AttributeRef& a, const Operand& b);
  friend Condition operator>(const AttributeRef& a, const Operand& b);
  friend Condition operator>=(const AttributeRef& a, const Operand& b);

  // Between the bounds, both included: low <= attribute && attribute <= high.
  Condition Between(const Operand& low, const Operand& high) const;
  Condition NotBetween(const Operand& low, const Operand& high) const;
  // Equal to one of the values. A null among them equals nothing, so that NotIn then never holds.
  // Of no values, In never holds and NotIn always does, also of null.
  Condition In(std::vector<Value> values) const;
  Condition NotIn(std::vector<Value> values) const;
  // Text, or the text of a UUID, that matches a pattern in whole: % stands for any number of
  // characters, _ for one character (a code point); the case of ASCII letters is ignored. Nothing
  // escapes % and _.
  Condition Like(const Value& pattern) const;
  Condition NotLike(const Value& pattern) const;
  // The same value, null being the same as null: never unknown.
  Condition Is(const Operand& other) const;
  Condition IsNot(const Operand& other) const;
  Condition IsNull() const;
  Condition IsNotNull() const;

  // The associations that lead to the attribute's row, from the row at hand.
  const std::vector<Association>& path() const { return path_; }
  // Whose attribute it is; UINT32_MAX for the target of the last association.
  Model model() const { return model_; }
  // Empty for an attribute that a field names by its position.
  const std::string& name() const { return name_; }
  std::uint32_t position() const { return position_; }
  Type type() const { return type_; }  // of the field

 private:
  friend struct Association;
  std::vector<Association> path_;
  Model model_;
  std::string name_;
  std::uint32_t position_ = 0;
  Type type_ = Type::kInteger;
};

// What an attribute is compared with.
class Operand {
 public:
  template <typename T>
  requires(std::constructible_from<Value, T> && !std::same_as<std::remove_cvref_t<T>, Operand>)
      Operand(T&& value)
      : operand_(std::in_place_type<Value>, std::forward<T>(value)) {}
  Operand(BytesView bytes)
      : operand_(std::in_place_type<Value>, BytesValue(bytes.begin(), bytes.end())) {}
  Operand(AttributeRef attribute) : operand_(std::move(attribute)) {}
  template <typename T>
  Operand(const Field<T>& field) : operand_(AttributeRef(field)) {}

  // nullptr when it is not one.
  const Value* value() const { return std::get_if<Value>(&operand_); }
  const AttributeRef* attribute() const { return std::get_if<AttributeRef>(&operand_); }

 private:
  std::variant<Value, AttributeRef> operand_;
};

// That at least one row is associated, for which `condition` holds, and `through` of the join row
// of a belongsToMany. Sees what is in the association's scope (rule R13). Stops at the first.
Condition Exists(AssociationRef association, Condition condition = {}, Condition through = {});
// That this very instance is associated. In a query, an index: the instance's links are walked.
Condition Linked(AssociationRef association, Instance instance);

// ----- fields: the same conditions, with types that the compiler checks

namespace internal {

template <typename V>
concept Number = std::is_arithmetic_v<V> && !std::same_as<V, bool> && !std::same_as<V, char>;

template <typename V>
struct IsField : std::false_type {};
template <typename T>
struct IsField<Field<T>> : std::true_type {};

// Whether a V is comparable with an attribute that is read as T.
template <typename T, typename V>
concept SameKind = (Number<T> && Number<V>) || (std::same_as<T, bool> && std::same_as<V, bool>) ||
                   (!Number<T> && !std::same_as<T, bool> && !Number<V> &&
                    !std::same_as<V, std::nullptr_t> && std::convertible_to<const V&, T>);

template <typename T, typename V>
struct ComparableTypes : std::bool_constant<SameKind<typename Field<T>::Unwrapped, V>> {};
template <typename T, typename U>
struct ComparableTypes<T, Field<U>>
    : std::bool_constant<SameKind<typename Field<T>::Unwrapped, typename Field<U>::Unwrapped>> {};

template <typename T, typename V>
concept Comparable = ComparableTypes<T, V>::value;
// Only a field that may be null can be asked for null.
template <typename T, typename V>
concept Equatable = Comparable<T, V> ||(Field<T>::kNullable&& std::same_as<V, std::nullptr_t>);

template <typename T, typename V>
Operand OperandOf(const V& value) {
  using U = typename Field<T>::Unwrapped;
  if constexpr (Number<U> || std::same_as<V, std::nullptr_t> || IsField<V>::value) {
    return Operand(value);
  } else {
    return Operand(static_cast<U>(value));
  }
}

}  // namespace internal

template <typename T, typename V>
requires internal::Equatable<T, V> Condition operator==(const Field<T>& a, const V& b) {
  return AttributeRef(a) == internal::OperandOf<T>(b);
}
template <typename T, typename V>
requires internal::Equatable<T, V> Condition operator!=(const Field<T>& a, const V& b) {
  return AttributeRef(a) != internal::OperandOf<T>(b);
}
template <typename T, typename V>
requires internal::Comparable<T, V> Condition operator<(const Field<T>& a, const V& b) {
  return AttributeRef(a) < internal::OperandOf<T>(b);
}
template <typename T, typename V>
requires internal::Comparable<T, V> Condition operator<=(const Field<T>& a, const V& b) {
  return AttributeRef(a) <= internal::OperandOf<T>(b);
}
template <typename T, typename V>
requires internal::Comparable<T, V> Condition operator>(const Field<T>& a, const V& b) {
  return AttributeRef(a) > internal::OperandOf<T>(b);
}
template <typename T, typename V>
requires internal::Comparable<T, V> Condition operator>=(const Field<T>& a, const V& b) {
  return AttributeRef(a) >= internal::OperandOf<T>(b);
}

template <typename T, typename V, typename W>
requires(internal::Comparable<T, V>&& internal::Comparable<T, W>) Condition
    Between(const Field<T>& field, const V& low, const W& high) {
  return AttributeRef(field).Between(internal::OperandOf<T>(low), internal::OperandOf<T>(high));
}
template <typename T, typename V, typename W>
requires(internal::Comparable<T, V>&& internal::Comparable<T, W>) Condition
    NotBetween(const Field<T>& field, const V& low, const W& high) {
  return AttributeRef(field).NotBetween(internal::OperandOf<T>(low), internal::OperandOf<T>(high));
}
template <typename T>
Condition In(const Field<T>& field, std::initializer_list<typename Field<T>::Unwrapped> values) {
  std::vector<Value> list;
  for (const auto& value : values) list.push_back(*internal::OperandOf<T>(value).value());
  return AttributeRef(field).In(std::move(list));
}
template <typename T>
Condition NotIn(const Field<T>& field, std::initializer_list<typename Field<T>::Unwrapped> values) {
  return !In(field, values);
}
template <typename T>
requires(Field<T>::kType == Type::kText || Field<T>::kType == Type::kUuid) Condition
    Like(const Field<T>& field, std::string_view pattern) {
  return AttributeRef(field).Like(pattern);
}
template <typename T>
requires(Field<T>::kType == Type::kText || Field<T>::kType == Type::kUuid) Condition
    NotLike(const Field<T>& field, std::string_view pattern) {
  return AttributeRef(field).NotLike(pattern);
}
template <typename T>
requires(Field<T>::kNullable) Condition IsNull(const Field<T>& field) {
  return AttributeRef(field).IsNull();
}
template <typename T>
requires(Field<T>::kNullable) Condition IsNotNull(const Field<T>& field) {
  return AttributeRef(field).IsNotNull();
}

}  // namespace relata

#endif  // RELATA_CONDITION_H_
