#include "relata/transaction.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/observer.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/validation.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class TransactionTest : public ::testing::Test {
 protected:
  TransactionTest() {
    SchemaBuilder builder;
    team_ = builder.Define("team", {{"name", Text().Unique()}, {"motto", Text()}});
    player_ = builder.Define("player", {{"name", Text()}});
    players_ = builder.HasMany(team_, player_, {.on_delete = Action::kCascade});
    store_.emplace(Must(std::move(builder).Build()));
  }
  ~TransactionTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }
  Store& store() { return *store_; }

  // That the store is what `before`, a fork, still is: rows, handles, order, keys to come.
  void ExpectRestored(const Store& before) {
    EXPECT_TRUE(Must(Store::Diff(before, store())).empty());
    for (const Model m : {team_, player_}) {
      std::vector<Instance> was, is;
      for (const Instance i : before.All(m)) was.push_back(i);
      for (const Instance i : store().All(m)) is.push_back(i);
      EXPECT_EQ(was, is);
      EXPECT_EQ(before.NextKey(m), store().NextKey(m));
    }
    for (const Instance t : before.All(team_)) {
      EXPECT_EQ(Must(before.Get(t, players_)), Must(store().Get(t, players_)));
    }
    EXPECT_TRUE(IsOk(store().CheckInvariants()));
  }

  Model team_, player_;
  Association players_;
  std::optional<Store> store_;
};

TEST_F(TransactionTest, ARollbackPutsBackRowsHandlesLinkOrderAndGeneratedKeys) {
  const std::string motto(100, 'm');
  const Instance a = Must(store().Create(team_, {{"name", "A"}, {"motto", motto}}));
  const Instance b = Must(store().Create(team_, {{"name", "B"}}));
  std::vector<Instance> squad;
  for (int i = 0; i < 5; ++i) squad.push_back(Must(store().Create(a, players_)));
  const Store before = Must(store().Fork());
  {
    Transaction transaction = store().Begin();
    ASSERT_TRUE(IsOk(store().Set(squad[2], "teamId", 2)));
    ASSERT_TRUE(IsOk(store().Delete(squad[0])));
    ASSERT_TRUE(IsOk(store().Create(b, players_)));
    ASSERT_TRUE(IsOk(store().Set(a, "motto", std::string(200, 'n'))));
    ASSERT_TRUE(IsOk(store().Set(b, "id", 77)));
    ASSERT_TRUE(IsOk(store().Delete(a)));
    ASSERT_TRUE(IsOk(store().Create(team_, {{"name", "A"}})));
    EXPECT_TRUE(IsOk(store().CheckInvariants()));
  }
  ExpectRestored(before);
  EXPECT_EQ(Must(store().Get(a, "motto")), Value(motto));
}

TEST_F(TransactionTest, ASavepointRollsBackByItself) {
  Transaction outer = store().Begin();
  ASSERT_TRUE(IsOk(store().Create(team_, {{"name", "kept"}})));
  {
    Transaction inner = store().Begin();
    ASSERT_TRUE(IsOk(store().Create(team_, {{"name", "dropped"}})));
    EXPECT_TRUE(FailsWith(outer.Commit(), absl::StatusCode::kFailedPrecondition, "later"));
    ASSERT_TRUE(IsOk(inner.Rollback()));
    EXPECT_TRUE(FailsWith(inner.Rollback(), absl::StatusCode::kFailedPrecondition, "ended"));
  }
  const ChangeSet changes = Must(outer.Commit());
  EXPECT_EQ(store().Count(team_), 1u);
  ASSERT_EQ(changes.rows.size(), 1u);
  EXPECT_EQ(changes.rows[0].key, Key(1));
}

TEST_F(TransactionTest, AnOuterRollbackTakesCommittedSavepointsWithIt) {
  const Store before = Must(store().Fork());
  {
    Transaction outer = store().Begin();
    Transaction inner = store().Begin();
    ASSERT_TRUE(IsOk(store().Create(team_, {{"name", "x"}})));
    EXPECT_EQ(Must(inner.Commit()).rows.size(), 1u);
  }
  ExpectRestored(before);
}

TEST_F(TransactionTest, TransactCommitsOnOkAndRollsBackOnAnError) {
  const ChangeSet changes = Must(store().Transact([&]() -> absl::Status {
    return store().Create(team_, {{"name", "x"}}).status();
  }));
  EXPECT_EQ(changes.Summary(store().schema()), "team: 1 created, 0 updated, 0 deleted\n");
  const auto failed = store().Transact([&]() -> absl::Status {
    EXPECT_TRUE(IsOk(store().Create(team_, {{"name", "y"}})));
    return store().Create(team_, {{"name", "x"}}).status();
  });
  EXPECT_TRUE(FailsWith(failed, ErrorKind::kUnique, "'x'"));
  EXPECT_EQ(store().Count(team_), 1u);
}

TEST_F(TransactionTest, TheChangeSetIsTheLeastDescriptionInAFixedOrder) {
  const Instance a = Must(store().Create(team_, {{"name", "A"}, {"motto", "m"}}));
  const Instance p = Must(store().Create(a, players_, {{"name", "p"}}));
  const Instance q = Must(store().Create(a, players_, {{"name", "q"}}));
  Transaction transaction = store().Begin();
  ASSERT_TRUE(IsOk(store().Set(a, "motto", "n")));
  ASSERT_TRUE(IsOk(store().Set(a, "motto", "m")));  // changed back: no change
  ASSERT_TRUE(IsOk(store().Set(p, "name", "P")));
  ASSERT_TRUE(IsOk(store().Delete(q)));
  ASSERT_TRUE(IsOk(store().Delete(Must(store().Create(team_, {{"name", "came and went"}})))));
  ASSERT_TRUE(IsOk(store().Create(a, players_, {{"name", "r"}})));
  const ChangeSet changes = Must(transaction.Commit());
  ASSERT_EQ(changes.rows.size(), 3u);
  EXPECT_EQ(changes.rows[0].kind, RowChange::Kind::kDelete);
  EXPECT_EQ(changes.rows[0].key, Key(2));
  EXPECT_EQ(changes.rows[1].kind, RowChange::Kind::kUpdate);
  EXPECT_EQ(changes.rows[1].key, Key(1));
  EXPECT_EQ(changes.rows[1].attributes,
            (std::vector<AttributeChange>{{1, Value("p"), Value("P")}}));
  EXPECT_EQ(changes.rows[2].kind, RowChange::Kind::kCreate);
  EXPECT_EQ(changes.rows[2].key, Key(3));
  EXPECT_EQ(changes.sequences, (std::vector<SequenceChange>{{team_, 2, 3}, {player_, 3, 4}}));
}

TEST_F(TransactionTest, ARowThatTakesOverAKeyIsAnUpdateOfThatKey) {
  const Instance a = Must(store().Create(team_, {{"name", "A"}, {"motto", "same"}}));
  Transaction transaction = store().Begin();
  ASSERT_TRUE(IsOk(store().Delete(a)));
  ASSERT_TRUE(IsOk(store().Create(team_, {{"id", 1}, {"name", "B"}, {"motto", "same"}})));
  const ChangeSet changes = Must(transaction.Commit());
  ASSERT_EQ(changes.rows.size(), 1u);
  EXPECT_EQ(changes.rows[0].kind, RowChange::Kind::kUpdate);
  EXPECT_EQ(changes.rows[0].attributes,
            (std::vector<AttributeChange>{{1, Value("A"), Value("B")}}));
}

TEST_F(TransactionTest, ACommittedChangeSetEqualsTheDiffOfForks) {
  const Instance a = Must(store().Create(team_, {{"name", "A"}}));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(IsOk(store().Create(a, players_)));
  const Store before = Must(store().Fork());
  Transaction transaction = store().Begin();
  ASSERT_TRUE(IsOk(store().Set(a, "id", 9)));
  ASSERT_TRUE(IsOk(store().Create(team_, {{"name", "B"}})));
  ASSERT_TRUE(IsOk(store().Delete(Must(store().Find(player_, 4)))));
  const ChangeSet changes = Must(transaction.Commit());
  EXPECT_EQ(changes, Must(Store::Diff(before, store())));
  EXPECT_EQ(changes.rows.size(), 12u);
}

TEST(DeferredTest, RowsOfACycleAreCreatedTogetherAndJudgedAtCommit) {
  SchemaBuilder builder({.cycles = SchemaOptions::Cycles::kDefer});
  const Model document = builder.Define("document", {{"title", Text()}});
  const Model version = builder.Define("version", {{"text", Text()}});
  builder.HasMany(document, version, {.foreign_key = KeyColumns("documentId").NotNull()});
  const Association current = builder.BelongsTo(
      document, version, {.as = "current", .foreign_key = KeyColumns("currentId").NotNull()});
  Store store(Must(std::move(builder).Build()));
  EXPECT_TRUE(FailsWith(store.Create(document, {{"currentId", 1}}), ErrorKind::kForeignKey));
  {
    Transaction transaction = store.Begin();
    const Instance d = Must(store.Create(document, {{"currentId", 1}}));
    EXPECT_EQ(Must(store.GetOne(d, current)), std::nullopt);
    EXPECT_TRUE(FailsWith(transaction.Commit(), ErrorKind::kForeignKey, "document 1"));
    ASSERT_TRUE(transaction.open());
    const Instance v = Must(store.Create(version, {{"documentId", 1}}));
    EXPECT_EQ(Must(store.GetOne(d, current)), v);
    EXPECT_TRUE(IsOk(store.CheckInvariants()));
    EXPECT_TRUE(IsOk(transaction.Commit()));
  }
  {
    // Deleting one of them leaves the other dangling: in order for a while, but not at commit.
    Transaction transaction = store.Begin();
    const auto plan = store.PlanDelete(Must(store.Find(version, 1)));
    EXPECT_TRUE(IsOk(store.CheckInvariants()));
    ASSERT_TRUE(IsOk(plan));
    const absl::Status applied = store.Apply(*plan);
    if (applied.ok()) {
      EXPECT_TRUE(FailsWith(transaction.Commit(), ErrorKind::kForeignKey));
    }
  }
  EXPECT_EQ(store.Count(document) + store.Count(version), 2u);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

// What would end a transaction in the middle of an operation must not go on from there.
using TransactionDeathTest = TransactionTest;

TEST_F(TransactionDeathTest, DestroyedByAnObserverBeforeAChangeEndsTheProcess) {
  const Instance a = Must(store().Create(team_, {{"name", "A"}}));
  std::optional<Transaction> transaction;
  const Subscription watch = store().Observe(team_, {.before_update = [&](const RowView&) {
                                               transaction.reset();
                                               return absl::OkStatus();
                                             }});
  transaction.emplace(store().Begin());
  EXPECT_DEATH(store().Set(a, "name", "B").IgnoreError(), "open transaction was destroyed");
  EXPECT_TRUE(IsOk(transaction->Rollback()));
  // One that has ended is anyone's to destroy.
  EXPECT_TRUE(IsOk(store().Set(a, "name", "B")));
  EXPECT_FALSE(transaction.has_value());
}

TEST_F(TransactionDeathTest, MovedOutAndDestroyedByAValidatorEndsTheProcess) {
  std::optional<Transaction> transaction;
  SchemaBuilder builder;
  const Model team =
      builder.Define("team", {{"name", Text().Validate([&](const ValueView&) -> std::string {
                                 const Transaction stolen = *std::move(transaction);
                                 return "";
                               })}});
  Store store(Must(std::move(builder).Build()));
  transaction.emplace(store.Begin());
  EXPECT_DEATH(store.Create(team, {{"name", "A"}}).IgnoreError(), "open transaction was destroyed");
  EXPECT_TRUE(IsOk(transaction->Rollback()));
}

}  // namespace
}  // namespace relata
