// Observers before a change: who hears of what, in which order, and what they may refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
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

using ObserverBeforeTest = ObserverWorld;

// ----- what is told, and in which order

TEST_F(ObserverBeforeTest, ACascadeOverSeveralLevelsIsToldChildrenFirst) {
  Fill();
  Watch();
  const Store before = Must(store().Fork());
  EXPECT_TRUE(IsOk(store().Delete(At(club_, 1))));
  EXPECT_THAT(
      TakeLog(),
      ElementsAre("unlink teams 1 1", "unlink players 1 1", "unlink players 1 2",
                  "unlink players 1 3", "unlink team 1 1", "unlink team 2 1", "unlink team 3 1",
                  "unlink firstTeam 1 1", "unlink firstTeam 2 1", "unlink firstTeam 3 1",
                  "unlink notes 1 1", "unlink notes 1 2", "unlink sponsors 1 1",
                  "unlink coaches 1 1", "unlink standIn 2 1", "unlink standIn 3 2", "delete note 2",
                  "delete note 1", "delete contract (1, 1)", "delete player 3", "delete player 2",
                  "delete player 1", "delete team 1", "delete club 1", "update sponsor 1"));
}

TEST_F(ObserverBeforeTest, TheSameRowsAreToldOfHoweverADeleteCameAbout) {
  const auto tell = [&](const std::function<absl::Status()>& remove) {
    store_.emplace(schema_);
    Fill();
    subscriptions_.clear();
    Watch();
    log_.clear();
    EXPECT_TRUE(IsOk(remove()));
    subscriptions_.clear();
    return TakeLog();
  };
  const std::vector<std::string> directly = tell([&] { return store().Delete(At(club_, 1)); });
  EXPECT_EQ(tell([&] { return store().Apply(Must(store().PlanDelete(At(club_, 1)))); }), directly);
  EXPECT_EQ(
      tell([&] { return store().Transact([&] { return store().Delete(At(club_, 1)); }).status(); }),
      directly);
  EXPECT_EQ(tell([&] { return store().Delete(Query(club_).Where(club_["id"] == 1)).status(); }),
            directly);
  // By several roots, of which some would have followed from others: the same rows once.
  std::vector<std::string> together = tell([&] {
    const std::vector<Instance> all{At(note_, 1), At(player_, 2), At(club_, 1), At(team_, 1)};
    return store().Delete(all);
  });
  std::vector<std::string> sorted = directly;
  std::sort(together.begin(), together.end());
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(together, sorted);
}

TEST_F(ObserverBeforeTest, NestedCreatesAndUpdatesByFilterTellOfEveryRow) {
  Watch();
  Must(store().Create(club_, {{"teams", {Draft{{"code", "a"}, {"players", {Draft{}, Draft{}}}}}}}));
  std::vector<std::string> rows;
  for (const std::string& event : TakeLog()) {
    if (event.rfind("create", 0) == 0) rows.push_back(event);
  }
  EXPECT_THAT(rows,
              ElementsAre("create club 1", "create team 1", "create player 1", "create player 2"));
  EXPECT_EQ(Must(store().Update(Query(player_).Where(player_["id"] == 2), {{"goals", 3}})), 1u);
  EXPECT_THAT(TakeLog(), ElementsAre("update player 2"));
}

TEST_F(ObserverBeforeTest, ARowThatIsReachedBeforeItsParentIsStillToldOfFirst) {
  // Player 3 is a child of the root and, two steps further down, of player 2.
  Fill();
  subscriptions_.push_back(store().Observe(player_, {.before_delete = RowLogger("delete")}));
  const Plan plan = Must(store().PlanDelete(At(team_, 1)));
  EXPECT_TRUE(IsOk(store().Set(At(player_, 1), "standInId", 3)));  // and a circle
  TakeLog();
  EXPECT_TRUE(IsOk(store().Delete(At(team_, 1))));
  EXPECT_THAT(TakeLog(), ElementsAre("delete player 3", "delete player 2", "delete player 1"));
}

TEST_F(ObserverBeforeTest, ARowThatThePlanFindsBeforeItsParentIsToldOfBeforeIt) {
  New(club_);
  New(team_, {{"code", "a"}, {"clubId", 1}});
  for (int i = 1; i <= 3; ++i) New(player_, {{"teamCode", "a"}});
  EXPECT_TRUE(IsOk(store().Set(At(player_, 1), "standInId", 2)));
  EXPECT_TRUE(IsOk(store().Set(At(player_, 2), "standInId", 3)));
  subscriptions_.push_back(store().Observe(player_, {.before_delete = RowLogger("delete")}));
  EXPECT_TRUE(IsOk(store().Delete(At(team_, 1))));
  EXPECT_THAT(TakeLog(), ElementsAre("delete player 1", "delete player 2", "delete player 3"))
      << "the team's players are found as 1, 2, 3, and 1 refers to 2, which refers to 3";
}

TEST_F(ObserverBeforeTest, CreatingAndChangingTellsOfRowsAndLinks) {
  Watch();
  New(club_);
  New(team_, {{"code", "a"}, {"clubId", 1}});
  EXPECT_THAT(TakeLog(), ElementsAre("create club 1", "create team 1", "link teams 1 1"));
  New(player_, {{"teamCode", "a"}, {"standInId", 1}});
  EXPECT_THAT(TakeLog(), ElementsAre("create player 1", "link players 1 1", "link team 1 1",
                                     "link firstTeam 1 1", "link standIn 1 1"));
  EXPECT_TRUE(IsOk(store().Set(At(team_, 1), "code", "b")));
  EXPECT_THAT(TakeLog(), ElementsAre("update team 1", "update player 1"))
      << "a key that changes with all that refer to it changes no link";
  EXPECT_TRUE(IsOk(store().Set(At(team_, 1), "level", "second")));
  EXPECT_THAT(TakeLog(), ElementsAre("unlink firstTeam 1 1", "update team 1"));
  EXPECT_TRUE(IsOk(store().Clear(At(player_, 1), its_team_)));
  EXPECT_THAT(TakeLog(), ElementsAre("unlink players 1 1", "unlink team 1 1", "update player 1"));
  EXPECT_TRUE(IsOk(store().Set(At(player_, 1), "goals", 0)));
  EXPECT_THAT(TakeLog(), IsEmpty()) << "nothing changes";
  New(coach_);
  EXPECT_TRUE(IsOk(store().Add(At(team_, 1), coaches_, 1)));
  EXPECT_THAT(TakeLog(),
              ElementsAre("create coach 1", "create contract (1, 1)", "link coaches 1 1"));
}

TEST_F(ObserverBeforeTest, AnObserverSeesTheStoreAsItWasAndTheRowAsItWillBe) {
  Fill();
  int seen = 0;
  const auto goals = Must(schema_.FieldOf<std::optional<std::int64_t>>(player_, "goals"));
  subscriptions_.push_back(
      store().Observe(player_, {.before_create =
                                    [&](const RowView& row) {
                                      ++seen;
                                      EXPECT_EQ(row.store().Count(player_), 3u);
                                      EXPECT_EQ(row.key(), Key(4));
                                      EXPECT_TRUE(row.is_new());
                                      return absl::OkStatus();
                                    },
                                .before_update =
                                    [&](const RowView& row) {
                                      ++seen;
                                      EXPECT_EQ(row.store().Get(row.instance(), goals), 0);
                                      EXPECT_EQ(row.Get(goals), 5);
                                      return absl::OkStatus();
                                    },
                                .before_delete =
                                    [&](const RowView& row) {
                                      ++seen;
                                      EXPECT_TRUE(row.store().Contains(row.instance()));
                                      EXPECT_EQ(Must(row.store().Count(row.instance(), notes_)),
                                                row.key() == Key(1) ? 2u : 0u);
                                      return absl::OkStatus();
                                    }}));
  subscriptions_.push_back(store().Observe(
      its_team_, {.before_link =
                      [&](const Store& there, const LinkChange& change) {
                        ++seen;
                        EXPECT_FALSE(there.Contains(change.source_instance)) << "still to come";
                        EXPECT_EQ(change.target_instance, At(team_, 1));
                        return absl::OkStatus();
                      },
                  .before_unlink =
                      [&](const Store& there, const LinkChange& change) {
                        ++seen;
                        EXPECT_TRUE(there.Contains(change.source_instance));
                        EXPECT_EQ(Must(there.GetOne(change.source_instance, its_team_)),
                                  change.target_instance);
                        return absl::OkStatus();
                      }}));
  New(player_, {{"teamCode", "a"}});
  EXPECT_TRUE(IsOk(store().Set(At(player_, 2), "goals", 5)));
  EXPECT_TRUE(IsOk(store().Delete(At(player_, 1))));
  EXPECT_EQ(seen, 2 + 1 + 2 * 3);
}

// ----- refusing

TEST_F(ObserverBeforeTest, ARefusalAtEveryPositionLeavesNothingChanged) {
  Fill();
  New(team_, {{"code", "z"}});
  Watch();
  std::size_t positions = 0;
  const std::vector<std::pair<std::string, std::function<absl::Status()>>> operations = {
      {"delete", [&] { return store().Delete(At(club_, 1)); }},
      {"plan", [&] { return store().Apply(Must(store().PlanDelete(At(club_, 1)))); }},
      {"key",
       [&] {
         return store().Set(At(team_, 1), {{"code", "b"}, {"level", "x"}});
       }},
      {"set",
       [&] {
         return store().Set(At(team_, 2), players_, {1, 2, 3});
       }},
      {"n:m", [&] { return store().Set(At(team_, 1), coaches_, std::vector<Target>()); }},
      {"create", [&] { return store().Create(At(team_, 1), players_).status(); }}};
  for (const auto& [name, operation] : operations) {
    for (std::size_t position = 0;; ++position) {
      const Store before = Must(store().Fork());
      std::size_t asked = 0;
      answer_ = [&](const std::string&) {
        return asked++ == position ? absl::InternalError("no") : absl::OkStatus();
      };
      Transaction transaction = store().Begin();
      const absl::Status status = operation();
      if (status.ok()) {
        EXPECT_EQ(asked, position) << "every one of its events was refused once";
        EXPECT_TRUE(IsOk(transaction.Rollback()));
        break;
      }
      ++positions;
      ASSERT_TRUE(FailsWith(status, ErrorKind::kRefused, "observer 'log' refuses to ")) << name;
      ASSERT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
      EXPECT_TRUE(IsOk(transaction.Commit()));
      ASSERT_TRUE(Must(Store::Diff(before, store())).empty()) << name << " " << position;
      ASSERT_TRUE(IsOk(store().CheckInvariants()));
    }
  }
  EXPECT_GT(positions, 80u);
}

TEST_F(ObserverBeforeTest, ARefusalNamesTheObserverAndTheRowOrLink) {
  Fill();
  Watch();
  const auto refuse = [&](std::string what) {
    answer_ = [what](const std::string& event) {
      return event == what ? absl::AbortedError("not today") : absl::OkStatus();
    };
  };
  refuse("delete player 2");
  const absl::Status status = store().Delete(At(team_, 1));
  EXPECT_EQ(status.message(), "observer 'log' refuses to delete player 2: not today");
  ASSERT_EQ(ProblemsOf(status).size(), 1u);
  EXPECT_EQ(ProblemsOf(status)[0].key, "2");
  refuse("create player 4");
  EXPECT_TRUE(FailsWith(store().Create(player_), ErrorKind::kRefused,
                        "observer 'log' refuses to create the new player: not today"));
  refuse("unlink sponsors 1 1");
  EXPECT_TRUE(FailsWith(store().Delete(At(team_, 1)), ErrorKind::kRefused,
                        "observer 'log' refuses to unlink team 1 from sponsor 1 (team hasMany "));
}

TEST_F(ObserverBeforeTest, ObserversAreAskedOnlyWhenNothingElseIsWrong) {
  Fill();
  Watch();
  EXPECT_FALSE(store().Create(player_, {{"teamCode", "nowhere"}}).ok());
  EXPECT_FALSE(store().Create(team_, {{"code", "a"}}).ok());
  EXPECT_FALSE(store().Set(At(player_, 1), "teamCode", "nowhere").ok());
  const Plan plan = Must(store().PlanDelete(At(club_, 1)));
  EXPECT_THAT(TakeLog(), IsEmpty()) << "nor by planning";
}

TEST_F(ObserverBeforeTest, OneThatThrowsRefuses) {
  Fill();
  const Store before = Must(store().Fork());
  subscriptions_.push_back(
      store().Observe(note_, {.name = "bomb", .before_delete = [](const RowView&) -> absl::Status {
                                throw std::runtime_error("bang");
                              }}));
  subscriptions_.push_back(store().Observe(
      sponsors_,
      {.before_link = [](const Store&, const LinkChange&) -> absl::Status { throw 5; }}));
  EXPECT_TRUE(FailsWith(store().Delete(At(club_, 1)), ErrorKind::kRefused,
                        "observer 'bomb' refuses to delete note 2: it threw: bang"));
  EXPECT_TRUE(FailsWith(store().Create(sponsor_, {{"teamId", 1}}), ErrorKind::kRefused,
                        "an observer without a name refuses to link team 1 to sponsor 2"));
  EXPECT_TRUE(Must(Store::Diff(before, store())).empty());
  subscriptions_.clear();
  EXPECT_TRUE(IsOk(store().Delete(At(club_, 1))));
}

TEST_F(ObserverBeforeTest, BeforeAChangeTheStoreCanBeReadButNotChanged) {
  Fill();
  int refused = 0;
  std::optional<Transaction> outer;
  const auto attempt = [&] {
    const auto refusal = [&](const auto& result) {
      refused += FailsWith(result, absl::StatusCode::kFailedPrecondition, "may read the store");
    };
    refusal(store().Create(club_));
    refusal(store().Set(At(player_, 1), "goals", 1));
    refusal(store().Set(At(team_, 1), "code", "q"));
    refusal(store().Delete(At(note_, 1)));
    refusal(absl::Status(store().Clear(At(team_, 1), players_)));
    refusal(store().Transact([] { return absl::OkStatus(); }));
    refusal(outer->Commit());
    refusal(outer->Rollback());
    refused += !store().Begin().open();
    EXPECT_TRUE(IsOk(store().CheckInvariants()));
    return absl::OkStatus();
  };
  subscriptions_.push_back(
      store().Observe(note_, {.before_delete = [&](const RowView&) { return attempt(); }}));
  subscriptions_.push_back(store().Observe(
      sponsors_, {.before_unlink = [&](const Store&, const LinkChange&) { return attempt(); }}));
  outer.emplace(store().Begin());
  EXPECT_TRUE(IsOk(store().Delete(At(club_, 1))));
  EXPECT_EQ(refused, 3 * 9);
  EXPECT_TRUE(IsOk(outer->Commit()));
}

}  // namespace
}  // namespace relata
