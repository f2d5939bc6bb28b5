// Pass 2: associations, by themselves.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/inflection.h"
#include "graph/nearest_name.h"
#include "graph/schema_workbench.h"

namespace relata::internal {
namespace {

std::string Called(const Workbench& bench, const ModelRefDraft& ref) {
  if (!ref.model.has_value()) return ref.name;
  if (ref.model->index < bench.draft.models.size()) return bench.models[ref.model->index].name;
  return absl::StrCat("model number ", ref.model->index);
}

// "user belongsToMany project as 'tasks' (through 'work')", as Schema::Describe.
std::string TextOf(const Workbench& bench, const AssociationDraft& draft) {
  std::string text =
      absl::StrCat(Called(bench, draft.source), " ", std::string(KindName(draft.kind)), " ",
                   Called(bench, draft.target));
  const AliasDraft& as = draft.as;
  const bool to_one =
      draft.kind == AssociationKind::kBelongsTo || draft.kind == AssociationKind::kHasOne;
  const std::string& form = to_one ? as.forms.singular : as.forms.plural;
  const std::string& alias = !as.word.empty() ? as.word : form;
  if (!alias.empty()) absl::StrAppend(&text, " as '", alias, "'");
  if (!draft.through.model.empty()) {
    absl::StrAppend(&text, " (through '", draft.through.model, "')");
  }
  return text;
}

std::uint32_t Resolve(const ModelRefDraft& ref, std::string_view end, const std::string& text,
                      Workbench& bench) {
  if (!ref.model.has_value()) {
    if (const auto model = bench.FindModel(ref.name); model.has_value()) return *model;
    bench.mistakes.AddAssociation(absl::StrCat(text, ": its ", std::string(end), " '", ref.name,
                                               "' is no model",
                                               NearestName(ref.name, bench.ModelNames())));
    return kNowhere;
  }
  if (ref.model->index < bench.draft.models.size()) return ref.model->index;
  bench.mistakes.AddAssociation(absl::StrCat(
      text, ": its ", std::string(end), " is a handle of no model that this builder has defined (",
      bench.draft.models.size(), " are): use the handle that Define returned, or the name"));
  return kNowhere;
}

// Options that the kind of association does not take. False when there is one.
bool CheckOptions(const BenchAssociation& association, SchemaMistakes& mistakes) {
  const AssociationDraft& draft = *association.draft;
  const auto kind = draft.kind;
  const bool many_to_many = kind == AssociationKind::kBelongsToMany;
  const bool has = kind == AssociationKind::kHasOne || kind == AssociationKind::kHasMany;
  bool right = true;
  const auto refuse = [&](const char* what) {
    mistakes.AddAssociation(absl::StrCat(association.text, ": ", what));
    right = false;
  };
  if (many_to_many && draft.through.model.empty()) {
    refuse("needs a through model: give through the name of the join model, defined or new");
  }
  if (!many_to_many && !draft.through.model.empty()) {
    refuse("takes no through: a relation over a join model is declared by BelongsToMany");
  }
  if (!many_to_many && !draft.other_key.names.empty()) {
    refuse("takes no other_key: only belongsToMany has a second key; use foreign_key");
  }
  if (!has && !draft.source_key.empty()) {
    refuse("takes no source_key: only hasOne and hasMany refer to a key of their source");
  }
  if (kind != AssociationKind::kBelongsTo && !draft.target_key.empty()) {
    refuse("takes no target_key: only belongsTo refers to a key of its target");
  }
  for (const std::optional<Action>& action : {draft.on_delete, draft.on_update}) {
    if (action.has_value() && *action > Action::kCascade) {
      refuse("has an action that is none of relata::Action: choose one");
    }
  }
  return right;
}

// By which name, and which accessors, the association is reached from its source.
void NameIt(BenchAssociation& association, const BenchModel& target) {
  const AliasDraft& as = association.draft->as;
  const auto kind = association.draft->kind;
  const bool to_one = kind == AssociationKind::kBelongsTo || kind == AssociationKind::kHasOne;
  if (!as.word.empty()) {
    association.forms = to_one ? Inflected{.singular = as.word, .plural = Pluralize(as.word)}
                               : Inflected{.singular = Singularize(as.word), .plural = as.word};
  } else if (!as.forms.singular.empty() || !as.forms.plural.empty()) {
    association.forms = Completed(as.forms);
  } else {
    association.forms = target.forms;
    association.name = to_one ? target.forms.singular : target.forms.plural;
    return;
  }
  association.aliased = true;
  association.name = to_one ? association.forms.singular : association.forms.plural;
}

bool CheckEnds(const BenchAssociation& association, SchemaMistakes& mistakes) {
  if (!association.many_to_many()) return true;
  if (association.through == association.source || association.through == association.target) {
    mistakes.AddAssociation(absl::StrCat(
        association.text, ": a model cannot be its own join model: name a third one in through"));
    return false;
  }
  if (association.source == association.target && !association.aliased) {
    mistakes.AddAssociation(absl::StrCat(
        association.text,
        ": 'as' must be given when a model is joined to itself, to tell its two sides apart"));
    return false;
  }
  return true;
}

// A join model that no one defined spells its keys as all the defined models do that it joins.
void SpellJoinKeys(Workbench& bench) {
  for (std::uint32_t m = 0; m < bench.models.size(); ++m) {
    if (!bench.models[m].created) continue;
    bool any = false;
    bool all = true;
    for (const BenchAssociation& association : bench.associations) {
      if (!association.usable || association.through != m) continue;
      for (const std::uint32_t end : {association.source, association.target}) {
        if (bench.models[end].created) continue;
        any = true;
        all = all && bench.models[end].underscored;
      }
    }
    if (any) bench.models[m].underscored = all;
  }
}

}  // namespace

void NameAssociations(Workbench& bench) {
  for (const AssociationDraft& draft : bench.draft.associations) {
    BenchAssociation association;
    association.draft = &draft;
    association.text = TextOf(bench, draft);
    association.source = Resolve(draft.source, "source", association.text, bench);
    association.target = Resolve(draft.target, "target", association.text, bench);
    association.usable = CheckOptions(association, bench.mistakes) &&
                         association.source != kNowhere && association.target != kNowhere;
    if (association.usable) {
      NameIt(association, bench.models[association.target]);
      if (association.many_to_many()) {
        association.through = *bench.FindModel(draft.through.model);
        bench.models[association.through].through = true;
      }
      association.usable = CheckEnds(association, bench.mistakes);
    }
    bench.associations.push_back(std::move(association));
  }
  SpellJoinKeys(bench);
}

}  // namespace relata::internal
