// The accessors of associations in the store: get, has, count, set, add, remove, create.
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/accessor.h"
#include "graph/errors.h"
#include "graph/one_link.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/store.h"

namespace relata {
namespace {

using internal::Accessor;
using internal::kNoSlot;
using internal::OneLink;
using internal::StoreState;

// Runs a change that takes several steps as one operation.
absl::Status Atomically(StoreState& state, const auto& change) {
  internal::Statement statement(state);
  RELATA_RETURN_IF_ERROR(change());
  statement.Keep();
  return absl::OkStatus();
}

// The target whose join rows are asked for.
absl::StatusOr<std::uint32_t> JoinedSlot(const Accessor& accessor, const Target& target) {
  if (!accessor.to_many_through()) {
    return absl::InvalidArgumentError(
        absl::StrCat(accessor.info().name, " is a ", std::string(KindName(accessor.info().kind)),
                     " and has no join rows: only a belongsToMany has"));
  }
  const auto slots = accessor.Slots(target);
  if (!slots.ok()) return slots.status();
  return slots->front();
}

LinkResult ChangeLinks(StoreState& state, Instance instance, Association association,
                       const auto& change) {
  auto accessor = Accessor::Make(state, instance, association);
  if (!accessor.ok()) return accessor.status();
  absl::Status status = change(*accessor);
  if (!status.ok()) return status;
  return accessor->counts();
}

}  // namespace

std::uint32_t internal::StoreWalk::FirstInScope(std::uint32_t source_slot,
                                                std::uint32_t slot) const {
  const AssociationInfo& info = state->schema().associations()[association];
  if (!InScope(*state, source, source_slot, info.source_scope)) return kNoSlot;
  return SkipOutOfScope(slot);
}

std::uint32_t internal::StoreWalk::SkipOutOfScope(std::uint32_t slot) const {
  const AssociationInfo& info = state->schema().associations()[association];
  while (slot != kNoSlot) {
    const char* row = walked_rows->Row(slot);
    const std::uint32_t found = through ? LoadAs<std::uint32_t>(row + hop_offset) : slot;
    if (found < kDanglingSlot && (!through || InScope(*state, walked, slot, info.through_scope)) &&
        InScope(*state, target, found, info.scope)) {
      return slot;
    }
    slot = next_offset == 0 ? kNoSlot : LoadAs<std::uint32_t>(row + next_offset);
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
  const internal::Walk& walk = rows_.walks[association.index];
  if (!walk.scoped && !accessor->info().to_one()) {
    return internal::LoadAs<std::uint32_t>(rows_.tables[instance.model].Row(instance.slot) +
                                           walk.count_offset);
  }
  return static_cast<std::size_t>(std::distance(linked.begin(), linked.end()));
}

absl::StatusOr<bool> Store::Has(Instance instance, Association association,
                                const Targets& targets) const {
  if (const auto link = OneLink::Of(*state_, instance, association, targets.list())) {
    return link->Holds();
  }
  const auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  return accessor->HoldsAll(targets);
}

LinkResult Store::Set(Instance instance, Association association, const Targets& targets,
                      const Values& through, Unlink unlink) {
  if (auto link = OneLink::Of(*state_, instance, association, targets.list());
      link.has_value() && link->from_child() && through.empty() && unlink == Unlink::kClear) {
    if (const auto counts = link->Add()) [[likely]]
      return *counts;
  }
  return ChangeLinks(*state_, instance, association, [&](Accessor& accessor) -> absl::Status {
    const auto found = accessor.Resolve(targets);
    if (!found.ok()) return found.status();
    const auto values = accessor.ResolveThrough(through);
    if (!values.ok()) return values.status();
    return Atomically(*state_, [&] { return accessor.Set(*found, *values, unlink); });
  });
}

LinkResult Store::Clear(Instance instance, Association association, Unlink unlink) {
  if (unlink == Unlink::kClear) {
    if (const auto counts = internal::ClearOneLink(*state_, instance, association)) [[likely]]
      return *counts;
  }
  return Set(instance, association, std::vector<Target>(), {}, unlink);
}

LinkResult Store::Add(Instance instance, Association association, const Targets& targets,
                      const Values& through) {
  if (auto link = OneLink::Of(*state_, instance, association, targets.list());
      link.has_value() && through.empty()) {
    if (const auto counts = link->Add()) [[likely]]
      return *counts;
  }
  return ChangeLinks(*state_, instance, association, [&](Accessor& accessor) -> absl::Status {
    const auto found = accessor.Resolve(targets);
    if (!found.ok()) return found.status();
    const auto values = accessor.ResolveThrough(through);
    if (!values.ok()) return values.status();
    return Atomically(*state_, [&] { return accessor.Add(*found, *values); });
  });
}

LinkResult Store::Append(Instance instance, Association association, const Targets& targets,
                         const Values& through) {
  return ChangeLinks(*state_, instance, association, [&](Accessor& accessor) -> absl::Status {
    const auto found = accessor.Resolve(targets, true);
    if (!found.ok()) return found.status();
    const auto values = accessor.ResolveThrough(through);
    if (!values.ok()) return values.status();
    return Atomically(*state_, [&] { return accessor.Append(*found, *values); });
  });
}

LinkResult Store::Remove(Instance instance, Association association, const Targets& targets,
                         Unlink unlink) {
  if (auto link = OneLink::Of(*state_, instance, association, targets.list())) {
    if (const auto counts = link->Remove(unlink)) [[likely]]
      return *counts;
  }
  return ChangeLinks(*state_, instance, association, [&](Accessor& accessor) -> absl::Status {
    const auto slots = accessor.Slots(targets);
    if (!slots.ok()) return slots.status();
    return Atomically(*state_, [&] { return accessor.Remove(*slots, unlink); });
  });
}

absl::StatusOr<std::optional<Instance>> Store::JoinRow(Instance instance, Association association,
                                                       const Target& target) const {
  if (auto link = OneLink::Of(*state_, instance, association, {&target, 1});
      link.has_value() && link->through()) {
    const std::uint32_t join = link->JoinRow();
    if (join == kNoSlot) return std::optional<Instance>();
    return std::optional<Instance>(state_->InstanceAt(rows_.walks[association.index].walked, join));
  }
  const auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  const auto slot = JoinedSlot(*accessor, target);
  if (!slot.ok()) return slot.status();
  const std::uint32_t join = accessor->JoinRow(*slot);
  if (join == kNoSlot) return std::optional<Instance>();
  return std::optional<Instance>(state_->InstanceAt(accessor->info().through.index, join));
}

absl::StatusOr<std::vector<Instance>> Store::JoinRows(Instance instance, Association association,
                                                      const Target& target) const {
  const auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  const auto slot = JoinedSlot(*accessor, target);
  if (!slot.ok()) return slot.status();
  std::vector<Instance> rows;
  for (const std::uint32_t join : accessor->JoinRows(*slot)) {
    rows.push_back(state_->InstanceAt(accessor->info().through.index, join));
  }
  return rows;
}

}  // namespace relata
