// Flushing change sets by themselves, and what is said of those that no store would yield.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sqlite_test_util.h"

namespace relata {
namespace {

using ::testing::AllOf;
using testing::Built;
using testing::ClubSchema;
using testing::ContentsOf;
using ::testing::ElementsAre;
using testing::ExpectSound;
using testing::FailsWith;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::kPlayer;
using testing::kTeam;
using testing::MessageOf;
using testing::World;

TEST(SqliteChangeSetTest, ChangeSetsOfTransactionsAreFlushedOneByOne) {
  World w(ClubSchema());
  std::vector<ChangeSet> commits;
  const auto commit = [&](const std::function<absl::Status()>& work) {
    absl::StatusOr<ChangeSet> changes = w.store.Transact(work);
    ASSERT_TRUE(changes.ok()) << changes.status();
    EXPECT_TRUE(IsOk(w.db.Flush(*changes)));
    EXPECT_TRUE(ContentsOf(w.path, w.schema) == ContentsOf(w.store));
    ExpectSound(w.path);
  };
  commit([&] { return w.store.Create(kTeam, {{"name", "a"}}).status(); });
  commit([&] { return w.store.Create(kPlayer, {{"teamId", 1}}).status(); });
  commit([&] { return w.store.Set(*w.store.Find(kTeam, 1), "id", 5); });
  commit([&] { return w.store.Delete(*w.store.Find(kTeam, 5)); });
  // A store can follow: the database is read for what it holds.
  w.Create(kTeam, {{"name", "b"}});
  EXPECT_EQ(w.Flush().created, 1U);
}

RowChange Change(RowChange::Kind kind, Model model, Key key,
                 std::vector<AttributeChange> attributes) {
  return {kind, model, std::move(key), std::move(attributes)};
}

TEST(SqliteChangeSetTest, AChangeSetThatDoesNotFitTheSchemaIsRefused) {
  World w(ClubSchema());
  using Kind = RowChange::Kind;
  const std::uint32_t name = *w.schema[kTeam].FindAttribute("name");
  const std::vector<RowChange> bad = {
      Change(Kind::kCreate, Model{9}, 1, {}),
      Change(Kind::kCreate, kTeam, "text", {}),
      Change(Kind::kCreate, kTeam, Key{1, 2}, {}),
      Change(Kind::kCreate, kTeam, Key(), {}),
      Change(Kind::kCreate, kTeam, 1, {{99, {}, 1}}),
      Change(Kind::kCreate, kTeam, 1, {{name, {}, 1}}),
      Change(Kind::kCreate, kTeam, 1, {{name, {}, "a"}, {name, {}, "b"}}),
      Change(Kind::kUpdate, kTeam, 1, {{*w.schema[kTeam].FindAttribute("id"), 1, {}}}),
  };
  for (const RowChange& change : bad) {
    const auto report = w.db.Flush(ChangeSet{{change}, {}});
    EXPECT_EQ(report.status().code(), absl::StatusCode::kInvalidArgument) << report.status();
  }
  for (const SequenceChange change :
       {SequenceChange{Model{9}, 1, 2}, SequenceChange{kTeam, 1, 0}}) {
    const auto report = w.db.Flush(ChangeSet{{}, {change}});
    EXPECT_EQ(report.status().code(), absl::StatusCode::kInvalidArgument) << report.status();
  }
  EXPECT_THAT(w.Query("SELECT count(*) FROM teams"), ElementsAre("0"));
}

// What no store would yield, and what must not reach the file all the same.
TEST(SqliteChangeSetTest, ReferencesThatWouldDangleAreFoundBeforeTheCommit) {
  World w(ClubSchema());
  w.Create(kTeam, {{"name", "a"}});
  w.Create(kPlayer, {{"teamId", 1}});
  w.Flush();
  using Kind = RowChange::Kind;
  const std::uint32_t team_id = *w.schema[kPlayer].FindAttribute("teamId");
  const std::uint32_t id = *w.schema[kTeam].FindAttribute("id");
  const std::vector<std::pair<RowChange, std::string>> bad = {
      {Change(Kind::kCreate, kPlayer, 2, {{team_id, {}, 7}}), "row 2 would refer by \"teamId\""},
      {Change(Kind::kUpdate, kPlayer, 1, {{team_id, 1, 7}}), "row 1 would refer by \"teamId\""},
      {Change(Kind::kDelete, kTeam, 1, {}), "row 1 would still refer by \"teamId\""},
      {Change(Kind::kUpdate, kTeam, 1, {{id, 1, 3}}), "row 1 would still refer by \"teamId\""},
  };
  const auto before = ContentsOf(w.path, w.schema);
  for (const auto& [change, message] : bad) {
    const auto report = w.db.Flush(ChangeSet{{change}, {}});
    EXPECT_EQ(report.status().code(), absl::StatusCode::kFailedPrecondition) << report.status();
    EXPECT_THAT(MessageOf(report), AllOf(HasSubstr(w.path), HasSubstr(message)));
    ExpectSound(w.path);
    EXPECT_TRUE(ContentsOf(w.path, w.schema) == before);
  }
  // Both at once hold again.
  EXPECT_TRUE(IsOk(w.db.Flush(
      ChangeSet{{bad[2].first, Change(Kind::kUpdate, kPlayer, 1, {{team_id, 1, {}}})}, {}})));
  ExpectSound(w.path);
}

TEST(SqliteChangeSetTest, AReferenceInThePrimaryKeyIsLookedUpToo) {
  SchemaBuilder builder;
  const Model team = builder.Define("team", {});
  const Model badge = builder.Define("badge", {{"teamId", Integer().PrimaryKey()}});
  builder.BelongsTo(badge, team);
  World w(Built(std::move(builder)));
  const RowChange create = Change(RowChange::Kind::kCreate, badge, 1, {});
  EXPECT_TRUE(FailsWith(w.db.Flush(ChangeSet{{create}, {}}), absl::StatusCode::kFailedPrecondition,
                        "would refer by \"teamId\""));
  EXPECT_TRUE(
      IsOk(w.db.Flush(ChangeSet{{Change(RowChange::Kind::kCreate, team, 1, {}), create}, {}})));
  ExpectSound(w.path);
}

TEST(SqliteChangeSetTest, RowsThatAreNotAsExpectedAbortTheFlush) {
  World w(ClubSchema());
  w.Create(kTeam, {{"name", "a"}});
  w.Flush();
  using Kind = RowChange::Kind;
  const std::uint32_t name = *w.schema[kTeam].FindAttribute("name");
  const std::uint32_t city = *w.schema[kTeam].FindAttribute("city");
  const std::vector<RowChange> bad = {
      Change(Kind::kDelete, kTeam, 2, {}),
      Change(Kind::kDelete, kPlayer, 2, {}),
      Change(Kind::kUpdate, kTeam, 2, {{city, {}, "x"}}),
      Change(Kind::kUpdate, kTeam, 2, {{name, {}, "x"}}),
      Change(Kind::kCreate, kTeam, 1, {{name, {}, "x"}}),
      Change(Kind::kCreate, kTeam, 2, {{name, {}, "a"}}),
  };
  for (const RowChange& change : bad) {
    const auto report = w.db.Flush(ChangeSet{{change}, {}});
    EXPECT_EQ(report.status().code(), absl::StatusCode::kAborted) << report.status();
    EXPECT_THAT(MessageOf(report), HasSubstr("changed by someone else"));
  }
  const auto missing = w.db.Flush(ChangeSet{{Change(Kind::kCreate, kTeam, 2, {})}, {}});
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kFailedPrecondition) << missing.status();
  EXPECT_THAT(MessageOf(missing), HasSubstr("teams.name"));
  EXPECT_THAT(w.Query("SELECT id, name, city FROM teams"), ElementsAre("1|a|Berlin"));
  w.Flush();
}

TEST(SqliteChangeSetTest, TheStatementsOfAFlushCanBeRead) {
  World w(ClubSchema());
  w.Create(kTeam, {{"name", "a"}});
  w.Create(kTeam, {{"name", "b"}});
  w.Flush();
  absl::StatusOr<ChangeSet> changes = w.store.Transact([&]() -> absl::Status {
    EXPECT_TRUE(IsOk(w.store.Delete(*w.store.Find(kTeam, 1))));
    EXPECT_TRUE(IsOk(w.store.Set(*w.store.Find(kTeam, 2), "name", "it's")));
    return w.store.Create(kPlayer, {{"name", "p"}, {"teamId", 2}}).status();
  });
  ASSERT_TRUE(IsOk(changes));
  const absl::StatusOr<std::vector<std::string>> lines = w.db.ExplainFlush(*changes);
  ASSERT_TRUE(IsOk(lines));
  ASSERT_EQ(lines->size(), 5U) << ::testing::PrintToString(*lines);
  EXPECT_EQ((*lines)[0], "DELETE FROM \"teams\" WHERE \"id\" = 1");
  EXPECT_EQ((*lines)[1], "DELETE FROM \"teams\" WHERE \"id\" = 2 RETURNING *");
  EXPECT_EQ((*lines)[2],
            "INSERT INTO \"teams\" the row taken out WHERE \"id\" = 2 with \"name\" = 'it''s'");
  EXPECT_THAT((*lines)[3], AllOf(HasSubstr("INSERT INTO \"players\" ("), HasSubstr("'p'")));
  EXPECT_EQ((*lines)[4], "UPDATE \"sqlite_sequence\" SET \"seq\" = 1 WHERE \"name\" = 'players'");
}

}  // namespace
}  // namespace relata
