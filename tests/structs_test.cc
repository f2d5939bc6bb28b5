// Structs as models: created from, read into, updated from, declared and refined. What a member can
// be is in structs_members_test.cc, typed associations are in structs_associations_test.cc.
#include "relata/structs.h"

#include <gtest/gtest.h>

#include <cereal/archives/json.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
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

struct Player {
  std::string name;
  std::int64_t goals = 0;
  std::optional<std::string> nickname{};
  template <class Archive>
  void serialize(Archive& ar) {
    ar(CEREAL_NVP(name), CEREAL_NVP(goals), CEREAL_NVP(nickname));
  }
  friend bool operator==(const Player&, const Player&) = default;
};

Store StoreOf(SchemaBuilder builder) { return Store(Must(std::move(builder).Build())); }

Store StoreOfPlayers() {
  SchemaBuilder builder;
  builder.Define<Player>("player");
  return StoreOf(std::move(builder));
}

// ----- create, read, update

TEST(StructsTest, AStructComesBackAsItWasCreated) {
  Store store = StoreOfPlayers();
  const Player henry{"Henry", 228, "Titi"};
  const Player bergkamp{"Bergkamp", 120, std::nullopt};
  const Ref<Player> h = Must(store.Create(henry));
  const Ref<Player> b = Must(store.Create(bergkamp));
  EXPECT_EQ(Must(store.Read(h)), henry);
  EXPECT_EQ(Must(store.Read(b)), bergkamp);
  EXPECT_EQ(Must(store.Get(h, "name")), Value("Henry"));
  EXPECT_EQ(Must(store.Get(b, "nickname")), Value());
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(StructsTest, AStructThatCerealWroteAndReadIsTheSameInstance) {
  Store store = StoreOfPlayers();
  const Player henry{"Henry", 228, "Titi"};
  std::stringstream json;
  {
    cereal::JSONOutputArchive archive(json);
    Player read = Must(store.Read(Must(store.Create(henry))));
    read.serialize(archive);
  }
  Player again;
  {
    cereal::JSONInputArchive archive(json);
    again.serialize(archive);
  }
  EXPECT_EQ(Must(store.Read(Must(store.Create(again)))), henry);
}

TEST(StructsTest, UpdateWritesWhatDiffersAsOneOperation) {
  Store store = StoreOfPlayers();
  const Ref<Player> henry = Must(store.Create(Player{"Henry", 228, "Titi"}));
  Player player = Must(store.Read(henry));
  player.goals = 229;
  player.nickname.reset();
  const auto changes = store.Transact([&] { return store.Update(henry, player); });
  const ChangeSet& change_set = Must(changes);
  ASSERT_EQ(change_set.rows.size(), 1u);
  const std::vector<AttributeChange> expected = {{2, Value(228), Value(229)},
                                                 {3, Value("Titi"), Value()}};
  EXPECT_EQ(change_set.rows[0].attributes, expected);
  EXPECT_EQ(Must(store.Read(henry)), player);
}

TEST(StructsTest, UpdateWithNothingNewLeavesAPlanInDate) {
  Store store = StoreOfPlayers();
  const Ref<Player> henry = Must(store.Create(Player{"Henry", 228, "Titi"}));
  const Plan plan = Must(store.PlanDelete(henry));
  EXPECT_TRUE(IsOk(store.Update(henry, Must(store.Read(henry)))));
  EXPECT_TRUE(IsOk(store.Apply(plan)));
}

struct Cached {
  std::string name;
  int hits = 0;
  void serialize(auto& ar) { ar(CEREAL_NVP(name)); }
};

TEST(StructsTest, LoadLeavesAloneWhatSerializeDoesNotName) {
  SchemaBuilder builder;
  builder.Define<Cached>("cached");
  Store store = StoreOf(std::move(builder));
  const Ref<Cached> a = Must(store.Create(Cached{"a", 7}));
  Cached cached{"", 3};
  ASSERT_TRUE(IsOk(store.Load(a, cached)));
  EXPECT_EQ(cached.name, "a");
  EXPECT_EQ(cached.hits, 3);
}

TEST(StructsTest, StaleHandlesAreNotFound) {
  Store store = StoreOfPlayers();
  const Ref<Player> henry = Must(store.Create(Player{"Henry"}));
  ASSERT_TRUE(IsOk(store.Delete(henry)));
  Player player;
  EXPECT_TRUE(FailsWith(store.Read(henry), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store.Load(henry, player), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store.Update(henry, player), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store.Set(henry, &Player::goals, 1), absl::StatusCode::kNotFound));
  EXPECT_EQ(store.TryGet(henry, &Player::goals), std::nullopt);
  EXPECT_EQ(store.TryGet(Ref<Player>(), &Player::goals), std::nullopt);
}

TEST(StructsDeathTest, ReadingAStaleHandleByAMemberEndsTheProcess) {
  Store store = StoreOfPlayers();
  const Ref<Player> henry = Must(store.Create(Player{"Henry"}));
  ASSERT_TRUE(IsOk(store.Delete(henry)));
  EXPECT_DEATH(store.Get(henry, &Player::goals), "no longer|stale|gone|deleted");
}

// ----- members by pointer, and fields

TEST(StructsTest, MembersAreReadAndWrittenByTheirPointers) {
  Store store = StoreOfPlayers();
  const Ref<Player> henry = Must(store.Create(Player{"Henry", 228, std::nullopt}));
  EXPECT_EQ(store.Get(henry, &Player::name), "Henry");
  EXPECT_EQ(store.Get(henry, &Player::goals), 228);
  EXPECT_EQ(store.Get(henry, &Player::nickname), std::nullopt);
  EXPECT_TRUE(IsOk(store.Set(henry, &Player::goals, 229)));
  EXPECT_TRUE(IsOk(store.Set(henry, &Player::nickname, "Titi")));
  EXPECT_EQ(Must(store.Read(henry)), (Player{"Henry", 229, "Titi"}));
  EXPECT_TRUE(IsOk(store.Set(henry, &Player::nickname, std::nullopt)));
  EXPECT_EQ(store.Get(henry, &Player::nickname), std::nullopt);
}

TEST(StructsTest, AFieldOfAMemberReadsTheAttribute) {
  Store store = StoreOfPlayers();
  const Ref<Player> henry = Must(store.Create(Player{"Henry", 228, "Titi"}));
  const Field<std::int64_t> goals = Must(store.schema().FieldOf(&Player::goals));
  const Field<std::optional<std::string_view>> nickname =
      Must(store.schema().FieldOf(&Player::nickname));
  EXPECT_EQ(store.Get(henry, goals), 228);
  EXPECT_EQ(store.Get(henry, nickname), "Titi");
}

struct Person {
  std::string name;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(CEREAL_NVP(name));
  }
};

struct Coach : Person {
  std::int32_t licence = 0;
  int unnamed = 0;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(cereal::base_class<Person>(this), CEREAL_NVP(licence));
  }
};

TEST(StructsTest, MembersOfABaseClassAreMembers) {
  SchemaBuilder builder;
  const ModelOf<Coach> coach =
      builder.Define<Coach>("coach", {.attributes = {{&Coach::name, Text().Unique()}}});
  Store store = StoreOf(std::move(builder));
  Coach wenger;
  wenger.name = "Wenger";
  wenger.licence = 7;
  const Ref<Coach> w = Must(store.Create(wenger));
  EXPECT_EQ(store.Get(w, &Coach::name), "Wenger");
  EXPECT_EQ(store.Get(w, &Coach::licence), 7);
  EXPECT_EQ(Must(store.Read(w)).name, "Wenger");
  EXPECT_TRUE(IsOk(store.schema().FieldOf(coach, &Coach::name)));
  EXPECT_TRUE(FailsWith(store.Create(wenger), ErrorKind::kUnique));
}

TEST(StructsTest, AMemberThatSerializeDoesNotNameIsNoAttribute) {
  SchemaBuilder builder;
  builder.Define<Coach>("coach");
  Store store = StoreOf(std::move(builder));
  const Ref<Coach> w = Must(store.Create(Coach()));
  EXPECT_TRUE(FailsWith(store.schema().FieldOf(&Coach::unnamed), absl::StatusCode::kInvalidArgument,
                        "serialize of struct relata::Coach"));
  EXPECT_TRUE(FailsWith(store.Set(w, &Coach::unnamed, 1), absl::StatusCode::kInvalidArgument,
                        "serialize of struct relata::Coach"));
  EXPECT_EQ(store.TryGet(w, &Coach::unnamed), std::nullopt);
}

// ----- finding

TEST(StructsTest, InstancesAreFoundAndVisitedWithTheirType) {
  Store store = StoreOfPlayers();
  Must(store.Create(Player{"Henry", 228}));
  const Ref<Player> bergkamp = Must(store.Create(Player{"Bergkamp", 120}));
  EXPECT_EQ(Must(store.Find<Player>(2)), bergkamp);
  EXPECT_TRUE(FailsWith(store.Find<Player>(3), absl::StatusCode::kNotFound));
  std::int64_t goals = 0;
  for (const Ref<Player> player : store.All<Player>()) goals += store.Get(player, &Player::goals);
  EXPECT_EQ(goals, 348);
  EXPECT_EQ(store.Count<Player>(), 2u);
  const Instance untyped = bergkamp;
  EXPECT_EQ(Must(store.As<Player>(untyped)), bergkamp);
  EXPECT_TRUE(FailsWith(store.As<Coach>(untyped), absl::StatusCode::kInvalidArgument,
                        "struct relata::Coach is not bound to model 'player'"));
}

// ----- keys

struct Part {
  std::optional<std::int64_t> id;
  std::string kind;
  void serialize(auto& ar) { ar(CEREAL_NVP(id), CEREAL_NVP(kind)); }
};

TEST(StructsTest, AnEmptyIdIsDrawnAndAGivenOneIsTaken) {
  SchemaBuilder builder;
  builder.Define<Part>("part");
  Store store = StoreOf(std::move(builder));
  const Ref<Part> first = Must(store.Create(Part{{}, "bolt"}));
  const Ref<Part> given = Must(store.Create(Part{40, "nut"}));
  const Ref<Part> next = Must(store.Create(Part{{}, "screw"}));
  EXPECT_EQ(Must(store.Read(first)).id, 1);
  EXPECT_EQ(Must(store.Read(given)).id, 40);
  EXPECT_EQ(store.Get(next, &Part::id), 41);
  EXPECT_TRUE(IsOk(store.Update(next, Part{{}, "rivet"})));  // an empty id says nothing
  EXPECT_EQ(Must(store.Read(next)).id, 41);
  EXPECT_TRUE(FailsWith(store.Create(Part{40, "nut"}), ErrorKind::kUnique));
}

struct Seat {
  std::int16_t row = 0;
  std::string letter;
  double price = 10;
  void serialize(auto& ar) { ar(CEREAL_NVP(row), CEREAL_NVP(letter), CEREAL_NVP(price)); }
};

TEST(StructsTest, MembersMakeACompositeKey) {
  SchemaBuilder builder;
  builder.Define<Seat>("seat", {.attributes = {{&Seat::row, Integer().PrimaryKey()},
                                               {"letter", Text().PrimaryKey()}}});
  Store store = StoreOf(std::move(builder));
  const Ref<Seat> seat = Must(store.Create(Seat{3, "a", 12.5}));
  EXPECT_EQ(Must(store.Find<Seat>({3, "a"})), seat);
  EXPECT_EQ(store.Describe(seat), "seat (3, 'a')");
}

TEST(StructsTest, AnInstanceIsFoundByAUniqueMember) {
  SchemaBuilder builder;
  const ModelOf<Player> player =
      builder.Define<Player>("player", {.attributes = {{&Player::name, Text().Unique()}}});
  Store store = StoreOf(std::move(builder));
  const Ref<Player> henry = Must(store.Create(Player{"Henry"}));
  EXPECT_EQ(Must(store.FindBy(&Player::name, "Henry")), henry);
  EXPECT_EQ(Must(store.FindBy(player, &Player::name, "Henry")), henry);
  EXPECT_TRUE(FailsWith(store.FindBy(&Player::name, "Pires"), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store.FindBy(&Player::goals, 0), absl::StatusCode::kInvalidArgument,
                        "(goals) is no unique key of player"));
}

// ----- defaults

struct Defaults {
  std::int64_t number = 7;
  std::string text = "seven";
  std::optional<double> ratio = 0.5;
  std::optional<double> none;
  std::string unique = "one";
  std::int64_t serial = ++made;
  TimestampValue now{};
  void serialize(auto& ar) {
    ar(CEREAL_NVP(number), CEREAL_NVP(text), CEREAL_NVP(ratio), CEREAL_NVP(none),
       CEREAL_NVP(unique), CEREAL_NVP(serial), CEREAL_NVP(now));
  }
  inline static std::int64_t made = 0;
};

std::vector<Value> DefaultsOf(const Schema& schema) {
  std::vector<Value> values;
  for (const AttributeInfo& attribute : schema.models()[0].attributes) {
    if (!attribute.generated) values.push_back(attribute.default_value);
  }
  return values;
}

TEST(StructsTest, ADefaultConstructedStructSaysTheDefaultsOfWhatIsNoKeyAndConstant) {
  SchemaBuilder builder;
  builder.Define<Defaults>("thing", {.attributes = {{&Defaults::text, Text().Default("VII")},
                                                    {&Defaults::unique, Text().Unique()}}});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(DefaultsOf(schema),
            (std::vector<Value>{7, "VII", 0.5, Value(), Value(), Value(), Value()}));
}

TEST(StructsTest, DefaultsCanBeLeftOut) {
  SchemaBuilder builder;
  builder.Define<Defaults>("thing", {.defaults = false});
  EXPECT_EQ(DefaultsOf(Must(std::move(builder).Build())), std::vector<Value>(7));
}

TEST(StructsTest, CreatingByNameTakesTheDefaultsOfTheStruct) {
  Store store = StoreOfPlayers();
  const Model player = Must(store.schema().FindModel("player"));
  const Instance henry = Must(store.Create(player, {{"name", "Henry"}}));
  EXPECT_EQ(Must(store.Read(Must(store.As<Player>(henry)))), (Player{"Henry", 0, std::nullopt}));
}

// ----- several models, several structs

struct Name {
  std::string name;
  void serialize(auto& ar) { ar(CEREAL_NVP(name)); }
};

TEST(StructsTest, AStructBoundToSeveralModelsIsUsedWithItsModel) {
  SchemaBuilder builder;
  const ModelOf<Player> player = builder.Define<Player>("player");
  const ModelOf<Player> reserve = builder.Define<Player>("reserve");
  Store store = StoreOf(std::move(builder));
  EXPECT_TRUE(FailsWith(store.Create(Player{"Henry"}), absl::StatusCode::kInvalidArgument,
                        "struct relata::Player is bound to the models 'player', 'reserve'"));
  const Ref<Player> henry = Must(store.Create(player, Player{"Henry", 228}));
  const Ref<Player> almunia = Must(store.Create(reserve, Player{"Almunia", 0}));
  EXPECT_EQ(store.Get(henry, &Player::goals), 228);
  EXPECT_EQ(store.Get(almunia, &Player::name), "Almunia");
  EXPECT_EQ(Must(store.Find(reserve, 1)), almunia);
  EXPECT_FALSE(player.RefTo(almunia).has_value());
  EXPECT_EQ(reserve.RefTo(almunia), almunia);
  for (const Ref<Player> r : store.All(reserve)) EXPECT_EQ(r, almunia);
  const auto goals = Must(store.schema().FieldOf(reserve, &Player::goals));
  EXPECT_EQ(store.Get(almunia, goals), 0);
  EXPECT_DEATH(store.All<Player>(), "bound to the models");
}

TEST(StructsTest, SeveralStructsCanReadOneModel) {
  SchemaBuilder builder;
  const ModelOf<Player> player = builder.Define<Player>("player");
  const ModelOf<Name> name = builder.Bind<Name>(player);
  Store store = StoreOf(std::move(builder));
  const Ref<Player> henry = Must(store.Create(Player{"Henry", 228, "Titi"}));
  const Ref<Name> called = *name.RefTo(henry);
  EXPECT_EQ(Must(store.Read(called)).name, "Henry");
  EXPECT_TRUE(IsOk(store.Update(called, Name{"Thierry"})));
  EXPECT_EQ(Must(store.Read(henry)), (Player{"Thierry", 228, "Titi"}));
  EXPECT_EQ(store.Get(called, &Name::name), "Thierry");
}

TEST(StructsTest, AStructOfNoModelIsRefused) {
  Store store = StoreOfPlayers();
  EXPECT_TRUE(FailsWith(store.Create(Name{"x"}), absl::StatusCode::kInvalidArgument,
                        "struct relata::Name is bound to no model of this schema"));
  EXPECT_TRUE(FailsWith(store.schema().FieldOf(&Name::name), absl::StatusCode::kInvalidArgument));
}

TEST(StructsTest, AForkAndAMovedStoreKnowTheStructs) {
  Store store = StoreOfPlayers();
  const Ref<Player> henry = Must(store.Create(Player{"Henry", 228}));
  Store fork = Must(store.Fork());
  ASSERT_TRUE(IsOk(fork.Set(henry, &Player::goals, 229)));
  EXPECT_EQ(store.Get(henry, &Player::goals), 228);
  EXPECT_EQ(fork.Get(henry, &Player::goals), 229);
  Store moved = std::move(fork);
  EXPECT_EQ(moved.Get(henry, &Player::goals), 229);
  store = std::move(moved);
  EXPECT_EQ(store.Get(henry, &Player::goals), 229);
}

}  // namespace
}  // namespace relata
