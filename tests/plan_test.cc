// Plans: what they say, why, what blocks them, and when they may be applied.
#include "relata/plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "relata/diagram.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/transaction.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    SchemaBuilder builder;
    section_ = builder.Define("section", {{"name", Text().PrimaryKey()}});
    package_ = builder.Define("package", {{"name", Text().PrimaryKey()}});
    file_ = builder.Define("file", {{"path", Text().PrimaryKey()}});
    note_ = builder.Define("note", {{"text", Text()}});
    builder.BelongsTo(package_, section_, {.on_delete = Action::kRestrict});
    builder.HasMany(package_, file_, {.on_delete = Action::kCascade});
    builder.HasMany(file_, note_, {.on_delete = Action::kSetNull});
    builder.HasMany(
        package_, package_,
        {.as = {"part", "parts"}, .foreign_key = "whole", .on_delete = Action::kCascade});
    schema_ = Must(std::move(builder).Build());
    store_.emplace(schema_);
    Must(store_->Create(section_, {{"name", "libs"}}));
    Must(store_->Create(package_, {{"name", "base"}, {"sectionName", "libs"}}));
    Must(store_->Create(package_, {{"name", "part"}, {"whole", "base"}}));
    Must(store_->Create(file_, {{"path", "/f"}, {"packageName", "part"}}));
    Must(store_->Create(note_, {{"text", "on f"}, {"filePath", "/f"}}));
  }
  ~PlanTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }

  Instance At(Model model, const Key& key) { return Must(store_->Find(model, key)); }

  Model section_, package_, file_, note_;
  Schema schema_;
  std::optional<Store> store_;
};

TEST_F(PlanTest, ADeletePlanSaysWhatGoesAndWhatIsNulled) {
  const Plan plan = Must(store_->PlanDelete(At(package_, "base")));
  EXPECT_FALSE(plan.blocked());
  EXPECT_EQ(plan.deletions().size(), 3u);
  ASSERT_EQ(plan.assignments().size(), 1u);
  EXPECT_EQ(plan.assignments()[0].before, Value("/f"));
  EXPECT_EQ(plan.assignments()[0].after, Value());
  EXPECT_EQ(plan.assignments()[0].action, Action::kSetNull);
  EXPECT_EQ(plan.Summary(), "2 packages go; 1 file goes; 1 note loses filePath");
  const auto counts = plan.Counts();
  ASSERT_EQ(counts.size(), 3u);
  EXPECT_EQ(counts[0].deleted, 2u);
  EXPECT_EQ(counts[2].assigned, 1u);
  // Nothing has been touched.
  EXPECT_EQ(store_->Count(package_), 2u);
}

TEST_F(PlanTest, ExplainGivesTheChainFromTheRootToTheVictim) {
  const Plan plan = Must(store_->PlanDelete(At(package_, "base")));
  const auto chain = Must(plan.Explain(At(file_, "/f")));
  ASSERT_EQ(chain.size(), 3u);
  EXPECT_EQ(chain[0].instance, At(package_, "base"));
  EXPECT_EQ(chain[0].cause, Plan::kRoot);
  EXPECT_EQ(chain[1].instance, At(package_, "part"));
  EXPECT_EQ(schema_[chain[1].via].on_delete, Action::kCascade);
  EXPECT_EQ(chain[2].instance, At(file_, "/f"));
  EXPECT_TRUE(FailsWith(plan.Explain(At(note_, 1)), absl::StatusCode::kNotFound, "note"));
}

TEST_F(PlanTest, ABlockedPlanNamesEveryBlockerAndIsRefused) {
  for (int i = 0; i < 20; ++i) {
    Must(store_->Create(package_, {{"name", "p" + std::to_string(i)}, {"sectionName", "libs"}}));
  }
  const Plan plan = Must(store_->PlanDelete(At(section_, "libs")));
  EXPECT_TRUE(plan.blocked());
  EXPECT_EQ(plan.total_blockers(), 21u);
  EXPECT_EQ(plan.blockers().size(), Plan::kMaxBlockers);
  EXPECT_NE(plan.blockers()[0].message.find("package 'base' refers to section 'libs'"),
            std::string::npos)
      << plan.blockers()[0].message;
  EXPECT_TRUE(FailsWith(store_->Apply(plan), ErrorKind::kForeignKey, "and 5 more"));
  EXPECT_TRUE(FailsWith(store_->Delete(At(section_, "libs")), ErrorKind::kForeignKey));
  EXPECT_EQ(store_->Count(section_), 1u);
}

TEST_F(PlanTest, ABlockerThatTheSameOperationDeletesDoesNotBlock) {
  const std::vector<Instance> both = {At(section_, "libs"), At(package_, "base")};
  const Plan plan = Must(store_->PlanDelete(both));
  EXPECT_FALSE(plan.blocked()) << plan.Summary();
  ASSERT_TRUE(IsOk(store_->Apply(plan)));
  EXPECT_EQ(store_->Count(section_) + store_->Count(package_) + store_->Count(file_), 0u);
  EXPECT_EQ(Must(store_->Get(At(note_, 1), "filePath")), Value());
}

TEST_F(PlanTest, AnAppliedPlanDoesExactlyWhatItSaid) {
  const Store before = Must(store_->Fork());
  const Plan plan = Must(store_->PlanDelete(At(package_, "base")));
  ASSERT_TRUE(IsOk(store_->Apply(plan)));
  const ChangeSet changes = Must(Store::Diff(before, *store_));
  std::size_t deleted = 0;
  std::size_t updated = 0;
  for (const RowChange& row : changes.rows) {
    deleted += row.kind == RowChange::Kind::kDelete;
    updated += row.kind == RowChange::Kind::kUpdate;
  }
  EXPECT_EQ(deleted, plan.deletions().size());
  EXPECT_EQ(updated, plan.assignments().size());
}

TEST_F(PlanTest, APlanIsRefusedOnceTheStoreHasChanged) {
  const Plan plan = Must(store_->PlanDelete(At(package_, "base")));
  ASSERT_TRUE(IsOk(store_->Set(At(note_, 1), "text", "changed")));
  EXPECT_TRUE(FailsWith(store_->Apply(plan), absl::StatusCode::kAborted, "plan again"));
  EXPECT_EQ(store_->Count(package_), 2u);
}

TEST_F(PlanTest, APlanIsGoodAgainAfterARollback) {
  const Plan plan = Must(store_->PlanDelete(At(package_, "base")));
  {
    Transaction transaction = store_->Begin();
    ASSERT_TRUE(IsOk(store_->Set(At(note_, 1), "text", "changed")));
  }
  EXPECT_TRUE(IsOk(store_->Apply(plan)));
}

TEST_F(PlanTest, AnUpdatePlanShowsHowAKeyChangeTravels) {
  const Plan plan = Must(store_->PlanUpdate(At(package_, "base"), {{"name", "core"}}));
  ASSERT_EQ(plan.assignments().size(), 2u);
  EXPECT_EQ(plan.assignments()[0].via, ForeignKey());
  EXPECT_EQ(plan.assignments()[1].action, Action::kCascade);
  EXPECT_EQ(plan.assignments()[1].after, Value("core"));
  ASSERT_TRUE(IsOk(store_->Apply(plan)));
  EXPECT_EQ(Must(store_->Get(At(package_, "part"), "whole")), Value("core"));
}

TEST_F(PlanTest, RowsMayExchangeKeysInOneOperationButNotCollide) {
  EXPECT_TRUE(FailsWith(store_->Set(At(package_, "base"), "name", "part"), ErrorKind::kUnique));
  const std::vector<Instance> both = {At(package_, "base"), At(package_, "part")};
  EXPECT_TRUE(
      FailsWith(Must(store_->PlanUpdate(both, {{"name", "same"}})).status(), ErrorKind::kUnique));
}

TEST_F(PlanTest, ADeletedInstanceCannotBePlannedFor) {
  const Instance note = At(note_, 1);
  ASSERT_TRUE(IsOk(store_->Delete(note)));
  EXPECT_TRUE(FailsWith(store_->PlanDelete(note), absl::StatusCode::kNotFound, "stale"));
  EXPECT_TRUE(FailsWith(store_->PlanUpdate(note, {{"text", "x"}}), absl::StatusCode::kNotFound));
}

TEST_F(PlanTest, TheDiagramNamesVictimsCausesAndBlockers) {
  const Plan plan = Must(store_->PlanDelete(At(package_, "base")));
  const std::string picture = PlanDiagram(plan, *store_);
  EXPECT_NE(picture.find("package 'part'"), std::string::npos);
  EXPECT_NE(picture.find("filePath: '/f' -> null"), std::string::npos);
  EXPECT_NE(picture.find("whole"), std::string::npos);
  const std::string cut = PlanDiagram(plan, *store_, 1);
  EXPECT_NE(cut.find("3 more instances are not drawn"), std::string::npos) << cut;
  const Plan blocked = Must(store_->PlanDelete(At(section_, "libs")));
  EXPECT_NE(PlanDiagram(blocked, *store_).find("blocks: package 'base'"), std::string::npos);
}

TEST(PlanSelfReferenceTest, ARowThatRefersToItselfMovesWithItsKey) {
  SchemaBuilder builder;
  const Model node = builder.Define("node", {{"id", Integer().PrimaryKey()}});
  builder.HasMany(node, node, {.as = {"child", "children"}, .foreign_key = "parent"});
  Store store(Must(std::move(builder).Build()));
  const Instance self = Must(store.Create(node, {{"id", 1}, {"parent", 1}}));
  ASSERT_TRUE(IsOk(store.Set(self, "id", 5)));
  EXPECT_EQ(Must(store.Get(self, "parent")), Value(5));
  ASSERT_TRUE(IsOk(store.Set(self, {{"id", 6}, {"parent", nullptr}})));
  EXPECT_EQ(Must(store.Get(self, "parent")), Value());
  ASSERT_TRUE(IsOk(store.Set(self, {{"id", 7}, {"parent", 7}})));
  EXPECT_EQ(Must(store.Get(self, "parent")), Value(7));
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
  ASSERT_TRUE(IsOk(store.Delete(self)));
  EXPECT_EQ(store.Count(node), 0u);
}

TEST(PlanUnconstrainedTest, AReferenceWithoutAConstraintDanglesAndIsFoundAgain) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {{"title", Text()}});
  const Model comment = builder.Define("comment", {{"text", Text()}});
  const Association comments = builder.HasMany(post, comment, {.constraints = false});
  const Association its_post = builder.BelongsTo(comment, post, {.constraints = false});
  Store store(Must(std::move(builder).Build()));
  const Instance early = Must(store.Create(comment, {{"postId", 7}}));
  const Instance late = Must(store.Create(comment, {{"postId", 7}}));
  EXPECT_EQ(Must(store.GetOne(early, its_post)), std::nullopt);
  const Instance p = Must(store.Create(post, {{"id", 7}}));
  EXPECT_EQ(Must(store.Get(p, comments)), (std::vector<Instance>{early, late}));
  ASSERT_TRUE(IsOk(store.Set(p, "id", 8)));
  EXPECT_TRUE(Must(store.Get(p, comments)).empty());
  EXPECT_EQ(Must(store.Get(early, "postId")), Value(7));
  ASSERT_TRUE(IsOk(store.Set(p, "id", 7)));
  EXPECT_EQ(Must(store.Get(p, comments)).size(), 2u);
  ASSERT_TRUE(IsOk(store.Delete(p)));
  EXPECT_EQ(Must(store.Get(late, "postId")), Value(7));
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
  ASSERT_TRUE(IsOk(store.Delete(early)));
  EXPECT_EQ(Must(store.Get(Must(store.Create(post, {{"id", 7}})), comments)),
            std::vector<Instance>{late});
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

}  // namespace
}  // namespace relata
