// What was declared to a SchemaBuilder, word for word: nothing checked, nothing derived.
#ifndef RELATA_GRAPH_SCHEMA_DRAFT_H_
#define RELATA_GRAPH_SCHEMA_DRAFT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "relata/internal/struct_type.h"
#include "relata/schema_builder.h"

namespace relata {
namespace internal {

struct ReferenceDraft {
  std::string model;  // or table
  std::string key;    // empty: the primary key
  std::string constraint;
};

struct IndexDraft {
  IndexKind kind = IndexKind::kOrdered;
  std::string name;  // empty: generated
};

struct AttributeDraft {
  std::string name;
  std::string column;  // empty: as the name
  Type type = Type::kText;
  std::optional<bool> nullable;
  bool unique = false;
  std::vector<std::string> unique_with;
  std::vector<IndexDraft> indexes;  // by itself
  std::optional<Value> default_value;
  bool primary_key = false;
  bool auto_increment = false;
  std::optional<ReferenceDraft> references;
  std::optional<Action> on_delete;
  std::optional<Action> on_update;
  std::vector<ValueValidator> validators;
};

struct ModelDraft {
  std::string name;
  std::vector<AttributeDraft> attributes;
  ModelOptions options;
};

struct ModelRefDraft {
  std::optional<Model> model;
  std::string name;
};

struct AliasDraft {
  std::string word;
  Inflected forms;
};

struct KeyColumnsDraft {
  std::vector<std::string> names;  // none: generated
  std::optional<bool> nullable;
  bool unique = false;
  std::optional<Value> default_value;
};

struct AssociationDraft {
  AssociationKind kind = AssociationKind::kBelongsTo;
  ModelRefDraft source;
  ModelRefDraft target;
  AliasDraft as;
  KeyColumnsDraft foreign_key;
  KeyColumnsDraft other_key;
  std::string source_key;
  std::string target_key;
  Through through;
  Values scope;
  std::optional<bool> constraints;
  std::optional<Action> on_delete;
  std::optional<Action> on_update;
};

// A struct that a model is made from, or that is bound to a model.
struct StructDraft {
  const StructType* type = nullptr;
  Model model;
  bool defaults = false;               // taken from a default-constructed struct
  std::vector<std::string> unknown{};  // members that options name and serialize does not
};

struct OneOfDraft {
  ModelRefDraft source;
  std::string name;
  bool dispatch = false;
  bool required = false;
  std::string discriminator;              // empty: derived
  std::vector<Association> alternatives;  // of a dispatch, none: derived
};

}  // namespace internal

struct SchemaDraft {
  SchemaOptions options;
  std::vector<internal::ModelDraft> models;
  std::vector<internal::AssociationDraft> associations;
  std::vector<internal::StructDraft> structs;
  std::vector<internal::OneOfDraft> one_ofs;

  // The only code that looks into the classes of the front door.
  static internal::AttributeDraft Open(NamedAttribute attribute);
  static internal::KeyColumnsDraft Open(KeyColumns columns);
  Association Declare(AssociationKind kind, ModelRef source, ModelRef target,
                      AssociationOptions from);
  OneOf DeclareOneOf(ModelRef source, std::vector<Alternative> alternatives, OneOfOptions from);
  OneOf DeclareDispatch(ModelRef source, std::string_view name, DispatchOptions from);
};

}  // namespace relata

#endif  // RELATA_GRAPH_SCHEMA_DRAFT_H_
