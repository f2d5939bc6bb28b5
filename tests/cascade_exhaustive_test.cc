// Referential actions on all worlds of one and two rows, and on a slice of those of three rows.
#include <gtest/gtest.h>

#include "tests/exhaustive_worlds.h"

namespace relata::testing {
namespace {

void ExpectAgreement(const ExhaustiveReport& report, std::size_t cases_at_least) {
  EXPECT_EQ(report.failure, "");
  EXPECT_GE(report.cases, cases_at_least);
  EXPECT_GT(report.refused, 0u);
  EXPECT_LT(report.refused, report.cases);
}

TEST(CascadeExhaustiveTest, DeletesFromAllGraphsOfOneRowAgreeWithTheTwin) {
  const ExhaustiveReport report = DeleteFromAllGraphs(1, 1, false);
  EXPECT_EQ(report.failure, "");
  EXPECT_EQ(report.cases, 25u * 4);
  EXPECT_EQ(report.refused, 0u);  // whatever refers to the row is the row itself
}

TEST(CascadeExhaustiveTest, DeletesFromAllGraphsOfTwoRowsAgreeWithTheTwin) {
  ExpectAgreement(DeleteFromAllGraphs(2, 1, false), 6000);
}

TEST(CascadeExhaustiveTest, DeletesWithANotNullKeyFromAllGraphsOfTwoRowsAgreeWithTheTwin) {
  ExpectAgreement(DeleteFromAllGraphs(2, 1, true), 2000);
}

TEST(CascadeExhaustiveTest, DeletesFromASliceOfTheGraphsOfThreeRowsAgreeWithTheTwin) {
  ExpectAgreement(DeleteFromAllGraphs(3, 29, false), 20000);
}

TEST(CascadeExhaustiveTest, KeyChangesInAllChainsOfTwoRowsAgreeWithTheTwin) {
  ExpectAgreement(RekeyAllChains(2, 1), 20000);
}

TEST(CascadeExhaustiveTest, KeyChangesInASliceOfTheChainsOfThreeRowsAgreeWithTheTwin) {
  ExpectAgreement(RekeyAllChains(3, 29), 20000);
}

}  // namespace
}  // namespace relata::testing
