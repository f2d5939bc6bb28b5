#include "graph/accessor.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "graph/describe.h"
#include "graph/errors.h"

namespace relata::internal {
namespace {

bool Allows(const ScopeEntry& entry, const ValueView& value) {
  return std::any_of(entry.values.begin(), entry.values.end(),
                     [&](const Value& allowed) { return Equal(allowed.view(), value); });
}

// Makes the values meet a scope: what `values` say of an attribute, or else what `present` says it
// has now, stays if the scope allows it.
void MeetScope(AttributeValues& values, const std::vector<ScopeEntry>& scope, const auto& present) {
  for (const ScopeEntry& entry : scope) {
    std::optional<ValueView> value;
    for (const AttributeValue& v : values) {
      if (v.attribute == entry.attribute) value = v.value;
    }
    if (!value.has_value()) value = present(entry.attribute);
    if (!Allows(entry, *value)) values.push_back({entry.attribute, entry.values[0].view()});
  }
}

// What an attribute has in a row, and what it would have in a new one.
auto Present(const StoreState& state, std::uint32_t m, std::uint32_t slot) {
  return [&state, m, slot](std::uint32_t a) { return state.View(m, slot, a); };
}
auto Defaults(const StoreState& state, Model model) {
  return [&state, model](std::uint32_t a) {
    return state.model(model.index).attributes[a].default_value.view();
  };
}

// Of several values for one attribute, the last.
AttributeValues Last(const AttributeValues& values) {
  AttributeValues last;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool later =
        std::any_of(values.begin() + static_cast<std::ptrdiff_t>(i) + 1, values.end(),
                    [&](const AttributeValue& v) { return v.attribute == values[i].attribute; });
    if (!later) last.push_back(values[i]);
  }
  return last;
}

}  // namespace

bool InScope(const StoreState& state, std::uint32_t m, std::uint32_t slot,
             const std::vector<ScopeEntry>& scope) {
  return std::all_of(scope.begin(), scope.end(), [&](const ScopeEntry& entry) {
    return Allows(entry, state.View(m, slot, entry.attribute));
  });
}

absl::StatusOr<Accessor> Accessor::Make(StoreState& state, Instance instance,
                                        Association association) {
  const auto& associations = state.schema().associations();
  if (association.index >= associations.size()) {
    return absl::InvalidArgumentError("the association handle is not of this store's schema");
  }
  RELATA_RETURN_IF_ERROR(CheckAlive(state, instance));
  const AssociationInfo& info = associations[association.index];
  if (instance.of() != info.source) {
    return absl::Status(absl::StatusCode::kInvalidArgument,
                        absl::StrCat(state.schema().Describe(association), ": ",
                                     WrongModelError(state, instance.of(), info.source).message()));
  }
  return Accessor(state, instance, association, info);
}

std::vector<Accessor::Link> Accessor::Links() const {
  std::vector<Link> links;
  switch (info_.kind) {
    case AssociationKind::kBelongsTo: {
      const std::uint32_t parent = state_.Child(info_.foreign_key, source_.slot).parent;
      if (parent < kDanglingSlot && TargetInScope(parent)) links.push_back({parent, kNoSlot});
      return links;
    }
    case AssociationKind::kHasOne:
    case AssociationKind::kHasMany:
      ForChildren(info_.foreign_key, [&](std::uint32_t child) {
        if (TargetInScope(child)) links.push_back({child, kNoSlot});
      });
      return links;
    case AssociationKind::kBelongsToMany:
      ForChildren(info_.foreign_key, [&](std::uint32_t join) {
        const std::uint32_t target = state_.Child(info_.other_key, join).parent;
        if (target < kDanglingSlot && JoinInScope(join) && TargetInScope(target)) {
          links.push_back({target, join});
        }
      });
      return links;
  }
  return links;
}

absl::StatusOr<std::vector<std::uint32_t>> Accessor::Slots(const Targets& targets) const {
  std::vector<std::uint32_t> slots;
  absl::flat_hash_set<std::uint32_t> seen;
  for (const Target& target : targets.list()) {
    const auto slot = SlotOf(target);
    if (!slot.ok()) return slot.status();
    if (seen.insert(*slot).second) slots.push_back(*slot);
  }
  return slots;
}

absl::StatusOr<std::uint32_t> Accessor::SlotOf(const Target& target) const {
  if (target.is_key()) {
    const auto slot = FindByKey(state_, info_.target.index, target.key());
    if (slot.ok()) return slot;
    const std::string message = absl::StrCat(Name(), ": ", slot.status().message());
    if (absl::IsNotFound(slot.status())) return KindError(ErrorKind::kForeignKey, message);
    return absl::Status(slot.status().code(), message);
  }
  absl::Status status = CheckAlive(state_, target.instance());
  if (status.ok() && target.instance().of() != info_.target) {
    status = WrongModelError(state_, target.instance().of(), info_.target);
  }
  if (status.ok()) return target.instance().slot;
  return absl::Status(status.code(), absl::StrCat(Name(), ": ", status.message()));
}

absl::Status Accessor::Refer(AttributeValues& values, ForeignKey f, std::uint32_t parent) const {
  const ForeignKeyInfo& key = state_.foreign_key(f);
  const std::uint32_t m = key.target.index;
  const std::vector<std::uint32_t>& attributes = state_.model(m).keys[key.target_key].attributes;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const ValueView part = state_.View(m, parent, attributes[i]);
    if (part.index() == 0) {
      return absl::FailedPreconditionError(
          absl::StrCat(Name(), ": ", DescribeRow(state_, m, parent), " cannot be referred to: its ",
                       state_.model(m).attributes[attributes[i]].name, " is null"));
    }
    values.push_back({key.attributes[i], part});
  }
  return absl::OkStatus();
}

absl::Status Accessor::Set(const std::vector<std::uint32_t>& targets,
                           const AttributeValues& through) {
  if (info_.to_one() && targets.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(Name(), " is to one, got ", targets.size(), " targets"));
  }
  if (info_.kind == AssociationKind::kBelongsTo) {
    if (targets.empty()) return Unlink(source_);
    return Attach(targets[0], through);
  }
  const absl::flat_hash_set<std::uint32_t> wanted(targets.begin(), targets.end());
  absl::flat_hash_set<std::uint32_t> kept;
  std::vector<Link> dropped;
  for (const Link& link : Links()) {
    // Of several links to one target the first is kept.
    if (wanted.contains(link.target) && kept.insert(link.target).second) continue;
    dropped.push_back(link);
  }
  RELATA_RETURN_IF_ERROR(Drop(dropped));
  for (const std::uint32_t target : targets) {
    if (kept.contains(target) && !to_many_through()) continue;
    RELATA_RETURN_IF_ERROR(Attach(target, through));
  }
  return absl::OkStatus();
}

absl::Status Accessor::Add(const std::vector<std::uint32_t>& targets,
                           const AttributeValues& through) {
  if (info_.to_one()) return Set(targets, through);
  for (const std::uint32_t target : targets) {
    RELATA_RETURN_IF_ERROR(Attach(target, through));
  }
  return absl::OkStatus();
}

absl::Status Accessor::Remove(const std::vector<std::uint32_t>& targets) {
  const absl::flat_hash_set<std::uint32_t> unwanted(targets.begin(), targets.end());
  std::vector<Link> dropped;
  for (const Link& link : Links()) {
    if (unwanted.contains(link.target)) dropped.push_back(link);
  }
  return Drop(dropped);
}

absl::StatusOr<Instance> Accessor::Create(AttributeValues values, const AttributeValues& through) {
  MeetScope(values, info_.scope, Defaults(state_, info_.target));
  const bool in_target =
      info_.kind == AssociationKind::kHasOne || info_.kind == AssociationKind::kHasMany;
  if (info_.kind == AssociationKind::kHasOne) {
    // The one that it replaces.
    RELATA_RETURN_IF_ERROR(Drop(Links()));
  }
  if (in_target) {
    RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
  }
  const auto created = CreateRow(state_, info_.target.index, values);
  if (!created.ok() || in_target) return created;
  RELATA_RETURN_IF_ERROR(Attach(created->slot, through));
  return created;
}

absl::Status Accessor::Attach(std::uint32_t target, const AttributeValues& through) {
  const std::uint32_t m = info_.target.index;
  AttributeValues values;
  MeetScope(values, info_.scope, Present(state_, m, target));
  if (info_.kind == AssociationKind::kBelongsTo) {
    AttributeValues reference;
    RELATA_RETURN_IF_ERROR(Refer(reference, info_.foreign_key, target));
    RELATA_RETURN_IF_ERROR(UpdateRow(state_, source_, reference));
  } else if (!to_many_through()) {
    RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
  } else {
    RELATA_RETURN_IF_ERROR(Join(target, through));
  }
  if (values.empty()) return absl::OkStatus();
  return UpdateRow(state_, state_.InstanceAt(m, target), values);
}

std::uint32_t Accessor::FindJoin(std::uint32_t target) const {
  AttributeValues pair;
  const std::uint32_t m = info_.through.index;
  if (Refer(pair, info_.foreign_key, source_.slot).ok() &&
      Refer(pair, info_.other_key, target).ok()) {
    const std::vector<KeyInfo>& keys = state_.model(m).keys;
    for (std::uint32_t k = 0; k < keys.size(); ++k) {
      KeyViews views;
      for (const std::uint32_t a : keys[k].attributes) {
        for (const AttributeValue& v : pair) {
          if (v.attribute == a) views.push_back(v.value);
        }
      }
      if (views.size() != pair.size() || views.size() != keys[k].attributes.size()) continue;
      const std::uint32_t join = state_.FindKey(m, k, views);
      return join != kNoSlot && JoinInScope(join) ? join : kNoSlot;
    }
  }
  std::uint32_t found = kNoSlot;
  ForChildren(info_.foreign_key, [&](std::uint32_t join) {
    if (found == kNoSlot && state_.Child(info_.other_key, join).parent == target &&
        JoinInScope(join)) {
      found = join;
    }
  });
  return found;
}

absl::Status Accessor::Join(std::uint32_t target, const AttributeValues& through) {
  const std::uint32_t m = info_.through.index;
  AttributeValues values = through;
  const std::uint32_t join = FindJoin(target);
  if (join != kNoSlot) {
    if (through.empty()) return absl::OkStatus();
    const Instance row = state_.InstanceAt(m, join);
    MeetScope(values, info_.through_scope, Present(state_, m, join));
    // The pair itself stays what it is.
    RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
    RELATA_RETURN_IF_ERROR(Refer(values, info_.other_key, target));
    return UpdateRow(state_, row, Last(values));
  }
  MeetScope(values, info_.through_scope, Defaults(state_, info_.through));
  RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
  RELATA_RETURN_IF_ERROR(Refer(values, info_.other_key, target));
  return CreateRow(state_, m, values).status();
}

absl::Status Accessor::Unlink(Instance row) {
  AttributeValues values;
  for (const std::uint32_t a : state_.foreign_key(info_.foreign_key).attributes) {
    values.push_back({a, ValueView()});
  }
  return UpdateRow(state_, row, values);
}

absl::Status Accessor::Drop(const std::vector<Link>& links) {
  if (links.empty()) return absl::OkStatus();
  if (to_many_through()) {
    std::vector<Instance> joins;
    for (const Link& link : links) {
      joins.push_back(state_.InstanceAt(info_.through.index, link.join));
    }
    return DeleteRows(state_, joins);
  }
  if (info_.kind == AssociationKind::kBelongsTo) return Unlink(source_);
  for (const Link& link : links) {
    RELATA_RETURN_IF_ERROR(Unlink(state_.InstanceAt(info_.target.index, link.target)));
  }
  return absl::OkStatus();
}

}  // namespace relata::internal
