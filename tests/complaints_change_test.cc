// What users of other libraries complain about when they change associations, and what relata does
// instead. manual_coverage.txt says which test answers which complaint.
#include <gtest/gtest.h>

#include <optional>
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

// Houses of rooms, which go with them; tenants in rooms, who do not; the one door of a house; and
// tags, by a join model.
class ChangeComplaintsTest : public ::testing::Test {
 protected:
  ChangeComplaintsTest() {
    SchemaBuilder builder;
    house_ = builder.Define("house", {{"name", Text()}});
    room_ = builder.Define("room", {{"name", Text()}});
    tenant_ = builder.Define("tenant", {{"name", Text()}});
    door_ = builder.Define("door", {});
    tag_ = builder.Define("tag", {{"name", Text()}});
    builder.Define("tagging", {{"reason", Text()}});
    rooms_ = builder.HasMany(house_, room_, {.on_delete = Action::kCascade});
    its_house_ = builder.BelongsTo(room_, house_);
    tenants_ = builder.HasMany(room_, tenant_);
    its_door_ = builder.HasOne(house_, door_);
    tags_ = builder.BelongsToMany(room_, tag_, {.through = "tagging"});
    schema_ = Must(std::move(builder).Build());
    store_.emplace(schema_);
    tagging_ = schema_[tags_].through;
  }
  ~ChangeComplaintsTest() override { EXPECT_TRUE(IsOk(store().CheckInvariants())); }

  Store& store() { return *store_; }

  Model house_, room_, tenant_, door_, tag_, tagging_;
  Association rooms_, its_house_, tenants_, its_door_, tags_;
  Schema schema_;
  std::optional<Store> store_;
};

TEST_F(ChangeComplaintsTest, ADeleteIsTheSameForOneRowAndForMany) {
  std::vector<ChangeSet> changes;
  for (const bool together : {false, true}) {
    Store store(schema_);
    for (int i = 0; i < 3; ++i) {
      const Instance house = Must(store.Create(house_));
      const Instance room = Must(store.Create(house, rooms_));
      ASSERT_TRUE(IsOk(store.Create(room, tenants_)));
    }
    const std::vector<Instance> houses(store.All(house_).begin(), store.All(house_).end());
    changes.push_back(Must(store.Transact([&] {
      if (together) return store.Delete(houses);
      for (const Instance house : houses) {
        if (const absl::Status status = store.Delete(house); !status.ok()) return status;
      }
      return absl::OkStatus();
    })));
  }
  EXPECT_EQ(changes[0], changes[1]);
  EXPECT_EQ(changes[0].rows.size(), 9u);
}

TEST_F(ChangeComplaintsTest, ACascadeRunsFromTheKeyToItsOwnersAndNeverBack) {
  const Instance house = Must(store().Create(house_));
  const Instance room = Must(store().Create(house, rooms_));
  const Instance other = Must(store().Create(house, rooms_));
  const Instance tag = Must(store().Create(room, tags_));
  ASSERT_TRUE(IsOk(store().Add(other, tags_, tag)));
  ASSERT_TRUE(IsOk(store().Delete(room)));
  EXPECT_TRUE(store().Contains(house));  // not the parent,
  EXPECT_TRUE(store().Contains(other));  // not its other children,
  EXPECT_TRUE(store().Contains(tag));    // not the target of a join,
  EXPECT_EQ(store().Count(tagging_), 1u);
}

TEST_F(ChangeComplaintsTest, ASetWithOneBadKeyLeavesEverythingAsItWas) {
  const Instance house = Must(store().Create(house_));
  const Instance room = Must(store().Create(house, rooms_));
  const Instance tag = Must(store().Create(room, tags_));
  const Instance fresh = Must(store().Create(tag_));
  const Instance spare = Must(store().Create(room_));
  const Store before = Must(store().Fork());
  EXPECT_TRUE(FailsWith(store().Set(house, rooms_, {spare, Key(99)}), ErrorKind::kForeignKey,
                        "no room has id = 99"));
  EXPECT_TRUE(FailsWith(store().Set(room, tags_, {fresh, Key(99)}), ErrorKind::kForeignKey,
                        "no tag has id = 99"));
  EXPECT_TRUE(Must(Store::Diff(before, store())).empty());
  EXPECT_EQ(Must(store().Get(room, tags_)), std::vector<Instance>{tag});
}

TEST_F(ChangeComplaintsTest, HasIsAboutEachTargetAndNotAboutTheirNumber) {
  const Instance house = Must(store().Create(house_));
  const Instance room = Must(store().Create(house, rooms_));
  const Instance stray = Must(store().Create(room_));
  EXPECT_TRUE(Must(store().Has(house, rooms_, {room, room, Key(1)})));
  EXPECT_FALSE(Must(store().Has(house, rooms_, {room, stray})));
  EXPECT_TRUE(Must(store().Has(house, rooms_, std::vector<Instance>())));
}

TEST_F(ChangeComplaintsTest, AddingWhatIsLinkedAddsNothingAndIsNoError) {
  const Instance room = Must(store().Create(room_));
  const Instance tag = Must(store().Create(room, tags_));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(IsOk(store().Add(room, tags_, {tag, tag})));
  EXPECT_EQ(store().Count(tagging_), 1u);
}

TEST_F(ChangeComplaintsTest, AKeyOfAnotherTypeIsRefusedAndNeverConverted) {
  const Instance house = Must(store().Create(house_));
  const Instance room = Must(store().Create(house, rooms_));
  ASSERT_TRUE(IsOk(store().Create(room, tags_)));
  const Store before = Must(store().Fork());
  const auto refuses = [](const auto& result) {
    return FailsWith(result, absl::StatusCode::kInvalidArgument, "expected INTEGER, got '1'");
  };
  EXPECT_TRUE(refuses(store().Set(house, rooms_, "1")));
  EXPECT_TRUE(refuses(store().Add(room, tags_, "1")));
  EXPECT_TRUE(refuses(store().Has(room, tags_, "1")));
  EXPECT_TRUE(refuses(store().Remove(room, tags_, "1")));
  EXPECT_TRUE(refuses(store().Find(room_, "1")));
  EXPECT_TRUE(Must(Store::Diff(before, store())).empty());
}

TEST_F(ChangeComplaintsTest, ASourceThatIsNotInTheStoreIsAnErrorAndTouchesNoOrphans) {
  const Instance orphan = Must(store().Create(room_));
  const Instance house = Must(store().Create(house_));
  const Instance room = Must(store().Create(house, rooms_));
  Store elsewhere(schema_);
  const Instance stranger = Must(elsewhere.Create(house_));
  EXPECT_TRUE(FailsWith(store().Get(stranger, rooms_), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store().Count(stranger, rooms_), absl::StatusCode::kNotFound));
  EXPECT_TRUE(
      FailsWith(store().Add(stranger, rooms_, {orphan, room}), absl::StatusCode::kNotFound));
  EXPECT_EQ(store().One(room, its_house_), house);
}

TEST_F(ChangeComplaintsTest, AnUnknownTargetIsAnErrorThatNamesIt) {
  const Instance house = Must(store().Create(house_));
  const Instance room = Must(store().Create(room_));
  EXPECT_TRUE(
      FailsWith(store().Add(house, rooms_, 7), ErrorKind::kForeignKey, "no room has id = 7"));
  EXPECT_TRUE(FailsWith(store().Add(room, tags_, 7), ErrorKind::kForeignKey, "no tag has id = 7"));
  EXPECT_TRUE(FailsWith(store().Add(house, rooms_, house), absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(IsOk(store().Add(house, rooms_, Instance())));
  EXPECT_TRUE(Must(store().Get(house, rooms_)).empty());
}

// Whichever the kind and the call: how many links came, got new values and went.
TEST_F(ChangeComplaintsTest, EveryChangeAnswersInTheSameWay) {
  const Instance room = Must(store().Create(room_));
  const Instance other = Must(store().Create(room_));
  const Instance house = Must(store().Create(house_));
  const Instance tag = Must(store().Create(tag_));
  const Instance door = Must(store().Create(door_));
  const auto counts = [](const LinkResult& result) {
    EXPECT_TRUE(IsOk(result.status()));
    return result.counts();
  };
  const LinkCounts nothing;
  const LinkCounts one_came{.added = 1};
  const LinkCounts one_went{.removed = 1};
  const LinkCounts one_for_another{.added = 1, .removed = 1};
  EXPECT_EQ(counts(store().Add(house, rooms_, {room, room})), one_came);
  EXPECT_EQ(counts(store().Add(house, rooms_, room)), nothing);
  EXPECT_EQ(counts(store().Set(house, rooms_, {other})), one_for_another);
  EXPECT_EQ(counts(store().Remove(house, rooms_, {room, other})), one_went);
  EXPECT_EQ(counts(store().Set(room, its_house_, house)), one_came);
  EXPECT_EQ(counts(store().Set(room, its_house_, {})), one_went);
  EXPECT_EQ(counts(store().Clear(room, its_house_)), nothing);
  EXPECT_EQ(counts(store().Set(house, its_door_, door)), one_came);
  EXPECT_EQ(counts(store().Set(house, its_door_, Must(store().Create(door_)))), one_for_another);
  EXPECT_EQ(counts(store().Add(room, tags_, tag)), one_came);
  EXPECT_EQ(counts(store().Add(room, tags_, tag, {{"reason", "so"}})), LinkCounts{.updated = 1});
  EXPECT_EQ(counts(store().Set(room, tags_, tag)), nothing);
  EXPECT_EQ(counts(store().Clear(room, tags_)), one_went);
  EXPECT_EQ(store().Add(house, rooms_, {room, Key(99)}).counts(), nothing);  // it has failed
}

// There is no soft delete. A row is put away by an attribute, which a scope reads: that is one rule
// for parents and children, and it is written down.
TEST(ArchiveComplaintsTest, WhatIsPutAwayIsOutOfScopeForEveryReadAndItsLinksStay) {
  SchemaBuilder builder;
  const Model team = builder.Define("team", {{"archived", Boolean().NotNull().Default(false)}});
  const Model player = builder.Define("player", {{"archived", Boolean().NotNull().Default(false)}});
  const Association all = builder.HasMany(team, player);
  const Association active = builder.HasMany(
      team, player, {.as = "active", .foreign_key = "teamId", .scope = {{"archived", false}}});
  Store store(Must(std::move(builder).Build()));
  const Instance t = Must(store.Create(team));
  const Instance a = Must(store.Create(t, active));
  const Instance b = Must(store.Create(t, active));
  ASSERT_TRUE(IsOk(store.Set(b, "archived", true)));
  EXPECT_EQ(Must(store.Get(t, active)), std::vector<Instance>{a});
  EXPECT_FALSE(Must(store.Has(t, active, b)));
  EXPECT_EQ(Must(store.Count(t, active)), 1u);
  EXPECT_EQ(Must(store.Count(t, all)), 2u);
  ASSERT_TRUE(IsOk(store.Set(t, active, {a})));  // leaves what was put away where it is
  EXPECT_EQ(Must(store.Count(t, all)), 2u);
  ASSERT_TRUE(IsOk(store.Delete(t)));  // a delete reaches both
  EXPECT_EQ(Must(store.Get(a, "teamId")), Value());
  EXPECT_EQ(Must(store.Get(b, "teamId")), Value());
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(ArchiveComplaintsTest, ALinkThatWasPutAwayDoesNotStandInTheWayOfItsReturn) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {});
  const Model group = builder.Define("group", {});
  builder.Define("membership", {{"ended", Boolean().NotNull().Default(false)}});
  const Association every =
      builder.BelongsToMany(user, group, {.as = "everyGroup", .through = "membership"});
  const Association groups =
      builder.BelongsToMany(user, group, {.through = {"membership", {}, {{"ended", false}}}});
  Store store(Must(std::move(builder).Build()));
  const Instance u = Must(store.Create(user));
  const Instance g = Must(store.Create(u, groups));
  // Put away, it is out of the way; brought back, it is the same link.
  const Instance link = store.Linked(u, every).begin().join();
  ASSERT_TRUE(IsOk(store.Set(link, "ended", true)));
  EXPECT_FALSE(Must(store.Has(u, groups, g)));
  ASSERT_TRUE(IsOk(store.Add(u, every, g, {{"ended", false}})));
  EXPECT_TRUE(Must(store.Has(u, groups, g)));
  EXPECT_EQ(store.Linked(u, every).begin().join(), link);
  // Removed, it is gone, and can be added again.
  ASSERT_TRUE(IsOk(store.Remove(u, groups, g)));
  ASSERT_TRUE(IsOk(store.Add(u, groups, g)));
  EXPECT_EQ(Must(store.Count(u, every)), 1u);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

// Where what was put away is to be kept as history, the join model has a key of its own.
TEST(ArchiveComplaintsTest, ALinkThatWasPutAwayMayStandBesideTheOneThatReturns) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {});
  const Model group = builder.Define("group", {});
  const Model membership =
      builder.Define("membership", {{"id", Integer().PrimaryKey().AutoIncrement()},
                                    {"ended", Boolean().NotNull().Default(false)}});
  const Association groups =
      builder.BelongsToMany(user, group, {.through = {"membership", false, {{"ended", false}}}});
  Store store(Must(std::move(builder).Build()));
  const Instance u = Must(store.Create(user));
  const Instance g = Must(store.Create(u, groups));
  ASSERT_TRUE(IsOk(store.Set(store.Linked(u, groups).begin().join(), "ended", true)));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(IsOk(store.Add(u, groups, g)));
  EXPECT_EQ(Must(store.Get(u, groups)), std::vector<Instance>{g});
  EXPECT_EQ(store.Count(membership), 2u);
  ASSERT_TRUE(IsOk(store.Clear(u, groups)));
  EXPECT_EQ(store.Count(membership), 1u);  // the one that has ended
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

}  // namespace
}  // namespace relata
