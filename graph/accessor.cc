#include "graph/accessor.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "graph/arcs.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/one_link.h"

namespace relata::internal {
namespace {

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

AttributeValues Together(AttributeValues values, const AttributeValues& more) {
  values.insert(values.end(), more.begin(), more.end());
  return values;
}

}  // namespace

bool Allows(const ScopeEntry& entry, const ValueView& value) {
  return std::any_of(entry.values.begin(), entry.values.end(),
                     [&](const Value& allowed) { return Equal(allowed.view(), value); });
}

bool InScope(const RowLayout& layout, const char* row, const std::vector<ScopeEntry>& scope) {
  return std::all_of(scope.begin(), scope.end(), [&](const ScopeEntry& entry) {
    return Allows(entry, ReadView(row, layout.cells[entry.attribute]));
  });
}

bool InScope(const StoreState& state, std::uint32_t m, std::uint32_t slot,
             const std::vector<ScopeEntry>& scope) {
  return InScope(state.layout(m), state.Row(m, slot), scope);
}

void MeetScopeOf(const StoreState& state, Model model, std::uint32_t slot,
                 const std::vector<ScopeEntry>& scope, AttributeValues& values) {
  if (slot == kNoSlot) {
    MeetScope(values, scope, Defaults(state, model));
  } else {
    MeetScope(values, scope, Present(state, model.index, slot));
  }
}

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

absl::StatusOr<std::uint32_t> FindTarget(const StoreState& state, Model model,
                                         const Target& target) {
  if (target.is_key()) {
    auto slot = FindByKey(state, model.index, target.key());
    if (absl::IsNotFound(slot.status())) {
      return KindError(ErrorKind::kForeignKey, std::string(slot.status().message()));
    }
    return slot;
  }
  RELATA_RETURN_IF_ERROR(CheckAlive(state, target.instance()));
  if (target.instance().of() != model) return WrongModelError(state, target.instance().of(), model);
  return target.instance().slot;
}

absl::Status Refer(const StoreState& state, ForeignKey f, std::uint32_t parent,
                   AttributeValues& values) {
  const ForeignKeyInfo& key = state.foreign_key(f);
  const std::uint32_t m = key.target.index;
  const std::vector<std::uint32_t>& attributes = state.model(m).keys[key.target_key].attributes;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const ValueView part = state.View(m, parent, attributes[i]);
    if (part.index() == 0) {
      return absl::FailedPreconditionError(
          absl::StrCat(DescribeRow(state, m, parent), " cannot be referred to: its ",
                       state.model(m).attributes[attributes[i]].name, " is null"));
    }
    values.push_back({key.attributes[i], part});
  }
  return absl::OkStatus();
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
      if (parent < kDanglingSlot && SourceInScope() && TargetInScope(parent))
        links.push_back({parent, kNoSlot});
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

std::vector<Accessor::Link> Accessor::Shown() const {
  std::vector<Link> links = Links();
  if (info_.to_one() && links.size() > 1) links.resize(1);
  return links;
}

std::vector<Accessor::Link> Accessor::LinksTo(std::uint32_t target) const {
  const bool in_target =
      info_.kind == AssociationKind::kHasOne || info_.kind == AssociationKind::kHasMany;
  if (in_target) {
    const bool linked = state_.Child(info_.foreign_key, target).parent == source_.slot;
    if (linked && TargetInScope(target)) return {{target, kNoSlot}};
    return {};
  }
  if (state_.pair(association_).key != kNoKey) {
    const std::uint32_t join = JoinRow(target);
    if (join != kNoSlot) return {{target, join}};
    return {};
  }
  std::vector<Link> links = Links();
  std::erase_if(links, [&](const Link& link) { return link.target != target; });
  return links;
}

bool Accessor::Holds(std::uint32_t target) const {
  if (to_many_through()) return JoinRow(target) != kNoSlot;
  if (info_.kind != AssociationKind::kHasOne) return !LinksTo(target).empty();
  const std::vector<Link> one = Shown();
  return !one.empty() && one[0].target == target;
}

absl::StatusOr<AttributeValues> Accessor::ResolveThrough(const Values& through) const {
  if (through.empty()) return AttributeValues();
  if (!to_many_through()) {
    return absl::InvalidArgumentError(
        absl::StrCat("values for a join row were given, but ", info_.name, " is a ",
                     std::string(KindName(info_.kind)), " and has none"));
  }
  return internal::Resolve(state_, info_.through.index, through);
}

absl::StatusOr<LinkTargets> Accessor::Resolve(const Targets& targets, bool repeated) const {
  LinkTargets found;
  absl::flat_hash_map<std::uint32_t, std::size_t> places;
  for (const Target& target : targets.list()) {
    const auto slot = SlotOf(target);
    if (!slot.ok()) return slot.status();
    const auto through = ResolveThrough(target.through());
    if (!through.ok()) return through.status();
    if (!repeated && targets.list().size() > 1) {
      const auto [place, is_new] = places.emplace(*slot, found.size());
      if (!is_new) {
        AttributeValues& earlier = found[place->second].through;
        earlier.insert(earlier.end(), through->begin(), through->end());
        continue;
      }
    }
    found.push_back({*slot, *through});
  }
  return found;
}

absl::StatusOr<std::vector<std::uint32_t>> Accessor::Slots(const Targets& targets) const {
  std::vector<std::uint32_t> slots;
  absl::flat_hash_set<std::uint32_t> seen;
  for (const Target& target : targets.list()) {
    const auto slot = BareSlotOf(target);
    if (!slot.ok()) return slot.status();
    if (seen.insert(*slot).second) slots.push_back(*slot);
  }
  return slots;
}

absl::StatusOr<bool> Accessor::HoldsAll(const Targets& targets) const {
  bool all = true;
  for (const Target& target : targets.list()) {
    const auto slot = BareSlotOf(target);
    if (slot.ok()) {
      all = all && Holds(*slot);
    } else if (KindOf(slot.status()) == ErrorKind::kForeignKey) {
      all = false;  // a key that no row has
    } else {
      return slot.status();
    }
  }
  return all;
}

absl::StatusOr<std::uint32_t> Accessor::BareSlotOf(const Target& target) const {
  if (!target.through().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Name(), ": values for a join row mean nothing here"));
  }
  return SlotOf(target);
}

absl::StatusOr<std::uint32_t> Accessor::SlotOf(const Target& target) const {
  auto slot = FindTarget(state_, info_.target, target);
  if (!slot.ok()) return Prefixed(Name(), slot.status());
  return slot;
}

absl::Status Accessor::Refer(AttributeValues& values, ForeignKey f, std::uint32_t parent) const {
  const absl::Status status = internal::Refer(state_, f, parent, values);
  return status.ok() ? status : Prefixed(Name(), status);
}

absl::Status Accessor::Set(const LinkTargets& targets, const AttributeValues& through,
                           Unlink unlink) {
  if (info_.to_one() && targets.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(Name(), " is to one, got ", targets.size(), " targets"));
  }
  std::vector<std::uint32_t> slots;
  std::vector<Instance> wanted;
  for (const LinkTarget& target : targets) {
    slots.push_back(target.slot);
    wanted.push_back(state_.InstanceAt(info_.target.index, target.slot));
  }
  if (info_.kind != AssociationKind::kBelongsTo) {
    RELATA_RETURN_IF_ERROR(Keep(slots, unlink));
    RELATA_RETURN_IF_ERROR(CheckStillThere(wanted));
  } else {
    RELATA_RETURN_IF_ERROR(CheckPolicy(unlink));
    if (unlink == Unlink::kRefuse) RELATA_RETURN_IF_ERROR(Keep(slots, unlink));
    if (targets.empty() && !SourceInScope()) return absl::OkStatus();  // it holds another's key
    if (targets.empty()) {
      // Also what refers to nothing, or out of scope.
      counts_.removed += Links().size();
      return ClearKey(source_);
    }
  }
  return AttachAll(targets, through);
}

absl::Status Accessor::Add(const LinkTargets& targets, const AttributeValues& through) {
  if (info_.to_one() && !targets.empty()) return Set(targets, through, Unlink::kClear);
  return AttachAll(targets, through);
}

absl::Status Accessor::AttachAll(const LinkTargets& targets, const AttributeValues& through) {
  for (const LinkTarget& target : targets) {
    if (target.through.empty()) {
      RELATA_RETURN_IF_ERROR(Attach(target.slot, through));
    } else {
      RELATA_RETURN_IF_ERROR(Attach(target.slot, Together(through, target.through)));
    }
  }
  return absl::OkStatus();
}

absl::Status Accessor::Append(const LinkTargets& targets, const AttributeValues& through) {
  if (!to_many_through() || info_.through_unique) {
    return absl::InvalidArgumentError(
        absl::StrCat(Name(), " links a pair once: ",
                     to_many_through()
                         ? "declare its through model with `unique` false and a primary key of its "
                           "own to link it more often"
                         : "only a belongsToMany can link it more often",
                     "; or use Add"));
  }
  for (const LinkTarget& target : targets) {
    RELATA_RETURN_IF_ERROR(AttachJoin(target.slot, Together(through, target.through), true));
  }
  return absl::OkStatus();
}

absl::Status Accessor::Remove(const std::vector<std::uint32_t>& targets, Unlink unlink) {
  if (targets.size() == 1) return Drop(LinksTo(targets[0]), unlink);
  const absl::flat_hash_set<std::uint32_t> unwanted(targets.begin(), targets.end());
  std::vector<Link> dropped;
  for (const Link& link : Links()) {
    if (unwanted.contains(link.target)) dropped.push_back(link);
  }
  return Drop(dropped, unlink);
}

absl::Status Accessor::Keep(const std::vector<std::uint32_t>& targets, Unlink unlink) {
  const absl::flat_hash_set<std::uint32_t> wanted(targets.begin(), targets.end());
  absl::flat_hash_set<std::uint32_t> kept;
  std::vector<Link> dropped;
  for (const Link& link : Shown()) {
    if (wanted.contains(link.target) && kept.insert(link.target).second) continue;
    dropped.push_back(link);
  }
  return Drop(dropped, unlink);
}

absl::StatusOr<Instance> Accessor::Create(AttributeValues values, const AttributeValues& through) {
  MeetScopeOf(state_, info_.target, kNoSlot, info_.scope, values);
  const bool in_target =
      info_.kind == AssociationKind::kHasOne || info_.kind == AssociationKind::kHasMany;
  if (in_target) {
    RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
    ClearOthers(state_, info_.foreign_key, kNoSlot, values);
  }
  const auto created = CreateRow(state_, info_.target.index, values);
  if (!created.ok() || in_target) return created;
  RELATA_RETURN_IF_ERROR(Attach(created->slot, through));
  return created;
}

absl::Status Accessor::Attach(std::uint32_t target, const AttributeValues& through) {
  const std::uint32_t m = info_.target.index;
  if (to_many_through()) return AttachJoin(target, through, false);
  if (info_.kind == AssociationKind::kBelongsTo) {
    const std::uint32_t before =
        SourceInScope() ? state_.Child(info_.foreign_key, source_.slot).parent : kNoSlot;
    if (before != target) {
      AttributeValues reference;
      RELATA_RETURN_IF_ERROR(Refer(reference, info_.foreign_key, target));
      internal::MeetScope(reference, info_.source_scope,
                          Present(state_, source_.model, source_.slot));
      ClearOthers(state_, info_.foreign_key, source_.slot, reference);
      RELATA_RETURN_IF_ERROR(UpdateRow(state_, source_, reference));
      counts_.removed += before < kDanglingSlot ? 1 : 0;
      ++counts_.added;
    }
    return MeetScope(target);
  }
  const bool linked = state_.Child(info_.foreign_key, target).parent == source_.slot;
  if (linked && TargetInScope(target)) return absl::OkStatus();
  AttributeValues values;
  internal::MeetScope(values, info_.scope, Present(state_, m, target));
  RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
  ClearOthers(state_, info_.foreign_key, target, values);
  RELATA_RETURN_IF_ERROR(UpdateRow(state_, state_.InstanceAt(m, target), values));
  ++counts_.added;
  return absl::OkStatus();
}

absl::Status Accessor::MeetScope(std::uint32_t target) {
  const std::uint32_t m = info_.target.index;
  AttributeValues values;
  internal::MeetScope(values, info_.scope, Present(state_, m, target));
  if (values.empty()) return absl::OkStatus();
  return UpdateRow(state_, state_.InstanceAt(m, target), values);
}

std::uint32_t Accessor::FindJoin(std::uint32_t target) const {
  if (state_.pair(association_).key != kNoKey) {
    const std::uint32_t join = OneLink(state_, association_, source_.slot, target).JoinRow();
    return join != kNoSlot && JoinInScope(join) ? join : kNoSlot;
  }
  // The source may have many more links than the target: of a shorter list that has one such row
  // or none, nothing else need be asked. Which of several is first, only the source's list tells.
  if (state_.Parent(info_.other_key, target).count <
      state_.Parent(info_.foreign_key, source_.slot).count) {
    std::uint32_t only = kNoSlot;
    bool several = false;
    for (std::uint32_t join = state_.Parent(info_.other_key, target).first;
         join != kNoSlot && !several; join = state_.Child(info_.other_key, join).next) {
      if (state_.Child(info_.foreign_key, join).parent != source_.slot || !JoinInScope(join)) {
        continue;
      }
      several = only != kNoSlot;
      only = join;
    }
    if (!several) return only;
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

std::vector<std::uint32_t> Accessor::JoinRows(std::uint32_t target) const {
  std::vector<std::uint32_t> joins;
  if (!TargetInScope(target)) return joins;
  ForChildren(info_.foreign_key, [&](std::uint32_t join) {
    if (state_.Child(info_.other_key, join).parent == target && JoinInScope(join)) {
      joins.push_back(join);
    }
  });
  return joins;
}

absl::Status Accessor::AttachJoin(std::uint32_t target, const AttributeValues& through,
                                  bool once_more) {
  const bool in_scope = TargetInScope(target);
  const LinkCounts before = counts_;
  RELATA_RETURN_IF_ERROR(once_more ? AddJoin(target, through) : Join(target, through));
  if (in_scope) return absl::OkStatus();
  RELATA_RETURN_IF_ERROR(MeetScope(target));
  // With the target, all links to it that there were have come into scope.
  counts_ = before;
  counts_.added += JoinRows(target).size();
  return absl::OkStatus();
}

absl::Status Accessor::Join(std::uint32_t target, const AttributeValues& through) {
  const std::uint32_t m = info_.through.index;
  const std::uint32_t join = FindJoin(target);
  if (join == kNoSlot) return AddJoin(target, through);
  if (through.empty()) return absl::OkStatus();
  const Instance row = state_.InstanceAt(m, join);
  AttributeValues values = through;
  internal::MeetScope(values, info_.through_scope, Present(state_, m, join));
  // The pair itself stays what it is.
  RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
  RELATA_RETURN_IF_ERROR(Refer(values, info_.other_key, target));
  ++counts_.updated;
  return UpdateRow(state_, row, Last(values));
}

absl::Status Accessor::AddJoin(std::uint32_t target, AttributeValues values) {
  MeetScopeOf(state_, info_.through, kNoSlot, info_.through_scope, values);
  RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
  RELATA_RETURN_IF_ERROR(Refer(values, info_.other_key, target));
  ClearOthers(state_, info_.foreign_key, kNoSlot, values);
  ClearOthers(state_, info_.other_key, kNoSlot, values);
  ++counts_.added;
  return CreateRow(state_, info_.through.index, values).status();
}

absl::Status Accessor::ClearKey(Instance row) {
  AttributeValues values;
  for (const std::uint32_t a : ClearedBy(state_, info_.foreign_key)) {
    values.push_back({a, ValueView()});
  }
  const absl::Status status = UpdateRow(state_, row, values);
  if (status.ok() || info_.kind == AssociationKind::kBelongsTo) return status;
  return Prefixed(absl::StrCat(Name(), ": ", DescribeRow(state_, row.model, row.slot),
                               " cannot be unlinked (Unlink::kDelete would delete it)"),
                  status);
}

absl::Status Accessor::CheckPolicy(Unlink unlink) const {
  if (unlink != Unlink::kDelete || info_.kind != AssociationKind::kBelongsTo) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(Name(), ": what is unlinked cannot be deleted, the key is in ",
                   state_.model(info_.source.index).name, " itself: delete that, or its ",
                   state_.model(info_.target.index).name));
}

absl::Status Accessor::CheckStillThere(const std::vector<Instance>& targets) const {
  if (counts_.removed == 0) return absl::OkStatus();
  absl::Status status = CheckAlive(state_, source_);
  for (const Instance target : targets) {
    if (status.ok()) status = CheckAlive(state_, target);
  }
  if (status.ok()) return status;
  return absl::FailedPreconditionError(absl::StrCat(
      Name(), ": what is unlinked would be deleted, and take along what is to be linked"));
}

absl::Status Accessor::Drop(const std::vector<Link>& links, Unlink unlink) {
  RELATA_RETURN_IF_ERROR(CheckPolicy(unlink));
  if (links.empty()) return absl::OkStatus();
  if (unlink == Unlink::kRefuse) {
    return absl::FailedPreconditionError(absl::StrCat(
        Name(), ": ", links.size(), links.size() == 1 ? " link" : " links", " of ",
        DescribeRow(state_, source_.model, source_.slot), " would be undone, the first to ",
        DescribeRow(state_, info_.target.index, links[0].target)));
  }
  counts_.removed += links.size();
  if (info_.kind == AssociationKind::kBelongsTo) return ClearKey(source_);
  const bool deletes = to_many_through() || unlink == Unlink::kDelete;
  const std::uint32_t m = to_many_through() ? info_.through.index : info_.target.index;
  std::vector<Instance> rows;
  for (const Link& link : links) {
    rows.push_back(state_.InstanceAt(m, to_many_through() ? link.join : link.target));
  }
  if (deletes) return DeleteRows(state_, rows);
  for (const Instance row : rows) RELATA_RETURN_IF_ERROR(ClearKey(row));
  return absl::OkStatus();
}

}  // namespace relata::internal
