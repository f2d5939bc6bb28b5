// Associations between the models of structs: what they give, and what does not compile.
#include <gtest/gtest.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/query.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/structs.h"
#include "tests/named_pair.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;
using ::relata::testing::Pair;

struct Team {
  std::string name;
  void serialize(auto& ar) { ar(Pair{"name", name}); }
};
struct Player {
  std::string name;
  std::int64_t goals = 0;
  void serialize(auto& ar) { ar(Pair{"name", name}, Pair{"goals", goals}); }
};
struct Coach {
  std::string name;
  void serialize(auto& ar) { ar(Pair{"name", name}); }
};

class StructsAssociationsTest : public ::testing::Test {
 protected:
  StructsAssociationsTest() {
    SchemaBuilder builder;
    const ModelOf<Team> team = builder.Define<Team>("team");
    const ModelOf<Player> player = builder.Define<Player>("player");
    const ModelOf<Coach> coach = builder.Define<Coach>("coach");
    players_ = builder.HasMany(team, player);
    its_team_ = builder.BelongsTo(player, team);
    coaches_ = builder.BelongsToMany(team, coach, {.through = "contract"});
    captain_ = builder.HasOne(team, player, {.as = "captain", .foreign_key = "captainOfId"});
    store_.emplace(Must(std::move(builder).Build()));
    arsenal_ = Must(store().Create(Team{"Arsenal"}));
    henry_ = Must(store().Create(Player{"Henry", 228}));
    bergkamp_ = Must(store().Create(Player{"Bergkamp", 120}));
    wenger_ = Must(store().Create(Coach{"Wenger"}));
  }
  ~StructsAssociationsTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }
  Store& store() { return *store_; }

  ToMany<Team, Player> players_;
  ToOne<Player, Team> its_team_;
  ToMany<Team, Coach> coaches_;
  ToOne<Team, Player> captain_;
  std::optional<Store> store_;
  Ref<Team> arsenal_;
  Ref<Player> henry_, bergkamp_;
  Ref<Coach> wenger_;
};

TEST_F(StructsAssociationsTest, LinkedInstancesComeWithTheirType) {
  ASSERT_TRUE(IsOk(store().Add(arsenal_, players_, {henry_, bergkamp_})));
  std::int64_t goals = 0;
  for (const Ref<Player> p : store().Linked(arsenal_, players_)) {
    goals += store().Get(p, &Player::goals);
  }
  EXPECT_EQ(goals, 348);
  EXPECT_EQ(Must(store().Get(arsenal_, players_)), (std::vector<Ref<Player>>{henry_, bergkamp_}));
  EXPECT_EQ(Must(store().GetOne(henry_, its_team_)), arsenal_);
  EXPECT_EQ(store().One(henry_, its_team_), arsenal_);
  EXPECT_EQ(Must(store().Count(arsenal_, players_)), 2u);
  EXPECT_TRUE(Must(store().Has(arsenal_, players_, {henry_, bergkamp_})));
}

TEST_F(StructsAssociationsTest, TargetsAreRefsKeysOrUntypedInstances) {
  const std::vector<Ref<Player>> squad = {henry_, bergkamp_};
  EXPECT_TRUE(IsOk(store().Set(arsenal_, players_, squad)));
  EXPECT_EQ(Must(store().Count(arsenal_, players_)), 2u);
  EXPECT_TRUE(IsOk(store().Remove(arsenal_, players_, henry_)));
  EXPECT_TRUE(IsOk(store().Add(arsenal_, players_, 1)));  // Henry's key
  EXPECT_TRUE(IsOk(store().Remove(arsenal_, players_, Instance(bergkamp_))));
  EXPECT_EQ(Must(store().Get(arsenal_, players_)), std::vector<Ref<Player>>{henry_});
  EXPECT_TRUE(IsOk(store().Set(Instance(arsenal_), players_, {henry_, 2})));
  EXPECT_TRUE(IsOk(store().Clear(arsenal_, players_)));
  EXPECT_EQ(Must(store().GetOne(henry_, its_team_)), std::nullopt);
  EXPECT_TRUE(IsOk(store().Set(arsenal_, captain_, henry_)));
  EXPECT_EQ(Must(store().GetOne(arsenal_, captain_)), henry_);
  EXPECT_TRUE(store().Linked(arsenal_, players_).empty());
}

TEST_F(StructsAssociationsTest, ATargetIsCreatedFromAStructOrFromValues) {
  const Ref<Player> pires = Must(store().Create(arsenal_, players_, Player{"Pires", 84}));
  EXPECT_EQ(Must(store().GetOne(pires, its_team_)), arsenal_);
  EXPECT_EQ(store().Get(pires, &Player::goals), 84);
  const Ref<Player> vieira = Must(store().Create(arsenal_, players_, {{"name", "Vieira"}}));
  EXPECT_EQ(store().Get(vieira, &Player::name), "Vieira");
  const Ref<Coach> rice = Must(store().Create(arsenal_, coaches_, Coach{"Rice"}));
  const auto coaches = store().Linked(arsenal_, coaches_);
  EXPECT_EQ(*coaches.begin(), rice);
  EXPECT_EQ(Must(store().Get(coaches.begin().join(), "coachId")), Value(2));
}

TEST_F(StructsAssociationsTest, StructsAndRefsNestInDrafts) {
  const ModelOf<Team> team{store().schema()[players_].source};
  const Ref<Team> chelsea = Must(
      store().Create(team, {{"name", "Chelsea"},
                            {players_, {Player{"Drogba", 164}, bergkamp_}},
                            {coaches_, {With(Coach{"Mourinho"}, {}), {{"name", "Ancelotti"}}}}}));
  std::vector<std::string> names;
  for (const Ref<Player> p : store().Linked(chelsea, players_)) {
    names.emplace_back(store().Get(p, &Player::name));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"Drogba", "Bergkamp"}));
  EXPECT_EQ(Must(store().Count(chelsea, coaches_)), 2u);
  const Instance untyped = Must(store().Create(store().schema()[players_].source, Team{"Leeds"}));
  EXPECT_EQ(Must(store().Get(untyped, "name")), Value("Leeds"));
  const Ref<Player> terry =
      Must(store().Create(chelsea, players_, {{"name", "Terry"}, {"captainOfId", 2}}));
  EXPECT_EQ(store().One(chelsea, captain_), terry);
}

TEST_F(StructsAssociationsTest, MembersStandInConditionsAndOrders) {
  ASSERT_TRUE(IsOk(store().Add(arsenal_, players_, {henry_, bergkamp_})));
  const ModelOf<Player> player{store().schema()[players_].target};
  const auto names = [&](const Query& query) {
    std::vector<std::string> found;
    for (const Row row : Must(store().Select(query))) {
      found.emplace_back(store().Get(*player.RefTo(row.instance()), &Player::name));
    }
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(Query(player).Where(player[&Player::goals] > 200)), Names{"Henry"});
  EXPECT_EQ(names(Query(player)
                      .Where(its_team_[&Team::name] == "Arsenal" && player["goals"] > 0)
                      .OrderBy(player[&Player::name])),
            (Names{"Bergkamp", "Henry"}));
  EXPECT_EQ(names(Query(player).Where(its_team_[&Team::name] == "Leeds")), Names{});
}

TEST_F(StructsAssociationsTest, AFailedCreateLeavesNothing) {
  ASSERT_TRUE(IsOk(store().Delete(arsenal_)));
  EXPECT_TRUE(FailsWith(store().Create(arsenal_, players_, Player{"Pires", 84}),
                        absl::StatusCode::kNotFound));
  EXPECT_EQ(store().Count<Player>(), 2u);
}

TEST_F(StructsAssociationsTest, TypedHandlesGoWhereUntypedOnesGo) {
  const Association untyped = players_;
  EXPECT_TRUE(IsOk(store().Add(arsenal_, untyped, {henry_, bergkamp_})));
  EXPECT_EQ(Must(store().Get(arsenal_, untyped)), (std::vector<Instance>{henry_, bergkamp_}));
  EXPECT_EQ(store().schema()[players_].name, "players");
  EXPECT_EQ(store().Describe(arsenal_), "team 1");
  EXPECT_TRUE(IsOk(store().Delete(arsenal_)));
}

// ----- what does not compile

template <typename S, typename From, typename A>
concept Links = requires(S store, From from, A association) {
  store.Linked(from, association);
};
template <typename S, typename From, typename A>
concept GetsOne = requires(S store, From from, A association) {
  store.GetOne(from, association);
};
template <typename S, typename From, typename A, typename To>
concept Adds = requires(S store, From from, A association, To to) {
  store.Add(from, association, to);
};
template <typename S, typename From, typename A, typename To>
concept AddsList = requires(S store, From from, A association, To to) {
  store.Add(from, association, {to, to});
};
template <typename S, typename From, typename A, typename To>
concept SetsRemovesAndHas = requires(S store, From from, A association, To to) {
  store.Set(from, association, to);
  store.Remove(from, association, to);
  store.Has(from, association, to);
};
template <typename S, typename From, typename A, typename T>
concept Creates = requires(S store, From from, A association, T record) {
  store.Create(from, association, record);
};

using Players = ToMany<Team, Player>;
using ItsTeam = ToOne<Player, Team>;

static_assert(Links<Store, Ref<Team>, Players>);
static_assert(Links<Store, Instance, Players>);
static_assert(Links<Store, Ref<Coach>, Association>);
static_assert(!Links<Store, Ref<Coach>, Players>);

static_assert(GetsOne<Store, Ref<Player>, ItsTeam>);
static_assert(GetsOne<Store, Instance, ItsTeam>);
static_assert(!GetsOne<Store, Ref<Coach>, ItsTeam>);
static_assert(!GetsOne<Store, Ref<Team>, Players>);  // to many

static_assert(std::invocable<ItsTeam, Ref<Team>>);  // an Entry
static_assert(std::invocable<ItsTeam, Instance>);
static_assert(!std::invocable<ItsTeam, Ref<Coach>>);

static_assert(Adds<Store, Ref<Team>, Players, Ref<Player>>);
static_assert(Adds<Store, Ref<Team>, Players, Instance>);
static_assert(Adds<Store, Ref<Team>, Players, std::vector<Ref<Player>>>);
static_assert(Adds<Store, Ref<Team>, Players, int>);
static_assert(Adds<Store, Ref<Team>, Association, Ref<Coach>>);
static_assert(!Adds<Store, Ref<Team>, Players, Ref<Coach>>);
static_assert(!Adds<Store, Ref<Coach>, Players, Ref<Player>>);
static_assert(!Adds<Store, Ref<Team>, Players, std::vector<Ref<Coach>>>);
static_assert(AddsList<Store, Ref<Team>, Players, Ref<Player>>);
static_assert(!AddsList<Store, Ref<Team>, Players, Ref<Coach>>);

static_assert(SetsRemovesAndHas<Store, Ref<Team>, Players, Ref<Player>>);
static_assert(!SetsRemovesAndHas<Store, Ref<Team>, Players, Ref<Coach>>);
static_assert(!SetsRemovesAndHas<Store, Ref<Player>, Players, Ref<Player>>);

static_assert(Creates<Store, Ref<Team>, Players, Player>);
static_assert(!Creates<Store, Ref<Team>, Players, Coach>);
static_assert(!Creates<Store, Ref<Coach>, Players, Player>);

}  // namespace
}  // namespace relata
