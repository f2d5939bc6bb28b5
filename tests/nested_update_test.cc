// What drafts do to what exists: Upsert, Only, null and empty lists (rule R17).
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/nested_world.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class NestedUpdateTest : public ::relata::testing::NestedWorld {
 protected:
  NestedUpdateTest() {
    SchemaBuilder builder;
    const Model league = builder.Define("league", {{"name", Text()}});
    team_ = builder.Define("team", {{"name", Text().NotNull().Unique()}});
    player_ = builder.Define("player", {{"name", Text().NotNull().Unique()}, {"goals", Integer()}});
    const Model ground = builder.Define("ground", {{"name", Text()}});
    coach_ = builder.Define("coach", {{"name", Text().NotNull().Unique()}});
    builder.Define("contract", {{"since", Integer()}});
    its_league_ = builder.BelongsTo(team_, league);
    players_ = builder.HasMany(team_, player_);
    ground_of_ = builder.HasOne(team_, ground);
    coaches_ = builder.BelongsToMany(team_, coach_, {.through = "contract"});
    Build(std::move(builder));
  }

  Model team_, player_, coach_;
  Association its_league_, players_, ground_of_, coaches_;
};

TEST_F(NestedUpdateTest, AnUpsertUpdatesWhatItsUniqueKeyFindsAndCreatesTheRest) {
  const Instance henry = Must(store().Create(player_, {{"name", "Henry"}, {"goals", 1}}));
  const Instance t = Must(store().Create(
      team_,
      {{"name", "t"},
       {"players", {Upsert({{"name", "Henry"}, {"goals", 2}}), Upsert({{"name", "Pires"}})}}}));
  EXPECT_EQ(Names(t, players_), (Strings{"Henry", "Pires"}));
  EXPECT_EQ(Get(henry, "goals"), Value(2));
  EXPECT_EQ(store().Count(player_), 2u);
  // The root as well.
  EXPECT_EQ(Must(store().Create(team_, Upsert({{"name", "t"}, {"players", {{{"name", "x"}}}}}))),
            t);
  EXPECT_EQ(Names(t, players_), (Strings{"Henry", "Pires", "x"}));
}

TEST_F(NestedUpdateTest, AnUpdateSetsValuesAndLinksInOneOperation) {
  const Instance henry = Must(store().Create(player_, {{"name", "Henry"}}));
  const Instance t = Must(store().Create(team_, {{"name", "t"},
                                                 {"league", {{"name", "l"}}},
                                                 {"ground", {{"name", "g"}}},
                                                 {"players", {{{"name", "a"}}, {{"name", "b"}}}}}));
  ASSERT_TRUE(
      IsOk(store().Update(t, {{"name", "T"},
                              {"league", nullptr},
                              {"ground", {{"name", "h"}}},
                              {"players", {Draft(henry, {{"goals", 5}}), {{"name", "c"}}}}})));
  EXPECT_EQ(Name(t), "T");
  EXPECT_EQ(Names(t, its_league_), Strings{});
  EXPECT_EQ(Names(t, ground_of_), Strings{"h"});
  EXPECT_EQ(Names(t, players_), (Strings{"a", "b", "Henry", "c"}));
  EXPECT_EQ(Get(henry, "goals"), Value(5));

  ASSERT_TRUE(IsOk(store().Update(t, {{"players", Only({henry, {{"name", "d"}}})}})));
  EXPECT_EQ(Names(t, players_), (Strings{"Henry", "d"}));
  ASSERT_TRUE(IsOk(store().Update(t, {{"players", nullptr}, {"ground", nullptr}})));
  EXPECT_EQ(Names(t, players_), Strings{});
  EXPECT_EQ(Names(t, ground_of_), Strings{});
  EXPECT_EQ(store().Count(player_), 5u);
}

TEST_F(NestedUpdateTest, OnlyFreesTheKeysOfWhatItUnlinksBeforeItCreates) {
  SchemaBuilder builder;
  const Model team = builder.Define("team", {{"name", Text()}});
  const Model shirt = builder.Define(
      "shirt", {{"number", Integer().Unique("of_team")}, {"teamId", Integer().Unique("of_team")}});
  const Association shirts = builder.HasMany(team, shirt);
  Store store(Must(std::move(builder).Build()));
  const Instance t = Must(store.Create(team, {{"shirts", {{{"number", 10}}, {{"number", 11}}}}}));
  const Instance eleven = Must(store.FindBy(shirt, {{"number", 11}, {"teamId", 1}}));
  ASSERT_TRUE(IsOk(store.Update(
      t, {{"shirts", Only({{{"number", 10}}, Upsert({{"id", 2}, {"number", 11}})})}})));
  EXPECT_EQ(store.Count(shirt), 3u);
  EXPECT_EQ(Must(store.Count(t, shirts)), 2u);
  EXPECT_TRUE(*store.Has(t, shirts, eleven));
}

TEST_F(NestedUpdateTest, OnlyKeepsWhatAnUpsertByHandlesFindsWithItsJoinRow) {
  const auto name = Must(schema_.FieldOf<std::string_view>(coach_, "name"));
  const Instance wenger = Must(store().Create(coach_, {{"name", "Wenger"}}));
  const Instance arsenal = Must(
      store().Create(team_, {{"name", "Arsenal"}, {coaches_, {With(wenger, {{"since", 1996}})}}}));
  ASSERT_TRUE(IsOk(store().Update(arsenal, {{coaches_, Only({Upsert({name("Wenger")})})}})));
  EXPECT_EQ(Get(**store().JoinRow(arsenal, coaches_, wenger), "since"), Value(1996));
}

TEST_F(NestedUpdateTest, AnUpsertFindsByTheLinkThatWinsOverAValueOfItsKey) {
  SchemaBuilder builder;
  const Model house = builder.Define("house", {{"name", Text()}});
  const Model door = builder.Define("door", {{"colour", Text()}, {"houseId", Integer().Unique()}});
  builder.BelongsTo(door, house);
  Store store(Must(std::move(builder).Build()));
  const Instance a = Must(store.Create(house, {{"name", "a"}}));
  const Instance b = Must(store.Create(house, {{"name", "b"}}));
  const Instance green = Must(store.Create(door, {{"colour", "green"}, {"house", b}}));
  const Instance found = Must(store.Create(
      door, Upsert({{"colour", "red"}, {"houseId", Must(store.Get(a, "id"))}, {"house", b}})));
  EXPECT_EQ(found, green);
  EXPECT_EQ(Must(store.Get(green, "colour")), Value("red"));
}

// A shirt of a team is known by its number and its kind; its team may not be left out.
class UpsertByALinkTest : public ::testing::Test {
 protected:
  UpsertByALinkTest() {
    SchemaBuilder builder;
    team = builder.Define("team", {{"name", Text()}});
    kind = builder.Define("kind", {{"name", Text().Unique()}});
    shirt = builder.Define("shirt", {{"number", Integer().Unique("of_kind")},
                                     {"kindId", Integer().Unique("of_kind")},
                                     {"colour", Text()},
                                     {"teamId", Integer().NotNull()}});
    shirts = builder.HasMany(team, shirt);
    builder.BelongsTo(shirt, kind);
    store.emplace(Must(std::move(builder).Build()));
    home = Must(store->Create(kind, {{"name", "home"}}));
    away = Must(store->Create(kind, {{"name", "away"}}));
    arsenal = Must(store->Create(team, {{"shirts", {{{"number", 10}, {"kind", home}}}}}));
    ten = *store->Linked(arsenal, shirts).begin();
  }
  ~UpsertByALinkTest() override { EXPECT_TRUE(IsOk(store->CheckInvariants())); }

  Model team, kind, shirt;
  Association shirts;
  std::optional<Store> store;
  Instance home, away, arsenal, ten;
};

TEST_F(UpsertByALinkTest, OnlyKeepsWhatTheLinkOfAnUpsertFinds) {
  for (const Draft& how :
       {Upsert({{"number", 10}, {"kind", home}, {"colour", "red"}}),
        Upsert({{"number", 10}, {"kind", 1}, {"colour", "red"}}),
        Upsert({{"number", 10}, {"kindId", 2}, {"kind", home}, {"colour", "red"}})}) {
    ASSERT_TRUE(IsOk(store->Set(ten, "colour", "white")));
    ASSERT_TRUE(IsOk(store->Update(arsenal, {{"shirts", Only({how})}})));
    EXPECT_EQ(Must(store->Get(arsenal, shirts)), std::vector<Instance>{ten});
    EXPECT_EQ(Must(store->Get(ten, "colour")), Value("red"));
  }
}

TEST_F(UpsertByALinkTest, OnlyLetsGoOfWhatTheLinkOfAnUpsertDoesNotFind) {
  // The value of the key is there, but the link wins over it.
  for (const Draft& how : {Upsert({{"number", 10}, {"kind", away}}), Upsert({{"number", 10}}),
                           Upsert({{"number", 10}, {"kindId", 1}, {"kind", nullptr}}),
                           Upsert({{"number", 10}, {"kindId", 1}, {"kind", {{"name", "cup"}}}})}) {
    EXPECT_TRUE(FailsWith(store->Update(arsenal, {{"shirts", Only({how})}}), ErrorKind::kNotNull,
                          "shirt 1 cannot be unlinked"));
  }
  EXPECT_EQ(store->Count(shirt), 1u);
  EXPECT_EQ(store->Count(kind), 2u);
}

TEST_F(UpsertByALinkTest, TheLinkByWhichARowHangsDoesNotCount) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {{"name", Text()}});
  const Model profile =
      builder.Define("profile", {{"text", Text()}, {"userId", Integer().Unique()}});
  builder.HasOne(user, profile);
  Store users(Must(std::move(builder).Build()));
  const Instance ann = Must(users.Create(user, {{"profile", {{"text", "a"}}}}));
  // The profile that the user has is another row: it cannot be found by what it hangs on.
  EXPECT_TRUE(IsOk(users.Update(ann, {{"profile", Upsert({{"text", "b"}})}})));
  EXPECT_EQ(users.Count(profile), 2u);
}

TEST_F(NestedUpdateTest, AnEmptyListChangesNothingToOneAsToMany) {
  const Instance t = Must(store().Create(team_, {{"name", "t"},
                                                 {"league", {{"name", "l"}}},
                                                 {"ground", {{"name", "g"}}},
                                                 {"players", {{{"name", "a"}}}},
                                                 {"coaches", {{{"name", "c"}}}}}));
  const std::vector<Instance> none;
  const Store before = Must(store().Fork());
  ASSERT_TRUE(IsOk(store().Update(
      t, {{"league", none}, {"ground", none}, {"players", none}, {"coaches", none}})));
  ASSERT_TRUE(
      IsOk(store().Update(t, {{"league", {}}, {"ground", {}}, {"players", {}}, {"coaches", {}}})));
  EXPECT_TRUE(Must(Store::Diff(before, store())).empty());
}

TEST_F(NestedUpdateTest, NullAndOnlyOfAnEmptyListUnlinkToOneAsToMany) {
  const std::vector<Instance> none;
  for (const DraftValue& nothing : {DraftValue(nullptr), Only(none)}) {
    store_.emplace(schema_);
    const Instance t = Must(store().Create(team_, {{"name", "t"},
                                                   {"league", {{"name", "l"}}},
                                                   {"ground", {{"name", "g"}}},
                                                   {"players", {{{"name", "a"}}}},
                                                   {"coaches", {{{"name", "c"}}}}}));
    ASSERT_TRUE(IsOk(store().Update(
        t,
        {{"league", nothing}, {"ground", nothing}, {"players", nothing}, {"coaches", nothing}})));
    for (const Association association : {its_league_, players_, ground_of_, coaches_}) {
      EXPECT_EQ(Names(t, association), Strings{});
    }
  }
}

}  // namespace
}  // namespace relata
