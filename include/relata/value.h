// What an attribute may hold: the closed set of types, owning values and views of values.
//
// `Value` owns its contents and is what the cold paths speak (creating, finding, change sets).
// `ValueView` borrows them and is what the paths between a store and a database speak: no
// allocation, valid only until the next change of the store it came from.
#ifndef RELATA_VALUE_H_
#define RELATA_VALUE_H_

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace relata {

// The types of attributes.
enum class Type : std::uint8_t {
  kInteger,    // 64 bits, signed
  kDouble,     // IEEE 754 binary64; never NaN, and -0.0 is kept as 0.0 (as SQLite does)
  kBoolean,    //
  kText,       // UTF-8, checked when it is written; may hold NUL
  kBytes,      // any bytes
  kUuid,       // 16 bytes
  kTimestamp,  // microseconds since 1970-01-01 00:00 UTC
};

// "INTEGER", "DOUBLE", "BOOLEAN", "TEXT", "BYTES", "UUID" or "TIMESTAMP".
std::string_view TypeName(Type type);

using BytesValue = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;
using TimestampValue = std::chrono::sys_time<std::chrono::microseconds>;

// A UUID of any version; ordered as its text is.
struct UuidValue {
  std::array<std::uint8_t, 16> bytes{};

  // Reads the form 8-4-4-4-12 in hexadecimal digits of either case; nothing else is a UUID.
  static std::optional<UuidValue> Parse(std::string_view text);
  // The form 8-4-4-4-12 in lower case.
  std::string ToString() const;

  friend auto operator<=>(const UuidValue&, const UuidValue&) = default;
};

// A borrowed value; std::monostate is null.
using ValueView = std::variant<std::monostate, std::int64_t, double, bool, std::string_view,
                               BytesView, UuidValue, TimestampValue>;

// An owned value or null. Converts from what a caller has at hand: any integer, any floating-point
// number, bool, text, bytes, UUID, time point, nullptr or std::nullopt for null, and std::optional
// of any of these. A value has no conversion of its own: 1 is not true, and "1" is not 1.
class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(std::nullopt_t) {}
  Value(bool v) : v_(v) {}
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) Value(T v)
      : v_(static_cast<std::int64_t>(v)) {
    static_assert(sizeof(T) < 8 || std::is_signed_v<T>,
                  "an unsigned 64-bit number does not fit an INTEGER: cast it to std::int64_t");
  }
  template <std::floating_point T>
  Value(T v) : v_(static_cast<double>(v)) {}
  Value(const char* v) : v_(std::string(v)) {}
  Value(std::string_view v) : v_(std::string(v)) {}
  Value(std::string v) : v_(std::move(v)) {}
  Value(BytesValue v) : v_(std::move(v)) {}
  Value(UuidValue v) : v_(v) {}
  Value(TimestampValue v) : v_(v) {}
  template <typename T>
  requires std::constructible_from<Value, T> Value(std::optional<T> v) {
    if (v.has_value()) *this = Value(*std::move(v));
  }
  template <typename T>
  Value(const T*) = delete;  // a pointer is not a boolean
  // Copies what the view borrows.
  static Value From(const ValueView& view);

  bool is_null() const { return v_.index() == 0; }
  // The contents when they are of type T (std::int64_t, double, bool, std::string, BytesValue,
  // UuidValue or TimestampValue), else nullptr.
  template <typename T>
  const T* get_if() const {
    return std::get_if<T>(&v_);
  }
  // A view of this value, valid as long as the value is neither changed nor destroyed.
  ValueView view() const;
  // For people: 42, 1.5, true, 'text', x'00ff', a UUID, 2024-05-01T12:00:00.000000Z, null. Text
  // and bytes are shortened past some 60 characters.
  std::string ToString() const;

  // Same type and same contents; null equals null (this is not SQL's comparison).
  friend bool operator==(const Value&, const Value&) = default;
  // A total order: null first, then by type in the order of `Type`, then by contents; text by
  // its bytes.
  friend bool operator<(const Value& a, const Value& b);

 private:
  std::variant<std::monostate, std::int64_t, double, bool, std::string, BytesValue, UuidValue,
               TimestampValue>
      v_;
};

std::string ToString(const ValueView& view);
// As the operators of Value.
bool Equal(const ValueView& a, const ValueView& b);
bool Less(const ValueView& a, const ValueView& b);
// The type of a view that is not null.
std::optional<Type> TypeOf(const ValueView& view);

// An attribute's name with a value for it.
struct NamedValue {
  std::string name;
  Value value;
};
using Values = std::vector<NamedValue>;

// A primary key or another unique key: one value for each of its attributes, in their order.
class Key {
 public:
  Key() = default;
  template <typename T>
  requires(std::constructible_from<Value, T> && !std::same_as<std::remove_cvref_t<T>, Key>)
      Key(T&& part) {
    parts_.emplace_back(std::forward<T>(part));
  }
  Key(std::initializer_list<Value> parts) : parts_(parts) {}
  explicit Key(std::vector<Value> parts) : parts_(std::move(parts)) {}

  const std::vector<Value>& parts() const { return parts_; }
  // As Value::ToString; several parts in parentheses.
  std::string ToString() const;
  friend bool operator==(const Key&, const Key&) = default;
  friend bool operator<(const Key& a, const Key& b) { return a.parts_ < b.parts_; }

 private:
  std::vector<Value> parts_;
};

}  // namespace relata

#endif  // RELATA_VALUE_H_
