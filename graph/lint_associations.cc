// What associations promise and do not keep.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/linter.h"

namespace relata::internal {
namespace {

bool Has(const AssociationInfo& info) {
  return info.kind == AssociationKind::kHasOne || info.kind == AssociationKind::kHasMany;
}

void AddScope(const std::vector<ScopeEntry>& scope, std::vector<std::uint32_t>& attributes) {
  for (const ScopeEntry& entry : scope) {
    // Of several values each could be there once.
    if (entry.values.size() == 1) attributes.push_back(entry.attribute);
  }
}

void LintHasOne(Linter& linter, Association handle, const AssociationInfo& info) {
  if (info.kind != AssociationKind::kHasOne) return;
  const ForeignKeyInfo& key = linter.schema[info.foreign_key];
  std::vector<std::uint32_t> fixed = key.attributes;
  AddScope(info.scope, fixed);
  const ModelInfo& owner = linter.schema[key.owner];
  if (linter.IsUnique(owner, fixed)) return;
  linter.findings.push_back(
      {LintKind::kHasOneNotUnique,
       LintSeverity::kWarning,
       {info.source, info.target},
       {info.foreign_key},
       {handle},
       absl::StrCat(linter.schema.Describe(handle), ": nothing keeps a ",
                    linter.schema[info.source].name, " from having several, because ",
                    linter.PlaceOf(key), " is not unique"),
       info.scope.empty()
           ? "give its foreign_key Unique(), or declare a hasMany"
           : "make its columns unique together with those of the scope, or declare a hasMany"});
}

void LintJoin(Linter& linter, Association handle, const AssociationInfo& info) {
  if (info.kind != AssociationKind::kBelongsToMany || info.through_unique) return;
  std::vector<std::uint32_t> fixed;
  for (const ForeignKey f : {info.foreign_key, info.other_key}) {
    const auto& attributes = linter.schema[f].attributes;
    fixed.insert(fixed.end(), attributes.begin(), attributes.end());
  }
  AddScope(info.through_scope, fixed);
  const ModelInfo& join = linter.schema[info.through];
  if (linter.IsUnique(join, fixed)) return;
  linter.findings.push_back(
      {LintKind::kRepeatableLink,
       LintSeverity::kHint,
       {info.through, info.source, info.target},
       {info.foreign_key, info.other_key},
       {handle},
       absl::StrCat(linter.schema.Describe(handle), ": rows of ", join.name,
                    " may link one pair any number of times, and each shows up"),
       "leave out unique: false, or give the join model a unique key that tells such rows apart"});
}

// Whether the foreign keys over the columns of `f` refer to several models.
bool Shared(const Linter& linter, const ForeignKeyInfo& key) {
  for (const ForeignKeyInfo& other : linter.keys()) {
    if (other.owner == key.owner && other.target != key.target &&
        std::is_permutation(other.attributes.begin(), other.attributes.end(),
                            key.attributes.begin(), key.attributes.end())) {
      return true;
    }
  }
  return false;
}

void LintSharedKey(Linter& linter, ForeignKey f, const ForeignKeyInfo& key) {
  for (const Association a : key.associations) {
    const AssociationInfo& info = linter.schema[a];
    const bool scoped = Has(info)                                  ? !info.scope.empty()
                        : info.kind == AssociationKind::kBelongsTo ? !info.source_scope.empty()
                                                                   : !info.through_scope.empty();
    if (scoped) continue;
    linter.findings.push_back(
        {LintKind::kAmbiguousSharedKey,
         LintSeverity::kWarning,
         {key.owner, key.target},
         {f},
         {a},
         absl::StrCat(linter.schema.Describe(a), ": ", linter.PlaceOf(key),
                      " holds keys of several models, and no scope tells whose, so rows that mean "
                      "another model are taken for those of ",
                      linter.schema[key.target].name),
         "give every hasOne, hasMany or belongsToMany over it a scope on one attribute, declare a "
         "Dispatch, or use BelongsToOneOf"});
  }
}

// Whether constrained foreign keys lead from one model to another.
bool DependsOn(const Linter& linter, Model from, Model on) {
  std::vector<bool> seen(linter.schema.models().size());
  std::vector<Model> open{from};
  while (!open.empty()) {
    const Model m = open.back();
    open.pop_back();
    if (m == on) return true;
    if (seen[m.index]) continue;
    seen[m.index] = true;
    for (const ForeignKey f : linter.schema[m].foreign_keys) {
      const ForeignKeyInfo& key = linter.schema[f];
      if (key.constrained) open.push_back(key.target);
    }
  }
  return false;
}

void LintUnconstrained(Linter& linter, ForeignKey f, const ForeignKeyInfo& key) {
  if (key.constrained) return;
  if (Shared(linter, key)) {
    LintSharedKey(linter, f, key);
    return;
  }
  // It breaks a cycle, or a discriminator says when it refers to this model at all.
  if (key.owner != key.target && DependsOn(linter, key.target, key.owner)) return;
  if (std::any_of(key.associations.begin(), key.associations.end(), [&](Association a) {
        const AssociationInfo& info = linter.schema[a];
        return !info.source_scope.empty() || !info.through_scope.empty() ||
               (Has(info) && !info.scope.empty());
      })) {
    return;
  }
  linter.findings.push_back(
      {LintKind::kNotConstrained,
       LintSeverity::kWarning,
       {key.owner, key.target},
       {f},
       key.associations,
       absl::StrCat(linter.schema.Describe(f),
                    " has constraints: false, so it may hold keys that no ",
                    linter.schema[key.target].name, " has, and nothing needs that"),
       "leave out constraints: false"});
}

void LintJoinKeys(Linter& linter) {
  std::vector<bool> told(linter.keys().size());
  for (const AssociationInfo& info : linter.schema.associations()) {
    if (info.kind != AssociationKind::kBelongsToMany) continue;
    for (const ForeignKey f : {info.foreign_key, info.other_key}) {
      const ForeignKeyInfo& key = linter.schema[f];
      const auto& attributes = linter.schema[key.owner].attributes;
      if (told[f.index] || std::none_of(key.attributes.begin(), key.attributes.end(),
                                        [&](std::uint32_t a) { return attributes[a].nullable; })) {
        continue;
      }
      bool alternative = false;  // of which another may be set
      for (const OneOf one_of : linter.schema[key.owner].one_ofs) {
        for (const Association a : linter.schema[one_of].alternatives) {
          alternative |= linter.schema[a].foreign_key == f;
        }
      }
      if (alternative) continue;
      told[f.index] = true;
      linter.findings.push_back(
          {LintKind::kNullableJoinKey,
           LintSeverity::kHint,
           {key.owner, key.target},
           {f},
           key.associations,
           absl::StrCat("a ", linter.schema[key.owner].name, " may have no ",
                        linter.schema[key.target].name, ": ", linter.PlaceOf(key),
                        " of this join model may be null, and such a row links nothing"),
           "declare the column NotNull, or make it part of the primary key"});
    }
  }
}

void LintSides(Linter& linter, ForeignKey f, const ForeignKeyInfo& key) {
  if (key.associations.empty()) {
    linter.findings.push_back(
        {LintKind::kUnusedForeignKey,
         LintSeverity::kHint,
         {key.owner, key.target},
         {f},
         {},
         absl::StrCat(linter.PlaceOf(key), " refers to ", linter.schema[key.target].name,
                      ", but no association reads it in either direction"),
         absl::StrCat("declare a belongsTo of ", linter.schema[key.owner].name,
                      " with that foreign_key")});
    return;
  }
  bool owner_side = false;
  bool target_side = false;
  for (const Association a : key.associations) {
    const AssociationInfo& info = linter.schema[a];
    if (info.kind == AssociationKind::kBelongsToMany) return;
    (info.kind == AssociationKind::kBelongsTo ? owner_side : target_side) = true;
  }
  if (owner_side && target_side) return;
  const std::string& owner = linter.schema[key.owner].name;
  const std::string& target = linter.schema[key.target].name;
  std::string message =
      absl::StrCat(linter.schema.Describe(f), " is declared from one side only: no ",
                   owner_side ? target : owner, " knows its ", owner_side ? owner : target);
  if (owner_side && !linter.Nullable(key) && key.on_delete == Action::kNoAction &&
      key.constrained) {
    absl::StrAppend(&message, ", and none that is referred to can be deleted");
  }
  linter.findings.push_back({LintKind::kOneSided,
                             LintSeverity::kHint,
                             {key.owner, key.target},
                             {f},
                             key.associations,
                             message,
                             owner_side ? absl::StrCat("declare ", target, " hasMany (or hasOne) ",
                                                       owner, " with the same foreign_key")
                                        : absl::StrCat("declare ", owner, " belongsTo ", target,
                                                       " with the same foreign_key")});
}

}  // namespace

void LintAssociations(Linter& linter) {
  for (std::uint32_t a = 0; a < linter.schema.associations().size(); ++a) {
    const AssociationInfo& info = linter.schema.associations()[a];
    LintHasOne(linter, Association{a}, info);
    LintJoin(linter, Association{a}, info);
  }
  LintJoinKeys(linter);
  for (std::uint32_t i = 0; i < linter.keys().size(); ++i) {
    LintUnconstrained(linter, ForeignKey{i}, linter.keys()[i]);
    LintSides(linter, ForeignKey{i}, linter.keys()[i]);
  }
}

}  // namespace relata::internal
