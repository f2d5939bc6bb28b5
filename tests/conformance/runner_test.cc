// That the runner can fail: whatever a scenario says wrongly is found, and what is no scenario is
// refused.
#include "tests/conformance/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/conformance/rows.h"

namespace relata::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

// Runs one scenario over users with tasks; `steps` are its steps.
std::optional<std::string> FailureOf(const std::string& steps, const std::string& more = "") {
  const std::string text = R"([{"id": "t", "models": [
      {"name": "user", "attributes": {"name": {"type": "STRING", "unique": true}}},
      {"name": "task", "attributes": {"title": "STRING"}}],
    "associations": [{"kind": "hasMany", "source": "user", "target": "task"}])" +
                           more + R"(, "steps": [)" + steps + "]}]";
  const auto scenarios = ParseScenarios("file.json", text);
  return RunScenario(scenarios.at(0), {.folder = ::testing::TempDir(), .flush_each_step = true});
}

constexpr char kAnn[] =
    R"({"op": "create", "model": "user", "values": {"name": "Ann"}, "as": "u"})";

TEST(RunnerTest, AScenarioThatHoldsPasses) {
  EXPECT_EQ(FailureOf(std::string(kAnn) + R"(,
      {"op": "createVia", "on": "u", "association": "tasks", "values": {"title": "a"}},
      {"op": "rows", "model": "task", "expect": [{"id": 1, "title": "a", "userId": 1}]})"),
            std::nullopt);
}

TEST(RunnerTest, AWrongRowIsNamedWithItsStepAndAttribute) {
  EXPECT_THAT(FailureOf(std::string(kAnn) + R"(,
      {"op": "rows", "model": "user", "expect": [{"id": 1, "name": "Bob"}]})"),
              Optional(AllOf(HasSubstr("step 2 (rows)"), HasSubstr("result[0].name"),
                             HasSubstr("Bob"), HasSubstr("Ann"))));
}

TEST(RunnerTest, AMissingRowAndOneTooManyAreFound) {
  EXPECT_NE(FailureOf(std::string(kAnn) + R"(, {"op": "rows", "model": "user", "expect": []})"),
            std::nullopt);
  EXPECT_NE(FailureOf(R"({"op": "rows", "model": "user", "expect": [{"id": 1, "name": "Ann"}]})"),
            std::nullopt);
}

TEST(RunnerTest, AValueThatIsNotExpectedIsFound) {
  EXPECT_NE(
      FailureOf(std::string(kAnn) + R"(, {"op": "rows", "model": "user", "expect": [{"id": 1}]})"),
      std::nullopt);
}

TEST(RunnerTest, AnErrorThatDoesNotComeIsFound) {
  EXPECT_THAT(FailureOf(R"({"op": "create", "model": "user", "values": {"name": "Ann"},
                      "error": "UniqueConstraint"})"),
              Optional(HasSubstr("expected the error UniqueConstraint")));
}

TEST(RunnerTest, AnErrorOfAnotherKindIsFound) {
  EXPECT_THAT(FailureOf(std::string(kAnn) + R"(, {"op": "create", "model": "user",
                      "values": {"name": "Ann"}, "error": "NotNull"})"),
              Optional(AllOf(HasSubstr("NotNull"), HasSubstr("got UniqueConstraint"))));
}

TEST(RunnerTest, AnErrorThatIsNotExpectedIsFound) {
  EXPECT_THAT(FailureOf(std::string(kAnn) + "," + kAnn),
              Optional(HasSubstr("got the error Unique")));
}

TEST(RunnerTest, AWrongOrderIsFoundWhereAnOrderIsAskedFor) {
  const std::string two = R"({"op": "bulkCreate", "model": "user",
                              "rows": [{"name": "a"}, {"name": "b"}]}, )";
  const std::string found = R"("expect": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]})";
  EXPECT_EQ(FailureOf(two + R"({"op": "findAll", "model": "user", )" + found), std::nullopt);
  EXPECT_NE(FailureOf(two + R"({"op": "findAll", "model": "user", "order": [["name", "DESC"]], )" +
                      found),
            std::nullopt);
}

TEST(RunnerTest, AWrongSchemaIsFound) {
  EXPECT_THAT(FailureOf("", R"(, "schema": {
      "user": {"table": "users", "unique": [["name"]], "foreignKeys": []},
      "task": {"table": "tasks", "foreignKeys": [{"column": "userId", "table": "users",
          "references": "id", "onDelete": "CASCADE", "onUpdate": "CASCADE"}]}})"),
              Optional(AllOf(HasSubstr("onDelete"), HasSubstr("SET NULL"))));
  EXPECT_THAT(FailureOf("", R"(, "schema": {"user": {"table": "users"}})"),
              Optional(HasSubstr("task")));
  EXPECT_EQ(FailureOf("", R"(, "schema": {"user": {"primaryKey": ["id"]}, "task": {}})"),
            std::nullopt);
}

TEST(RunnerTest, ASchemaThatShouldBeRefusedAndIsNotIsFound) {
  const auto scenarios = ParseScenarios(
      "f", R"([{"id": "t", "models": [{"name": "a"}], "schemaError": "Association"}])");
  EXPECT_THAT(RunScenario(scenarios[0], {.folder = ::testing::TempDir()}),
              Optional(HasSubstr("expected the error Association, got a schema")));
}

TEST(RunnerTest, WhatIsNoListOfScenariosIsRefused) {
  for (const char* text : {"", "{}", "1"}) {
    EXPECT_THROW(ParseScenarios("f", text), Malformed) << text;
  }
}

TEST(RunnerTest, WhatIsNoScenarioIsRefusedWhereItIsRun) {
  for (const char* text : {
           "[1]",
           R"([{"models": []}])",
           R"([{"id": "a"}])",
           R"([{"id": "a", "models": [], "cycles": "maybe"}])",
           R"([{"id": "a", "models": [], "stepz": []}])",
           R"([{"id": "a", "models": [], "steps": [{"op": "creat", "model": "m"}]}])",
           R"([{"id": "a", "models": [], "steps": [{"op": "create"}]}])",
           R"([{"id": "a", "models": [], "steps": [{"op": "rows", "model": "m", "where": {}}]}])",
           R"([{"id": "a", "models": []}, {"id": "a", "models": []}])",
       }) {
    EXPECT_THROW(RunScenario(ParseScenarios("f", text).back(), {.folder = ::testing::TempDir()}),
                 Malformed)
        << text;
  }
}

TEST(RunnerTest, WhatIsNoScenarioLeavesTheOthersOfItsFileAlone) {
  const auto scenarios = ParseScenarios("f", R"([
      {"id": "a", "models": [{"name": "user"}], "steps": [{"op": "fly"}]},
      {"id": "b", "models": [{"name": "user"}], "steps": [{"op": "count", "model": "user", "expect": 0}]}])");
  ASSERT_EQ(scenarios.size(), 2u);
  EXPECT_THAT(scenarios[0].malformed, HasSubstr("f: a: step 1: there is no op 'fly'"));
  EXPECT_EQ(RunScenario(scenarios[1], {.folder = ::testing::TempDir()}), std::nullopt);
}

TEST(RunnerTest, AStepThatMakesNoSenseIsRefused) {
  EXPECT_THROW(FailureOf(R"({"op": "destroy", "on": "nobody"})"), Malformed);
  EXPECT_THROW(FailureOf(R"({"op": "rows", "model": "nothing"})"), Malformed);
  EXPECT_THROW(FailureOf(R"({"op": "destroyWhere", "model": "user", "error": "Unheard"})"),
               Malformed);
  EXPECT_THROW(FailureOf(std::string(kAnn) + R"(, {"op": "add", "on": "u", "association": "tasks",
                                             "targets": 1})"),
               Malformed);
}

TEST(DifferenceTest, MissingMembersAreNullAndNumbersCompareByValue) {
  EXPECT_EQ(Difference(Json::parse(R"({"a": 1, "b": null})"), Json::parse(R"({"a": 1.0})"), false),
            std::nullopt);
  EXPECT_NE(Difference(Json::parse(R"({"a": 1})"), Json::parse(R"({"a": true})"), false),
            std::nullopt);
  EXPECT_NE(Difference(Json::parse(R"({"a": []})"), Json::parse("{}"), false), std::nullopt);
}

TEST(DifferenceTest, OnlyTheOutermostListKeepsItsOrder) {
  const Json one = Json::parse(R"([{"l": [1, 2]}, {"l": [3]}])");
  const Json inner = Json::parse(R"([{"l": [2, 1]}, {"l": [3]}])");
  const Json outer = Json::parse(R"([{"l": [3]}, {"l": [1, 2]}])");
  EXPECT_EQ(Difference(one, inner, true), std::nullopt);
  EXPECT_NE(Difference(one, outer, true), std::nullopt);
  EXPECT_EQ(Difference(one, outer, false), std::nullopt);
  EXPECT_NE(Difference(Json::parse("[1, 1]"), Json::parse("[1]"), false), std::nullopt);
}

}  // namespace
}  // namespace relata::conformance
