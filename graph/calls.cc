// Accessors by name: finds what is meant, makes the argument what that takes, and asks the store.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/store_state.h"
#include "relata/call.h"
#include "relata/draft.h"
#include "relata/query.h"
#include "relata/store.h"

namespace relata {
namespace {

bool IsNothing(const DraftValue& argument) {
  return argument.value().has_value() ? argument.value()->is_null() : argument.rows().empty();
}

absl::Status Takes(std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("takes ", internal::Asv(what)));
}

// Instances and keys; no new rows.
absl::StatusOr<std::vector<Target>> TargetsOf(const DraftValue& argument) {
  std::vector<Target> targets;
  if (IsNothing(argument)) return targets;
  if (argument.value().has_value()) targets.emplace_back(Key(*argument.value()));
  for (const DraftTarget& target : argument.rows()) {
    const internal::DraftNode& row = target.draft().rows()[0];
    if (!row.existing.has_value() || row.first_part != internal::kNoPart) {
      return Takes(
          "an instance or a key, or a list of them; to create, call the accessor that "
          "creates");
    }
    targets.push_back(*row.existing);
  }
  return targets;
}

template <typename T>
absl::StatusOr<CallResult> Result(absl::StatusOr<T> result) {
  if (!result.ok()) return result.status();
  return CallResult(*std::move(result));
}
absl::StatusOr<CallResult> Result(const LinkResult& result) {
  if (!result.ok()) return result.status();
  return CallResult(result.counts());
}

absl::StatusOr<CallResult> GetOrCount(const Store& store, Instance instance,
                                      const AccessorInfo& accessor, const Query* query) {
  const auto [association, role] = accessor;
  if (role == AccessorRole::kCount) {
    return Result(query == nullptr ? store.Count(instance, association)
                                   : store.Count(instance, association, *query));
  }
  const bool to_one = store.schema()[association].to_one();
  if (query == nullptr) {
    if (to_one) return Result(store.GetOne(instance, association));
    return Result(store.Get(instance, association));
  }
  const auto rows = store.Select(instance, association, *query);
  if (!rows.ok()) return rows.status();
  std::vector<Instance> found = rows->Instances();
  if (!to_one) return CallResult(std::move(found));
  return CallResult(found.empty() ? std::optional<Instance>() : found[0]);
}

absl::StatusOr<CallResult> Dispatch(Store& store, Instance instance, const AccessorInfo& accessor,
                                    const DraftValue& argument, const Values& through) {
  const auto [association, role] = accessor;
  if (role == AccessorRole::kGet || role == AccessorRole::kCount) {
    if (!IsNothing(argument) || !through.empty()) return Takes("a query or nothing");
    return GetOrCount(store, instance, accessor, nullptr);
  }
  if (role == AccessorRole::kCreate) {
    if (IsNothing(argument)) return Result(store.Create(instance, association, Draft(), through));
    if (argument.rows().size() != 1 || argument.value().has_value()) {
      return Takes("the values of one new row");
    }
    return Result(store.Create(instance, association, argument.rows()[0].draft(), through));
  }
  const auto targets = TargetsOf(argument);
  if (!targets.ok()) return targets.status();
  if ((role == AccessorRole::kRemove || role == AccessorRole::kHas) && !through.empty()) {
    return Takes("no values for join rows");
  }
  switch (role) {
    case AccessorRole::kSet:
      return Result(store.Set(instance, association, *targets, through));
    case AccessorRole::kAdd:
      return Result(store.Add(instance, association, *targets, through));
    case AccessorRole::kRemove:
      return Result(store.Remove(instance, association, *targets));
    default:
      return Result(store.Has(instance, association, *targets));
  }
}

}  // namespace

absl::StatusOr<CallResult> Store::Call(Instance instance, std::string_view accessor,
                                       const DraftValue& argument, const Values& through) {
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*state_, instance));
  const auto found = schema().FindAccessor(instance.of(), accessor);
  if (!found.ok()) return found.status();
  auto result = Dispatch(*this, instance, *found, argument, through);
  if (result.ok()) return result;
  return internal::Prefixed(
      absl::StrCat(schema()[instance.of()].name, ".", internal::Asv(accessor)), result.status());
}

absl::StatusOr<CallResult> Store::Call(Instance instance, std::string_view accessor,
                                       const Query& query) const {
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*state_, instance));
  const auto found = schema().FindAccessor(instance.of(), accessor);
  if (!found.ok()) return found.status();
  const bool reads = found->role == AccessorRole::kGet || found->role == AccessorRole::kCount;
  auto result = reads ? GetOrCount(*this, instance, *found, &query)
                      : absl::StatusOr<CallResult>(Takes("no query: only get and count do"));
  if (result.ok()) return result;
  return internal::Prefixed(
      absl::StrCat(schema()[instance.of()].name, ".", internal::Asv(accessor)), result.status());
}

}  // namespace relata
