#include "tests/conformance/ask.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/conformance/rows.h"

namespace relata::conformance {
namespace {

using relata::Condition;

// The conditions on one attribute.
class AttributeConditions {
 public:
  AttributeConditions(const Schema& schema, Model model, const std::string& name)
      : attribute_(model[name]), name_(absl::StrCat(schema[model].name, ".", name)) {
    if (const auto found = schema[model].FindAttribute(name); found.has_value()) {
      type_ = schema[model].attributes[*found].type;
    }
  }

  // A literal, a list, null, or an object of operators that must all hold.
  Condition Parse(const Json& json) const {
    if (json.is_array()) return attribute_.In(List(json, "in"));
    if (!json.is_object()) return attribute_ == Literal(json);
    std::vector<Condition> parts;
    for (const auto& [name, operand] : json.items()) parts.push_back(Operator(name, operand));
    return relata::AllOf(std::move(parts));
  }

 private:
  Condition Operator(const std::string& name, const Json& operand) const {
    if (name == "eq") return attribute_ == Literal(operand);
    if (name == "ne") return attribute_ != Literal(operand);
    if (name == "is") return attribute_.Is(Literal(operand));
    if (name == "not") return IsNot(operand);
    if (name == "gt") return attribute_ > Literal(operand);
    if (name == "lt") return attribute_ < Literal(operand);
    if (name == "gte") return attribute_ >= Literal(operand);
    if (name == "lte") return attribute_ <= Literal(operand);
    if (name == "between" || name == "notBetween") {
      const std::vector<Value> bounds = List(operand, name);
      if (bounds.size() != 2) {
        throw Malformed(absl::StrCat("where: ", name_, ": between takes a list of two values"));
      }
      return name == "between" ? attribute_.Between(bounds[0], bounds[1])
                               : attribute_.NotBetween(bounds[0], bounds[1]);
    }
    if (name == "in") return attribute_.In(List(operand, name));
    if (name == "notIn") return attribute_.NotIn(List(operand, name));
    if (name == "like") return attribute_.Like(Literal(operand));
    if (name == "notLike") return attribute_.NotLike(Literal(operand));
    if ((name == "and" || name == "or") && operand.is_array()) {
      std::vector<Condition> parts;
      for (const Json& one : operand) parts.push_back(Parse(one));
      return name == "and" ? relata::AllOf(std::move(parts)) : relata::AnyOf(std::move(parts));
    }
    throw Malformed(absl::StrCat("where: ", name_, ": there is no operator '", name,
                                 "'; expected eq, ne, gt, gte, lt, lte, between, notBetween, in, "
                                 "notIn, like, notLike, is, not, and or or"));
  }

  // IS NOT of null, true and false; <> of other literals; NOT IN of a list; the opposite of
  // operators.
  Condition IsNot(const Json& operand) const {
    if (operand.is_array() || operand.is_object()) return !Parse(operand);
    if (operand.is_null() || operand.is_boolean()) return attribute_.IsNot(Literal(operand));
    return attribute_ != Literal(operand);
  }

  Value Literal(const Json& json) const {
    return ToValue(json, type_, absl::StrCat("where: ", name_));
  }
  std::vector<Value> List(const Json& json, const std::string& name) const {
    if (!json.is_array()) {
      throw Malformed(absl::StrCat("where: ", name_, ": ", name, " takes a list of values"));
    }
    std::vector<Value> values;
    for (const Json& one : json) values.push_back(Literal(one));
    return values;
  }

  AttributeRef attribute_;
  std::string name_;
  std::optional<Type> type_;
};

std::vector<Condition> ConditionsOf(const Schema& schema, Model model, const Json& list,
                                    const std::string& name) {
  if (!list.is_structured()) {
    throw Malformed(absl::StrCat("where: '", name, "' takes a list of conditions"));
  }
  std::vector<Condition> parts;
  if (list.is_object()) {
    // Each entry is a condition.
    for (const auto& [attribute, operand] : list.items()) {
      parts.push_back(ConditionOf(schema, model, Json::object({{attribute, operand}})));
    }
    return parts;
  }
  for (const Json& one : list) parts.push_back(ConditionOf(schema, model, one));
  return parts;
}

std::vector<std::string> NamesOf(const Json& names) {
  if (!names.is_array()) {
    throw Malformed(absl::StrCat("attributes: expected a list of names, not ", names.dump()));
  }
  std::vector<std::string> list;
  for (const Json& name : names) {
    if (!name.is_string()) {
      throw Malformed(absl::StrCat("attributes: expected a name, not ", name.dump()));
    }
    list.push_back(name.get<std::string>());
  }
  return list;
}

// What queries and includes have in common.
template <typename Level>
void Ask(const Schema& schema, Model model, const Json& fields, Level& level);

// The target of an association that exists; otherwise the library is left to refuse the include.
std::optional<Association> FindAssociation(const Schema& schema, Model source,
                                           const std::string& name) {
  const auto found = schema.FindAssociation(source, name);
  if (!found.ok()) return std::nullopt;
  return *found;
}

Inclusion InclusionOf(const Schema& schema, Model source, const Json& json) {
  RequireMembers(json,
                 {"association", "where", "required", "attributes", "through", "include", "order",
                  "limit", "offset"},
                 "include");
  const std::string name = TextMember(json, "association", "include");
  Inclusion inclusion = relata::Include(name);
  const auto association = FindAssociation(schema, source, name);
  if (!association.has_value()) return inclusion;
  const AssociationInfo& info = schema[*association];
  Ask(schema, info.target, json, inclusion);
  if (const Json& required = Member(json, "required"); !required.is_null()) {
    inclusion.Required(required.get<bool>());
  } else {
    inclusion.Required(json.contains("where"));
  }
  if (const Json& through = Member(json, "through"); !through.is_null()) {
    RequireMembers(through, {"attributes", "where"}, "include: through");
    const Model join = info.kind == AssociationKind::kBelongsToMany ? info.through : info.target;
    inclusion.ThroughWhere(ConditionOf(schema, join, Member(through, "where")));
    if (const Json& names = Member(through, "attributes"); !names.is_null()) {
      inclusion.ThroughAttributes(NamesOf(names));
    }
  }
  return inclusion;
}

template <typename Level>
void Ask(const Schema& schema, Model model, const Json& fields, Level& level) {
  if (const Json& where = Member(fields, "where"); !where.is_null()) {
    level.Where(ConditionOf(schema, model, where));
  }
  if (const Json& names = Member(fields, "attributes"); !names.is_null()) {
    level.Attributes(NamesOf(names));
  }
  for (const Json& include : Member(fields, "include")) {
    level.Include(InclusionOf(schema, model, include));
  }
  for (const Json& one : Member(fields, "order")) {
    // ["name", "DESC"], ["name"] or "name".
    const Json parts = one.is_array() ? one : Json::array({one});
    if (parts.empty() || parts.size() > 2 || !parts[0].is_string() || !parts.back().is_string()) {
      throw Malformed(absl::StrCat("order: expected [attribute, direction], not ", one.dump()));
    }
    std::string direction = parts.size() == 2 ? parts[1].get<std::string>() : "ASC";
    absl::AsciiStrToUpper(&direction);
    if (direction != "ASC" && direction != "DESC") {
      throw Malformed(absl::StrCat("order: expected ASC or DESC, not ", direction));
    }
    level.OrderBy(model[parts[0].get<std::string>()],
                  direction == "DESC" ? kDescending : kAscending);
  }
  if (const Json& limit = Member(fields, "limit"); !limit.is_null()) {
    level.Limit(limit.get<std::size_t>());
  }
  if (const Json& offset = Member(fields, "offset"); !offset.is_null()) {
    level.Offset(offset.get<std::size_t>());
  }
}

Json Shown(const Store& store, Instance row, std::span<const std::uint32_t> attributes) {
  const ModelInfo& model = store.schema()[row.of()];
  Json shown = Json::object();
  for (const std::uint32_t a : attributes) {
    shown[model.attributes[a].name] = ToJson(store.View(row, a));
  }
  return shown;
}

}  // namespace

Condition ConditionOf(const Schema& schema, Model model, const Json& where) {
  if (where.is_null()) return Condition();
  if (!where.is_object()) {
    throw Malformed(absl::StrCat("where: expected an object, not ", where.dump()));
  }
  std::vector<Condition> parts;
  for (const auto& [name, operand] : where.items()) {
    const bool attribute = schema[model].FindAttribute(name).has_value();
    if (!attribute && name == "and") {
      parts.push_back(relata::AllOf(ConditionsOf(schema, model, operand, name)));
    } else if (!attribute && name == "or") {
      parts.push_back(relata::AnyOf(ConditionsOf(schema, model, operand, name)));
    } else if (!attribute && name == "not") {
      parts.push_back(!(operand.is_array()
                            ? relata::AllOf(ConditionsOf(schema, model, operand, name))
                            : ConditionOf(schema, model, operand)));
    } else {
      parts.push_back(AttributeConditions(schema, model, name).Parse(operand));
    }
  }
  return relata::AllOf(std::move(parts));
}

relata::Query QueryOf(const Schema& schema, Model model, const Json& fields) {
  relata::Query query(model);
  Ask(schema, model, fields, query);
  return query;
}

relata::Query GetterOf(const Schema& schema, Association association, const Json& fields) {
  const AssociationInfo& info = schema[association];
  relata::Query query = QueryOf(schema, info.target, fields);
  const Json& names = Member(fields, "joinTableAttributes");
  if (info.kind == AssociationKind::kBelongsToMany && !names.is_null()) {
    query.ThroughAttributes(NamesOf(names));
  }
  return query;
}

Json RowOf(const Store& store, const Row& row, const Json& fields) {
  const Schema& schema = store.schema();
  Json result = Shown(store, row, row.attributes());
  const Json& includes = Member(fields, "include");
  for (std::size_t i = 0; i < includes.size(); ++i) {
    const Json& include = includes[i];
    // An include that shows nothing of its rows only filters.
    if (const Json& names = Member(include, "attributes");
        names.is_array() && names.empty() && Member(include, "include").empty()) {
      continue;
    }
    const std::string name = TextMember(include, "association", "include");
    const auto association = FindAssociation(schema, row.instance().of(), name);
    Json shown = RowsOf(store, row.Included(i), include);
    if (schema[*association].to_one()) shown = shown.empty() ? Json() : Json(shown[0]);
    result[name] = std::move(shown);
  }
  if (const auto join = row.join(); join.has_value() && !row.join_attributes().empty()) {
    result[schema[join->of()].name] = Shown(store, *join, row.join_attributes());
  }
  return result;
}

Json RowsOf(const Store& store, const Rows& rows, const Json& fields) {
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(RowOf(store, row, fields));
  return list;
}

}  // namespace relata::conformance
