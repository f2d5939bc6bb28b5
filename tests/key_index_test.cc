#include "graph/key_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>
#include <vector>

#include "tests/status_testing.h"

namespace relata::internal {
namespace {

using relata::testing::IsOk;

std::uint32_t FindSlot(const KeyIndex& index, std::uint32_t hash, std::uint32_t slot) {
  return index.Find(hash, [&](std::uint32_t s) { return s == slot; });
}

TEST(KeyIndexTest, AnEmptyIndexFindsNothing) {
  const KeyIndex index;
  EXPECT_EQ(FindSlot(index, 7, 0), kNoSlot);
  EXPECT_TRUE(IsOk(index.CheckInvariants()));
}

TEST(KeyIndexTest, SlotsOfOneHashAreToldApartByTheCaller) {
  KeyIndex index;
  for (std::uint32_t slot = 0; slot < 100; ++slot) index.Insert(UINT32_MAX, slot);
  for (std::uint32_t slot = 0; slot < 100; ++slot) {
    EXPECT_EQ(FindSlot(index, UINT32_MAX, slot), slot);
  }
  for (std::uint32_t slot = 0; slot < 100; slot += 2) index.Erase(UINT32_MAX, slot);
  for (std::uint32_t slot = 0; slot < 100; ++slot) {
    EXPECT_EQ(FindSlot(index, UINT32_MAX, slot), slot % 2 == 0 ? kNoSlot : slot);
  }
  EXPECT_TRUE(IsOk(index.CheckInvariants()));
}

TEST(KeyIndexTest, RandomOperationsAgreeWithAMapAlsoAcrossForks) {
  std::mt19937 random(2);
  using Twin = std::map<std::uint32_t, std::uint32_t>;  // slot -> hash
  std::vector<std::pair<KeyIndex, Twin>> indexes(1);
  for (int step = 0; step < 30000; ++step) {
    auto& [index, twin] = indexes[random() % indexes.size()];
    const unsigned what = random() % 100;
    const std::uint32_t slot = random() % 3000;
    if (what < 60) {
      if (twin.contains(slot)) continue;
      // Few distinct hashes, so that runs are long and wrap around the end.
      const std::uint32_t hash = UINT32_MAX - random() % 700;
      index.Insert(hash, slot);
      twin[slot] = hash;
    } else if (what < 97) {
      const auto it = twin.find(slot);
      if (it == twin.end()) continue;
      index.Erase(it->second, slot);
      twin.erase(it);
    } else if (indexes.size() < 4) {
      KeyIndex fork = index.Fork();
      Twin copy = twin;
      indexes.emplace_back(std::move(fork), std::move(copy));
    } else {
      indexes.erase(indexes.begin() + static_cast<std::ptrdiff_t>(random() % indexes.size()));
    }
    if (step % 500 != 0) continue;
    for (const auto& [checked, expected] : indexes) {
      ASSERT_TRUE(IsOk(checked.CheckInvariants())) << "step " << step;
      ASSERT_EQ(checked.size(), expected.size());
      for (const auto& [s, hash] : expected) ASSERT_EQ(FindSlot(checked, hash, s), s);
    }
  }
}

}  // namespace
}  // namespace relata::internal
