// The runs of store_random_test, many more of them. RELATA_SEED and RELATA_STEPS apply here too.
#include <gtest/gtest.h>

#include "relata/persistence/sqlite.h"
#include "tests/random_accessors.h"
#include "tests/random_run.h"

namespace relata::testing {
namespace {

void RunMany(RunOptions options, std::size_t steps) {
  options.seed = SeedFromEnvironment(options.seed);
  steps = StepsFromEnvironment(steps);
  options.steps = 300;
  RunReport total;
  while (total.steps < steps && total.failure.empty()) {
    total.Add(RunAtRandom(options));
    ++options.seed;
  }
  EXPECT_EQ(total.failure, "");
  EXPECT_GT(total.done, total.steps / 5);
}

TEST(StoreRandomSlowTest, LongRandomRunsAgreeWithTheTwin) { RunMany({.seed = 1000001}, 60000); }

TEST(StoreRandomSlowTest, LongRandomRunsAgreeWithTheTwinAndWithSqlite) {
  RunMany({.seed = 2000001, .create_statements = SqliteCreateStatements}, 60000);
}

TEST(StoreRandomSlowTest, RandomRunsOnManyPagesAgreeWithTheTwin) {
  RunOptions options{.seed = SeedFromEnvironment(3000001), .steps = 8000, .rows = 600};
  for (const std::uint64_t end = options.seed + 4; options.seed != end; ++options.seed) {
    const RunReport report = RunAtRandom(options);
    ASSERT_EQ(report.failure, "");
    EXPECT_GT(report.done, report.steps / 5);
  }
}

TEST(StoreRandomSlowTest, LongRunsOfAccessorCallsAgreeWithTheTwin) {
  const AccessorReport report =
      RunAccessorsAtRandom(SeedFromEnvironment(1001), StepsFromEnvironment(60000));
  EXPECT_EQ(report.failure, "");
  EXPECT_GT(report.done, report.steps / 4);
}

}  // namespace
}  // namespace relata::testing
