// The store on its own: instances, attributes, keys, handles, order.
#include "relata/store.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "relata/draft.h"
#include "relata/schema_builder.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    SchemaBuilder builder;
    team_ = builder.Define("team", {{"name", Text().NotNull().Unique()}, {"motto", Text()}});
    player_ = builder.Define("player", {{"name", Text()},
                                        {"goals", Integer().Default(0)},
                                        {"height", Double()},
                                        {"captain", Boolean()},
                                        {"row", Integer().Unique("seat")},
                                        {"chair", Integer().Unique("seat")},
                                        {"born", Timestamp()},
                                        {"badge", Uuid()},
                                        {"photo", Bytes()}});
    players_ = builder.HasMany(team_, player_);
    its_team_ = builder.BelongsTo(player_, team_);
    schema_ = Must(std::move(builder).Build());
    store_.emplace(schema_);
  }
  ~StoreTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }

  Store& store() { return *store_; }

  Model team_, player_;
  Association players_, its_team_;
  Schema schema_;
  std::optional<Store> store_;
};

TEST_F(StoreTest, ACreatedInstanceIsFoundByEveryKey) {
  const Instance arsenal = Must(store().Create(team_, {{"name", "Arsenal"}}));
  EXPECT_EQ(Must(store().Find(team_, 1)), arsenal);
  EXPECT_EQ(Must(store().FindBy(team_, {{"name", "Arsenal"}})), arsenal);
  EXPECT_EQ(Must(store().FindBy(team_, {{"id", 1}})), arsenal);
  const Instance henry = Must(store().Create(player_, {{"row", 3}, {"chair", 4}}));
  EXPECT_EQ(Must(store().FindBy(player_, {{"chair", 4}, {"row", 3}})), henry);
  EXPECT_TRUE(FailsWith(store().Find(team_, 2), absl::StatusCode::kNotFound, "no team has id = 2"));
  EXPECT_TRUE(FailsWith(store().FindBy(player_, {{"row", 3}}), absl::StatusCode::kInvalidArgument,
                        "(row) is no unique key of player"));
  EXPECT_TRUE(FailsWith(store().Find(team_, "1"), absl::StatusCode::kInvalidArgument,
                        "team.id: expected INTEGER, got '1'"));
}

TEST_F(StoreTest, EveryTypeReadsBackAsItWasWrittenThroughFieldsAndByName) {
  const TimestampValue born{std::chrono::microseconds(-123456789)};
  const UuidValue badge = *UuidValue::Parse("00112233-4455-6677-8899-aabbccddeeff");
  const BytesValue photo(100, std::byte{0xff});
  const std::string name("a long name that does not fit a cell, with a \0 in it", 51);
  const Instance p = Must(store().Create(player_, {{"name", name},
                                                   {"height", 1.88},
                                                   {"captain", true},
                                                   {"born", born},
                                                   {"badge", badge},
                                                   {"photo", photo}}));
  EXPECT_EQ(store().Get(p, *schema_.FieldOf<std::optional<std::string_view>>(player_, "name")),
            name);
  EXPECT_EQ(store().Get(p, *schema_.FieldOf<std::optional<std::int64_t>>(player_, "goals")), 0);
  EXPECT_EQ(store().Get(p, *schema_.FieldOf<std::int64_t>(player_, "id")), 1);
  EXPECT_EQ(store().Get(p, *schema_.FieldOf<std::optional<double>>(player_, "height")), 1.88);
  EXPECT_EQ(store().Get(p, *schema_.FieldOf<std::optional<bool>>(player_, "captain")), true);
  EXPECT_EQ(store().Get(p, *schema_.FieldOf<std::optional<TimestampValue>>(player_, "born")), born);
  EXPECT_EQ(store().Get(p, *schema_.FieldOf<std::optional<UuidValue>>(player_, "badge")), badge);
  EXPECT_EQ(store().Get(p, *schema_.FieldOf<std::optional<BytesView>>(player_, "photo"))->size(),
            100u);
  EXPECT_EQ(store().Get(p, *schema_.FieldOf<std::optional<std::int64_t>>(player_, "teamId")),
            std::nullopt);
  EXPECT_EQ(Must(store().Get(p, "name")), Value(name));
  EXPECT_EQ(Must(store().Get(p, "photo")), Value(photo));
  EXPECT_EQ(Must(store().Get(p, "row")), Value());
}

TEST_F(StoreTest, AFieldIsRefusedForTheWrongTypeOrWithoutOptional) {
  EXPECT_TRUE(FailsWith(schema_.FieldOf<double>(player_, "goals"),
                        absl::StatusCode::kInvalidArgument, "player.goals"));
  EXPECT_TRUE(FailsWith(schema_.FieldOf<std::int64_t>(player_, "goals"),
                        absl::StatusCode::kInvalidArgument, "optional"));
  EXPECT_TRUE(FailsWith(schema_.FieldOf<std::int64_t>(player_, "gaols"),
                        absl::StatusCode::kInvalidArgument, "goals"));
}

TEST_F(StoreTest, WrongValuesAreRefusedAndNothingIsCreated) {
  EXPECT_TRUE(FailsWith(store().Create(team_, {{"motto", "x"}}), ErrorKind::kNotNull, "team.name"));
  EXPECT_TRUE(FailsWith(store().Create(team_, {{"name", 5}}), absl::StatusCode::kInvalidArgument,
                        "team.name: expected TEXT, got 5 (INTEGER)"));
  EXPECT_TRUE(FailsWith(store().Create(team_, {{"nmae", "x"}}), absl::StatusCode::kInvalidArgument,
                        "nmae"));
  EXPECT_TRUE(FailsWith(store().Create(team_, {{"name", "x"}, {"name", "y"}}),
                        absl::StatusCode::kInvalidArgument, "twice"));
  EXPECT_TRUE(FailsWith(store().Create(team_, {{"name", "\xff"}}),
                        absl::StatusCode::kInvalidArgument, "UTF-8"));
  EXPECT_TRUE(FailsWith(store().Create(player_, {{"height", std::nan("")}}),
                        absl::StatusCode::kInvalidArgument, "NaN"));
  EXPECT_TRUE(FailsWith(store().Create(player_, {{"teamId", 9}}), ErrorKind::kForeignKey,
                        "no team has id = 9"));
  EXPECT_TRUE(FailsWith(store().Create(Model{17}), absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(store().Count(team_) + store().Count(player_), 0u);
  EXPECT_EQ(store().NextKey(team_), 1);
}

TEST_F(StoreTest, AnIntegerGoesIntoADoubleOnlyWhereItIsExact) {
  const Instance p = Must(store().Create(player_, {{"height", 2}}));
  EXPECT_EQ(Must(store().Get(p, "height")), Value(2.0));
  EXPECT_TRUE(FailsWith(store().Set(p, "height", (std::int64_t{1} << 53) + 1),
                        absl::StatusCode::kInvalidArgument, "player.height"));
}

TEST_F(StoreTest, MinusZeroIsStoredAsZero) {
  const Instance p = Must(store().Create(player_, {{"height", -0.0}}));
  EXPECT_FALSE(
      std::signbit(*store().Get(p, *schema_.FieldOf<std::optional<double>>(player_, "height"))));
}

TEST_F(StoreTest, UniqueKeysAreHeldAndNullsAreEqualToNothing) {
  ASSERT_TRUE(IsOk(store().Create(team_, {{"name", "A"}})));
  EXPECT_TRUE(FailsWith(store().Create(team_, {{"name", "A"}}), ErrorKind::kUnique, "name = 'A'"));
  EXPECT_TRUE(
      FailsWith(store().Create(team_, {{"name", "B"}, {"id", 1}}), ErrorKind::kUnique, "id = 1"));
  ASSERT_TRUE(IsOk(store().Create(player_, {{"row", 1}})));
  ASSERT_TRUE(IsOk(store().Create(player_, {{"row", 1}})));
  ASSERT_TRUE(IsOk(store().Create(player_, {{"row", 1}, {"chair", 1}})));
  EXPECT_TRUE(FailsWith(store().Create(player_, {{"row", 1}, {"chair", 1}}), ErrorKind::kUnique,
                        "(row, chair) = (1, 1)"));
}

TEST_F(StoreTest, GeneratedKeysAreNeverHandedOutTwice) {
  const Instance a = Must(store().Create(player_));
  ASSERT_TRUE(IsOk(store().Delete(a)));
  EXPECT_EQ(store().KeyOf(Must(store().Create(player_))), Key(2));
  EXPECT_EQ(store().KeyOf(Must(store().Create(player_, {{"id", 10}}))), Key(10));
  EXPECT_EQ(store().KeyOf(Must(store().Create(player_))), Key(11));
  EXPECT_EQ(store().KeyOf(Must(store().Create(player_, {{"id", nullptr}}))), Key(12));
  ASSERT_TRUE(IsOk(store().Set(Must(store().Find(player_, 12)), "id", 20)));
  EXPECT_EQ(store().KeyOf(Must(store().Create(player_))), Key(21));
  const std::int64_t last = std::numeric_limits<std::int64_t>::max();
  ASSERT_TRUE(IsOk(store().Create(player_, {{"id", last}})));
  EXPECT_TRUE(
      FailsWith(store().Create(player_), absl::StatusCode::kResourceExhausted, "player.id"));
  EXPECT_TRUE(IsOk(store().Create(player_, {{"id", -5}})));
}

TEST_F(StoreTest, AStaleHandleIsAnErrorAndNeverAnotherRow) {
  const Instance old = Must(store().Create(team_, {{"name", "old"}}));
  ASSERT_TRUE(IsOk(store().Delete(old)));
  const Instance fresh = Must(store().Create(team_, {{"name", "fresh"}}));
  ASSERT_EQ(fresh.slot, old.slot);  // the slot is used again
  EXPECT_FALSE(store().Contains(old));
  EXPECT_TRUE(FailsWith(store().Get(old, "name"), absl::StatusCode::kNotFound, "stale"));
  EXPECT_TRUE(FailsWith(store().Set(old, "name", "x"), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store().Delete(old), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store().Get(old, players_), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store().Get(Instance(), "name"), absl::StatusCode::kNotFound));
  const auto name = *schema_.FieldOf<std::string_view>(team_, "name");
  EXPECT_EQ(store().TryGet(old, name), std::nullopt);
  EXPECT_EQ(store().TryGet(fresh, name), "fresh");
  EXPECT_DEATH(store().Get(old, name), "stale handle");
}

TEST_F(StoreTest, AHandleOfAnotherStoreIsStale) {
  Store other(schema_);
  const Instance theirs = Must(other.Create(team_, {{"name", "theirs"}}));
  ASSERT_TRUE(IsOk(store().Create(team_, {{"name", "ours"}})));
  EXPECT_FALSE(store().Contains(theirs));
  EXPECT_TRUE(FailsWith(store().Get(theirs, "name"), absl::StatusCode::kNotFound, "another store"));
}

TEST_F(StoreTest, InstancesAreVisitedInTheOrderOfTheirSlots) {
  std::vector<Instance> created;
  for (int i = 0; i < 2000; ++i) created.push_back(Must(store().Create(player_)));
  std::vector<Instance> visited;
  for (const Instance p : store().All(player_)) visited.push_back(p);
  EXPECT_EQ(visited, created);
  ASSERT_TRUE(IsOk(store().Delete(created[1000])));
  const Instance again = Must(store().Create(player_));
  visited.clear();
  for (const Instance p : store().All(player_)) visited.push_back(p);
  created[1000] = again;
  EXPECT_EQ(visited, created);
}

TEST_F(StoreTest, ATypedWriteReachesTheRowAndKeepsItsKeys) {
  const Instance t = Must(store().Create(team_, {{"name", "A"}}));
  const auto name = *schema_.FieldOf<std::string_view>(team_, "name");
  const auto motto = *schema_.FieldOf<std::optional<std::string_view>>(team_, "motto");
  ASSERT_TRUE(IsOk(store().Set(t, name, "B")));
  ASSERT_TRUE(IsOk(store().Set(t, motto, "Victoria Concordia Crescit")));
  EXPECT_EQ(Must(store().FindBy(team_, {{"name", "B"}})), t);
  EXPECT_TRUE(FailsWith(store().FindBy(team_, {{"name", "A"}}), absl::StatusCode::kNotFound));
  EXPECT_EQ(store().Get(t, motto), "Victoria Concordia Crescit");
  ASSERT_TRUE(IsOk(store().Set(t, motto, store().Get(t, motto)->substr(0, 20))));
  EXPECT_EQ(store().Get(t, motto), "Victoria Concordia C");
  ASSERT_TRUE(IsOk(store().Set(t, motto, std::nullopt)));
  EXPECT_EQ(store().Get(t, motto), std::nullopt);
  EXPECT_TRUE(FailsWith(store().Set(Must(store().Create(player_)), name, "x"),
                        absl::StatusCode::kInvalidArgument, "expected an instance of team"));
}

TEST_F(StoreTest, ASetOfSeveralAttributesIsAllOrNothing) {
  ASSERT_TRUE(IsOk(store().Create(team_, {{"name", "A"}})));
  const Instance b = Must(store().Create(team_, {{"name", "B"}, {"motto", "b"}}));
  EXPECT_TRUE(
      FailsWith(store().Set(b, {{"motto", "changed"}, {"name", "A"}}), ErrorKind::kUnique, "'A'"));
  EXPECT_EQ(Must(store().Get(b, "motto")), Value("b"));
  const Instance p = Must(store().Create(player_, {{"name", "p"}}));
  EXPECT_TRUE(
      FailsWith(store().Set(p, {{"name", "changed"}, {"teamId", 77}}), ErrorKind::kForeignKey));
  EXPECT_EQ(Must(store().Get(p, "name")), Value("p"));
}

TEST_F(StoreTest, BothEndsOfAnAssociationChangeTogether) {
  const Instance a = Must(store().Create(team_, {{"name", "A"}}));
  const Instance b = Must(store().Create(team_, {{"name", "B"}}));
  const Instance p = Must(store().Create(player_, {{"teamId", 1}}));
  EXPECT_EQ(Must(store().Get(a, players_)), std::vector<Instance>{p});
  EXPECT_EQ(Must(store().GetOne(p, its_team_)), a);
  ASSERT_TRUE(IsOk(store().Set(p, "teamId", 2)));
  EXPECT_TRUE(Must(store().Get(a, players_)).empty());
  EXPECT_EQ(Must(store().Get(b, players_)), std::vector<Instance>{p});
  ASSERT_TRUE(IsOk(store().Delete(b)));
  EXPECT_EQ(Must(store().GetOne(p, its_team_)), std::nullopt);
  EXPECT_EQ(Must(store().Get(p, "teamId")), Value());
}

TEST_F(StoreTest, StatsCountRowsLinksAndText) {
  const Instance a = Must(store().Create(team_, {{"name", "A"}}));
  ASSERT_TRUE(IsOk(store().Create(a, players_, {{"name", std::string(1000, 'x')}})));
  ASSERT_TRUE(IsOk(store().Create(player_)));
  const StoreStats stats = store().Stats();
  EXPECT_EQ(stats.rows, 3u);
  EXPECT_EQ(stats.links, 1u);
  EXPECT_GE(stats.text_bytes, 1000u);
  EXPECT_LT(stats.text_bytes, 1100u);
  EXPECT_EQ(stats.shared_bytes, 0u);
  EXPECT_EQ(stats.models.at(player_.index).rows, 2u);
}

TEST_F(StoreTest, AHandleThatNamesNoInstanceIsNoTargetAndNoKey) {
  const Instance a = Must(store().Create(team_, {{"name", "A"}}));
  const Instance p = Must(store().Create(player_, {{"teamId", 1}}));
  const auto refused = [&](const absl::Status& status) {
    EXPECT_TRUE(FailsWith(status, absl::StatusCode::kNotFound, "the handle names no instance"));
  };
  refused(store().Set(p, its_team_, Instance{}));
  refused(store().Add(a, players_, Instance{}));
  refused(store().Set(a, players_, {p, Instance{}}));
  refused(store().Remove(a, players_, {Instance{}, p}));
  refused(store().Has(a, players_, Instance{}).status());
  refused(store().Update(p, {{"team", Instance{}}}));
  refused(store().Create(team_, {{"name", "B"}, {"players", {Instance{}}}}).status());
  refused(store().Create(team_, {{"name", "B"}, {"players", {Draft(Instance{}, {})}}}).status());
  refused(store().Call(a, "setPlayers", Instance{}).status());
  EXPECT_EQ(Must(store().GetOne(p, its_team_)), a);
  EXPECT_EQ(store().Count(team_), 1u);
}

}  // namespace
}  // namespace relata
