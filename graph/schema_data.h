// What a Schema points to: the public description, and the row layouts computed from it.
#ifndef RELATA_GRAPH_SCHEMA_DATA_H_
#define RELATA_GRAPH_SCHEMA_DATA_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "graph/bound_struct.h"
#include "graph/layout.h"
#include "relata/schema.h"
#include "relata/validation.h"

namespace relata::internal {

// The validators of one model.
struct ModelRules {
  std::vector<std::vector<ValueValidator>> attributes;  // by attribute; empty when there are none
  std::vector<RowValidator> rows;

  bool empty() const { return attributes.empty() && rows.empty(); }
};

// A OneOf of several foreign keys, as rows are judged by it (graph/arcs.h).
struct Arc {
  struct Alternative {
    ForeignKey f;
    std::vector<std::uint32_t> attributes;  // set when none of them is null
    std::vector<std::uint32_t> own;  // nullable, and of no other alternative: what is cleared
  };
  OneOf one_of;
  bool required = false;
  std::vector<Alternative> alternatives;
};

struct SchemaData {
  std::vector<ModelInfo> models;
  std::vector<ForeignKeyInfo> foreign_keys;
  std::vector<AssociationInfo> associations;
  std::vector<OneOfInfo> one_ofs;
  std::vector<std::vector<Arc>> arcs;  // by model
  std::vector<Model> dependency_order;
  std::uint64_t fingerprint = 0;
  std::uint64_t serial = 0;  // no other schema in the process has it; from 1

  std::vector<ModelRules> rules;  // by model
  bool any_rules = false;

  Layouts layouts;  // MakeLayouts(models, foreign_keys, associations)

  std::vector<std::unique_ptr<BoundStruct>> structs;  // in the order of their declarations
  std::vector<const StructView*> first_struct;        // by model; null: no struct is bound to it
};

// Where an attribute lies, for a field. REQUIRES: the layouts are made.
FieldPlace PlaceAt(const SchemaData& schema, Model model, std::uint32_t attribute);

// The way in and out of the public handle, for the files of this folder.
struct SchemaAccess {
  static const SchemaData& Data(const Schema& schema) { return *schema.data_; }
  static Schema Make(std::shared_ptr<const SchemaData> data) { return Schema(std::move(data)); }
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_SCHEMA_DATA_H_
