// What the front door says about threads: a fork is a store of its own, for any thread to use, and
// any number of threads may read one store. Worth most under the thread sanitizer.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "relata/relata.h"

namespace relata {
namespace {

constexpr int kThreads = 4;
constexpr int kTeams = 20;
constexpr int kPlayersPerTeam = 30;

// Teams of players, whose names are too long to lie in the row, so that forks share them.
class ForkThreadsTest : public testing::Test {
 protected:
  void SetUp() override {
    SchemaBuilder builder;
    team_ = builder.Define("team", {{"name", Text().NotNull().Unique()}});
    player_ = builder.Define("player", {{"name", Text().NotNull()}, {"goals", Integer()}});
    players_ = builder.HasMany(team_, player_, {.on_delete = Action::kCascade});
    absl::StatusOr<Schema> schema = std::move(builder).Build();
    ASSERT_TRUE(schema.ok()) << schema.status();
    schema_ = *std::move(schema);
    store_.emplace(schema_);
    for (int t = 0; t < kTeams; ++t) {
      absl::StatusOr<Instance> team =
          store_->Create(team_, {{"name", "the team with the number " + std::to_string(t)}});
      ASSERT_TRUE(team.ok()) << team.status();
      teams_.push_back(*team);
      for (int p = 0; p < kPlayersPerTeam; ++p) {
        absl::StatusOr<Instance> player =
            store_->Create(*team, players_, {{"name", PlayerName(t)}, {"goals", p}});
        ASSERT_TRUE(player.ok()) << player.status();
      }
    }
  }

  static std::string PlayerName(int team) {
    return "a player of the team with the number " + std::to_string(team);
  }

  // Reads every row and every link; the number of goals.
  std::int64_t Goals(const Store& store) const {
    std::int64_t goals = 0;
    const auto field = schema_.FieldOf<std::optional<std::int64_t>>(player_, "goals");
    const auto name = schema_.FieldOf<std::string_view>(player_, "name");
    for (Instance team : store.All(team_)) {
      for (Instance player : store.Linked(team, players_)) {
        if (store.Get(player, *name).size() > 30) goals += store.Get(player, *field).value_or(0);
      }
    }
    return goals;
  }

  static constexpr std::int64_t kGoals = kTeams * kPlayersPerTeam * (kPlayersPerTeam - 1) / 2;

  Model team_, player_;
  Association players_;
  Schema schema_;
  std::optional<Store> store_;
  std::vector<Instance> teams_;
};

TEST_F(ForkThreadsTest, ForksWrittenFromSeveralThreadsDoNotSeeEachOther) {
  std::vector<Store> forks;
  for (int i = 0; i < kThreads; ++i) {
    absl::StatusOr<Store> fork = store_->Fork();
    ASSERT_TRUE(fork.ok()) << fork.status();
    forks.push_back(*std::move(fork));
  }
  // Thread i deletes the teams i, i + 4, i + 8... and gives every other one a player.
  std::vector<absl::Status> problems(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int t = 0; t < kTeams; ++t) {
        const Instance team = teams_[static_cast<std::size_t>(t)];
        absl::Status status =
            t % kThreads == i
                ? forks[i].Delete(team)
                : forks[i]
                      .Create(team, players_, {{"name", PlayerName(t)}, {"goals", 1000}})
                      .status();
        problems[i].Update(status);
      }
      problems[i].Update(forks[i].CheckInvariants());
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(Goals(*store_), kGoals);
  for (int i = 0; i < kThreads; ++i) {
    SCOPED_TRACE(i);
    EXPECT_TRUE(problems[i].ok()) << problems[i];
    EXPECT_EQ(forks[i].Count(team_), kTeams - kTeams / kThreads);
    const std::int64_t left = kTeams - kTeams / kThreads;
    EXPECT_EQ(Goals(forks[i]), left * kGoals / kTeams + left * 1000);
  }
  EXPECT_TRUE(store_->CheckInvariants().ok());
}

TEST_F(ForkThreadsTest, ReadersOfTheOriginalAreNotDisturbedByAWriterOfItsFork) {
  absl::StatusOr<Store> fork = store_->Fork();
  ASSERT_TRUE(fork.ok()) << fork.status();
  std::vector<std::int64_t> goals(kThreads, -1);
  std::vector<std::thread> readers;
  for (int i = 0; i < kThreads; ++i) {
    readers.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        goals[i] = Goals(*store_);
        if (goals[i] != kGoals) return;
      }
    });
  }
  absl::Status written;
  for (Instance team : teams_) written.Update(fork->Delete(team));
  for (std::thread& reader : readers) reader.join();

  EXPECT_TRUE(written.ok()) << written;
  EXPECT_EQ(fork->Count(player_), 0u);
  for (std::int64_t seen : goals) EXPECT_EQ(seen, kGoals);
}

TEST_F(ForkThreadsTest, StoresThatShareRowsGoAwayInAnyOrderOnAnyThread) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    absl::StatusOr<Store> fork = store_->Fork();
    ASSERT_TRUE(fork.ok()) << fork.status();
    threads.emplace_back([own = *std::move(fork), this]() mutable {
      for (int t = 0; t < kTeams; t += 2) {
        EXPECT_TRUE(own.Delete(teams_[static_cast<std::size_t>(t)]).ok());
      }
    });
  }
  store_.reset();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace relata
