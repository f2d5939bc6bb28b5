// Accessors by name.
#include "relata/call.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class CallTest : public ::testing::Test {
 protected:
  CallTest() {
    SchemaBuilder builder;
    user_ = builder.Define("user", {{"name", Text().NotNull()}});
    project_ = builder.Define("project", {{"title", Text()}});
    task_ = builder.Define("task", {{"title", Text()}, {"done", Boolean().Default(false)}});
    plan_ = builder.Define("plan", {{"text", Text()}});
    builder.Define("work", {{"role", Text()}});
    tasks_ = builder.HasMany(project_, task_);
    its_project_ = builder.BelongsTo(task_, project_);
    plan_of_ = builder.HasOne(project_, plan_);
    people_ = builder.BelongsToMany(project_, user_, {.as = "people", .through = "work"});
    schema_ = Must(std::move(builder).Build());
    store_.emplace(schema_);
    project = Must(store().Create(project_, {{"title", "relata"}}));
    for (const char* title : {"a", "b", "c"}) {
      tasks.push_back(Must(store().Create(task_, {{"title", title}})));
    }
    ann = Must(store().Create(user_, {{"name", "Ann"}}));
  }
  ~CallTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }
  Store& store() { return *store_; }
  template <typename T>
  T Result(absl::StatusOr<CallResult> result) {
    const CallResult value = Must(std::move(result));
    EXPECT_TRUE(std::holds_alternative<T>(value)) << value.index();
    return std::get<T>(value);
  }
  using List = std::vector<Instance>;
  using One = std::optional<Instance>;

  Model user_, project_, task_, plan_;
  Association tasks_, its_project_, plan_of_, people_;
  Schema schema_;
  std::optional<Store> store_;
  Instance project, ann;
  std::vector<Instance> tasks;
};

TEST_F(CallTest, EveryAccessorToManyDoesWhatItsFunctionDoes) {
  EXPECT_EQ(Result<LinkCounts>(store().Call(project, "addTasks", {tasks[0], 2})),
            (LinkCounts{.added = 2}));
  EXPECT_EQ(Result<LinkCounts>(store().Call(project, "addTask", tasks[2])),
            (LinkCounts{.added = 1}));
  EXPECT_EQ(Result<List>(store().Call(project, "getTasks")), tasks);
  EXPECT_EQ(Result<std::size_t>(store().Call(project, "countTasks")), 3u);
  EXPECT_TRUE(Result<bool>(store().Call(project, "hasTask", 1)));
  EXPECT_TRUE(Result<bool>(store().Call(project, "hasTasks", {tasks[0], tasks[2]})));
  EXPECT_TRUE(Result<bool>(store().Call(project, "hasTasks", std::vector<Instance>())));
  EXPECT_EQ(Result<LinkCounts>(store().Call(project, "removeTask", tasks[0])),
            (LinkCounts{.removed = 1}));
  EXPECT_EQ(Result<LinkCounts>(store().Call(project, "removeTasks", {tasks[0], 2})),
            (LinkCounts{.removed = 1}));
  EXPECT_FALSE(Result<bool>(store().Call(project, "hasTask", tasks[0])));
  const One made = Result<One>(store().Call(project, "createTask", {{"title", "d"}}));
  EXPECT_EQ(Result<List>(store().Call(project, "getTasks")), (List{tasks[2], *made}));
  EXPECT_EQ(Result<LinkCounts>(store().Call(project, "setTasks", tasks)),
            (LinkCounts{.added = 2, .removed = 1}));
  EXPECT_EQ(Result<LinkCounts>(store().Call(project, "setTasks", nullptr)),
            (LinkCounts{.removed = 3}));
}

TEST_F(CallTest, EveryAccessorToOneDoesWhatItsFunctionDoes) {
  EXPECT_EQ(Result<One>(store().Call(tasks[0], "getProject")), std::nullopt);
  EXPECT_EQ(Result<LinkCounts>(store().Call(tasks[0], "setProject", project)),
            (LinkCounts{.added = 1}));
  EXPECT_EQ(Result<One>(store().Call(tasks[0], "getProject")), project);
  const One other = Result<One>(store().Call(tasks[0], "createProject", {{"title", "x"}}));
  EXPECT_EQ(Result<One>(store().Call(tasks[0], "getProject")), other);
  EXPECT_EQ(Result<LinkCounts>(store().Call(tasks[0], "setProject", nullptr)),
            (LinkCounts{.removed = 1}));
  const One plan = Result<One>(store().Call(project, "createPlan"));
  EXPECT_EQ(Result<One>(store().Call(project, "getPlan")), plan);
  EXPECT_EQ(Result<LinkCounts>(store().Call(project, "setPlan", {})), (LinkCounts{.removed = 1}));
}

TEST_F(CallTest, JoinRowsGetTheirValuesAndNestedRowsAreCreated) {
  ASSERT_TRUE(IsOk(store().Call(project, "addPerson", With(ann, {{"role", "lead"}}))));
  EXPECT_EQ(Must(store().Get(*Must(store().JoinRow(project, people_, ann)), "role")),
            Value("lead"));
  ASSERT_TRUE(IsOk(store().Call(project, "addPeople", ann, {{"role", "guest"}})));
  EXPECT_EQ(Must(store().Get(*Must(store().JoinRow(project, people_, ann)), "role")),
            Value("guest"));
  const One made = Result<One>(store().Call(
      tasks[0], "createProject",
      {{"title", "x"}, {"people", {ann}}, {"tasks", {{{"title", "deep"}}, tasks[1]}}}));
  EXPECT_EQ(Must(store().Count(*made, tasks_)), 3u);
  EXPECT_TRUE(Must(store().Has(*made, people_, ann)));
}

TEST_F(CallTest, AQueryFiltersOrdersAndLimitsWhatIsGotAndCounted) {
  ASSERT_TRUE(IsOk(store().Add(project, tasks_, tasks)));
  ASSERT_TRUE(IsOk(store().Set(tasks[1], "done", true)));
  const Query open =
      Query(task_).Where(task_["done"] == false).OrderBy(task_["title"], kDescending);
  EXPECT_EQ(Result<List>(store().Call(project, "getTasks", open)), (List{tasks[2], tasks[0]}));
  EXPECT_EQ(Result<List>(store().Call(project, "getTasks", Query(open).Limit(1))), List{tasks[2]});
  EXPECT_EQ(Result<std::size_t>(store().Call(project, "countTasks", open)), 2u);
  const Query none = Query(project_).Where(project_["title"] == "nothing");
  EXPECT_EQ(Result<One>(store().Call(tasks[0], "getProject", none)), std::nullopt);
  EXPECT_TRUE(FailsWith(store().Call(project, "addTasks", open), absl::StatusCode::kInvalidArgument,
                        "only get and count"));
}

TEST_F(CallTest, EveryNameThatIsDerivedIsFoundAndMeansItsRole) {
  const std::vector<std::pair<std::string, AccessorRole>> roles = {
      {"get", AccessorRole::kGet},
      {"set", AccessorRole::kSet},
      {"add", AccessorRole::kAdd},
      {"addMultiple", AccessorRole::kAdd},
      {"create", AccessorRole::kCreate},
      {"remove", AccessorRole::kRemove},
      {"removeMultiple", AccessorRole::kRemove},
      {"hasSingle", AccessorRole::kHas},
      {"hasAll", AccessorRole::kHas},
      {"count", AccessorRole::kCount}};
  for (const Association association : {tasks_, its_project_, plan_of_, people_}) {
    for (const auto& [role_name, name] : schema_.AccessorNames(association)) {
      AccessorRole role = AccessorRole::kGet;
      for (const auto& [candidate, of] : roles) {
        if (candidate == role_name) role = of;
      }
      EXPECT_EQ(Must(schema_.FindAccessor(schema_[association].source, name)),
                (AccessorInfo{association, role}))
          << name;
    }
  }
}

TEST_F(CallTest, EqualFormsShareAnAccessorAndTwoAssociationsDoNot) {
  SchemaBuilder builder;
  const Model farm = builder.Define("farm", {{"name", Text()}});
  const Model sheep = builder.Define("sheep", {{"name", Text()}});
  const Association flock = builder.HasMany(farm, sheep);
  const Association first = builder.BelongsTo(farm, sheep, {.as = "dog", .constraints = false});
  const Association dogs = builder.HasMany(farm, sheep, {.as = "dogs"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(Must(schema.FindAccessor(farm, "addSheep")), (AccessorInfo{flock, AccessorRole::kAdd}));
  EXPECT_EQ(Must(schema.FindAccessor(farm, "getDog")), (AccessorInfo{first, AccessorRole::kGet}));
  EXPECT_EQ(Must(schema.FindAccessor(farm, "getDogs")), (AccessorInfo{dogs, AccessorRole::kGet}));
  EXPECT_TRUE(FailsWith(schema.FindAccessor(farm, "createDog"), absl::StatusCode::kInvalidArgument,
                        "may be of two associations: farm belongsTo sheep as 'dog', or farm "
                        "hasMany sheep as 'dogs'"));
}

TEST_F(CallTest, MistakesNameTheAccessor) {
  EXPECT_TRUE(FailsWith(store().Call(project, "addTaks"), absl::StatusCode::kInvalidArgument,
                        "model 'project' has no accessor 'addTaks'; did you mean 'addTasks'?"));
  EXPECT_TRUE(
      FailsWith(store().Call(project, "addTask", 99), ErrorKind::kForeignKey, "project.addTask: "));
  EXPECT_TRUE(FailsWith(store().Call(project, "addTask", {{"title", "x"}}),
                        absl::StatusCode::kInvalidArgument, "call the accessor that creates"));
  EXPECT_TRUE(FailsWith(store().Call(project, "getTasks", 1), absl::StatusCode::kInvalidArgument,
                        "project.getTasks: takes a query or nothing"));
  EXPECT_TRUE(FailsWith(store().Call(project, "createTask", 1), absl::StatusCode::kInvalidArgument,
                        "the values of one new row"));
  EXPECT_TRUE(FailsWith(store().Call(project, "setPlan", {1, 2}), ErrorKind::kForeignKey));
  EXPECT_TRUE(FailsWith(store().Call(Instance(), "getTasks"), absl::StatusCode::kNotFound));
  EXPECT_EQ(store().Count(task_), 3u);
}

TEST_F(CallTest, SetAndRemoveTakeAnUnlinkPolicy) {
  ASSERT_TRUE(IsOk(store().Call(project, "setTasks", {tasks[0], tasks[1], tasks[2]})));
  EXPECT_TRUE(FailsWith(store().Call(project, "setTasks", tasks[0], {}, Unlink::kRefuse),
                        absl::StatusCode::kFailedPrecondition, "project.setTasks"));
  EXPECT_EQ(Result<LinkCounts>(
                store().Call(project, "setTasks", {tasks[0], tasks[1]}, {}, Unlink::kDelete)),
            (LinkCounts{.removed = 1}));
  EXPECT_FALSE(store().Contains(tasks[2]));
  EXPECT_EQ(Result<LinkCounts>(store().Call(project, "removeTask", tasks[1], {}, Unlink::kDelete)),
            (LinkCounts{.removed = 1}));
  EXPECT_FALSE(store().Contains(tasks[1]));
  EXPECT_EQ(Result<LinkCounts>(store().Call(project, "setTasks", nullptr, {}, Unlink::kClear)),
            (LinkCounts{.removed = 1}));
  EXPECT_TRUE(store().Contains(tasks[0]));
  for (const char* name : {"getTasks", "countTasks", "addTask", "hasTask", "createTask"}) {
    EXPECT_TRUE(FailsWith(store().Call(project, name, {}, {}, Unlink::kDelete),
                          absl::StatusCode::kInvalidArgument, "no Unlink"));
  }
}

TEST(CallAppendTest, LinksOnceMoreWhatABelongsToManyMayRepeat) {
  SchemaBuilder builder;
  const Model guest = builder.Define("guest", {{"name", Text()}});
  const Model room = builder.Define("room", {{"name", Text()}});
  builder.Define("visit", {{"id", Integer().PrimaryKey().AutoIncrement()}, {"day", Integer()}});
  const Association rooms =
      builder.BelongsToMany(guest, room, {.through = Through("visit", false)});
  builder.HasMany(guest, room, {.as = "ownRooms"});
  const Schema schema = Must(std::move(builder).Build());
  Store store(schema);
  const Instance ann = Must(store.Create(guest));
  const Instance blue = Must(store.Create(room));
  for (const char* name : {"appendRoom", "appendRooms"}) {
    EXPECT_EQ(std::get<LinkCounts>(Must(store.Call(ann, name, {blue, blue}, {{"day", 3}}))),
              (LinkCounts{.added = 2}));
  }
  EXPECT_EQ(Must(store.JoinRows(ann, rooms, blue)).size(), 4u);
  EXPECT_EQ(Must(schema.FindAccessor(guest, "appendRooms")),
            (AccessorInfo{rooms, AccessorRole::kAppend}));
  EXPECT_TRUE(FailsWith(store.Call(ann, "appendOwnRooms", blue), absl::StatusCode::kInvalidArgument,
                        "has no accessor 'appendOwnRooms'"));
  for (const auto& [role, name] : schema.AccessorNames(rooms)) {
    EXPECT_EQ(name.find("append"), std::string::npos) << "the manual does not have it";
  }
}

}  // namespace
}  // namespace relata
