// What observers cost a store that has none: nothing is allocated for them, and nothing is left
// when the last one is gone.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

#include "relata/relata.h"
#include "tests/count_allocations.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::allocations;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

// A chain of nodes in a tree, and what a round of every kind of operation on it allocates.
class Rounds {
 public:
  Rounds() : schema_(MakeSchema()), store_(schema_) {
    for (int i = 0; i < 200; ++i) Must(store_.Create(node_, {}));  // indexes and pages have grown
    Count();
  }

  Store& store() { return store_; }
  Model node() const { return node_; }

  // The second of two rounds, when everything that is kept for later is there.
  std::size_t Count() {
    Round();
    const std::size_t before = allocations;
    Round();
    return allocations - before;
  }

 private:
  Schema MakeSchema() {
    SchemaBuilder builder;
    node_ = builder.Define("node", {{"n", Integer().Default(0)}});
    children_ = builder.HasMany(
        node_, node_, {.as = "children", .foreign_key = "up", .on_delete = Action::kCascade});
    return Must(std::move(builder).Build());
  }

  void Round() {
    const auto n = Must(schema_.FieldOf<std::optional<std::int64_t>>(node_, "n"));
    const Instance root = Must(store_.Create(node_, {}));
    const Instance child = Must(store_.Create(node_, {}));
    EXPECT_TRUE(IsOk(store_.Set(root, n, 5)));
    EXPECT_TRUE(IsOk(store_.Add(root, children_, child)));
    EXPECT_TRUE(IsOk(store_.Transact([&] { return store_.Set(child, n, 7); }).status()));
    EXPECT_TRUE(IsOk(store_.Delete(root)));
  }

  Model node_;
  Association children_;
  Schema schema_;
  Store store_;
};

TEST(ObserverCostTest, AStoreWithoutObserversAllocatesNothingForThem) {
  Rounds never;
  const std::size_t without = never.Count();
  ASSERT_EQ(never.Count(), without) << "a round is like another";
  Rounds once;
  {
    const Subscription rows = once.store().Observe(
        once.node(), {.before_update = [](const RowView&) { return absl::OkStatus(); }});
    const Subscription commits = once.store().Observe(
        {.after_commit = [](Store&, const ChangeSet&) { return absl::OkStatus(); }});
    EXPECT_GT(once.Count(), without) << "or this test would show nothing";
  }
  EXPECT_EQ(once.Count(), without) << "the last one is gone";
  Store fork = Must(once.store().Fork());
  EXPECT_EQ(never.Count(), without);
}

TEST(ObserverCostTest, WritingAFieldOfAnUnobservedStoreAllocatesNothing) {
  Rounds rounds;
  const auto n =
      Must(rounds.store().schema().FieldOf<std::optional<std::int64_t>>(rounds.node(), "n"));
  const Instance node = Must(rounds.store().Find(rounds.node(), 1));
  const std::size_t before = allocations;
  for (int i = 0; i < 1000; ++i) {
    if (!rounds.store().Set(node, n, i).ok()) std::abort();
  }
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace relata
