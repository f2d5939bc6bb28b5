#include "persistence/json_writer.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "persistence/json_values.h"

namespace relata::snapshot_internal {
namespace {

std::string Member(std::string_view name, const std::string& json) {
  return absl::StrCat(JsonOf(ValueView(name)), ": ", json);
}

// Each attribute's name as a member begins with it, made once a model.
std::vector<std::string> Labels(const ModelInfo& model) {
  std::vector<std::string> labels;
  for (const AttributeInfo& attribute : model.attributes) {
    labels.push_back(absl::StrCat(JsonOf(ValueView(std::string_view(attribute.name))), ": "));
  }
  return labels;
}

void WriteRow(const Store& store, Instance row, const std::vector<std::string>& labels,
              std::string& out) {
  const char* separator = "{";
  for (std::uint32_t a = 0; a < labels.size(); ++a) {
    const ValueView value = store.View(row, a);
    if (value.index() == 0) continue;
    absl::StrAppend(&out, separator, labels[a], JsonOf(value));
    separator = ", ";
  }
  out.append("}");
}

void WriteModel(const Store& store, Model model, std::string& out) {
  const ModelInfo& info = store.schema()[model];
  absl::StrAppend(&out, "    ", Member(info.name, "["));
  const std::vector<std::string> labels = Labels(info);
  const char* separator = "\n      ";
  for (const Instance row : store.All(model)) {
    out.append(separator);
    WriteRow(store, row, labels, out);
    separator = ",\n      ";
  }
  out.append(store.Count(model) == 0 ? "]" : "\n    ]");
}

// The next generated key, if loading the rows would not lead to it.
std::optional<std::int64_t> NextKeyToWrite(const Store& store, Model model) {
  const std::vector<AttributeInfo>& attributes = store.schema()[model].attributes;
  for (std::uint32_t a = 0; a < attributes.size(); ++a) {
    if (!attributes[a].auto_increment) continue;
    std::int64_t highest = 0;
    for (const Instance row : store.All(model)) {
      const ValueView key = store.View(row, a);
      if (const auto* number = std::get_if<std::int64_t>(&key)) {
        highest = std::max(highest, *number);
      }
    }
    const std::int64_t next = store.NextKey(model);
    if (highest < std::numeric_limits<std::int64_t>::max() && next != highest + 1) return next;
  }
  return std::nullopt;
}

}  // namespace

std::string WriteJson(const Store& store) {
  const Schema& schema = store.schema();
  std::string out =
      absl::StrCat("{\n  ",
                   Member("format", JsonOf(ValueView(std::string_view(absl::StrCat(
                                        std::string(kJsonFormat), std::string(kJsonVersion)))))),
                   ",\n  ", Member("models", "{"));
  std::vector<std::string> next_keys;
  const char* separator = "\n";
  for (const Model model : schema.dependency_order()) {
    out.append(separator);
    WriteModel(store, model, out);
    separator = ",\n";
    if (const auto next = NextKeyToWrite(store, model); next.has_value()) {
      next_keys.push_back(Member(schema[model].name, absl::StrCat(*next)));
    }
  }
  out.append(schema.models().empty() ? "}" : "\n  }");
  if (!next_keys.empty()) {
    absl::StrAppend(&out, ",\n  ",
                    Member("nextKeys", absl::StrCat("{", absl::StrJoin(next_keys, ", "), "}")));
  }
  out.append("\n}\n");
  return out;
}

}  // namespace relata::snapshot_internal
