// Validators, and every problem of a row at once.
#include "relata/validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "relata/draft.h"
#include "relata/loader.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/transaction.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<ErrorKind> KindsOf(const absl::Status& status) {
  std::vector<ErrorKind> kinds;
  for (const Problem& problem : ProblemsOf(status)) kinds.push_back(problem.kind);
  return kinds;
}

// Players with a rule of each sort.
class ValidationTest : public ::testing::Test {
 protected:
  ValidationTest() {
    SchemaBuilder builder;
    team_ = builder.Define("team", {{"name", Text()}, {"code", Text().Unique()}});
    player_ = builder.Define(
        "player",
        {{"name", Text().NotNull().Validate(HasLength(2, 8))},
         {"shirt", Integer().Unique()},
         {"goals", Integer()
                       .Default(0)
                       .Validate(IsBetween(0, 1000))
                       .Validate([this](const ValueView&) -> std::string { return OnGoals(); })},
         {"born", Integer()},
         {"retired", Integer()},
         {"teamId", Integer().Default(77)}},
        {.validators = {[this](const RowView& row) { return OnPlayer(row); }}});
    its_team_ = builder.BelongsTo(player_, team_);
    its_code_ = builder.BelongsTo(
        player_, team_, {.as = "byCode", .foreign_key = "teamCode", .target_key = "code"});
    its_loan_ = builder.BelongsTo(player_, team_,
                                  {.as = "loan",
                                   .foreign_key = KeyColumns("loanId").Default(9),
                                   .on_delete = Action::kSetDefault});
    schema_ = Must(std::move(builder).Build());
    store_.emplace(schema_);
    for (int i = 1; i <= 3; ++i) {
      Must(store().Create(team_, {{"code", "t" + std::to_string(i)}}));
    }
    Must(store().Create(team_, {{"id", 9}, {"code", "t9"}}));
    ann_ = Must(CreatePlayer({{"name", "Ann"}, {"shirt", 1}}));
    EXPECT_TRUE(IsOk(store().CheckInvariants()));
  }
  ~ValidationTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }

  Store& store() { return *store_; }
  absl::StatusOr<Instance> CreatePlayer(Values values) {
    bool team = false;
    for (const NamedValue& value : values) team |= value.name == "teamId";
    if (!team) values.push_back({"teamId", nullptr});
    return store().Create(player_, values);
  }

  // The rule for players: a retirement follows a birth.
  absl::Status OnPlayer(const RowView& row) {
    if (hook_) hook_(row);
    ++judged_;
    const ValueView born = row["born"];
    const ValueView retired = row["retired"];
    if (born.index() == 0 || retired.index() == 0 || Less(born, retired)) return absl::OkStatus();
    return absl::OutOfRangeError("retired before born");
  }
  std::string OnGoals() {
    if (throws_) throw std::runtime_error("the goals are gone");
    return odd_goals_ ? "odd" : "";
  }

  Model team_, player_;
  Association its_team_, its_code_, its_loan_;
  Schema schema_;
  std::optional<Store> store_;
  Instance ann_;
  std::function<void(const RowView&)> hook_;
  int judged_ = 0;
  bool throws_ = false;
  bool odd_goals_ = false;
};

// ----- every problem, alone and with every other

struct Wrong {
  ErrorKind kind;
  NamedValue value;
  std::vector<std::string> attributes;
  std::string message;
};

std::vector<Wrong> WrongValues() {
  return {
      {ErrorKind::kNotNull,
       {"name", nullptr},
       {"name"},
       "player.name cannot be null: give it a value"},
      {ErrorKind::kUnique,
       {"shirt", 1},
       {"shirt"},
       "a player with shirt = 1 exists already, and that must be unique"},
      {ErrorKind::kForeignKey,
       {"teamId", 50},
       {"teamId"},
       "player: teamId = 50 refers to nothing: no team has id = 50; create it first, or use null"},
      {ErrorKind::kForeignKey,
       {"teamCode", "x"},
       {"teamCode"},
       "player: teamCode = 'x' refers to nothing: no team has code = 'x'; create it first, or use "
       "null"},
      {ErrorKind::kValidation,
       {"goals", 1001},
       {"goals"},
       "player.goals: must be between 0 and 1000, got 1001"},
      {ErrorKind::kValidation, {"retired", 1}, {}, "the new player: retired before born"},
  };
}

TEST_F(ValidationTest, EverySubsetOfProblemsOfANewRowIsToldAtOnceAndInOrder) {
  const std::vector<Wrong> all = WrongValues();
  const Store before = Must(store().Fork());
  for (unsigned subset = 1; subset < 1u << all.size(); ++subset) {
    Values values{{"born", 5}};
    std::vector<Problem> expected;
    for (std::size_t i = all.size(); i-- > 0;) {
      if ((subset >> i & 1) != 0) values.push_back(all[i].value);
    }
    bool named = false;
    for (const NamedValue& value : values) named |= value.name == "name";
    if (!named) values.push_back({"name", "Bob"});
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((subset >> i & 1) == 0) continue;
      expected.push_back({all[i].kind, "player", "", all[i].attributes, all[i].message});
    }
    const absl::Status status = CreatePlayer(values).status();
    ASSERT_EQ(ProblemsOf(status), expected) << status;
    ASSERT_EQ(KindOf(status), expected[0].kind);
    std::string message =
        std::to_string(expected.size()) + " things are wrong with the new player:";
    for (const Problem& problem : expected) message += "\n  " + problem.message;
    if (expected.size() == 1) message = expected[0].message;
    ASSERT_EQ(status.message(), message);
    ASSERT_TRUE(Must(Store::Diff(before, store())).empty());
  }
}

TEST_F(ValidationTest, EverySubsetOfProblemsOfAnUpdateIsToldAtOnceWithTheRowsKey) {
  const std::vector<Wrong> all = WrongValues();
  const Instance bob = Must(CreatePlayer({{"name", "Bob"}, {"born", 5}}));
  const Store before = Must(store().Fork());
  for (unsigned subset = 1; subset < 1u << all.size(); ++subset) {
    Values values;
    std::vector<ErrorKind> kinds;
    bool key = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((subset >> i & 1) == 0) continue;
      values.push_back(all[i].value);
      kinds.push_back(all[i].kind);
      key |= all[i].kind == ErrorKind::kUnique;
    }
    const absl::Status status = store().Set(bob, values);
    ASSERT_EQ(KindsOf(status), kinds) << status;
    for (const Problem& problem : ProblemsOf(status)) {
      ASSERT_EQ(problem.model, "player");
      ASSERT_EQ(problem.key, "2");
      ASSERT_THAT(std::string(status.message()), HasSubstr(problem.message));
    }
    if (kinds.size() > 1) {
      const std::string what =
          key ? " things stand in the way:" : " things are wrong with player 2:";
      ASSERT_THAT(std::string(status.message()), HasSubstr(std::to_string(kinds.size()) + what));
    }
    // The same values, planned.
    const Plan plan = Must(store().PlanUpdate(bob, values));
    ASSERT_EQ(KindsOf(plan.status()), kinds) << plan.status();
    ASSERT_TRUE(Must(Store::Diff(before, store())).empty());
  }
}

TEST_F(ValidationTest, WrongTypesAndUnknownNamesAreToldAloneAndAllOfThem) {
  const absl::Status types =
      store().Create(player_, {{"name", 1}, {"goals", "x"}, {"shirt", 1}}).status();
  EXPECT_EQ(types.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(KindOf(types), ErrorKind::kNone);
  EXPECT_EQ(types.message(),
            "2 things are wrong with the values for a player:\n"
            "  player.name: expected TEXT, got 1 (INTEGER)\n"
            "  player.goals: expected INTEGER, got 'x' (TEXT)");
  ASSERT_EQ(ProblemsOf(types).size(), 2u);
  EXPECT_THAT(ProblemsOf(types)[1].attributes, ElementsAre("goals"));
  const absl::Status names = store().Set(ann_, {{"nam", 1}, {"gaols", 2}, {"shirt", 1}});
  EXPECT_EQ(names.code(), absl::StatusCode::kInvalidArgument);
  ASSERT_EQ(ProblemsOf(names).size(), 2u);
  EXPECT_THAT(ProblemsOf(names)[0].message, HasSubstr("'name'"));
  EXPECT_THAT(ProblemsOf(store().Set(ann_, {{"nam", "x"}})), ::testing::SizeIs(1));
}

TEST_F(ValidationTest, ProblemsOfANestedRowAreTheSameBelowThePlaceOfTheRow) {
  const absl::Status status =
      store()
          .Create(player_, {{"name", "Bob"}, {"team", Draft{{"id", 1}, {"code", "t1"}}}})
          .status();
  EXPECT_THAT(KindsOf(status), ElementsAre(ErrorKind::kUnique, ErrorKind::kUnique));
  ASSERT_EQ(ProblemsOf(status).size(), 2u);
  EXPECT_EQ(ProblemsOf(status)[1].message,
            "a team with code = 't1' exists already, and that must be unique");
  EXPECT_THAT(std::string(status.message()), HasSubstr("2 things are wrong with the new team:"));
}

TEST_F(ValidationTest, OtherStatusesHaveNoProblems) {
  EXPECT_THAT(ProblemsOf(absl::OkStatus()), IsEmpty());
  EXPECT_THAT(ProblemsOf(absl::InvalidArgumentError("no")), IsEmpty());
  EXPECT_THAT(ProblemsOf(store().Find(team_, 100).status()), IsEmpty());
}

// ----- when values and rows are judged

TEST_F(ValidationTest, EveryWayToWriteAnAttributeIsJudged) {
  const auto goals = Must(schema_.FieldOf<std::optional<std::int64_t>>(player_, "goals"));
  const Store before = Must(store().Fork());
  EXPECT_TRUE(FailsWith(store().Set(ann_, "goals", -1), ErrorKind::kValidation,
                        "player.goals: must be between 0 and 1000, got -1"));
  EXPECT_TRUE(FailsWith(store().Set(ann_, goals, -1), ErrorKind::kValidation));
  EXPECT_TRUE(FailsWith(store().Set(ann_, {{"shirt", 5}, {"goals", -1}}), ErrorKind::kValidation,
                        "player 1: player.goals"));
  const Plan plan = Must(store().PlanUpdate(ann_, {{"goals", -1}}));
  EXPECT_TRUE(plan.blocked());
  EXPECT_TRUE(FailsWith(store().Apply(plan), ErrorKind::kValidation));
  EXPECT_TRUE(Must(Store::Diff(before, store())).empty());
  EXPECT_TRUE(IsOk(store().Set(ann_, goals, 1000)));
  EXPECT_TRUE(IsOk(store().Set(ann_, goals, std::nullopt))) << "null is for NOT NULL to judge";
}

TEST_F(ValidationTest, WhatReferentialActionsWriteIsJudged) {
  const auto refuse = [&](const char* attribute, Value value) {
    hook_ = [=](const RowView& row) {
      if (Equal(row[attribute], value.view())) throw std::runtime_error("not that");
    };
  };
  const Instance team = Must(store().Find(team_, 1));
  EXPECT_TRUE(IsOk(store().Set(ann_, {{"teamId", 1}, {"teamCode", "t1"}, {"loanId", 1}})));
  const Store before = Must(store().Fork());
  refuse("teamId", nullptr);
  EXPECT_EQ(store().Delete(team).message(), "player 1: a validator threw: not that");
  refuse("loanId", 9);
  EXPECT_TRUE(FailsWith(store().Delete(team), ErrorKind::kValidation, "not that"));
  refuse("teamCode", "new");
  EXPECT_TRUE(FailsWith(store().Set(team, "code", "new"), ErrorKind::kValidation));
  EXPECT_TRUE(Must(Store::Diff(before, store())).empty());
  hook_ = nullptr;
  EXPECT_TRUE(IsOk(store().Set(team, "code", "new")));
  EXPECT_TRUE(IsOk(store().Delete(team)));
}

TEST_F(ValidationTest, OnlyWhatIsNewOrChangesIsJudged) {
  odd_goals_ = true;
  EXPECT_TRUE(IsOk(store().Set(ann_, "name", "Anna")));
  EXPECT_TRUE(IsOk(store().Set(ann_, {{"goals", 0}, {"name", "Anne"}})));
  EXPECT_TRUE(FailsWith(store().Set(ann_, "goals", 1), ErrorKind::kValidation, "odd"));
  EXPECT_TRUE(FailsWith(CreatePlayer({{"name", "Cy"}}), ErrorKind::kValidation, "odd"))
      << "a default is new";
  judged_ = 0;
  EXPECT_TRUE(IsOk(store().Set(ann_, "name", "Anne")));
  EXPECT_EQ(judged_, 0);
  EXPECT_TRUE(IsOk(store().Set(ann_, "name", "Anna")));
  EXPECT_EQ(judged_, 1);
}

TEST_F(ValidationTest, EachValidatorIsCalledOnceForAChange) {
  judged_ = 0;
  EXPECT_FALSE(CreatePlayer({{"shirt", 1}, {"born", 2}, {"retired", 1}}).ok());
  EXPECT_EQ(judged_, 1);
  EXPECT_FALSE(store().Set(ann_, {{"teamId", 99}, {"born", 2}}).ok());
  EXPECT_EQ(judged_, 2);
}

TEST_F(ValidationTest, AViewShowsTheRowAsItWillBeAndAsItIs) {
  const auto goals = Must(schema_.FieldOf<std::optional<std::int64_t>>(player_, "goals"));
  const auto name = Must(schema_.FieldOf<std::string_view>(player_, "name"));
  int seen = 0;
  hook_ = [&](const RowView& row) {
    ++seen;
    EXPECT_EQ(&row.store(), &store());
    EXPECT_EQ(row.model(), player_);
    if (row.is_new()) {
      EXPECT_EQ(row.Get(name), "");
      EXPECT_EQ(row.Get(goals), 7);
      EXPECT_EQ(row.key(), Key(2));
      EXPECT_EQ(row.Before(0).index(), 0u);
      EXPECT_EQ(row.Describe(), "the new player");
    } else {
      EXPECT_EQ(row.instance(), ann_);
      EXPECT_EQ(row.Get(name), "Ann");
      EXPECT_EQ(row.Get(goals), 7);
      EXPECT_EQ(store().Get(ann_, goals), 0);
      EXPECT_EQ(row.key(), Key(1));
      EXPECT_EQ(row.Describe(), "player 1");
      EXPECT_TRUE(row.Changes(*schema_.FindAttribute(player_, "goals")));
      EXPECT_FALSE(row.Changes(*schema_.FindAttribute(player_, "name")));
    }
  };
  EXPECT_TRUE(FailsWith(CreatePlayer({{"goals", 7}}), ErrorKind::kNotNull));
  EXPECT_TRUE(IsOk(store().Set(ann_, "goals", 7)));
  EXPECT_EQ(seen, 2);
}

TEST_F(ValidationTest, LoadingJudgesNothingAndValidateJudgesARowAsItStands) {
  Loader loader(schema_);
  std::vector<ValueView> row(schema_[player_].attributes.size());
  const auto put = [&](const char* name, ValueView value) {
    row[*schema_.FindAttribute(player_, name)] = value;
  };
  put("id", std::int64_t{4});
  put("name", std::string_view("X"));
  put("goals", std::int64_t{-5});
  put("born", std::int64_t{10});
  put("retired", std::int64_t{3});
  ASSERT_TRUE(IsOk(loader.Append(player_, row)));
  Store loaded = Must(std::move(loader).Finish());
  const Instance x = Must(loaded.Find(player_, 4));
  const absl::Status status = loaded.Validate(x);
  EXPECT_EQ(status.message(),
            "3 things are wrong with player 4:\n"
            "  player.name: must have a length of 2 to 8, got 'X' of 1\n"
            "  player.goals: must be between 0 and 1000, got -5\n"
            "  player 4: retired before born");
  EXPECT_TRUE(IsOk(store().Validate(ann_)));
  EXPECT_TRUE(FailsWith(store().Validate(x), absl::StatusCode::kNotFound));
}

// ----- what validators do

TEST_F(ValidationTest, AValidatorThatThrowsHasRefused) {
  throws_ = true;
  const Store before = Must(store().Fork());
  EXPECT_TRUE(FailsWith(store().Set(ann_, "goals", 3), ErrorKind::kValidation,
                        "player.goals: a validator threw: the goals are gone"));
  hook_ = [](const RowView&) { throw 7; };
  EXPECT_TRUE(FailsWith(CreatePlayer({{"name", "Bob"}}), ErrorKind::kValidation,
                        "a validator threw what is no std::exception"));
  EXPECT_TRUE(Must(Store::Diff(before, store())).empty());
  throws_ = false;
  hook_ = nullptr;
  EXPECT_TRUE(IsOk(store().Set(ann_, "goals", 3)));
}

TEST_F(ValidationTest, AValidatorMayReadButEveryWriteIsRefused) {
  const Instance team = Must(store().Find(team_, 1));
  Transaction outer = store().Begin();
  const Plan plan = Must(store().PlanDelete(team));
  int seen = 0;
  const auto refused = [&](const auto& result) {
    ++seen;
    EXPECT_TRUE(FailsWith(result, absl::StatusCode::kFailedPrecondition, "may read the store"));
  };
  hook_ = [&](const RowView&) {
    EXPECT_EQ(store().Count(team_), 4u);
    EXPECT_TRUE(IsOk(store().PlanDelete(team)));
    refused(store().Create(team_, {}));
    refused(store().Set(team, "name", "x"));
    refused(store().Delete(team));
    refused(store().Apply(plan));
    refused(store().Set(ann_, its_team_, team));
    refused(store().Create(ann_, its_team_));
    refused(store().Transact([] { return absl::OkStatus(); }));
    refused(store().Fork());
    refused(outer.Commit());
    refused(outer.CommitQuietly());
    refused(outer.Rollback());
    Transaction inner = store().Begin();
    EXPECT_FALSE(inner.open());
    EXPECT_TRUE(FailsWith(inner.Commit(), absl::StatusCode::kFailedPrecondition));
  };
  EXPECT_TRUE(IsOk(store().Set(ann_, "name", "Anna")));
  EXPECT_EQ(seen, 11);
  EXPECT_TRUE(IsOk(store().CheckInvariants()));
  const ChangeSet changes = Must(outer.Commit());
  ASSERT_EQ(changes.rows.size(), 1u);
}

TEST_F(ValidationTest, ForksJudgeByTheSameRulesOnTheirOwnContents) {
  Store fork = Must(store().Fork());
  Store moved = std::move(fork);
  const Store* seen = nullptr;
  hook_ = [&](const RowView& row) { seen = &row.store(); };
  EXPECT_TRUE(IsOk(moved.Set(ann_, "goals", 4)));
  EXPECT_EQ(seen, &moved);
}

TEST(ValidatorsTest, AreNoPartOfTheFingerprint) {
  const auto make = [](bool strict) {
    SchemaBuilder builder;
    Attribute name = Text();
    if (strict) name.Validate(IsNotEmpty());
    builder.Define("team", {{"name", name}});
    return Must(std::move(builder).Build());
  };
  EXPECT_EQ(make(false).fingerprint(), make(true).fingerprint());
}

}  // namespace
}  // namespace relata
