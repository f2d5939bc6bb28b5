// Referential actions on all worlds of three rows; cascade_exhaustive_test has the smaller ones.
#include <gtest/gtest.h>

#include "tests/exhaustive_worlds.h"

namespace relata::testing {
namespace {

TEST(CascadeExhaustiveSlowTest, DeletesFromAllGraphsOfThreeRowsAgreeWithTheTwin) {
  const ExhaustiveReport report = DeleteFromAllGraphs(3, 1, false);
  EXPECT_EQ(report.failure, "");
  EXPECT_EQ(report.cases, 25u * 4096 * 7);
}

TEST(CascadeExhaustiveSlowTest, DeletesWithANotNullKeyFromAllGraphsOfThreeRowsAgreeWithTheTwin) {
  const ExhaustiveReport report = DeleteFromAllGraphs(3, 1, true);
  EXPECT_EQ(report.failure, "");
  EXPECT_EQ(report.cases, 20u * 64 * 27 * 7);
}

TEST(CascadeExhaustiveSlowTest, KeyChangesInAllChainsOfThreeRowsAgreeWithTheTwin) {
  const ExhaustiveReport report = RekeyAllChains(3, 1);
  EXPECT_EQ(report.failure, "");
  EXPECT_GE(report.cases, 1000000u);
}

}  // namespace
}  // namespace relata::testing
