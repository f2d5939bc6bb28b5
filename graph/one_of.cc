// The accessors of associations to one of several models. Each works by the alternatives, which are
// associations like all others.
#include "graph/one_of.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/arcs.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/store.h"

namespace relata {

namespace internal {

absl::StatusOr<Association> AlternativeFor(const StoreState& state, OneOf one_of, Model model) {
  const Schema& schema = state.schema();
  std::optional<Association> found;
  for (const Association alternative : schema[one_of].alternatives) {
    if (schema[alternative].target != model) continue;
    if (found.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat(schema.Describe(one_of), ": both ", schema[*found].name, " and ",
                       schema[alternative].name, " refer to ", schema[model].name,
                       ": say which by giving that association in place of ", schema[one_of].name));
    }
    found = alternative;
  }
  if (found.has_value()) return *found;
  const std::string name =
      model.index < schema.models().size() ? schema[model].name : std::string("unknown model");
  return absl::InvalidArgumentError(absl::StrCat(schema.Describe(one_of), ": ", WithArticle(name),
                                                 " is none of its alternatives"));
}

}  // namespace internal

namespace {

using internal::AlternativeFor;
using internal::StoreState;

// The association, when the instance is one that it starts from.
absl::StatusOr<const OneOfInfo*> InfoFor(const StoreState& state, Instance instance, OneOf one_of) {
  const auto& all = state.schema().one_ofs();
  if (one_of.index >= all.size()) {
    return absl::InvalidArgumentError("the association handle is not of this store's schema");
  }
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(state, instance));
  const OneOfInfo& info = all[one_of.index];
  if (instance.of() != info.source) {
    const absl::Status wrong = internal::WrongModelError(state, instance.of(), info.source);
    return absl::Status(wrong.code(),
                        absl::StrCat(state.schema().Describe(one_of), ": ", wrong.message()));
  }
  return &info;
}

}  // namespace

absl::StatusOr<std::optional<Association>> Store::AlternativeOf(Instance instance,
                                                                OneOf one_of) const {
  const auto info = InfoFor(*state_, instance, one_of);
  if (!info.ok()) return info.status();
  for (const Association alternative : (*info)->alternatives) {
    if (!Linked(instance, alternative).empty()) return std::optional<Association>(alternative);
  }
  return std::optional<Association>();
}

absl::StatusOr<std::optional<Instance>> Store::GetAny(Instance instance, OneOf one_of) const {
  const auto info = InfoFor(*state_, instance, one_of);
  if (!info.ok()) return info.status();
  for (const Association alternative : (*info)->alternatives) {
    const LinkedRange linked = Linked(instance, alternative);
    if (!linked.empty()) return std::optional<Instance>(*linked.begin());
  }
  return std::optional<Instance>();
}

absl::StatusOr<bool> Store::Has(Instance instance, OneOf one_of, Instance target) const {
  const auto info = InfoFor(*state_, instance, one_of);
  if (!info.ok()) return info.status();
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*state_, target));
  bool possible = false;
  for (const Association alternative : (*info)->alternatives) {
    if (schema()[alternative].target != target.of()) continue;
    possible = true;
    const LinkedRange linked = Linked(instance, alternative);
    if (!linked.empty() && *linked.begin() == target) return true;
  }
  if (possible) return false;
  return AlternativeFor(*state_, one_of, target.of()).status();
}

absl::Status Store::Set(Instance instance, OneOf one_of, Instance target) {
  const auto info = InfoFor(*state_, instance, one_of);
  if (!info.ok()) return info.status();
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*state_, target));
  const auto alternative = AlternativeFor(*state_, one_of, target.of());
  if (!alternative.ok()) return alternative.status();
  return Set(instance, *alternative, target);
}

absl::Status Store::Clear(Instance instance, OneOf one_of) {
  const auto info = InfoFor(*state_, instance, one_of);
  if (!info.ok()) return info.status();
  internal::AttributeValues values;
  if ((*info)->exclusive()) {
    internal::ClearArc(*state_, instance, one_of, values);
  } else {
    const AssociationInfo& first = schema()[(*info)->alternatives.front()];
    for (const std::uint32_t a : internal::ClearedBy(*state_, first.foreign_key)) {
      values.push_back({a, ValueView()});
    }
  }
  return internal::UpdateRow(*state_, instance, values);
}

absl::StatusOr<Instance> Store::Create(Instance instance, OneOf one_of, Model model,
                                       const Values& values) {
  const auto info = InfoFor(*state_, instance, one_of);
  if (!info.ok()) return info.status();
  const auto alternative = AlternativeFor(*state_, one_of, model);
  if (!alternative.ok()) return alternative.status();
  return Create(instance, *alternative, values);
}

absl::StatusOr<Instance> Store::Create(Instance instance, OneOf one_of, const Draft& draft,
                                       std::vector<Instance>* rows) {
  const auto info = InfoFor(*state_, instance, one_of);
  if (!info.ok()) return info.status();
  const std::optional<Model> model = draft.rows()[0].model;
  if (!model.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(schema().Describe(one_of),
                     ": of which model the new row is is not said: write Draft(model, {...})"));
  }
  const auto alternative = AlternativeFor(*state_, one_of, *model);
  if (!alternative.ok()) return alternative.status();
  return Create(instance, *alternative, draft, {}, rows);
}

}  // namespace relata
