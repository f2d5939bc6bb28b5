#include "graph/condition_binder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/cell_order.h"
#include "graph/describe.h"
#include "graph/errors.h"

namespace relata::internal {
namespace {

using Kind = ConditionNode::Kind;

// Deeper nesting is a mistake, and would exhaust the stack.
constexpr int kMaxDepth = 1000;

constexpr std::uint32_t kNoPath = UINT32_MAX;

// Cheap tests first: which of several comes first changes no outcome.
int CostOf(const Condition& condition) {
  const ConditionNode* node = ConditionAccess::Node(condition);
  if (node == nullptr) return 0;
  if (node->kind == Kind::kExists || node->kind == Kind::kLinked) return 3;
  if (node->kind != Kind::kCompare) return 2;
  if (!node->left->path().empty()) return 2;
  const Comparison c = node->comparison;
  return c == Comparison::kLike || c == Comparison::kNotLike || node->right.has_value() ? 1 : 0;
}

std::shared_ptr<const RowFilter> BindScope(const StoreState& state, Model model,
                                           const std::vector<ScopeEntry>& scope) {
  if (scope.empty()) return nullptr;
  std::vector<Condition> all;
  for (const ScopeEntry& entry : scope) {
    const AttributeRef attribute = model[state.model(model.index).attributes[entry.attribute].name];
    std::vector<Condition> any;
    for (const Value& value : entry.values) any.push_back(attribute.Is(value));
    all.push_back(AnyOf(std::move(any)));
  }
  auto filter = ConditionBinder::Bind(state, model, AllOf(std::move(all)));
  return std::make_shared<const RowFilter>(*std::move(filter));  // the schema has checked it
}

}  // namespace

absl::StatusOr<Association> BindAssociation(const StoreState& state, Model source,
                                            const AssociationRef& association) {
  const Schema& schema = state.schema();
  if (!association.name().empty()) return schema.FindAssociation(source, association.name());
  if (association.association().index >= schema.associations().size()) {
    return absl::InvalidArgumentError("the association handle is not of this store's schema");
  }
  if (schema[association.association()].source != source) {
    return KindError(ErrorKind::kNotAssociated,
                     absl::StrCat("'", schema.Describe(association.association()), "' starts from ",
                                  schema[schema[association.association()].source].name,
                                  ", but the rows here are of ", schema[source].name));
  }
  return association.association();
}

absl::StatusOr<BoundAttribute> BindAttribute(const StoreState& state, Model model,
                                             const AttributeRef& attribute) {
  const Schema& schema = state.schema();
  BoundAttribute bound;
  bound.model = model;
  for (const Association step : attribute.path()) {
    const auto association = BindAssociation(state, bound.model, step);
    if (!association.ok()) return association.status();
    const AssociationInfo& info = schema[*association];
    if (!info.to_one()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "'", schema.Describe(*association), "' leads to many rows: use Exists, or Include"));
    }
    bound.path.push_back(BindWalk(state, *association));
    absl::StrAppend(&bound.name, info.name, ".");
    bound.model = info.target;
  }
  const ModelInfo& info = schema[bound.model];
  if (attribute.model() != Model() && attribute.model() != bound.model) {
    const bool known = attribute.model().index < schema.models().size();
    return absl::InvalidArgumentError(
        absl::StrCat("an attribute of ", info.name, " was expected, not ",
                     known ? schema[attribute.model()].name : "one of another schema",
                     known && !attribute.name().empty() ? absl::StrCat(".", attribute.name()) : "",
                     "; an attribute of an associated row is named through its association"));
  }
  if (attribute.name().empty()) {
    if (attribute.position() >= info.attributes.size() ||
        info.attributes[attribute.position()].type != attribute.type()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the field is not of this store's schema: ", info.name,
                       " has no such attribute of type ", std::string(TypeName(attribute.type()))));
    }
    bound.attribute = attribute.position();
  } else {
    const auto found = schema.FindAttribute(bound.model, attribute.name());
    if (!found.ok()) return found.status();
    bound.attribute = *found;
  }
  bound.cell = state.layout(bound.model.index).cells[bound.attribute];
  bound.name = absl::StrCat(bound.path.empty() ? absl::StrCat(info.name, ".") : bound.name,
                            info.attributes[bound.attribute].name);
  return bound;
}

ScopedWalk BindWalk(const StoreState& state, Association association) {
  const AssociationInfo& info = state.schema()[association];
  ScopedWalk walk;
  walk.walk = LinkWalk::By(state, info);
  walk.scope = BindScope(state, info.target, info.scope);
  walk.source_scope = BindScope(state, info.source, info.source_scope);
  if (walk.walk.through()) walk.join_scope = BindScope(state, info.through, info.through_scope);
  return walk;
}

absl::StatusOr<RowFilter> ConditionBinder::Bind(const StoreState& state, Model model,
                                                const Condition& condition, Facts* facts) {
  ConditionBinder binder(state, model, facts);
  const auto entry = binder.Emit(ConditionAccess::Node(condition), false,
                                 {RowFilter::kTrue, RowFilter::kFalse}, facts != nullptr);
  if (!entry.ok()) return entry.status();
  binder.filter_.entry_ = *entry;
  return std::move(binder.filter_);
}

absl::StatusOr<std::uint32_t> ConditionBinder::Emit(const ConditionNode* node, bool negated,
                                                    Exits exits, bool sure) {
  if (node == nullptr) return negated ? exits.on_false : exits.on_true;
  if (++depth_ > kMaxDepth) {
    return absl::InvalidArgumentError(
        absl::StrCat("a condition is nested more than ", kMaxDepth, " deep"));
  }
  absl::StatusOr<std::uint32_t> entry = exits.on_true;
  switch (node->kind) {
    case Kind::kAll:
    case Kind::kAny:
      entry = EmitList(*node, negated, exits, sure);
      break;
    case Kind::kNot:
      entry = Emit(ConditionAccess::Node(node->parts[0]), !negated, exits, sure);
      break;
    case Kind::kCompare:
      entry =
          EmitCompare(*node, negated ? Opposite(node->comparison) : node->comparison, exits, sure);
      break;
    case Kind::kExists:
      entry = EmitExists(*node, negated, exits);
      break;
    case Kind::kLinked:
      entry = EmitLinked(*node, negated, exits, sure);
      break;
  }
  --depth_;
  return entry;
}

absl::StatusOr<std::uint32_t> ConditionBinder::EmitList(const ConditionNode& node, bool negated,
                                                        Exits exits, bool sure) {
  const bool all = (node.kind == Kind::kAll) != negated;
  std::vector<const Condition*> parts;
  for (const Condition& part : node.parts) parts.push_back(&part);
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Condition* a, const Condition* b) { return CostOf(*a) < CostOf(*b); });
  // Backwards: each part goes on with the one after it.
  std::uint32_t next = all ? exits.on_true : exits.on_false;
  std::vector<Facts> any;  // of each part of an OR
  Facts* const whole = facts_;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    const Exits inner = all ? Exits{next, exits.on_false} : Exits{exits.on_true, next};
    if (!all && sure) facts_ = &any.emplace_back();
    const auto entry = Emit(ConditionAccess::Node(**part), negated, inner, sure);
    facts_ = whole;
    if (!entry.ok()) return entry.status();
    next = *entry;
  }
  // Of a part of which nothing is known, any row may come.
  const bool known = std::none_of(any.begin(), any.end(), [](const Facts& f) { return f.empty(); });
  if (!any.empty() && known) {
    std::reverse(any.begin(), any.end());
    facts_->any.push_back(std::move(any));
  }
  return next;
}

absl::StatusOr<std::uint32_t> ConditionBinder::EmitCompare(const ConditionNode& node,
                                                           Comparison comparison, Exits exits,
                                                           bool sure) {
  if (node.right.has_value()) return EmitPair(node, comparison, exits);
  const auto left = BindAttribute(state_, model_, *node.left);
  if (!left.ok()) return left.status();
  switch (comparison) {
    case Comparison::kIn:
    case Comparison::kNotIn:
      return EmitIn(node, *left, comparison == Comparison::kNotIn, exits, sure);
    case Comparison::kLike:
    case Comparison::kNotLike:
      return EmitLike(*left, comparison == Comparison::kNotLike, node.values[0], exits);
    default:
      return EmitValue(*left, comparison, node.values[0], exits, sure);
  }
}

absl::StatusOr<std::uint32_t> ConditionBinder::EmitPair(const ConditionNode& node,
                                                        Comparison comparison, Exits exits) {
  const auto left = BindAttribute(state_, model_, *node.left);
  if (!left.ok()) return left.status();
  const auto right = BindAttribute(state_, model_, *node.right);
  if (!right.ok()) return right.status();
  if (!AreComparable(left->cell.type, right->cell.type)) {
    return absl::InvalidArgumentError(absl::StrCat(
        left->name, " is ", std::string(TypeName(left->cell.type)), " and cannot be compared with ",
        right->name, ", which is ", std::string(TypeName(right->cell.type))));
  }
  if (comparison == Comparison::kLike || comparison == Comparison::kNotLike) {
    return absl::InvalidArgumentError(
        absl::StrCat("Like on ", left->name, " takes a pattern, not an attribute"));
  }
  RowTest test;
  test.kind = TestKind::kAttributes;
  test.operand = static_cast<std::uint32_t>(filter_.pairs_.size());
  filter_.pairs_.push_back({comparison, left->cell, right->cell, PathOf(*left), PathOf(*right)});
  return Add(test, exits);
}

absl::StatusOr<std::uint32_t> ConditionBinder::EmitExists(const ConditionNode& node, bool negated,
                                                          Exits exits) {
  const auto association = BindAssociation(state_, model_, *node.association);
  if (!association.ok()) return association.status();
  const AssociationInfo& info = state_.schema()[*association];
  auto target = Bind(state_, info.target, node.parts[0]);
  if (!target.ok()) return target.status();
  ExistsTest exists;
  exists.walk = BindWalk(state_, *association);
  exists.target = *std::move(target);
  if (ConditionAccess::Node(node.parts[1]) != nullptr) {
    if (info.kind != AssociationKind::kBelongsToMany) {
      return absl::InvalidArgumentError(absl::StrCat("a condition on join rows was given, but '",
                                                     state_.schema().Describe(*association),
                                                     "' goes through no join model"));
    }
    auto join = Bind(state_, info.through, node.parts[1]);
    if (!join.ok()) return join.status();
    exists.join = *std::move(join);
  }
  RowTest test;
  test.kind = TestKind::kExists;
  test.negated = negated;
  test.operand = static_cast<std::uint32_t>(filter_.exists_.size());
  filter_.exists_.push_back(std::move(exists));
  return Add(test, exits);
}

absl::StatusOr<std::uint32_t> ConditionBinder::EmitLinked(const ConditionNode& node, bool negated,
                                                          Exits exits, bool sure) {
  const auto association = BindAssociation(state_, model_, *node.association);
  if (!association.ok()) return association.status();
  RELATA_RETURN_IF_ERROR(CheckAlive(state_, node.instance));
  const Model target = state_.schema()[*association].target;
  if (node.instance.of() != target) return WrongModelError(state_, node.instance.of(), target);
  if (sure && !negated) facts_->linked.push_back({*association, node.instance.slot});
  RowTest test;
  test.kind = TestKind::kLinked;
  test.negated = negated;
  test.operand = static_cast<std::uint32_t>(filter_.linked_.size());
  filter_.linked_.push_back({BindWalk(state_, *association), node.instance.slot});
  return Add(test, exits);
}

RowTest ConditionBinder::TestOf(const BoundAttribute& attribute, TestKind kind) {
  RowTest test;
  test.kind = kind;
  test.type = attribute.cell.type;
  test.null_byte = attribute.cell.null_byte;
  test.null_mask = attribute.cell.null_mask;
  test.offset = attribute.cell.offset;
  test.path = PathOf(attribute);
  return test;
}

std::uint32_t ConditionBinder::PathOf(const BoundAttribute& attribute) {
  if (attribute.path.empty()) return kNoPath;
  filter_.paths_.push_back(attribute.path);
  return static_cast<std::uint32_t>(filter_.paths_.size() - 1);
}

std::uint32_t ConditionBinder::Add(RowTest test, Exits exits) {
  test.on_true = exits.on_true;
  test.on_false = exits.on_false;
  filter_.tests_.push_back(test);
  return static_cast<std::uint32_t>(filter_.tests_.size() - 1);
}

}  // namespace relata::internal
