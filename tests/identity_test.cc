// Finding by key: rows at home in the slot that their key says, rows away from it, typed finds, and
// creating by entries.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/transaction.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::Must;

struct World {
  Schema schema;
  Model team, player;
  Association its_team;
  Field<std::int64_t> team_id, id;
  Field<std::string_view> name;
  Field<std::optional<std::int64_t>> goals;
  Field<std::optional<std::int64_t>> team_key;
};

World MakeWorld() {
  SchemaBuilder builder;
  World w;
  w.team = builder.Define("team", {{"id", Integer().PrimaryKey()}});
  w.player = builder.Define(
      "player",
      {{"id", Integer().PrimaryKey()}, {"name", Text().NotNull().Unique()}, {"goals", Integer()}});
  w.its_team = builder.BelongsTo(w.player, w.team);
  w.schema = Must(std::move(builder).Build());
  w.team_id = Must(w.schema.FieldOf<std::int64_t>(w.team, "id"));
  w.id = Must(w.schema.FieldOf<std::int64_t>(w.player, "id"));
  w.name = Must(w.schema.FieldOf<std::string_view>(w.player, "name"));
  w.goals = Must(w.schema.FieldOf<std::optional<std::int64_t>>(w.player, "goals"));
  w.team_key = Must(w.schema.FieldOf<std::optional<std::int64_t>>(w.player, "teamId"));
  return w;
}

TEST(IdentityTest, KeysInOrderHolesAndStrayKeysAreAllFound) {
  constexpr std::int64_t kLow = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kHigh = std::numeric_limits<std::int64_t>::max();
  const std::vector<std::vector<std::int64_t>> runs = {
      {1, 2, 3, 4},     {7, 8, 9},           {5, 4, 3, 2},    {kLow, kLow + 1, kLow + 2, 0},
      {kHigh, kLow, 0}, {-1, 0, 1, kLow, 2}, {10, 12, 11, 9}, {kLow + 1, kLow, kLow + 2}};
  for (const std::vector<std::int64_t>& keys : runs) {
    const World w = MakeWorld();
    Store store(w.schema);
    std::vector<Instance> teams;
    for (const std::int64_t key : keys)
      teams.push_back(Must(store.Create(w.team, {w.team_id(key)})));
    for (std::size_t i = 0; i < keys.size(); ++i) {
      EXPECT_EQ(store.TryFind(w.team_id, keys[i]), teams[i]) << keys[i];
      EXPECT_EQ(Must(store.Find(w.team, keys[i])), teams[i]) << keys[i];
    }
    EXPECT_EQ(store.TryFind(w.team_id, 77), std::nullopt);
    EXPECT_EQ(store.TryFind(w.team_id, kHigh - 3), std::nullopt);
    EXPECT_TRUE(store.CheckInvariants().ok()) << store.CheckInvariants();
  }
}

TEST(IdentityTest, RandomKeysRollbacksAndForksAgreeWithAMap) {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const World w = MakeWorld();
    Store store(w.schema);
    std::map<std::int64_t, Instance> twin;
    const auto pick = [&] { return static_cast<std::int64_t>(random() % 40) + seed; };
    const auto step = [&](Store& s, std::map<std::int64_t, Instance>& t) {
      const std::int64_t key = pick();
      const auto found = t.find(key);
      switch (random() % 3) {
        case 0: {
          const auto created = s.Create(w.team, {w.team_id(key)});
          ASSERT_EQ(created.ok(), found == t.end());
          if (created.ok()) t[key] = *created;
          break;
        }
        case 1:
          if (found == t.end()) break;
          ASSERT_TRUE(s.Delete(found->second).ok());
          t.erase(found);
          break;
        default: {
          const std::int64_t to = pick();
          if (found == t.end()) break;
          const bool free = to == key || !t.contains(to);
          ASSERT_EQ(s.Set(found->second, w.team_id, to).ok(), free);
          if (!free || to == key) break;
          t[to] = found->second;
          t.erase(key);
        }
      }
    };
    const auto agree = [&](const Store& s, const std::map<std::int64_t, Instance>& t) {
      for (std::int64_t key = 0; key < 80; ++key) {
        const auto expected = t.find(key);
        ASSERT_EQ(s.TryFind(w.team_id, key),
                  expected == t.end() ? std::nullopt : std::optional(expected->second))
            << key;
      }
      ASSERT_TRUE(s.CheckInvariants().ok()) << s.CheckInvariants();
    };
    for (int round = 0; round < 12; ++round) {
      Transaction transaction = store.Begin();
      auto tried = twin;
      for (int i = 0; i < 25; ++i) step(store, tried);
      agree(store, tried);
      if (random() % 2 == 0) {
        ASSERT_TRUE(transaction.Rollback().ok());
      } else {
        ASSERT_TRUE(transaction.CommitQuietly().ok());
        twin = tried;
      }
      agree(store, twin);
      Store fork = Must(store.Fork());
      auto other = twin;
      for (int i = 0; i < 10; ++i) step(fork, other);
      agree(fork, other);
      agree(store, twin);
    }
  }
}

TEST(IdentityTest, ATypedFindSaysWhatIsMissingOrNotUnique) {
  const World w = MakeWorld();
  Store store(w.schema);
  const Instance henry = Must(store.Create(w.player, {w.id(3), w.name("Henry")}));
  EXPECT_EQ(Must(store.Find(w.name, "Henry")), henry);
  EXPECT_EQ(Must(store.Find(w.id, 3)), henry);
  const auto nobody = store.Find(w.name, "Pelé");
  EXPECT_TRUE(absl::IsNotFound(nobody.status())) << nobody.status();
  EXPECT_EQ(nobody.status().message(), "no player has name = 'Pelé'");
  const auto vague = store.Find(w.goals, 3);
  EXPECT_TRUE(absl::IsInvalidArgument(vague.status())) << vague.status();
  EXPECT_EQ(store.TryFind(w.goals, 3), std::nullopt);
}

TEST(IdentityTest, EntriesCreateWhatNamesWould) {
  const World w = MakeWorld();
  Store store(w.schema);
  const Instance team = Must(store.Create(w.team, {w.team_id(9)}));
  const Instance henry =
      Must(store.Create(w.player, {w.id(1), w.its_team(team), w.goals(228), w.name("Henry")}));
  EXPECT_EQ(store.Get(henry, w.goals), 228);
  EXPECT_EQ(store.Get(henry, w.team_key), 9);
  EXPECT_EQ(store.One(henry, w.its_team), team);
  const Instance loose =
      Must(store.Create(w.player, {w.id(2), w.goals(std::nullopt), w.name("B")}));
  EXPECT_EQ(store.One(loose, w.its_team), std::nullopt);
  EXPECT_EQ(store.Get(loose, w.goals), std::nullopt);
}

TEST(IdentityTest, EntriesOfAnotherModelOrAssociationAreRefused) {
  const World w = MakeWorld();
  Store store(w.schema);
  const Instance team = Must(store.Create(w.team, {w.team_id(9)}));
  const Instance other = Must(store.Create(w.team, {w.team_id(10)}));
  ASSERT_TRUE(store.Delete(other).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(store.Create(w.player, {w.team_id(1)}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store.Create(w.team, {w.its_team(team)}).status()));
  EXPECT_TRUE(
      absl::IsNotFound(store.Create(w.player, {w.id(1), w.name("x"), w.its_team(other)}).status()));
  EXPECT_EQ(KindOf(store.Create(w.player, {w.id(1)}).status()), ErrorKind::kNotNull);
  EXPECT_EQ(store.Count(w.player), 0u);
}

}  // namespace
}  // namespace relata
