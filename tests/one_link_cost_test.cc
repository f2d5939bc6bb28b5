// To ask about one link, to make it and to undo it allocates nothing, once pages and indexes have
// grown; in a transaction, nothing but its log grows.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/count_allocations.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::allocations;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class OneLinkCostTest : public ::testing::Test {
 protected:
  OneLinkCostTest() : store_(MakeSchema()) {
    for (int i = 0; i < 50; ++i) {
      users_.push_back(Must(store_.Create(user_)));
      groups_.push_back(Must(store_.Create(group_)));
    }
    team_id_ = Must(store_.schema().FieldOf<std::optional<std::int64_t>>(user_, "teamId"));
    Round();
  }

  // Links and unlinks everything. The number of allocations.
  std::size_t Round() {
    const std::size_t before = allocations;
    bool all = true;
    for (const Instance user : users_) {
      for (const Instance group : groups_) {
        all = all && store_.Add(user, member_of_, group).counts().added == 1;
      }
      all = all && store_.Add(groups_[0], team_, user).counts().added == 1;
      all = all && store_.Set(user, team_id_, 2).ok();
    }
    for (const Instance user : users_) {
      for (const Instance group : groups_) {
        all = all && *store_.Has(user, member_of_, group) && *store_.Has(group, members_, user);
        all = all && store_.JoinRow(user, member_of_, group)->has_value();
        all = all && store_.Remove(group, members_, user).counts().removed == 1;
        all = all && !*store_.Has(user, member_of_, group);
      }
      all = all && *store_.Has(groups_[1], team_, user);
      all = all && store_.Remove(groups_[1], team_, user).counts().removed == 1;
      all = all && store_.Set(user, team_id_, std::nullopt).ok();
    }
    EXPECT_TRUE(all);
    return allocations - before;
  }

  Schema MakeSchema() {
    SchemaBuilder builder;
    user_ = builder.Define("user", {});
    group_ = builder.Define("group", {});
    member_of_ = builder.BelongsToMany(user_, group_, {.through = "membership"});
    members_ = builder.BelongsToMany(group_, user_, {.through = "membership"});
    team_ = builder.HasMany(group_, user_, {.as = "team", .foreign_key = "teamId"});
    return Must(std::move(builder).Build());
  }

  Model user_, group_;
  Association member_of_, members_, team_;
  Field<std::optional<std::int64_t>> team_id_;
  Store store_;
  std::vector<Instance> users_, groups_;
};

TEST_F(OneLinkCostTest, ChangingAndAskingAllocatesNothing) {
  EXPECT_EQ(Round(), 0u);
  EXPECT_TRUE(IsOk(store_.CheckInvariants()));
}

TEST_F(OneLinkCostTest, AnObserverSendsAllOfItTheLongWay) {
  const Subscription watch = store_.Observe(StoreObserver{});
  EXPECT_GT(Round(), 0u);
  EXPECT_TRUE(IsOk(store_.CheckInvariants()));
}

TEST_F(OneLinkCostTest, InATransactionTheLogIsAllThatGrows) {
  const Transaction transaction = store_.Begin();
  const std::size_t links = users_.size() * groups_.size();
  EXPECT_LT(Round(), links / 10);
}

}  // namespace
}  // namespace relata
