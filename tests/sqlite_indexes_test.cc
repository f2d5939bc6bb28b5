// Secondary indexes on disk: created in SQLite, and in the way of nothing that was stored without
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "relata/persistence/snapshot.h"
#include "relata/persistence/sqlite.h"
#include "relata/schema_builder.h"
#include "tests/sqlite_test_util.h"

namespace relata {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> IndexStatements(SchemaBuilder builder) {
  std::vector<std::string> found;
  for (std::string& statement : SqliteCreateStatements(testing::Must(std::move(builder).Build()))) {
    if (statement.starts_with("CREATE INDEX")) found.push_back(std::move(statement));
  }
  return found;
}

TEST(SqliteIndexesTest, EveryKindIsAnIndexOfSqlitesOwn) {
  SchemaBuilder builder;
  builder.Define("player",
                 {{"name", Text().Index(IndexKind::kHashed)},
                  {"goals", Integer().Index().Column("goal \"count\"")},
                  {"city", Text()}},
                 {.indexes = {{.name = "where", .attributes = {"city", "name"}}}});
  EXPECT_THAT(IndexStatements(std::move(builder)),
              ElementsAre("CREATE INDEX \"players_goal \"\"count\"\"\" ON \"players\" "
                          "(\"goal \"\"count\"\"\")",
                          "CREATE INDEX \"where\" ON \"players\" (\"city\", \"name\")",
                          "CREATE INDEX \"players_name_hash\" ON \"players\" (\"name\")"));
}

TEST(SqliteIndexesTest, NoneIsCreatedThatAnotherServes) {
  SchemaBuilder builder;
  builder.Define("team", {});
  builder.Define("player",
                 {{"number", Integer().PrimaryKey().Index()},  // the row's own number
                  {"goals", Integer().Index().Index(IndexKind::kHashed)},
                  {"name", Text()}},
                 {.indexes = {{.attributes = {"teamId", "name"}}}});
  builder.HasMany("team", "player");
  EXPECT_THAT(IndexStatements(std::move(builder)),
              ElementsAre("CREATE INDEX \"players_goals\" ON \"players\" (\"goals\")",
                          "CREATE INDEX \"players_teamId_name\" ON \"players\" "
                          "(\"teamId\", \"name\")"));
}

Schema Players(bool indexed) {
  SchemaBuilder builder;
  builder.Define(
      "player", {{"name", Text()}, {"goals", Integer()}},
      indexed ? ModelOptions{.indexes = {{.attributes = {"goals", "name"}},
                                         {.attributes = {"name"}, .kind = IndexKind::kHashed}}}
              : ModelOptions{});
  return testing::Must(std::move(builder).Build());
}

Store Filled(const Schema& schema) {
  Store store(schema);
  for (int i = 0; i < 300; ++i) {
    testing::Must(
        store.Create(Model{0}, {{"name", "n" + std::to_string(i % 7)}, {"goals", i % 5}}));
  }
  return store;
}

TEST(SqliteIndexesTest, ASnapshotLoadsUnderASchemaThatAddsOrDropsThem) {
  for (const SnapshotFormat format : {SnapshotFormat::kBinary, SnapshotFormat::kJson}) {
    for (const bool before : {false, true}) {
      const Store store = Filled(Players(before));
      const std::string snapshot = testing::Must(EncodeSnapshot(store, format));
      const Store copy = testing::Must(DecodeSnapshot(Players(!before), snapshot));
      EXPECT_EQ(testing::ContentsOf(copy), testing::ContentsOf(store));
      EXPECT_TRUE(testing::IsOk(copy.CheckInvariants()));
      EXPECT_EQ(testing::Must(EncodeSnapshot(copy, format)), snapshot);
    }
  }
}

TEST(SqliteIndexesTest, ADatabaseOpensAndLoadsUnderASchemaThatAddsOrDropsThem) {
  for (const bool before : {false, true}) {
    const testing::TempDir folder;
    const std::string path = folder / "club.db";
    Store store = Filled(Players(before));
    {
      auto database = testing::Must(SqliteDatabase::Open(path, Players(before)));
      ASSERT_TRUE(testing::IsOk(database.Flush(store)));
    }
    auto database = testing::Must(SqliteDatabase::Open(path, Players(!before)));
    Store loaded = testing::Must(database.Load());
    EXPECT_EQ(testing::ContentsOf(loaded), testing::ContentsOf(store));
    EXPECT_TRUE(testing::IsOk(loaded.CheckInvariants()));
    ASSERT_TRUE(testing::IsOk(loaded.Create(Model{0}, {{"goals", 9}})));
    EXPECT_TRUE(testing::IsOk(database.Flush(loaded)));
  }
}

}  // namespace
}  // namespace relata
