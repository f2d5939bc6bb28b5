// Creating and connecting in one operation, nested (rule R17).
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "relata/relata.h"
#include "tests/nested_world.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class NestedCreateTest : public ::relata::testing::NestedWorld {
 protected:
  NestedCreateTest() {
    SchemaBuilder builder;
    league_ = builder.Define("league", {{"name", Text().NotNull().Unique()}, {"level", Integer()}});
    team_ = builder.Define("team", {{"name", Text().NotNull().Unique()}});
    player_ = builder.Define(
        "player", {{"name", Text().NotNull().Unique()}, {"goals", Integer()}, {"kind", Text()}});
    ground_ = builder.Define("ground", {{"name", Text().NotNull().Unique()}});
    coach_ = builder.Define("coach", {{"name", Text().NotNull().Unique()}});
    contract_ = builder.Define("contract", {{"since", Integer()}, {"role", Text()}});
    its_league_ = builder.BelongsTo(team_, league_, {.scope = {{"level", 1}}});
    players_ = builder.HasMany(team_, player_);
    keepers_ = builder.HasMany(team_, player_, {.as = "keepers", .scope = {{"kind", "keeper"}}});
    ground_of_ = builder.HasOne(team_, ground_);
    coaches_ = builder.BelongsToMany(team_, coach_, {.through = "contract"});
    builder.BelongsToMany(coach_, team_, {.through = "contract"});
    medics_ = builder.BelongsToMany(
        team_, coach_,
        {.as = "medics", .through = Through("contract", std::nullopt, {{"role", "medic"}})});
    builder.BelongsTo(player_, team_);
    Build(std::move(builder));
  }

  Model league_, team_, player_, ground_, coach_, contract_;
  Association its_league_, players_, keepers_, ground_of_, coaches_, medics_;
};

TEST_F(NestedCreateTest, EveryKindIsCreatedAndConnectedInOneOperation) {
  const Instance bergkamp = Must(store().Create(player_, {{"id", 7}, {"name", "Bergkamp"}}));
  const Instance adams = Must(store().Create(player_, {{"name", "Adams"}}));
  const Instance wenger = Must(store().Create(coach_, {{"name", "Wenger"}}));
  const Instance arsenal = Must(store().Create(
      team_,
      {{"name", "Arsenal"},
       {"league", {{"name", "Premier League"}, {"level", 3}}},
       {"ground", {{"name", "Highbury"}}},
       {"players", {{{"name", "Henry"}, {"goals", 228}}, 7, adams}},
       {coaches_,
        {With(wenger, {{"since", 1996}}), {{"name", "Rice"}, {"contract", {{"since", 1998}}}}}}}));
  EXPECT_EQ(Name(arsenal), "Arsenal");
  EXPECT_EQ(Names(arsenal, its_league_), Strings{"Premier League"});
  EXPECT_EQ(Get(*store().One(arsenal, its_league_), "level"), Value(1));  // its scope wins
  EXPECT_EQ(Names(arsenal, ground_of_), Strings{"Highbury"});
  EXPECT_EQ(Names(arsenal, players_), (Strings{"Henry", "Bergkamp", "Adams"}));
  EXPECT_EQ(Get(bergkamp, "teamId"), Get(arsenal, "id"));
  EXPECT_EQ(Names(arsenal, coaches_), (Strings{"Wenger", "Rice"}));
  EXPECT_EQ(Get(**store().JoinRow(arsenal, coaches_, wenger), "since"), Value(1996));
  const Instance rice = Must(store().FindBy(coach_, {{"name", "Rice"}}));
  EXPECT_EQ(Get(**store().JoinRow(arsenal, coaches_, rice), "since"), Value(1998));
}

TEST_F(NestedCreateTest, ScopesWinOverValuesOfTargetsAndJoinRows) {
  const Instance old = Must(store().Create(player_, {{"name", "Seaman"}, {"kind", "x"}}));
  const Instance t = Must(store().Create(
      team_, {{"name", "A"},
              {"keepers", {old, {{"name", "Lehmann"}, {"kind", "striker"}}}},
              {"medics", {With(Draft{{"name", "Lewin"}}, {{"role", "boss"}, {"since", 5}})}}}));
  for (const Instance keeper : store().Linked(t, keepers_)) {
    EXPECT_EQ(Get(keeper, "kind"), Value("keeper"));
  }
  EXPECT_EQ(Names(t, keepers_), (Strings{"Seaman", "Lehmann"}));
  ASSERT_EQ(Names(t, medics_), Strings{"Lewin"});
  const Instance join = *Must(store().JoinRow(t, medics_, *store().Linked(t, medics_).begin()));
  EXPECT_EQ(Get(join, "role"), Value("medic"));
  EXPECT_EQ(Get(join, "since"), Value(5));
}

TEST_F(NestedCreateTest, AScopedParentThatExistsIsMadeToMeetTheScope) {
  const Instance second = Must(store().Create(league_, {{"name", "Second"}, {"level", 2}}));
  const Instance a = Must(store().Create(team_, {{"name", "A"}, {"league", second}}));
  EXPECT_EQ(Get(second, "level"), Value(1));
  EXPECT_EQ(store().One(a, its_league_), second);
  const Instance third = Must(store().Create(league_, {{"name", "Third"}, {"level", 2}}));
  const Instance b =
      Must(store().Create(team_, {{"name", "B"}, {"league", Draft(third, {{"name", "Renamed"}})}}));
  EXPECT_EQ(Get(third, "level"), Value(1));
  EXPECT_EQ(Names(b, its_league_), Strings{"Renamed"});
}

TEST_F(NestedCreateTest, ALinkWinsOverTheValueOfItsForeignKeyAndNullOverBoth) {
  const Instance first = Must(store().Create(league_, {{"name", "1"}}));
  const Instance t =
      Must(store().Create(team_, {{"name", "A"}, {"leagueId", 1}, {"league", {{"name", "2"}}}}));
  EXPECT_EQ(Names(t, its_league_), Strings{"2"});
  const Instance u =
      Must(store().Create(team_, {{"name", "B"}, {"leagueId", 1}, {"league", nullptr}}));
  EXPECT_EQ(Get(u, "leagueId"), Value());
  const Instance p =
      Must(store().Create(team_, {{"name", "C"}, {"players", {{{"name", "x"}, {"teamId", 1}}}}}));
  EXPECT_EQ(Names(p, players_), Strings{"x"});
  EXPECT_TRUE(store().Contains(first));
}

TEST_F(NestedCreateTest, AKeyConnectsWhereverAnAssociationIsNamed) {
  const Instance l = Must(store().Create(league_, {{"name", "L"}, {"level", 1}}));
  const Instance p = Must(store().Create(player_, {{"name", "P"}}));
  // Flat lists, and values made beforehand, take the names of associations as well.
  const Instance a = Must(store().Create(team_, {{"name", "A"}, {"league", 1}, {"players", 1}}));
  EXPECT_EQ(store().One(a, its_league_), l);
  EXPECT_EQ(store().One(p, Must(schema_.FindAssociation(player_, "team"))), a);
  const Values values = {{"name", "B"}, {"players", 1}};
  const Instance b = Must(store().Create(team_, values));
  EXPECT_EQ(Names(b, players_), Strings{"P"});
  EXPECT_EQ(Names(a, players_), Strings{});
}

TEST_F(NestedCreateTest, ToManyTakesASingleRowAndToOneAListOfAtMostOne) {
  const Instance l = Must(store().Create(league_, {{"name", "l"}}));
  const Instance t = Must(store().Create(
      team_, {{"name", "t"}, {"players", {{"name", "a"}}}, {"league", {l}}, {"coaches", {}}}));
  EXPECT_EQ(Names(t, players_), Strings{"a"});
  EXPECT_EQ(Names(t, its_league_), Strings{"l"});
  EXPECT_TRUE(FailsWith(store().Create(team_, {{"name", "u"}, {"league", {l, l}}}),
                        absl::StatusCode::kInvalidArgument, "is to one, got several"));
}

TEST_F(NestedCreateTest, WhatIsBelowAParentAndBelowAJoinIsCreatedToo) {
  const Instance p = Must(
      store().Create(player_, {{"name", "p"},
                               {"team",
                                {{"name", "t"},
                                 {"players", {{{"name", "q"}}}},
                                 {"coaches", {{{"name", "c"}, {"teams", {{{"name", "u"}}}}}}}}}}));
  const Instance t = Must(store().FindBy(team_, {{"name", "t"}}));
  EXPECT_EQ(Names(t, players_), (Strings{"q", "p"}));  // all of the parent is there before the row
  const Instance u = Must(store().FindBy(team_, {{"name", "u"}}));
  EXPECT_EQ(Names(u, coaches_), Strings{"c"});
  EXPECT_EQ(Get(p, "teamId"), Get(t, "id"));
}

TEST_F(NestedCreateTest, ThroughAnAssociationADraftIsCreatedAndLinked) {
  const Instance t = Must(store().Create(team_, {{"name", "t"}}));
  std::vector<Instance> rows;
  const Instance c = Must(store().Create(t, coaches_, {{"name", "c"}, {"teams", {{{"name", "u"}}}}},
                                         {{"since", 3}}, &rows));
  EXPECT_EQ(Names(t, coaches_), Strings{"c"});
  EXPECT_EQ(Get(**store().JoinRow(t, coaches_, c), "since"), Value(3));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0], c);
  EXPECT_EQ(Name(rows[1]), "u");
}

TEST_F(NestedCreateTest, MistakesNameThePathAndTheNearestName) {
  const auto create = [&](const Draft& draft) { return store().Create(team_, draft); };
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {"players", {{{"name", "a"}}, {{"nmae", "b"}}}}}),
                        absl::StatusCode::kInvalidArgument,
                        "team.players[1].nmae: model 'player' has no attribute or association "
                        "'nmae'; did you mean 'name'?"));
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {"player", {{{"name", "a"}}}}}),
                        absl::StatusCode::kInvalidArgument,
                        "team.player: model 'team' has no attribute or association 'player'; did "
                        "you mean 'players'?"));
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {"players", {{{"name", "a"}}, {{"name", "a"}}}}}),
                        ErrorKind::kUnique, "team.players[1]: a player with name = 'a' exists"));
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {"players", {{{"name", "a"}}, 99}}}),
                        ErrorKind::kForeignKey, "team.players[1]: no player has id = 99"));
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {"league", {{"level", 2}}}}), ErrorKind::kNotNull,
                        "team.league: league.name cannot be null"));
  EXPECT_TRUE(FailsWith(
      create({{"name", "t"}, {"coaches", {{{"name", "c"}, {"contract", {{"snice", 4}}}}}}}),
      absl::StatusCode::kInvalidArgument, "team.coaches[0].contract"));
  EXPECT_TRUE(FailsWith(create({{"name", {{"x", 1}}}}), absl::StatusCode::kInvalidArgument,
                        "team.name: expected TEXT, got instances"));
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {"name", "u"}}), absl::StatusCode::kInvalidArgument,
                        "team.name is given twice"));
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {"players", {}}, {players_, {}}}),
                        absl::StatusCode::kInvalidArgument, "given twice"));
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {"ground", {{{"name", "a"}}, {{"name", "b"}}}}}),
                        absl::StatusCode::kInvalidArgument, "to one"));
  const Instance l = Must(store().Create(league_, {{"name", "l"}}));
  ASSERT_TRUE(IsOk(store().Create(player_, {{"id", 1}, {"name", "p"}})));
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {"players", {l}}}),
                        absl::StatusCode::kInvalidArgument,
                        "team.players[0]: expected an instance of player, got one of league"));
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {its_league_, l}, {Association{99}, l}}),
                        absl::StatusCode::kInvalidArgument, "not of this store's schema"));
  EXPECT_TRUE(FailsWith(store().Create(player_, {{"name", "t"}, {players_, l}}),
                        absl::StatusCode::kInvalidArgument, "is no association of player"));
  EXPECT_TRUE(FailsWith(create({{"name", "t"}, {"players", {With(1, {{"since", 4}})}}}),
                        absl::StatusCode::kInvalidArgument, "team.players[0]"));
  EXPECT_TRUE(FailsWith(store().Create(team_, Draft(l, {})), absl::StatusCode::kInvalidArgument,
                        "exists already"));
  EXPECT_EQ(store().Count(team_), 0u);
  EXPECT_EQ(store().Count(player_), 1u);
}

// A draft of a tree with a row of every kind; the row at `bad` is given a name that is taken.
Draft TreeWithABadRow(int bad, int* rows) {
  int next = 0;
  const auto row = [&](const DraftRow& at, const std::string& name) {
    at.Set("name", next++ == bad ? "taken" : name);
  };
  Draft draft;
  row(draft.root(), "t");
  row(draft.root().Create("league"), "l");
  row(draft.root().Create("ground"), "g");
  for (const char* name : {"a", "b"}) row(draft.root().Create("players"), name);
  draft.root().Connect("players", 1).Set("goals", 9);
  draft.root().Connect("players", 2);
  for (const char* name : {"c", "d"}) {
    const DraftRow coach = draft.root().Create("coaches");
    row(coach, name);
    coach.Through({{"since", 5}});
    const DraftRow other = coach.Create("teams");
    row(other, std::string(name) + "'s");
    row(other.Create("players"), std::string(name) + "'s player");
  }
  *rows = next;
  return draft;
}

TEST_F(NestedCreateTest, AFailureAtAnyRowOfATreeLeavesTheStoreAsItWas) {
  for (const Model model : {league_, team_, player_, ground_, coach_}) {
    ASSERT_TRUE(IsOk(store().Create(model, {{"name", "taken"}})));
  }
  ASSERT_TRUE(IsOk(store().Create(player_, {{"name", "connected"}})));
  const Store before = Must(store().Fork());
  int rows = 0;
  (void)TreeWithABadRow(-1, &rows);
  ASSERT_EQ(rows, 11);
  for (int bad = 0; bad < rows; ++bad) {
    int ignored = 0;
    EXPECT_TRUE(FailsWith(store().Create(team_, TreeWithABadRow(bad, &ignored)), ErrorKind::kUnique,
                          "taken"))
        << bad;
    EXPECT_TRUE(IsOk(store().CheckInvariants()));
    const ChangeSet changes = Must(Store::Diff(before, store()));
    EXPECT_TRUE(changes.empty()) << bad << ": " << changes.Summary(schema_);
  }
  std::vector<Instance> created;
  ASSERT_TRUE(IsOk(store().Create(team_, TreeWithABadRow(-1, &rows), &created)));
  EXPECT_EQ(created.size(), 13u);
  for (const Instance instance : created) EXPECT_TRUE(store().Contains(instance));
  EXPECT_EQ(Get(Must(store().Find(player_, 1)), "goals"), Value(9));
}

TEST_F(NestedCreateTest, AHundredThousandLevelsNeedNoStack) {
  SchemaBuilder builder;
  const Model node = builder.Define("node", {{"name", Text()}});
  const Association children =
      builder.HasMany(node, node, {.as = "children", .foreign_key = "parentId"});
  const Association parent =
      builder.BelongsTo(node, node, {.as = "parent", .foreign_key = "parentId"});
  const Schema schema = Must(std::move(builder).Build());
  constexpr int kDepth = 100000;
  for (const char* way : {"children", "parent"}) {
    Store store(schema);
    Draft draft;
    DraftRow row = draft.root();
    for (int i = 1; i < kDepth; ++i) row = row.Create(way);
    const Draft copy = draft;
    std::vector<Instance> rows;
    ASSERT_TRUE(IsOk(store.Create(node, copy, &rows)));
    EXPECT_EQ(store.Count(node), static_cast<std::size_t>(kDepth));
    for (int i = 1; i < kDepth; ++i) {
      const bool down = way == std::string_view("children");
      ASSERT_EQ(store.One(rows[down ? i : i - 1], parent), rows[down ? i - 1 : i]);
    }
    row.Set("nmae", 1);
    Store other(schema);
    EXPECT_TRUE(
        FailsWith(other.Create(node, draft), absl::StatusCode::kInvalidArgument, "levels)"));
    EXPECT_EQ(other.Count(node), 0u);
  }
  (void)children;
}

TEST_F(NestedCreateTest, ADeferredCycleIsJudgedWhenAllOfItIsThere) {
  SchemaBuilder builder({.cycles = SchemaOptions::Cycles::kDefer});
  const Model document = builder.Define("document", {{"title", Text()}});
  const Model version = builder.Define("version", {{"number", Integer()}});
  builder.HasMany(document, version);
  builder.BelongsTo(document, version, {.as = "current"});
  Store store(Must(std::move(builder).Build()));
  ASSERT_TRUE(IsOk(store.Create(
      document, {{"title", "d"}, {"currentId", 5}, {"versions", {{{"id", 5}, {"number", 1}}}}})));
  EXPECT_TRUE(FailsWith(
      store.Create(document, {{"title", "e"}, {"currentId", 9}, {"versions", {{{"id", 8}}}}}),
      ErrorKind::kForeignKey));
  EXPECT_EQ(store.Count(document), 1u);
  EXPECT_EQ(store.Count(version), 1u);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

}  // namespace
}  // namespace relata
