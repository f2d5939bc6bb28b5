// The validators that come with relata: what they accept, and what they are compared with.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "relata/query.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/validation.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

bool Accepts(const ValueValidator& validator, const Value& value) {
  return validator(value.view()).ok();
}

TEST(ReadyValidatorsTest, AcceptAndRefuse) {
  EXPECT_TRUE(Accepts(IsNotEmpty(), "a"));
  EXPECT_FALSE(Accepts(IsNotEmpty(), ""));
  EXPECT_FALSE(Accepts(IsNotEmpty(), BytesValue()));
  EXPECT_TRUE(Accepts(IsNotEmpty(), 0));
  EXPECT_TRUE(Accepts(HasLength(2, 3), "äöü")) << "characters, not bytes";
  EXPECT_FALSE(Accepts(HasLength(2, 3), "äöüß"));
  EXPECT_FALSE(Accepts(HasLength(2), "a"));
  EXPECT_TRUE(Accepts(HasLength(0, 2), BytesValue(2)));
  EXPECT_FALSE(Accepts(HasLength(0, 2), BytesValue(3)));
  EXPECT_TRUE(Accepts(IsBetween(1, 2), 1));
  EXPECT_TRUE(Accepts(IsBetween(1, 2), 2));
  EXPECT_FALSE(Accepts(IsBetween(1, 2), 3));
  EXPECT_TRUE(Accepts(IsBetween(1, 2), 1.5)) << "a DOUBLE between integers";
  EXPECT_FALSE(Accepts(IsBetween(1, 2), 0.5));
  EXPECT_TRUE(Accepts(IsBetween(nullptr, 2), -100));
  EXPECT_FALSE(Accepts(IsBetween(3, nullptr), 2));
  EXPECT_TRUE(Accepts(IsBetween("a", "c"), "bb"));
  EXPECT_TRUE(Accepts(IsOneOf({"left", "right"}), "left"));
  EXPECT_FALSE(Accepts(IsOneOf({"left", "right"}), "up"));
  EXPECT_TRUE(Accepts(IsOneOf({1, 2}), 2.0));
  const ValueValidator even =
      Satisfies<std::int64_t>([](std::int64_t n) { return n % 2 == 0; }, "must be even");
  EXPECT_TRUE(Accepts(even, 4));
  EXPECT_EQ(even(Value(3).view()).message(), "must be even");
  EXPECT_FALSE(Accepts(even, "4"));
}

// 2^53, from which on a double does not tell every integer from the next one.
constexpr std::int64_t kLimit = std::int64_t{1} << 53;
constexpr double kReal = 9007199254740992.0;

TEST(ReadyValidatorsTest, IntegersAndDoublesCompareExactly) {
  EXPECT_TRUE(Accepts(IsBetween(nullptr, kReal), kLimit));
  EXPECT_FALSE(Accepts(IsBetween(nullptr, kReal), kLimit + 1));
  EXPECT_TRUE(Accepts(IsBetween(kLimit + 1, nullptr), kReal + 2));
  EXPECT_FALSE(Accepts(IsBetween(kLimit + 1, nullptr), kReal));
  EXPECT_TRUE(Accepts(IsOneOf({kReal}), kLimit));
  EXPECT_FALSE(Accepts(IsOneOf({kReal}), kLimit + 1));
  EXPECT_FALSE(Accepts(IsOneOf({kLimit + 1}), kReal));
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_TRUE(Accepts(IsBetween(-0x1p63, 0x1p63), kMost)) << "2^63 is one more";
  EXPECT_FALSE(Accepts(IsBetween(0x1p63, nullptr), kMost));
}

// The same as the conditions ==, < and > of a query, which they say they compare as.
TEST(ReadyValidatorsTest, AgreeWithConditionsOnNumbersAroundThePowersOfTwo) {
  std::vector<Value> numbers;
  for (const std::int64_t power : {0, 1, 52, 53, 54, 62}) {
    const std::int64_t two = std::int64_t{1} << power;
    for (const std::int64_t n : {two - 1, two, two + 1, -two}) {
      numbers.emplace_back(n);
      numbers.emplace_back(static_cast<double>(n));
    }
    numbers.emplace_back(static_cast<double>(two) + 0.5);
  }
  SchemaBuilder builder;
  const Model model = builder.Define("n", {{"i", Integer()}, {"d", Double()}});
  const Schema schema = Must(std::move(builder).Build());
  for (const Value& value : numbers) {
    Store store(schema);
    const char* name = value.get_if<double>() != nullptr ? "d" : "i";
    ASSERT_TRUE(IsOk(store.Create(model, Values{{name, value}})));
    for (const Value& other : numbers) {
      const auto holds = [&](const Condition& condition) {
        return Must(store.Count(Query(model).Where(condition))) == 1;
      };
      ASSERT_EQ(Accepts(IsBetween(other, nullptr), value), holds(model[name] >= other))
          << value.ToString() << " " << other.ToString();
      ASSERT_EQ(Accepts(IsBetween(nullptr, other), value), holds(model[name] <= other))
          << value.ToString() << " " << other.ToString();
      ASSERT_EQ(Accepts(IsOneOf({other}), value), holds(model[name] == other))
          << value.ToString() << " " << other.ToString();
    }
  }
}

TEST(ReadyValidatorsTest, AValueOfAnotherTypeIsRefusedNotOrdered) {
  EXPECT_FALSE(Accepts(IsBetween(1, nullptr), "x"));
  EXPECT_FALSE(Accepts(IsBetween(nullptr, "x"), 1));
  EXPECT_FALSE(Accepts(IsOneOf({"1"}), 1));
  EXPECT_TRUE(FailsWith(IsBetween(1, 2)(Value("x").view()), absl::StatusCode::kInvalidArgument,
                        "cannot be compared with 1, got 'x'"));
  EXPECT_FALSE(Accepts(IsBetween(std::numeric_limits<double>::quiet_NaN(), nullptr), 1));
}

TEST(ReadyValidatorsTest, BoundsOfAnotherTypeThanTheAttributesDoNotBuild) {
  const auto build = [](Attribute attribute) {
    SchemaBuilder builder;
    builder.Define("player", {{"goals", std::move(attribute)}});
    return std::move(builder).Build().status();
  };
  EXPECT_TRUE(IsOk(build(Integer().Validate(IsBetween(0.5, nullptr)))));
  EXPECT_TRUE(IsOk(build(Double().Validate(IsOneOf({1, 2.5})))));
  EXPECT_TRUE(FailsWith(build(Integer().Validate(IsBetween(0, "9"))),
                        absl::StatusCode::kInvalidArgument,
                        "a validator of player.goals, which is INTEGER, compares it with '9' "
                        "(TEXT), which it cannot be compared with"));
  EXPECT_TRUE(FailsWith(build(Text().Validate(IsOneOf({"left", 2}))),
                        absl::StatusCode::kInvalidArgument, "compares it with 2 (INTEGER)"));
  EXPECT_TRUE(FailsWith(build(Boolean().Validate(IsOneOf({1}))), absl::StatusCode::kInvalidArgument,
                        "BOOLEAN"));
  EXPECT_TRUE(
      FailsWith(build(Double().Validate(IsBetween(std::numeric_limits<double>::quiet_NaN(), 1))),
                absl::StatusCode::kInvalidArgument, "cannot be compared with"));
  // What a validator of one's own says that it compares with is checked as well.
  const auto own = [](const ValueView&) -> std::string { return ""; };
  EXPECT_TRUE(FailsWith(build(Integer().Validate(ValueValidator(own).ComparesWith({true}))),
                        absl::StatusCode::kInvalidArgument, "compares it with true (BOOLEAN)"));
}

}  // namespace
}  // namespace relata
