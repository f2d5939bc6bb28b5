// Names of a query to places: one level after the other, includes within.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/bound_query.h"
#include "graph/describe.h"
#include "graph/errors.h"

namespace relata::internal {
namespace {

// Deeper nesting is a mistake, and would exhaust the stack.
constexpr int kMaxDepth = 200;

absl::Status Within(const std::string& where, const absl::Status& status) {
  const std::string message = absl::StrCat(where, ": ", status.message());
  const ErrorKind kind = KindOf(status);
  if (kind != ErrorKind::kNone) return KindError(kind, message);
  return absl::Status(status.code(), message);
}

class QueryBinder {
 public:
  explicit QueryBinder(const StoreState& state) : state_(state), schema_(state.schema()) {}

  absl::Status Bind(const LevelSpec& spec, const std::string& where, Facts* facts,
                    BoundLevel& level) {
    if (++depth_ > kMaxDepth) {
      return absl::InvalidArgumentError(
          absl::StrCat("includes are nested more than ", kMaxDepth, " deep"));
    }
    level.table = &state_.views()[level.model.index];
    auto filter = ConditionBinder::Bind(state_, level.model, spec.where, facts);
    if (!filter.ok()) return Within(absl::StrCat(where, ": Where"), filter.status());
    level.where = *std::move(filter);
    const bool has_join = level.join_model != Model();
    if (spec.has_through) {
      if (!has_join) {
        return Within(where, absl::InvalidArgumentError(
                                 "ThroughWhere and ThroughAttributes are about join rows, and "
                                 "these rows are not reached through a join model"));
      }
      auto through = ConditionBinder::Bind(state_, level.join_model, spec.through_where);
      if (!through.ok()) return Within(absl::StrCat(where, ": ThroughWhere"), through.status());
      level.through_where = *std::move(through);
    }
    RELATA_RETURN_IF_ERROR(BindAttributes(level.model, spec.attributes, where, level.attributes));
    if (has_join) {
      RELATA_RETURN_IF_ERROR(
          BindAttributes(level.join_model, spec.through_attributes, where, level.join_attributes));
    }
    level.limit = spec.limit.value_or(BoundLevel::kNoLimit);
    level.offset = spec.offset;
    RELATA_RETURN_IF_ERROR(BindOrder(spec, where, level));
    for (const Inclusion& inclusion : spec.includes) {
      RELATA_RETURN_IF_ERROR(BindInclude(inclusion, where, level));
    }
    --depth_;
    return absl::OkStatus();
  }

 private:
  absl::Status BindInclude(const Inclusion& inclusion, const std::string& where,
                           BoundLevel& level) {
    const auto associations = AssociationsOf(inclusion, level.model);
    if (!associations.ok()) return Within(absl::StrCat(where, ": Include"), associations.status());
    const LevelSpec& spec = QueryAccess::Spec(inclusion);
    const bool required = QueryAccess::RequiredOf(inclusion).value_or(spec.has_where);
    if (required) {
      const auto first = static_cast<std::uint32_t>(level.includes.size());
      const auto count = static_cast<std::uint32_t>(associations->size());
      level.required_includes.push_back({first, first + count});
    }
    for (const Association association : *associations) {
      const AssociationInfo& info = schema_[association];
      BoundLevel include;
      include.association = association;
      include.model = info.target;
      include.walk = BindWalk(state_, association);
      if (include.walk.walk.through()) include.join_model = info.through;
      include.required = required;
      RELATA_RETURN_IF_ERROR(
          Bind(spec, absl::StrCat(where, ": Include(", info.name, ")"), nullptr, include));
      level.includes.push_back(std::move(include));
    }
    return absl::OkStatus();
  }

  // What an include is of: an association, or every alternative of one to one of several models.
  absl::StatusOr<std::vector<Association>> AssociationsOf(const Inclusion& inclusion,
                                                          Model model) const {
    std::optional<OneOf> one_of = QueryAccess::OneOfOf(inclusion);
    const AssociationRef& ref = QueryAccess::AssociationOf(inclusion);
    if (!one_of.has_value() && !ref.name().empty()) {
      for (const OneOf candidate : schema_[model].one_ofs) {
        if (schema_[candidate].name == ref.name()) one_of = candidate;
      }
    }
    if (!one_of.has_value()) {
      const auto association = BindAssociation(state_, model, ref);
      if (!association.ok()) return association.status();
      return std::vector<Association>{*association};
    }
    if (one_of->index >= schema_.one_ofs().size()) {
      return absl::InvalidArgumentError("the association handle is not of this store's schema");
    }
    if (schema_[*one_of].source != model) {
      return KindError(ErrorKind::kNotAssociated,
                       absl::StrCat("'", schema_.Describe(*one_of), "' starts from ",
                                    schema_[schema_[*one_of].source].name,
                                    ", but the rows here are of ", schema_[model].name));
    }
    return schema_[*one_of].alternatives;
  }

  absl::Status BindAttributes(Model model, const std::optional<std::vector<std::string>>& names,
                              const std::string& where, std::vector<std::uint32_t>& attributes) {
    if (!names.has_value()) {
      attributes.resize(schema_[model].attributes.size());
      for (std::uint32_t a = 0; a < attributes.size(); ++a) attributes[a] = a;
      return absl::OkStatus();
    }
    for (const std::string& name : *names) {
      const auto attribute = schema_.FindAttribute(model, name);
      if (!attribute.ok()) return Within(absl::StrCat(where, ": Attributes"), attribute.status());
      attributes.push_back(*attribute);
    }
    return absl::OkStatus();
  }

  absl::Status BindOrder(const LevelSpec& spec, const std::string& where, BoundLevel& level) {
    if (spec.any_order && !spec.order.empty()) {
      return Within(where, absl::InvalidArgumentError(
                               "OrderBy and InAnyOrder contradict each other: leave one out"));
    }
    for (const OrderSpec& order : spec.order) {
      auto attribute = BindAttribute(state_, level.model, order.attribute);
      if (!attribute.ok()) return Within(absl::StrCat(where, ": OrderBy"), attribute.status());
      level.order.push_back({std::move(attribute->path), attribute->cell,
                             order.direction == kDescending, std::move(attribute->name),
                             attribute->attribute});
    }
    level.asked_order = level.order.size();
    const bool counted = level.limit != BoundLevel::kNoLimit || level.offset > 0;
    const bool one = level.association != Association() && level.walk.walk.to_one();
    if (spec.any_order || one || (spec.order.empty() && !counted)) return absl::OkStatus();
    AddKey(level.model, level.order);
    if (level.join_model != Model()) AddKey(level.join_model, level.join_order);
    return absl::OkStatus();
  }

  void AddKey(Model model, std::vector<OrderTerm>& order) const {
    const ModelInfo& info = schema_[model];
    for (const std::uint32_t a : info.primary_key().attributes) {
      order.push_back({{}, state_.layout(model.index).cells[a], false, info.attributes[a].name, a});
    }
  }

  const StoreState& state_;
  const Schema& schema_;
  int depth_ = 0;
};

// What of a level's order an index could give.
WantedOrder WantedOf(const BoundLevel& level) {
  WantedOrder wanted;
  for (std::size_t i = 0; i < level.asked_order; ++i) {
    if (!level.order[i].path.empty()) return {};
    wanted.terms.push_back({level.order[i].attribute, level.order[i].descending});
  }
  if (level.limit < BoundLevel::kNoLimit - level.offset) wanted.rows = level.limit + level.offset;
  wanted.all_match = level.where.always() && level.required_includes.empty();
  return wanted;
}

absl::Status CheckModel(const Schema& schema, Model model) {
  if (model.index < schema.models().size()) return absl::OkStatus();
  return absl::InvalidArgumentError("query: the model handle is not of this store's schema");
}

}  // namespace

absl::StatusOr<BoundQuery> BindQuery(const StoreState& state, const Query& query) {
  RELATA_RETURN_IF_ERROR(CheckModel(state.schema(), query.model()));
  BoundQuery bound;
  bound.state = &state;
  bound.root.model = query.model();
  Facts facts;
  RELATA_RETURN_IF_ERROR(QueryBinder(state).Bind(
      QueryAccess::Spec(query), absl::StrCat("query on ", state.schema()[query.model()].name),
      &facts, bound.root));
  if (bound.root.where.never()) {
    bound.access.kind = AccessKind::kNone;
    bound.access.listed = true;
    bound.access.description = "no rows: the condition never holds";
  } else {
    bound.access = ChooseAccess(state, query.model(), facts, WantedOf(bound.root));
  }
  return bound;
}

absl::StatusOr<BoundQuery> BindQuery(const StoreState& state, Instance instance,
                                     Association association, const Query& query) {
  const Schema& schema = state.schema();
  RELATA_RETURN_IF_ERROR(CheckModel(schema, query.model()));
  RELATA_RETURN_IF_ERROR(CheckAlive(state, instance));
  const auto known = BindAssociation(state, instance.of(), association);
  if (!known.ok()) return known.status();
  const AssociationInfo& info = schema[association];
  const std::string where =
      absl::StrCat("query on ", info.name, " of ", schema[instance.of()].name);
  if (query.model() != info.target) {
    return absl::InvalidArgumentError(absl::StrCat(
        where, ": '", schema.Describe(association), "' leads to ", schema[info.target].name,
        ", but the query is on ", schema[query.model()].name));
  }
  BoundQuery bound;
  bound.state = &state;
  bound.root.model = info.target;
  bound.root.association = association;
  bound.root.walk = BindWalk(state, association);
  if (bound.root.walk.walk.through()) bound.root.join_model = info.through;
  RELATA_RETURN_IF_ERROR(
      QueryBinder(state).Bind(QueryAccess::Spec(query), where, nullptr, bound.root));
  bound.source = state.Row(instance.model, instance.slot);
  bound.source_name = DescribeRow(state, instance.model, instance.slot);
  return bound;
}

}  // namespace relata::internal
