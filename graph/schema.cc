#include "relata/schema.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/nearest_name.h"
#include "graph/schema_data.h"
#include "graph/schema_freeze.h"

namespace relata {
namespace {

[[noreturn]] void DieOfForeignHandle(const char* what, std::uint32_t index, std::size_t count) {
  std::fprintf(stderr, "relata: handle of %s %u is not of this schema, which has %zu of them\n",
               what, index, count);
  std::abort();
}

template <typename Info>
const Info& At(const std::vector<Info>& infos, std::uint32_t index, const char* what) {
  if (index >= infos.size()) DieOfForeignHandle(what, index, infos.size());
  return infos[index];
}

std::string Quoted(std::string_view name) { return absl::StrCat("'", std::string(name), "'"); }

std::string JoinNames(const ModelInfo& model, const std::vector<std::uint32_t>& attributes) {
  std::string text;
  for (const std::uint32_t attribute : attributes) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", model.attributes[attribute].name);
  }
  return attributes.size() == 1 ? text : absl::StrCat("(", text, ")");
}

// The key that is one attribute alone, or UINT32_MAX.
std::uint32_t KeyOfAttribute(const ModelInfo& model, std::uint32_t attribute) {
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
    if (model.keys[k].attributes == std::vector<std::uint32_t>{attribute}) return k;
  }
  return UINT32_MAX;
}

std::string Capitalized(std::string_view word) {
  std::string text(word);
  if (!text.empty()) text[0] = absl::ascii_toupper(static_cast<unsigned char>(text[0]));
  return text;
}

struct NamedAccessor {
  AccessorRole role;
  const char* role_name;  // nullptr: the manual does not have it
  std::string name;
};

std::vector<NamedAccessor> AccessorsToOne(const std::string& name) {
  const std::string one = Capitalized(name);
  return {{AccessorRole::kGet, "get", "get" + one},
          {AccessorRole::kSet, "set", "set" + one},
          {AccessorRole::kCreate, "create", "create" + one}};
}

std::vector<NamedAccessor> AccessorsOf(const AssociationInfo& info) {
  if (info.to_one()) return AccessorsToOne(info.singular);
  const std::string one = Capitalized(info.singular);
  const std::string many = Capitalized(info.plural);
  std::vector<NamedAccessor> accessors = {
      {AccessorRole::kGet, "get", "get" + many},
      {AccessorRole::kSet, "set", "set" + many},
      {AccessorRole::kAdd, "addMultiple", "add" + many},
      {AccessorRole::kAdd, "add", "add" + one},
      {AccessorRole::kCreate, "create", "create" + one},
      {AccessorRole::kRemove, "remove", "remove" + one},
      {AccessorRole::kRemove, "removeMultiple", "remove" + many},
      {AccessorRole::kHas, "hasSingle", "has" + one},
      {AccessorRole::kHas, "hasAll", "has" + many},
      {AccessorRole::kCount, "count", "count" + many}};
  if (info.kind == AssociationKind::kBelongsToMany) {
    accessors.push_back({AccessorRole::kAppend, nullptr, "append" + many});
    accessors.push_back({AccessorRole::kAppend, nullptr, "append" + one});
  }
  return accessors;
}

std::vector<std::pair<std::string, std::string>> NamesByRole(
    const std::vector<NamedAccessor>& accessors) {
  std::vector<std::pair<std::string, std::string>> names;
  for (const NamedAccessor& accessor : accessors) {
    if (accessor.role_name != nullptr) names.emplace_back(accessor.role_name, accessor.name);
  }
  return names;
}

}  // namespace

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kNoAction:
      return "NO ACTION";
    case Action::kRestrict:
      return "RESTRICT";
    case Action::kSetNull:
      return "SET NULL";
    case Action::kSetDefault:
      return "SET DEFAULT";
    case Action::kCascade:
      return "CASCADE";
  }
  return "an unknown action";
}

std::string_view IndexKindName(IndexKind kind) {
  return kind == IndexKind::kHashed ? "hashed" : "ordered";
}

std::string_view KindName(AssociationKind kind) {
  switch (kind) {
    case AssociationKind::kBelongsTo:
      return "belongsTo";
    case AssociationKind::kHasOne:
      return "hasOne";
    case AssociationKind::kHasMany:
      return "hasMany";
    case AssociationKind::kBelongsToMany:
      return "belongsToMany";
  }
  return "an unknown kind";
}

std::optional<std::uint32_t> ModelInfo::FindAttribute(std::string_view attribute) const {
  for (std::uint32_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].name == attribute) return i;
  }
  return std::nullopt;
}

internal::FieldPlace internal::PlaceAt(const SchemaData& schema, Model model,
                                       std::uint32_t attribute) {
  const CellLayout& cell = schema.layouts.rows[model.index].cells[attribute];
  const bool free_standing = !cell.in_key && !cell.in_foreign_key && cell.indexes == 0;
  const bool unjudged = free_standing && schema.rules[model.index].empty();
  return FieldPlace{.model = model.index,
                    .attribute = attribute,
                    .offset = cell.offset,
                    .null_byte = cell.null_byte,
                    .null_mask = cell.null_mask,
                    .key = KeyOfAttribute(schema.models[model.index], attribute),
                    .home = cell.offset == schema.layouts.rows[model.index].home_cell,
                    .free_standing = free_standing,
                    .unjudged_in = unjudged ? schema.serial : 0};
}

Schema::Schema() {
  static const auto* const empty = new std::shared_ptr<const internal::SchemaData>(
      internal::FreezeSchema(std::make_unique<internal::SchemaData>()));
  data_ = *empty;
}

const std::vector<ModelInfo>& Schema::models() const { return data_->models; }
const std::vector<ForeignKeyInfo>& Schema::foreign_keys() const { return data_->foreign_keys; }
const std::vector<AssociationInfo>& Schema::associations() const { return data_->associations; }
const std::vector<OneOfInfo>& Schema::one_ofs() const { return data_->one_ofs; }
const std::vector<Model>& Schema::dependency_order() const { return data_->dependency_order; }
std::uint64_t Schema::fingerprint() const { return data_->fingerprint; }

const ModelInfo& Schema::operator[](Model model) const {
  return At(data_->models, model.index, "model");
}
const ForeignKeyInfo& Schema::operator[](ForeignKey foreign_key) const {
  return At(data_->foreign_keys, foreign_key.index, "foreign key");
}
const AssociationInfo& Schema::operator[](Association association) const {
  return At(data_->associations, association.index, "association");
}

const OneOfInfo& Schema::operator[](OneOf one_of) const {
  return At(data_->one_ofs, one_of.index, "association to one of several models");
}

absl::StatusOr<Model> Schema::FindModel(std::string_view name) const {
  std::vector<std::string> known;
  for (std::uint32_t i = 0; i < data_->models.size(); ++i) {
    if (data_->models[i].name == name) return Model{i};
    known.push_back(data_->models[i].name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no model ", Quoted(name), internal::NearestName(name, known)));
}

absl::StatusOr<Association> Schema::FindAssociation(Model source, std::string_view name) const {
  const ModelInfo& model = (*this)[source];
  std::vector<std::string> known;
  for (const Association association : model.associations) {
    const std::string& candidate = data_->associations[association.index].name;
    if (candidate == name) return association;
    known.push_back(candidate);
  }
  return internal::KindError(ErrorKind::kNotAssociated,
                             absl::StrCat("model '", model.name, "' has no association ",
                                          Quoted(name), internal::NearestName(name, known)));
}

absl::StatusOr<OneOf> Schema::FindOneOf(Model source, std::string_view name) const {
  const ModelInfo& model = (*this)[source];
  std::vector<std::string> known;
  for (const OneOf one_of : model.one_ofs) {
    const std::string& candidate = data_->one_ofs[one_of.index].name;
    if (candidate == name) return one_of;
    known.push_back(candidate);
  }
  return internal::KindError(
      ErrorKind::kNotAssociated,
      absl::StrCat("model '", model.name, "' has no association to one of several models named ",
                   Quoted(name), internal::NearestName(name, known)));
}

absl::StatusOr<std::uint32_t> Schema::FindAttribute(Model model, std::string_view name) const {
  const ModelInfo& info = (*this)[model];
  if (const auto attribute = info.FindAttribute(name); attribute.has_value()) return *attribute;
  std::vector<std::string> known;
  for (const AttributeInfo& attribute : info.attributes) known.push_back(attribute.name);
  return absl::InvalidArgumentError(absl::StrCat("model '", info.name, "' has no attribute ",
                                                 Quoted(name), internal::NearestName(name, known)));
}

absl::StatusOr<internal::FieldPlace> Schema::PlaceOf(Model model, std::string_view attribute,
                                                     Type type, bool optional) const {
  const auto found = FindAttribute(model, attribute);
  if (!found.ok()) return found.status();
  const AttributeInfo& info = data_->models[model.index].attributes[*found];
  const std::string name = absl::StrCat(data_->models[model.index].name, ".", info.name);
  if (info.type != type) {
    return absl::InvalidArgumentError(
        absl::StrCat("attribute '", name, "' is ", std::string(TypeName(info.type)),
                     ", but the field asked for reads ", std::string(TypeName(type))));
  }
  if (info.nullable && !optional) {
    return absl::InvalidArgumentError(
        absl::StrCat("attribute '", name,
                     "' may be null: ask for a Field of std::optional, or declare it "
                     "NotNull"));
  }
  return internal::PlaceAt(*data_, model, *found);
}

std::vector<std::pair<std::string, std::string>> Schema::AccessorNames(
    Association association) const {
  return NamesByRole(AccessorsOf((*this)[association]));
}

std::vector<std::pair<std::string, std::string>> Schema::AccessorNames(OneOf one_of) const {
  return NamesByRole(AccessorsToOne((*this)[one_of].name));
}

absl::StatusOr<AccessorInfo> Schema::FindAccessor(Model source, std::string_view name) const {
  const ModelInfo& model = (*this)[source];
  const auto describe = [this](const AccessorInfo& accessor) {
    return accessor.one_of.has_value() ? Describe(*accessor.one_of)
                                       : Describe(accessor.association);
  };
  std::vector<AccessorInfo> found;  // each once
  std::vector<std::string> known;
  const auto offer = [&](const NamedAccessor& accessor, Association association,
                         std::optional<OneOf> one_of) {
    const AccessorInfo info{association, accessor.role, one_of};
    known.push_back(accessor.name);
    if (accessor.name == name && std::find(found.begin(), found.end(), info) == found.end()) {
      found.push_back(info);
    }
  };
  for (const Association association : model.associations) {
    for (const NamedAccessor& accessor : AccessorsOf((*this)[association])) {
      offer(accessor, association, std::nullopt);
    }
  }
  for (const OneOf one_of : model.one_ofs) {
    for (const NamedAccessor& accessor : AccessorsToOne((*this)[one_of].name)) {
      offer(accessor, Association{}, one_of);
    }
  }
  if (found.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "accessor ", Quoted(name), " of model '", model.name, "' may be of two associations: ",
        describe(found[0]), ", or ", describe(found[1]), "; give one of them an alias"));
  }
  if (found.size() == 1) return found[0];
  return absl::InvalidArgumentError(absl::StrCat("model '", model.name, "' has no accessor ",
                                                 Quoted(name), internal::NearestName(name, known)));
}

std::string Schema::Describe(ForeignKey foreign_key) const {
  const ForeignKeyInfo& info = (*this)[foreign_key];
  const ModelInfo& owner = data_->models[info.owner.index];
  const ModelInfo& target = data_->models[info.target.index];
  std::string text =
      absl::StrCat(owner.name, ".", JoinNames(owner, info.attributes), " -> ", target.name);
  if (info.target_key != 0) {
    absl::StrAppend(&text, ".", JoinNames(target, target.keys[info.target_key].attributes));
  }
  std::string declared;
  for (const Association association : info.associations) {
    absl::StrAppend(&declared, declared.empty() ? "" : ", ", Describe(association));
  }
  if (declared.empty()) declared = "references of the attribute";
  return absl::StrCat(text, " (", declared, ")");
}

std::string Schema::Describe(Association association) const {
  const AssociationInfo& info = (*this)[association];
  std::string text =
      absl::StrCat(data_->models[info.source.index].name, " ", std::string(KindName(info.kind)),
                   " ", data_->models[info.target.index].name);
  if (info.aliased) absl::StrAppend(&text, " as ", Quoted(info.name));
  if (info.kind == AssociationKind::kBelongsToMany) {
    absl::StrAppend(&text, " (through ", Quoted(data_->models[info.through.index].name), ")");
  }
  return text;
}

std::string Schema::Describe(OneOf one_of) const {
  const OneOfInfo& info = (*this)[one_of];
  std::string names;
  for (const Association alternative : info.alternatives) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", (*this)[alternative].name);
  }
  return absl::StrCat(data_->models[info.source.index].name, ".", info.name, " (one of ", names,
                      ")");
}

bool operator==(const Schema& a, const Schema& b) {
  return a.data_ == b.data_ || a.fingerprint() == b.fingerprint();
}

}  // namespace relata
