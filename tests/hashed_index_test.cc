// Lists of equal rows by themselves, beside a map of vectors.
#include "graph/hashed_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
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
using Twin = std::map<std::vector<Value>, Slots>;

Slots Scan(const HashedIndex& index, const RowsForTest& rows, const std::vector<Value>& values) {
  const HashedIndex::List list = index.Find(rows.indexed(), ViewsOf(values));
  Slots slots;
  for (std::uint32_t slot = list.head; slot != kNoSlot;
       slot = slot == list.tail ? kNoSlot : index.After(slot)) {
    slots.push_back(slot);
  }
  EXPECT_EQ(slots.size(), list.size);
  return slots;
}

void ExpectSame(const HashedIndex& index, const RowsForTest& rows, const Twin& twin) {
  Slots alive;
  for (const auto& [values, slots] : twin) {
    ASSERT_EQ(Scan(index, rows, values), slots) << values[0].ToString();
    alive.insert(alive.end(), slots.begin(), slots.end());
  }
  std::sort(alive.begin(), alive.end());
  ASSERT_TRUE(IsOk(index.CheckInvariants(rows.indexed(), alive)));
}

class HashedIndexTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kRows = 3000;
  HashedIndexTest() : rows_({Type::kText, Type::kInteger}) {
    std::mt19937 random(21);
    for (std::uint32_t i = 0; i < kRows; ++i) {
      values_.push_back(
          {random() % 5 == 0 ? Value() : Value(std::to_string(random() % 40)),
           random() % 5 == 0 ? Value() : Value(static_cast<std::int64_t>(random() % 3))});
      rows_.Add(values_.back());
    }
  }
  RowsForTest rows_;
  std::vector<std::vector<Value>> values_;  // by slot
};

TEST_F(HashedIndexTest, RowsOfEqualValuesNullsAmongThemAreFoundInTheOrderInWhichTheyCame) {
  HashedIndex index;
  Twin twin;
  std::mt19937 random(22);
  Slots out(kRows);
  std::iota(out.begin(), out.end(), 0);
  std::shuffle(out.begin(), out.end(), random);
  Slots in;
  for (int step = 0; step < 12000; ++step) {
    // Fills up, thins out, and ends empty.
    const bool grow = step < 4000 ? random() % 10 < 8 : step < 8000 ? random() % 2 == 0 : false;
    Slots& from = grow ? out : in;
    if (from.empty()) continue;
    std::swap(from[random() % from.size()], from.back());
    const std::uint32_t slot = from.back();
    from.pop_back();
    Slots& list = twin[values_[slot]];
    if (grow) {
      index.Insert(rows_.indexed(), slot);
      list.push_back(slot);
      in.push_back(slot);
    } else {
      const auto at = std::find(list.begin(), list.end(), slot);
      const std::uint32_t next = at + 1 == list.end() ? kNoSlot : at[1];
      EXPECT_EQ(index.Erase(rows_.indexed(), slot), next);
      if (random() % 4 == 0) {
        index.InsertBefore(rows_.indexed(), slot, next);
        in.push_back(slot);
      } else {
        list.erase(at);
        out.push_back(slot);
      }
    }
    if (step % 1000 == 0) ExpectSame(index, rows_, twin);
  }
  ExpectSame(index, rows_, twin);
}

TEST_F(HashedIndexTest, AnEmptyIndexFindsNothing) {
  const HashedIndex index;
  EXPECT_EQ(Scan(index, rows_, {Value(), Value()}), Slots());
  EXPECT_TRUE(IsOk(index.CheckInvariants(rows_.indexed(), {})));
}

TEST_F(HashedIndexTest, ForksGoTheirOwnWays) {
  HashedIndex index;
  Twin twin;
  for (std::uint32_t slot = 0; slot < kRows / 2; ++slot) {
    index.Insert(rows_.indexed(), slot);
    twin[values_[slot]].push_back(slot);
  }
  HashedIndex fork = index.Fork();
  EXPECT_EQ(index.shared_bytes(), index.bytes());
  Twin fork_twin = twin;
  for (std::uint32_t slot = kRows / 2; slot < kRows; ++slot) {
    index.Insert(rows_.indexed(), slot);
    twin[values_[slot]].push_back(slot);
  }
  for (std::uint32_t slot = 0; slot < kRows / 2; slot += 3) {
    fork.Erase(rows_.indexed(), slot);
    Slots& list = fork_twin[values_[slot]];
    list.erase(std::find(list.begin(), list.end(), slot));
  }
  ExpectSame(index, rows_, twin);
  ExpectSame(fork, rows_, fork_twin);
}

// A cost that grew with the number of equal rows would need 10^10 steps here.
TEST(HashedIndexDuplicatesTest, TwoHundredThousandEqualRowsGoInRandomOrder) {
  constexpr std::uint32_t kMany = 200000;
  RowsForTest rows({Type::kBoolean});
  HashedIndex index;
  for (std::uint32_t i = 0; i < kMany; ++i) index.Insert(rows.indexed(), rows.Add({true}));
  EXPECT_EQ(index.Find(rows.indexed(), ViewsOf({true})).size, kMany);
  Slots order(kMany);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(23));
  for (std::uint32_t i = 0; i < kMany; ++i) {
    index.Erase(rows.indexed(), order[i]);
    if (i == kMany / 2) {
      Slots alive(order.begin() + i + 1, order.end());
      std::sort(alive.begin(), alive.end());
      EXPECT_EQ(Scan(index, rows, {true}), alive);
      EXPECT_TRUE(IsOk(index.CheckInvariants(rows.indexed(), alive)));
    }
  }
  EXPECT_EQ(index.Find(rows.indexed(), ViewsOf({true})).size, 0u);
}

TEST_F(HashedIndexTest, TheCheckFindsRowsThatAreMissingOrGone) {
  HashedIndex index;
  Slots alive;
  for (std::uint32_t slot = 0; slot < 20; ++slot) {
    index.Insert(rows_.indexed(), slot);
    alive.push_back(slot);
  }
  EXPECT_TRUE(IsOk(index.CheckInvariants(rows_.indexed(), alive)));
  alive.push_back(20);
  EXPECT_FALSE(IsOk(index.CheckInvariants(rows_.indexed(), alive)));
  alive.pop_back();
  alive.pop_back();
  EXPECT_FALSE(IsOk(index.CheckInvariants(rows_.indexed(), alive)));
}

}  // namespace
}  // namespace relata::internal
