// Instances with their row at hand read what a look-up would, and tell when their row is gone.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/transaction.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::IsOk;
using ::relata::testing::Must;

class LiveInstanceTest : public ::testing::Test {
 protected:
  LiveInstanceTest() : store_(MakeSchema()) {
    name_ = Must(store_.schema().FieldOf<std::string_view>(team_, "name"));
    goals_ = Must(store_.schema().FieldOf<std::optional<std::int64_t>>(player_, "goals"));
    for (int t = 0; t < 3; ++t) teams_.push_back(Must(store_.Create(team_, {name_("team")})));
    // More than a page of them.
    for (int p = 0; p < 300; ++p) {
      const Instance player = Must(store_.Create(player_, {goals_(p), its_team_(teams_[p % 3])}));
      EXPECT_TRUE(IsOk(store_.Add(player, friends_, teams_[0])));
      players_.push_back(player);
    }
  }
  Schema MakeSchema() {
    SchemaBuilder builder;
    team_ = builder.Define("team", {{"name", Text().NotNull()}});
    player_ = builder.Define("player", {{"goals", Integer()}});
    squad_ = builder.HasMany(team_, player_, {.on_delete = Action::kSetNull});
    its_team_ = builder.BelongsTo(player_, team_);
    captain_ = builder.HasOne(team_, player_, {.as = "captain", .foreign_key = "captainOf"});
    friends_ = builder.BelongsToMany(player_, team_,
                                     {.as = Alias("friend", "friends"), .through = "friendship"});
    return Must(std::move(builder).Build());
  }

  Model team_, player_;
  Association squad_, its_team_, captain_, friends_;
  Field<std::string_view> name_;
  Field<std::optional<std::int64_t>> goals_;
  Store store_;
  std::vector<Instance> teams_, players_;
};

TEST_F(LiveInstanceTest, OfAHandleIsTheSameInstanceAndReadsTheSame) {
  for (const Instance player : players_) {
    const LiveInstance live = store_.Live(player);
    EXPECT_EQ(live, player);
    EXPECT_EQ(store_.Get(live, goals_), store_.Get(player, goals_));
    EXPECT_EQ(store_.KeyOf(live), store_.KeyOf(player));
  }
}

TEST_F(LiveInstanceTest, OfARangeOverAModelIsEveryInstanceOnceInOrder) {
  ASSERT_TRUE(IsOk(store_.Delete(players_[0])));
  ASSERT_TRUE(IsOk(store_.Delete(players_[127])));
  ASSERT_TRUE(IsOk(store_.Delete(players_[128])));
  ASSERT_TRUE(IsOk(store_.Delete(players_[299])));
  std::vector<Instance> expected;
  for (const Instance player : players_) {
    if (store_.Contains(player)) expected.push_back(player);
  }
  std::vector<Instance> seen;
  for (const LiveInstance player : store_.All(player_)) {
    seen.push_back(player);
    EXPECT_EQ(store_.Get(player, goals_), store_.Get(Instance(player), goals_));
  }
  EXPECT_EQ(seen, expected);
}

TEST_F(LiveInstanceTest, OfARangeOverNothingIsNever) {
  Store empty(store_.schema());
  for (const LiveInstance player : empty.All(player_)) FAIL() << empty.Describe(player);
  for (const LiveInstance player : store_.Linked(teams_[1], captain_)) {
    FAIL() << store_.Describe(player);
  }
}

TEST_F(LiveInstanceTest, LeadsOnByEveryKindOfAssociationAsAHandleDoes) {
  ASSERT_TRUE(IsOk(store_.Set(teams_[2], captain_, players_[7])));
  for (const LiveInstance team : store_.All(team_)) {
    const Instance handle = team;
    for (const Association association : {squad_, captain_}) {
      const LinkedRange by_handle = store_.Linked(handle, association);
      std::vector<Instance> expected(by_handle.begin(), by_handle.end());
      std::vector<Instance> seen;
      for (const LiveInstance player : store_.Linked(team, association)) seen.push_back(player);
      EXPECT_EQ(seen, expected);
    }
    EXPECT_EQ(store_.One(team, captain_), store_.One(handle, captain_));
    for (const LiveInstance player : store_.Linked(team, squad_)) {
      EXPECT_EQ(store_.One(player, its_team_), handle);
      for (const LiveInstance of : store_.Linked(player, friends_)) EXPECT_EQ(of, teams_[0]);
    }
  }
}

TEST_F(LiveInstanceTest, ReadsWhatWasWrittenAfterItWasTaken) {
  const LiveInstance player = store_.Live(players_[5]);
  ASSERT_TRUE(IsOk(store_.Set(player, goals_, 99)));
  EXPECT_EQ(store_.Get(player, goals_), 99);
  ASSERT_TRUE(IsOk(store_.Set(player, goals_, std::nullopt)));
  EXPECT_EQ(store_.Get(player, goals_), std::nullopt);
}

TEST_F(LiveInstanceTest, WhoseRowAForkHasMovedIsWrittenWhereTheStoreHasIt) {
  const LiveInstance player = store_.Live(players_[5]);
  Store fork = Must(store_.Fork());
  for (int goals = 50; goals < 53; ++goals) {  // the first write copies the page
    ASSERT_TRUE(IsOk(store_.Set(player, goals_, goals)));
    EXPECT_EQ(store_.Get(players_[5], goals_), goals);
    EXPECT_EQ(fork.Get(players_[5], goals_), 5);
  }
  fork = Store(store_.schema());
  for (const Instance one : players_) ASSERT_TRUE(IsOk(store_.Set(one, goals_, 1)));
  ASSERT_TRUE(IsOk(store_.Set(player, goals_, 60)));  // every page is the store's own again
  EXPECT_EQ(store_.Get(players_[5], goals_), 60);
  EXPECT_TRUE(IsOk(store_.CheckInvariants()));
}

TEST_F(LiveInstanceTest, TakenFromOneForkReadsAndWritesTheOtherInTheOther) {
  const LiveInstance player = store_.Live(players_[5]);
  Store fork = Must(store_.Fork());
  ASSERT_TRUE(IsOk(fork.Set(player, goals_, 77)));
  EXPECT_EQ(fork.Get(player, goals_), 77);
  EXPECT_EQ(store_.Get(player, goals_), 5);
  const LiveInstance in_fork = fork.Live(player);
  EXPECT_EQ(store_.Get(in_fork, goals_), 5);
  ASSERT_TRUE(IsOk(store_.Set(in_fork, goals_, 6)));
  EXPECT_EQ(store_.Get(player, goals_), 6);
  EXPECT_EQ(fork.Get(player, goals_), 77);
}

TEST_F(LiveInstanceTest, ReadsOnWhileOthersAreDeletedAndItsOwnDeleteIsUndone) {
  const LiveInstance player = store_.Live(players_[5]);
  ASSERT_TRUE(IsOk(store_.Delete(players_[6])));
  EXPECT_EQ(store_.Get(player, goals_), 5);
  Transaction transaction = store_.Begin();
  ASSERT_TRUE(IsOk(store_.Delete(player)));
  ASSERT_TRUE(IsOk(transaction.Rollback()));
  EXPECT_EQ(store_.Get(player, goals_), 5);
  EXPECT_EQ(Must(store_.Count(store_.Live(teams_[2]), squad_)), 100u);
}

TEST_F(LiveInstanceTest, WrittenAfterAPlanWasMadeMakesThePlanStale) {
  const LiveInstance player = store_.Live(players_[5]);
  ASSERT_TRUE(IsOk(store_.Set(player, goals_, 1)));
  for (int goals = 10; goals < 13; ++goals) {
    const Plan before = Must(store_.PlanDelete(players_[7]));
    ASSERT_TRUE(IsOk(store_.Set(player, goals_, goals)));
    EXPECT_EQ(store_.Apply(before).code(), absl::StatusCode::kAborted);
    // What is undone is as it was.
    const Plan outside = Must(store_.PlanDelete(players_[7]));
    Transaction transaction = store_.Begin();
    ASSERT_TRUE(IsOk(store_.Set(player, goals_, 99)));
    const Plan inside = Must(store_.PlanDelete(players_[7]));
    ASSERT_TRUE(IsOk(store_.Set(player, goals_, 98)));
    EXPECT_EQ(store_.Apply(outside).code(), absl::StatusCode::kAborted);
    EXPECT_EQ(store_.Apply(inside).code(), absl::StatusCode::kAborted);
    ASSERT_TRUE(IsOk(transaction.Rollback()));
    EXPECT_EQ(store_.Apply(inside).code(), absl::StatusCode::kAborted);
    Store fork = Must(store_.Fork());
    EXPECT_TRUE(IsOk(fork.Apply(outside)));
    ASSERT_TRUE(IsOk(store_.Set(player, goals_, 97)));
    EXPECT_EQ(store_.Apply(outside).code(), absl::StatusCode::kAborted);
  }
}

// Held through anything that happens to two stores that share pages, an instance with its row at
// hand reads and writes what its plain handle does, or is gone as that is.
TEST_F(LiveInstanceTest, HeldThroughRandomChangesDoesWhatItsHandleDoes) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto draw = [&](std::size_t below) {
      return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
    };
    std::vector<Store> stores;
    stores.push_back(Must(store_.Fork()));
    stores.push_back(Must(stores[0].Fork()));
    std::vector<LiveInstance> held;
    for (const LiveInstance player : stores[0].All(player_)) held.push_back(player);
    std::optional<Transaction> open;
    std::size_t in = 0;  // the store of the transaction
    const auto end = [&] {
      if (!open.has_value()) return;
      EXPECT_TRUE(IsOk(draw(2) == 0 ? open->Rollback() : open->CommitQuietly()));
      open.reset();
    };
    for (int step = 0; step < 300; ++step) {
      const std::size_t at = open.has_value() ? in : draw(2);
      Store& store = stores[at];
      const LiveInstance one = held[draw(held.size())];
      const Instance handle = one;
      const bool there = store.Contains(handle);
      const auto goals = static_cast<std::int64_t>(draw(1000));
      switch (draw(8)) {
        case 0:
          if (there) {
            EXPECT_TRUE(IsOk(store.Delete(one)));
          }
          break;
        case 1: {
          const Instance made = Must(store.Create(player_, {goals_(goals)}));
          held.push_back(store.Live(made));
          break;
        }
        case 2:
          end();
          if (draw(4) == 0) stores[1 - at] = Must(stores[at].Fork());
          break;
        case 3:
          end();
          in = draw(2);
          open.emplace(stores[in].Begin());
          break;
        default:
          EXPECT_EQ(store.Set(one, goals_, goals).ok(), there);
          if (there) {
            EXPECT_EQ(store.Get(handle, goals_), goals);
          }
      }
      for (const Store& each : stores) {
        const LiveInstance other = held[draw(held.size())];
        const Instance its_handle = other;
        if (each.Contains(its_handle)) {
          ASSERT_EQ(each.Get(other, goals_), each.Get(its_handle, goals_)) << "step " << step;
        }
      }
    }
    end();
    for (const Store& each : stores) EXPECT_TRUE(IsOk(each.CheckInvariants()));
  }
}

TEST_F(LiveInstanceTest, ThatIsGoneOrOfAnotherModelIsNotWritten) {
  const LiveInstance player = store_.Live(players_[5]);
  ASSERT_TRUE(IsOk(store_.Delete(player)));
  EXPECT_EQ(store_.Set(player, goals_, 1).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(store_.Create(player_, {goals_(2)}).ok());  // in its place
  EXPECT_EQ(store_.Set(player, goals_, 1).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_.Set(store_.Live(teams_[0]), goals_, 1).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(store_.Set(LiveInstance(), goals_, 1).ok());
  EXPECT_TRUE(IsOk(store_.CheckInvariants()));
}

TEST_F(LiveInstanceTest, IsTakenByAllThatTakesAnInstance) {
  const LiveInstance player = store_.Live(players_[1]);
  const LiveInstance team = store_.Live(teams_[0]);
  ASSERT_TRUE(IsOk(store_.Set(player, its_team_, team)));
  EXPECT_TRUE(Must(store_.Has(team, squad_, player)));
  EXPECT_EQ(store_.Get(Must(store_.Create(player_, {its_team_(team)})), goals_), std::nullopt);
  const Instance nested = Must(store_.Create(team_, {{"name", "new"}, {"players", {player}}}));
  EXPECT_TRUE(Must(store_.Has(nested, squad_, player)));
}

using LiveInstanceDeathTest = LiveInstanceTest;

TEST_F(LiveInstanceDeathTest, OfARowThatWasDeletedEndsTheProcess) {
  const LiveInstance player = store_.Live(players_[5]);
  ASSERT_TRUE(IsOk(store_.Delete(player)));
  EXPECT_DEATH(store_.Get(player, goals_), "stale handle");
  EXPECT_DEATH(store_.Linked(player, its_team_), "stale handle");
  EXPECT_DEATH(store_.Live(players_[5]), "stale handle");
  ASSERT_TRUE(store_.Create(player_, {goals_(1)}).ok());  // in its place
  EXPECT_DEATH(store_.Get(player, goals_), "stale handle");
}

TEST_F(LiveInstanceDeathTest, OfAnotherModelOrOfNoneEndsTheProcess) {
  EXPECT_DEATH(store_.Get(store_.Live(teams_[0]), goals_), "handle");
  EXPECT_DEATH(store_.Get(LiveInstance(), goals_), "handle");
  EXPECT_DEATH(store_.Linked(store_.Live(teams_[0]), its_team_), "handle");
}

}  // namespace
}  // namespace relata
