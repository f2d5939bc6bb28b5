#include "relata/schema_builder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/schema_draft.h"
#include "graph/schema_freeze.h"
#include "graph/schema_workbench.h"

namespace relata {

Attribute& Attribute::NotNull() {
  nullable_ = false;
  return *this;
}

Attribute& Attribute::Nullable() {
  nullable_ = true;
  return *this;
}

Attribute& Attribute::Unique() {
  unique_ = true;
  return *this;
}

Attribute& Attribute::Unique(std::string_view constraint) {
  unique_with_.emplace_back(constraint);
  return *this;
}

Attribute& Attribute::Index(IndexKind kind, std::string_view name) {
  indexes_.push_back({.kind = kind, .name = std::string(name)});
  return *this;
}

Attribute& Attribute::Default(Value value) {
  default_value_ = std::move(value);
  return *this;
}

Attribute& Attribute::PrimaryKey() {
  primary_key_ = true;
  return *this;
}

Attribute& Attribute::AutoIncrement() {
  auto_increment_ = true;
  return *this;
}

Attribute& Attribute::Column(std::string_view column) {
  column_ = column;
  return *this;
}

Attribute& Attribute::References(std::string_view model, std::string_view key,
                                 std::string_view constraint) {
  references_ = Reference{
      .model = std::string(model), .key = std::string(key), .constraint = std::string(constraint)};
  return *this;
}

Attribute& Attribute::OnDelete(Action action) {
  on_delete_ = action;
  return *this;
}

Attribute& Attribute::OnUpdate(Action action) {
  on_update_ = action;
  return *this;
}

Attribute& Attribute::Validate(ValueValidator validator) {
  validators_.push_back(std::move(validator));
  return *this;
}

KeyColumns& KeyColumns::NotNull() {
  nullable_ = false;
  return *this;
}

KeyColumns& KeyColumns::Nullable() {
  nullable_ = true;
  return *this;
}

KeyColumns& KeyColumns::Unique() {
  unique_ = true;
  return *this;
}

KeyColumns& KeyColumns::Default(Value value) {
  default_value_ = std::move(value);
  return *this;
}

SchemaBuilder::SchemaBuilder(SchemaOptions options) : draft_(std::make_unique<SchemaDraft>()) {
  draft_->options = options;
}

SchemaBuilder::SchemaBuilder(SchemaBuilder&&) noexcept = default;
SchemaBuilder& SchemaBuilder::operator=(SchemaBuilder&&) noexcept = default;
SchemaBuilder::~SchemaBuilder() = default;

Model SchemaBuilder::Define(std::string_view name, std::vector<NamedAttribute> attributes,
                            ModelOptions options) {
  internal::ModelDraft model;
  model.name = name;
  for (NamedAttribute& attribute : attributes) {
    model.attributes.push_back(SchemaDraft::Open(std::move(attribute)));
  }
  model.options = std::move(options);
  draft_->models.push_back(std::move(model));
  return Model{static_cast<std::uint32_t>(draft_->models.size() - 1)};
}

Association SchemaBuilder::BelongsTo(ModelRef source, ModelRef target, AssociationOptions options) {
  return draft_->Declare(AssociationKind::kBelongsTo, std::move(source), std::move(target),
                         std::move(options));
}

Association SchemaBuilder::HasOne(ModelRef source, ModelRef target, AssociationOptions options) {
  return draft_->Declare(AssociationKind::kHasOne, std::move(source), std::move(target),
                         std::move(options));
}

Association SchemaBuilder::HasMany(ModelRef source, ModelRef target, AssociationOptions options) {
  return draft_->Declare(AssociationKind::kHasMany, std::move(source), std::move(target),
                         std::move(options));
}

Association SchemaBuilder::BelongsToMany(ModelRef source, ModelRef target,
                                         AssociationOptions options) {
  return draft_->Declare(AssociationKind::kBelongsToMany, std::move(source), std::move(target),
                         std::move(options));
}

OneOf SchemaBuilder::BelongsToOneOf(ModelRef source, std::vector<Alternative> alternatives,
                                    OneOfOptions options) {
  return draft_->DeclareOneOf(std::move(source), std::move(alternatives), std::move(options));
}

OneOf SchemaBuilder::Dispatch(ModelRef source, std::string_view name, DispatchOptions options) {
  return draft_->DeclareDispatch(std::move(source), name, std::move(options));
}

absl::StatusOr<Schema> SchemaBuilder::Build() && {
  const std::unique_ptr<SchemaDraft> draft = std::move(draft_);
  draft_ = std::make_unique<SchemaDraft>();  // the same options, and nothing declared
  draft_->options = draft->options;
  internal::Workbench bench(*draft);
  // The passes of graph/schema_workbench.h, in its order.
  NameModels(bench);
  NameAssociations(bench);
  NameKeys(bench);
  MergeRelations(bench);
  DeriveAttributes(bench);
  DeriveKeys(bench);
  ResolveReferences(bench);
  BindStructs(bench);
  DecideActions(bench);
  CheckAttributes(bench);
  ResolveIndexes(bench);
  CheckAssociations(bench);
  DeriveDiscriminators(bench);
  DeriveOneOfs(bench);
  CheckCycles(bench);
  if (!bench.mistakes.empty()) return bench.mistakes.ToStatus();
  return internal::SchemaAccess::Make(FreezeSchema(MakeSchemaData(bench)));
}

}  // namespace relata
