#include "tests/conformance/query.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/conformance/rows.h"

namespace relata::conformance {
namespace {

absl::StatusOr<std::vector<Include>> ParseIncludes(const Schema& schema, Model source,
                                                   const Json& list);
absl::StatusOr<Order> ParseOrder(const Schema& schema, Model model, const Json& list);

// The order, the limit and the offset of a query or an include.
template <typename Level>
absl::Status ParseRange(const Schema& schema, Model model, const Json& fields, Level& level) {
  auto order = ParseOrder(schema, model, Member(fields, "order"));
  if (!order.ok()) return order.status();
  level.order = *std::move(order);
  if (const Json& limit = Member(fields, "limit"); !limit.is_null()) {
    level.limit = limit.get<std::size_t>();
  }
  if (const Json& offset = Member(fields, "offset"); !offset.is_null()) {
    level.offset = offset.get<std::size_t>();
  }
  return absl::OkStatus();
}

absl::StatusOr<Include> ParseInclude(const Schema& schema, Model source, const Json& json) {
  RequireMembers(json,
                 {"association", "where", "required", "attributes", "through", "include", "order",
                  "limit", "offset"},
                 "include");
  Include include;
  include.name = TextMember(json, "association", "include");
  const auto association = schema.FindAssociation(source, include.name);
  if (!association.ok()) return association.status();
  include.association = *association;
  const AssociationInfo& info = schema[include.association];
  auto where = ParseCondition(schema[info.target], Member(json, "where"));
  if (!where.ok()) return where.status();
  include.where = *std::move(where);
  include.required = json.contains("where");
  if (const Json& required = Member(json, "required"); !required.is_null()) {
    include.required = required.get<bool>();
  }
  auto attributes = ParseAttributes(schema, info.target, Member(json, "attributes"));
  if (!attributes.ok()) return attributes.status();
  include.attributes = *std::move(attributes);
  if (const Json& through = Member(json, "through"); !through.is_null()) {
    RequireMembers(through, {"attributes", "where"}, "include: through");
    if (info.kind != AssociationKind::kBelongsToMany) {
      return absl::InvalidArgumentError(absl::StrCat(
          "include: ", schema.Describe(include.association), " goes through no join model"));
    }
    auto through_where = ParseCondition(schema[info.through], Member(through, "where"));
    if (!through_where.ok()) return through_where.status();
    include.through_where = *std::move(through_where);
    auto shown = ParseAttributes(schema, info.through, Member(through, "attributes"));
    if (!shown.ok()) return shown.status();
    include.through_attributes = *std::move(shown);
  }
  auto includes = ParseIncludes(schema, info.target, Member(json, "include"));
  if (!includes.ok()) return includes.status();
  include.includes = *std::move(includes);
  const absl::Status range = ParseRange(schema, info.target, json, include);
  if (!range.ok()) return range;
  return include;
}

absl::StatusOr<std::vector<Include>> ParseIncludes(const Schema& schema, Model source,
                                                   const Json& list) {
  std::vector<Include> includes;
  for (const Json& one : list) {
    auto include = ParseInclude(schema, source, one);
    if (!include.ok()) return include.status();
    includes.push_back(*std::move(include));
  }
  return includes;
}

absl::StatusOr<Order> ParseOrder(const Schema& schema, Model model, const Json& list) {
  Order order;
  for (const Json& one : list) {
    // ["name", "DESC"], ["name"] or "name".
    const Json parts = one.is_array() ? one : Json::array({one});
    if (parts.empty() || parts.size() > 2 || !parts[0].is_string() || !parts.back().is_string()) {
      throw Malformed(absl::StrCat("order: expected [attribute, direction], not ", one.dump()));
    }
    const auto attribute = schema.FindAttribute(model, parts[0].get<std::string>());
    if (!attribute.ok()) return attribute.status();
    std::string direction = parts.size() == 2 ? parts[1].get<std::string>() : "ASC";
    absl::AsciiStrToUpper(&direction);
    if (direction != "ASC" && direction != "DESC") {
      throw Malformed(absl::StrCat("order: expected ASC or DESC, not ", direction));
    }
    order.emplace_back(*attribute, direction == "DESC");
  }
  return order;
}

bool Holds(const Store& store, Instance row, const Condition& condition) {
  return Evaluate(condition, [&](std::uint32_t attribute) { return store.View(row, attribute); }) ==
         Truth::kTrue;
}

std::vector<Element> ByKey(const Store& store, std::vector<Element> elements) {
  std::stable_sort(elements.begin(), elements.end(), [&](const Element& a, const Element& b) {
    return store.KeyOf(a.row) < store.KeyOf(b.row);
  });
  return elements;
}

std::vector<Element> Sorted(const Store& store, std::vector<Element> elements, const Order& order) {
  std::stable_sort(elements.begin(), elements.end(), [&](const Element& a, const Element& b) {
    for (const auto& [attribute, descending] : order) {
      const ValueView x = store.View(a.row, attribute);
      const ValueView y = store.View(b.row, attribute);
      if (Less(x, y)) return !descending;
      if (Less(y, x)) return descending;
    }
    return false;
  });
  return elements;
}

// The element as an object, or nullopt when a required include shows nothing for it.
std::optional<Json> Render(const Store& store, const Element& element, const Shown& attributes,
                           const std::vector<Include>& includes, const Shown& join_attributes) {
  const Schema& schema = store.schema();
  Json result = RowOf(store, element.row, attributes);
  for (const Include& include : includes) {
    Json shown = Json::array();
    std::size_t skipped = 0;
    for (const Element& linked :
         Sorted(store, LinkedTo(store, element.row, include.association), include.order)) {
      if (include.limit.has_value() && shown.size() == *include.limit) break;
      if (!Holds(store, linked.row, include.where)) continue;
      if (linked.join.has_value() && !Holds(store, *linked.join, include.through_where)) continue;
      const auto row =
          Render(store, linked, include.attributes, include.includes, include.through_attributes);
      if (row.has_value() && skipped++ >= include.offset) shown.push_back(*row);
    }
    if (shown.empty() && include.required) return std::nullopt;
    // An include that shows nothing of its rows only filters.
    if (include.attributes.has_value() && include.attributes->empty() && include.includes.empty()) {
      continue;
    }
    if (schema[include.association].to_one()) {
      result[include.name] = shown.empty() ? Json() : shown[0];
    } else {
      result[include.name] = std::move(shown);
    }
  }
  const bool show_join = !join_attributes.has_value() || !join_attributes->empty();
  if (element.join.has_value() && show_join) {
    result[schema[element.join->of()].name] = RowOf(store, *element.join, join_attributes);
  }
  return result;
}

}  // namespace

absl::StatusOr<Shown> ParseAttributes(const Schema& schema, Model model, const Json& names) {
  if (names.is_null()) return Shown();
  if (!names.is_array()) {
    throw Malformed(absl::StrCat("attributes: expected a list of names, not ", names.dump()));
  }
  std::vector<std::uint32_t> attributes;
  for (const Json& name : names) {
    if (!name.is_string()) {
      throw Malformed(absl::StrCat("attributes: expected a name, not ", name.dump()));
    }
    const auto attribute = schema.FindAttribute(model, name.get<std::string>());
    if (!attribute.ok()) return attribute.status();
    attributes.push_back(*attribute);
  }
  return Shown(std::move(attributes));
}

absl::StatusOr<Query> ParseQuery(const Schema& schema, Model model, const Json& fields) {
  Query query;
  auto where = ParseCondition(schema[model], Member(fields, "where"));
  if (!where.ok()) return where.status();
  query.where = *std::move(where);
  auto attributes = ParseAttributes(schema, model, Member(fields, "attributes"));
  if (!attributes.ok()) return attributes.status();
  query.attributes = *std::move(attributes);
  auto includes = ParseIncludes(schema, model, Member(fields, "include"));
  if (!includes.ok()) return includes.status();
  query.includes = *std::move(includes);
  const absl::Status range = ParseRange(schema, model, fields, query);
  if (!range.ok()) return range;
  return query;
}

std::vector<Element> AllOf(const Store& store, Model model) {
  std::vector<Element> elements;
  for (const Instance row : store.All(model)) elements.push_back({row, std::nullopt});
  return ByKey(store, std::move(elements));
}

std::vector<Element> LinkedTo(const Store& store, Instance source, Association association) {
  const bool through = store.schema()[association].kind == AssociationKind::kBelongsToMany;
  std::vector<Element> elements;
  const LinkedRange range = store.Linked(source, association);
  for (auto link = range.begin(); link != range.end(); ++link) {
    elements.push_back({*link, through ? std::optional(link.join()) : std::nullopt});
  }
  return ByKey(store, std::move(elements));
}

std::vector<Element> Matching(const Store& store, const std::vector<Element>& elements,
                              const Condition& where) {
  std::vector<Element> matching;
  for (const Element& element : elements) {
    if (Holds(store, element.row, where)) matching.push_back(element);
  }
  return matching;
}

std::vector<Selected> Select(const Store& store, const std::vector<Element>& elements,
                             const Query& query, const Shown& join_attributes) {
  const std::vector<Element> matching =
      Sorted(store, Matching(store, elements, query.where), query.order);
  std::vector<Selected> rows;
  std::size_t skipped = 0;
  for (const Element& element : matching) {
    if (query.limit.has_value() && rows.size() == *query.limit) break;
    auto row = Render(store, element, query.attributes, query.includes, join_attributes);
    if (!row.has_value()) continue;
    if (skipped++ < query.offset) continue;
    rows.push_back({element.row, *std::move(row)});
  }
  return rows;
}

Json RowOf(const Store& store, Instance row, const Shown& attributes) {
  const ModelInfo& model = store.schema()[row.of()];
  Json result = Json::object();
  for (std::uint32_t a = 0; a < model.attributes.size(); ++a) {
    const bool shown = !attributes.has_value() ||
                       std::find(attributes->begin(), attributes->end(), a) != attributes->end();
    if (shown) result[model.attributes[a].name] = ToJson(store.View(row, a));
  }
  return result;
}

}  // namespace relata::conformance
