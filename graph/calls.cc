// Accessors by name: finds what is meant, makes the argument what that takes, and asks the store.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/one_of.h"
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
                                      Association association, AccessorRole role,
                                      const Query* query) {
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

// What an accessor is given, but for a query.
struct Given {
  const DraftValue& argument;
  const Values& through;
  Unlink unlink;
};

// The one new row that an argument is.
absl::StatusOr<Draft> NewRow(const DraftValue& argument) {
  if (IsNothing(argument)) return Draft();
  if (argument.rows().size() == 1 && !argument.value().has_value()) {
    return argument.rows()[0].draft();
  }
  return Takes("the values of one new row");
}

absl::StatusOr<CallResult> CallOne(Store& store, Instance instance, const AccessorInfo& accessor,
                                   const Given& given) {
  const Association association = accessor.association;
  const AccessorRole role = accessor.role;
  const bool unlinks = role == AccessorRole::kSet || role == AccessorRole::kRemove;
  if (given.unlink != Unlink::kClear && !unlinks) return Takes("no Unlink: it unlinks nothing");
  if (role == AccessorRole::kGet || role == AccessorRole::kCount) {
    if (!IsNothing(given.argument) || !given.through.empty()) return Takes("a query or nothing");
    return GetOrCount(store, instance, association, role, nullptr);
  }
  if (role == AccessorRole::kCreate) {
    const auto row = NewRow(given.argument);
    if (!row.ok()) return row.status();
    return Result(store.Create(instance, association, *row, given.through));
  }
  const auto targets = TargetsOf(given.argument);
  if (!targets.ok()) return targets.status();
  if ((role == AccessorRole::kRemove || role == AccessorRole::kHas) && !given.through.empty()) {
    return Takes("no values for join rows");
  }
  switch (role) {
    case AccessorRole::kSet:
      return Result(store.Set(instance, association, *targets, given.through, given.unlink));
    case AccessorRole::kAdd:
      return Result(store.Add(instance, association, *targets, given.through));
    case AccessorRole::kAppend:
      return Result(store.Append(instance, association, *targets, given.through));
    case AccessorRole::kRemove:
      return Result(store.Remove(instance, association, *targets, given.unlink));
    default:
      return Result(store.Has(instance, association, *targets));
  }
}

absl::StatusOr<CallResult> SetOneOf(Store& store, Instance instance, OneOf one_of,
                                    const std::vector<Target>& targets) {
  if (targets.size() > 1) return Takes("one instance");
  const auto before = store.GetAny(instance, one_of);
  if (!before.ok()) return before.status();
  LinkCounts counts;
  if (targets.empty()) {
    RELATA_RETURN_IF_ERROR(store.Clear(instance, one_of));
    counts.removed = before->has_value() ? 1 : 0;
    return CallResult(counts);
  }
  if (targets[0].is_key()) return Takes("an instance: a key names no model");
  const Instance target = targets[0].instance();
  RELATA_RETURN_IF_ERROR(store.Set(instance, one_of, target));
  if (*before != target) {
    counts.added = 1;
    counts.removed = before->has_value() ? 1 : 0;
  }
  return CallResult(counts);
}

absl::StatusOr<CallResult> CallOneOf(Store& store, Instance instance, OneOf one_of,
                                     AccessorRole role, const Given& given) {
  if (!given.through.empty()) return Takes("no values for join rows");
  if (given.unlink != Unlink::kClear) return Takes("no Unlink: what it unlinks is cleared");
  if (role == AccessorRole::kGet) {
    if (!IsNothing(given.argument)) return Takes("a query or nothing");
    return Result(store.GetAny(instance, one_of));
  }
  if (role == AccessorRole::kCreate) {
    const auto row = NewRow(given.argument);
    if (!row.ok()) return row.status();
    return Result(store.Create(instance, one_of, *row));
  }
  const auto targets = TargetsOf(given.argument);
  if (!targets.ok()) return targets.status();
  return SetOneOf(store, instance, one_of, *targets);
}

}  // namespace

absl::StatusOr<CallResult> Store::Call(Instance instance, std::string_view accessor,
                                       const DraftValue& argument, const Values& through,
                                       Unlink unlink) {
  RELATA_RETURN_IF_ERROR(internal::CheckAlive(*state_, instance));
  const auto found = schema().FindAccessor(instance.of(), accessor);
  if (!found.ok()) return found.status();
  const Given given{argument, through, unlink};
  auto result = found->one_of.has_value()
                    ? CallOneOf(*this, instance, *found->one_of, found->role, given)
                    : CallOne(*this, instance, *found, given);
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
  auto result = [&]() -> absl::StatusOr<CallResult> {
    if (!reads) return Takes("no query: only get and count do");
    if (!found->one_of.has_value()) {
      return GetOrCount(*this, instance, found->association, found->role, &query);
    }
    const auto alternative = internal::AlternativeFor(*state_, *found->one_of, query.model());
    if (!alternative.ok()) return alternative.status();
    return GetOrCount(*this, instance, *alternative, found->role, &query);
  }();
  if (result.ok()) return result;
  return internal::Prefixed(
      absl::StrCat(schema()[instance.of()].name, ".", internal::Asv(accessor)), result.status());
}

}  // namespace relata
