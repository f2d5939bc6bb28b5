#include "relata/lint.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/linter.h"

namespace relata {
namespace internal {

std::string Linter::PlaceOf(const ForeignKeyInfo& key) const {
  const ModelInfo& owner = schema[key.owner];
  std::string names;
  for (const std::uint32_t a : key.attributes) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", owner.attributes[a].name);
  }
  if (key.attributes.size() > 1) names = absl::StrCat("(", names, ")");
  return absl::StrCat(owner.name, ".", names);
}

bool Linter::Nullable(const ForeignKeyInfo& key) const {
  return std::all_of(key.attributes.begin(), key.attributes.end(),
                     [&](std::uint32_t a) { return schema[key.owner].attributes[a].nullable; });
}

bool Linter::IsUnique(const ModelInfo& model, const std::vector<std::uint32_t>& attributes) const {
  return std::any_of(model.keys.begin(), model.keys.end(), [&](const KeyInfo& key) {
    return std::all_of(key.attributes.begin(), key.attributes.end(), [&](std::uint32_t a) {
      return std::find(attributes.begin(), attributes.end(), a) != attributes.end();
    });
  });
}

}  // namespace internal

std::vector<LintFinding> Lint(const Schema& schema) {
  internal::Linter linter{schema};
  LintDeletes(linter);
  LintCreation(linter);
  LintAssociations(linter);
  LintKeysAndNames(linter);
  std::stable_sort(linter.findings.begin(), linter.findings.end(),
                   [](const LintFinding& a, const LintFinding& b) { return a.kind < b.kind; });
  return std::move(linter.findings);
}

std::string_view LintKindName(LintKind kind) {
  switch (kind) {
    case LintKind::kActionNeverWorks:
      return "action-never-works";
    case LintKind::kSetDefaultWithoutDefault:
      return "set-default-without-default";
    case LintKind::kRestrictOnCascadePath:
      return "restrict-on-cascade-path";
    case LintKind::kCascadeInCircle:
      return "cascade-in-circle";
    case LintKind::kCascadeReachesAll:
      return "cascade-reaches-all";
    case LintKind::kRequiredCircle:
      return "required-circle";
    case LintKind::kDefaultOfAlternative:
      return "default-of-alternative";
    case LintKind::kHasOneNotUnique:
      return "has-one-not-unique";
    case LintKind::kAmbiguousSharedKey:
      return "ambiguous-shared-key";
    case LintKind::kNotConstrained:
      return "not-constrained";
    case LintKind::kNullableJoinKey:
      return "nullable-join-key";
    case LintKind::kRepeatableLink:
      return "repeatable-link";
    case LintKind::kUnusedForeignKey:
      return "unused-foreign-key";
    case LintKind::kOneSided:
      return "one-sided";
    case LintKind::kRedundantKey:
      return "redundant-key";
    case LintKind::kRedundantIndex:
      return "redundant-index";
    case LintKind::kSimilarNames:
      return "similar-names";
  }
  return "unknown";
}

std::string ToString(const LintFinding& finding) {
  return absl::StrCat(
      finding.severity == LintSeverity::kWarning ? "warning: " : "hint: ", finding.message, "; ",
      finding.suggestion, " [", std::string(LintKindName(finding.kind)), "]");
}

}  // namespace relata
