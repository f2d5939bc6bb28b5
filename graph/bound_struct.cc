#include "graph/bound_struct.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "graph/schema_data.h"

namespace relata::internal {

void PlaceStructs(SchemaData& schema) {
  schema.first_struct.assign(schema.models.size(), nullptr);
  // The last one first, so that each finds the ones after it: the first declared is met first.
  for (auto at = schema.structs.rbegin(); at != schema.structs.rend(); ++at) {
    BoundStruct& bound = **at;
    bound.member_at.assign(bound.type->size, kNoMember);
    for (std::size_t i = 0; i < bound.attributes.size(); ++i) {
      bound.member_at[bound.type->members[i].offset] = static_cast<std::uint16_t>(i);
      bound.places.push_back(PlaceAt(schema, bound.model, bound.attributes[i]));
    }
    const StructView*& first = schema.first_struct[bound.model.index];
    bound.view = {.id = bound.type->id,
                  .next = first,
                  .member_at = bound.member_at.data(),
                  .places = bound.places.data()};
    first = &bound.view;
  }
}

const BoundStruct* FindStruct(const SchemaData& schema, const StructId& id, Model model) {
  for (const auto& bound : schema.structs) {
    if (bound->type->id == &id && bound->model == model) return bound.get();
  }
  return nullptr;
}

std::vector<Model> ModelsOf(const SchemaData& schema, const StructId& id) {
  std::vector<Model> models;
  for (const auto& bound : schema.structs) {
    if (bound->type->id == &id) models.push_back(bound->model);
  }
  return models;
}

std::string NameOf(const StructId& id) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(id.type->name(), nullptr, nullptr, &status), &std::free);
  if (name == nullptr) return id.type->name();
  return absl::StrReplaceAll(name.get(), {{"(anonymous namespace)::", ""}});
}

std::string Describe(const StructMember& member, const StructId& id) {
  return absl::StrCat("member '", member.name, "' of struct ", NameOf(id));
}

}  // namespace relata::internal
