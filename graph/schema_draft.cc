#include "graph/schema_draft.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace relata {

using internal::AssociationDraft;
using internal::AttributeDraft;
using internal::KeyColumnsDraft;
using internal::OneOfDraft;
using internal::ReferenceDraft;

AttributeDraft SchemaDraft::Open(NamedAttribute attribute) {
  Attribute& from = attribute.attribute;
  AttributeDraft draft;
  draft.name = std::move(attribute.name);
  draft.column = std::move(from.column_);
  draft.type = from.type_;
  draft.nullable = from.nullable_;
  draft.unique = from.unique_;
  draft.unique_with = std::move(from.unique_with_);
  for (Attribute::OwnIndex& index : from.indexes_) {
    draft.indexes.push_back({.kind = index.kind, .name = std::move(index.name)});
  }
  draft.default_value = std::move(from.default_value_);
  draft.primary_key = from.primary_key_;
  draft.auto_increment = from.auto_increment_;
  if (from.references_.has_value()) {
    draft.references = ReferenceDraft{.model = std::move(from.references_->model),
                                      .key = std::move(from.references_->key),
                                      .constraint = std::move(from.references_->constraint)};
  }
  draft.on_delete = from.on_delete_;
  draft.on_update = from.on_update_;
  draft.validators = std::move(from.validators_);
  return draft;
}

KeyColumnsDraft SchemaDraft::Open(KeyColumns columns) {
  // A key without a name is a key whose name is generated.
  const bool unnamed = std::all_of(columns.names_.begin(), columns.names_.end(),
                                   [](const std::string& name) { return name.empty(); });
  if (unnamed) columns.names_.clear();
  return {.names = std::move(columns.names_),
          .nullable = columns.nullable_,
          .unique = columns.unique_,
          .default_value = std::move(columns.default_value_)};
}

Association SchemaDraft::Declare(AssociationKind kind, ModelRef source, ModelRef target,
                                 AssociationOptions from) {
  AssociationDraft draft;
  draft.kind = kind;
  draft.source = {.model = source.model_, .name = std::move(source.name_)};
  draft.target = {.model = target.model_, .name = std::move(target.name_)};
  draft.as = {.word = std::move(from.as.word_), .forms = std::move(from.as.forms_)};
  draft.foreign_key = Open(std::move(from.foreign_key));
  draft.other_key = Open(std::move(from.other_key));
  draft.source_key = std::move(from.source_key);
  draft.target_key = std::move(from.target_key);
  draft.through = std::move(from.through);
  draft.scope = std::move(from.scope);
  draft.constraints = from.constraints;
  draft.on_delete = from.on_delete;
  draft.on_update = from.on_update;
  associations.push_back(std::move(draft));
  return Association{static_cast<std::uint32_t>(associations.size() - 1)};
}

OneOf SchemaDraft::DeclareOneOf(ModelRef source, std::vector<Alternative> alternatives,
                                OneOfOptions from) {
  OneOfDraft draft;
  draft.source = {.model = source.model_, .name = source.name_};
  draft.name = std::move(from.as);
  draft.required = from.required;
  for (Alternative& alternative : alternatives) {
    AssociationOptions& its = alternative.options;
    if (!its.on_delete.has_value()) its.on_delete = from.on_delete;
    if (!its.on_update.has_value()) its.on_update = from.on_update;
    draft.alternatives.push_back(
        Declare(AssociationKind::kBelongsTo, source, std::move(alternative.model), std::move(its)));
  }
  one_ofs.push_back(std::move(draft));
  return OneOf{static_cast<std::uint32_t>(one_ofs.size() - 1)};
}

OneOf SchemaDraft::DeclareDispatch(ModelRef source, std::string_view name, DispatchOptions from) {
  OneOfDraft draft;
  draft.source = {.model = source.model_, .name = std::move(source.name_)};
  draft.name = name;
  draft.dispatch = true;
  draft.discriminator = std::move(from.discriminator);
  draft.alternatives = std::move(from.alternatives);
  one_ofs.push_back(std::move(draft));
  return OneOf{static_cast<std::uint32_t>(one_ofs.size() - 1)};
}

}  // namespace relata
