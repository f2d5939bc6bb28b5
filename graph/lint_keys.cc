// Keys and indexes that do nothing, and names that are easily taken for each other.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/linter.h"
#include "graph/nearest_name.h"

namespace relata::internal {
namespace {

using Attributes = std::vector<std::uint32_t>;

std::string ListOf(const ModelInfo& model, const Attributes& attributes) {
  std::string names;
  for (const std::uint32_t a : attributes) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", model.attributes[a].name);
  }
  return absl::StrCat("(", names, ")");
}

bool Within(const Attributes& part, const Attributes& whole) {
  return std::all_of(part.begin(), part.end(), [&](std::uint32_t a) {
    return std::find(whole.begin(), whole.end(), a) != whole.end();
  });
}

bool IsReferred(const Linter& linter, Model m, std::uint32_t key) {
  return std::any_of(linter.keys().begin(), linter.keys().end(),
                     [&](const ForeignKeyInfo& f) { return f.target == m && f.target_key == key; });
}

// A key that holds because a part of it is one already. Null is equal to nothing in the part as
// well as in the whole.
void LintModelKeys(Linter& linter, Model m) {
  const ModelInfo& model = linter.schema[m];
  for (std::uint32_t k = 1; k < model.keys.size(); ++k) {
    if (IsReferred(linter, m, k)) continue;  // it is needed as what others refer to
    for (const KeyInfo& part : model.keys) {
      if (&part == &model.keys[k] || !Within(part.attributes, model.keys[k].attributes)) continue;
      linter.findings.push_back(
          {LintKind::kRedundantKey,
           LintSeverity::kWarning,
           {m},
           {},
           {},
           absl::StrCat("the unique key ", ListOf(model, model.keys[k].attributes), " of ",
                        model.name, " says nothing, because ", ListOf(model, part.attributes),
                        " is unique by itself"),
           "leave the larger one out"});
      break;
    }
  }
}

// Indexes that a key or another index makes superfluous are refused when the schema is built.
void LintIndexes(Linter& linter, Model m) {
  const ModelInfo& model = linter.schema[m];
  for (const IndexInfo& index : model.indexes) {
    if (index.kind == IndexKind::kOrdered) continue;  // also gives an order
    for (const ForeignKey f : model.foreign_keys) {
      const Attributes& attributes = linter.schema[f].attributes;
      if (attributes.size() != index.attributes.size() || !Within(attributes, index.attributes)) {
        continue;
      }
      linter.findings.push_back(
          {LintKind::kRedundantIndex,
           LintSeverity::kHint,
           {m},
           {f},
           {},
           absl::StrCat("the hashed index ", index.name, " of ", model.name, " on ",
                        ListOf(model, index.attributes), " finds what the links of ",
                        linter.schema.Describe(f), " find anyway"),
           "leave it out, or make it ordered"});
      break;
    }
  }
}

// Pairs of names that differ in capitals and underscores only.
void LintPairs(Linter& linter, const std::vector<std::string>& names, const std::string& what,
               const std::vector<Model>& models) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (names[i] == names[j] || NameFold(names[i]) != NameFold(names[j])) continue;
      LintFinding finding;
      finding.kind = LintKind::kSimilarNames;
      finding.models = models.empty() ? std::vector<Model>{Model{static_cast<std::uint32_t>(j)},
                                                           Model{static_cast<std::uint32_t>(i)}}
                                      : models;
      finding.message = absl::StrCat("'", names[j], "' and '", names[i], "' are two ", what,
                                     ", and differ in capitals or underscores only");
      finding.suggestion = "make them one, or give one a name of its own";
      linter.findings.push_back(std::move(finding));
    }
  }
}

void LintNames(Linter& linter) {
  std::vector<std::string> models;
  for (const ModelInfo& model : linter.schema.models()) models.push_back(model.name);
  LintPairs(linter, models, "models", {});
  for (std::uint32_t m = 0; m < linter.schema.models().size(); ++m) {
    const ModelInfo& model = linter.schema.models()[m];
    std::vector<std::string> names;
    for (const AttributeInfo& attribute : model.attributes) names.push_back(attribute.name);
    for (const Association a : model.associations) names.push_back(linter.schema[a].name);
    for (const OneOf one_of : model.one_ofs) names.push_back(linter.schema[one_of].name);
    LintPairs(linter, names, absl::StrCat("attributes or associations of ", model.name),
              {Model{m}});
  }
}

}  // namespace

void LintKeysAndNames(Linter& linter) {
  for (std::uint32_t m = 0; m < linter.schema.models().size(); ++m) {
    LintModelKeys(linter, Model{m});
    LintIndexes(linter, Model{m});
  }
  LintNames(linter);
}

}  // namespace relata::internal
