// What a store does with a query.
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/bound_query.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/operations.h"
#include "graph/query_text.h"
#include "graph/selection.h"
#include "relata/query.h"
#include "relata/store.h"

namespace relata {

using internal::BindQuery;

namespace {

std::vector<Instance> InstancesOf(const internal::BoundQuery& query) {
  std::vector<Instance> instances;
  internal::ForRows(query, [&](const internal::LinkedRow& row) {
    instances.push_back({query.root.model.index, row.slot, internal::StampOf(row.row)});
    return true;
  });
  return instances;
}

}  // namespace

absl::StatusOr<Rows> Store::Select(const Query& query) const {
  auto bound = BindQuery(*state_, query);
  if (!bound.ok()) return bound.status();
  return internal::QueryAccess::Result(*std::move(bound));
}

absl::StatusOr<Rows> Store::Select(Instance instance, Association association,
                                   const Query& query) const {
  auto bound = BindQuery(*state_, instance, association, query);
  if (!bound.ok()) return bound.status();
  return internal::QueryAccess::Result(*std::move(bound));
}

absl::StatusOr<std::optional<Instance>> Store::First(const Query& query) const {
  // As if it had a limit of 1, or of less: so that what comes first does not depend on deletions.
  Query one = query;
  if (internal::QueryAccess::Spec(query).limit.value_or(1) > 0) one.Limit(1);
  const auto bound = BindQuery(*state_, one);
  if (!bound.ok()) return bound.status();
  const std::vector<Instance> first = InstancesOf(*bound);
  if (first.empty()) return std::optional<Instance>();
  return std::optional<Instance>(first[0]);
}

absl::StatusOr<std::size_t> Store::Count(const Query& query) const {
  const auto bound = BindQuery(*state_, query);
  if (!bound.ok()) return bound.status();
  return internal::CountRows(*bound);
}

absl::StatusOr<std::size_t> Store::Count(Instance instance, Association association,
                                         const Query& query) const {
  const auto bound = BindQuery(*state_, instance, association, query);
  if (!bound.ok()) return bound.status();
  return internal::CountRows(*bound);
}

absl::StatusOr<std::size_t> Store::Update(const Query& query, const Values& values) {
  const auto bound = BindQuery(*state_, query);
  if (!bound.ok()) return bound.status();
  const auto resolved = internal::Resolve(*state_, query.model().index, values);
  if (!resolved.ok()) return resolved.status();
  // Also when no row is matched: a value that does not fit is an error (rule R12).
  for (const internal::AttributeValue& v : *resolved) {
    const auto value = internal::NormalizeFor(*state_, query.model().index, v.attribute, v.value);
    if (!value.ok()) return value.status();
  }
  const std::vector<Instance> instances = InstancesOf(*bound);
  const auto plan = internal::PlanUpdateRows(*state_, instances, *resolved);
  if (!plan.ok()) return plan.status();
  RELATA_RETURN_IF_ERROR(internal::ApplyIfUnblocked(*state_, *plan));
  return instances.size();
}

absl::StatusOr<std::size_t> Store::Delete(const Query& query) {
  const auto bound = BindQuery(*state_, query);
  if (!bound.ok()) return bound.status();
  const std::vector<Instance> instances = InstancesOf(*bound);
  RELATA_RETURN_IF_ERROR(internal::DeleteRows(*state_, instances));
  return instances.size();
}

absl::StatusOr<std::string> Store::Explain(const Query& query) const {
  const auto bound = BindQuery(*state_, query);
  if (!bound.ok()) return bound.status();
  return internal::ExplainQuery(*bound);
}

}  // namespace relata
