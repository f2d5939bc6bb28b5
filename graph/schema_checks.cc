// Pass 8: what only the finished whole can show.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/cell_order.h"
#include "graph/cells.h"
#include "graph/dependency_graph.h"
#include "graph/nearest_name.h"
#include "graph/schema_workbench.h"

namespace relata::internal {
namespace {

bool InRelation(const Workbench& bench, std::uint32_t m, const std::string& name) {
  return std::any_of(bench.relations.begin(), bench.relations.end(), [&](const BenchRelation& r) {
    return r.owner == m && std::find(r.columns.begin(), r.columns.end(), name) != r.columns.end();
  });
}

// Two attributes, or two columns, that SQL or people cannot tell apart (C28).
void CheckPairOfNames(const BenchAttribute& a, const BenchAttribute& b, std::uint32_t m,
                      Workbench& bench) {
  const std::string& model = bench.models[m].name;
  const std::string& first = a.draft.name;
  const std::string& second = b.draft.name;
  if (first == second) {
    bench.mistakes.AddModel(absl::StrCat("model '", model, "' has two attributes named '", first,
                                         "': leave one out, or rename it"));
  } else if (NameFold(first) == NameFold(second) &&
             (InRelation(bench, m, first) || InRelation(bench, m, second))) {
    bench.mistakes.AddAssociation(absl::StrCat(
        "'", first, "' and '", second, "' of model '", model,
        "' are two columns whose names differ in capitals or underscores only, and a foreign key "
        "is "
        "among them: give foreign_key the name of the other to make them one, or rename one"));
  } else if (SameName(first, second)) {
    bench.mistakes.AddModel(absl::StrCat(
        "attributes '", first, "' and '", second, "' of model '", model,
        "' differ in capitals only, which SQL does not tell apart: rename one, or make them one"));
  } else if (SameName(a.draft.column, b.draft.column)) {
    bench.mistakes.AddModel(absl::StrCat("attributes '", first, "' and '", second, "' of model '",
                                         model, "' have the same column '", b.draft.column,
                                         "': give one of them another"));
  }
}

void CheckNames(std::uint32_t m, Workbench& bench) {
  const std::vector<BenchAttribute>& attributes = bench.models[m].attributes;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      CheckPairOfNames(attributes[j], attributes[i], m, bench);
    }
  }
}

void CheckDefault(const std::string& place, BenchAttribute& attribute, SchemaMistakes& mistakes) {
  std::optional<Value>& value = attribute.draft.default_value;
  if (!value.has_value() || !attribute.type.has_value()) return;
  if (value->is_null()) {
    value.reset();
    return;
  }
  const auto stored = Normalize(*attribute.type, value->view());
  if (stored.ok()) {
    value = Value::From(*stored);
  } else {
    mistakes.AddModel(absl::StrCat("the default ", value->ToString(), " of ", place, ", which is ",
                                   std::string(TypeName(*attribute.type)),
                                   ", cannot be stored: ", std::string(stored.status().message())));
  }
}

// What its validators compare it with.
void CheckValidators(const std::string& place, const BenchAttribute& attribute,
                     SchemaMistakes& mistakes) {
  if (!attribute.type.has_value()) return;
  for (const ValueValidator& validator : attribute.draft.validators) {
    for (const Value& value : validator.compared()) {
      const std::optional<Type> type = TypeOf(value.view());
      if (!type.has_value()) continue;  // null: no bound
      const bool nan = !AreComparable(value.view(), value.view());
      if (!nan && AreComparable(*attribute.type, *type)) continue;
      mistakes.AddModel(absl::StrCat(
          "a validator of ", place, ", which is ", std::string(TypeName(*attribute.type)),
          ", compares it with ", value.ToString(), " (", std::string(TypeName(*type)),
          "), which it cannot be compared with: give it values of the attribute's type"));
    }
  }
}

void CheckAutoIncrement(const std::string& place, const BenchAttribute& attribute,
                        const BenchModel& model, SchemaMistakes& mistakes) {
  if (!attribute.draft.auto_increment) return;
  if (!attribute.draft.primary_key || model.primary_key.size() != 1) {
    mistakes.AddModel(
        absl::StrCat(place,
                     " is AutoIncrement, but not by itself the primary key: declare it "
                     "PrimaryKey, and no other attribute"));
  }
  if (attribute.type.has_value() && *attribute.type != Type::kInteger) {
    mistakes.AddModel(absl::StrCat(place, " is AutoIncrement, but ",
                                   std::string(TypeName(*attribute.type)),
                                   ": only an INTEGER is drawn from 1, 2, 3..."));
  }
  if (attribute.draft.default_value.has_value()) {
    mistakes.AddModel(
        absl::StrCat(place, " is AutoIncrement and has a default: choose one of them"));
  }
}

// Foreign keys that a mistake has left out would make more mistakes of what relies on them.
bool IsComplete(const Workbench& bench) {
  return std::all_of(bench.associations.begin(), bench.associations.end(),
                     [](const BenchAssociation& association) { return association.usable; });
}

std::string Capitalized(std::string word) {
  if (!word.empty()) word[0] = absl::ascii_toupper(static_cast<unsigned char>(word[0]));
  return word;
}

// An association shares its name neither with an attribute nor with another association.
void CheckNameOf(const BenchAssociation& association, std::uint32_t index, Workbench& bench) {
  const BenchModel& source = bench.models[association.source];
  if (association.name.find('\0') != std::string::npos || !IsUtf8(association.name)) {
    bench.mistakes.AddAssociation(absl::StrCat(
        association.text, " has an alias with a NUL in it or that is not UTF-8: give another one"));
  }
  if (source.Find(association.name).has_value()) {
    bench.mistakes.AddAssociation(absl::StrCat(
        "Naming collision between attribute '", association.name, "' and association '",
        association.name, "' (", association.text, ") on model ", source.name,
        ": change either foreign_key or 'as' of the association, or rename the attribute"));
  }
  for (std::uint32_t i = 0; i < index; ++i) {
    const BenchAssociation& other = bench.associations[i];
    if (!other.usable || other.source != association.source) continue;
    if (Capitalized(other.name) != Capitalized(association.name)) continue;
    bench.mistakes.AddAssociation(absl::StrCat("model '", source.name,
                                               "' has two associations named '", association.name,
                                               "': ", other.text, " and ", association.text,
                                               "; give one of them another alias with 'as'"));
  }
}

std::vector<ScopeEntry> ResolveScope(const Values& scope, std::uint32_t m, const std::string& text,
                                     Workbench& bench) {
  const BenchModel& model = bench.models[m];
  std::vector<ScopeEntry> entries;
  for (const NamedValue& given : scope) {
    const auto refuse = [&](const std::string& why) {
      bench.mistakes.AddAssociation(absl::StrCat(text, ": its scope gives ", model.name, ".",
                                                 given.name, " = ", given.value.ToString(),
                                                 ", but ", why));
    };
    const auto position = model.Find(given.name);
    if (!position.has_value()) {
      Names known;
      for (const BenchAttribute& attribute : model.attributes) {
        known.push_back(attribute.draft.name);
      }
      refuse(absl::StrCat("there is no such attribute", NearestName(given.name, known)));
      continue;
    }
    const BenchAttribute& attribute = model.attributes[*position];
    if (!attribute.type.has_value()) continue;  // told already
    const auto stored = Normalize(*attribute.type, given.value.view());
    if (!stored.ok()) {
      refuse(absl::StrCat("it is ", std::string(TypeName(*attribute.type)), ": ",
                          std::string(stored.status().message())));
      continue;
    }
    if (given.value.is_null() && !attribute.nullable) {
      refuse("it may not be null: give it a value, or let it be null");
      continue;
    }
    auto entry = std::find_if(entries.begin(), entries.end(),
                              [&](const ScopeEntry& e) { return e.attribute == *position; });
    if (entry == entries.end()) {
      entry = entries.insert(entries.end(), ScopeEntry{.attribute = *position, .values = {}});
    }
    entry->values.push_back(Value::From(*stored));
  }
  return entries;
}

// A scope on a column of the association's own key would fix whom it links.
void CheckScopeAgainstKey(const BenchAssociation& association, const std::vector<ScopeEntry>& scope,
                          std::uint32_t m, const Names& key, Workbench& bench) {
  for (const ScopeEntry& entry : scope) {
    const std::string& name = bench.models[m].attributes[entry.attribute].draft.name;
    if (std::find(key.begin(), key.end(), name) == key.end()) continue;
    bench.mistakes.AddAssociation(
        absl::StrCat(association.text, ": its scope gives ", bench.models[m].name, ".", name,
                     ", which is its own foreign key: scope it by another attribute"));
  }
}

void CheckScopes(BenchAssociation& association, Workbench& bench) {
  const AssociationDraft& draft = *association.draft;
  association.scope = ResolveScope(draft.scope, association.target, association.text, bench);
  if (draft.kind == AssociationKind::kHasOne || draft.kind == AssociationKind::kHasMany) {
    CheckScopeAgainstKey(association, association.scope, association.target,
                         association.foreign_key, bench);
  }
  if (!association.many_to_many()) return;
  association.through_scope =
      ResolveScope(draft.through.scope, association.through, association.text, bench);
  for (const Names* key : {&association.foreign_key, &association.other_key}) {
    CheckScopeAgainstKey(association, association.through_scope, association.through, *key, bench);
  }
}

// How the foreign keys from `from` to `to` were declared: what could go without a constraint.
Names DeclarationsBetween(const Workbench& bench, Model from, Model to) {
  Names declared;
  for (const BenchRelation& relation : bench.relations) {
    if (relation.owner != from.index || relation.target != to.index || !relation.constrained) {
      continue;
    }
    for (const BenchEnd& end : relation.ends) {
      declared.push_back(bench.associations[end.association].text);
    }
  }
  return declared;
}

// In the words of the manual (rule R5).
std::string CycleText(const Workbench& bench, const std::vector<Model>& cycle) {
  Names chain;
  Names declared;
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    chain.push_back(bench.models[cycle[i].index].name);
    const Names here = DeclarationsBetween(bench, cycle[i], cycle[(i + 1) % cycle.size()]);
    declared.insert(declared.end(), here.begin(), here.end());
  }
  const std::string& first = chain.front();
  std::string text =
      absl::StrCat("Cyclic dependency found. '", first,
                   "' is dependent of itself. Dependency chain: ", absl::StrJoin(chain, " -> "),
                   " => ", first, ". Ways out: ");
  if (!declared.empty()) {
    absl::StrAppend(&text, "constraints: false on one of: ", absl::StrJoin(declared, "; "),
                    "; or ");
  }
  absl::StrAppend(&text, "SchemaOptions::Cycles::kDefer, which judges these keys at commit");
  return text;
}

}  // namespace

void CheckAttributes(Workbench& bench) {
  const bool complete = IsComplete(bench);
  for (std::uint32_t m = 0; m < bench.models.size(); ++m) {
    CheckNames(m, bench);
    BenchModel& model = bench.models[m];
    for (BenchAttribute& attribute : model.attributes) {
      const std::string place = absl::StrCat(model.name, ".", attribute.draft.name);
      CheckDefault(place, attribute, bench.mistakes);
      CheckValidators(place, attribute, bench.mistakes);
      CheckAutoIncrement(place, attribute, model, bench.mistakes);
      const bool acts =
          attribute.draft.on_delete.has_value() || attribute.draft.on_update.has_value();
      if (acts && complete && !attribute.draft.references.has_value() &&
          !InRelation(bench, m, attribute.draft.name)) {
        bench.mistakes.AddModel(absl::StrCat(
            place,
            " has OnDelete or OnUpdate but is no foreign key: add References, or leave out "
            "the action"));
      }
    }
  }
}

void CheckAssociations(Workbench& bench) {
  for (std::uint32_t a = 0; a < bench.associations.size(); ++a) {
    BenchAssociation& association = bench.associations[a];
    if (!association.usable) continue;
    CheckNameOf(association, a, bench);
    CheckScopes(association, bench);
  }
}

void CheckCycles(Workbench& bench) {
  if (bench.draft.options.cycles == SchemaOptions::Cycles::kDefer) return;
  std::vector<ForeignKeyInfo> foreign_keys;
  for (const BenchRelation& relation : bench.relations) {
    ForeignKeyInfo foreign_key;
    foreign_key.owner = Model{relation.owner};
    foreign_key.target = Model{relation.target};
    foreign_key.constrained = relation.constrained;
    foreign_keys.push_back(std::move(foreign_key));
  }
  for (const auto& cycle : FindDependencies(bench.models.size(), foreign_keys).cycles) {
    bench.mistakes.Add(ErrorKind::kCyclicDependency, CycleText(bench, cycle));
  }
}

}  // namespace relata::internal
