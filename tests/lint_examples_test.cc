// The examples' own schemas under the linter: nothing is found that is not meant.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "examples/package_graph/package_schema.h"
#include "relata/lint.h"

namespace relata::testing {
namespace {

TEST(LintExamplesTest, PackageGraphIsFoundToDoOnlyWhatItMeansTo) {
  const auto schema = package_graph::MakePackageSchema();
  ASSERT_TRUE(schema.ok()) << schema.status();
  std::vector<LintKind> kinds;
  std::string text;
  for (const LintFinding& finding : Lint(schema->schema)) {
    kinds.push_back(finding.kind);
    text += ToString(finding) + "\n";
  }
  const std::vector<LintKind> meant = {
      // What a package needs takes it along, and it takes along what needs it: that is the example.
      LintKind::kCascadeInCircle,
      // A package provides a name in several versions; told for either direction.
      LintKind::kRepeatableLink, LintKind::kRepeatableLink,
      // The pile of requirements is only ever walked downwards.
      LintKind::kOneSided, LintKind::kOneSided, LintKind::kOneSided};
  EXPECT_EQ(kinds, meant) << text;
}

}  // namespace
}  // namespace relata::testing
