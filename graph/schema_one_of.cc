// Pass 9: which scopes tell apart the models that share a foreign key, and the associations to one
// of several models.
//
// A foreign key to several models is a set of unconstrained relations over the same columns. What
// links rows by it from outside (hasOne, hasMany, the near key of a belongsToMany) says by a scope
// on the owner which of the models it is for; what reads it (belongsTo, the far key of a
// belongsToMany) then has the same scope (rules R1 and R13).
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/nearest_name.h"
#include "graph/schema_workbench.h"

namespace relata::internal {
namespace {

using Scope = std::vector<ScopeEntry>;

bool Links(const Workbench& bench, const BenchEnd& end) {
  const AssociationKind kind = bench.Draft(end).kind;
  return kind == AssociationKind::kBelongsToMany ? !end.other : kind != AssociationKind::kBelongsTo;
}

// What a linking end says of the owner.
const Scope& LinkScope(const Workbench& bench, const BenchEnd& end) {
  const BenchAssociation& association = bench.associations[end.association];
  return association.many_to_many() ? association.through_scope : association.scope;
}

const ScopeEntry* EntryOf(const Scope& scope, std::uint32_t attribute) {
  for (const ScopeEntry& entry : scope) {
    if (entry.attribute == attribute) return &entry;
  }
  return nullptr;
}

void AddMissing(const ScopeEntry& entry, Scope& scope) {
  if (EntryOf(scope, entry.attribute) == nullptr) scope.push_back(entry);
}

// The values that the linking ends of a relation give an attribute of its owner, each once.
std::vector<Value> ValuesFor(const Workbench& bench, const BenchRelation& relation,
                             std::uint32_t attribute) {
  std::vector<Value> values;
  for (const BenchEnd& end : relation.ends) {
    if (!Links(bench, end)) continue;
    const ScopeEntry* entry = EntryOf(LinkScope(bench, end), attribute);
    if (entry == nullptr) continue;
    for (const Value& value : entry->values) {
      if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
    }
  }
  return values;
}

bool Disjoint(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::none_of(a.begin(), a.end(), [&](const Value& value) {
    return std::find(b.begin(), b.end(), value) != b.end();
  });
}

// The relations over the columns of `r`, when none of them is constrained.
std::vector<std::uint32_t> Sharing(const Workbench& bench, std::uint32_t r) {
  std::vector<std::uint32_t> sharing;
  const BenchRelation& first = bench.relations[r];
  for (std::uint32_t i = 0; i < bench.relations.size(); ++i) {
    const BenchRelation& relation = bench.relations[i];
    if (relation.owner != first.owner || !SameSet(relation.columns, first.columns)) continue;
    if (relation.constrained) return {};
    sharing.push_back(i);
  }
  return sharing;
}

// The attributes that tell these relations apart: every linking end gives them, and no two
// relations the same value.
std::vector<std::uint32_t> Discriminators(const Workbench& bench,
                                          const std::vector<std::uint32_t>& relations) {
  std::vector<const Scope*> scopes;
  for (const std::uint32_t r : relations) {
    for (const BenchEnd& end : bench.relations[r].ends) {
      if (Links(bench, end)) scopes.push_back(&LinkScope(bench, end));
    }
  }
  if (scopes.empty()) return {};
  std::vector<std::uint32_t> found;
  for (const ScopeEntry& candidate : *scopes[0]) {
    const std::uint32_t a = candidate.attribute;
    bool tells = std::all_of(scopes.begin(), scopes.end(),
                             [a](const Scope* scope) { return EntryOf(*scope, a) != nullptr; });
    for (std::size_t i = 0; tells && i < relations.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        tells = tells && Disjoint(ValuesFor(bench, bench.relations[relations[i]], a),
                                  ValuesFor(bench, bench.relations[relations[j]], a));
      }
    }
    if (tells) found.push_back(a);
  }
  return found;
}

std::optional<std::uint32_t> Resolve(const Workbench& bench, const ModelRefDraft& ref) {
  if (!ref.model.has_value()) return bench.FindModel(ref.name);
  if (ref.model->index < bench.draft.models.size()) return ref.model->index;
  return std::nullopt;
}

// One association to one of several models, from its declaration. False stands for: told.
class OneOfMaker {
 public:
  OneOfMaker(Workbench& bench, const OneOfDraft& draft) : bench_(bench), draft_(draft) {
    made_.draft = &draft;
  }

  void Make() {
    const auto source = Resolve(bench_, draft_.source);
    text_ =
        absl::StrCat(source.has_value() ? bench_.models[*source].name : draft_.source.name,
                     draft_.dispatch ? " dispatch '" : " belongsToOneOf as '", draft_.name, "'");
    if (!source.has_value()) {
      if (!draft_.dispatch && !draft_.alternatives.empty()) return;  // its alternatives tell it
      Refuse(absl::StrCat("its source '", draft_.source.name, "' is no model",
                          NearestName(draft_.source.name, bench_.ModelNames())));
      return;
    }
    made_.source = *source;
    const bool named = CheckName();
    const bool right = draft_.dispatch ? MakeDispatch() : MakeArc();
    if (named && right) bench_.one_ofs.push_back(std::move(made_));
  }

 private:
  bool Refuse(const std::string& why) {
    bench_.mistakes.AddAssociation(absl::StrCat(text_, ": ", why));
    return false;
  }
  const BenchAssociation& Of(std::uint32_t a) const { return bench_.associations[a]; }
  const BenchRelation& RelationOf(std::uint32_t a) const {
    return bench_.relations[Of(a).relation];
  }

  bool CheckName() {
    const std::string& name = draft_.name;
    const BenchModel& source = bench_.models[made_.source];
    if (name.empty()) return Refuse("needs a name: give it with 'as'");
    if (source.Find(name).has_value()) {
      return Refuse(absl::StrCat("model '", source.name, "' has an attribute '", name,
                                 "' already: choose another name"));
    }
    for (const BenchAssociation& other : bench_.associations) {
      if (other.usable && other.source == made_.source && other.name == name) {
        return Refuse(absl::StrCat("model '", source.name, "' has an association '", name,
                                   "' already (", other.text, "): choose another name"));
      }
    }
    for (const BenchOneOf& other : bench_.one_ofs) {
      if (other.source == made_.source && other.draft->name == name) {
        return Refuse("is declared twice: leave one out, or choose another name");
      }
    }
    return true;
  }

  // ----- a foreign key for each alternative

  bool MakeArc() {
    if (draft_.alternatives.size() < 2) {
      return Refuse("needs two alternatives or more: one alone is a belongsTo");
    }
    for (const Association alternative : draft_.alternatives) {
      made_.alternatives.push_back(alternative.index);
      if (!Of(alternative.index).usable) return false;  // told already
    }
    for (const std::uint32_t a : made_.alternatives) {
      if (!CheckAlternative(a)) return false;
    }
    return CheckOtherArcs() && CheckJoins();
  }

  bool CheckAlternative(std::uint32_t a) {
    const BenchRelation& relation = RelationOf(a);
    if (!relation.constrained) {
      return Refuse(absl::StrCat(Of(a).text,
                                 " has constraints: false, but alternatives are enforced: leave "
                                 "that out, or declare a Dispatch"));
    }
    if (relation.target_key == kNowhere) return false;  // told already
    for (const std::uint32_t other : made_.alternatives) {
      if (other == a || Of(other).relation != Of(a).relation) continue;
      if (Of(other).name == Of(a).name) return false;  // told already
      return Refuse(absl::StrCat(Of(a).text, " and ", Of(other).text, " are one key, ",
                                 bench_.PlaceOf(relation),
                                 ": name an alternative once, or give each a key of its own"));
    }
    const BenchModel& owner = bench_.models[relation.owner];
    const bool own = std::any_of(
        relation.columns.begin(), relation.columns.end(), [&](const std::string& column) {
          if (!owner.attributes[*owner.Find(column)].nullable) return false;
          return std::none_of(
              made_.alternatives.begin(), made_.alternatives.end(), [&](std::uint32_t other) {
                const Names& columns = RelationOf(other).columns;
                return other != a &&
                       std::find(columns.begin(), columns.end(), column) != columns.end();
              });
        });
    if (own) return true;
    return Refuse(absl::StrCat(bench_.Describe(relation),
                               " has no column that may be null and is of no other alternative, "
                               "so it could never be left out: let one be null (a part of a "
                               "primary key never is), or give it a column of its own"));
  }

  bool CheckOtherArcs() {
    for (const BenchOneOf& other : bench_.one_ofs) {
      if (other.draft->dispatch) continue;
      for (const std::uint32_t a : made_.alternatives) {
        for (const std::uint32_t b : other.alternatives) {
          if (Of(a).relation != Of(b).relation) continue;
          return Refuse(absl::StrCat(Of(a).text, " is an alternative of '", other.draft->name,
                                     "' too, by the same key ", bench_.PlaceOf(RelationOf(a)),
                                     ": give the alternatives of one of them aliases with 'as'"));
        }
      }
    }
    return true;
  }

  // A join row has both of its keys set.
  bool CheckJoins() {
    for (const BenchAssociation& association : bench_.associations) {
      if (!association.usable || !association.many_to_many()) continue;
      int ends = 0;
      for (const std::uint32_t a : made_.alternatives) {
        ends += Of(a).relation == association.relation;
        ends += Of(a).relation == association.other_relation;
      }
      if (ends < 2) continue;
      return Refuse(absl::StrCat("both keys of ", association.text,
                                 " are alternatives, so nothing could be linked by it: join by a "
                                 "key that is none"));
    }
    return true;
  }

  // ----- one foreign key and a discriminator

  bool MakeDispatch() {
    if (!FindAlternatives()) return false;
    const BenchRelation& first = RelationOf(made_.alternatives[0]);
    for (const std::uint32_t a : made_.alternatives) {
      const BenchRelation& relation = RelationOf(a);
      if (relation.constrained || !SameSet(relation.columns, first.columns)) {
        return Refuse(absl::StrCat(
            bench_.Describe(relation), relation.constrained ? " is constrained" : " is another key",
            ": alternatives share one foreign_key, with constraints: false; for a key each, use "
            "BelongsToOneOf"));
      }
      for (const std::uint32_t b : made_.alternatives) {
        if (b == a) break;
        if (Of(a).relation == Of(b).relation) {
          return Refuse(absl::StrCat(Of(b).text, " and ", Of(a).text,
                                     " refer to the same model by the same key: name one of them"));
        }
      }
    }
    return FindDiscriminator() && GiveValues();
  }

  bool FindAlternatives() {
    if (draft_.alternatives.empty()) return DeriveAlternatives();
    for (const Association alternative : draft_.alternatives) {
      if (alternative.index >= bench_.associations.size()) {
        return Refuse("has an alternative that is no association of this builder");
      }
      const BenchAssociation& given = Of(alternative.index);
      if (!given.usable) return false;  // told already
      const auto belongs = BelongsToOver(given.relation);
      if (RelationOf(alternative.index).owner != made_.source || given.many_to_many() ||
          !belongs.has_value()) {
        return Refuse(absl::StrCat(given.text,
                                   " is no way to an alternative: declare a belongsTo of ",
                                   bench_.models[made_.source].name, ", with its foreign_key ",
                                   ListOf(given.foreign_key), " and constraints: false"));
      }
      made_.alternatives.push_back(*belongs);
    }
    return true;
  }

  std::optional<std::uint32_t> BelongsToOver(std::uint32_t relation) const {
    for (const BenchEnd& end : bench_.relations[relation].ends) {
      if (bench_.Draft(end).kind == AssociationKind::kBelongsTo) return end.association;
    }
    return std::nullopt;
  }

  // The only key of the source that several belongsTo share (any, when a discriminator is given).
  bool DeriveAlternatives() {
    std::vector<std::vector<std::uint32_t>> found;
    for (std::uint32_t r = 0; r < bench_.relations.size(); ++r) {
      if (bench_.relations[r].owner != made_.source) continue;
      std::vector<std::uint32_t> alternatives;
      const std::vector<std::uint32_t> sharing = Sharing(bench_, r);
      if (sharing.empty() || sharing[0] != r) continue;  // another one's group
      for (const std::uint32_t relation : sharing) {
        const auto belongs = BelongsToOver(relation);
        if (belongs.has_value()) alternatives.push_back(*belongs);
      }
      const std::size_t least = draft_.discriminator.empty() ? 2 : 1;
      if (alternatives.size() < least) continue;
      std::sort(alternatives.begin(), alternatives.end());
      found.push_back(std::move(alternatives));
    }
    if (found.size() != 1) {
      return Refuse(
          absl::StrCat(found.empty() ? "no key of '" : "more than one key of '",
                       bench_.models[made_.source].name,
                       "' is shared by belongsTo with constraints: false: name the associations in "
                       "alternatives"));
    }
    made_.alternatives = std::move(found[0]);
    return true;
  }

  bool FindDiscriminator() {
    const BenchModel& source = bench_.models[made_.source];
    if (draft_.discriminator.empty()) {
      std::vector<std::uint32_t> relations;
      for (const std::uint32_t a : made_.alternatives) relations.push_back(Of(a).relation);
      const std::vector<std::uint32_t> found = Discriminators(bench_, relations);
      if (found.size() != 1) {
        return Refuse(absl::StrCat(
            found.empty() ? "no attribute is" : "several attributes are",
            " given by the scopes of all hasOne and hasMany from its alternatives: name the "
            "discriminator"));
      }
      made_.discriminator = found[0];
      return true;
    }
    made_.discriminator = source.Find(draft_.discriminator);
    if (!made_.discriminator.has_value()) {
      Names known;
      for (const BenchAttribute& attribute : source.attributes) {
        known.push_back(attribute.draft.name);
      }
      return Refuse(absl::StrCat("its discriminator '", draft_.discriminator,
                                 "' is no attribute of '", source.name, "'",
                                 NearestName(draft_.discriminator, known)));
    }
    const Names& columns = RelationOf(made_.alternatives[0]).columns;
    if (std::find(columns.begin(), columns.end(), draft_.discriminator) == columns.end()) {
      return true;
    }
    return Refuse(absl::StrCat("its discriminator '", draft_.discriminator,
                               "' is part of the key: name another attribute"));
  }

  bool GiveValues() {
    const std::uint32_t attribute = *made_.discriminator;
    const BenchAttribute& info = bench_.models[made_.source].attributes[attribute];
    std::vector<std::vector<Value>> values;
    for (const std::uint32_t a : made_.alternatives) {
      values.push_back(ValuesFor(bench_, RelationOf(a), attribute));
      if (values.back().empty() && info.type == Type::kText) values.back() = {Value(Of(a).name)};
      if (values.back().empty()) {
        return Refuse(
            absl::StrCat("which value of '", info.draft.name, "' stands for ", Of(a).text,
                         " is not said: give it as the scope of a hasMany or hasOne from '",
                         bench_.models[Of(a).target].name, "'"));
      }
      for (std::size_t i = 0; i + 1 < values.size(); ++i) {
        if (Disjoint(values[i], values.back())) continue;
        return Refuse(absl::StrCat(Of(made_.alternatives[i]).text, " and ", Of(a).text,
                                   " have a value of '", info.draft.name,
                                   "' in common: let it tell them apart"));
      }
    }
    for (std::size_t i = 0; i < made_.alternatives.size(); ++i) {
      AddMissing({.attribute = attribute, .values = values[i]},
                 bench_.associations[made_.alternatives[i]].source_scope);
    }
    return true;
  }

  Workbench& bench_;
  const OneOfDraft& draft_;
  std::string text_;
  BenchOneOf made_;
};

}  // namespace

void DeriveDiscriminators(Workbench& bench) {
  struct Derived {
    std::uint32_t association;
    ScopeEntry entry;
  };
  std::vector<Derived> derived;
  for (std::uint32_t r = 0; r < bench.relations.size(); ++r) {
    const std::vector<std::uint32_t> sharing = Sharing(bench, r);
    if (sharing.size() < 2) continue;  // one model alone needs no telling apart
    for (const std::uint32_t attribute : Discriminators(bench, sharing)) {
      std::vector<Value> values = ValuesFor(bench, bench.relations[r], attribute);
      if (values.empty()) continue;
      for (const BenchEnd& end : bench.relations[r].ends) {
        if (Links(bench, end)) continue;
        derived.push_back({end.association, {.attribute = attribute, .values = values}});
      }
    }
  }
  for (const Derived& d : derived) {
    BenchAssociation& association = bench.associations[d.association];
    AddMissing(d.entry,
               association.many_to_many() ? association.through_scope : association.source_scope);
  }
}

void DeriveOneOfs(Workbench& bench) {
  for (const OneOfDraft& draft : bench.draft.one_ofs) OneOfMaker(bench, draft).Make();
}

}  // namespace relata::internal
