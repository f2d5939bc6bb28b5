// A million rows: depth costs no stack, degree costs no time, forks stay apart. What is asked here
// is that it works at all and leaves the store whole; how long it takes is for bench/.
#include <gtest/gtest.h>
#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relata/relata.h"

namespace relata {
namespace {

constexpr std::int64_t kMillion = 1000000;
constexpr std::size_t kSmallStack = 256 * 1024;

// Runs `work` in a thread whose stack has no room for a million calls within calls.
void OnASmallStack(const std::function<void()>& work) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, kSmallStack), 0);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(
      pthread_create(&thread, &attributes, run, const_cast<void*>(static_cast<const void*>(&work))),
      0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
}

// Rows 1 to `rows` of a model that refers to itself, and the row that each refers to (0: none).
Store Tree(Action on_delete, std::int64_t rows,
           const std::function<std::int64_t(std::int64_t)>& parent) {
  SchemaBuilder builder;
  const Model node =
      builder.Define("node", {{"id", Integer().PrimaryKey()},
                              {"parentId", Integer().References("node").OnDelete(on_delete)},
                              {"label", Text()}});
  builder.HasMany(node, node, {.as = Alias("child", "children"), .foreign_key = "parentId"});
  Loader loader(std::move(builder).Build().value());
  loader.Reserve(node, static_cast<std::size_t>(rows));
  for (std::int64_t id = 1; id <= rows; ++id) {
    const std::int64_t of = parent(id);
    const ValueView row[] = {id, of == 0 ? ValueView() : ValueView(of), std::string_view("a node")};
    EXPECT_TRUE(loader.Append(node, row).ok());
  }
  auto store = std::move(loader).Finish();
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

constexpr Model kNode{0};
constexpr Association kChildren{0};

Store Chain(Action on_delete) {
  return Tree(on_delete, kMillion, [](std::int64_t id) { return id - 1; });
}

Store Star(Action on_delete) {
  return Tree(on_delete, kMillion + 1, [](std::int64_t id) { return id == 1 ? 0 : 1; });
}

Instance At(const Store& store, std::int64_t id) { return store.Find(kNode, id).value(); }

TEST(ScaleSlowTest, AChainOfAMillionRowsIsDeletedFromItsRootOnASmallStack) {
  Store store = Chain(Action::kCascade);
  OnASmallStack([&] { EXPECT_TRUE(store.Delete(At(store, 1)).ok()); });
  EXPECT_EQ(store.Count(kNode), 0u);
  EXPECT_TRUE(store.CheckInvariants().ok());
}

TEST(ScaleSlowTest, ThePlanOfALongChainExplainsItsEndOnASmallStack) {
  const Store store = Chain(Action::kCascade);
  OnASmallStack([&] {
    const auto plan = store.PlanDelete(At(store, 1));
    ASSERT_TRUE(plan.ok());
    EXPECT_EQ(plan->deletions().size(), static_cast<std::size_t>(kMillion));
    const auto chain = plan->Explain(At(store, kMillion));
    ASSERT_TRUE(chain.ok());
    EXPECT_EQ(chain->size(), static_cast<std::size_t>(kMillion));
    EXPECT_FALSE(plan->Summary().empty());
  });
}

TEST(ScaleSlowTest, ARolledBackDeleteOfALongChainBringsEveryRowBack) {
  Store store = Chain(Action::kCascade);
  const Store before = store.Fork().value();
  OnASmallStack([&] {
    Transaction transaction = store.Begin();
    EXPECT_TRUE(store.Delete(At(store, 1)).ok());
    EXPECT_EQ(store.Count(kNode), 0u);
    EXPECT_TRUE(transaction.Rollback().ok());
  });
  EXPECT_EQ(store.Count(kNode), static_cast<std::size_t>(kMillion));
  EXPECT_TRUE(Store::Diff(before, store)->empty());
  EXPECT_TRUE(store.CheckInvariants().ok());
}

TEST(ScaleSlowTest, AMillionChildrenAreUnlinkedOneByOne) {
  Store store = Star(Action::kNoAction);
  const Instance root = At(store, 1);
  EXPECT_EQ(store.Count(root, kChildren).value(), static_cast<std::size_t>(kMillion));
  // Neither first to last nor last to first: 7919 has no factor in common with a million.
  for (std::int64_t i = 0; i < kMillion; ++i) {
    const std::int64_t id = 2 + i * 7919 % kMillion;
    ASSERT_TRUE(store.Set(At(store, id), "parentId", nullptr).ok());
  }
  EXPECT_EQ(store.Count(root, kChildren).value(), 0u);
  EXPECT_TRUE(store.Linked(root, kChildren).empty());
  EXPECT_TRUE(store.CheckInvariants().ok());
  EXPECT_TRUE(store.Delete(root).ok());
}

TEST(ScaleSlowTest, AParentOfAMillionIsDeletedWithSetNull) {
  Store store = Star(Action::kSetNull);
  ASSERT_TRUE(store.Delete(At(store, 1)).ok());
  EXPECT_EQ(store.Count(kNode), static_cast<std::size_t>(kMillion));
  const auto parent = store.schema().FieldOf<std::optional<std::int64_t>>(kNode, "parentId");
  for (const Instance node : store.All(kNode)) ASSERT_FALSE(store.Get(node, *parent).has_value());
  EXPECT_TRUE(store.CheckInvariants().ok());
}

TEST(ScaleSlowTest, AParentOfAMillionIsDeletedWithCascade) {
  Store store = Star(Action::kCascade);
  ASSERT_TRUE(store.Delete(At(store, 1)).ok());
  EXPECT_EQ(store.Count(kNode), 0u);
  EXPECT_TRUE(store.CheckInvariants().ok());
}

TEST(ScaleSlowTest, AParentOfAMillionIsRestrictedAndTheErrorIsBounded) {
  Store store = Star(Action::kRestrict);
  const absl::Status status = store.Delete(At(store, 1));
  EXPECT_EQ(KindOf(status), ErrorKind::kForeignKey);
  EXPECT_LT(status.message().size(), 10000u);
  EXPECT_NE(std::string(status.message()).find("1000000"), std::string::npos) << status;
  EXPECT_EQ(store.Count(kNode), static_cast<std::size_t>(kMillion) + 1);
  EXPECT_TRUE(store.CheckInvariants().ok());
}

TEST(ScaleSlowTest, ForksOfAMillionRowsAreWrittenOnBothSidesAndStayApart) {
  Store store = Chain(Action::kCascade);
  Store fork = store.Fork().value();
  EXPECT_GT(fork.Stats().shared_bytes, 0u);
  ASSERT_TRUE(store.Delete(At(store, kMillion / 2)).ok());
  const Instance last = At(fork, kMillion);
  for (std::int64_t id = 1; id <= kMillion; id += 1000) {
    ASSERT_TRUE(fork.Set(At(fork, id), "label", "of the fork").ok());
  }
  EXPECT_EQ(store.Count(kNode), static_cast<std::size_t>(kMillion / 2 - 1));
  EXPECT_EQ(fork.Count(kNode), static_cast<std::size_t>(kMillion));
  EXPECT_FALSE(store.Contains(last));
  EXPECT_TRUE(fork.Contains(last));
  EXPECT_EQ(store.Get(At(store, 1), "label").value(), Value("a node"));
  EXPECT_EQ(fork.Get(At(fork, 1), "label").value(), Value("of the fork"));
  EXPECT_TRUE(store.CheckInvariants().ok());
  EXPECT_TRUE(fork.CheckInvariants().ok());
  const auto changes = Store::Diff(store, fork);
  ASSERT_TRUE(changes.ok());
  EXPECT_EQ(changes->rows.size(), static_cast<std::size_t>(kMillion / 2 + 1 + 500));
}

}  // namespace
}  // namespace relata
