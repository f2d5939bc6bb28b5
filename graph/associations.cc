// The accessors of associations in the store: get, has, count, set, add, remove, create.
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "graph/accessor.h"
#include "graph/errors.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/store.h"

namespace relata {
namespace {

using internal::Accessor;
using internal::AttributeValues;
using internal::InScope;
using internal::kDanglingSlot;
using internal::kNoSlot;
using internal::StoreState;

// Values for join rows, which only a belongsToMany has.
absl::StatusOr<AttributeValues> ResolveThrough(const StoreState& state, const Accessor& accessor,
                                               const Values& through) {
  if (through.empty()) return AttributeValues();
  if (!accessor.to_many_through()) {
    return absl::InvalidArgumentError(
        absl::StrCat("values for a join row were given, but ", accessor.info().name, " is a ",
                     std::string(KindName(accessor.info().kind)), " and has none"));
  }
  return internal::Resolve(state, accessor.info().through.index, through);
}

// Runs a change that takes several steps as one operation.
absl::Status Atomically(StoreState& state, const auto& change) {
  internal::Statement statement(state);
  RELATA_RETURN_IF_ERROR(change());
  statement.Keep();
  return absl::OkStatus();
}

}  // namespace

std::uint32_t LinkedRange::SkipOutOfScope(std::uint32_t slot) const {
  const StoreState& state = *state_;
  const auto index = static_cast<std::uint32_t>(walk_ - state.walks().data());
  const AssociationInfo& association = state.schema().associations()[index];
  while (slot != kNoSlot) {
    const char* row = tables_[walk_->walked].Row(slot);
    const std::uint32_t target =
        walk_->through ? internal::LoadAs<std::uint32_t>(row + walk_->hop_offset) : slot;
    if (target < kDanglingSlot &&
        (!walk_->through || InScope(state, walk_->walked, slot, association.through_scope)) &&
        InScope(state, walk_->target, target, association.scope)) {
      return slot;
    }
    slot = walk_->next_offset == 0 ? kNoSlot
                                   : internal::LoadAs<std::uint32_t>(row + walk_->next_offset);
  }
  return kNoSlot;
}

absl::StatusOr<std::vector<Instance>> Store::Get(Instance instance, Association association) const {
  const auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  std::vector<Instance> targets;
  for (const Instance target : Linked(instance, association)) targets.push_back(target);
  return targets;
}

absl::StatusOr<std::optional<Instance>> Store::GetOne(Instance instance,
                                                      Association association) const {
  const auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  if (!accessor->info().to_one()) {
    return absl::InvalidArgumentError(
        absl::StrCat(schema().Describe(association), " is to many: use Get or Linked"));
  }
  return One(instance, association);
}

absl::StatusOr<std::size_t> Store::Count(Instance instance, Association association) const {
  const auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  const LinkedRange linked = Linked(instance, association);
  const internal::Walk& walk = walks_[association.index];
  if (!walk.scoped && !accessor->info().to_one()) {
    return internal::LoadAs<std::uint32_t>(tables_[instance.model].Row(instance.slot) +
                                           walk.count_offset);
  }
  return static_cast<std::size_t>(std::distance(linked.begin(), linked.end()));
}

absl::StatusOr<bool> Store::Has(Instance instance, Association association,
                                const Targets& targets) const {
  const auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  const auto slots = accessor->Slots(targets);
  if (!slots.ok()) return slots.status();
  absl::flat_hash_set<std::uint32_t> wanted(slots->begin(), slots->end());
  for (const Instance target : Linked(instance, association)) {
    if (wanted.empty()) break;
    wanted.erase(target.slot);
  }
  return wanted.empty();
}

absl::Status Store::Set(Instance instance, Association association, const Targets& targets,
                        const Values& through) {
  auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  const auto slots = accessor->Slots(targets);
  if (!slots.ok()) return slots.status();
  const auto values = ResolveThrough(*state_, *accessor, through);
  if (!values.ok()) return values.status();
  return Atomically(*state_, [&] { return accessor->Set(*slots, *values); });
}

absl::Status Store::Clear(Instance instance, Association association) {
  return Set(instance, association, std::vector<Target>());
}

absl::Status Store::Add(Instance instance, Association association, const Targets& targets,
                        const Values& through) {
  auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  const auto slots = accessor->Slots(targets);
  if (!slots.ok()) return slots.status();
  const auto values = ResolveThrough(*state_, *accessor, through);
  if (!values.ok()) return values.status();
  return Atomically(*state_, [&] { return accessor->Add(*slots, *values); });
}

absl::Status Store::Remove(Instance instance, Association association, const Targets& targets) {
  auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  const auto slots = accessor->Slots(targets);
  if (!slots.ok()) return slots.status();
  return Atomically(*state_, [&] { return accessor->Remove(*slots); });
}

absl::StatusOr<Instance> Store::Create(Instance instance, Association association,
                                       const Values& values, const Values& through) {
  auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  auto resolved = internal::Resolve(*state_, accessor->info().target.index, values);
  if (!resolved.ok()) return resolved.status();
  const auto join = ResolveThrough(*state_, *accessor, through);
  if (!join.ok()) return join.status();
  absl::StatusOr<Instance> created;
  RELATA_RETURN_IF_ERROR(Atomically(*state_, [&] {
    created = accessor->Create(*std::move(resolved), *join);
    return created.status();
  }));
  return created;
}

}  // namespace relata
