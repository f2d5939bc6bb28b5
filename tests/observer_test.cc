// Observers: who hears of what, in which order, and what callbacks may do.
#include "relata/observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A club with everything that a cascade can do:
//
//   club <- team (CASCADE) <- player (CASCADE) <- note (CASCADE)
//                          <- sponsor (SET NULL)
//   player <- friendship -> player,  team <- contract -> coach
class ObserverTest : public ::testing::Test {
 protected:
  ObserverTest() {
    SchemaBuilder builder;
    club_ = builder.Define("club", {{"name", Text()}});
    team_ = builder.Define("team", {{"code", Text().Unique()}, {"level", Text().Default("first")}});
    player_ = builder.Define("player", {{"name", Text()}, {"goals", Integer().Default(0)}});
    note_ = builder.Define("note", {{"text", Text()}});
    sponsor_ = builder.Define("sponsor", {{"name", Text()}});
    coach_ = builder.Define("coach", {{"name", Text()}});
    teams_ = builder.HasMany(club_, team_, {.on_delete = Action::kCascade});
    players_ = builder.HasMany(
        team_, player_,
        {.foreign_key = "teamCode", .source_key = "code", .on_delete = Action::kCascade});
    its_team_ =
        builder.BelongsTo(player_, team_, {.foreign_key = "teamCode", .target_key = "code"});
    its_first_ = builder.BelongsTo(player_, team_,
                                   {.as = "firstTeam",
                                    .foreign_key = "teamCode",
                                    .target_key = "code",
                                    .scope = {{"level", "first"}}});
    notes_ = builder.HasMany(player_, note_, {.on_delete = Action::kCascade});
    sponsors_ = builder.HasMany(team_, sponsor_);
    coaches_ = builder.BelongsToMany(team_, coach_, {.through = "contract"});
    stand_in_ = builder.BelongsTo(
        player_, player_,
        {.as = "standIn", .foreign_key = "standInId", .on_delete = Action::kCascade});
    schema_ = Must(std::move(builder).Build());
    store_.emplace(schema_);
  }
  ~ObserverTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }

  Store& store() { return *store_; }
  Instance New(Model model, const Values& values = {}) {
    return Must(store().Create(model, values));
  }
  Instance At(Model model, const Key& key) { return Must(store().Find(model, key)); }

  // One club with team 'a' of players 1 to 3, of whom 1 stands in for 2 and 2 for 3, with two notes
  // on 1, a sponsor and a coach.
  void Fill() {
    New(club_);
    New(team_, {{"code", "a"}, {"clubId", 1}});
    for (int i = 1; i <= 3; ++i) New(player_, {{"teamCode", "a"}});
    EXPECT_TRUE(IsOk(store().Set(At(player_, 2), "standInId", 1)));
    EXPECT_TRUE(IsOk(store().Set(At(player_, 3), "standInId", 2)));
    New(note_, {{"playerId", 1}});
    New(note_, {{"playerId", 1}});
    New(sponsor_, {{"teamId", 1}});
    New(coach_);
    EXPECT_TRUE(IsOk(store().Add(At(team_, 1), coaches_, 1)));
  }

  absl::Status Say(const std::string& event) {
    log_.push_back(event);
    return answer_ ? answer_(event) : absl::OkStatus();
  }
  std::function<absl::Status(const RowView&)> RowLogger(std::string verb) {
    return [this, verb](const RowView& row) {
      return Say(verb + " " + schema_[row.model()].name + " " + row.key().ToString());
    };
  }
  std::function<absl::Status(const Store&, const LinkChange&)> LinkLogger(std::string verb) {
    return [this, verb](const Store&, const LinkChange& change) {
      return Say(verb + " " + schema_[change.association].name + " " + change.source.ToString() +
                 " " + change.target.ToString());
    };
  }
  // Logs what is told before changes of all models and associations.
  void Watch() {
    for (std::uint32_t m = 0; m < schema_.models().size(); ++m) {
      subscriptions_.push_back(store().Observe(Model{m}, {.name = "log",
                                                          .before_create = RowLogger("create"),
                                                          .before_update = RowLogger("update"),
                                                          .before_delete = RowLogger("delete")}));
    }
    for (std::uint32_t a = 0; a < schema_.associations().size(); ++a) {
      subscriptions_.push_back(
          store().Observe(Association{a}, {.name = "log",
                                           .before_link = LinkLogger("link"),
                                           .before_unlink = LinkLogger("unlink")}));
    }
  }
  std::vector<std::string> TakeLog() { return std::exchange(log_, {}); }

  Model club_, team_, player_, note_, sponsor_, coach_;
  Association teams_, players_, its_team_, its_first_, notes_, sponsors_, coaches_, stand_in_;
  Schema schema_;
  std::optional<Store> store_;
  std::vector<Subscription> subscriptions_;
  std::vector<std::string> log_;
  std::function<absl::Status(const std::string&)> answer_;
};

// ----- before: what is told, and in which order

TEST_F(ObserverTest, ACascadeOverSeveralLevelsIsToldChildrenFirst) {
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

TEST_F(ObserverTest, TheSameRowsAreToldOfHoweverADeleteCameAbout) {
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

TEST_F(ObserverTest, NestedCreatesAndUpdatesByFilterTellOfEveryRow) {
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

TEST_F(ObserverTest, ARowThatIsReachedBeforeItsParentIsStillToldOfFirst) {
  // Player 3 is a child of the root and, two steps further down, of player 2.
  Fill();
  subscriptions_.push_back(store().Observe(player_, {.before_delete = RowLogger("delete")}));
  const Plan plan = Must(store().PlanDelete(At(team_, 1)));
  EXPECT_TRUE(IsOk(store().Set(At(player_, 1), "standInId", 3)));  // and a circle
  TakeLog();
  EXPECT_TRUE(IsOk(store().Delete(At(team_, 1))));
  EXPECT_THAT(TakeLog(), ElementsAre("delete player 3", "delete player 2", "delete player 1"));
}

TEST_F(ObserverTest, ARowThatThePlanFindsBeforeItsParentIsToldOfBeforeIt) {
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

TEST_F(ObserverTest, CreatingAndChangingTellsOfRowsAndLinks) {
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

TEST_F(ObserverTest, AnObserverSeesTheStoreAsItWasAndTheRowAsItWillBe) {
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

// ----- before: refusing

TEST_F(ObserverTest, ARefusalAtEveryPositionLeavesNothingChanged) {
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

TEST_F(ObserverTest, ARefusalNamesTheObserverAndTheRowOrLink) {
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

TEST_F(ObserverTest, ObserversAreAskedOnlyWhenNothingElseIsWrong) {
  Fill();
  Watch();
  EXPECT_FALSE(store().Create(player_, {{"teamCode", "nowhere"}}).ok());
  EXPECT_FALSE(store().Create(team_, {{"code", "a"}}).ok());
  EXPECT_FALSE(store().Set(At(player_, 1), "teamCode", "nowhere").ok());
  const Plan plan = Must(store().PlanDelete(At(club_, 1)));
  EXPECT_THAT(TakeLog(), IsEmpty()) << "nor by planning";
}

TEST_F(ObserverTest, OneThatThrowsRefuses) {
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

TEST_F(ObserverTest, BeforeAChangeTheStoreCanBeReadButNotChanged) {
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

// ----- after

// Collects what is told after commits.
class AfterTest : public ObserverTest {
 protected:
  StoreObserver Collector(const std::string& name = "collector") {
    return {.name = name, .after_commit = [this](Store&, const ChangeSet& changes) {
              commits_.push_back(changes);
              return absl::OkStatus();
            }};
  }
  std::vector<ChangeSet> commits_;
};

TEST_F(AfterTest, EveryOperationOutsideOfATransactionIsACommit) {
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

TEST_F(AfterTest, ATransactionIsOneCommitAndCoalesced) {
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

TEST_F(AfterTest, AnOperationOfSeveralStepsIsOneCommit) {
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

TEST_F(AfterTest, WhatIsRolledBackOrRefusedOrNothingIsNotTold) {
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

TEST_F(AfterTest, AnAssociationIsToldOfLinksThatEndedAndCame) {
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

TEST_F(AfterTest, ARowCreatedAgainUnderItsKeyHasTheLinksThatItHad) {
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

TEST_F(AfterTest, AChangeMadeByAnObserverIsACommitOfItsOwnToldAfterwards) {
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

TEST_F(AfterTest, AnswersWithoutEndAreStopped) {
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

TEST_F(AfterTest, AnErrorOrAThrowUndoesNothingAndIsKept) {
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

TEST_F(AfterTest, AnObserverMayUseTransactionsAndPlans) {
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

TEST_F(AfterTest, ACancelledObserverHearsNothingMore) {
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

TEST_F(AfterTest, ObserversAddedOrCancelledInCallbacks) {
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

TEST_F(AfterTest, AForkHasNoObserversAndAMovedStoreKeepsThem) {
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

TEST_F(AfterTest, OneSubscribedInsideATransactionHearsOfAllOfIt) {
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
