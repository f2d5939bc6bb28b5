// What users of other libraries complain about links with values, unlinking and nested creates, and
// what relata does instead. manual_coverage.txt says which test answers what.
#include <gtest/gtest.h>

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

// Users who work on projects, and projects that have steps.
class NestedComplaintsTest : public ::testing::Test {
 protected:
  NestedComplaintsTest() {
    SchemaBuilder builder;
    user_ = builder.Define("user", {{"name", Text().NotNull().Unique()}});
    project_ = builder.Define("project", {{"title", Text().NotNull().Unique()}});
    step_ = builder.Define("step", {{"text", Text().NotNull()}});
    work_ = builder.Define("work", {{"id", Integer().PrimaryKey().AutoIncrement()},
                                    {"status", Text().Default("new")}});
    projects_ = builder.BelongsToMany(user_, project_, {.through = {"work", false}});
    steps_ = builder.HasMany(project_, step_, {.foreign_key = KeyColumns().NotNull()});
    its_project_ = builder.BelongsTo(step_, project_);
    store_.emplace(Must(std::move(builder).Build()));
    ann_ = Must(store_->Create(user_, {{"name", "Ann"}}));
    p_ = Must(store_->Create(project_, {{"title", "p"}}));
    q_ = Must(store_->Create(project_, {{"title", "q"}}));
  }
  ~NestedComplaintsTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }

  Store& store() { return *store_; }
  // The status of each link, in the order of linking.
  std::string Statuses() {
    std::string text;
    const LinkedRange links = store().Linked(ann_, projects_);
    for (auto link = links.begin(); link != links.end(); ++link) {
      text += *Must(store().Get(*link, "title")).get_if<std::string>() + ":" +
              *Must(store().Get(link.join(), "status")).get_if<std::string>() + " ";
    }
    return text;
  }

  Model user_, project_, step_, work_;
  Association projects_, steps_, its_project_;
  std::optional<Store> store_;
  Instance ann_, p_, q_;
};

TEST_F(NestedComplaintsTest, ValuesOfOneTargetWinOverThoseForAll) {
  ASSERT_TRUE(IsOk(store().Set(ann_, projects_, {With(p_, {{"status", "inactive"}}), q_},
                               {{"status", "active"}})));
  EXPECT_EQ(Statuses(), "p:inactive q:active ");
  ASSERT_TRUE(IsOk(store().Add(ann_, projects_, With(q_, {{"status", "done"}}))));
  EXPECT_EQ(Statuses(), "p:inactive q:done ");
}

TEST_F(NestedComplaintsTest, ALinkIsRepeatedByAppendAloneAndEveryReadShowsEach) {
  ASSERT_TRUE(IsOk(store().Add(ann_, projects_, p_)));
  ASSERT_TRUE(IsOk(store().Add(ann_, projects_, {p_, p_})));
  EXPECT_EQ(Must(store().Count(ann_, projects_)), 1u);
  ASSERT_TRUE(IsOk(store().Append(ann_, projects_, {p_, p_}, {{"status", "again"}})));
  EXPECT_EQ(Statuses(), "p:new p:again p:again ");
  EXPECT_EQ(Must(store().Count(ann_, projects_)), 3u);
  EXPECT_TRUE(Must(store().Has(ann_, projects_, p_)));
  const Rows rows = Must(store().Select(Query(user_).Include(projects_)));
  EXPECT_EQ(rows.First()->Included(projects_).Count(), 3u);
  EXPECT_EQ(store().Remove(ann_, projects_, p_).counts().removed, 3u);
}

TEST_F(NestedComplaintsTest, UnlinkingARowThatMustBelongToSomethingIsRefusedOrDeletesItAsAsked) {
  const Instance a = Must(store().Create(p_, steps_, {{"text", "a"}}));
  const Instance b = Must(store().Create(p_, steps_, {{"text", "b"}}));
  EXPECT_TRUE(FailsWith(store().Set(p_, steps_, a).status(), ErrorKind::kNotNull, "step"));
  EXPECT_TRUE(FailsWith(store().Remove(p_, steps_, b, Unlink::kRefuse).status(),
                        absl::StatusCode::kFailedPrecondition));
  EXPECT_TRUE(store().Contains(b));
  ASSERT_TRUE(IsOk(store().Set(p_, steps_, a, {}, Unlink::kDelete)));
  EXPECT_FALSE(store().Contains(b));
  EXPECT_EQ(Must(store().Get(p_, steps_)), std::vector<Instance>{a});
}

TEST_F(NestedComplaintsTest, OneCallCreatesConnectsAndUpdatesAsAWhole) {
  const Instance bob = Must(store().Create(
      user_,
      {{"name", "Bob"},
       {"projects",
        {{{"title", "new"}, {"steps", {{{"text", "first"}}, {{"text", "second"}}}}},  // created
         p_,                                                                          // connected
         Draft(q_, {{"title", "renamed"}}),                                           // and updated
         Upsert({{"title", "p2"}})}}}));  // created, for no project has the title
  EXPECT_EQ(Must(store().Count(bob, projects_)), 4u);
  EXPECT_EQ(Must(store().Get(q_, "title")), Value("renamed"));
  ASSERT_TRUE(IsOk(store().Update(
      bob, {{"projects", {With(Upsert({{"id", 4}, {"title", "p3"}}), {{"status", "old"}})}}})));
  EXPECT_EQ(Must(store().Get(Must(store().Find(project_, 4)), "title")), Value("p3"));  // updated
  EXPECT_EQ(Must(store().Count(bob, projects_)), 4u);
  EXPECT_EQ(store().Count(step_), 2u);
  const Store before = Must(store().Fork());
  EXPECT_TRUE(FailsWith(
      store().Create(user_, {{"name", "Cid"}, {"projects", {{{"title", "x"}}, {{"title", "p"}}}}}),
      ErrorKind::kUnique));
  EXPECT_TRUE(Must(Store::Diff(before, store())).empty());
}

TEST_F(NestedComplaintsTest, NothingNestedIsDroppedInSilence) {
  EXPECT_TRUE(FailsWith(store().Create(user_, {{"name", "Bob"}, {"project", {{"title", "x"}}}}),
                        absl::StatusCode::kInvalidArgument, "did you mean 'projects'?"));
  EXPECT_TRUE(FailsWith(
      store().Create(user_, {{"name", "Bob"}, {"projects", {{{"title", "x"}, {"setps", {p_}}}}}}),
      absl::StatusCode::kInvalidArgument, "did you mean 'steps'?"));
  // Below a belongsToMany as anywhere else.
  Must(store().Create(
      user_, {{"name", "Bob"}, {"projects", {{{"title", "x"}, {"steps", {{{"text", "s"}}}}}}}}));
  EXPECT_EQ(store().Count(step_), 1u);
}

TEST_F(NestedComplaintsTest, OneRowGoesWhereAListDoesAndTwoAreRefusedWhereOneGoes) {
  const Instance r = Must(store().Create(project_, {{"title", "r"}, {"steps", {{"text", "s"}}}}));
  EXPECT_EQ(Must(store().Count(r, steps_)), 1u);
  EXPECT_FALSE(IsOk(store().Create(step_, {{"text", "t"}, {"project", {p_, q_}}})));
  EXPECT_EQ(store().Count(step_), 1u);
}

}  // namespace
}  // namespace relata
