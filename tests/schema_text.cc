#include "tests/schema_text.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/status_testing.h"

namespace relata::testing {
namespace {

std::vector<std::string> NamesOf(const ModelInfo& model, const std::vector<std::uint32_t>& at) {
  std::vector<std::string> names;
  for (const std::uint32_t position : at) names.push_back(model.attributes[position].name);
  return names;
}

std::string Sorted(std::vector<std::string> lines, const char* separator) {
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, separator);
}

std::string ScopeText(const ModelInfo& model, const std::vector<ScopeEntry>& scope) {
  std::vector<std::string> entries;
  for (const ScopeEntry& entry : scope) {
    std::vector<std::string> values;
    for (const Value& value : entry.values) values.push_back(value.ToString());
    entries.push_back(
        absl::StrCat(model.attributes[entry.attribute].name, "=", absl::StrJoin(values, "|")));
  }
  return Sorted(std::move(entries), ",");
}

// With the columns in the order of the key's names, which is the same for every order of keys.
std::string ForeignKeyText(const Schema& schema, const ForeignKeyInfo& key) {
  const ModelInfo& target = schema[key.target];
  const auto columns = NamesOf(schema[key.owner], key.attributes);
  const auto parts = NamesOf(target, target.keys[key.target_key].attributes);
  std::vector<std::string> pairs;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    pairs.push_back(absl::StrCat(columns[i], ":", parts[i]));
  }
  return absl::StrCat(schema[key.owner].name, " ", Sorted(std::move(pairs), ","), " -> ",
                      target.name, " ", std::string(ActionName(key.on_delete)), " ",
                      std::string(ActionName(key.on_update)),
                      key.constrained ? "" : " unconstrained", key.deferred ? " deferred" : "");
}

}  // namespace

std::string KeyText(const Schema& schema, Model model, const KeyInfo& key) {
  return absl::StrCat("(", absl::StrJoin(NamesOf(schema[model], key.attributes), ", "), ")");
}

std::string AttributesOf(const Schema& schema, const std::string& model) {
  std::vector<std::string> texts;
  for (const AttributeInfo& attribute : schema[Must(schema.FindModel(model))].attributes) {
    texts.push_back(attribute.name + (attribute.nullable ? "" : " NOT NULL"));
  }
  return absl::StrJoin(texts, ", ");
}

std::string ForeignKeysOf(const Schema& schema, const std::string& model) {
  std::vector<std::string> lines;
  for (const ForeignKey f : schema[Must(schema.FindModel(model))].foreign_keys) {
    const ForeignKeyInfo& key = schema[f];
    const ModelInfo& target = schema[key.target];
    const std::string actions = absl::StrCat(std::string(ActionName(key.on_delete)), "/",
                                             std::string(ActionName(key.on_update)));
    lines.push_back(absl::StrCat(
        absl::StrJoin(NamesOf(schema[key.owner], key.attributes), ","), " -> ", target.table, "(",
        absl::StrJoin(NamesOf(target, target.keys[key.target_key].attributes), ","), ") ",
        key.constrained ? actions : "unconstrained", key.deferred ? " deferred" : ""));
  }
  return Sorted(std::move(lines), "\n");
}

std::string MeaningOf(const Schema& schema) {
  std::vector<std::string> lines;
  for (const ModelInfo& model : schema.models()) {
    lines.push_back(absl::StrCat("model ", model.name, " ", model.table, " ", model.singular, " ",
                                 model.plural, " ", model.underscored, model.join));
    for (const AttributeInfo& a : model.attributes) {
      lines.push_back(absl::StrCat("attribute ", model.name, ".", a.name, " ", a.column, " ",
                                   std::string(TypeName(a.type)), " ", a.nullable, a.auto_increment,
                                   a.generated, " ", a.default_value.ToString()));
    }
    for (std::size_t k = 0; k < model.keys.size(); ++k) {
      lines.push_back(absl::StrCat(k == 0 ? "primary " : "unique ", model.name, " ",
                                   Sorted(NamesOf(model, model.keys[k].attributes), ",")));
    }
  }
  for (const ForeignKeyInfo& key : schema.foreign_keys()) {
    std::vector<std::string> declared;
    for (const Association a : key.associations) declared.push_back(schema.Describe(a));
    lines.push_back(absl::StrCat("foreign ", ForeignKeyText(schema, key), " by ",
                                 Sorted(std::move(declared), "; ")));
  }
  for (std::uint32_t a = 0; a < schema.associations().size(); ++a) {
    const AssociationInfo& info = schema.associations()[a];
    std::string line = absl::StrCat("association ", schema.Describe(Association{a}), " ", info.name,
                                    " ", info.singular, " ", info.plural, " by ",
                                    ForeignKeyText(schema, schema[info.foreign_key]), " scope ",
                                    ScopeText(schema[info.target], info.scope));
    if (info.kind == AssociationKind::kBelongsToMany) {
      absl::StrAppend(&line, " other ", ForeignKeyText(schema, schema[info.other_key]), " unique ",
                      info.through_unique, " through scope ",
                      ScopeText(schema[info.through], info.through_scope));
    }
    lines.push_back(std::move(line));
  }
  return Sorted(std::move(lines), "\n");
}

}  // namespace relata::testing
