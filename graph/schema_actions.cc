// Pass 7: whether a relation is constrained, and what deletes and key changes do along it.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/schema_sayings.h"
#include "graph/schema_workbench.h"

namespace relata::internal {
namespace {

// Columns may be shared by keys to different models only while none of them is constrained
// (polymorphic associations), and by keys to one model only in one order.
void CheckSharedColumns(Workbench& bench) {
  for (std::uint32_t r = 0; r < bench.relations.size(); ++r) {
    for (std::uint32_t other = 0; other < r; ++other) {
      const BenchRelation& a = bench.relations[other];
      const BenchRelation& b = bench.relations[r];
      if (a.owner != b.owner || !SameSet(a.columns, b.columns)) continue;
      if (a.target == b.target) {
        bench.mistakes.AddAssociation(
            absl::StrCat(bench.Describe(a), " and ", bench.Describe(b),
                         " have the same columns in different orders: give them in one order"));
      } else if (a.constrained || b.constrained) {
        bench.mistakes.AddAssociation(absl::StrCat(
            bench.Describe(a), " and ", bench.Describe(b),
            " are the same columns, which cannot be constrained to two models: give constraints: "
            "false on all of these associations, or another foreign_key"));
      }
    }
  }
}

// The action that the declarations ask for. That of a belongsToMany is for the key to its source;
// the key to its target has it only when no one says anything about that one.
std::optional<Action> AskedFor(const BenchRelation& relation, bool on_delete, Workbench& bench) {
  const char* const matter = on_delete ? "on_delete" : "on_update";
  Sayings<Action> own(bench.PlaceOf(relation), matter);
  Sayings<Action> opposite(bench.PlaceOf(relation), matter);
  for (const std::string& column : relation.columns) {
    const BenchModel& owner = bench.models[relation.owner];
    const AttributeDraft& attribute = owner.attributes[*owner.Find(column)].draft;
    own.Add(on_delete ? attribute.on_delete : attribute.on_update,
            absl::StrCat("attribute ", owner.name, ".", column));
  }
  for (const BenchEnd& end : relation.ends) {
    const AssociationDraft& draft = bench.Draft(end);
    (end.other ? opposite : own)
        .Add(on_delete ? draft.on_delete : draft.on_update,
             bench.associations[end.association].text);
  }
  return (own.any() ? own : opposite).Agreed(bench.mistakes);
}

// Rule R2.
Action DefaultOnDelete(const BenchRelation& relation, bool nullable, const Workbench& bench) {
  bool many_to_many = false;
  bool has = false;
  for (const BenchEnd& end : relation.ends) {
    const AssociationKind kind = bench.Draft(end).kind;
    many_to_many = many_to_many || kind == AssociationKind::kBelongsToMany;
    has = has || kind == AssociationKind::kHasOne || kind == AssociationKind::kHasMany;
  }
  if (many_to_many) return Action::kCascade;
  if (relation.ends.empty()) return Action::kNoAction;
  if (nullable) return Action::kSetNull;
  return has ? Action::kCascade : Action::kNoAction;
}

// Whether the relation is an alternative of which one must be set: its key is as good as NOT NULL.
bool IsRequired(const BenchRelation& relation, const Workbench& bench) {
  for (const OneOfDraft& one_of : bench.draft.one_ofs) {
    if (one_of.dispatch || !one_of.required) continue;
    for (const Association alternative : one_of.alternatives) {
      if (std::any_of(relation.ends.begin(), relation.ends.end(),
                      [&](const BenchEnd& end) { return end.association == alternative.index; })) {
        return true;
      }
    }
  }
  return false;
}

// An action that can never be carried out.
void CheckAction(const BenchRelation& relation, Action action, const char* option,
                 Workbench& bench) {
  if (action != Action::kSetNull && action != Action::kSetDefault) return;
  const BenchModel& owner = bench.models[relation.owner];
  for (const std::string& column : relation.columns) {
    const BenchAttribute& attribute = owner.attributes[*owner.Find(column)];
    if (attribute.nullable) continue;
    if (action == Action::kSetDefault && attribute.draft.default_value.has_value()) continue;
    const char* const way_out =
        action == Action::kSetNull
            ? ", which may not be null: let it be null, or choose another action"
            : ", which has no default and may not be null: give it a default, let it be null, or "
              "choose another action";
    bench.mistakes.AddAssociation(absl::StrCat(bench.Describe(relation), ": ", option, " is ",
                                               std::string(ActionName(action)), " of ", owner.name,
                                               ".", column, way_out));
  }
}

bool DecideConstraint(const BenchRelation& relation, Workbench& bench) {
  Sayings<bool> constraints(bench.PlaceOf(relation), "constraints");
  if (relation.referenced) {
    constraints.Add(true,
                    absl::StrCat("References of attribute ", bench.models[relation.owner].name, ".",
                                 ListOf(relation.columns)));
  }
  for (const BenchEnd& end : relation.ends) {
    constraints.Add(bench.Draft(end).constraints, bench.associations[end.association].text);
  }
  return constraints.Agreed(bench.mistakes).value_or(true);
}

}  // namespace

void DecideActions(Workbench& bench) {
  for (BenchRelation& relation : bench.relations) {
    const BenchModel& owner = bench.models[relation.owner];
    const bool nullable =
        !IsRequired(relation, bench) &&
        std::all_of(relation.columns.begin(), relation.columns.end(), [&](const std::string& name) {
          return owner.attributes[*owner.Find(name)].nullable;
        });
    relation.constrained = DecideConstraint(relation, bench);
    const std::optional<Action> on_delete = AskedFor(relation, true, bench);
    const std::optional<Action> on_update = AskedFor(relation, false, bench);
    if (!relation.constrained) {
      if (on_delete.has_value() || on_update.has_value()) {
        bench.mistakes.AddAssociation(absl::StrCat(
            bench.Describe(relation),
            " has constraints: false, so its action would never be carried out: leave out "
            "on_delete and on_update, or constraints: false"));
      }
      continue;
    }
    relation.on_delete = on_delete.value_or(DefaultOnDelete(relation, nullable, bench));
    relation.on_update =
        on_update.value_or(relation.ends.empty() ? Action::kNoAction : Action::kCascade);
    CheckAction(relation, relation.on_delete, "on_delete", bench);
    CheckAction(relation, relation.on_update, "on_update", bench);
  }
  CheckSharedColumns(bench);
}

}  // namespace relata::internal
