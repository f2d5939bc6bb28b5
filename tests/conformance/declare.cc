#include "tests/conformance/declare.h"

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "relata/schema_builder.h"
#include "tests/conformance/rows.h"

namespace relata::conformance {
namespace {

// The types of the attributes that a scenario declares, by model and attribute: what literals in
// scopes and defaults are read as. Under no name stands that of the primary key, where it has one
// part. What else the library generates is not among them.
using Types = std::map<std::string, std::map<std::string, Type>>;

// A type that a foreign key is declared to have.
struct KeyType {
  Association association;
  Type type;
};

// Where the library takes an enumerator a scenario has a word: one that names no action is a schema
// that cannot be declared, as it would be if the library read the word.
class UnknownAction : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::optional<Type> TypeIn(const Types& types, const std::string& model,
                           const std::string& attribute) {
  const auto found = types.find(model);
  if (found == types.end()) return std::nullopt;
  const auto type = found->second.find(attribute);
  if (type == found->second.end()) return std::nullopt;
  return type->second;
}

std::string OptionalText(const Json& object, const std::string& name, const std::string& where) {
  return Member(object, name).is_null() ? "" : TextMember(object, name, where);
}

std::optional<bool> OptionalBool(const Json& object, const std::string& name,
                                 const std::string& where) {
  const Json& member = Member(object, name);
  if (member.is_null()) return std::nullopt;
  if (!member.is_boolean()) {
    throw Malformed(absl::StrCat(where, ": '", name, "' must be true or false"));
  }
  return member.get<bool>();
}

std::optional<Action> OptionalAction(const Json& object, const std::string& name,
                                     const std::string& where) {
  std::string text = OptionalText(object, name, where);
  if (text.empty()) return std::nullopt;
  absl::AsciiStrToUpper(&text);
  for (const Action action : {Action::kNoAction, Action::kRestrict, Action::kSetNull,
                              Action::kSetDefault, Action::kCascade}) {
    if (text == ActionName(action)) return action;
  }
  throw UnknownAction(absl::StrCat(where, ": '", name, "': there is no action '", text,
                                   "'; expected NO ACTION, RESTRICT, SET NULL, SET DEFAULT or "
                                   "CASCADE"));
}

Attribute ReadAttribute(const Json& json, const std::string& where) {
  if (json.is_string()) return Attribute(TypeOfName(json.get<std::string>(), where));
  RequireMembers(json,
                 {"type", "primaryKey", "autoIncrement", "allowNull", "unique", "defaultValue",
                  "references", "onDelete", "onUpdate"},
                 where);
  const Type type = TypeOfName(TextMember(json, "type", where), where);
  Attribute attribute(type);
  if (OptionalBool(json, "primaryKey", where).value_or(false)) attribute.PrimaryKey();
  if (OptionalBool(json, "autoIncrement", where).value_or(false)) attribute.AutoIncrement();
  if (const auto allow_null = OptionalBool(json, "allowNull", where); allow_null.has_value()) {
    *allow_null ? attribute.Nullable() : attribute.NotNull();
  }
  const Json& unique = Member(json, "unique");
  if (unique.is_string()) {
    attribute.Unique(unique.get<std::string>());
  } else if (OptionalBool(json, "unique", where).value_or(false)) {
    attribute.Unique();
  }
  if (json.contains("defaultValue")) attribute.Default(ToValue(json["defaultValue"], type, where));
  const Json& references = Member(json, "references");
  if (!references.is_null()) {
    RequireMembers(references, {"model", "key"}, absl::StrCat(where, ": references"));
    attribute.References(TextMember(references, "model", where),
                         OptionalText(references, "key", where));
  }
  if (const auto action = OptionalAction(json, "onDelete", where)) attribute.OnDelete(*action);
  if (const auto action = OptionalAction(json, "onUpdate", where)) attribute.OnUpdate(*action);
  return attribute;
}

void DefineModel(const Json& json, const std::string& place, SchemaBuilder& builder, Types& types) {
  RequireMembers(json, {"name", "attributes", "options"}, absl::StrCat(place, ": models"));
  const std::string name = TextMember(json, "name", absl::StrCat(place, ": models"));
  const std::string where = absl::StrCat(place, ": model '", name, "'");
  std::vector<NamedAttribute> attributes;
  std::size_t key_parts = 0;
  for (const auto& [attribute, declared] : Member(json, "attributes").items()) {
    const std::string inner = absl::StrCat(where, ": attribute '", attribute, "'");
    attributes.push_back({attribute, ReadAttribute(declared, inner)});
    const std::string type =
        declared.is_string() ? declared.get<std::string>() : TextMember(declared, "type", inner);
    types[name][attribute] = TypeOfName(type, inner);
    if (Member(declared, "primaryKey") == true) {
      types[name][""] = TypeOfName(type, inner);
      ++key_parts;
    }
  }
  if (key_parts == 0) types[name][""] = Type::kInteger;
  if (key_parts > 1) types[name].erase("");
  ModelOptions options;
  if (const Json& given = Member(json, "options"); !given.is_null()) {
    RequireMembers(given, {"underscored", "tableName", "freezeTableName", "name"}, where);
    options.underscored = OptionalBool(given, "underscored", where);
    options.table = OptionalText(given, "tableName", where);
    options.freeze_table_name = OptionalBool(given, "freezeTableName", where).value_or(false);
    if (const Json& forms = Member(given, "name"); !forms.is_null()) {
      RequireMembers(forms, {"singular", "plural"}, absl::StrCat(where, ": name"));
      options.name = {.singular = OptionalText(forms, "singular", where),
                      .plural = OptionalText(forms, "plural", where)};
    }
  }
  builder.Define(name, std::move(attributes), std::move(options));
}

Values ReadScope(const Json& scope, const std::string& model, const Types& types,
                 const std::string& where) {
  Values values;
  if (scope.is_null()) return values;
  if (!scope.is_object()) throw Malformed(absl::StrCat(where, ": 'scope' must be an object"));
  for (const auto& [attribute, literal] : scope.items()) {
    const auto type = TypeIn(types, model, attribute);
    // A list means any of its values: the attribute is named once for each.
    const Json literals = literal.is_array() ? literal : Json::array({literal});
    for (const Json& one : literals) values.push_back({attribute, ToValue(one, type, where)});
  }
  return values;
}

KeyColumns ReadKeyColumns(const Json& json, std::optional<Type> type, AssociationOptions& options,
                          const std::string& where) {
  if (json.is_null()) return {};
  if (json.is_string()) return KeyColumns(json.get<std::string>());
  RequireMembers(
      json, {"name", "type", "allowNull", "unique", "defaultValue", "onDelete", "onUpdate"}, where);
  const std::string name = OptionalText(json, "name", where);
  KeyColumns columns = name.empty() ? KeyColumns() : KeyColumns(name);
  if (const auto allow_null = OptionalBool(json, "allowNull", where); allow_null.has_value()) {
    *allow_null ? columns.Nullable() : columns.NotNull();
  }
  if (OptionalBool(json, "unique", where).value_or(false)) columns.Unique();
  if (json.contains("defaultValue")) columns.Default(ToValue(json["defaultValue"], type, where));
  if (const auto action = OptionalAction(json, "onDelete", where)) options.on_delete = action;
  if (const auto action = OptionalAction(json, "onUpdate", where)) options.on_update = action;
  return columns;
}

Through ReadThrough(const Json& json, const Types& types, const std::string& where) {
  if (json.is_null()) return {};
  if (json.is_string()) return Through(json.get<std::string>());
  RequireMembers(json, {"model", "unique", "scope"}, absl::StrCat(where, ": through"));
  std::string model = TextMember(json, "model", absl::StrCat(where, ": through"));
  Values scope = ReadScope(Member(json, "scope"), model, types, where);
  return Through(std::move(model), OptionalBool(json, "unique", where), std::move(scope));
}

Alias ReadAlias(const Json& json, const std::string& where) {
  if (json.is_null()) return {};
  if (json.is_string()) return Alias(json.get<std::string>());
  RequireMembers(json, {"singular", "plural"}, absl::StrCat(where, ": as"));
  return Alias(OptionalText(json, "singular", where), OptionalText(json, "plural", where));
}

void DeclareAssociation(const Json& json, const std::string& place, const Types& types,
                        SchemaBuilder& builder, std::vector<KeyType>& key_types) {
  RequireMembers(json, {"kind", "source", "target", "options"},
                 absl::StrCat(place, ": associations"));
  const std::string kind = TextMember(json, "kind", absl::StrCat(place, ": associations"));
  const std::string source = TextMember(json, "source", absl::StrCat(place, ": ", kind));
  const std::string target = TextMember(json, "target", absl::StrCat(place, ": ", kind));
  const std::string where = absl::StrCat(place, ": ", source, " ", kind, " ", target);
  AssociationOptions options;
  std::optional<Type> key_type;
  if (const Json& given = Member(json, "options"); !given.is_null()) {
    RequireMembers(given,
                   {"as", "foreignKey", "otherKey", "sourceKey", "targetKey", "through", "scope",
                    "constraints", "onDelete", "onUpdate"},
                   where);
    options.as = ReadAlias(Member(given, "as"), where);
    options.source_key = OptionalText(given, "sourceKey", where);
    options.target_key = OptionalText(given, "targetKey", where);
    const std::optional<Type> source_type = TypeIn(types, source, options.source_key);
    const std::optional<Type> target_type = TypeIn(types, target, options.target_key);
    options.foreign_key =
        ReadKeyColumns(Member(given, "foreignKey"), kind == "belongsTo" ? target_type : source_type,
                       options, where);
    options.other_key = ReadKeyColumns(Member(given, "otherKey"), target_type, options, where);
    const Json& type = Member(Member(given, "foreignKey"), "type");
    if (!type.is_null()) key_type = TypeOfName(type.get<std::string>(), where);
    options.through = ReadThrough(Member(given, "through"), types, where);
    options.scope = ReadScope(Member(given, "scope"), target, types, where);
    options.constraints = OptionalBool(given, "constraints", where);
    if (const auto action = OptionalAction(given, "onDelete", where)) options.on_delete = action;
    if (const auto action = OptionalAction(given, "onUpdate", where)) options.on_update = action;
  }
  Association association;
  if (kind == "belongsTo") {
    association = builder.BelongsTo(source, target, std::move(options));
  } else if (kind == "hasOne") {
    association = builder.HasOne(source, target, std::move(options));
  } else if (kind == "hasMany") {
    association = builder.HasMany(source, target, std::move(options));
  } else if (kind == "belongsToMany") {
    association = builder.BelongsToMany(source, target, std::move(options));
  } else {
    throw Malformed(absl::StrCat(where, ": there is no kind '", kind,
                                 "'; expected belongsTo, hasOne, hasMany or belongsToMany"));
  }
  if (key_type.has_value()) key_types.push_back({association, *key_type});
}

// The library has no place for the type of a generated key, which is that of the key it refers to:
// one that says otherwise is refused, as the library refuses it of an attribute.
absl::Status CheckKeyTypes(const Schema& schema, const std::vector<KeyType>& key_types) {
  for (const auto& [association, type] : key_types) {
    const ForeignKeyInfo& key = schema[schema[association].foreign_key];
    const Type actual = schema[key.owner].attributes[key.attributes[0]].type;
    if (actual == type) continue;
    return internal::KindError(
        ErrorKind::kAssociation,
        absl::StrCat(schema.Describe(association), ": its key is ", std::string(TypeName(actual)),
                     " and not ", std::string(TypeName(type))));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Schema> BuildSchema(const Scenario& scenario) {
  const std::string place = absl::StrCat(scenario.file, ": ", scenario.id);
  SchemaOptions options;
  if (scenario.defer_cycles) options.cycles = SchemaOptions::Cycles::kDefer;
  SchemaBuilder builder(options);
  Types types;
  std::vector<KeyType> key_types;
  try {
    for (const Json& model : scenario.models) DefineModel(model, place, builder, types);
    for (const Json& association : scenario.associations) {
      DeclareAssociation(association, place, types, builder, key_types);
    }
  } catch (const UnknownAction& error) {
    return internal::KindError(ErrorKind::kAssociation, error.what());
  }
  absl::StatusOr<Schema> schema = std::move(builder).Build();
  if (!schema.ok()) return schema;
  if (const absl::Status types_fit = CheckKeyTypes(*schema, key_types); !types_fit.ok()) {
    return types_fit;
  }
  return schema;
}

}  // namespace relata::conformance
