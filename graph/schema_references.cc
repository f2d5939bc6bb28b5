// Pass 6: the keys of every model, and which of them each relation refers to.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/nearest_name.h"
#include "graph/schema_sayings.h"
#include "graph/schema_workbench.h"

namespace relata::internal {
namespace {

std::vector<std::uint32_t> Sorted(std::vector<std::uint32_t> positions) {
  std::sort(positions.begin(), positions.end());
  return positions;
}

// Unless there is one over the same attributes already.
void AddKey(std::string name, const Names& attributes, BenchModel& model) {
  KeyInfo key{.name = std::move(name), .attributes = {}};
  for (const std::string& attribute : attributes) {
    const std::uint32_t position = *model.Find(attribute);
    if (std::find(key.attributes.begin(), key.attributes.end(), position) == key.attributes.end()) {
      key.attributes.push_back(position);
    }
  }
  for (const KeyInfo& other : model.keys) {
    if (Sorted(other.attributes) == Sorted(key.attributes)) return;
  }
  model.keys.push_back(std::move(key));
}

// The attributes that name each constraint, by first appearance.
std::vector<std::pair<std::string, Names>> Constraints(const BenchModel& model) {
  std::vector<std::pair<std::string, Names>> constraints;
  for (const BenchAttribute& attribute : model.attributes) {
    for (const std::string& name : attribute.draft.unique_with) {
      auto at = std::find_if(constraints.begin(), constraints.end(),
                             [&name](const auto& constraint) { return constraint.first == name; });
      if (at == constraints.end()) at = constraints.insert(constraints.end(), {name, {}});
      at->second.push_back(attribute.draft.name);
    }
  }
  return constraints;
}

// The columns of the two keys of a belongsToMany.
Names PairOf(const BenchAssociation& association) {
  Names pair = association.foreign_key;
  pair.insert(pair.end(), association.other_key.begin(), association.other_key.end());
  return pair;
}

// Whether a pair may be linked only once: as the declarations over the pair say, else yes.
bool PairIsUnique(const BenchAssociation& association, Workbench& bench) {
  Names pair = PairOf(association);
  std::sort(pair.begin(), pair.end());  // so that all declarations make one mistake
  Sayings<bool> unique(absl::StrCat(bench.models[association.through].name, ".", ListOf(pair)),
                       "through.unique");
  for (const BenchAssociation& other : bench.associations) {
    if (!other.usable || other.through != association.through) continue;
    if (SameSet(PairOf(other), pair)) unique.Add(other.draft->through.unique, other.text);
  }
  return unique.Agreed(bench.mistakes).value_or(true);
}

void AddPairKey(const BenchAssociation& association, Workbench& bench) {
  if (!PairIsUnique(association, bench)) return;
  BenchModel& join = bench.models[association.through];
  std::string name = join.table;
  for (const std::string& column : PairOf(association)) absl::StrAppend(&name, "_", column);
  AddKey(absl::StrCat(name, "_unique"), PairOf(association), join);
}

// Whether some key forbids two join rows for one pair.
bool LinksOnce(const BenchAssociation& association, const BenchModel& join) {
  const Names pair = PairOf(association);
  return std::any_of(join.keys.begin(), join.keys.end(), [&](const KeyInfo& key) {
    return std::all_of(key.attributes.begin(), key.attributes.end(), [&](std::uint32_t position) {
      const std::string& name = join.attributes[position].draft.name;
      return std::find(pair.begin(), pair.end(), name) != pair.end();
    });
  });
}

// The key that the declarations name, or else the primary key.
Names KeyNamed(const BenchRelation& relation, Workbench& bench) {
  Sayings<Names> named(bench.PlaceOf(relation), "the key referred to");
  if (!relation.reference_key.empty()) {
    named.Add(relation.reference_key,
              absl::StrCat("References of attribute ", bench.PlaceOf(relation)));
  }
  for (const BenchEnd& end : relation.ends) {
    const AssociationDraft& draft = bench.Draft(end);
    for (const std::string& key : {draft.source_key, draft.target_key}) {
      if (!key.empty()) named.Add(Names{key}, bench.associations[end.association].text);
    }
  }
  return named.Agreed(bench.mistakes).value_or(bench.models[relation.target].primary_key);
}

// Finds the key among those of the target, and puts the columns into its order. False, and a
// mistake, when it is no key.
bool FindKey(BenchRelation& relation, Workbench& bench) {
  const BenchModel& target = bench.models[relation.target];
  const std::string text = bench.Describe(relation);
  for (const std::string& part : relation.key) {
    if (target.Find(part).has_value()) continue;
    Names known;
    for (const BenchAttribute& attribute : target.attributes) known.push_back(attribute.draft.name);
    bench.mistakes.AddAssociation(absl::StrCat(text, ": model '", target.name,
                                               "' has no attribute '", part, "' to refer to",
                                               NearestName(part, known)));
    return false;
  }
  if (relation.key.size() != relation.columns.size()) {
    bench.mistakes.AddAssociation(absl::StrCat(
        text, " has ", relation.columns.size(), " column(s) for the ", relation.key.size(),
        " attribute(s) of the key ", ListOf(relation.key), " of '", target.name,
        "': name one column for each, in their order, or leave the names out"));
    return false;
  }
  for (std::uint32_t k = 0; k < target.keys.size(); ++k) {
    Names parts;
    for (const std::uint32_t position : target.keys[k].attributes) {
      parts.push_back(target.attributes[position].draft.name);
    }
    if (!SameSet(parts, relation.key)) continue;
    Names columns;
    for (const std::string& part : parts) {
      const auto at = std::find(relation.key.begin(), relation.key.end(), part);
      columns.push_back(relation.columns[static_cast<std::size_t>(at - relation.key.begin())]);
    }
    relation.columns = std::move(columns);
    relation.key = std::move(parts);
    relation.target_key = k;
    return true;
  }
  bench.mistakes.AddAssociation(absl::StrCat(text, ": ", target.name, ".", ListOf(relation.key),
                                             " is not unique, so nothing can refer to it: declare "
                                             "it Unique, or refer to the primary key"));
  return false;
}

bool ColumnsDiffer(const BenchRelation& relation, Workbench& bench) {
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (relation.columns[i] != relation.columns[j]) continue;
      bench.mistakes.AddAssociation(absl::StrCat(bench.Describe(relation), " names column ",
                                                 relation.columns[i],
                                                 " twice: name one for each part of the key"));
      return false;
    }
  }
  return true;
}

// Generated columns take the types of what they refer to, which may itself be generated.
void SpreadTypes(Workbench& bench) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const BenchRelation& relation : bench.relations) {
      if (relation.target_key == kNowhere) continue;
      BenchModel& owner = bench.models[relation.owner];
      const BenchModel& target = bench.models[relation.target];
      for (std::size_t i = 0; i < relation.columns.size(); ++i) {
        std::optional<Type>& type = owner.attributes[*owner.Find(relation.columns[i])].type;
        const std::optional<Type> key_type = target.attributes[*target.Find(relation.key[i])].type;
        if (type.has_value() || !key_type.has_value()) continue;
        type = key_type;
        changed = true;
      }
    }
  }
}

void CheckTypes(const BenchRelation& relation, Workbench& bench) {
  const BenchModel& owner = bench.models[relation.owner];
  const BenchModel& target = bench.models[relation.target];
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    const std::optional<Type> type = owner.attributes[*owner.Find(relation.columns[i])].type;
    const std::optional<Type> key_type = target.attributes[*target.Find(relation.key[i])].type;
    if (!type.has_value() || !key_type.has_value()) {
      bench.mistakes.AddAssociation(absl::StrCat(
          bench.Describe(relation), ": the type of ", owner.name, ".", relation.columns[i],
          " follows from nothing but itself: declare it as an attribute"));
    } else if (*type != *key_type) {
      bench.mistakes.AddAssociation(
          absl::StrCat(bench.Describe(relation), ": ", owner.name, ".", relation.columns[i], " is ",
                       std::string(TypeName(*type)), ", but ", target.name, ".", relation.key[i],
                       " is ", std::string(TypeName(*key_type)), ": declare both with one type"));
    }
  }
}

}  // namespace

void DeriveKeys(Workbench& bench) {
  for (BenchModel& model : bench.models) {
    AddKey("", model.primary_key, model);
    for (const BenchAttribute& attribute : model.attributes) {
      if (attribute.draft.unique) AddKey("", {attribute.draft.name}, model);
    }
    for (const auto& [name, attributes] : Constraints(model)) AddKey(name, attributes, model);
  }
  for (const BenchRelation& relation : bench.relations) {
    const bool unique = std::any_of(relation.ends.begin(), relation.ends.end(),
                                    [&](const BenchEnd& end) { return bench.Columns(end).unique; });
    if (unique) AddKey("", relation.columns, bench.models[relation.owner]);
  }
  for (BenchAssociation& association : bench.associations) {
    if (association.usable && association.many_to_many()) AddPairKey(association, bench);
  }
  for (BenchAssociation& association : bench.associations) {
    if (!association.usable || !association.many_to_many()) continue;
    association.through_unique = LinksOnce(association, bench.models[association.through]);
  }
}

void ResolveReferences(Workbench& bench) {
  std::vector<BenchRelation*> found;
  for (BenchRelation& relation : bench.relations) {
    relation.key = KeyNamed(relation, bench);
    if (ColumnsDiffer(relation, bench) && FindKey(relation, bench)) found.push_back(&relation);
  }
  SpreadTypes(bench);
  for (const BenchRelation* relation : found) CheckTypes(*relation, bench);
}

}  // namespace relata::internal
