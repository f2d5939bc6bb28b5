#include "tests/conformance/nested_create.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/conformance/query.h"
#include "tests/conformance/rows.h"

namespace relata::conformance {
namespace {

// A row of the draft, and what is to be shown inside it.
struct Shown {
  struct Inside {
    std::string name;
    Association association;
    std::vector<Shown> rows;
  };
  std::uint32_t row = 0;  // of the draft
  std::vector<Inside> inside;
};

bool IsExisting(const Schema& schema, Model target, const Json& value) {
  if (value.is_string()) return true;
  return value.is_object() && value.size() == 1 && value.contains("pk") &&
         !schema[target].FindAttribute("pk").has_value();
}

// Writes the JSON of a nested create to a draft.
class Translation {
 public:
  Translation(const Schema& schema, const Connect& connect) : schema_(schema), connect_(connect) {}

  absl::StatusOr<Shown> Write(const DraftRow& row, Model model, const Json& json,
                              const Json& includes) const {
    Shown shown{.row = row.index(), .inside = {}};
    Json own = json.is_null() ? Json::object() : json;
    for (const Json& include : includes) {
      RequireMembers(include, {"association", "include"}, "include of a create");
      const std::string name = TextMember(include, "association", "include of a create");
      const auto association = schema_.FindAssociation(model, name);
      if (!association.ok()) return association.status();
      const Json given = Member(own, name);
      own.erase(name);
      if (given.is_null()) continue;
      Shown::Inside inside{name, *association, {}};
      for (const Json& value : given.is_array() ? given : Json::array({given})) {
        auto nested = WriteNested(row, *association, value, Member(include, "include"));
        if (!nested.ok()) return nested.status();
        inside.rows.push_back(*std::move(nested));
      }
      shown.inside.push_back(std::move(inside));
    }
    const absl::Status flat = RequireFlat(schema_, model, own);
    if (!flat.ok()) return flat;
    for (const NamedValue& value : ReadValues(schema_, model, own)) {
      row.Set(value.name, value.value);
    }
    return shown;
  }

 private:
  absl::StatusOr<Shown> WriteNested(const DraftRow& row, Association association, const Json& value,
                                    const Json& includes) const {
    const AssociationInfo& info = schema_[association];
    if (IsExisting(schema_, info.target, value)) {
      const auto target = connect_(info.target, value);
      if (!target.ok()) return target.status();
      return Shown{.row = row.Connect(association, *target).index(), .inside = {}};
    }
    const DraftRow nested = row.Create(association);
    Json own = value;
    if (info.kind == AssociationKind::kBelongsToMany) {
      const std::string& join = schema_[info.through].name;
      if (Member(own, join).is_object()) {
        nested.Through(ReadValues(schema_, info.through, own[join]));
        own.erase(join);
      }
    }
    return Write(nested, info.target, own, includes);
  }

  const Schema& schema_;
  const Connect& connect_;
};

Json Show(const Store& store, const std::vector<Instance>& rows, const Shown& shown) {
  Json json = RowOf(store, rows[shown.row]);
  for (const Shown::Inside& inside : shown.inside) {
    const AssociationInfo& info = store.schema()[inside.association];
    Json list = Json::array();
    for (const Shown& row : inside.rows) {
      list.push_back(Show(store, rows, row));
      if (info.kind != AssociationKind::kBelongsToMany) continue;
      const auto join = store.JoinRow(rows[shown.row], inside.association, rows[row.row]);
      if (join.ok() && join->has_value()) {
        list.back()[store.schema()[info.through].name] = RowOf(store, **join);
      }
    }
    json[inside.name] = !info.to_one() ? list : list.empty() ? Json() : list[0];
  }
  return json;
}

}  // namespace

Values ReadValues(const Schema& schema, Model model, const Json& object) {
  const ModelInfo& info = schema[model];
  Values values;
  if (object.is_null()) return values;
  if (!object.is_object()) {
    throw Malformed(absl::StrCat("values: expected an object, not ", object.dump()));
  }
  for (const auto& [name, literal] : object.items()) {
    const auto attribute = info.FindAttribute(name);
    // An unknown name is refused by the library, whatever its value.
    const bool nested = literal.is_structured() && !attribute.has_value();
    const auto type =
        attribute.has_value() ? std::optional(info.attributes[*attribute].type) : std::nullopt;
    values.push_back(
        {name, nested ? Value() : ToValue(literal, type, absl::StrCat("values: ", name))});
  }
  return values;
}

absl::Status RequireFlat(const Schema& schema, Model model, const Json& values) {
  for (const auto& [name, value] : values.items()) {
    if (value.is_structured() && !schema[model].FindAttribute(name).has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("'", name, "' is not included"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<NestedResult> CreateNested(Store& store, Model model, const Json& values,
                                          const Json& includes, const Connect& connect) {
  Draft draft;
  const auto shown =
      Translation(store.schema(), connect).Write(draft.root(), model, values, includes);
  if (!shown.ok()) return shown.status();
  std::vector<Instance> rows;
  const auto created = store.Create(model, draft, &rows);
  if (!created.ok()) return created.status();
  return NestedResult{*created, Show(store, rows, *shown)};
}

}  // namespace relata::conformance
