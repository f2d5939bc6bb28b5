// What users of other libraries complain about hooks that do not run, and what relata does instead:
// every row that comes, changes or goes is told of, however it came about. manual_coverage.txt says
// which test answers what.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

// Houses of rooms, which go with them because they must have one; lamps in rooms, which lose their
// room; the one door of a house; and tags, by a join model that wants a reason.
class EventComplaintsTest : public ::testing::Test {
 protected:
  EventComplaintsTest() {
    SchemaBuilder builder;
    house_ = builder.Define("house", {{"name", Text()}});
    room_ = builder.Define("room", {{"name", Text()}});
    lamp_ = builder.Define(
        "lamp", {{"name", Text()}, {"fixed", Boolean()}},
        {.validators = {[](const RowView& row) -> std::string {
           const ValueView fixed = row["fixed"];
           const bool stays = std::holds_alternative<bool>(fixed) && std::get<bool>(fixed);
           return stays && !TypeOf(row["roomId"]) ? "a fixed lamp needs its room" : "";
         }}});
    door_ = builder.Define("door", {{"colour", Text()}});
    tag_ = builder.Define("tag", {{"name", Text()}});
    builder.Define("tagging", {{"reason", Text().Validate(IsNotEmpty())}});
    rooms_ = builder.HasMany(house_, room_, {.foreign_key = KeyColumns().NotNull()});
    lamps_ = builder.HasMany(room_, lamp_);
    its_door_ = builder.HasOne(house_, door_);
    tags_ = builder.BelongsToMany(room_, tag_, {.through = "tagging"});
    schema_ = Must(std::move(builder).Build());
    store_.emplace(schema_);
    house_1_ = Must(store_->Create(house_, {{"name", "h"}}));
    room_1_ = Must(store_->Create(house_1_, rooms_, {{"name", "r"}}));
    lamp_1_ = Must(store_->Create(room_1_, lamps_, {{"name", "l"}, {"fixed", false}}));
  }
  ~EventComplaintsTest() override { EXPECT_TRUE(IsOk(store().CheckInvariants())); }

  Store& store() { return *store_; }

  // What a commit tells: "-room 1 ~lamp 1 ", for rows that went, changed and came.
  std::string Told(const std::function<absl::Status()>& work) {
    std::string text;
    for (const RowChange& row : Must(store().Transact(work)).rows) {
      text += row.kind == RowChange::Kind::kDelete   ? '-'
              : row.kind == RowChange::Kind::kUpdate ? '~'
                                                     : '+';
      text += schema_[row.model].name + " " + row.key.ToString() + " ";
    }
    return text;
  }

  Model house_, room_, lamp_, door_, tag_;
  Association rooms_, lamps_, its_door_, tags_;
  Schema schema_;
  std::optional<Store> store_;
  Instance house_1_, room_1_, lamp_1_;
};

TEST_F(EventComplaintsTest, ACascadeTellsOfEveryRowChildrenBeforeParents) {
  EXPECT_EQ(Told([&] { return store().Delete(house_1_); }), "-room 1 -house 1 ~lamp 1 ");
}

TEST_F(EventComplaintsTest, ADeleteByAConditionTellsTheSameAsADeleteByHand) {
  EXPECT_EQ(
      Told([&] { return store().Delete(Query(house_).Where(house_["name"] == "h")).status(); }),
      "-room 1 -house 1 ~lamp 1 ");
}

TEST_F(EventComplaintsTest, AChildThatMayNotLoseItsParentStopsTheWholeDelete) {
  ASSERT_TRUE(IsOk(store().Set(lamp_1_, "fixed", true)));
  EXPECT_TRUE(
      FailsWith(store().Delete(house_1_), ErrorKind::kValidation, "a fixed lamp needs its room"));
  EXPECT_TRUE(store().Contains(house_1_));
  EXPECT_EQ(store().One(house_1_, rooms_), room_1_);
}

TEST_F(EventComplaintsTest, LinkingAndUnlinkingTellOfEachRowThatChanges) {
  const Instance other = Must(store().Create(lamp_, {{"name", "m"}}));
  EXPECT_EQ(Told([&] { return store().Set(room_1_, lamps_, {lamp_1_, other}); }), "~lamp 2 ");
  EXPECT_EQ(Told([&] {
              return store().Remove(room_1_, lamps_, {lamp_1_, other});
            }),
            "~lamp 1 ~lamp 2 ");
}

TEST_F(EventComplaintsTest, SettingAHasOneTellsOfItsTargetOnce) {
  const Instance red = Must(store().Create(door_, {{"colour", "red"}}));
  EXPECT_EQ(Told([&] { return store().Set(house_1_, its_door_, red); }), "~door 1 ");
  EXPECT_EQ(Told([&] { return store().Set(house_1_, its_door_, red); }), "");
}

TEST_F(EventComplaintsTest, JoinRowsAreToldOfAndJudgedLikeAnyRow) {
  const Instance tag = Must(store().Create(tag_, {{"name", "t"}}));
  const Instance other = Must(store().Create(tag_, {{"name", "u"}}));
  EXPECT_EQ(Told([&] {
              return store().Add(room_1_, tags_, tag, {{"reason", "so"}});
            }),
            "+tagging (1, 1) ");
  const Store before = Must(store().Fork());
  for (const absl::Status& refused :
       {absl::Status(store().Add(room_1_, tags_, other, {{"reason", ""}})),
        absl::Status(store().Add(room_1_, tags_, tag, {{"reason", ""}})),
        absl::Status(store().Set(room_1_, tags_, {other}, {{"reason", ""}})),
        store().Create(room_1_, tags_, {{"name", "v"}}, {{"reason", ""}}).status()}) {
    EXPECT_TRUE(FailsWith(refused, ErrorKind::kValidation, "tagging"));
  }
  EXPECT_TRUE(Must(Store::Diff(before, store())).empty());  // nor is a target left unlinked
}

// The same before anything is done, for whoever wants to refuse it.
TEST_F(EventComplaintsTest, ObserversHearOfEveryRowOfACascadeFirstAndMayRefuseIt) {
  std::string heard;
  bool refuse = true;
  const auto hear = [&](const RowView& row) {
    heard += row.Describe() + ", ";
    return refuse && row.model() == room_ ? absl::FailedPreconditionError("not this room")
                                          : absl::OkStatus();
  };
  const std::vector<Subscription> subscriptions = [&] {
    std::vector<Subscription> list;
    list.push_back(store().Observe(house_, {.before_delete = hear}));
    list.push_back(store().Observe(room_, {.before_delete = hear}));
    list.push_back(store().Observe(lamp_, {.before_update = hear}));
    return list;
  }();
  EXPECT_TRUE(FailsWith(store().Delete(house_1_), ErrorKind::kRefused, "not this room"));
  EXPECT_TRUE(store().Contains(house_1_));
  const auto hears = [&](const std::function<absl::Status()>& work) {
    heard.clear();
    refuse = false;
    Transaction transaction = store().Begin();
    EXPECT_TRUE(IsOk(work()));
    EXPECT_TRUE(IsOk(transaction.Rollback()));
    return heard;
  };
  EXPECT_EQ(hears([&] { return store().Delete(house_1_); }), "room 1, house 1, lamp 1, ");
  EXPECT_EQ(hears([&] { return store().Delete(Query(house_)).status(); }),
            "room 1, house 1, lamp 1, ");
  EXPECT_EQ(hears([&] { return store().Apply(*store().PlanDelete(house_1_)); }),
            "room 1, house 1, lamp 1, ");
}

}  // namespace
}  // namespace relata
