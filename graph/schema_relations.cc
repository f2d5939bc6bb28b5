// Pass 4: one relation for all that meets in the same columns.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/nearest_name.h"
#include "graph/schema_workbench.h"

namespace relata::internal {
namespace {

// The relation over these columns to this target, new or met before.
std::uint32_t RelationOver(std::uint32_t owner, std::uint32_t target, const Names& columns,
                           Workbench& bench) {
  for (std::uint32_t r = 0; r < bench.relations.size(); ++r) {
    const BenchRelation& relation = bench.relations[r];
    if (relation.owner == owner && relation.target == target && relation.columns == columns) {
      return r;
    }
  }
  BenchRelation relation;
  relation.owner = owner;
  relation.target = target;
  relation.columns = columns;
  bench.relations.push_back(std::move(relation));
  return static_cast<std::uint32_t>(bench.relations.size() - 1);
}

void AddAssociation(std::uint32_t a, Workbench& bench) {
  BenchAssociation& association = bench.associations[a];
  if (association.many_to_many()) {
    association.relation =
        RelationOver(association.through, association.source, association.foreign_key, bench);
    association.other_relation =
        RelationOver(association.through, association.target, association.other_key, bench);
    bench.relations[association.relation].ends.push_back({.association = a, .other = false});
    bench.relations[association.other_relation].ends.push_back({.association = a, .other = true});
    return;
  }
  const bool belongs = association.draft->kind == AssociationKind::kBelongsTo;
  association.relation = RelationOver(belongs ? association.source : association.target,
                                      belongs ? association.target : association.source,
                                      association.foreign_key, bench);
  bench.relations[association.relation].ends.push_back({.association = a, .other = false});
}

// The attributes of a model that make one foreign key by their References.
struct ReferenceGroup {
  std::string constraint;
  std::string model;  // or table
  Names columns;
  Names key;  // as far as named
};

std::vector<ReferenceGroup> ReferenceGroups(const BenchModel& model, SchemaMistakes& mistakes) {
  std::vector<ReferenceGroup> groups;
  for (const BenchAttribute& attribute : model.attributes) {
    if (!attribute.draft.references.has_value()) continue;
    const ReferenceDraft& reference = *attribute.draft.references;
    const auto same = [&reference](const ReferenceGroup& group) {
      return !reference.constraint.empty() && group.constraint == reference.constraint;
    };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) {
      groups.push_back(
          {.constraint = reference.constraint, .model = reference.model, .columns = {}, .key = {}});
      group = groups.end() - 1;
    }
    if (group->model != reference.model) {
      mistakes.AddModel(absl::StrCat("attributes of model '", model.name,
                                     "' that share constraint '", reference.constraint,
                                     "' refer to both '", group->model, "' and '", reference.model,
                                     "': refer to one of them"));
    }
    group->columns.push_back(attribute.draft.name);
    if (!reference.key.empty()) group->key.push_back(reference.key);
  }
  return groups;
}

// A reference names a model, or else a table.
std::optional<std::uint32_t> FindReferenced(const Workbench& bench, const std::string& name) {
  if (const auto model = bench.FindModel(name); model.has_value()) return model;
  for (std::uint32_t m = 0; m < bench.models.size(); ++m) {
    if (SameName(bench.models[m].table, name)) return m;
  }
  return std::nullopt;
}

// Puts the columns of a reference to a primary key into the order of that key.
void OrderByKey(const Names& primary_key, ReferenceGroup& group) {
  if (group.key == primary_key || !SameSet(group.key, primary_key)) return;
  Names columns;
  for (const std::string& part : primary_key) {
    const auto at = std::find(group.key.begin(), group.key.end(), part) - group.key.begin();
    columns.push_back(group.columns[static_cast<std::size_t>(at)]);
  }
  group.columns = std::move(columns);
  group.key = primary_key;
}

void AddReferences(std::uint32_t m, Workbench& bench) {
  for (ReferenceGroup& group : ReferenceGroups(bench.models[m], bench.mistakes)) {
    const std::string called =
        absl::StrCat("the reference of ", bench.models[m].name, ".", ListOf(group.columns));
    const auto target = FindReferenced(bench, group.model);
    if (!target.has_value()) {
      Names known = bench.ModelNames();
      bench.mistakes.AddModel(absl::StrCat(called, " names '", group.model,
                                           "', which is neither a model nor a table",
                                           NearestName(group.model, known)));
      continue;
    }
    if (!group.key.empty() && group.key.size() != group.columns.size()) {
      bench.mistakes.AddModel(absl::StrCat(called, " names ", group.key.size(), " of ",
                                           group.columns.size(),
                                           " key attributes: name all of them, or none"));
      continue;
    }
    OrderByKey(bench.models[*target].primary_key, group);
    BenchRelation& relation = bench.relations[RelationOver(m, *target, group.columns, bench)];
    relation.referenced = true;
    relation.reference_key = group.key;
  }
}

}  // namespace

void MergeRelations(Workbench& bench) {
  for (std::uint32_t a = 0; a < bench.associations.size(); ++a) {
    if (bench.associations[a].usable) AddAssociation(a, bench);
  }
  for (std::uint32_t m = 0; m < bench.models.size(); ++m) AddReferences(m, bench);
}

}  // namespace relata::internal
