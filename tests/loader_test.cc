#include "relata/loader.h"

#include <gtest/gtest.h>

#include <vector>

#include "relata/schema_builder.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class LoaderTest : public ::testing::Test {
 protected:
  LoaderTest() {
    SchemaBuilder builder({.cycles = SchemaOptions::Cycles::kDefer});
    team_ = builder.Define("team", {{"name", Text().Unique()}});
    player_ = builder.Define("player", {});
    players_ = builder.HasMany(team_, player_, {.foreign_key = KeyColumns("teamId").NotNull()});
    builder.BelongsTo(team_, player_, {.as = "captain"});
    schema_ = Must(std::move(builder).Build());
  }
  // team: id, name, captainId; player: id, teamId
  static std::vector<ValueView> Team(std::int64_t id, std::string_view name, ValueView captain) {
    return {id, name, captain};
  }
  static std::vector<ValueView> Player(std::int64_t id, std::int64_t team) { return {id, team}; }

  Model team_, player_;
  Association players_;
  Schema schema_;
};

TEST_F(LoaderTest, RowsMayComeInAnyOrderEvenInACycle) {
  Loader loader(schema_);
  loader.Reserve(player_, 2);
  ASSERT_TRUE(IsOk(loader.Append(player_, Player(5, 1))));
  ASSERT_TRUE(IsOk(loader.Append(player_, Player(3, 1))));
  ASSERT_TRUE(IsOk(loader.Append(team_, Team(1, "A", std::int64_t{3}))));
  ASSERT_TRUE(IsOk(loader.SetNextKey(player_, 100)));
  const Store store = Must(std::move(loader).Finish());
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
  EXPECT_EQ(Must(store.Get(Must(store.Find(team_, 1)), players_)),
            (std::vector<Instance>{Must(store.Find(player_, 5)), Must(store.Find(player_, 3))}));
  EXPECT_EQ(store.NextKey(player_), 100);
  EXPECT_EQ(store.NextKey(team_), 2);
}

TEST_F(LoaderTest, WhatTheSchemaForbidsIsRefused) {
  const auto first_error = [&](Model model, std::vector<ValueView> row) {
    Loader loader(schema_);
    EXPECT_TRUE(IsOk(loader.Append(team_, Team(1, "A", {}))));
    const absl::Status refused = loader.Append(model, row);
    EXPECT_EQ(std::move(loader).Finish().status(), refused);  // the loader is spent
    return refused;
  };
  EXPECT_TRUE(FailsWith(first_error(team_, Team(2, "A", {})), ErrorKind::kUnique, "name = 'A'"));
  EXPECT_TRUE(FailsWith(first_error(team_, Team(1, "B", {})), ErrorKind::kUnique, "id = 1"));
  EXPECT_TRUE(
      FailsWith(first_error(player_, {std::int64_t{1}, {}}), ErrorKind::kNotNull, "teamId"));
  EXPECT_TRUE(FailsWith(first_error(player_, {std::int64_t{1}}), absl::StatusCode::kInvalidArgument,
                        "2 values, got 1"));
  EXPECT_TRUE(FailsWith(first_error(player_, {true, std::int64_t{1}}),
                        absl::StatusCode::kInvalidArgument, "player.id"));
}

TEST_F(LoaderTest, ADanglingReferenceIsFoundAtTheEnd) {
  Loader loader(schema_);
  ASSERT_TRUE(IsOk(loader.Append(player_, Player(1, 9))));
  EXPECT_TRUE(FailsWith(std::move(loader).Finish(), ErrorKind::kForeignKey, "player 1"));
}

TEST_F(LoaderTest, TheNextKeyCannotBeOneInUse) {
  Loader loader(schema_);
  ASSERT_TRUE(IsOk(loader.Append(team_, Team(10, "A", {}))));
  EXPECT_TRUE(FailsWith(loader.SetNextKey(team_, 10), absl::StatusCode::kInvalidArgument, "team"));
  EXPECT_TRUE(IsOk(loader.SetNextKey(team_, 11)));
}

}  // namespace
}  // namespace relata
