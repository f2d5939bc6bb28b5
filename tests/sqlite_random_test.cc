// A graph with every kind of key and reference, changed at random and flushed now and then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

#include "tests/sqlite_test_util.h"

namespace relata {
namespace {

using testing::Built;
using testing::kPlayer;
using testing::kTeam;
using testing::World;

class RandomWorld {
 public:
  explicit RandomWorld(std::uint64_t seed) : random_(seed), world_(MakeSchema()) {}

  void Step() {
    switch (random_() % 9) {
      case 0:
        (void)world_.store.Create(kTeam, {{"name", Name()}, {"code", Roll(8)}});
        break;
      case 1:
        (void)world_.store.Create(kPlayer, {{"teamId", Roll(12)}, {"mentorId", Roll(12)}});
        break;
      case 2:
        (void)world_.store.Create(kPlayer, {{"name", Name()}});
        break;
      case 3:
        (void)world_.store.Create(kJoin, {{"teamId", Roll(12)}, {"playerId", Roll(12)}});
        break;
      case 4:
        Change([&](Instance i) { return world_.store.Delete(i); });
        break;
      case 5:
        Change([&](Instance i) { return world_.store.Set(i, "id", Roll(14)); });
        break;
      case 6:
        Change([&](Instance i) { return world_.store.Set(i, "name", Name()); });
        break;
      case 7:
        Change([&](Instance i) { return world_.store.Set(i, "code", Roll(8)); });
        break;
      default:
        Change([&](Instance i) {
          return world_.store.Set(i, {{"teamId", Roll(12)}, {"teamCode", Roll(8)}});
        });
    }
  }
  void FlushAndCompare() { world_.Flush(); }
  std::size_t Rows() const { return world_.store.Stats().rows; }
  Value Roll(int sides) {
    const int n = static_cast<int>(random_() % static_cast<unsigned>(sides));
    return n == 0 ? Value() : Value(n);
  }

 private:
  static constexpr Model kJoin{2};

  static Schema MakeSchema() {
    SchemaBuilder builder;
    builder.Define("team", {{"name", Text().Unique()}, {"code", Integer().Unique()}});
    builder.Define("player", {{"name", Text()}});
    builder.Define("membership", {{"teamId", Integer().PrimaryKey()},
                                  {"playerId", Integer().PrimaryKey()},
                                  {"name", Text()}});
    builder.HasMany("team", "player", {.foreign_key = "teamId"});
    builder.HasMany("team", "player",
                    {.as = "followers", .foreign_key = "teamCode", .source_key = "code"});
    builder.BelongsTo("player", "player", {.as = "mentor", .on_delete = Action::kCascade});
    builder.BelongsTo("membership", "team",
                      {.foreign_key = "teamId", .on_delete = Action::kCascade});
    builder.BelongsTo("membership", "player",
                      {.foreign_key = "playerId", .on_delete = Action::kCascade});
    return Built(std::move(builder));
  }
  Value Name() { return std::string(1, static_cast<char>('a' + random_() % 8)); }
  // Applies an operation, which the store may refuse, to some row.
  template <typename F>
  void Change(const F& operation) {
    const Model model{static_cast<std::uint32_t>(random_() % 3)};
    const std::size_t count = world_.store.Count(model);
    if (count == 0) return;
    std::size_t skip = random_() % count;
    for (const Instance instance : world_.store.All(model)) {
      if (skip-- == 0) {
        (void)operation(instance);
        return;
      }
    }
  }

  std::mt19937_64 random_;
  World world_;
};

TEST(SqliteRandomTest, WhateverHappensTheFileHoldsWhatTheStoreHolds) {
  const char* seed_text = std::getenv("RELATA_SEED");
  const std::uint64_t first = seed_text == nullptr ? 1 : std::strtoull(seed_text, nullptr, 10);
  std::size_t rows = 0;
  for (std::uint64_t seed = first; seed < first + 10; ++seed) {
    SCOPED_TRACE("RELATA_SEED=" + std::to_string(seed));
    RandomWorld world(seed);
    std::mt19937_64 pace(seed);
    for (int flush = 0; flush < 30; ++flush) {
      for (auto steps = pace() % 40; steps > 0; --steps) world.Step();
      world.FlushAndCompare();
      if (::testing::Test::HasFailure()) return;
      rows += world.Rows();
    }
  }
  EXPECT_GT(rows, 1000U);
}

}  // namespace
}  // namespace relata
