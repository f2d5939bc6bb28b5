// What a nested create has made arrives in a database as it is in memory.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "relata/persistence/sqlite.h"
#include "relata/relata.h"
#include "tests/sqlite_test_util.h"
#include "tests/status_testing.h"

namespace relata::testing {
namespace {

TEST(NestedCreateSqliteTest, RandomTreesOfEveryKindSurviveAFlushAndALoad) {
  SchemaBuilder builder({.cycles = SchemaOptions::Cycles::kDefer});
  const Model node = builder.Define("node", {{"name", Text()}});
  const Model leaf = builder.Define("leaf", {{"name", Text()}});
  builder.Define("edge", {{"weight", Integer()}});
  builder.HasMany(node, node, {.as = "children", .foreign_key = "parentId"});
  builder.BelongsTo(node, node, {.as = "parent", .foreign_key = "parentId"});
  builder.HasOne(node, leaf);
  builder.BelongsTo(node, leaf, {.as = "mark"});
  builder.BelongsToMany(node, leaf, {.as = "leaves", .through = "edge"});
  const Schema schema = Must(std::move(builder).Build());
  constexpr unsigned kSeed = 7;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);

  TempDir dir;
  Store store(schema);
  SqliteDatabase db = Opened(dir / "trees.db", schema);
  for (int tree = 0; tree < 30; ++tree) {
    Draft draft;
    std::vector<DraftRow> nodes = {draft.root()};
    std::size_t leaves = 0;
    for (int i = 0; i < 30; ++i) {
      const DraftRow at = nodes[random() % nodes.size()];
      const std::string name = "n" + std::to_string(tree) + "." + std::to_string(i);
      switch (random() % 4) {
        case 0:
          nodes.push_back(at.Create("children"));
          nodes.back().Set("name", name);
          break;
        case 1:
          at.Create("leaves").Set("name", name).Through({{"weight", i}});
          ++leaves;
          break;
        case 2:
          if (store.Count(leaf) == 0) break;
          at.Connect("leaves", 1 + static_cast<int>(random() % store.Count(leaf)));
          break;
        default:
          nodes.push_back(draft.root().Create("children"));
          nodes.back().Create("leaf").Set("name", name);
          nodes.back().Create("mark").Set("name", name);
          leaves += 2;
      }
    }
    const std::size_t before = store.Count(node);
    const std::size_t leaves_before = store.Count(leaf);
    ASSERT_TRUE(IsOk(store.Create(node, draft)));
    ASSERT_EQ(store.Count(node), before + nodes.size());
    ASSERT_EQ(store.Count(leaf), leaves_before + leaves);
    ASSERT_TRUE(IsOk(store.CheckInvariants()));
    ASSERT_TRUE(IsOk(db.Flush(store)));
  }
  EXPECT_TRUE(ContentsOf(dir / "trees.db", schema) == ContentsOf(store));
  ExpectSound(dir / "trees.db");
}

}  // namespace
}  // namespace relata::testing
