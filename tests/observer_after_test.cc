// Observers after a commit: what is told, coalesced, what they may do in turn, and subscriptions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "relata/observer.h"
#include "relata/relata.h"
#include "tests/observer_world.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Collects what is told after commits.
class ObserverAfterTest : public ObserverWorld {
 protected:
  StoreObserver Collector(const std::string& name = "collector") {
    return {.name = name, .after_commit = [this](Store&, const ChangeSet& changes) {
              commits_.push_back(changes);
              return absl::OkStatus();
            }};
  }
  std::vector<ChangeSet> commits_;
};

TEST_F(ObserverAfterTest, EveryOperationOutsideOfATransactionIsACommit) {
  subscriptions_.push_back(store().Observe(Collector()));
  const Store empty = Must(store().Fork());
  Fill();
  EXPECT_EQ(commits_.size(), 12u);
  commits_.clear();
  const Store before = Must(store().Fork());
  EXPECT_TRUE(IsOk(store().Delete(At(club_, 1))));
  ASSERT_EQ(commits_.size(), 1u);
  EXPECT_EQ(commits_[0], Must(Store::Diff(before, store())));
}

TEST_F(ObserverAfterTest, ObserversOfTheSameShareOneChangeSet) {
  std::vector<const void*> seen;
  for (int i = 0; i < 3; ++i) {
    subscriptions_.push_back(
        store().Observe(player_, {.after_commit = [&](Store&, const ChangeSet& changes) {
                          EXPECT_EQ(changes.rows.size(), 1u);
                          seen.push_back(&changes);
                          return absl::OkStatus();
                        }}));
    subscriptions_.push_back(store().Observe(
        players_, {.after_commit = [&](Store&, const std::vector<LinkChange>& changes) {
          EXPECT_EQ(changes.size(), 1u);
          seen.push_back(&changes);
          return absl::OkStatus();
        }}));
  }
  EXPECT_TRUE(IsOk(store().Create(team_, {{"code", "a"}, {"players", {Draft{}}}})));
  ASSERT_EQ(seen.size(), 6u);
  for (std::size_t i = 2; i < seen.size(); ++i) EXPECT_EQ(seen[i], seen[i - 2]) << i;
}

TEST_F(ObserverAfterTest, ATransactionIsOneCommitAndCoalesced) {
  Fill();
  subscriptions_.push_back(store().Observe(Collector()));
  int notes = 0;
  int players = 0;
  subscriptions_.push_back(store().Observe(note_, {.after_commit = [&](Store&, const ChangeSet&) {
                                             return ++notes, absl::OkStatus();
                                           }}));
  subscriptions_.push_back(
      store().Observe(player_, {.after_commit = [&](Store&, const ChangeSet& changes) {
                        players += static_cast<int>(changes.rows.size());
                        EXPECT_EQ(changes.rows[0].model, player_);
                        return absl::OkStatus();
                      }}));
  const Store before = Must(store().Fork());
  Transaction outer = store().Begin();
  EXPECT_TRUE(IsOk(store().Set(At(player_, 1), "goals", 1)));
  EXPECT_TRUE(IsOk(store().Set(At(player_, 1), "goals", 2)));
  Transaction inner = store().Begin();
  EXPECT_TRUE(IsOk(store().Delete(New(note_))));  // nothing, but for the sequence
  EXPECT_TRUE(IsOk(inner.Commit()));
  Transaction undone = store().Begin();
  EXPECT_TRUE(IsOk(store().Delete(At(team_, 1))));
  EXPECT_TRUE(IsOk(undone.Rollback()));
  EXPECT_THAT(commits_, IsEmpty());
  const ChangeSet changes = Must(outer.Commit());
  EXPECT_THAT(commits_, ElementsAre(changes));
  EXPECT_EQ(changes, Must(Store::Diff(before, store())));
  ASSERT_EQ(changes.rows.size(), 1u);
  EXPECT_EQ(changes.rows[0].attributes[0].after, Value(2));
  EXPECT_EQ(notes, 0) << "a note created and deleted is nothing";
  EXPECT_EQ(players, 1);
}

TEST_F(ObserverAfterTest, AnOperationOfSeveralStepsIsOneCommit) {
  subscriptions_.push_back(store().Observe(Collector()));
  Must(store().Create(club_, {{"teams", {Draft{{"code", "a"}}, Draft{{"code", "b"}}}}}));
  ASSERT_EQ(commits_.size(), 1u);
  EXPECT_EQ(commits_[0].rows.size(), 3u);
  EXPECT_FALSE(
      store().Create(club_, {{"teams", {Draft{{"code", "c"}}, Draft{{"code", "a"}}}}}).ok());
  EXPECT_EQ(commits_.size(), 1u);
  for (int i = 0; i < 3; ++i) New(player_);
  commits_.clear();
  EXPECT_TRUE(IsOk(store().Set(At(team_, 1), players_, {1, 2, 3})));
  ASSERT_EQ(commits_.size(), 1u);
  EXPECT_EQ(commits_[0].rows.size(), 3u);
}

TEST_F(ObserverAfterTest, WhatIsRolledBackOrRefusedOrNothingIsNotTold) {
  Fill();
  subscriptions_.push_back(store().Observe(Collector()));
  {
    Transaction dropped = store().Begin();
    New(club_);
  }
  Transaction rolled_back = store().Begin();
  New(club_);
  EXPECT_TRUE(IsOk(rolled_back.Rollback()));
  EXPECT_FALSE(store().Set(At(player_, 1), "teamCode", "nowhere").ok());
  EXPECT_FALSE(store().Set(At(team_, 1), players_, {1, 99}).ok());
  EXPECT_TRUE(IsOk(store().Set(At(player_, 1), "goals", 0)));
  EXPECT_TRUE(IsOk(store().Transact([] { return absl::OkStatus(); })));
  EXPECT_THAT(commits_, IsEmpty());
}

TEST_F(ObserverAfterTest, AnAssociationIsToldOfLinksThatEndedAndCame) {
  Fill();
  New(team_, {{"code", "b"}});
  std::vector<std::string> links;
  for (const Association a : {players_, its_team_, coaches_}) {
    subscriptions_.push_back(store().Observe(
        a, {.after_commit = [&](Store&, const std::vector<LinkChange>& changes) {
          for (const LinkChange& change : changes) {
            links.push_back(
                std::string(change.kind == LinkChange::Kind::kLink ? "link " : "unlink ") +
                schema_[change.association].name + " " + change.source.ToString() + " " +
                change.target.ToString() +
                (change.join.parts().empty() ? "" : " by " + change.join.ToString()));
          }
          return absl::OkStatus();
        }}));
  }
  EXPECT_TRUE(IsOk(store().Transact([&]() -> absl::Status {
    EXPECT_TRUE(IsOk(store().Set(At(player_, 1), "teamCode", "b")));
    EXPECT_TRUE(IsOk(store().Set(At(player_, 2), "teamCode", "b")));
    EXPECT_TRUE(IsOk(store().Set(At(player_, 2), "teamCode", "a")));
    EXPECT_TRUE(IsOk(store().Remove(At(team_, 1), coaches_, 1)));
    EXPECT_TRUE(IsOk(store().Add(At(team_, 1), coaches_, 1)));
    return store().Add(At(team_, 2), coaches_, 1);
  })));
  EXPECT_THAT(links, ElementsAre("unlink players 1 1", "link players 2 1", "unlink team 1 1",
                                 "link team 1 2", "link coaches 2 1 by (2, 1)"));
}

TEST_F(ObserverAfterTest, ARowCreatedAgainUnderItsKeyHasTheLinksThatItHad) {
  Fill();
  std::vector<LinkChange> links;
  subscriptions_.push_back(store().Observe(
      sponsors_, {.after_commit = [&](Store&, const std::vector<LinkChange>& changes) {
        links.insert(links.end(), changes.begin(), changes.end());
        return absl::OkStatus();
      }}));
  EXPECT_TRUE(IsOk(store().Transact([&]() -> absl::Status {
    EXPECT_TRUE(IsOk(store().Delete(At(team_, 1))));
    New(team_, {{"id", 1}});
    return store().Set(At(sponsor_, 1), "teamId", 1);
  })));
  EXPECT_TRUE(links.empty());
  EXPECT_TRUE(IsOk(store().Transact([&]() -> absl::Status {
    EXPECT_TRUE(IsOk(store().Delete(At(team_, 1))));
    New(team_, {{"id", 1}});
    return absl::OkStatus();
  })));
  ASSERT_EQ(links.size(), 1u);
  EXPECT_EQ(links[0].kind, LinkChange::Kind::kUnlink);
}

TEST_F(ObserverAfterTest, AChangeMadeByAnObserverIsACommitOfItsOwnToldAfterwards) {
  std::vector<std::string> told;
  const auto tell = [&](std::string who) {
    return [this, who, &told](Store& there, const ChangeSet& changes) -> absl::Status {
      told.push_back(who + " " + changes.Summary(schema_));
      if (who != "first" || there.Count(club_) >= 3) return absl::OkStatus();
      const absl::Status status = there.Create(club_).status();
      told.push_back("first has created");
      return status;
    };
  };
  subscriptions_.push_back(store().Observe({.name = "first", .after_commit = tell("first")}));
  subscriptions_.push_back(store().Observe({.name = "second", .after_commit = tell("second")}));
  New(club_);
  const std::string one = " club: 1 created, 0 updated, 0 deleted\n";
  EXPECT_THAT(told,
              ElementsAre("first" + one, "first has created", "second" + one, "first" + one,
                          "first has created", "second" + one, "first" + one, "second" + one));
  EXPECT_EQ(store().Count(club_), 3u);
  EXPECT_THAT(store().TakeObserverFailures(), IsEmpty());
}

TEST_F(ObserverAfterTest, AnswersWithoutEndAreStopped) {
  std::size_t answers = 0;
  subscriptions_.push_back(
      store().Observe({.name = "echo", .after_commit = [&](Store& there, const ChangeSet&) {
                         const absl::Status status = there.Create(club_).status();
                         answers += status.ok();
                         return status;
                       }}));
  New(club_);
  EXPECT_EQ(answers, 64u);
  EXPECT_EQ(store().Count(club_), 65u);
  const std::vector<absl::Status> failures = store().TakeObserverFailures();
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_TRUE(FailsWith(failures[0], absl::StatusCode::kResourceExhausted,
                        "observer 'echo' failed after a commit: observers keep answering"));
  New(club_);
  EXPECT_EQ(store().Count(club_), 130u) << "and the next operation begins anew";
}

TEST_F(ObserverAfterTest, AnErrorOrAThrowUndoesNothingAndIsKept) {
  subscriptions_.push_back(
      store().Observe({.name = "sour", .after_commit = [](Store&, const ChangeSet&) {
                         return absl::DataLossError("spilt");
                       }}));
  subscriptions_.push_back(store().Observe(
      club_, {.name = "bomb", .after_commit = [](Store&, const ChangeSet&) -> absl::Status {
                throw std::runtime_error("bang");
              }}));
  subscriptions_.push_back(store().Observe(Collector()));
  New(club_);
  EXPECT_EQ(store().Count(club_), 1u);
  EXPECT_EQ(commits_.size(), 1u) << "later observers are told all the same";
  const std::vector<absl::Status> failures = store().TakeObserverFailures();
  ASSERT_EQ(failures.size(), 2u);
  EXPECT_EQ(failures[0], absl::DataLossError("observer 'sour' failed after a commit: spilt"));
  EXPECT_EQ(failures[1],
            absl::UnknownError("observer 'bomb' failed after a commit: it threw: bang"));
  EXPECT_THAT(store().TakeObserverFailures(), IsEmpty());
  for (int i = 0; i < 200; ++i) New(club_);
  EXPECT_EQ(store().TakeObserverFailures().size(), 100u) << "no more are kept";
}

TEST_F(ObserverAfterTest, AnObserverMayUseTransactionsAndPlans) {
  subscriptions_.push_back(store().Observe(
      player_, {.after_commit = [&](Store& there, const ChangeSet& changes) -> absl::Status {
        if (changes.rows[0].kind != RowChange::Kind::kCreate) return absl::OkStatus();
        Transaction transaction = there.Begin();
        const absl::Status status = there.Create(note_, {{"playerId", 1}}).status();
        if (!status.ok()) return status;
        const absl::Status applied = there.Apply(Must(there.PlanDelete(At(note_, 1))));
        if (!applied.ok()) return applied;
        EXPECT_TRUE(IsOk(there.Create(note_, {{"playerId", 1}})));
        return transaction.Commit().status();
      }}));
  subscriptions_.push_back(store().Observe(Collector()));
  New(player_);
  EXPECT_THAT(store().TakeObserverFailures(), IsEmpty());
  EXPECT_EQ(store().Count(note_), 1u);
  ASSERT_EQ(commits_.size(), 2u);
  EXPECT_EQ(commits_[1].rows[0].key, Key(2));
}

// ----- subscriptions

TEST_F(ObserverAfterTest, ACancelledObserverHearsNothingMore) {
  Subscription one = store().Observe(Collector());
  Subscription other = std::move(one);
  EXPECT_FALSE(one.active());
  EXPECT_TRUE(other.active());
  New(club_);
  other.Cancel();
  EXPECT_FALSE(other.active());
  New(club_);
  EXPECT_EQ(commits_.size(), 1u);
  other = store().Observe(Collector());
  other = store().Observe(Collector());  // the first of them is cancelled
  New(club_);
  EXPECT_EQ(commits_.size(), 2u);
}

TEST_F(ObserverAfterTest, ObserversAddedOrCancelledInCallbacks) {
  int early = 0;
  int late = 0;
  Subscription added_before;
  Subscription added_after;
  Subscription itself;
  Subscription next;
  itself = store().Observe(club_, {.before_create =
                                       [&](const RowView&) {
                                         ++early;
                                         added_before = store().Observe(
                                             club_, {.before_create = [&](const RowView&) {
                                               return ++late, absl::OkStatus();
                                             }});
                                         itself.Cancel();
                                         next.Cancel();
                                         return absl::OkStatus();
                                       },
                                   .after_commit =
                                       [&](Store&, const ChangeSet&) {
                                         ADD_FAILURE() << "it was cancelled";
                                         return absl::OkStatus();
                                       }});
  next = store().Observe(club_, {.before_create = [&](const RowView&) {
                           ADD_FAILURE() << "it was cancelled";
                           return absl::OkStatus();
                         }});
  New(club_);
  EXPECT_EQ(std::pair(early, late), std::pair(1, 0));
  New(club_);
  EXPECT_EQ(std::pair(early, late), std::pair(1, 1));
  added_before.Cancel();
  itself = store().Observe({.after_commit = [&](Store&, const ChangeSet&) {
    itself.Cancel();
    added_after = store().Observe(Collector());
    return absl::OkStatus();
  }});
  New(club_);
  EXPECT_THAT(commits_, IsEmpty());
  New(club_);
  EXPECT_EQ(commits_.size(), 1u);
}

TEST_F(ObserverAfterTest, AForkHasNoObserversAndAMovedStoreKeepsThem) {
  subscriptions_.push_back(store().Observe(Collector()));
  Store fork = Must(store().Fork());
  EXPECT_TRUE(IsOk(fork.Create(club_)));
  EXPECT_THAT(commits_, IsEmpty());
  Store moved = std::move(store());
  EXPECT_TRUE(IsOk(moved.Create(club_)));
  EXPECT_EQ(commits_.size(), 1u);
  EXPECT_TRUE(subscriptions_[0].active());
  store_.emplace(schema_);
  { const Store gone = std::move(moved); }
  EXPECT_FALSE(subscriptions_[0].active());
}

TEST_F(ObserverAfterTest, OneSubscribedInsideATransactionHearsOfAllOfIt) {
  Transaction transaction = store().Begin();
  New(club_);
  subscriptions_.push_back(store().Observe(Collector()));
  New(club_);
  EXPECT_TRUE(IsOk(transaction.CommitQuietly()));
  ASSERT_EQ(commits_.size(), 1u);
  EXPECT_EQ(commits_[0].rows.size(), 2u);
}

}  // namespace
}  // namespace relata
