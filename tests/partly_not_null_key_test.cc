// Unlinking by a composite key of which a part must not be null, as where every key begins with
// that of a tenant (rules R7 and R14).
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

// The rest of the key is cleared: that is enough to unlink.
TEST(PartlyNotNullKeyTest, IsClearedWhereItMayBeNullAndRefusedWhereNothingMay) {
  SchemaBuilder builder;
  const Model team =
      builder.Define("team", {{"tenant", Integer().PrimaryKey()}, {"id", Integer().PrimaryKey()}});
  const Model player = builder.Define("player", {{"tenant", Integer().NotNull()}});
  const Model coach =
      builder.Define("coach", {{"tenant", Integer().NotNull()}, {"teamId", Integer().NotNull()}});
  const Association players = builder.HasMany(team, player, {.foreign_key = {"tenant", "teamId"}});
  const Association its_team =
      builder.BelongsTo(player, team, {.foreign_key = {"tenant", "teamId"}});
  const Association its_coach = builder.HasOne(team, coach, {.foreign_key = {"tenant", "teamId"}});
  Store store(Must(std::move(builder).Build()));
  const Instance t = Must(store.Create(team, {{"tenant", 7}, {"id", 1}}));
  const Instance p = Must(store.Create(player, {{"tenant", 7}}));
  const auto unlink = [&](int way) -> absl::Status {
    if (way == 0) return store.Clear(p, its_team);
    if (way == 1) return store.Remove(t, players, p);
    if (way == 2) return store.Set(t, players, std::vector<Instance>());
    return store.Update(p, {{"team", nullptr}});
  };
  for (int way = 0; way < 4; ++way) {
    ASSERT_TRUE(IsOk(store.Add(t, players, p)));
    ASSERT_TRUE(IsOk(unlink(way)));
    EXPECT_EQ(store.One(p, its_team), std::nullopt);
    EXPECT_EQ(Must(store.Get(p, "tenant")), Value(7));
  }
  const Instance c = Must(store.Create(t, its_coach));
  EXPECT_TRUE(FailsWith(store.Clear(t, its_coach).status(), ErrorKind::kNotNull, "cannot be null"));
  EXPECT_EQ(store.One(t, its_coach), c);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

}  // namespace
}  // namespace relata
