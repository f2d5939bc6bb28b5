// Forks: independent, sound on both sides, and paid for by the page.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/transaction.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class ForkTest : public ::testing::Test {
 protected:
  ForkTest() {
    SchemaBuilder builder;
    team_ = builder.Define("team", {{"name", Text().Unique()}});
    player_ = builder.Define("player", {{"name", Text()}, {"goals", Integer()}});
    players_ = builder.HasMany(team_, player_, {.on_delete = Action::kCascade});
    store_.emplace(Must(std::move(builder).Build()));
    for (int t = 0; t < 100; ++t) {
      const Instance team =
          Must(store_->Create(team_, {{"name", "a rather long team name " + std::to_string(t)}}));
      for (int p = 0; p < 100; ++p) {
        players.push_back(Must(store_->Create(
            team, players_,
            {{"name", "a rather long player name " + std::to_string(p)}, {"goals", p}})));
      }
    }
  }
  Model team_, player_;
  Association players_;
  std::optional<Store> store_;
  std::vector<Instance> players;
};

TEST_F(ForkTest, AForkHoldsTheSameUnderTheSameHandles) {
  const Store fork = Must(store_->Fork());
  EXPECT_TRUE(Must(Store::Diff(*store_, fork)).empty());
  for (const Instance p : players) ASSERT_TRUE(fork.Contains(p));
  EXPECT_TRUE(IsOk(fork.CheckInvariants()));
  const StoreStats stats = store_->Stats();
  EXPECT_EQ(stats.shared_bytes + stats.text_bytes, stats.bytes);
}

TEST_F(ForkTest, WritesOnEitherSideStayThere) {
  Store fork = Must(store_->Fork());
  const Instance first = Must(store_->Find(team_, 1));
  ASSERT_TRUE(IsOk(fork.Delete(first)));
  ASSERT_TRUE(IsOk(store_->Set(players[5000], "goals", -1)));
  EXPECT_EQ(store_->Count(player_), 10000u);
  EXPECT_EQ(fork.Count(player_), 9900u);
  EXPECT_EQ(Must(fork.Get(players[5000], "goals")), Value(0));
  EXPECT_TRUE(IsOk(store_->CheckInvariants()));
  EXPECT_TRUE(IsOk(fork.CheckInvariants()));
  const ChangeSet changes = Must(Store::Diff(*store_, fork));
  EXPECT_EQ(changes.rows.size(), 102u);
}

TEST_F(ForkTest, OnlyThePagesWrittenToAreCopied) {
  Store fork = Must(store_->Fork());
  const std::size_t all = fork.Stats().shared_bytes;
  ASSERT_TRUE(IsOk(fork.Set(players[0], "goals", 1000)));
  const std::size_t copied = all - fork.Stats().shared_bytes;
  EXPECT_GT(copied, 0u);
  EXPECT_LE(copied, 32u << 10);
}

TEST_F(ForkTest, AnInstanceCreatedOnOneSideIsUnknownOnTheOther) {
  Store fork = Must(store_->Fork());
  const Instance ours = Must(store_->Create(team_, {{"name", "ours"}}));
  const Instance theirs = Must(fork.Create(team_, {{"name", "theirs"}}));
  ASSERT_EQ(ours.slot, theirs.slot);
  EXPECT_FALSE(store_->Contains(theirs));
  EXPECT_FALSE(fork.Contains(ours));
  EXPECT_TRUE(FailsWith(fork.Get(ours, "name"), absl::StatusCode::kNotFound, "stale"));
}

TEST_F(ForkTest, APlanAppliesToAForkInTheSameStateAndToNoOther) {
  const Instance first = Must(store_->Find(team_, 1));
  const Plan plan = Must(store_->PlanDelete(first));
  Store fork = Must(store_->Fork());
  ASSERT_TRUE(IsOk(fork.Apply(plan)));
  EXPECT_EQ(fork.Count(player_), 9900u);
  EXPECT_TRUE(FailsWith(fork.Apply(plan), absl::StatusCode::kAborted, "out of date"));
  ASSERT_TRUE(IsOk(store_->Apply(plan)));
  EXPECT_TRUE(Must(Store::Diff(*store_, fork)).empty());
}

TEST_F(ForkTest, AForkOfAForkOutlivesBoth) {
  std::optional<Store> child = Must(store_->Fork());
  std::optional<Store> grandchild = Must(child->Fork());
  ASSERT_TRUE(IsOk(child->Delete(Must(child->Find(team_, 1)))));
  store_.reset();
  child.reset();
  EXPECT_EQ(grandchild->Count(player_), 10000u);
  EXPECT_TRUE(IsOk(grandchild->CheckInvariants()));
  EXPECT_EQ(Must(grandchild->Get(players[42], "name")), Value("a rather long player name 42"));
}

TEST_F(ForkTest, NoForkIsTakenInsideATransaction) {
  Transaction transaction = store_->Begin();
  EXPECT_TRUE(FailsWith(store_->Fork(), absl::StatusCode::kFailedPrecondition, "transaction"));
}

TEST_F(ForkTest, ForksAreUsedFromSeveralThreads) {
  std::vector<Store> forks;
  for (int i = 0; i < 4; ++i) forks.push_back(Must(store_->Fork()));
  std::vector<std::thread> threads;
  for (Store& fork : forks) {
    threads.emplace_back([&fork, this] {
      for (int t = 1; t <= 50; ++t) {
        if (!fork.Delete(*fork.Find(team_, t)).ok()) std::abort();
      }
      for (int t = 0; t < 50; ++t) {
        if (!fork.Create(team_, {{"name", "another long enough name " + std::to_string(t)}}).ok()) {
          std::abort();
        }
      }
    });
  }
  ASSERT_TRUE(IsOk(store_->Delete(Must(store_->Find(team_, 100)))));
  for (std::thread& thread : threads) thread.join();
  for (const Store& fork : forks) {
    EXPECT_EQ(fork.Count(player_), 5000u);
    EXPECT_TRUE(IsOk(fork.CheckInvariants()));
  }
  EXPECT_EQ(store_->Count(player_), 9900u);
  EXPECT_TRUE(IsOk(store_->CheckInvariants()));
}

}  // namespace
}  // namespace relata
