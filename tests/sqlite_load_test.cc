// Loading and checking what others have written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/sqlite_test_util.h"

namespace relata {
namespace {

using ::testing::AllOf;
using testing::Built;
using testing::ClubSchema;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::kTeam;
using testing::MessageOf;
using testing::Opened;
using testing::RawDatabase;
using testing::TempDir;

TEST(SqliteLoadTest, WhatBreaksTheSchemaIsDataLossWithTheRow) {
  SchemaBuilder builder;
  builder.Define("team", {{"name", Text()}, {"tag", Uuid()}});
  builder.Define("player", {});
  builder.HasMany("team", "player");
  const Schema schema = Built(std::move(builder));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"INSERT INTO teams (id, tag) VALUES (5, 'x')",
       "table \"teams\", row 5: column \"tag\" holds a TEXT that is no UUID"},
      {"INSERT INTO teams (id, tag) VALUES (5, '123E4567-E89B-12D3-A456-426614174000')",
       "row 5: column \"tag\""},
      {"INSERT INTO teams (id, name) VALUES (6, CAST(x'ff' AS TEXT))", "row 6"},
      {"PRAGMA foreign_keys = OFF; INSERT INTO players (id, teamId) VALUES (1, 9)", "9"},
  };
  for (const auto& [sql, message] : cases) {
    TempDir dir;
    SqliteDatabase db = Opened(dir / "a.db", schema);
    RawDatabase(dir / "a.db").Execute(sql);
    const absl::StatusOr<Store> store = db.Load();
    EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << sql << store.status();
    EXPECT_THAT(MessageOf(store), AllOf(HasSubstr(dir / "a.db"), HasSubstr(message)));
    // The object is none the worse for it.
    RawDatabase(dir / "a.db")
        .Execute("DELETE FROM players; DELETE FROM teams; DELETE FROM sqlite_sequence");
    EXPECT_TRUE(IsOk(db.Load()));
  }
}

TEST(SqliteLoadTest, RowsComeInTheOrderOfTheirKeys) {
  TempDir dir;
  const Schema schema = ClubSchema();
  SqliteDatabase db = Opened(dir / "a.db", schema);
  RawDatabase(dir / "a.db")
      .Execute("INSERT INTO teams (id, name) VALUES (3, 'c'), (1, 'z'), (2, 'b')");
  const absl::StatusOr<Store> store = db.Load();
  ASSERT_TRUE(IsOk(store));
  std::vector<std::string> keys;
  for (const Instance i : store->All(kTeam)) keys.push_back(store->KeyOf(i).ToString());
  EXPECT_THAT(keys, ElementsAre("1", "2", "3"));
  EXPECT_EQ(store->NextKey(kTeam), 4);
}

TEST(SqliteLoadTest, AKeyThatAnotherProgramRaisedIsNotGeneratedAgain) {
  TempDir dir;
  const Schema schema = ClubSchema();
  SqliteDatabase db = Opened(dir / "a.db", schema);
  RawDatabase(dir / "a.db")
      .Execute("INSERT INTO teams (name) VALUES ('a'); UPDATE teams SET id = 7");
  const absl::StatusOr<Store> store = db.Load();
  ASSERT_TRUE(IsOk(store));
  EXPECT_EQ(store->NextKey(kTeam), 8);
}

TEST(SqliteCheckTest, AReferenceThatDanglesIsNamed) {
  TempDir dir;
  SqliteDatabase db = Opened(dir / "a.db", ClubSchema());
  EXPECT_TRUE(IsOk(db.Check()));
  RawDatabase(dir / "a.db")
      .Execute("PRAGMA foreign_keys = OFF; INSERT INTO players (id, teamId) VALUES (4, 9)");
  const absl::Status status = db.Check();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(MessageOf(status),
              HasSubstr("table \"players\", row number 4, refers to a row of table \"teams\""));
}

}  // namespace
}  // namespace relata
