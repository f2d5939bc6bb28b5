// What deletes do, and what can be created at all.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/dependency_graph.h"
#include "graph/linter.h"

namespace relata::internal {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

using Follows = std::function<bool(const ForeignKeyInfo& key)>;

// For each model, the foreign key by which a delete in `root` first reaches it, breadth first;
// kNone for what it does not reach. The root itself is reached only around a circle.
std::vector<std::uint32_t> Reach(const Linter& linter, std::uint32_t root, const Follows& follows) {
  std::vector<std::uint32_t> via(linter.schema.models().size(), kNone);
  std::deque<std::uint32_t> open{root};
  while (!open.empty()) {
    const std::uint32_t m = open.front();
    open.pop_front();
    for (const ForeignKey f : linter.schema.models()[m].referenced_by) {
      const ForeignKeyInfo& key = linter.keys()[f.index];
      if (!follows(key) || via[key.owner.index] != kNone) continue;
      via[key.owner.index] = f.index;
      open.push_back(key.owner.index);
    }
  }
  return via;
}

bool Cascades(const ForeignKeyInfo& key) {
  return key.constrained && key.on_delete == Action::kCascade;
}

// "account -> order -> item": how a delete in `root` reaches a model.
std::string PathText(const Linter& linter, const std::vector<std::uint32_t>& via,
                     std::uint32_t root, std::uint32_t model) {
  std::vector<std::string> names;
  std::uint32_t m = model;
  do {
    names.push_back(linter.schema.models()[m].name);
    m = linter.keys()[via[m]].target.index;
  } while (m != root);
  std::string text = linter.schema.models()[root].name;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    absl::StrAppend(&text, " -> ", *name);
  }
  return text;
}

void LintActions(Linter& linter) {
  const Schema& schema = linter.schema;
  for (std::uint32_t i = 0; i < linter.keys().size(); ++i) {
    const ForeignKeyInfo& key = linter.keys()[i];
    if (!key.constrained) continue;
    const ModelInfo& owner = schema[key.owner];
    const std::string target = schema[key.target].name;
    bool required = false;
    for (const OneOf one_of : owner.one_ofs) {
      for (const Association a : schema[one_of].alternatives) {
        required |= schema[one_of].exclusive() && schema[one_of].required &&
                    schema[a].foreign_key.index == i;
      }
    }
    const bool no_default =
        std::all_of(key.attributes.begin(), key.attributes.end(),
                    [&](std::uint32_t a) { return owner.attributes[a].default_value.is_null(); });
    for (const bool on_delete : {true, false}) {
      const Action action = on_delete ? key.on_delete : key.on_update;
      const bool nulls =
          action == Action::kSetNull || (action == Action::kSetDefault && no_default);
      const std::string called =
          absl::StrCat(on_delete ? "ON DELETE " : "ON UPDATE ", std::string(ActionName(action)),
                       " of ", linter.PlaceOf(key));
      if (nulls && required) {
        linter.findings.push_back(
            {LintKind::kActionNeverWorks,
             LintSeverity::kWarning,
             {key.owner, key.target},
             {ForeignKey{i}},
             key.associations,
             absl::StrCat(called, " would leave a ", owner.name,
                          " without the alternative that it must have, so every ",
                          on_delete ? "delete" : "key change", " of a ", target,
                          " that is referred to is refused"),
             absl::StrCat("say so with kRestrict, or let the rows go with kCascade")});
      } else if (action == Action::kSetDefault && no_default) {
        linter.findings.push_back({LintKind::kSetDefaultWithoutDefault,
                                   LintSeverity::kWarning,
                                   {key.owner, key.target},
                                   {ForeignKey{i}},
                                   key.associations,
                                   absl::StrCat(called, " has no default to set, so it sets null"),
                                   "give the column a default, or say kSetNull"});
      } else if (action == Action::kSetDefault && linter.IsUnique(owner, key.attributes)) {
        linter.findings.push_back(
            {LintKind::kActionNeverWorks,
             LintSeverity::kWarning,
             {key.owner, key.target},
             {ForeignKey{i}},
             key.associations,
             absl::StrCat(called,
                          " gives every row the same value of a unique key, so it is "
                          "refused from the second row on"),
             "choose kSetNull or kCascade, or let the column repeat"});
      }
    }
  }
}

// RESTRICT is judged on what a delete leaves (rule R10), but by most databases at once.
void LintRestrictions(Linter& linter) {
  for (std::uint32_t i = 0; i < linter.keys().size(); ++i) {
    const ForeignKeyInfo& key = linter.keys()[i];
    if (!key.constrained || key.on_delete != Action::kRestrict) continue;
    const std::vector<std::uint32_t> via = Reach(linter, key.target.index, Cascades);
    if (via[key.owner.index] == kNone) continue;
    const Schema& schema = linter.schema;
    linter.findings.push_back(
        {LintKind::kRestrictOnCascadePath,
         LintSeverity::kWarning,
         {key.owner, key.target},
         {ForeignKey{i}, ForeignKey{via[key.owner.index]}},
         key.associations,
         absl::StrCat("deleting a ", schema[key.target].name, " takes a ", schema[key.owner].name,
                      " along (", PathText(linter, via, key.target.index, key.owner.index),
                      "), and ", linter.PlaceOf(key),
                      " restricts the same delete: here it goes through when every such row goes, "
                      "in a database that judges RESTRICT at once never"),
         "make both paths cascade, or say kNoAction, which all judge at the end"});
  }
}

void LintCascades(Linter& linter) {
  const std::vector<ModelInfo>& models = linter.schema.models();
  std::vector<ForeignKeyInfo> cascading;
  for (const ForeignKeyInfo& key : linter.keys()) {
    cascading.push_back(key);
    cascading.back().constrained = Cascades(key);
  }
  const Dependencies circles = FindDependencies(models.size(), cascading);
  for (const std::vector<Model>& circle : circles.cycles) {
    std::string names;
    for (const Model m : circle) absl::StrAppend(&names, models[m.index].name, " -> ");
    linter.findings.push_back(
        {LintKind::kCascadeInCircle,
         LintSeverity::kWarning,
         circle,
         {},
         {},
         absl::StrCat("deletes go around in a circle (each of ", names,
                      models[circle[0].index].name,
                      " goes with the next), so one delete may take every row of them along"),
         "let one of these foreign keys restrict or set null"});
  }
  constexpr std::size_t kFew = 3;  // other models: a small schema is easily reached
  for (std::uint32_t m = 0; m < models.size(); ++m) {
    const std::vector<std::uint32_t> via = Reach(linter, m, Cascades);
    std::size_t reached = 0;
    for (std::uint32_t other = 0; other < models.size(); ++other) {
      reached += other != m && via[other] != kNone;
    }
    if (reached + 1 < models.size() || reached < kFew) continue;
    linter.findings.push_back(
        {LintKind::kCascadeReachesAll,
         LintSeverity::kHint,
         {Model{m}},
         {},
         {},
         absl::StrCat("deleting one ", models[m].name, " can cascade to all ", reached,
                      " other models"),
         absl::StrCat("look at PlanDelete before deleting a ", models[m].name,
                      ", or let one of the foreign keys on the way restrict")});
  }
}

}  // namespace

void LintDeletes(Linter& linter) {
  LintActions(linter);
  LintRestrictions(linter);
  LintCascades(linter);
}

void LintCreation(Linter& linter) {
  const std::vector<ModelInfo>& models = linter.schema.models();
  // Keys that every row has: all columns NOT NULL.
  std::vector<ForeignKeyInfo> required;
  for (std::uint32_t i = 0; i < linter.keys().size(); ++i) {
    const ForeignKeyInfo& key = linter.keys()[i];
    const auto& attributes = models[key.owner.index].attributes;
    required.push_back(key);
    required.back().constrained =
        key.constrained && std::none_of(key.attributes.begin(), key.attributes.end(),
                                        [&](std::uint32_t a) { return attributes[a].nullable; });
    if (!required.back().constrained || key.owner != key.target) continue;
    linter.findings.push_back(
        {LintKind::kRequiredCircle,
         LintSeverity::kWarning,
         {key.owner},
         {ForeignKey{i}},
         key.associations,
         absl::StrCat("every ", models[key.owner.index].name, " must refer to another by ",
                      linter.PlaceOf(key),
                      ", so the first one can only be created referring to itself, with a key "
                      "that is given"),
         "let the column be null for rows at the root"});
  }
  for (const auto& circle : FindDependencies(models.size(), required).cycles) {
    std::string names;
    for (const Model m : circle) absl::StrAppend(&names, models[m.index].name, " -> ");
    linter.findings.push_back(
        {LintKind::kRequiredCircle,
         LintSeverity::kWarning,
         circle,
         {},
         {},
         absl::StrCat("each of ", names, models[circle[0].index].name,
                      " must refer to the next, so their rows can only be created together, in "
                      "one transaction and with keys that are given"),
         "let one of these foreign keys be null"});
  }
  for (const OneOfInfo& one_of : linter.schema.one_ofs()) {
    if (!one_of.exclusive()) continue;
    for (const Association a : one_of.alternatives) {
      const ForeignKey f = linter.schema[a].foreign_key;
      const ForeignKeyInfo& key = linter.schema[f];
      const auto& attributes = models[key.owner.index].attributes;
      if (std::any_of(key.attributes.begin(), key.attributes.end(),
                      [&](std::uint32_t at) { return attributes[at].default_value.is_null(); })) {
        continue;
      }
      linter.findings.push_back(
          {LintKind::kDefaultOfAlternative,
           LintSeverity::kWarning,
           {key.owner, key.target},
           {f},
           {a},
           absl::StrCat("a new ", models[key.owner.index].name, " has ", linter.PlaceOf(key),
                        " by default, so one that is created with another alternative of '",
                        one_of.name, "' must null it"),
           "leave the default out"});
    }
  }
}

}  // namespace relata::internal
