#include "relata/loader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
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

TEST_F(LoaderTest, ColumnsAreTheSameAsRows) {
  Loader loader(schema_);
  const std::vector<std::int64_t> keys = {1, 2}, teams = {2, 1}, lengths = {1, 20},
                                  captain = {1, 0};
  const std::vector<std::uint8_t> no_captain = {2};
  const std::string names = "A" + std::string(20, 'B');
  ASSERT_TRUE(
      IsOk(loader.AppendColumns(team_, 2,
                                std::vector<Column>{{.integers = keys},
                                                    {.lengths = lengths, .bytes = names},
                                                    {.integers = captain, .nulls = no_captain}})));
  ASSERT_TRUE(IsOk(loader.AppendColumns(
      player_, 2, std::vector<Column>{{.integers = keys}, {.integers = teams}})));
  ASSERT_TRUE(IsOk(loader.Append(player_, Player(9, 1))));
  const Store store = Must(std::move(loader).Finish());
  EXPECT_TRUE(IsOk(store.CheckInvariants()));

  Loader by_rows(schema_);
  ASSERT_TRUE(IsOk(by_rows.Append(team_, Team(1, "A", std::int64_t{1}))));
  ASSERT_TRUE(IsOk(by_rows.Append(team_, Team(2, std::string(20, 'B'), {}))));
  ASSERT_TRUE(IsOk(by_rows.Append(player_, Player(1, 2))));
  ASSERT_TRUE(IsOk(by_rows.Append(player_, Player(2, 1))));
  ASSERT_TRUE(IsOk(by_rows.Append(player_, Player(9, 1))));
  const Store expected = Must(std::move(by_rows).Finish());
  EXPECT_TRUE(Must(Store::Diff(expected, store)).empty());
  EXPECT_EQ(store.NextKey(player_), 10);
  EXPECT_EQ(Must(store.Get(Must(store.Find(team_, 1)), players_)),
            (std::vector<Instance>{Must(store.Find(player_, 2)), Must(store.Find(player_, 9))}));
}

TEST_F(LoaderTest, ColumnsThatTheSchemaForbidsAreRefusedByRow) {
  const auto first_error = [&](const std::vector<Column>& columns, std::size_t rows = 2) {
    Loader loader(schema_);
    const absl::Status refused = loader.AppendColumns(team_, rows, columns);
    EXPECT_EQ(std::move(loader).Finish().status(), refused);  // the loader is spent
    return refused;
  };
  const std::vector<std::int64_t> keys = {1, 2}, twice = {5, 5}, none = {0, 0}, ones = {1, 1};
  const std::vector<std::uint8_t> first = {1}, both = {3};
  const Column captain{.integers = none, .nulls = both};
  const Column names{.lengths = ones, .bytes = "AB"};
  const Column same{.lengths = ones, .bytes = "AA"};
  EXPECT_TRUE(FailsWith(first_error({{.integers = twice}, names, captain}), ErrorKind::kUnique,
                        "row 2 of model team: a team with id = 5"));
  EXPECT_TRUE(FailsWith(first_error({{.integers = keys}, same, captain}), ErrorKind::kUnique,
                        "row 2 of model team"));
  EXPECT_TRUE(FailsWith(first_error({{.integers = keys, .nulls = first}, names, captain}),
                        ErrorKind::kNotNull, "row 1 of model team: team.id"));
  for (const auto& [columns, says] : std::vector<std::pair<std::vector<Column>, std::string>>{
           {{{.integers = keys}, names}, "3 values, got 2"},
           {{{.integers = keys}, {.integers = keys}, captain}, "team.name"},
           {{{.integers = keys}, {.lengths = ones, .bytes = "ABC"}, captain}, "do not fit"},
           {{{.integers = keys}, {.lengths = ones, .bytes = "A"}, captain}, "do not fit"},
           {{{.integers = keys}, names, {.integers = none, .nulls = {}}, captain}, "got 4"}}) {
    EXPECT_TRUE(FailsWith(first_error(columns), absl::StatusCode::kInvalidArgument, says));
  }
  EXPECT_TRUE(FailsWith(first_error({{.integers = keys}, names, captain}, 3),
                        absl::StatusCode::kInvalidArgument, "for 3 rows"));
}

// A row that waits for its parent must not be overtaken by a later one that need not.
TEST_F(LoaderTest, ChildrenOfColumnsStayInTheOrderOfTheRows) {
  Loader loader(schema_);
  const auto append = [&](Model model, std::vector<std::int64_t> keys,
                          std::vector<std::int64_t> teams) {
    const std::vector<std::uint8_t> null(1, 0xff);
    const std::vector<std::int64_t> lengths(keys.size(), 0);
    std::vector<Column> columns = {{.integers = keys}};
    if (model == team_) {
      const std::vector<std::int64_t> ones(keys.size(), 1);
      const std::string names(1, static_cast<char>('A' + keys[0]));
      columns.push_back({.lengths = ones, .bytes = names});
      columns.push_back({.integers = lengths, .nulls = std::span(null).first(1)});
      EXPECT_TRUE(IsOk(loader.AppendColumns(model, keys.size(), columns)));
      return;
    }
    columns.push_back({.integers = teams});
    EXPECT_TRUE(IsOk(loader.AppendColumns(model, keys.size(), columns)));
  };
  append(team_, {1}, {});
  append(player_, {1, 2}, {1, 1});
  append(player_, {3, 4}, {2, 1});  // 3 waits for team 2, and 4 for 3
  append(team_, {2}, {});
  append(player_, {5, 6}, {2, 1});
  const Store store = Must(std::move(loader).Finish());
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
  const auto at = [&](std::int64_t key) { return Must(store.Find(player_, key)); };
  EXPECT_EQ(Must(store.Get(Must(store.Find(team_, 1)), players_)),
            (std::vector<Instance>{at(1), at(2), at(4), at(6)}));
  EXPECT_EQ(Must(store.Get(Must(store.Find(team_, 2)), players_)),
            (std::vector<Instance>{at(3), at(5)}));
}

TEST_F(LoaderTest, TheNextKeyCannotBeOneInUse) {
  Loader loader(schema_);
  ASSERT_TRUE(IsOk(loader.Append(team_, Team(10, "A", {}))));
  EXPECT_TRUE(FailsWith(loader.SetNextKey(team_, 10), absl::StatusCode::kInvalidArgument, "team"));
  EXPECT_TRUE(IsOk(loader.SetNextKey(team_, 11)));
}

}  // namespace
}  // namespace relata
