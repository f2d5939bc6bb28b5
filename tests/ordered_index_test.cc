// The B+tree by itself, beside a sorted set of values and slots.
#include "graph/ordered_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/indexed_rows_for_test.h"
#include "tests/status_testing.h"

namespace relata::internal {
namespace {

using relata::testing::IsOk;
using relata::testing::RowsForTest;
using relata::testing::ViewsOf;
using Slots = std::vector<std::uint32_t>;
using Twin = std::set<std::pair<std::vector<Value>, std::uint32_t>>;

Slots Scan(const OrderedIndex& index, const IndexedRows& rows) {
  Slots slots;
  for (auto at = index.Seek(rows, {}, false); at != OrderedIndex::Position(); at = index.Next(at)) {
    slots.push_back(index.SlotAt(at));
  }
  return slots;
}

Slots ScanBack(const OrderedIndex& index, const IndexedRows& rows) {
  Slots slots;
  const auto begin = index.Seek(rows, {}, false);
  for (OrderedIndex::Position at; at != begin;) {
    at = index.Previous(at);
    slots.push_back(index.SlotAt(at));
  }
  return slots;
}

Slots SlotsOf(const Twin& twin) {
  Slots slots;
  for (const auto& [values, slot] : twin) slots.push_back(slot);
  return slots;
}

// Everything that the index can be asked for, and its structure.
void ExpectSame(const OrderedIndex& index, const RowsForTest& rows, const Twin& twin) {
  const Slots expected = SlotsOf(twin);
  Slots alive = expected;
  std::sort(alive.begin(), alive.end());
  ASSERT_TRUE(IsOk(index.CheckInvariants(rows.indexed(), alive)));
  ASSERT_EQ(Scan(index, rows.indexed()), expected);
  ASSERT_EQ(ScanBack(index, rows.indexed()), Slots(expected.rbegin(), expected.rend()));
}

std::vector<Value> EdgesOf(Type type) {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  const auto at = [](std::int64_t n) {
    return Value(TimestampValue(std::chrono::microseconds(n)));
  };
  const auto uuid = [](std::uint8_t first, std::uint8_t ninth) {
    UuidValue value;
    value.bytes[0] = first;
    value.bytes[8] = ninth;
    return Value(value);
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  switch (type) {
    case Type::kInteger:
      return {{}, kMin, kMin + 1, -1, 0, 1, 255, 256, kMax};
    case Type::kDouble:
      return {
          {},  -kInfinity, std::numeric_limits<double>::lowest(), -1.5,     -1e-300, 0.0, 1e-300,
          1.5, 2.0,        std::numeric_limits<double>::max(),    kInfinity};
    case Type::kBoolean:
      return {{}, false, true};
    case Type::kText:
      return {{},
              "",
              std::string(1, '\0'),
              std::string(7, '\0'),
              std::string(8, '\0'),
              std::string(9, '\0'),
              "a",
              std::string("a\0", 2),
              "ab",
              "abcdefg",
              "abcdefgh",
              "abcdefghi",
              "abcdefgi",
              "abcdefh",
              "b",
              "\xC3\xA9",
              "\xF0\x9F\x98\x80",
              "a text that is too long for its cell",
              "a text that is too long for its cell, by more"};
    case Type::kBytes: {
      std::vector<Value> values = {Value()};
      for (const char* text : {"", "a", "abcdefg", "abcdefgh", "abcdefghi", "\xff\xff"}) {
        const std::string bytes(text);
        values.emplace_back(
            BytesValue(reinterpret_cast<const std::byte*>(bytes.data()),
                       reinterpret_cast<const std::byte*>(bytes.data()) + bytes.size()));
      }
      return values;
    }
    case Type::kUuid:
      return {{}, uuid(0, 0), uuid(0, 1), uuid(0, 255), uuid(1, 0), uuid(255, 0), uuid(255, 255)};
    case Type::kTimestamp:
      return {{}, at(kMin), at(kMin + 1), at(-1), at(0), at(1), at(kMax)};
  }
  return {};
}

class OrderedIndexTypeTest : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Types, OrderedIndexTypeTest, ::testing::Range(0, 7));

TEST_P(OrderedIndexTypeTest, ValuesOfATypeComeInTheOrderOfValuesNullsFirst) {
  const Type type = static_cast<Type>(GetParam());
  const std::vector<Value> edges = EdgesOf(type);
  RowsForTest rows({type});
  OrderedIndex index;
  Twin twin;
  std::vector<Value> values;
  for (int copy = 0; copy < 3; ++copy) values.insert(values.end(), edges.begin(), edges.end());
  std::shuffle(values.begin(), values.end(), std::mt19937(11));
  for (const Value& value : values) {
    const std::uint32_t slot = rows.Add({value});
    index.Insert(rows.indexed(), slot);
    twin.insert({{value}, slot});
  }
  ExpectSame(index, rows, twin);
  for (const Value& value : edges) {
    const auto before = twin.lower_bound({{value}, 0});
    const auto after = twin.lower_bound({{value}, UINT32_MAX});
    const std::vector<ValueView> views = {value.view()};
    const auto slot_at = [&](OrderedIndex::Position at) {
      return at == OrderedIndex::Position() ? kNoSlot : index.SlotAt(at);
    };
    EXPECT_EQ(slot_at(index.Seek(rows.indexed(), views, false)), before->second)
        << value.ToString();
    EXPECT_EQ(slot_at(index.Seek(rows.indexed(), views, true)),
              after == twin.end() ? kNoSlot : after->second)
        << value.ToString();
  }
}

TEST_P(OrderedIndexTypeTest, ASecondAttributeDecidesAmongEqualFirstOnes) {
  const Type type = static_cast<Type>(GetParam());
  RowsForTest rows({type, Type::kInteger});
  OrderedIndex index;
  Twin twin;
  std::mt19937 random(12);
  const std::vector<Value> edges = EdgesOf(type);
  for (int i = 0; i < 300; ++i) {
    const std::vector<Value> values = {edges[random() % edges.size()],
                                       static_cast<std::int64_t>(random() % 3)};
    const std::uint32_t slot = rows.Add(values);
    index.Insert(rows.indexed(), slot);
    twin.insert({values, slot});
  }
  ExpectSame(index, rows, twin);
}

// Rows with few different values and rows with many, of which slots go in and out; in nodes of 8
// entries, so that the tree is five levels deep, and in those of the real size.
struct Run {
  unsigned values;
  OrderedIndex::Capacity capacity;
};
constexpr OrderedIndex::Capacity kSmall = {8, 8};
constexpr OrderedIndex::Capacity kReal = {128, 96};

class OrderedIndexRunTest : public ::testing::TestWithParam<Run> {
 protected:
  static constexpr std::uint32_t kRows = 1200;
  OrderedIndexRunTest() : rows_({Type::kInteger, Type::kText}), index_(GetParam().capacity) {
    std::mt19937 random(13);
    for (std::uint32_t i = 0; i < kRows; ++i) {
      values_.push_back({static_cast<std::int64_t>(random() % GetParam().values),
                         i % 3 == 0
                             ? Value()
                             : Value(std::string("equal start ") + std::to_string(random() % 4))});
      rows_.Add(values_.back());
    }
    order_.resize(kRows);
    std::iota(order_.begin(), order_.end(), 0);
  }
  void Insert(std::uint32_t slot) {
    index_.Insert(rows_.indexed(), slot);
    twin_.insert({values_[slot], slot});
  }
  void Erase(std::uint32_t slot) {
    index_.Erase(rows_.indexed(), slot);
    twin_.erase({values_[slot], slot});
  }

  RowsForTest rows_;
  std::vector<std::vector<Value>> values_;
  Slots order_;
  OrderedIndex index_;
  Twin twin_;
};

INSTANTIATE_TEST_SUITE_P(Runs, OrderedIndexRunTest,
                         ::testing::Values(Run{1, kSmall}, Run{50, kSmall}, Run{1000000, kSmall},
                                           Run{50, kReal}, Run{1000000, kReal}));

TEST_P(OrderedIndexRunTest, RowsThatComeAndGoInAnyOrderStaySorted) {
  std::mt19937 random(14);
  for (int round = 0; round < 2; ++round) {
    std::shuffle(order_.begin(), order_.end(), random);
    for (std::uint32_t i = 0; i < kRows; ++i) {
      Insert(order_[i]);
      if (i == 8 || i == 128 || i % 250 == 0) ExpectSame(index_, rows_, twin_);
    }
    ExpectSame(index_, rows_, twin_);
    std::shuffle(order_.begin(), order_.end(), random);
    for (std::uint32_t i = 0; i < kRows; ++i) {
      Erase(order_[i]);
      if (i % 250 == 0 || i + 5 > kRows) ExpectSame(index_, rows_, twin_);
    }
    ASSERT_TRUE(twin_.empty());
  }
}

TEST_P(OrderedIndexRunTest, RowsThatComeInOrderAndGoFromEitherEndStaySorted) {
  std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(values_[a], a) < std::pair(values_[b], b);
  });
  for (const std::uint32_t slot : order_) Insert(slot);
  ExpectSame(index_, rows_, twin_);
  // Full leaves: 12 bytes an entry, and little more.
  if (GetParam().capacity.leaf == kReal.leaf) {
    EXPECT_LT(index_.bytes(), kRows * 15);
  }
  for (std::uint32_t i = 0; i < kRows / 2; ++i) Erase(order_[i]);
  ExpectSame(index_, rows_, twin_);
  for (std::uint32_t i = kRows / 2; i-- > 0;) Insert(order_[i]);
  ExpectSame(index_, rows_, twin_);
  for (std::uint32_t i = kRows; i-- > 0;) Erase(order_[i]);
  ExpectSame(index_, rows_, twin_);
}

TEST_P(OrderedIndexRunTest, ThinnedOutItGivesItsNodesBack) {
  for (const std::uint32_t slot : order_) Insert(slot);
  const std::size_t full = index_.bytes();
  for (const std::uint32_t slot : order_) {
    if (slot % 20 != 0) Erase(slot);
  }
  ExpectSame(index_, rows_, twin_);
  // The nodes that became free are used again before any is added.
  for (const std::uint32_t slot : order_) {
    if (slot % 20 != 0) Insert(slot);
  }
  ExpectSame(index_, rows_, twin_);
  EXPECT_LE(index_.bytes(), full + full / 4);
}

TEST_P(OrderedIndexRunTest, BuiltAtOnceItIsAsIfFilledRowByRow) {
  for (const std::uint32_t n : {0u, 1u, 6u, 7u, 8u, 111u, 112u, 113u, 1199u, kRows}) {
    OrderedIndex index(GetParam().capacity);
    Twin twin;
    const Slots slots(order_.begin(), order_.begin() + n);
    index.Build(rows_.indexed(), slots);
    for (const std::uint32_t slot : slots) twin.insert({values_[slot], slot});
    ExpectSame(index, rows_, twin);
    for (std::uint32_t slot = n; slot < std::min(n + 300, kRows); ++slot) {
      index.Insert(rows_.indexed(), slot);
      twin.insert({values_[slot], slot});
    }
    for (const std::uint32_t slot : slots) {
      if (slot % 3 == 0) continue;
      index.Erase(rows_.indexed(), slot);
      twin.erase({values_[slot], slot});
    }
    ExpectSame(index, rows_, twin);
  }
}

TEST_P(OrderedIndexRunTest, ForksGoTheirOwnWays) {
  std::mt19937 random(15);
  for (std::uint32_t slot = 0; slot < kRows / 2; ++slot) Insert(slot);
  OrderedIndex fork = index_.Fork();
  EXPECT_EQ(index_.shared_bytes(), index_.bytes());
  Twin fork_twin = twin_;
  for (std::uint32_t slot = kRows / 2; slot < kRows; ++slot) Insert(slot);
  for (int i = 0; i < 300; ++i) {
    const std::uint32_t slot = random() % (kRows / 2);
    if (fork_twin.erase({values_[slot], slot}) > 0) fork.Erase(rows_.indexed(), slot);
  }
  ExpectSame(index_, rows_, twin_);
  ExpectSame(fork, rows_, fork_twin);
}

TEST_P(OrderedIndexRunTest, RangesAreCountedExactlyAndEstimatedClosely) {
  for (const std::uint32_t slot : order_) Insert(slot);
  std::mt19937 random(16);
  const IndexedRows rows = rows_.indexed();
  for (int i = 0; i < 200; ++i) {
    std::int64_t low = random() % GetParam().values;
    std::int64_t high = random() % GetParam().values;
    if (low > high) std::swap(low, high);
    const std::vector<ValueView> from = {low};
    const std::vector<ValueView> to = {high};
    const auto begin = index_.Seek(rows, from, false);
    const auto end = index_.Seek(rows, to, true);
    const auto expected = static_cast<std::uint64_t>(
        std::distance(twin_.lower_bound({{low}, 0}), twin_.lower_bound({{high + 1}, 0})));
    EXPECT_EQ(index_.Count(begin, end), expected);
    const std::uint64_t estimate = index_.Estimate(rows, begin, end);
    EXPECT_LE(estimate, expected * 2 + 256);
    EXPECT_GE(estimate + 256, expected / 2);
    EXPECT_EQ(index_.Count(begin, begin), 0u);
    EXPECT_EQ(index_.Estimate(rows, end, end), 0u);
  }
}

TEST(OrderedIndexTest, AnEmptyIndexFindsNothing) {
  const RowsForTest rows({Type::kInteger});
  const OrderedIndex index;
  ExpectSame(index, rows, {});
  EXPECT_EQ(index.Seek(rows.indexed(), {}, true), OrderedIndex::Position());
}

TEST(OrderedIndexTest, TheCheckFindsRowsThatAreMissingGoneOrChanged) {
  RowsForTest rows({Type::kInteger});
  OrderedIndex index;
  for (std::int64_t i = 0; i < 10; ++i) index.Insert(rows.indexed(), rows.Add({i}));
  Slots alive(10);
  std::iota(alive.begin(), alive.end(), 0);
  EXPECT_TRUE(IsOk(index.CheckInvariants(rows.indexed(), alive)));
  alive.push_back(rows.Add({3}));
  EXPECT_FALSE(IsOk(index.CheckInvariants(rows.indexed(), alive)));
  alive.erase(alive.begin());
  EXPECT_FALSE(IsOk(index.CheckInvariants(rows.indexed(), alive)));
}

}  // namespace
}  // namespace relata::internal
