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

// An included association with what is given for it.
struct Part {
  std::string name;
  Association association;
  Json includes;
  bool given = false;
  std::vector<Json> values;
};

// What was created, to be shown when all of it is there.
struct Created {
  struct Inside {
    std::string name;
    bool to_one;
    std::vector<Created> rows;
  };
  Instance row;
  std::optional<Instance> join;
  std::vector<Inside> inside;
};

// From where a row is created: the instance and association that it is to be linked by.
struct Origin {
  Instance source;
  Association association;
};

bool IsExisting(const Schema& schema, Model target, const Json& value) {
  if (value.is_string()) return true;
  return value.is_object() && value.size() == 1 && value.contains("pk") &&
         !schema[target].FindAttribute("pk").has_value();
}

void Put(Values& values, const std::string& name, Value value) {
  std::erase_if(values, [&](const NamedValue& v) { return v.name == name; });
  values.push_back({name, std::move(value)});
}

// Writes what the scope demands over values that do not meet it.
void MeetScope(const ModelInfo& model, const std::vector<ScopeEntry>& scope, Values& values) {
  for (const ScopeEntry& entry : scope) {
    const std::string& name = model.attributes[entry.attribute].name;
    const bool met = std::any_of(values.begin(), values.end(), [&](const NamedValue& v) {
      return v.name == name &&
             std::find(entry.values.begin(), entry.values.end(), v.value) != entry.values.end();
    });
    if (!met) Put(values, name, entry.values[0]);
  }
}

class Nest {
 public:
  Nest(Store& store, const Connect& connect) : store_(store), connect_(connect) {}

  absl::StatusOr<Created> Create(Model model, const Json& json, const Json& includes,
                                 std::optional<Origin> origin,
                                 const std::vector<ScopeEntry>& scope = {}) {
    const Schema& schema = store_.schema();
    auto parts = Parts(model, json, includes);
    if (!parts.ok()) return parts.status();
    Json own = json.is_null() ? Json::object() : json;
    for (const Part& part : *parts) own.erase(part.name);
    Values through;
    if (origin.has_value()) {
      const AssociationInfo& info = schema[origin->association];
      if (info.kind == AssociationKind::kBelongsToMany) {
        const std::string& name = schema[info.through].name;
        if (Member(own, name).is_object()) {
          through = ReadValues(schema, info.through, own[name]);
          own.erase(name);
        }
      }
    }
    Values values = ReadValues(schema, model, own);
    MeetScope(schema[model], scope, values);

    Created created;
    for (const Part& part : *parts) {
      if (schema[part.association].kind != AssociationKind::kBelongsTo) continue;
      const absl::Status status = CreateParent(part, values, created);
      if (!status.ok()) return status;
    }
    const auto row = origin.has_value()
                         ? store_.Create(origin->source, origin->association, values, through)
                         : store_.Create(model, values);
    if (!row.ok()) return row.status();
    created.row = *row;
    for (const Part& part : *parts) {
      const absl::Status status = schema[part.association].kind == AssociationKind::kBelongsTo
                                      ? ConnectParent(part, created)
                                      : CreateChildren(part, created);
      if (!status.ok()) return status;
    }
    return created;
  }

  Json Show(const Created& created) const {
    Json shown = RowOf(store_, created.row);
    for (const Created::Inside& inside : created.inside) {
      Json rows = Json::array();
      for (const Created& row : inside.rows) rows.push_back(Show(row));
      shown[inside.name] = !inside.to_one ? rows : rows.empty() ? Json() : rows[0];
    }
    if (created.join.has_value()) {
      shown[store_.schema()[created.join->of()].name] = RowOf(store_, *created.join);
    }
    return shown;
  }

 private:
  absl::StatusOr<std::vector<Part>> Parts(Model model, const Json& json,
                                          const Json& includes) const {
    const Schema& schema = store_.schema();
    std::vector<Part> parts;
    for (const Json& include : includes) {
      RequireMembers(include, {"association", "include"}, "include of a create");
      Part part{.name = TextMember(include, "association", "include of a create"),
                .association = {},
                .includes = Member(include, "include"),
                .given = false,
                .values = {}};
      const auto association = schema.FindAssociation(model, part.name);
      if (!association.ok()) return association.status();
      part.association = *association;
      const Json& given = Member(json, part.name);
      part.given = !given.is_null();
      if (schema[*association].to_one()) {
        if (given.is_array()) {
          return absl::InvalidArgumentError(
              absl::StrCat(schema.Describe(*association), " takes one value, not a list"));
        }
        if (part.given) part.values.push_back(given);
      } else {
        if (part.given && !given.is_array()) {
          return absl::InvalidArgumentError(
              absl::StrCat(schema.Describe(*association), " takes a list"));
        }
        part.values.assign(given.begin(), given.end());
      }
      parts.push_back(std::move(part));
    }
    return parts;
  }

  absl::Status CreateParent(const Part& part, Values& values, Created& created) {
    if (!part.given) return absl::OkStatus();
    const Schema& schema = store_.schema();
    const AssociationInfo& info = schema[part.association];
    const ForeignKeyInfo& key = schema[info.foreign_key];
    Created parent;
    if (IsExisting(schema, info.target, part.values[0])) {
      const auto existing = connect_(info.target, part.values[0]);
      if (!existing.ok()) return existing.status();
      parent.row = *existing;
    } else {
      auto made = Create(info.target, part.values[0], part.includes, std::nullopt, info.scope);
      if (!made.ok()) return made.status();
      parent = *std::move(made);
    }
    const KeyInfo& target_key = schema[info.target].keys[key.target_key];
    for (std::size_t i = 0; i < key.attributes.size(); ++i) {
      Put(values, schema[key.owner].attributes[key.attributes[i]].name,
          Value::From(store_.View(parent.row, target_key.attributes[i])));
    }
    created.inside.push_back({part.name, true, {}});
    created.inside.back().rows.push_back(std::move(parent));
    return absl::OkStatus();
  }

  // Writes the association's scope to an existing parent, too.
  absl::Status ConnectParent(const Part& part, const Created& created) {
    if (!part.given) return absl::OkStatus();
    for (const Created::Inside& inside : created.inside) {
      if (inside.name != part.name) continue;
      return store_.Set(created.row, part.association, Target(inside.rows[0].row));
    }
    return absl::OkStatus();
  }

  absl::Status CreateChildren(const Part& part, Created& created) {
    if (!part.given) return absl::OkStatus();
    const Schema& schema = store_.schema();
    const AssociationInfo& info = schema[part.association];
    created.inside.push_back({part.name, info.to_one(), {}});
    for (const Json& value : part.values) {
      Created child;
      if (IsExisting(schema, info.target, value)) {
        const auto existing = connect_(info.target, value);
        if (!existing.ok()) return existing.status();
        const absl::Status added = store_.Add(created.row, part.association, Target(*existing));
        if (!added.ok()) return added;
        child.row = *existing;
      } else {
        auto made =
            Create(info.target, value, part.includes, Origin{created.row, part.association});
        if (!made.ok()) return made.status();
        child = *std::move(made);
      }
      if (info.kind == AssociationKind::kBelongsToMany) {
        for (const Element& link : LinkedTo(store_, created.row, part.association)) {
          if (link.row == child.row) child.join = link.join;
        }
      }
      created.inside.back().rows.push_back(std::move(child));
    }
    return absl::OkStatus();
  }

  Store& store_;
  const Connect& connect_;
};

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

absl::StatusOr<NestedResult> CreateNested(Store& store, Model model, const Json& values,
                                          const Json& includes, const Connect& connect) {
  Nest nest(store, connect);
  const auto created = nest.Create(model, values, includes, std::nullopt);
  if (!created.ok()) return created.status();
  return NestedResult{created->row, nest.Show(*created)};
}

}  // namespace relata::conformance
