// The part of Store that speaks structs, as far as it is no template.
#include "relata/typed_store.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/accessor.h"
#include "graph/bound_struct.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/store.h"

namespace relata {
namespace {

using internal::AttributeValues;
using internal::BoundStruct;
using internal::FindStruct;
using internal::NameOf;
using internal::SchemaData;
using internal::StoreState;
using internal::StructId;
using internal::StructMember;

const SchemaData& DataOf(const Schema& schema) { return internal::SchemaAccess::Data(schema); }

absl::StatusOr<Model> OnlyModel(const SchemaData& schema, const StructId& id) {
  const std::vector<Model> models = internal::ModelsOf(schema, id);
  if (models.size() == 1) return models[0];
  if (models.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("struct ", NameOf(id),
                     " is bound to no model of this schema: Define a model with it, or Bind it"));
  }
  std::vector<std::string> names;
  for (const Model model : models) {
    names.push_back(absl::StrCat("'", schema.models[model.index].name, "'"));
  }
  return absl::InvalidArgumentError(absl::StrCat("struct ", NameOf(id), " is bound to the models ",
                                                 absl::StrJoin(names, ", "),
                                                 ": say which one, with its ModelOf"));
}

// The struct as it is bound to `model`, or to its only one when that is none.
absl::StatusOr<const BoundStruct*> Bound(const Schema& schema, const StructId& id, Model model) {
  const SchemaData& data = DataOf(schema);
  if (model == Model()) {
    const auto only = OnlyModel(data, id);
    if (!only.ok()) return only.status();
    model = *only;
  }
  const BoundStruct* bound = FindStruct(data, id, model);
  if (bound != nullptr) return bound;
  if (model.index >= data.models.size()) {
    return absl::InvalidArgumentError("the model handle is not of this store's schema");
  }
  return absl::InvalidArgumentError(absl::StrCat("struct ", NameOf(id), " is not bound to model '",
                                                 data.models[model.index].name, "'"));
}

absl::Status TooLarge(const BoundStruct& bound, const StructMember& member) {
  return absl::OutOfRangeError(absl::StrCat(internal::Describe(member, *bound.type->id),
                                            " holds a value that no ",
                                            std::string(TypeName(member.kind->type)), " can hold"));
}

absl::Status UnnamedMember(const Schema& schema, const BoundStruct& bound) {
  return absl::InvalidArgumentError(
      absl::StrCat("the member that is asked for is no attribute of ", schema[bound.model].name,
                   ": name it in the serialize of struct ", NameOf(*bound.type->id)));
}

const void* MemberIn(const void* record, const StructMember& member) {
  return static_cast<const char*>(record) + member.offset;
}

// What a struct says. An empty member says nothing of an attribute that cannot be null.
absl::StatusOr<AttributeValues> ValuesOf(const StoreState& state, const BoundStruct& bound,
                                         const void* record) {
  const ModelInfo& model = state.model(bound.model.index);
  AttributeValues values;
  values.reserve(bound.attributes.size());
  for (std::size_t i = 0; i < bound.attributes.size(); ++i) {
    const StructMember& member = bound.type->members[i];
    ValueView value;
    if (!member.kind->view(MemberIn(record, member), value)) return TooLarge(bound, member);
    if (value.index() == 0 && !model.attributes[bound.attributes[i]].nullable) continue;
    values.push_back({bound.attributes[i], value});
  }
  return values;
}

bool Differs(const StructMember& member, const void* record, const ValueView& value,
             const ValueView& stored) {
  if (value.index() != 0 && stored.index() != 0) {
    if (member.kind->same != nullptr) return !member.kind->same(MemberIn(record, member), stored);
    const double* number = std::get_if<double>(&value);
    if (number != nullptr && std::isnan(*number)) return true;  // to be refused
  }
  return !Equal(value, stored);
}

}  // namespace

absl::StatusOr<Model> TypedStore::ModelFor(const StructId& id) const {
  return OnlyModel(DataOf(static_cast<const Store&>(*this).schema()), id);
}

Model TypedStore::OnlyModelFor(const StructId& id) const {
  const auto model = ModelFor(id);
  if (!model.ok()) {
    std::fprintf(stderr, "relata: %s\n", std::string(model.status().message()).c_str());
    std::abort();
  }
  return *model;
}

absl::Status TypedStore::CheckInstance(const StructId& id, const Instance& instance) const {
  const Store& store = static_cast<const Store&>(*this);
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*store.state_, instance));
  return Bound(store.schema(), id, instance.of()).status();
}

absl::StatusOr<Instance> TypedStore::CreateRecord(const StructId& id, Model model,
                                                  const void* record) {
  StoreState& state = *static_cast<Store&>(*this).state_;
  const auto bound = Bound(state.schema(), id, model);
  if (!bound.ok()) return bound.status();
  const auto values = ValuesOf(state, **bound, record);
  if (!values.ok()) return values.status();
  return internal::CreateRow(state, (*bound)->model.index, *values);
}

absl::StatusOr<Instance> TypedStore::CreateRecord(const StructId& id, const Instance& from,
                                                  Association association, const void* record,
                                                  const Values& through) {
  Store& store = static_cast<Store&>(*this);
  auto accessor = internal::Accessor::Make(*store.state_, from, association);
  if (!accessor.ok()) return accessor.status();
  const auto bound = Bound(store.schema(), id, accessor->info().target);
  if (!bound.ok()) return bound.status();
  auto values = ValuesOf(*store.state_, **bound, record);
  if (!values.ok()) return values.status();
  const auto join = accessor->ResolveThrough(through);
  if (!join.ok()) return join.status();
  internal::Statement statement(*store.state_);
  auto created = accessor->Create(*std::move(values), *join);
  if (created.ok()) statement.Keep();
  return created;
}

absl::Status TypedStore::LoadRecord(const StructId& id, const Instance& instance,
                                    void* record) const {
  const StoreState& state = *static_cast<const Store&>(*this).state_;
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(state, instance));
  const auto found = Bound(state.schema(), id, instance.of());
  if (!found.ok()) return found.status();
  const BoundStruct& bound = **found;
  const auto stored = [&](std::size_t i) {
    return state.View(instance.model, instance.slot, bound.attributes[i]);
  };
  for (std::size_t i = 0; i < bound.attributes.size(); ++i) {
    const StructMember& member = bound.type->members[i];
    if (!member.kind->narrow || member.kind->load(stored(i), nullptr)) continue;
    return absl::OutOfRangeError(
        absl::StrCat(internal::DescribeRow(state, instance.model, instance.slot), " has ",
                     member.name, " = ", ToString(stored(i)), ", which does not fit ",
                     internal::Describe(member, id), ": it holds ", member.kind->holds));
  }
  for (std::size_t i = 0; i < bound.attributes.size(); ++i) {
    const StructMember& member = bound.type->members[i];
    member.kind->load(stored(i), static_cast<char*>(record) + member.offset);
  }
  return absl::OkStatus();
}

absl::Status TypedStore::UpdateRecord(const StructId& id, const Instance& instance,
                                      const void* record) {
  StoreState& state = *static_cast<Store&>(*this).state_;
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(state, instance));
  const auto bound = Bound(state.schema(), id, instance.of());
  if (!bound.ok()) return bound.status();
  const auto values = ValuesOf(state, **bound, record);
  if (!values.ok()) return values.status();
  AttributeValues changed;
  auto value = values->begin();
  for (std::size_t i = 0; i < (*bound)->attributes.size() && value != values->end(); ++i) {
    const std::uint32_t attribute = (*bound)->attributes[i];
    if (value->attribute != attribute) continue;  // the struct says nothing of it
    const ValueView stored = state.View(instance.model, instance.slot, attribute);
    if (Differs((*bound)->type->members[i], record, value->value, stored)) {
      changed.push_back(*value);
    }
    ++value;
  }
  if (changed.empty()) return absl::OkStatus();
  return internal::UpdateRow(state, instance, changed);
}

absl::Status TypedStore::SetError(const StructId& id, const Instance& instance,
                                  std::size_t offset) const {
  RELATA_RETURN_IF_ERROR(CheckInstance(id, instance));
  const Schema& schema = static_cast<const Store&>(*this).schema();
  const BoundStruct& bound = *FindStruct(DataOf(schema), id, instance.of());
  const std::uint16_t member = bound.member_at[offset];
  if (member == internal::kNoMember) return UnnamedMember(schema, bound);
  return TooLarge(bound, bound.type->members[member]);
}

absl::StatusOr<Instance> TypedStore::FindRecord(const StructId& id, Model model, std::size_t offset,
                                                const ValueView* value) const {
  const Store& store = static_cast<const Store&>(*this);
  const auto bound = Bound(store.schema(), id, model);
  if (!bound.ok()) return bound.status();
  const std::uint16_t member = (*bound)->member_at[offset];
  if (member == internal::kNoMember) return UnnamedMember(store.schema(), **bound);
  if (value == nullptr) return TooLarge(**bound, (*bound)->type->members[member]);
  return store.FindBy((*bound)->model,
                      {{(*bound)->type->members[member].name, Value::From(*value)}});
}

void TypedStore::DieOfMember(const StructId& id, const Instance& instance,
                             const internal::FieldPlace* place) const {
  const Store& store = static_cast<const Store&>(*this);
  absl::Status status = CheckInstance(id, instance);
  if (status.ok() && place == nullptr) {
    status = UnnamedMember(store.schema(), *FindStruct(DataOf(store.schema()), id, instance.of()));
  } else if (status.ok()) {
    status = absl::OutOfRangeError(
        absl::StrCat(store.Describe(instance), " has ",
                     store.schema()[instance.of()].attributes[place->attribute].name, " = ",
                     ToString(store.View(instance, place->attribute)),
                     ", which does not fit the enumeration in struct ", NameOf(id),
                     ": read it with TryGet, or through a Field"));
  }
  std::fprintf(stderr, "relata: %s\n", std::string(status.message()).c_str());
  std::abort();
}

absl::StatusOr<internal::FieldPlace> Schema::PlaceOfMember(const StructId& id, Model model,
                                                           std::size_t offset) const {
  const auto bound = Bound(*this, id, model);
  if (!bound.ok()) return bound.status();
  const std::uint16_t member = (*bound)->member_at[offset];
  if (member != internal::kNoMember) return (*bound)->places[member];
  return UnnamedMember(*this, **bound);
}

}  // namespace relata
