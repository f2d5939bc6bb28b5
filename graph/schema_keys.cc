// Pass 3: which columns make up each primary key and each foreign key.
//
// belongsTo, hasOne and hasMany name a column after one end and its primary key. The declarations
// of one n:m relation (those over one join model, between the same two models) have one pair of
// keys between them: what one of them names holds for all (rule R1).
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/naming.h"
#include "graph/schema_workbench.h"

namespace relata::internal {
namespace {

bool Same(const Names& a, const Names& b) { return !a.empty() && a == b; }
bool Differ(const Names& a, const Names& b) { return !a.empty() && !b.empty() && a != b; }

class KeyNamer {
 public:
  explicit KeyNamer(Workbench& bench) : bench_(bench), keys_(bench.models.size(), State::kOpen) {}

  void NameAll() {
    for (std::uint32_t m = 0; m < bench_.models.size(); ++m) NamePrimaryKey(m);
    for (std::uint32_t a = 0; a < bench_.associations.size(); ++a) {
      const BenchAssociation& association = bench_.associations[a];
      if (!association.usable) continue;
      if (association.many_to_many()) {
        NameGroup(a);
      } else {
        NameForeignKey(a);
      }
    }
  }

 private:
  enum class State { kOpen, kBusy, kDone };

  // A join model without a key of its own is keyed by the pair of keys of the first declaration
  // that names it, so the keys of what it joins must be known first.
  void NamePrimaryKey(std::uint32_t m) {
    if (keys_[m] != State::kOpen) return;
    keys_[m] = State::kBusy;
    if (bench_.models[m].primary_key.empty()) {
      const std::optional<std::uint32_t> first = FirstThrough(m);
      if (!bench_.models[m].through) {
        AddId(m);
      } else if (first.has_value()) {
        NameGroup(*first);
        const BenchAssociation& association = bench_.associations[*first];
        if (association.usable) {
          Names& key = bench_.models[m].primary_key;
          key = association.foreign_key;
          for (const std::string& column : association.other_key) {
            if (std::find(key.begin(), key.end(), column) == key.end()) key.push_back(column);
          }
        }
      }
    }
    // Of a join model with mistakes in all of its declarations.
    if (bench_.models[m].primary_key.empty()) AddId(m);
    keys_[m] = State::kDone;
  }

  std::optional<std::uint32_t> FirstThrough(std::uint32_t m) const {
    for (std::uint32_t a = 0; a < bench_.associations.size(); ++a) {
      if (bench_.associations[a].usable && bench_.associations[a].through == m) return a;
    }
    return std::nullopt;
  }

  void AddId(std::uint32_t m) {
    BenchModel& model = bench_.models[m];
    model.primary_key = {"id"};
    if (model.Find("id").has_value()) {
      bench_.mistakes.AddModel(absl::StrCat(
          "model '", model.name,
          "' has no primary key but an attribute 'id' that is none: declare it PrimaryKey, or "
          "declare another attribute so"));
      return;
    }
    BenchAttribute id;
    id.draft.name = "id";
    id.draft.column = "id";
    id.draft.primary_key = true;
    id.draft.auto_increment = true;
    id.type = Type::kInteger;
    id.generated = true;
    model.attributes.insert(model.attributes.begin(), std::move(id));
  }

  // The primary key of `m`, or nothing when it depends on itself.
  const Names* PrimaryKeyOf(std::uint32_t m, const std::string& text) {
    NamePrimaryKey(m);
    if (keys_[m] == State::kBusy) {
      bench_.mistakes.AddAssociation(
          absl::StrCat(text, ": the primary key of join model '", bench_.models[m].name,
                       "' would be made of itself: declare a primary key on it"));
      return nullptr;
    }
    return &bench_.models[m].primary_key;
  }

  Names Generated(std::string_view stem, const Names& key, std::uint32_t owner) const {
    Names columns;
    for (const std::string& part : key) {
      columns.push_back(KeyColumnName(stem, part, bench_.models[owner].underscored));
    }
    return columns;
  }

  void NameForeignKey(std::uint32_t a) {
    BenchAssociation& association = bench_.associations[a];
    const AssociationDraft& draft = *association.draft;
    if (!draft.foreign_key.names.empty()) {
      association.foreign_key = draft.foreign_key.names;
      return;
    }
    const bool belongs = draft.kind == AssociationKind::kBelongsTo;
    const std::uint32_t owner = belongs ? association.source : association.target;
    const std::uint32_t referred = belongs ? association.target : association.source;
    const Names* primary = PrimaryKeyOf(referred, association.text);
    if (primary == nullptr) {
      association.usable = false;
      return;
    }
    const std::string& explicit_key = belongs ? draft.target_key : draft.source_key;
    const bool by_key = !explicit_key.empty() && primary->size() > 1;
    association.foreign_key =
        Generated(StemOf(association), by_key ? Names{explicit_key} : *primary, owner);
  }

  // After what a key of belongsTo, hasOne or hasMany is named.
  std::string StemOf(const BenchAssociation& association) const {
    switch (association.draft->kind) {
      case AssociationKind::kBelongsTo:
        return association.aliased ? association.name
                                   : bench_.models[association.target].forms.singular;
      case AssociationKind::kHasOne:
        // The forms given on the model do not count here, as in the manual's system.
        return Singularize(association.aliased ? association.name
                                               : bench_.models[association.source].name);
      default:
        return bench_.models[association.source].forms.singular;
    }
  }

  // Names the keys of the n:m relation that `a` declares, for all of its declarations.
  void NameGroup(std::uint32_t a) {
    if (!bench_.associations[a].foreign_key.empty()) return;  // done with another of the group
    const std::vector<std::uint32_t> group = GroupOf(a);
    const bool named = bench_.associations[a].source == bench_.associations[a].target
                           ? NameSelfGroup(group)
                           : NamePairGroup(group);
    for (const std::uint32_t member : group) {
      BenchAssociation& association = bench_.associations[member];
      association.usable = named && CheckPair(association);
    }
  }

  std::vector<std::uint32_t> GroupOf(std::uint32_t a) const {
    const BenchAssociation& first = bench_.associations[a];
    std::vector<std::uint32_t> group;
    for (std::uint32_t i = 0; i < bench_.associations.size(); ++i) {
      const BenchAssociation& other = bench_.associations[i];
      if (!other.usable || other.through != first.through) continue;
      const bool along = other.source == first.source && other.target == first.target;
      const bool against = other.source == first.target && other.target == first.source;
      if (along || against) group.push_back(i);
    }
    return group;
  }

  // Between two models: one key for either.
  bool NamePairGroup(const std::vector<std::uint32_t>& group) {
    const BenchAssociation& first = bench_.associations[group.front()];
    const auto of_first = KeyTo(first.source, group);
    const auto of_second = KeyTo(first.target, group);
    if (!of_first.has_value() || !of_second.has_value()) return false;
    const std::uint32_t first_source = first.source;
    for (const std::uint32_t member : group) {
      BenchAssociation& association = bench_.associations[member];
      const bool along = association.source == first_source;
      association.foreign_key = along ? *of_first : *of_second;
      association.other_key = along ? *of_second : *of_first;
    }
    return true;
  }

  // The columns of the join model that refer to `end`: those that a declaration names, or
  // generated.
  std::optional<Names> KeyTo(std::uint32_t end, const std::vector<std::uint32_t>& group) {
    Names given;
    std::string by;
    for (const std::uint32_t member : group) {
      const BenchAssociation& association = bench_.associations[member];
      const Names& here = association.source == end ? association.draft->foreign_key.names
                                                    : association.draft->other_key.names;
      if (Differ(given, here)) {
        bench_.mistakes.AddAssociation(absl::StrCat(
            by, " and ", association.text, " are one relation, but disagree on the key to '",
            bench_.models[end].name, "': ", ListOf(given), " and ", ListOf(here),
            "; name the same, or give them through models of their own"));
        return std::nullopt;
      }
      if (given.empty() && !here.empty()) {
        given = here;
        by = association.text;
      }
    }
    if (!given.empty()) return given;
    const BenchAssociation& first = bench_.associations[group.front()];
    const Names* primary = PrimaryKeyOf(end, first.text);
    if (primary == nullptr) return std::nullopt;
    return Generated(bench_.models[end].forms.singular, *primary, first.through);
  }

  // Between a model and itself: one pair of keys, which every declaration reads in one direction.
  bool NameSelfGroup(const std::vector<std::uint32_t>& group) {
    const std::uint32_t model = bench_.associations[group.front()].source;
    const Names* primary = PrimaryKeyOf(model, bench_.associations[group.front()].text);
    if (primary == nullptr) return false;
    for (const std::uint32_t member : group) {
      BenchAssociation& association = bench_.associations[member];
      Names foreign_key = association.draft->foreign_key.names;
      Names other_key = association.draft->other_key.names;
      if (foreign_key.empty() && other_key.empty() && group.size() > 1) {
        bench_.mistakes.AddAssociation(absl::StrCat(
            association.text, " is not the only declaration of '", bench_.models[model].name,
            "' with itself through '", association.draft->through.model,
            "': give foreign_key and other_key on each of them, exchanged for the other "
            "direction"));
        return false;
      }
      if (foreign_key.empty()) foreign_key = PartnerOf(member, other_key, group, true);
      if (other_key.empty()) other_key = PartnerOf(member, foreign_key, group, false);
      if (foreign_key.empty()) {
        foreign_key = Generated(bench_.models[model].forms.singular, *primary, association.through);
      }
      if (other_key.empty()) {
        other_key = Generated(association.forms.singular, *primary, association.through);
      }
      association.foreign_key = std::move(foreign_key);
      association.other_key = std::move(other_key);
    }
    return SelfGroupAgrees(group);
  }

  // The key that goes with `known`, the one that `member` names itself, as far as the others of the
  // group tell. `foreign` says which of the two is sought.
  Names PartnerOf(std::uint32_t member, const Names& known, const std::vector<std::uint32_t>& group,
                  bool foreign) const {
    for (const std::uint32_t other : group) {
      if (other == member || known.empty()) continue;
      const AssociationDraft& draft = *bench_.associations[other].draft;
      const Names& same_side = foreign ? draft.other_key.names : draft.foreign_key.names;
      const Names& opposite = foreign ? draft.foreign_key.names : draft.other_key.names;
      if (Same(same_side, known) && !opposite.empty()) return opposite;  // the same direction
      if (Differ(same_side, known)) return same_side;                    // the other direction
      if (same_side.empty() && Differ(opposite, known)) return opposite;
    }
    return {};
  }

  bool SelfGroupAgrees(const std::vector<std::uint32_t>& group) {
    const BenchAssociation& first = bench_.associations[group.front()];
    for (const std::uint32_t member : group) {
      const BenchAssociation& association = bench_.associations[member];
      const bool along =
          association.foreign_key == first.foreign_key && association.other_key == first.other_key;
      const bool against =
          association.foreign_key == first.other_key && association.other_key == first.foreign_key;
      if (along || against) continue;
      bench_.mistakes.AddAssociation(absl::StrCat(
          first.text, " and ", association.text, " are one relation, but disagree on its keys: ",
          ListOf(first.foreign_key), " with ", ListOf(first.other_key), " and ",
          ListOf(association.foreign_key), " with ", ListOf(association.other_key),
          "; give the same foreign_key and other_key, exchanged for the other direction"));
      return false;
    }
    return true;
  }

  bool CheckPair(const BenchAssociation& association) {
    if (association.foreign_key != association.other_key) return true;
    bench_.mistakes.AddAssociation(absl::StrCat(
        association.text, ": both keys of join model '", association.draft->through.model,
        "' would be ", ListOf(association.foreign_key),
        ": give foreign_key and other_key different names"));
    return false;
  }

  Workbench& bench_;
  std::vector<State> keys_;  // by model: its primary key
};

}  // namespace

void NameKeys(Workbench& bench) { KeyNamer(bench).NameAll(); }

}  // namespace relata::internal
