// Describes a C++ struct by running its `serialize` once: the archive that it is given notes down
// each member instead of writing it. Not part of the public API; everything here may change.
#ifndef RELATA_INTERNAL_STRUCT_MEMBERS_H_
#define RELATA_INTERNAL_STRUCT_MEMBERS_H_

#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <ratio>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "relata/internal/struct_type.h"
#include "relata/value.h"

// What a struct makes its friend so that cereal reaches a private `serialize`; complete only where
// cereal is included.
namespace cereal {
class access;
}  // namespace cereal

namespace relata::internal {

// ----- the types that a member may have
//
// A codec says which attribute a C++ type makes and what a field of it reads, and translates.

template <typename M>
struct MemberCodec {
  static constexpr bool kHeld = false;
};

template <typename T>
concept WholeNumber = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                      !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                      !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <typename T>
constexpr const char* HoldsOf() {
  constexpr bool kSigned = std::is_signed_v<T>;
  if (sizeof(T) == 1) return kSigned ? "a signed 8-bit integer" : "an unsigned 8-bit integer";
  if (sizeof(T) == 2) return kSigned ? "a signed 16-bit integer" : "an unsigned 16-bit integer";
  if (sizeof(T) == 4) return kSigned ? "a signed 32-bit integer" : "an unsigned 32-bit integer";
  return kSigned ? "a signed 64-bit integer" : "an unsigned 64-bit integer";
}

// What all codecs have in common; each says what differs.
template <Type kAttributeType, typename R>
struct CodecOf {
  static constexpr bool kHeld = true;
  static constexpr bool kOptional = false;
  static constexpr bool kNarrow = false;  // load may fail
  static constexpr bool kRounds = false;  // load may lose digits
  static constexpr Type kType = kAttributeType;
  using Read = R;      // what a field of the attribute reads
  using Argument = R;  // what it is set to
};

// A type that an attribute holds as it is.
template <Type kAttributeType, typename M>
struct PlainCodec : CodecOf<kAttributeType, M> {
  static constexpr const char* kHolds = "";
  static bool View(const M& member, ValueView& value) {
    value = member;
    return true;
  }
  static bool Load(const ValueView& value, M* member) {
    if (member != nullptr) *member = *std::get_if<M>(&value);
    return true;
  }
};

template <>
struct MemberCodec<bool> : PlainCodec<Type::kBoolean, bool> {};
template <>
struct MemberCodec<double> : PlainCodec<Type::kDouble, double> {};
template <>
struct MemberCodec<UuidValue> : PlainCodec<Type::kUuid, UuidValue> {};

template <WholeNumber M>
struct MemberCodec<M> : CodecOf<Type::kInteger, std::int64_t> {
  static constexpr const char* kHolds = HoldsOf<M>();
  static constexpr bool kNarrow = sizeof(M) < 8 || std::is_unsigned_v<M>;
  using Argument = M;
  static bool View(const M& member, ValueView& value) {
    value = static_cast<std::int64_t>(member);
    return std::in_range<std::int64_t>(member);
  }
  static bool Load(const ValueView& value, M* member) {
    const std::int64_t number = *std::get_if<std::int64_t>(&value);
    if (!std::in_range<M>(number)) return false;
    if (member != nullptr) *member = static_cast<M>(number);
    return true;
  }
};

// An enumeration is the number beneath it.
template <typename E>
concept NumberedEnum = std::is_enum_v<E> && !std::same_as<E, std::byte> &&
                       !std::same_as<std::underlying_type_t<E>, bool>;

template <NumberedEnum M>
struct MemberCodec<M> : CodecOf<Type::kInteger, std::int64_t> {
  using Plain = std::underlying_type_t<M>;
  using Number = typename std::conditional_t<std::is_signed_v<Plain>, std::make_signed<Plain>,
                                             std::make_unsigned<Plain>>::type;
  using Inner = MemberCodec<Number>;
  static constexpr const char* kHolds = Inner::kHolds;
  static constexpr bool kNarrow = Inner::kNarrow;
  using Argument = M;
  static bool View(const M& member, ValueView& value) {
    return Inner::View(static_cast<Number>(member), value);
  }
  static bool Load(const ValueView& value, M* member) {
    Number number{};
    if (!Inner::Load(value, &number)) return false;
    if (member != nullptr) *member = static_cast<M>(number);
    return true;
  }
};

// Loading rounds to the nearest float, and fails for what is beyond the largest.
template <>
struct MemberCodec<float> : CodecOf<Type::kDouble, double> {
  static constexpr const char* kHolds = "a float";
  static constexpr bool kNarrow = true;
  static constexpr bool kRounds = true;
  using Argument = float;
  static bool View(const float& member, ValueView& value) {
    value = static_cast<double>(member);
    return true;
  }
  static bool Load(const ValueView& value, float* member) {
    const double number = *std::get_if<double>(&value);
    if (std::isfinite(number) && std::abs(number) > std::numeric_limits<float>::max()) return false;
    if (member != nullptr) *member = static_cast<float>(number);
    return true;
  }
};

template <>
struct MemberCodec<std::string> : CodecOf<Type::kText, std::string_view> {
  static constexpr const char* kHolds = "";
  static bool View(const std::string& member, ValueView& value) {
    value = std::string_view(member);
    return true;
  }
  static bool Load(const ValueView& value, std::string* member) {
    if (member != nullptr) *member = *std::get_if<std::string_view>(&value);
    return true;
  }
};

template <typename B>
concept ByteLike = std::same_as<B, std::byte> || std::same_as<B, unsigned char>;

template <ByteLike B>
struct MemberCodec<std::vector<B>> : CodecOf<Type::kBytes, BytesView> {
  using Argument = std::span<const B>;
  static constexpr const char* kHolds = "";
  static bool View(const std::vector<B>& member, ValueView& value) {
    value = BytesView(std::as_bytes(std::span(member)));
    return true;
  }
  static bool Load(const ValueView& value, std::vector<B>* member) {
    if (member == nullptr) return true;
    const BytesView bytes = *std::get_if<BytesView>(&value);
    const auto* first = reinterpret_cast<const B*>(bytes.data());
    member->assign(first, first + bytes.size());
    return true;
  }
};

// `count` times num/den, rounded down; false when it does not fit.
bool ScaleDown(std::int64_t count, std::int64_t num, std::int64_t den, std::int64_t& scaled);

// A point in time by the system clock, in whole ticks of any length. Attributes count microseconds:
// finer ones are dropped when a member is stored, and coarser ticks round down when it is loaded.
template <std::integral R, typename P>
struct MemberCodec<std::chrono::time_point<std::chrono::system_clock, std::chrono::duration<R, P>>>
    : CodecOf<Type::kTimestamp, TimestampValue> {
  using Point = std::chrono::time_point<std::chrono::system_clock, std::chrono::duration<R, P>>;
  using Micros = std::ratio_divide<P, std::micro>;  // in a tick
  static constexpr const char* kHolds = "its time point";
  static constexpr bool kNarrow = !std::same_as<Point, TimestampValue>;
  static constexpr bool kRounds = kNarrow;
  using Argument = Point;
  static bool View(const Point& member, ValueView& value) {
    const R ticks = member.time_since_epoch().count();
    std::int64_t micros = 0;
    if (!std::in_range<std::int64_t>(ticks) ||
        !ScaleDown(static_cast<std::int64_t>(ticks), Micros::num, Micros::den, micros)) {
      return false;
    }
    value = TimestampValue(std::chrono::microseconds(micros));
    return true;
  }
  static bool Load(const ValueView& value, Point* member) {
    const std::int64_t micros = std::get_if<TimestampValue>(&value)->time_since_epoch().count();
    std::int64_t ticks = 0;
    if (!ScaleDown(micros, Micros::den, Micros::num, ticks) || !std::in_range<R>(ticks)) {
      return false;
    }
    if (member != nullptr) *member = Point(typename Point::duration(static_cast<R>(ticks)));
    return true;
  }
};

template <typename M>
requires(MemberCodec<M>::kHeld && !MemberCodec<M>::kOptional) struct MemberCodec<std::optional<M>>
    : CodecOf<MemberCodec<M>::kType, std::optional<typename MemberCodec<M>::Read>> {
  using Inner = MemberCodec<M>;
  static constexpr bool kOptional = true;
  static constexpr const char* kHolds = Inner::kHolds;
  static constexpr bool kNarrow = Inner::kNarrow;
  static constexpr bool kRounds = Inner::kRounds;
  using Argument = std::optional<typename Inner::Argument>;
  static bool View(const std::optional<M>& member, ValueView& value) {
    value = std::monostate();
    return !member.has_value() || Inner::View(*member, value);
  }
  static bool Load(const ValueView& value, std::optional<M>* member) {
    if (value.index() != 0) {
      return Inner::Load(value, member == nullptr     ? nullptr
                                : member->has_value() ? &**member
                                                      : &member->emplace());
    }
    if (member != nullptr) member->reset();
    return true;
  }
};

// A type that a member may have.
template <typename M>
concept AttributeMember = MemberCodec<M>::kHeld;

template <typename M>
bool LoadsAs(const void* member, const ValueView& value) {
  M loaded{};
  return MemberCodec<M>::Load(value, &loaded) && loaded == *static_cast<const M*>(member);
}

template <AttributeMember M>
inline constexpr MemberKind kMemberKind = {
    .type = MemberCodec<M>::kType,
    .optional = MemberCodec<M>::kOptional,
    .holds = MemberCodec<M>::kHolds,
    .narrow = MemberCodec<M>::kNarrow,
    .view =
        [](const void* member, ValueView& value) {
          return MemberCodec<M>::View(*static_cast<const M*>(member), value);
        },
    .load = [](const ValueView& value,
               void* member) { return MemberCodec<M>::Load(value, static_cast<M*>(member)); },
    .same = MemberCodec<M>::kRounds ? &LoadsAs<M> : nullptr,
};

// ----- the archive

// A name with a member, as cereal::NameValuePair is.
template <typename P>
concept NameAndValue = requires(const P& part) {
  { part.name } -> std::convertible_to<const char*>;
  part.value;
};
// A base class, as cereal::base_class is.
template <typename P>
concept BaseOf = requires(const P& part) {
  *part.base_ptr;
};

template <typename>
inline constexpr bool kNever = false;

class MemberScribe;
template <typename T>
auto Serialize(T& object, MemberScribe& scribe);

// What an archive of cereal is to a `serialize`, and an output archive to a `save`.
class MemberScribe {
 public:
  using is_loading = std::false_type;
  using is_saving = std::true_type;

  MemberScribe(const void* object, std::size_t size)
      : begin_(static_cast<const char*>(object)), size_(size) {}

  template <typename... Parts>
  MemberScribe& operator()(Parts&&... parts) {
    (Take(parts), ...);
    return *this;
  }
  template <typename Part>
  MemberScribe& operator&(Part&& part) {
    Take(part);
    return *this;
  }

  std::vector<StructMember> Finish() && { return std::move(members_); }

 private:
  template <typename Part>
  void Take(Part& part) {
    if constexpr (NameAndValue<Part>) {
      static_assert(std::is_lvalue_reference_v<decltype(Part::value)>,
                    "relata: serialize names a temporary, which cannot be read back: name a member "
                    "of the struct");
      TakeMember(part.name, part.value);
    } else if constexpr (BaseOf<Part>) {
      Serialize(*part.base_ptr, *this);
    } else {
      static_assert(kNever<Part>,
                    "relata: serialize gives a member without a name, so no attribute can hold it: "
                    "write CEREAL_NVP(member) or cereal::make_nvp(\"name\", member)");
    }
  }
  template <typename M>
  void TakeMember(const char* name, const M& member) {
    if constexpr (AttributeMember<M>) {
      Add(name, &member, kMemberKind<M>);
    } else {
      static_assert(
          kNever<M>,
          "relata: no attribute can hold a member of this type. Attributes hold integers, enums, "
          "float, double, bool, std::string, std::vector<std::byte>, relata::UuidValue, "
          "std::chrono::sys_time, and std::optional of these; make anything else a model of its "
          "own, associated with this one");
    }
  }
  void Add(const char* name, const void* member, const MemberKind& kind);

  const char* begin_;
  std::size_t size_;
  std::vector<StructMember> members_;
};

// Of a versioned `serialize`, every version's members are wanted: the newest names them.
inline constexpr std::uint32_t kNewestVersion = UINT32_MAX;

template <typename, typename Access>
struct AccessFor {
  using type = Access;
};

// Runs the first of these that a struct has; returns nothing, or something when it has none.
template <typename T>
auto Serialize(T& object, MemberScribe& scribe) {
  using Access = typename AccessFor<T, cereal::access>::type;
  if constexpr (requires { object.serialize(scribe); }) {
    object.serialize(scribe);
  } else if constexpr (requires { object.serialize(scribe, kNewestVersion); }) {
    object.serialize(scribe, kNewestVersion);
  } else if constexpr (requires { std::as_const(object).save(scribe); }) {
    std::as_const(object).save(scribe);
  } else if constexpr (requires { std::as_const(object).save(scribe, kNewestVersion); }) {
    std::as_const(object).save(scribe, kNewestVersion);
  } else if constexpr (requires { serialize(scribe, object); }) {
    serialize(scribe, object);
  } else if constexpr (requires { serialize(scribe, object, kNewestVersion); }) {
    serialize(scribe, object, kNewestVersion);
  } else if constexpr (requires { save(scribe, std::as_const(object)); }) {
    save(scribe, std::as_const(object));
  } else if constexpr (requires { save(scribe, std::as_const(object), kNewestVersion); }) {
    save(scribe, std::as_const(object), kNewestVersion);
  } else if constexpr (requires { Access::member_serialize(scribe, object); }) {
    Access::member_serialize(scribe, object);
  } else if constexpr (requires { Access::member_serialize(scribe, object, kNewestVersion); }) {
    Access::member_serialize(scribe, object, kNewestVersion);
  } else if constexpr (requires { Access::member_save(scribe, std::as_const(object)); }) {
    Access::member_save(scribe, std::as_const(object));
  } else {
    return std::false_type();
  }
}

template <typename T>
concept Serializable = std::is_class_v<T> &&
    std::is_void_v<decltype(Serialize(std::declval<T&>(), std::declval<MemberScribe&>()))>;

template <typename T>
std::vector<StructMember> MembersOf(T& object) {
  MemberScribe scribe(std::addressof(object), sizeof(T));
  Serialize(object, scribe);
  return std::move(scribe).Finish();
}

template <typename T>
const StructType& StructOf() {
  static_assert(Serializable<T>,
                "relata: this struct has no serialize: add `template <class Archive> void "
                "serialize(Archive& ar) { ar(CEREAL_NVP(first), CEREAL_NVP(second)); }`, or a "
                "function serialize(Archive&, Struct&) beside it; if it is private, include "
                "cereal/access.hpp and make cereal::access a friend");
  static_assert(std::default_initializable<T>,
                "relata: a struct that is a model has a default constructor, as cereal asks too");
  static const StructType* const type = [] {
    T first{};
    T second{};
    return new StructType(
        MakeStructType(kStructId<T>, sizeof(T), MembersOf(first), MembersOf(second)));
  }();
  return *type;
}

// ----- members by pointer

// Storage in which a member pointer is turned into an offset; no T is ever made in it.
template <typename T>
union Room {
  constexpr Room() : nothing(0) {}
  constexpr ~Room() {}
  char nothing;
  T object;
};
template <typename T>
inline constexpr Room<T> kRoom;

// A pointer that the compiler knows becomes a constant.
template <typename T, typename M, typename S>
inline std::size_t OffsetOf(M S::*member) {
  const M T::*inherited = member;
  return static_cast<std::size_t>(
      reinterpret_cast<const char*>(std::addressof(kRoom<T>.object.*inherited)) -
      reinterpret_cast<const char*>(std::addressof(kRoom<T>)));
}

template <typename M>
using FieldFor = typename MemberCodec<M>::Read;
template <typename M>
using ArgumentFor = typename MemberCodec<M>::Argument;

// Views what a member is set to.
template <typename M>
bool ViewArgument(const ArgumentFor<M>& argument, ValueView& value) {
  if constexpr (std::same_as<ArgumentFor<M>, M>) {
    return MemberCodec<M>::View(argument, value);
  } else if constexpr (MemberCodec<M>::kOptional) {
    value = std::monostate();
    return !argument.has_value() || ViewArgument<typename M::value_type>(*argument, value);
  } else if constexpr (MemberCodec<M>::kType == Type::kBytes) {
    value = BytesView(std::as_bytes(argument));
    return true;
  } else {
    value = argument;
    return true;
  }
}

// What reading a member through its pointer gives: what a field reads, but an enumeration as such.
template <typename M>
struct MemberRead {
  using type = FieldFor<M>;
};
template <NumberedEnum E>
struct MemberRead<E> {
  using type = E;
};
template <NumberedEnum E>
struct MemberRead<std::optional<E>> {
  using type = std::optional<E>;
};

// An enumeration that a field has read as a number, or nullopt when it cannot hold it.
template <typename Read, typename Number>
std::optional<Read> EnumOf(const Number& number) {
  ValueView view;
  ViewArgument<Number>(number, view);
  Read read{};
  if (!MemberCodec<Read>::Load(view, &read)) return std::nullopt;
  return std::optional<Read>(std::in_place, read);
}

}  // namespace relata::internal

#endif  // RELATA_INTERNAL_STRUCT_MEMBERS_H_
