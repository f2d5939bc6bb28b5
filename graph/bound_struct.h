// A struct that is bound to a model of a finished schema: which member is which attribute.
#ifndef RELATA_GRAPH_BOUND_STRUCT_H_
#define RELATA_GRAPH_BOUND_STRUCT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "relata/internal/struct_type.h"
#include "relata/schema.h"

namespace relata::internal {

struct SchemaData;

struct BoundStruct {
  const StructType* type = nullptr;
  Model model;
  std::vector<std::uint32_t> attributes;  // by member

  // What inline accessors read, and the arrays that it points to.
  StructView view;
  std::vector<std::uint16_t> member_at;
  std::vector<FieldPlace> places;
};

// Fills in the views of all structs. REQUIRES: the layouts are made.
void PlaceStructs(SchemaData& schema);

// The struct as it is bound to a model, or null.
const BoundStruct* FindStruct(const SchemaData& schema, const StructId& id, Model model);
// The models that a struct is bound to.
std::vector<Model> ModelsOf(const SchemaData& schema, const StructId& id);

// As it is written in code, but for unnamed namespaces: "club::Player".
std::string NameOf(const StructId& id);
// "member 'goals' of struct Player".
std::string Describe(const StructMember& member, const StructId& id);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_BOUND_STRUCT_H_
