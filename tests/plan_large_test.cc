// A plan of many deletions says the same as a walk by hand: what goes, in which order, and why.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "relata/loader.h"
#include "relata/plan.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::IsOk;
using ::relata::testing::Must;

constexpr std::int64_t kNodes = 60'000;
constexpr std::int64_t kNobody = 0;
constexpr std::size_t kKeys = 2;  // the foreign keys of a node

using Parents = std::array<std::int64_t, kKeys>;

// By id, from 1 on. Parents come before their children, but for two that close circles.
std::vector<Parents> RandomParents(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Parents> parents(kNodes + 1);
  for (std::int64_t id = 2; id <= kNodes; ++id) {
    for (std::int64_t& parent : parents[static_cast<std::size_t>(id)]) {
      const auto below = static_cast<std::uint64_t>(id - 1);
      parent = random() % 4 == 0 ? kNobody : static_cast<std::int64_t>(1 + random() % below);
    }
  }
  parents[1] = {kNodes, kNobody};
  parents[2][1] = kNodes / 2;
  return parents;
}

struct Step {
  std::int64_t id;
  std::size_t key;
  std::uint32_t cause;
};

// What goes with some nodes: breadth first, foreign key by foreign key, children by their ids.
std::vector<Step> Walk(const std::vector<Parents>& parents,
                       const std::vector<std::int64_t>& roots) {
  std::vector<std::array<std::vector<std::int64_t>, kKeys>> children(kNodes + 1);
  for (std::int64_t id = 1; id <= kNodes; ++id) {
    for (std::size_t key = 0; key < kKeys; ++key) {
      const std::int64_t parent = parents[static_cast<std::size_t>(id)][key];
      if (parent != kNobody) children[static_cast<std::size_t>(parent)][key].push_back(id);
    }
  }
  std::vector<Step> steps;
  std::vector<bool> seen(kNodes + 1);
  for (const std::int64_t root : roots) {
    seen[static_cast<std::size_t>(root)] = true;
    steps.push_back({root, kKeys, Plan::kRoot});
  }
  for (std::uint32_t i = 0; i < steps.size(); ++i) {
    for (std::size_t key = 0; key < kKeys; ++key) {
      for (const std::int64_t child : children[static_cast<std::size_t>(steps[i].id)][key]) {
        if (seen[static_cast<std::size_t>(child)]) continue;
        seen[static_cast<std::size_t>(child)] = true;
        steps.push_back({child, key, i});
      }
    }
  }
  return steps;
}

TEST(PlanLargeTest, ManyDeletionsAreListedBreadthFirstEachWithTheReasonFoundFirst) {
  const std::uint64_t seed = 7;
  SCOPED_TRACE(seed);
  const std::vector<Parents> parents = RandomParents(seed);

  SchemaBuilder builder;
  const Model node = builder.Define("node", {{"id", Integer().PrimaryKey()}});
  builder.HasMany(
      node, node,
      {.as = {"left", "lefts"}, .foreign_key = "leftId", .on_delete = Action::kCascade});
  builder.HasMany(
      node, node,
      {.as = {"right", "rights"}, .foreign_key = "rightId", .on_delete = Action::kCascade});
  Loader loader(Must(std::move(builder).Build()));
  const auto link = [](std::int64_t id) { return id == kNobody ? ValueView() : ValueView(id); };
  for (std::int64_t id = 1; id <= kNodes; ++id) {
    const Parents& up = parents[static_cast<std::size_t>(id)];
    ASSERT_TRUE(IsOk(loader.Append(node, std::array<ValueView, 3>{id, link(up[0]), link(up[1])})));
  }
  Store store = Must(std::move(loader).Finish());
  const auto id = Must(store.schema().FieldOf<std::int64_t>(node, "id"));
  const auto& keys = store.schema()[node].foreign_keys;
  ASSERT_EQ(keys.size(), kKeys);

  for (const std::vector<std::int64_t>& roots :
       {std::vector<std::int64_t>{1}, {2, 1, 3}, {kNodes - 1}}) {
    std::vector<Instance> instances;
    for (const std::int64_t root : roots) instances.push_back(Must(store.Find(id, root)));
    const Plan plan = Must(store.PlanDelete(instances));
    const std::vector<Step> steps = Walk(parents, roots);
    ASSERT_EQ(plan.deletions().size(), steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Plan::Deletion& deletion = plan.deletions()[i];
      ASSERT_EQ(store.Get(deletion.instance, id), steps[i].id) << i;
      ASSERT_EQ(deletion.cause, steps[i].cause) << i;
      ASSERT_EQ(deletion.via, steps[i].key == kKeys ? ForeignKey() : keys[steps[i].key]) << i;
    }
  }

  const std::size_t before = store.Count(node);
  const Plan plan = Must(store.PlanDelete(Must(store.Find(id, std::int64_t{1}))));
  const Plan copy = plan;
  ASSERT_TRUE(IsOk(store.Apply(copy)));
  EXPECT_EQ(store.Count(node), before - plan.deletions().size());
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

}  // namespace
}  // namespace relata
