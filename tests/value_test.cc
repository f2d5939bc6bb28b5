#include "relata/value.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relata {
namespace {

using std::chrono::microseconds;

TimestampValue At(std::int64_t since_1970) { return TimestampValue(microseconds(since_1970)); }

BytesValue Bytes(std::initializer_list<int> bytes) {
  BytesValue value;
  for (const int byte : bytes) value.push_back(static_cast<std::byte>(byte));
  return value;
}

// One of each type, in the order of Type, with a smaller and a greater one of the same type.
std::vector<Value> Ascending() {
  UuidValue low;
  UuidValue high;
  high.bytes[0] = 0x80;
  return {Value(),
          Value(std::numeric_limits<std::int64_t>::min()),
          Value(0),
          Value(7),
          Value(-1.5),
          Value(0.0),
          Value(std::numeric_limits<double>::infinity()),
          Value(false),
          Value(true),
          Value(""),
          Value("a"),
          Value("b"),
          Value("ba"),
          Value("\xC3\xA4"),  // after every ASCII letter: by bytes, not by alphabet
          Value(BytesValue()),
          Value(Bytes({0x00})),
          Value(Bytes({0x7F})),
          Value(Bytes({0xFF})),
          Value(low),
          Value(high),
          Value(At(-1)),
          Value(At(0))};
}

TEST(ValueTest, WhatACallerHasAtHandBecomesTheValueOfItsType) {
  EXPECT_EQ(*Value(std::int32_t{-5}).get_if<std::int64_t>(), -5);
  EXPECT_EQ(*Value(std::uint32_t{4000000000}).get_if<std::int64_t>(), 4000000000);
  EXPECT_EQ(*Value(1.5F).get_if<double>(), 1.5);
  EXPECT_TRUE(*Value(true).get_if<bool>());
  EXPECT_EQ(*Value("text").get_if<std::string>(), "text");
  EXPECT_EQ(*Value(std::string_view("a\0b", 3)).get_if<std::string>(), std::string("a\0b", 3));
  EXPECT_TRUE(Value(nullptr).is_null());
  EXPECT_TRUE(Value(std::nullopt).is_null());
  EXPECT_TRUE(Value(std::optional<int>()).is_null());
  EXPECT_EQ(*Value(std::optional<int>(3)).get_if<std::int64_t>(), 3);
}

TEST(ValueTest, APointerIsNoValue) {
  static_assert(!std::is_constructible_v<Value, const int*>);
  static_assert(std::is_constructible_v<Value, const char*>);
  EXPECT_EQ(Value(true).get_if<std::int64_t>(), nullptr);
}

TEST(ValueTest, ValuesOfDifferentTypesAreNeverEqual) {
  EXPECT_NE(Value(1), Value(true));
  EXPECT_NE(Value(1), Value(1.0));
  EXPECT_NE(Value("1"), Value(1));
  EXPECT_NE(Value(), Value(0));
  EXPECT_EQ(Value(), Value(nullptr));
}

TEST(ValueTest, TheOrderIsTotalAndGoesByNullThenTypeThenContents) {
  const std::vector<Value> values = Ascending();
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < values.size(); ++j) {
      EXPECT_EQ(values[i] < values[j], i < j)
          << values[i].ToString() << ", " << values[j].ToString();
      EXPECT_EQ(values[i] == values[j], i == j);
      EXPECT_EQ(Less(values[i].view(), values[j].view()), i < j);
      EXPECT_EQ(Equal(values[i].view(), values[j].view()), i == j);
    }
  }
}

TEST(ValueTest, AViewOwnedAgainIsTheSameValue) {
  for (const Value& value : Ascending()) EXPECT_EQ(Value::From(value.view()), value);
}

TEST(ValueTest, TheTypeOfAViewIsThatOfItsValue) {
  EXPECT_EQ(TypeOf(Value().view()), std::nullopt);
  EXPECT_EQ(TypeOf(Value(1).view()), Type::kInteger);
  EXPECT_EQ(TypeOf(Value(1.0).view()), Type::kDouble);
  EXPECT_EQ(TypeOf(Value(true).view()), Type::kBoolean);
  EXPECT_EQ(TypeOf(Value("").view()), Type::kText);
  EXPECT_EQ(TypeOf(Value(BytesValue()).view()), Type::kBytes);
  EXPECT_EQ(TypeOf(Value(UuidValue()).view()), Type::kUuid);
  EXPECT_EQ(TypeOf(Value(At(0)).view()), Type::kTimestamp);
}

TEST(ValueTest, TypesAreCalledAsInTheDocumentation) {
  EXPECT_EQ(TypeName(Type::kInteger), "INTEGER");
  EXPECT_EQ(TypeName(Type::kDouble), "DOUBLE");
  EXPECT_EQ(TypeName(Type::kBoolean), "BOOLEAN");
  EXPECT_EQ(TypeName(Type::kText), "TEXT");
  EXPECT_EQ(TypeName(Type::kBytes), "BYTES");
  EXPECT_EQ(TypeName(Type::kUuid), "UUID");
  EXPECT_EQ(TypeName(Type::kTimestamp), "TIMESTAMP");
}

TEST(ValueTest, TextForPeopleTellsTheTypesApart) {
  EXPECT_EQ(Value().ToString(), "null");
  EXPECT_EQ(Value(42).ToString(), "42");
  EXPECT_EQ(Value(1.5).ToString(), "1.5");
  EXPECT_EQ(Value(2.0).ToString(), "2.0");
  EXPECT_EQ(Value(1e300).ToString(), "1e+300");
  EXPECT_EQ(Value(true).ToString(), "true");
  EXPECT_EQ(Value("it's").ToString(), "'it''s'");
  EXPECT_EQ(Value(std::string_view("a\0b", 3)).ToString(), "'a\\x00b'");
  EXPECT_EQ(Value(Bytes({0x00, 0xFF})).ToString(), "x'00ff'");
  EXPECT_EQ(Value(At(1'714'521'600'000'001)).ToString(), "2024-05-01T00:00:00.000001Z");
  EXPECT_EQ(Value(At(-1)).ToString(), "1969-12-31T23:59:59.999999Z");
}

TEST(ValueTest, ATimestampBeyondTheCalendarIsShownAsANumber) {
  EXPECT_EQ(Value(TimestampValue::max()).ToString(), "9223372036854775807 us since 1970");
  EXPECT_EQ(Value(TimestampValue::min()).ToString(), "-9223372036854775808 us since 1970");
}

TEST(ValueTest, LongTextIsShortenedBetweenCharacters) {
  EXPECT_EQ(Value(std::string(60, 'x')).ToString(), "'" + std::string(60, 'x') + "'");
  EXPECT_EQ(Value(std::string(61, 'x')).ToString(), "'" + std::string(60, 'x') + "...'");
  // The character of two bytes that would be cut in half is left out as a whole.
  EXPECT_EQ(Value(std::string(59, 'x') + "\xC3\xA4" + "yy").ToString(),
            "'" + std::string(59, 'x') + "...'");
  EXPECT_EQ(Value(BytesValue(31)).ToString(), "x'" + std::string(60, '0') + "...'");
}

TEST(UuidTest, TextInEitherCaseIsReadAndWrittenInLowerCase) {
  const auto uuid = UuidValue::Parse("01234567-89aB-cDEf-0123-456789abcdef");
  ASSERT_TRUE(uuid.has_value());
  EXPECT_EQ(uuid->bytes[0], 0x01);
  EXPECT_EQ(uuid->bytes[15], 0xEF);
  EXPECT_EQ(uuid->ToString(), "01234567-89ab-cdef-0123-456789abcdef");
}

TEST(UuidTest, AnythingElseIsNoUuid) {
  for (const char* text :
       {"", "0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcde",
        "01234567-89ab-cdef-0123-456789abcdeff", "01234567089ab-cdef-0123-456789abcdef",
        "g1234567-89ab-cdef-0123-456789abcdef", "{1234567-89ab-cdef-0123-456789abcde}"}) {
    EXPECT_EQ(UuidValue::Parse(text), std::nullopt) << text;
  }
}

TEST(UuidTest, TheOrderIsThatOfItsText) {
  const UuidValue low = *UuidValue::Parse("7fffffff-0000-0000-0000-000000000000");
  const UuidValue high = *UuidValue::Parse("80000000-0000-0000-0000-000000000000");
  EXPECT_LT(low, high);
  EXPECT_LT(low.ToString(), high.ToString());
}

TEST(KeyTest, SeveralPartsStandInParentheses) {
  EXPECT_EQ(Key(7).ToString(), "7");
  EXPECT_EQ(Key("a").ToString(), "'a'");
  EXPECT_EQ((Key{1, "x"}).ToString(), "(1, 'x')");
  EXPECT_EQ(Key().ToString(), "()");
}

TEST(KeyTest, TheOrderGoesByTheFirstPartThatDiffers) {
  EXPECT_LT((Key{1, 9}), (Key{2, 0}));
  EXPECT_LT((Key{1, 0}), (Key{1, 9}));
  EXPECT_LT(Key(1), (Key{1, 0}));
  EXPECT_EQ((Key{1, "x"}), (Key{1, "x"}));
}

}  // namespace
}  // namespace relata
