// Cycles of constrained foreign keys (rule R5), and the order of models.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "graph/dependency_graph.h"
#include "relata/schema_builder.h"
#include "tests/schema_text.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using testing::FailsWith;
using testing::ForeignKeysOf;
using testing::IsOk;
using testing::Must;

constexpr SchemaOptions kDefer = {.underscored = false, .cycles = SchemaOptions::Cycles::kDefer};

void DeclareVersions(SchemaBuilder& builder, std::optional<bool> constraints = {}) {
  builder.Define("document", {}, {.underscored = true});
  builder.Define("version", {}, {.underscored = true});
  builder.HasMany("document", "version");
  builder.BelongsTo("document", "version",
                    {.as = "Current", .foreign_key = "current_id", .constraints = constraints});
}

TEST(SchemaCyclesTest, ACycleIsRefusedInTheWordsOfTheManual) {
  SchemaBuilder builder;
  DeclareVersions(builder);
  EXPECT_TRUE(FailsWith(
      std::move(builder).Build(), ErrorKind::kCyclicDependency,
      "Cyclic dependency found. 'document' is dependent of itself. Dependency chain: document -> "
      "version => document. Ways out: constraints: false on one of: document belongsTo version as "
      "'Current'; document hasMany version; or SchemaOptions::Cycles::kDefer"));
}

TEST(SchemaCyclesTest, ACycleWithoutOneConstraintIsNone) {
  SchemaBuilder builder;
  DeclareVersions(builder, false);
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(schema.dependency_order(), (std::vector<Model>{{0}, {1}}));
  EXPECT_EQ(ForeignKeysOf(schema, "version"), "document_id -> documents(id) SET NULL/CASCADE");
}

TEST(SchemaCyclesTest, AModelThatRefersToItselfIsNoCycle) {
  SchemaBuilder builder;
  builder.Define("person", {});
  builder.BelongsTo("person", "person", {.as = "mother"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_FALSE(schema[ForeignKey{0}].deferred);
}

TEST(SchemaCyclesTest, OfALongCycleWithAShortcutTheShortestIsTold) {
  SchemaBuilder builder;
  for (const char* name : {"a", "b", "c", "d"}) builder.Define(name, {});
  builder.BelongsTo("a", "b");
  builder.BelongsTo("b", "c");
  builder.BelongsTo("c", "d");
  builder.BelongsTo("d", "a");
  builder.BelongsTo("c", "a");
  EXPECT_TRUE(FailsWith(std::move(builder).Build(), ErrorKind::kCyclicDependency,
                        "Dependency chain: a -> b -> c => a."));
}

TEST(SchemaCyclesTest, CyclesThatDoNotTouchAreEachTold) {
  SchemaBuilder builder;
  for (const char* name : {"a", "b", "c", "d"}) builder.Define(name, {});
  builder.BelongsTo("a", "b");
  builder.BelongsTo("b", "a");
  builder.BelongsTo("d", "c");
  builder.BelongsTo("c", "d");
  const absl::StatusOr<Schema> schema = std::move(builder).Build();
  EXPECT_TRUE(FailsWith(schema, ErrorKind::kCyclicDependency, "a -> b => a"));
  EXPECT_TRUE(FailsWith(schema, ErrorKind::kCyclicDependency, "c -> d => c"));
}

TEST(SchemaCyclesTest, ReferencesOfAttributesMakeCyclesToo) {
  SchemaBuilder builder;
  builder.Define("a", {{"b", Integer().References("b")}});
  builder.Define("b", {{"a", Integer().References("a")}});
  EXPECT_TRUE(FailsWith(std::move(builder).Build(), ErrorKind::kCyclicDependency,
                        "a -> b => a. Ways out: SchemaOptions::Cycles::kDefer"));
}

TEST(SchemaCyclesTest, OnlyTheKeysOfAnAcceptedCycleAreDeferred) {
  SchemaBuilder builder(kDefer);
  DeclareVersions(builder);
  builder.Define("author", {});
  builder.BelongsTo("document", "author");
  builder.BelongsTo("version", "version", {.as = "previous"});
  builder.BelongsTo("document", "version", {.as = "draft", .constraints = false});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(ForeignKeysOf(schema, "document"),
            "author_id -> authors(id) SET NULL/CASCADE\n"
            "current_id -> versions(id) SET NULL/CASCADE deferred\n"
            "draft_id -> versions(id) unconstrained");
  EXPECT_EQ(ForeignKeysOf(schema, "version"),
            "document_id -> documents(id) SET NULL/CASCADE deferred\n"
            "previous_id -> versions(id) SET NULL/CASCADE");
  // The author first, then the cycle, by index.
  EXPECT_EQ(schema.dependency_order(), (std::vector<Model>{{2}, {0}, {1}}));
}

TEST(DependencyOrderTest, ReferencedModelsComeFirstAndTiesGoByIndex) {
  SchemaBuilder builder;
  for (const char* name : {"task", "user", "team", "tag"}) builder.Define(name, {});
  builder.BelongsTo("task", "user");
  builder.BelongsTo("user", "team");
  builder.BelongsToMany("task", "tag", {.through = "task_tag"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(schema.dependency_order(), (std::vector<Model>{{2}, {1}, {0}, {3}, {4}}));
}

ForeignKeyInfo Edge(std::uint32_t from, std::uint32_t to) {
  ForeignKeyInfo key;
  key.owner = Model{from};
  key.target = Model{to};
  return key;
}

// By trying every way: whether `from` depends on `to`.
std::vector<std::vector<bool>> Closure(std::size_t models,
                                       const std::vector<ForeignKeyInfo>& keys) {
  std::vector<std::vector<bool>> reach(models, std::vector<bool>(models, false));
  for (const ForeignKeyInfo& key : keys) reach[key.owner.index][key.target.index] = true;
  for (std::size_t k = 0; k < models; ++k) {
    for (std::size_t i = 0; i < models; ++i) {
      for (std::size_t j = 0; j < models; ++j) {
        if (reach[i][k] && reach[k][j]) reach[i][j] = true;
      }
    }
  }
  return reach;
}

TEST(DependencyGraphTest, RandomGraphsAreOrderedAsTheirClosureDemands) {
  std::mt19937 random(20240501);
  for (int round = 0; round < 2000; ++round) {
    const std::uint32_t models = 1 + random() % 7;
    std::vector<ForeignKeyInfo> keys;
    for (std::uint32_t i = random() % (2 * models + 1); i > 0; --i) {
      keys.push_back(Edge(random() % models, random() % models));
    }
    const internal::Dependencies result = internal::FindDependencies(models, keys);
    const auto reach = Closure(models, keys);
    ASSERT_EQ(result.order.size(), models);
    std::vector<std::size_t> place(models);
    for (std::size_t i = 0; i < models; ++i) place[result.order[i].index] = i;
    for (std::uint32_t a = 0; a < models; ++a) {
      for (std::uint32_t b = 0; b < models; ++b) {
        if (a == b) continue;
        const bool together = reach[a][b] && reach[b][a];
        EXPECT_EQ(result.component[a] == result.component[b], together);
        if (reach[a][b] && !together) {
          EXPECT_LT(place[b], place[a]);
        }
        if (together && a < b) {
          EXPECT_LT(place[a], place[b]);
        }
      }
    }
    for (const std::vector<Model>& cycle : result.cycles) {
      ASSERT_GE(cycle.size(), 2u);
      for (std::size_t i = 0; i < cycle.size(); ++i) {
        const Model next = cycle[(i + 1) % cycle.size()];
        EXPECT_TRUE(std::any_of(keys.begin(), keys.end(), [&](const ForeignKeyInfo& key) {
          return key.owner == cycle[i] && key.target == next;
        }));
      }
    }
  }
}

TEST(DependencyGraphTest, AChainOfManyModelsIsOrderedWithoutRecursion) {
  constexpr std::uint32_t kModels = 200000;
  std::vector<ForeignKeyInfo> keys;
  for (std::uint32_t i = 0; i + 1 < kModels; ++i) keys.push_back(Edge(i, i + 1));
  const internal::Dependencies result = internal::FindDependencies(kModels, keys);
  EXPECT_EQ(result.order.front(), Model{kModels - 1});
  EXPECT_EQ(result.order.back(), Model{0});
}

}  // namespace
}  // namespace relata
