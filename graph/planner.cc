#include "graph/planner.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace relata {

using internal::KeyViews;
using internal::kNoSlot;

namespace {

std::vector<Value> Own(const KeyViews& views) {
  std::vector<Value> values;
  for (const ValueView& view : views) values.push_back(Value::From(view));
  return values;
}

}  // namespace

Planner::Planner(const internal::StoreState& state, Detail detail)
    : state_(state), detail_(detail) {
  plan_.schema_ = state.schema();
  plan_.version_ = state.version();
  plan_.in_transaction_ = state.in_transaction();
}

void Planner::Delete(Instance instance) {
  if (doomed_.Insert(instance.model, instance.slot)) {
    plan_.deletions_.push_back({instance, ForeignKey(), Plan::kRoot});
  }
}

void Planner::Assign(Instance instance, std::uint32_t attribute, const ValueView& value) {
  AssignBy(instance.model, instance.slot, attribute, Value::From(value), ForeignKey(),
           Action::kNoAction);
}

Plan Planner::Finish() && {
  CloseDeletes();
  ActOnDeletes();
  ActOnUpdates();
  EnterNewKeys();
  CheckNotNull();
  CheckUnique();
  CheckReferences();
  CheckArcs();
  if (state_.any_rules()) CheckRules();
  if (detail_ == Detail::kFull) SpellOutSweeps();
  return std::move(plan_);
}

// ----- 1. what goes

// A row is looked at twice only if it has children: of the others, which most rows of a tree are,
// everything is known when they are found.
void Planner::CloseDeletes() {
  auto& deletions = plan_.deletions_;
  std::vector<std::uint32_t> parents(deletions.size());  // positions of those with children
  std::iota(parents.begin(), parents.end(), 0);          // and of the roots
  std::size_t waiting = 0;  // children of `parents`, but for those of roots, that are not found yet
  for (std::size_t p = 0; p < parents.size(); ++p) {
    const std::uint32_t cause = parents[p];
    const Instance parent = deletions[cause].instance;
    const bool is_root = deletions[cause].cause == Plan::kRoot;
    const char* row = state_.Row(parent.model, parent.slot);
    for (const ForeignKey f : state_.model(parent.model).referenced_by) {
      const internal::LinkLayout& link = state_.link(f);
      const auto children = internal::LoadAs<internal::ParentLink>(row + link.parent_offset);
      if (children.count == 0) continue;
      if (!link.cascades) {
        if (state_.foreign_key(f).constrained) left_.push_back({cause, f});
        continue;
      }
      const std::size_t soon = deletions.size() + (is_root ? children.count : 0) + waiting;
      if (!is_root) waiting -= children.count;
      if (deletions.size() + children.count > deletions.capacity()) {
        deletions.reserve(std::max(soon, deletions.size() * 2));
      }
      const std::uint32_t m = link.owner;
      const internal::TableView& table = state_.views()[m];
      const std::vector<ForeignKey>& referenced_by = state_.model(m).referenced_by;
      std::uint32_t child = children.first;
      const char* at = table.Row(child);
      while (true) {
        if (doomed_.Insert(m, child)) {
          bool has_children = false;
          for (const ForeignKey g : referenced_by) {
            const internal::LinkLayout& below = state_.link(g);
            const auto count = internal::LoadAs<std::uint32_t>(
                at + below.parent_offset + offsetof(internal::ParentLink, count));
            has_children |= count != 0;
            if (below.cascades) waiting += count;
          }
          if (has_children) parents.push_back(static_cast<std::uint32_t>(deletions.size()));
          Plan::Deletion& deletion = deletions.emplace_back();  // and filled where it lies
          deletion.instance = {m, child, internal::StampOf(at)};
          deletion.via = f;
          deletion.cause = cause;
        }
        const auto next = internal::LoadAs<std::uint32_t>(at + link.child_offset +
                                                          offsetof(internal::ChildLink, next));
        if (next == kNoSlot) break;
        at = internal::RowAfter(table, at, child, next);
        child = next;
      }
    }
  }
}

// ----- 2. what changes

Plan::Assignment* Planner::Find(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute) {
  if (assigned_.empty()) return nullptr;
  const auto found = assigned_.find(IdOf(m, slot));
  if (found == assigned_.end()) return nullptr;
  for (const std::uint32_t i : found->second) {
    if (plan_.assignments_[i].attribute == attribute) return &plan_.assignments_[i];
  }
  return nullptr;
}

const Plan::Assignment* Planner::Find(std::uint32_t m, std::uint32_t slot,
                                      std::uint32_t attribute) const {
  return const_cast<Planner*>(this)->Find(m, slot, attribute);
}

KeyViews Planner::FinalViews(std::uint32_t m, std::uint32_t slot,
                             const std::vector<std::uint32_t>& attributes) const {
  KeyViews views;
  for (const std::uint32_t a : attributes) {
    const Plan::Assignment* assignment = Find(m, slot, a);
    views.push_back(assignment != nullptr ? assignment->after.view() : state_.View(m, slot, a));
  }
  return views;
}

bool Planner::Changes(std::uint32_t m, std::uint32_t slot,
                      const std::vector<std::uint32_t>& attributes) const {
  if (assigned_.empty() || !assigned_.contains(IdOf(m, slot))) return false;
  return !internal::EqualKeys(FinalViews(m, slot, attributes), state_.Views(m, slot, attributes));
}

// The first foreign key whose action asks for an attribute keeps it, and may ask again when the key
// that it follows has changed again. What a second one would have wanted is judged with the
// references. A value of the caller's gives way to an action only if it refers to the very key that
// is given up (ActOnKey), as in SQLite, where actions follow the statement's own changes.
void Planner::AssignBy(std::uint32_t m, std::uint32_t slot, std::uint32_t attribute, Value value,
                       ForeignKey via, Action action) {
  if (Plan::Assignment* old = Find(m, slot, attribute); old != nullptr) {
    if ((old->via != via && old->via != ForeignKey()) || old->after == value) return;
    old->after = std::move(value);
    old->via = via;
    old->action = action;
  } else {
    Value before = Value::From(state_.View(m, slot, attribute));
    if (before == value) return;
    auto& row = assigned_[IdOf(m, slot)];
    if (row.empty()) changed_.push_back(IdOf(m, slot));
    row.push_back(static_cast<std::uint32_t>(plan_.assignments_.size()));
    plan_.assignments_.push_back(
        {state_.InstanceAt(m, slot), attribute, std::move(before), std::move(value), via, action});
  }
  if (state_.layout(m).cells[attribute].in_key && !state_.model(m).referenced_by.empty()) {
    rekeyed_.push_back(IdOf(m, slot));
  }
}

void Planner::AssignForeignKey(std::uint32_t child, ForeignKey f, Action action,
                               const std::vector<Value>& values) {
  const ForeignKeyInfo& info = state_.foreign_key(f);
  const std::uint32_t m = info.owner.index;
  for (std::size_t i = 0; i < info.attributes.size(); ++i) {
    const std::uint32_t a = info.attributes[i];
    Value value;
    if (action == Action::kCascade) value = values[i];
    if (action == Action::kSetDefault) value = state_.model(m).attributes[a].default_value;
    AssignBy(m, child, a, std::move(value), f, action);
  }
  checks_.push_back({f, child});
}

void Planner::ActOnDeletes() {
  for (const Left& left : left_) {
    const ForeignKeyInfo& info = state_.foreign_key(left.f);
    const Action action = info.on_delete;
    if (action != Action::kSetNull && action != Action::kSetDefault) continue;
    const Instance parent = plan_.deletions_[left.deletion].instance;
    if (state_.link(left.f).sweepable) {
      plan_.sweeps_.push_back({left.f, parent.slot});
      continue;
    }
    for (std::uint32_t child = state_.Parent(left.f, parent.slot).first; child != kNoSlot;
         child = state_.Child(left.f, child).next) {
      if (!Doomed(info.owner.index, child)) AssignForeignKey(child, left.f, action, {});
    }
  }
}

void Planner::SpellOutSweeps() {
  plan_.spelled_out_ = plan_.assignments_.size();
  for (const Plan::Sweep& sweep : plan_.sweeps_) {
    const ForeignKeyInfo& info = state_.foreign_key(sweep.via);
    const std::uint32_t m = info.owner.index;
    for (std::uint32_t child = state_.Parent(sweep.via, sweep.parent).first; child != kNoSlot;
         child = state_.Child(sweep.via, child).next) {
      if (Doomed(m, child)) continue;
      for (const std::uint32_t a : info.attributes) {
        plan_.assignments_.push_back({state_.InstanceAt(m, child), a,
                                      Value::From(state_.View(m, child, a)), Value(), sweep.via,
                                      Action::kSetNull});
      }
    }
  }
}

// An update may point a row at a key that the same update changes: the row then follows, as in
// SQLite, where actions come after the statement's own changes.
void Planner::NotePointed() {
  for (const RowId row : changed_) {
    const std::uint32_t m = RowModel(row);
    for (const ForeignKey f : state_.model(m).foreign_keys) {
      const ForeignKeyInfo& info = state_.foreign_key(f);
      if (!info.constrained || !Changes(m, SlotOf(row), info.attributes)) continue;
      repointed_.insert(IdOf(f.index, SlotOf(row)));
      const std::uint32_t parent = state_.FindKey(info.target.index, info.target_key,
                                                  FinalViews(m, SlotOf(row), info.attributes));
      if (parent != kNoSlot) pointed_[IdOf(f.index, parent)].push_back(SlotOf(row));
    }
  }
}

void Planner::ActOnUpdates() {
  if (!rekeyed_.empty()) NotePointed();
  for (std::size_t next = 0; next < rekeyed_.size(); ++next) {
    const RowId row = rekeyed_[next];
    const std::uint32_t m = RowModel(row);
    for (const ForeignKey f : state_.model(m).referenced_by) {
      if (state_.foreign_key(f).constrained) ActOnKey(m, SlotOf(row), f);
    }
  }
}

void Planner::ActOnKey(std::uint32_t m, std::uint32_t slot, ForeignKey f) {
  const ForeignKeyInfo& info = state_.foreign_key(f);
  const Action action = info.on_update;
  if (action == Action::kNoAction || action == Action::kRestrict) return;
  const std::vector<std::uint32_t>& key = state_.model(m).keys[info.target_key].attributes;
  const std::vector<Value> before = Own(state_.Views(m, slot, key));
  const std::vector<Value> after = Own(FinalViews(m, slot, key));
  if (before == after) return;
  for (std::uint32_t child = state_.Parent(f, slot).first; child != kNoSlot;
       child = state_.Child(f, child).next) {
    // One that was pointed elsewhere is none of its business.
    if (!repointed_.contains(IdOf(f.index, child))) Follow(child, f, before, after);
  }
  const auto pointed = pointed_.find(IdOf(f.index, slot));
  if (pointed == pointed_.end()) return;
  for (const std::uint32_t child : pointed->second) Follow(child, f, before, after);
}

// Carries the ON UPDATE action of a key that changes out on one row that referred to it.
void Planner::Follow(std::uint32_t child, ForeignKey f, const std::vector<Value>& before,
                     const std::vector<Value>& after) {
  const ForeignKeyInfo& info = state_.foreign_key(f);
  const std::uint32_t owner = info.owner.index;
  if (Doomed(owner, child)) return;
  // Nor is one that another foreign key with the same attribute has moved.
  bool moved = false;
  for (const std::uint32_t a : info.attributes) {
    const Plan::Assignment* assignment = Find(owner, child, a);
    moved |= assignment != nullptr && assignment->via != f && assignment->via != ForeignKey();
  }
  if (moved && Own(FinalViews(owner, child, info.attributes)) != before) return;
  AssignForeignKey(child, f, info.on_update, after);
}

}  // namespace relata
