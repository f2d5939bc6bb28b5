// Pass 10: from the workbench to the finished schema.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "graph/schema_workbench.h"

namespace relata::internal {
namespace {

ModelInfo MakeModel(const BenchModel& bench) {
  ModelInfo model;
  model.name = bench.name;
  model.table = bench.table;
  model.singular = bench.forms.singular;
  model.plural = bench.forms.plural;
  model.underscored = bench.underscored;
  model.join = bench.created;
  for (const BenchAttribute& attribute : bench.attributes) {
    AttributeInfo info;
    info.name = attribute.draft.name;
    info.column = attribute.draft.column;
    info.type = *attribute.type;
    info.nullable = attribute.nullable;
    info.auto_increment = attribute.draft.auto_increment;
    info.generated = attribute.generated;
    if (attribute.draft.default_value.has_value()) {
      info.default_value = *attribute.draft.default_value;
    }
    model.attributes.push_back(std::move(info));
  }
  model.keys = bench.keys;
  model.indexes = bench.indexes;
  return model;
}

ModelRules MakeRules(const BenchModel& bench) {
  ModelRules rules;
  rules.rows = bench.validators;
  for (std::uint32_t a = 0; a < bench.attributes.size(); ++a) {
    if (bench.attributes[a].draft.validators.empty()) continue;
    rules.attributes.resize(bench.attributes.size());
    rules.attributes[a] = bench.attributes[a].draft.validators;
  }
  return rules;
}

ForeignKeyInfo MakeForeignKey(const BenchRelation& relation, const BenchModel& owner) {
  ForeignKeyInfo info;
  info.owner = Model{relation.owner};
  for (const std::string& column : relation.columns) {
    info.attributes.push_back(*owner.Find(column));
  }
  info.target = Model{relation.target};
  info.target_key = relation.target_key;
  info.on_delete = relation.on_delete;
  info.on_update = relation.on_update;
  info.constrained = relation.constrained;
  for (const BenchEnd& end : relation.ends) {
    info.associations.push_back(Association{end.association});
  }
  return info;
}

AssociationInfo MakeAssociation(const BenchAssociation& bench) {
  AssociationInfo info;
  info.kind = bench.draft->kind;
  info.source = Model{bench.source};
  info.target = Model{bench.target};
  info.name = bench.name;
  info.singular = bench.forms.singular;
  info.plural = bench.forms.plural;
  info.aliased = bench.aliased;
  info.foreign_key = ForeignKey{bench.relation};
  if (bench.many_to_many()) {
    info.through = Model{bench.through};
    info.other_key = ForeignKey{bench.other_relation};
    info.through_unique = bench.through_unique;
  }
  info.scope = bench.scope;
  info.through_scope = bench.through_scope;
  info.source_scope = bench.source_scope;
  return info;
}

OneOfInfo MakeOneOf(const BenchOneOf& bench) {
  OneOfInfo info;
  info.source = Model{bench.source};
  info.name = bench.draft->name;
  for (const std::uint32_t a : bench.alternatives) info.alternatives.push_back(Association{a});
  info.required = bench.draft->required;
  info.discriminator = bench.discriminator;
  return info;
}

}  // namespace

std::unique_ptr<SchemaData> MakeSchemaData(const Workbench& bench) {
  auto schema = std::make_unique<SchemaData>();
  for (const BenchModel& model : bench.models) {
    schema->models.push_back(MakeModel(model));
    schema->rules.push_back(MakeRules(model));
    schema->any_rules = schema->any_rules || !schema->rules.back().empty();
  }
  for (const BenchRelation& relation : bench.relations) {
    schema->foreign_keys.push_back(MakeForeignKey(relation, bench.models[relation.owner]));
  }
  for (const BenchAssociation& association : bench.associations) {
    schema->associations.push_back(MakeAssociation(association));
  }
  for (const StructDraft& bound : bench.draft.structs) {
    schema->structs.push_back(MakeBoundStruct(bound, bench.models[bound.model.index]));
  }
  for (const BenchOneOf& one_of : bench.one_ofs) schema->one_ofs.push_back(MakeOneOf(one_of));
  return schema;
}

}  // namespace relata::internal
