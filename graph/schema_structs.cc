// Structs that models are made from or bound to: their declaration, and pass 6b.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/bound_struct.h"
#include "graph/nearest_name.h"
#include "graph/schema_workbench.h"
#include "relata/internal/struct_type.h"
#include "relata/schema_builder.h"

namespace relata {

using internal::AttributeDraft;
using internal::MemberName;
using internal::StructMember;
using internal::StructType;

namespace {

const StructMember* FindMember(const StructType& type, const MemberName& name) {
  for (const StructMember& member : type.members) {
    const bool placed = name.offset != internal::kOutside;
    if (placed ? member.offset == name.offset : member.name == name.name) return &member;
  }
  return nullptr;
}

// The key of a model whose attributes name none: its "id".
void KeyById(std::vector<AttributeDraft>& attributes, const StructType& type) {
  for (const AttributeDraft& attribute : attributes) {
    if (attribute.primary_key) return;
  }
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].name != "id") continue;
    const internal::MemberKind& kind = *type.members[i].kind;
    attributes[i].primary_key = true;
    attributes[i].auto_increment = kind.optional && kind.type == Type::kInteger;
  }
}

}  // namespace

Model SchemaBuilder::DefineStruct(std::string_view name, const StructType& type,
                                  std::vector<std::pair<MemberName, Attribute>> attributes,
                                  ModelOptions options, bool defaults) {
  internal::ModelDraft model;
  model.name = name;
  model.options = std::move(options);
  for (const StructMember& member : type.members) {
    model.attributes.push_back(
        SchemaDraft::Open({.name = member.name, .attribute = Attribute(member.kind->type)}));
  }
  internal::StructDraft bound{.type = &type,
                              .model = Model{static_cast<std::uint32_t>(draft_->models.size())},
                              .defaults = defaults};
  for (auto& [member_name, attribute] : attributes) {
    const StructMember* member = FindMember(type, member_name);
    if (member == nullptr) {
      bound.unknown.push_back(member_name.name);
      continue;
    }
    model.attributes[static_cast<std::size_t>(member - type.members.data())] =
        SchemaDraft::Open({.name = member->name, .attribute = std::move(attribute)});
  }
  KeyById(model.attributes, type);
  for (std::size_t i = 0; i < type.members.size(); ++i) {
    std::optional<bool>& nullable = model.attributes[i].nullable;
    if (!nullable.has_value() && !type.members[i].kind->optional) nullable = false;
  }
  draft_->models.push_back(std::move(model));
  draft_->structs.push_back(std::move(bound));
  return draft_->structs.back().model;
}

void SchemaBuilder::BindStruct(Model model, const StructType& type) {
  draft_->structs.push_back({.type = &type, .model = model});
}

namespace internal {
namespace {

// One struct against its model.
class StructChecker {
 public:
  StructChecker(const StructDraft& draft, Workbench& bench)
      : draft_(draft), model_(bench.models[draft.model.index]), bench_(bench) {}

  void Check() {
    for (const StructMember& member : draft_.type->members) known_.push_back(member.name);
    CheckWhole();
    for (std::size_t i = 0; i < known_.size(); ++i) {
      const StructMember& member = draft_.type->members[i];
      const auto twin = std::find(known_.begin(), known_.end(), member.name);
      if (static_cast<std::size_t>(twin - known_.begin()) < i) {
        Refuse(member, "is named twice by its serialize: give each member a name of its own");
      } else if (member.offset == kOutside) {
        Refuse(member,
               "does not lie in the struct itself, so it cannot be read back: serialize what the "
               "struct holds, not what it refers to");
      } else {
        CheckMember(member);
      }
    }
  }

  void TakeDefaults() {
    for (const StructMember& member : draft_.type->members) {
      const auto index = model_.Find(member.name);
      if (!index.has_value()) continue;
      AttributeDraft& attribute = model_.attributes[*index].draft;
      if (!attribute.default_value.has_value() && !attribute.auto_increment &&
          member.kind->type != Type::kTimestamp && !InKey(*index)) {
        attribute.default_value = member.initial;
      }
    }
  }

 private:
  void Refuse(const StructMember& member, const std::string& why) {
    bench_.mistakes.AddModel(
        absl::StrCat(Describe(member, *draft_.type->id), " (model '", model_.name, "') ", why));
  }

  void CheckWhole() {
    const std::string name = absl::StrCat("struct ", NameOf(*draft_.type->id));
    if (known_.empty()) {
      bench_.mistakes.AddModel(absl::StrCat(name, ", bound to model '", model_.name,
                                            "', serializes no member: name those that are to be "
                                            "attributes"));
    }
    for (const std::string& unknown : draft_.unknown) {
      bench_.mistakes.AddModel(
          unknown.empty()
              ? absl::StrCat("the attributes of model '", model_.name, "' say something of a ",
                             "member of ", name, " that its serialize does not name: name it there")
              : absl::StrCat("the attributes of model '", model_.name, "' say something of '",
                             unknown, "', but the serialize of ", name, " names no such member",
                             NearestName(unknown, known_)));
    }
    const auto same = [&](const StructDraft& other) {
      return other.type == draft_.type && other.model == draft_.model;
    };
    const auto& structs = bench_.draft.structs;
    if (&*std::find_if(structs.begin(), structs.end(), same) != &draft_) {
      bench_.mistakes.AddModel(absl::StrCat(name, " is bound to model '", model_.name,
                                            "' twice: leave one of the two out"));
    }
  }

  void CheckMember(const StructMember& member) {
    const auto index = model_.Find(member.name);
    if (!index.has_value()) {
      Names attributes;
      for (const BenchAttribute& attribute : model_.attributes) {
        attributes.push_back(attribute.draft.name);
      }
      return Refuse(member, absl::StrCat("is no attribute of the model",
                                         NearestName(member.name, attributes)));
    }
    const BenchAttribute& attribute = model_.attributes[*index];
    const std::string place = absl::StrCat(model_.name, ".", member.name);
    if (attribute.type.has_value() && *attribute.type != member.kind->type) {
      return Refuse(
          member,
          absl::StrCat("holds ", std::string(TypeName(member.kind->type)), ", but ", place, " is ",
                       std::string(TypeName(*attribute.type)), ": make them the same"));
    }
    if (attribute.nullable && !member.kind->optional) {
      Refuse(member, absl::StrCat("cannot be empty, but ", place,
                                  " may be null: make it a std::optional, or the attribute "
                                  "NotNull"));
    } else if (attribute.draft.auto_increment && !member.kind->optional) {
      Refuse(member, absl::StrCat("always has a value, so the AutoIncrement of ", place,
                                  " would never draw one: make it a std::optional, which is empty "
                                  "until then"));
    }
  }

  bool InKey(std::uint32_t attribute) const {
    for (const KeyInfo& key : model_.keys) {
      if (std::find(key.attributes.begin(), key.attributes.end(), attribute) !=
          key.attributes.end()) {
        return true;
      }
    }
    const std::string& name = model_.attributes[attribute].draft.name;
    for (const BenchRelation& relation : bench_.relations) {
      if (relation.owner != draft_.model.index) continue;
      const Names& columns = relation.columns;
      if (std::find(columns.begin(), columns.end(), name) != columns.end()) return true;
    }
    return false;
  }

  const StructDraft& draft_;
  BenchModel& model_;
  Workbench& bench_;
  Names known_;
};

}  // namespace

void BindStructs(Workbench& bench) {
  for (const StructDraft& draft : bench.draft.structs) {
    if (draft.model.index >= bench.draft.models.size()) {
      bench.mistakes.AddModel(absl::StrCat("struct ", NameOf(*draft.type->id),
                                           " is bound to a model of another builder: bind it to "
                                           "one that was defined here"));
      continue;
    }
    StructChecker checker(draft, bench);
    checker.Check();
    if (draft.defaults) checker.TakeDefaults();
  }
}

std::unique_ptr<BoundStruct> MakeBoundStruct(const StructDraft& draft, const BenchModel& model) {
  auto bound = std::make_unique<BoundStruct>();
  bound->type = draft.type;
  bound->model = draft.model;
  for (const StructMember& member : draft.type->members) {
    bound->attributes.push_back(*model.Find(member.name));
  }
  return bound;
}

}  // namespace internal
}  // namespace relata
