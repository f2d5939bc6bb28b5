#include "tests/conformance/condition.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace relata::conformance {
namespace {

// A model with an attribute of every type that scenarios know, and one row of it.
struct OneRow {
  ModelInfo model;
  std::vector<Value> values;

  OneRow() {
    model.name = "item";
    Add("n", Type::kInteger, 2);
    Add("price", Type::kDouble, 1.5);
    Add("ok", Type::kBoolean, true);
    Add("name", Type::kText, "Apple");
    Add("key", Type::kUuid, *UuidValue::Parse("0f8fad5b-d9cb-469f-a165-70867728950e"));
    Add("none", Type::kInteger, nullptr);
    Add("maybe", Type::kBoolean, nullptr);
  }
  void Add(const char* name, Type type, Value value) {
    AttributeInfo attribute;
    attribute.name = name;
    attribute.type = type;
    model.attributes.push_back(attribute);
    values.push_back(value);
  }

  absl::StatusOr<Truth> Is(const char* where) const {
    const auto condition = ParseCondition(model, Json::parse(where));
    if (!condition.ok()) return condition.status();
    return Evaluate(*condition, [this](std::uint32_t a) { return values[a].view(); });
  }
};

// The truth of a condition, or nullopt when the condition is refused.
std::optional<Truth> TruthOf(const char* where) {
  static const auto* const row = new OneRow();
  const auto truth = row->Is(where);
  if (!truth.ok()) return std::nullopt;
  return *truth;
}

TEST(ConditionTest, NothingAskedHolds) { EXPECT_EQ(TruthOf("{}"), Truth::kTrue); }

TEST(ConditionTest, ComparisonsOfNumbersHoldByValue) {
  EXPECT_EQ(TruthOf(R"({"n": 2})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"n": 2.0})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"n": {"gt": 1.5, "lt": 2.5}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"n": {"gt": 2}})"), Truth::kFalse);
  EXPECT_EQ(TruthOf(R"({"n": {"gte": 2, "lte": 2}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"price": {"ne": 1}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"price": {"between": [1, 1.5]}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"price": {"notBetween": [1, 1.5]}})"), Truth::kFalse);
}

TEST(ConditionTest, ANumberBeyondThePrecisionOfDoublesComparesExactly) {
  OneRow row;
  row.values[0] = std::int64_t{9007199254740993};
  EXPECT_EQ(*row.Is(R"({"n": 9007199254740993})"), Truth::kTrue);
  EXPECT_EQ(*row.Is(R"({"n": {"gt": 9007199254740992}})"), Truth::kTrue);
  EXPECT_EQ(*row.Is(R"({"n": 9007199254740992})"), Truth::kFalse);
}

TEST(ConditionTest, ComparingWithNullIsUnknownAndSoIsItsOpposite) {
  EXPECT_EQ(TruthOf(R"({"none": 1})"), Truth::kUnknown);
  EXPECT_EQ(TruthOf(R"({"not": {"none": 1}})"), Truth::kUnknown);
  EXPECT_EQ(TruthOf(R"({"none": {"ne": 1}})"), Truth::kUnknown);
  EXPECT_EQ(TruthOf(R"({"none": {"lt": 1}})"), Truth::kUnknown);
  EXPECT_EQ(TruthOf(R"({"none": {"in": [1]}})"), Truth::kUnknown);
  EXPECT_EQ(TruthOf(R"({"none": {"notIn": [1]}})"), Truth::kUnknown);
  EXPECT_EQ(TruthOf(R"({"none": {"between": [1, 2]}})"), Truth::kUnknown);
}

TEST(ConditionTest, IsAndIsNotAreNeverUnknown) {
  EXPECT_EQ(TruthOf(R"({"none": null})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"none": {"is": null}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"none": {"not": null}})"), Truth::kFalse);
  EXPECT_EQ(TruthOf(R"({"n": {"ne": null}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"maybe": {"is": true}})"), Truth::kFalse);
  EXPECT_EQ(TruthOf(R"({"maybe": {"not": true}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"ok": {"not": true}})"), Truth::kFalse);
}

TEST(ConditionTest, NotTakesLiteralsListsAndOperators) {
  EXPECT_EQ(TruthOf(R"({"n": {"not": 3}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"n": {"not": [2, 3]}})"), Truth::kFalse);
  EXPECT_EQ(TruthOf(R"({"n": {"not": {"gt": 2}}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"none": {"not": 3}})"), Truth::kUnknown);
}

TEST(ConditionTest, UnknownGivesWayToWhatDecides) {
  EXPECT_EQ(TruthOf(R"({"or": [{"none": 1}, {"n": 2}]})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"or": [{"none": 1}, {"n": 3}]})"), Truth::kUnknown);
  EXPECT_EQ(TruthOf(R"({"and": [{"none": 1}, {"n": 3}]})"), Truth::kFalse);
  EXPECT_EQ(TruthOf(R"({"and": [{"none": 1}, {"n": 2}]})"), Truth::kUnknown);
  EXPECT_EQ(TruthOf(R"({"not": {"none": 1, "n": 3}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"n": {"or": [{"lt": 1}, {"gt": 1}]}})"), Truth::kTrue);
}

TEST(ConditionTest, AnEmptyListHoldsForNothingAndItsOppositeForAll) {
  EXPECT_EQ(TruthOf(R"({"n": []})"), Truth::kFalse);
  EXPECT_EQ(TruthOf(R"({"n": {"in": []}})"), Truth::kFalse);
  EXPECT_EQ(TruthOf(R"({"none": {"notIn": []}})"), Truth::kTrue);
}

TEST(ConditionTest, ANullInAListMatchesNothing) {
  EXPECT_EQ(TruthOf(R"({"n": [2, null]})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"n": [3, null]})"), Truth::kUnknown);
  EXPECT_EQ(TruthOf(R"({"n": {"notIn": [3, null]}})"), Truth::kUnknown);
}

TEST(ConditionTest, LikeIgnoresTheCaseOfAsciiLettersOnly) {
  EXPECT_EQ(TruthOf(R"({"name": {"like": "aPP%"}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"name": {"notLike": "%z%"}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"key": {"like": "0f8fad5b%"}})"), Truth::kTrue);
  EXPECT_TRUE(Like("über", "ü%"));
  EXPECT_FALSE(Like("über", "Ü%"));
  EXPECT_TRUE(Like("日本", "__"));
  EXPECT_FALSE(Like("日本", "___"));
  EXPECT_TRUE(Like("", "%"));
  EXPECT_FALSE(Like("", "_"));
  EXPECT_TRUE(Like("a%b", "a%%b"));
  EXPECT_FALSE(Like("abc", "abcd"));
}

TEST(ConditionTest, TextComparesByCodeUnit) {
  EXPECT_EQ(TruthOf(R"({"name": {"lt": "a"}})"), Truth::kTrue);
  EXPECT_EQ(TruthOf(R"({"name": {"lt": "A"}})"), Truth::kFalse);
  EXPECT_EQ(TruthOf(R"({"name": "apple"})"), Truth::kFalse);
}

TEST(ConditionTest, AnAttributeThatDoesNotExistIsRefused) {
  EXPECT_TRUE(absl::IsInvalidArgument(OneRow().Is(R"({"colour": 1})").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(OneRow().Is(R"({"or": [{"colour": 1}]})").status()));
}

TEST(ConditionTest, AValueOfAnotherTypeIsRefused) {
  EXPECT_EQ(TruthOf(R"({"n": "2"})"), std::nullopt);
  EXPECT_EQ(TruthOf(R"({"name": 2})"), std::nullopt);
  EXPECT_EQ(TruthOf(R"({"ok": 1})"), std::nullopt);
  EXPECT_EQ(TruthOf(R"({"n": {"like": "2"}})"), std::nullopt);
  EXPECT_EQ(TruthOf(R"({"key": "no uuid"})"), std::nullopt);
}

TEST(ConditionTest, WhatIsNoConditionIsMalformed) {
  EXPECT_THROW(TruthOf(R"([])"), Malformed);
  EXPECT_THROW(TruthOf(R"({"n": {"greater": 1}})"), Malformed);
  EXPECT_THROW(TruthOf(R"({"n": {"between": [1]}})"), Malformed);
  EXPECT_THROW(TruthOf(R"({"or": {"n": 1}})"), Malformed);
  EXPECT_THROW(TruthOf(R"({"n": {"in": 1}})"), Malformed);
  EXPECT_THROW(TruthOf(R"({"n": {"eq": [1]}})"), Malformed);
}

}  // namespace
}  // namespace relata::conformance
