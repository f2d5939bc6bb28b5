// Handles: small copyable names of what a schema or a store holds. None of them owns anything and
// none is ever dangling: a store tells a handle that has gone stale from a live one.
#ifndef RELATA_HANDLE_H_
#define RELATA_HANDLE_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "relata/value.h"

namespace relata {

class AttributeRef;  // relata/condition.h

// A model of a schema: the position at which it was defined. Join models that no one defined come
// after all that were.
struct Model {
  std::uint32_t index = UINT32_MAX;
  // An attribute of the model's rows, for conditions and orders (relata/condition.h).
  AttributeRef operator[](std::string_view attribute) const;
  friend auto operator<=>(const Model&, const Model&) = default;
};

class Entry;
struct Instance;

// An association of a schema, as declared by one call: the position at which it was declared.
struct Association {
  std::uint32_t index = UINT32_MAX;
  // A belongsTo with the instance that it is to refer to: `its_team(arsenal)`.
  Entry operator()(const Instance& target) const;
  // Of an association to one: an attribute of the row that it leads to (relata/condition.h).
  AttributeRef operator[](std::string_view attribute) const;
  AttributeRef operator[](const AttributeRef& attribute) const;
  friend auto operator<=>(const Association&, const Association&) = default;
};

// An association to an instance of one of several models (SchemaBuilder::BelongsToOneOf and
// Dispatch): the position at which it was declared among its like.
struct OneOf {
  std::uint32_t index = UINT32_MAX;
  friend auto operator<=>(const OneOf&, const OneOf&) = default;
};

// A foreign key of a schema. Declarations that meet in one foreign key share it.
struct ForeignKey {
  std::uint32_t index = UINT32_MAX;
  friend auto operator<=>(const ForeignKey&, const ForeignKey&) = default;
};

// An instance in a store: where it is, and the stamp of its birth. Stamps are drawn from one
// counter for the whole process, so no two instances ever share one: a handle to an instance that
// is gone, or that was created in another store or on the other side of a fork, is recognised as
// stale and never reads another row. After a fork, instances that existed before it have the same
// handle in both stores.
struct Instance {
  std::uint32_t model = UINT32_MAX;
  std::uint32_t slot = UINT32_MAX;
  std::uint64_t stamp = 0;

  Model of() const { return Model{model}; }
  friend auto operator<=>(const Instance&, const Instance&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Instance& i) {
    return H::combine(std::move(h), i.model, i.slot, i.stamp);
  }
};

namespace internal {

template <typename T>
struct FieldType;  // T is no type that an attribute can be read as
template <>
struct FieldType<std::int64_t> {
  static constexpr Type kType = Type::kInteger;
};
template <>
struct FieldType<double> {
  static constexpr Type kType = Type::kDouble;
};
template <>
struct FieldType<bool> {
  static constexpr Type kType = Type::kBoolean;
};
template <>
struct FieldType<std::string_view> {
  static constexpr Type kType = Type::kText;
};
template <>
struct FieldType<BytesView> {
  static constexpr Type kType = Type::kBytes;
};
template <>
struct FieldType<UuidValue> {
  static constexpr Type kType = Type::kUuid;
};
template <>
struct FieldType<TimestampValue> {
  static constexpr Type kType = Type::kTimestamp;
};

template <typename T>
struct Unwrapped {
  using type = T;
  static constexpr bool kOptional = false;
};
template <typename T>
struct Unwrapped<std::optional<T>> {
  using type = T;
  static constexpr bool kOptional = true;
};

// Where an attribute lies in the rows of its model.
struct FieldPlace {
  std::uint32_t model = UINT32_MAX;
  std::uint32_t attribute = 0;
  std::uint32_t offset = 0;     // of the cell, from the start of the row
  std::uint32_t null_byte = 0;  // of the byte that holds the null bit
  std::uint8_t null_mask = 0;
  std::uint32_t key = UINT32_MAX;  // of ModelInfo::keys: the one that is this attribute alone
  bool home = false;               // the primary key is this integer
  bool free_standing = false;      // in no key, foreign key or index
  // The schema (SchemaData::serial) in which a write concerns the attribute alone: it is
  // free-standing, and its model has no validators. 0: a write may concern more.
  std::uint64_t unjudged_in = 0;
};

}  // namespace internal

// What an attribute or a belongsTo of an instance is to be, resolved when the program starts and
// not at every call: `name("Henry")` of a Field, `its_team(arsenal)` of an Association. Borrows
// text and bytes: it lives no longer than what it was made of, so write it where it is used.
class Entry {
 public:
  bool is_link() const { return link_; }
  Model model() const { return Model{model_}; }                    // of a field
  std::uint32_t attribute() const { return index_; }               // of a field
  const ValueView& value() const { return value_; }                // of a field
  Association association() const { return Association{index_}; }  // of a link
  const Instance& target() const { return target_; }               // of a link

 private:
  template <typename T>
  friend class Field;
  friend struct Association;
  Entry(std::uint32_t model, std::uint32_t attribute, const ValueView& value)
      : model_(model), index_(attribute), value_(value) {}
  Entry(Association association, const Instance& target)
      : index_(association.index), link_(true), target_(target) {}

  std::uint32_t model_ = UINT32_MAX;
  std::uint32_t index_ = 0;
  bool link_ = false;
  ValueView value_;
  Instance target_;
};

inline Entry Association::operator()(const Instance& target) const { return Entry(*this, target); }

// An attribute of a model, resolved and type-checked once (Schema::FieldOf), that is then read at
// the cost of a struct member. T is std::int64_t, double, bool, std::string_view, BytesView,
// UuidValue or TimestampValue, or std::optional of one of these when the attribute is nullable.
template <typename T>
class Field {
 public:
  using Unwrapped = typename internal::Unwrapped<T>::type;
  static constexpr Type kType = internal::FieldType<Unwrapped>::kType;
  static constexpr bool kNullable = internal::Unwrapped<T>::kOptional;

  Field() = default;
  Model model() const { return Model{place_.model}; }
  // This attribute with a value for it.
  Entry operator()(T value) const {
    if constexpr (kNullable) {
      return Entry(place_.model, place_.attribute,
                   value.has_value() ? ValueView(*value) : ValueView());
    } else {
      return Entry(place_.model, place_.attribute, ValueView(value));
    }
  }

 private:
  friend class AttributeRef;
  friend class Row;
  friend class RowView;
  friend class Schema;
  friend class Store;
  friend class TypedStore;
  explicit Field(const internal::FieldPlace& place) : place_(place) {}
  internal::FieldPlace place_;
};

}  // namespace relata

#endif  // RELATA_HANDLE_H_
