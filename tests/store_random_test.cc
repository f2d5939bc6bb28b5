// Random schemas and runs of random operations: the store against its naive twin, and against
// SQLite under the tables that relata generates. RELATA_SEED and RELATA_STEPS in the environment
// give the first seed and the number of steps; a failure prints the seed and a run to replay.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "relata/persistence/sqlite.h"
#include "tests/random_accessors.h"
#include "tests/random_run.h"

namespace relata::testing {
namespace {

constexpr std::size_t kStepsOfARun = 150;

RunReport ManyRuns(RunOptions options, std::size_t steps) {
  options.seed = SeedFromEnvironment(options.seed);
  steps = StepsFromEnvironment(steps);
  options.steps = kStepsOfARun;
  RunReport total;
  while (total.steps < steps && total.failure.empty()) {
    total.Add(RunAtRandom(options));
    ++options.seed;
  }
  return total;
}

TEST(StoreRandomTest, RandomRunsAgreeWithTheTwin) {
  const RunReport report = ManyRuns({.seed = 1}, 6000);
  EXPECT_EQ(report.failure, "");
  // A run in which nearly everything is refused, or nothing, shows little.
  EXPECT_GT(report.done, report.steps / 5);
  EXPECT_GT(report.refused, report.steps / 50);
}

TEST(StoreRandomTest, RandomRunsAgreeWithTheTwinAndWithSqlite) {
  const RunReport report =
      ManyRuns({.seed = 100001, .create_statements = SqliteCreateStatements}, 6000);
  EXPECT_EQ(report.failure, "");
  EXPECT_GT(report.done, report.steps / 5);
  EXPECT_GT(report.refused, report.steps / 50);
  EXPECT_LT(report.sqlite_parted * kStepsOfARun, report.steps / 10);
}

TEST(StoreRandomTest, RandomAccessorCallsAndNestedCreatesAgreeWithTheTwin) {
  const AccessorReport report =
      RunAccessorsAtRandom(SeedFromEnvironment(1), StepsFromEnvironment(2000));
  EXPECT_EQ(report.failure, "");
  EXPECT_GT(report.done, report.steps / 4);
  EXPECT_GT(report.refused, report.steps / 50);
  EXPECT_GT(report.nested, report.steps / 400);
}

class FaultyTwinTest : public ::testing::TestWithParam<ModelStore::Fault> {};

TEST_P(FaultyTwinTest, AMistakeInTheTwinIsNoticed) {
  RunReport total;
  for (RunOptions options{.seed = 1, .steps = kStepsOfARun, .fault = GetParam(), .shrink = false};
       total.failure.empty() && options.seed < 200; ++options.seed) {
    total.Add(RunAtRandom(options));
  }
  EXPECT_NE(total.failure, "") << "after " << total.steps << " steps";
}

INSTANTIATE_TEST_SUITE_P(StoreRandomTest, FaultyTwinTest,
                         ::testing::Values(ModelStore::Fault::kSetNullKeepsTheKey,
                                           ModelStore::Fault::kCascadeStopsAfterOneStep,
                                           ModelStore::Fault::kRestrictIsImmediate,
                                           ModelStore::Fault::kUpdatesAreNotFollowed,
                                           ModelStore::Fault::kSetDefaultIsNotJudged,
                                           ModelStore::Fault::kUniqueForgetsNull,
                                           ModelStore::Fault::kRollbackForgetsTheCounter));

TEST(StoreRandomTest, AFailureNamesItsSeedAndAShortRun) {
  RunReport report;
  for (RunOptions options{
           .seed = 1, .steps = kStepsOfARun, .fault = ModelStore::Fault::kSetNullKeepsTheKey};
       report.failure.empty() && options.seed < 200; ++options.seed) {
    report = RunAtRandom(options);
  }
  EXPECT_NE(report.failure.find("RELATA_SEED="), std::string::npos) << report.failure;
  EXPECT_NE(report.failure.find("  create "), std::string::npos) << report.failure;
  EXPECT_LT(std::count(report.failure.begin(), report.failure.end(), '\n'), 30) << report.failure;
}

}  // namespace
}  // namespace relata::testing
