// What a member of a struct can be: every type there and back with its limits, what is refused, and
// every form of serialize.
#include <gtest/gtest.h>

#include <cereal/access.hpp>
#include <cereal/archives/json.hpp>
#include <cereal/types/chrono.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/structs.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;
using ::std::chrono::sys_time;

enum class Colour : std::uint8_t { kRed, kGreen = 200 };
enum Plain { kZero, kMinus = -5 };

// A model of one member.
template <typename M>
struct One {
  M value{};
  template <class Archive>
  void serialize(Archive& ar) {
    ar(CEREAL_NVP(value));
  }
};

template <typename M>
Store StoreOf() {
  SchemaBuilder builder;
  builder.Define<One<M>>("one", {.defaults = false});
  return Store(Must(std::move(builder).Build()));
}

// Created, read, updated and loaded, the member is what it was, and so is its optional.
template <typename M>
void ExpectKept(const std::vector<M>& values) {
  Store store = StoreOf<M>();
  Store optional = StoreOf<std::optional<M>>();
  const auto empty = Must(optional.Create(One<std::optional<M>>()));
  EXPECT_EQ(Must(optional.Read(empty)).value, std::nullopt);
  for (const M& value : values) {
    const auto created = Must(store.Create(One<M>{value}));
    EXPECT_EQ(Must(store.Read(created)).value, value);
    const auto some = Must(optional.Create(One<std::optional<M>>{value}));
    EXPECT_EQ(Must(optional.Read(some)).value, value);
    for (const M& other : values) {
      EXPECT_TRUE(IsOk(store.Update(created, One<M>{other})));
      EXPECT_EQ(Must(store.Read(created)).value, other);
      EXPECT_TRUE(IsOk(optional.Update(some, One<std::optional<M>>{other})));
      EXPECT_EQ(Must(optional.Read(some)).value, other);
    }
    EXPECT_TRUE(IsOk(optional.Update(some, One<std::optional<M>>())));
    EXPECT_EQ(Must(optional.Read(some)).value, std::nullopt);
    EXPECT_TRUE(IsOk(store.Set(created, &One<M>::value, value)));
    EXPECT_EQ(Must(store.Read(created)).value, value);
  }
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

template <typename M>
void ExpectLimitsKept() {
  using Limits = std::numeric_limits<M>;
  ExpectKept<M>({Limits::lowest(), M{0}, M{1}, Limits::max()});
}

template <typename M>
Type TypeOfMember() {
  return StoreOf<M>().schema().models()[0].attributes[1].type;
}

TEST(StructsMembersTest, IntegersAreKeptUpToTheirLimits) {
  ExpectLimitsKept<std::int8_t>();
  ExpectLimitsKept<std::uint8_t>();
  ExpectLimitsKept<std::int16_t>();
  ExpectLimitsKept<std::uint16_t>();
  ExpectLimitsKept<std::int32_t>();
  ExpectLimitsKept<std::uint32_t>();
  ExpectLimitsKept<std::int64_t>();
  ExpectLimitsKept<long long>();
  ExpectKept<std::uint64_t>({0, 1, std::uint64_t{INT64_MAX}});
  EXPECT_EQ(TypeOfMember<std::uint8_t>(), Type::kInteger);
}

TEST(StructsMembersTest, EveryOtherTypeIsKept) {
  ExpectKept<Colour>({Colour::kRed, Colour::kGreen});
  ExpectKept<Plain>({kZero, kMinus});
  ExpectKept<bool>({false, true});
  ExpectLimitsKept<double>();
  ExpectKept<double>({0.1, -INFINITY, INFINITY, std::numeric_limits<double>::denorm_min()});
  ExpectLimitsKept<float>();
  ExpectKept<float>({0.1f, INFINITY, std::numeric_limits<float>::denorm_min()});
  ExpectKept<std::string>({"", "short", std::string(100, 'x'), std::string("a\0b", 3), "\u00e9"});
  ExpectKept<std::vector<std::byte>>({{}, {std::byte{0}, std::byte{255}}});
  ExpectKept<std::vector<std::uint8_t>>({{}, std::vector<std::uint8_t>(50, 200)});
  ExpectKept<UuidValue>({UuidValue(), *UuidValue::Parse("00112233-4455-6677-8899-aabbccddeeff")});
  EXPECT_EQ(TypeOfMember<Colour>(), Type::kInteger);
  EXPECT_EQ(TypeOfMember<bool>(), Type::kBoolean);
  EXPECT_EQ(TypeOfMember<float>(), Type::kDouble);
  EXPECT_EQ(TypeOfMember<std::string>(), Type::kText);
  EXPECT_EQ(TypeOfMember<std::vector<std::uint8_t>>(), Type::kBytes);
  EXPECT_EQ(TypeOfMember<std::optional<UuidValue>>(), Type::kUuid);
}

TEST(StructsMembersTest, TimePointsAreKeptToTheMicrosecondAndTheTick) {
  using std::chrono::days;
  using std::chrono::microseconds;
  using std::chrono::nanoseconds;
  using std::chrono::seconds;
  ExpectKept<TimestampValue>({TimestampValue::min(), TimestampValue(), TimestampValue::max()});
  ExpectKept<sys_time<seconds>>({sys_time<seconds>(), sys_time<seconds>(seconds(-1))});
  ExpectKept<sys_time<days>>({sys_time<days>(), sys_time<days>(days(-40000))});
  ExpectKept<sys_time<nanoseconds>>({sys_time<nanoseconds>(microseconds(-7))});
  EXPECT_EQ(TypeOfMember<sys_time<seconds>>(), Type::kTimestamp);

  Store nano = StoreOf<sys_time<nanoseconds>>();
  const auto n =
      Must(nano.Create(One<sys_time<nanoseconds>>{sys_time<nanoseconds>(nanoseconds(-1))}));
  EXPECT_EQ(Must(nano.Get(n, "value")), Value(TimestampValue(microseconds(-1))));
  Store second = StoreOf<sys_time<seconds>>();
  const auto s = Must(second.Create(One<sys_time<seconds>>()));
  ASSERT_TRUE(IsOk(second.Set(s, "value", TimestampValue(microseconds(-1)))));
  EXPECT_EQ(Must(second.Read(s)).value, sys_time<seconds>(seconds(-1)));
}

// What an attribute holds can be more than the member can.
template <typename M>
absl::Status ReadAfterSetting(const Value& value) {
  Store store = StoreOf<M>();
  const auto one = Must(store.Create(One<M>()));
  EXPECT_TRUE(IsOk(store.Set(one, "value", value)));
  One<M> before{M{}};
  const absl::Status loaded = store.Load(one, before);
  EXPECT_EQ(before.value, M{}) << "a failed Load wrote";
  return loaded;
}

TEST(StructsMembersTest, AValueThatDoesNotFitAMemberIsNotRead) {
  const auto expect_refused = [](const absl::Status& status, const std::string& message) {
    EXPECT_TRUE(FailsWith(status, absl::StatusCode::kOutOfRange, message));
  };
  expect_refused(ReadAfterSetting<std::int8_t>(300),
                 "one 1 has value = 300, which does not fit member 'value' of struct "
                 "relata::One<signed char>: it holds a signed 8-bit integer");
  expect_refused(ReadAfterSetting<std::int8_t>(-129), "-129");
  expect_refused(ReadAfterSetting<std::uint8_t>(-1), "an unsigned 8-bit integer");
  expect_refused(ReadAfterSetting<std::uint64_t>(-1), "an unsigned 64-bit integer");
  expect_refused(ReadAfterSetting<std::optional<std::int16_t>>(40000), "a signed 16-bit integer");
  expect_refused(ReadAfterSetting<Colour>(256), "an unsigned 8-bit integer");
  expect_refused(ReadAfterSetting<float>(1e300), "a float");
  expect_refused(ReadAfterSetting<sys_time<std::chrono::nanoseconds>>(TimestampValue::max()),
                 "its time point");
}

TEST(StructsMembersTest, AMemberThatNoAttributeHoldsIsNotWritten) {
  const std::string message =
      "member 'value' of struct relata::One<unsigned long> holds a value "
      "that no INTEGER can hold";
  using U = std::uint64_t;
  const U large = U{1} << 63;
  Store store = StoreOf<U>();
  const auto one = Must(store.Create(One<U>{7}));
  EXPECT_TRUE(FailsWith(store.Create(One<U>{large}), absl::StatusCode::kOutOfRange, message));
  EXPECT_TRUE(FailsWith(store.Update(one, One<U>{large}), absl::StatusCode::kOutOfRange, message));
  EXPECT_TRUE(
      FailsWith(store.Set(one, &One<U>::value, large), absl::StatusCode::kOutOfRange, message));
  EXPECT_TRUE(FailsWith(store.Create(Model(one.of()), One<U>{large}),  // as a draft
                        absl::StatusCode::kInvalidArgument, "no INTEGER can hold"));
  EXPECT_EQ(Must(store.Read(one)).value, 7u);
  EXPECT_EQ(store.Count(one.of()), 1u);

  using Days = sys_time<std::chrono::days>;
  Store days = StoreOf<Days>();
  EXPECT_TRUE(
      FailsWith(days.Create(One<Days>{Days::max()}), absl::StatusCode::kOutOfRange, "TIMESTAMP"));
}

TEST(StructsMembersTest, NanAndTextThatIsNotUtf8AreRefused) {
  Store number = StoreOf<double>();
  EXPECT_TRUE(
      FailsWith(number.Create(One<double>{NAN}), absl::StatusCode::kInvalidArgument, "NaN"));
  const auto one = Must(number.Create(One<double>{1}));
  EXPECT_TRUE(
      FailsWith(number.Update(one, One<double>{NAN}), absl::StatusCode::kInvalidArgument, "NaN"));
  Store single = StoreOf<float>();
  const auto f = Must(single.Create(One<float>{1}));
  EXPECT_TRUE(
      FailsWith(single.Update(f, One<float>{NAN}), absl::StatusCode::kInvalidArgument, "NaN"));
  Store text = StoreOf<std::string>();
  EXPECT_TRUE(FailsWith(text.Create(One<std::string>{"\xff"}), absl::StatusCode::kInvalidArgument,
                        "one.value: text must be UTF-8"));
}

TEST(StructsMembersTest, UpdatingWhatWasReadWritesNothingEvenWhenReadingRounds) {
  Store store = StoreOf<float>();
  const auto one = Must(store.Create(One<float>()));
  ASSERT_TRUE(IsOk(store.Set(one, "value", 0.1)));
  EXPECT_TRUE(IsOk(store.Update(one, Must(store.Read(one)))));
  EXPECT_EQ(Must(store.Get(one, "value")), Value(0.1));
  EXPECT_EQ(store.Get(one, &One<float>::value), 0.1);
}

TEST(StructsMembersTest, EnumerationsAreReadAsThemselves) {
  Store store = StoreOf<Colour>();
  const auto one = Must(store.Create(One<Colour>{Colour::kGreen}));
  EXPECT_EQ(store.Get(one, &One<Colour>::value), Colour::kGreen);
  EXPECT_EQ(Must(store.Get(one, "value")), Value(200));
  ASSERT_TRUE(IsOk(store.Set(one, "value", 1000)));
  EXPECT_EQ(store.TryGet(one, &One<Colour>::value), std::nullopt);
  EXPECT_EQ(store.Get(one, Must(store.schema().FieldOf(&One<Colour>::value))), 1000);
  EXPECT_DEATH(store.Get(one, &One<Colour>::value),
               "one 1 has value = 1000, which does not fit the enumeration");
  Store optional = StoreOf<std::optional<Colour>>();
  const auto none = Must(optional.Create(One<std::optional<Colour>>()));
  EXPECT_EQ(optional.Get(none, &One<std::optional<Colour>>::value), std::nullopt);
}

static_assert(internal::AttributeMember<std::int8_t>);
static_assert(internal::AttributeMember<std::optional<std::string>>);
static_assert(!internal::AttributeMember<char>);
static_assert(!internal::AttributeMember<long double>);
static_assert(!internal::AttributeMember<const char*>);
static_assert(!internal::AttributeMember<std::string_view>);
static_assert(!internal::AttributeMember<std::vector<int>>);
static_assert(!internal::AttributeMember<std::optional<std::optional<int>>>);
static_assert(!internal::AttributeMember<std::chrono::steady_clock::time_point>);
static_assert(!internal::AttributeMember<std::byte>);

// ----- every form of serialize

struct Member {
  int a = 1;
  void serialize(auto& ar) { ar(CEREAL_NVP(a)); }
};
struct Versioned {
  int a = 1;
  int b = 2;
  void serialize(auto& ar, const std::uint32_t version) {
    ar(CEREAL_NVP(a));
    if (version >= 2) ar(CEREAL_NVP(b));
  }
};
struct Saved {
  int a = 1;
  void save(auto& ar) const { ar(CEREAL_NVP(a)); }
  void load(auto& ar) { ar(CEREAL_NVP(a)); }
};
struct Free {
  int a = 1;
};
void serialize(auto& ar, Free& free) { ar(cereal::make_nvp("a", free.a)); }
struct FreeVersioned {
  int a = 1;
};
void serialize(auto& ar, FreeVersioned& free, const std::uint32_t) {
  ar(cereal::make_nvp("a", free.a));
}
struct FreeSaved {
  int a = 1;
};
void save(auto& ar, const FreeSaved& free) { ar(cereal::make_nvp("a", free.a)); }
void load(auto& ar, FreeSaved& free) { ar(cereal::make_nvp("a", free.a)); }
class Private {
 public:
  int get() const { return a; }
  void set(int to) { a = to; }

 private:
  friend class cereal::access;
  void serialize(auto& ar) { ar& CEREAL_NVP(a); }
  int a = 1;
};

template <typename T>
std::vector<std::string> AttributesOf() {
  SchemaBuilder builder;
  builder.Define<T>("model");
  const Schema schema = Must(std::move(builder).Build());
  std::vector<std::string> names;
  for (const AttributeInfo& attribute : schema.models()[0].attributes) {
    if (!attribute.generated) names.push_back(attribute.name);
  }
  return names;
}

TEST(StructsMembersTest, EveryFormOfSerializeNamesTheAttributes) {
  const std::vector<std::string> a = {"a"};
  EXPECT_EQ(AttributesOf<Member>(), a);
  EXPECT_EQ(AttributesOf<Versioned>(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(AttributesOf<Saved>(), a);
  EXPECT_EQ(AttributesOf<Free>(), a);
  EXPECT_EQ(AttributesOf<FreeVersioned>(), a);
  EXPECT_EQ(AttributesOf<FreeSaved>(), a);
  EXPECT_EQ(AttributesOf<Private>(), a);
}

TEST(StructsMembersTest, APrivateMemberIsReadAndWritten) {
  SchemaBuilder builder;
  builder.Define<Private>("secret");
  Store store(Must(std::move(builder).Build()));
  Private secret;
  secret.set(7);
  EXPECT_EQ(Must(store.Read(Must(store.Create(secret)))).get(), 7);
}

// ----- a struct of many members, through cereal's archives and the store

struct Wide {
  std::uint8_t small = 0;
  std::string text;
  std::vector<std::uint8_t> bytes;
  std::optional<double> ratio;
  Colour colour = Colour::kRed;
  sys_time<std::chrono::microseconds> at{};
  bool flag = false;
  void serialize(auto& ar) {
    ar(CEREAL_NVP(small), CEREAL_NVP(text), CEREAL_NVP(bytes), CEREAL_NVP(ratio),
       CEREAL_NVP(colour), CEREAL_NVP(at), CEREAL_NVP(flag));
  }
  friend bool operator==(const Wide&, const Wide&) = default;
};

TEST(StructsMembersTest, WhatTheStoreGivesBackCerealWritesAlike) {
  SchemaBuilder builder;
  builder.Define<Wide>("wide");
  Store store(Must(std::move(builder).Build()));
  const Wide wide{.small = 255,
                  .text = "text of more than fifteen bytes",
                  .bytes = {0, 1, 255},
                  .ratio = 0.25,
                  .colour = Colour::kGreen,
                  .at = TimestampValue(std::chrono::microseconds(1'700'000'000'123'456)),
                  .flag = true};
  const auto json = [](Wide record) {
    std::stringstream stream;
    {
      cereal::JSONOutputArchive archive(stream);
      archive(record);
    }
    return stream.str();
  };
  const Wide read = Must(store.Read(Must(store.Create(wide))));
  EXPECT_EQ(read, wide);
  EXPECT_EQ(json(read), json(wide));
  Wide parsed;
  {
    std::stringstream stream(json(wide));
    cereal::JSONInputArchive archive(stream);
    archive(parsed);
  }
  EXPECT_EQ(Must(store.Read(Must(store.Create(parsed)))), wide);
}

}  // namespace
}  // namespace relata
