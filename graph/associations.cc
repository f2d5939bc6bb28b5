// The accessors of associations: get, has, count, set, add, remove, create (rules R9, R12 to R16).
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/store.h"

namespace relata {
namespace {

using internal::AttributeValues;
using internal::kDanglingSlot;
using internal::kNoSlot;
using internal::StoreState;

bool Allows(const ScopeEntry& entry, const ValueView& value) {
  return std::any_of(entry.values.begin(), entry.values.end(),
                     [&](const Value& allowed) { return Equal(allowed.view(), value); });
}

bool InScope(const StoreState& state, std::uint32_t m, std::uint32_t slot,
             const std::vector<ScopeEntry>& scope) {
  return std::all_of(scope.begin(), scope.end(), [&](const ScopeEntry& entry) {
    return Allows(entry, state.View(m, slot, entry.attribute));
  });
}

// Makes the values meet a scope: what `values` say of an attribute, or else what `present` says it
// has now, stays if the scope allows it.
void MeetScope(AttributeValues& values, const std::vector<ScopeEntry>& scope, const auto& present) {
  for (const ScopeEntry& entry : scope) {
    std::optional<ValueView> value;
    for (const internal::AttributeValue& v : values) {
      if (v.attribute == entry.attribute) value = v.value;
    }
    if (!value.has_value()) value = present(entry.attribute);
    if (!Allows(entry, *value)) values.push_back({entry.attribute, entry.values[0].view()});
  }
}

// One call of an accessor: an association, and the instance that it starts from.
class Accessor {
 public:
  static absl::StatusOr<Accessor> Make(StoreState& state, Instance instance,
                                       Association association) {
    const auto& associations = state.schema().associations();
    if (association.index >= associations.size()) {
      return absl::InvalidArgumentError("the association handle is not of this store's schema");
    }
    RELATA_RETURN_IF_ERROR(internal::CheckAlive(state, instance));
    const AssociationInfo& info = associations[association.index];
    if (instance.of() != info.source) {
      return absl::Status(
          absl::StatusCode::kInvalidArgument,
          absl::StrCat(state.schema().Describe(association), ": ",
                       internal::WrongModelError(state, instance.of(), info.source).message()));
    }
    return Accessor(state, instance, association, info);
  }

  // What an attribute has in a row, and what it would have in a new one.
  auto Present(std::uint32_t m, std::uint32_t slot) const {
    return [this, m, slot](std::uint32_t a) { return state_.View(m, slot, a); };
  }
  auto Defaults(Model model) const {
    return [this, model](std::uint32_t a) {
      return state_.model(model.index).attributes[a].default_value.view();
    };
  }

  const AssociationInfo& info() const { return info_; }
  bool to_many_through() const { return info_.kind == AssociationKind::kBelongsToMany; }

  // A link: the target, and for a belongsToMany the join row.
  struct Link {
    std::uint32_t target;
    std::uint32_t join;
  };

  std::vector<Link> Links() const {
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

  // The slots of distinct targets, in the order given. Every one is checked before any is used.
  absl::StatusOr<std::vector<std::uint32_t>> Slots(const Targets& targets) const {
    std::vector<std::uint32_t> slots;
    absl::flat_hash_set<std::uint32_t> seen;
    for (const Target& target : targets.list()) {
      const auto slot = SlotOf(target);
      if (!slot.ok()) return slot.status();
      if (seen.insert(*slot).second) slots.push_back(*slot);
    }
    return slots;
  }

  absl::Status Set(const std::vector<std::uint32_t>& targets, const AttributeValues& through) {
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

  absl::Status Add(const std::vector<std::uint32_t>& targets, const AttributeValues& through) {
    if (info_.to_one()) return Set(targets, through);
    for (const std::uint32_t target : targets) {
      RELATA_RETURN_IF_ERROR(Attach(target, through));
    }
    return absl::OkStatus();
  }

  absl::Status Remove(const std::vector<std::uint32_t>& targets) {
    const absl::flat_hash_set<std::uint32_t> unwanted(targets.begin(), targets.end());
    std::vector<Link> dropped;
    for (const Link& link : Links()) {
      if (unwanted.contains(link.target)) dropped.push_back(link);
    }
    return Drop(dropped);
  }

  absl::StatusOr<Instance> Create(AttributeValues values, const AttributeValues& through) {
    MeetScope(values, info_.scope, Defaults(info_.target));
    const bool in_target =
        info_.kind == AssociationKind::kHasOne || info_.kind == AssociationKind::kHasMany;
    if (info_.kind == AssociationKind::kHasOne) {
      // The one that it replaces.
      RELATA_RETURN_IF_ERROR(Drop(Links()));
    }
    if (in_target) {
      RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
    }
    const auto created = internal::CreateRow(state_, info_.target.index, values);
    if (!created.ok() || in_target) return created;
    RELATA_RETURN_IF_ERROR(Attach(created->slot, through));
    return created;
  }

 private:
  Accessor(StoreState& state, Instance source, Association association, const AssociationInfo& info)
      : state_(state), source_(source), association_(association), info_(info) {}

  std::string Name() const { return state_.schema().Describe(association_); }
  bool TargetInScope(std::uint32_t slot) const {
    return InScope(state_, info_.target.index, slot, info_.scope);
  }
  bool JoinInScope(std::uint32_t slot) const {
    return InScope(state_, info_.through.index, slot, info_.through_scope);
  }

  template <typename Visit>
  void ForChildren(ForeignKey f, const Visit& visit) const {
    for (std::uint32_t child = state_.Parent(f, source_.slot).first; child != kNoSlot;
         child = state_.Child(f, child).next) {
      visit(child);
    }
  }

  absl::StatusOr<std::uint32_t> SlotOf(const Target& target) const {
    const std::uint32_t m = info_.target.index;
    if (!target.is_key()) {
      if (absl::Status s = internal::CheckAlive(state_, target.instance()); !s.ok()) {
        return absl::Status(s.code(), absl::StrCat(Name(), ": ", s.message()));
      }
      if (target.instance().of() == info_.target) return target.instance().slot;
      return absl::InvalidArgumentError(absl::StrCat(
          Name(), ": ",
          internal::WrongModelError(state_, target.instance().of(), info_.target).message()));
    }
    const ModelInfo& model = state_.model(m);
    const std::vector<std::uint32_t>& attributes = model.primary_key().attributes;
    const std::vector<Value>& parts = target.key().parts();
    if (parts.size() != attributes.size()) {
      return absl::InvalidArgumentError(absl::StrCat(Name(), ": the primary key of ", model.name,
                                                     " has ", attributes.size(), " parts, got ",
                                                     target.key().ToString()));
    }
    internal::KeyViews views;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto view = internal::NormalizeFor(state_, m, attributes[i], parts[i].view());
      if (!view.ok()) return view.status();
      views.push_back(*view);
    }
    const std::uint32_t slot = state_.FindKey(m, 0, views);
    if (slot != kNoSlot) return slot;
    return internal::KindError(ErrorKind::kForeignKey,
                               absl::StrCat(Name(), ": no ", model.name, " has ",
                                            internal::DescribeKey(model, attributes, views)));
  }

  // Values with which a row refers to `parent` by a foreign key.
  absl::Status Refer(AttributeValues& values, ForeignKey f, std::uint32_t parent) const {
    const ForeignKeyInfo& key = state_.foreign_key(f);
    const std::uint32_t m = key.target.index;
    const std::vector<std::uint32_t>& attributes = state_.model(m).keys[key.target_key].attributes;
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      const ValueView part = state_.View(m, parent, attributes[i]);
      if (part.index() == 0) {
        return absl::FailedPreconditionError(absl::StrCat(
            Name(), ": ", internal::DescribeRow(state_, m, parent), " cannot be referred to: its ",
            state_.model(m).attributes[attributes[i]].name, " is null"));
      }
      values.push_back({key.attributes[i], part});
    }
    return absl::OkStatus();
  }

  // Links one target, with the scope's values, whatever it was linked to before.
  absl::Status Attach(std::uint32_t target, const AttributeValues& through) {
    const std::uint32_t m = info_.target.index;
    AttributeValues values;
    MeetScope(values, info_.scope, Present(m, target));
    if (info_.kind == AssociationKind::kBelongsTo) {
      AttributeValues reference;
      RELATA_RETURN_IF_ERROR(Refer(reference, info_.foreign_key, target));
      RELATA_RETURN_IF_ERROR(internal::UpdateRow(state_, source_, reference));
    } else if (!to_many_through()) {
      RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
    } else {
      RELATA_RETURN_IF_ERROR(Join(target, through));
    }
    if (values.empty()) return absl::OkStatus();
    return internal::UpdateRow(state_, state_.InstanceAt(m, target), values);
  }

  // The join row between the source and a target, in the scope of this association, or kNoSlot.
  std::uint32_t FindJoin(std::uint32_t target) const {
    AttributeValues pair;
    const std::uint32_t m = info_.through.index;
    if (Refer(pair, info_.foreign_key, source_.slot).ok() &&
        Refer(pair, info_.other_key, target).ok()) {
      const std::vector<KeyInfo>& keys = state_.model(m).keys;
      for (std::uint32_t k = 0; k < keys.size(); ++k) {
        internal::KeyViews views;
        for (const std::uint32_t a : keys[k].attributes) {
          for (const internal::AttributeValue& v : pair) {
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

  absl::Status Join(std::uint32_t target, const AttributeValues& through) {
    const std::uint32_t m = info_.through.index;
    AttributeValues values = through;
    const std::uint32_t join = FindJoin(target);
    if (join != kNoSlot) {
      if (through.empty()) return absl::OkStatus();
      const Instance row = state_.InstanceAt(m, join);
      MeetScope(values, info_.through_scope, Present(m, join));
      // The pair itself stays what it is.
      RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
      RELATA_RETURN_IF_ERROR(Refer(values, info_.other_key, target));
      return internal::UpdateRow(state_, row, Last(values));
    }
    MeetScope(values, info_.through_scope, Defaults(info_.through));
    RELATA_RETURN_IF_ERROR(Refer(values, info_.foreign_key, source_.slot));
    RELATA_RETURN_IF_ERROR(Refer(values, info_.other_key, target));
    return internal::CreateRow(state_, m, values).status();
  }

  // Of several values for one attribute, the last.
  static AttributeValues Last(const AttributeValues& values) {
    AttributeValues last;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool later = std::any_of(
          values.begin() + static_cast<std::ptrdiff_t>(i) + 1, values.end(),
          [&](const internal::AttributeValue& v) { return v.attribute == values[i].attribute; });
      if (!later) last.push_back(values[i]);
    }
    return last;
  }

  // Clears the foreign key of a row and nothing else (rule R14).
  absl::Status Unlink(Instance row) {
    AttributeValues values;
    for (const std::uint32_t a : state_.foreign_key(info_.foreign_key).attributes) {
      values.push_back({a, ValueView()});
    }
    return internal::UpdateRow(state_, row, values);
  }

  absl::Status Drop(const std::vector<Link>& links) {
    if (links.empty()) return absl::OkStatus();
    if (to_many_through()) {
      std::vector<Instance> joins;
      for (const Link& link : links) {
        joins.push_back(state_.InstanceAt(info_.through.index, link.join));
      }
      return internal::DeleteRows(state_, joins);
    }
    if (info_.kind == AssociationKind::kBelongsTo) return Unlink(source_);
    for (const Link& link : links) {
      RELATA_RETURN_IF_ERROR(Unlink(state_.InstanceAt(info_.target.index, link.target)));
    }
    return absl::OkStatus();
  }

  StoreState& state_;
  Instance source_;
  Association association_;
  const AssociationInfo& info_;
};

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
  while (slot != kNoSlot) {
    const std::uint32_t target =
        through_ ? internal::LoadAs<std::uint32_t>(walked_->Row(slot) + hop_offset_) : slot;
    if (target < kDanglingSlot &&
        (!through_ || InScope(state, walked_model_, slot, association_->through_scope)) &&
        InScope(state, target_model_, target, association_->scope)) {
      return slot;
    }
    slot = next_offset_ == 0 ? kNoSlot
                             : internal::LoadAs<std::uint32_t>(walked_->Row(slot) + next_offset_);
  }
  return kNoSlot;
}

LinkedRange Store::Linked(Instance instance, Association association) const {
  const AssociationInfo& info = schema()[association];
  if (!Contains(instance) || instance.of() != info.source) {
    internal::DieOfStaleHandle(instance.of());
  }
  LinkedRange range;
  range.state_ = state_.get();
  range.association_ = &info;
  range.target_model_ = info.target.index;
  range.target_ = &tables_[info.target.index];
  range.walked_model_ = range.target_model_;
  range.walked_ = range.target_;
  range.scoped_ = !info.scope.empty() || !info.through_scope.empty();
  const auto next_of = [&](ForeignKey f) {
    return state_->link(f).child_offset +
           static_cast<std::uint32_t>(offsetof(internal::ChildLink, next));
  };
  switch (info.kind) {
    case AssociationKind::kBelongsTo: {
      const std::uint32_t parent = state_->Child(info.foreign_key, instance.slot).parent;
      range.first_ = parent < kDanglingSlot ? parent : kNoSlot;
      break;
    }
    case AssociationKind::kHasOne:
    case AssociationKind::kHasMany:
      range.first_ = state_->Parent(info.foreign_key, instance.slot).first;
      range.next_offset_ = next_of(info.foreign_key);
      break;
    case AssociationKind::kBelongsToMany:
      range.walked_model_ = info.through.index;
      range.walked_ = &tables_[info.through.index];
      range.first_ = state_->Parent(info.foreign_key, instance.slot).first;
      range.next_offset_ = next_of(info.foreign_key);
      range.hop_offset_ = state_->link(info.other_key).child_offset;
      range.through_ = true;
      // Join rows may dangle on their other side unless both are held to be whole.
      range.scoped_ |=
          !schema()[info.other_key].constrained || schema()[info.other_key].deferred ||
          schema()[info.through].attributes[schema()[info.other_key].attributes[0]].nullable;
      break;
  }
  if (range.scoped_) range.first_ = range.SkipOutOfScope(range.first_);
  if (info.to_one()) range.next_offset_ = 0;
  return range;
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
  const LinkedRange linked = Linked(instance, association);
  if (linked.empty()) return std::optional<Instance>();
  return std::optional<Instance>(*linked.begin());
}

absl::StatusOr<std::size_t> Store::Count(Instance instance, Association association) const {
  const auto accessor = Accessor::Make(*state_, instance, association);
  if (!accessor.ok()) return accessor.status();
  const LinkedRange linked = Linked(instance, association);
  if (!linked.scoped_ && !accessor->info().to_one()) {
    return state_->Parent(accessor->info().foreign_key, instance.slot).count;
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
