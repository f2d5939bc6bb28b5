#include "graph/one_link.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "relata/change_set.h"

namespace relata::internal {
namespace {

bool AnyNull(const StoreState& state, std::uint32_t m, std::uint32_t slot,
             const std::vector<std::uint32_t>& attributes) {
  const char* row = state.Row(m, slot);
  const RowLayout& layout = state.layout(m);
  return std::any_of(attributes.begin(), attributes.end(),
                     [&](std::uint32_t a) { return IsNull(row, layout.cells[a]); });
}

const std::vector<std::uint32_t>& KeyReferredTo(const StoreState& state, ForeignKey f) {
  const ForeignKeyInfo& info = state.foreign_key(f);
  return state.model(info.target.index).keys[info.target_key].attributes;
}

// The bytes of a cell that is not of text.
std::size_t FixedSize(Type type) {
  if (type == Type::kBoolean) return sizeof(bool);
  return type == Type::kUuid ? sizeof(UuidValue) : sizeof(std::int64_t);
}

}  // namespace

bool OneLink::HashAny(std::uint32_t& hash) const {
  const std::vector<CellLayout>* const cells[] = {&state_.layout(info_.source.index).cells,
                                                  &state_.layout(info_.target.index).cells};
  KeyHash key;
  for (const PairLayout::Part& part : pair_.parts) {
    const CellLayout& cell = (*cells[part.of_target])[part.attribute];
    if (!key.AddCell(rows_[part.of_target], cell)) return false;
  }
  hash = key.value();
  return true;
}

std::optional<LinkCounts> OneLink::Add() {
  if (through()) {
    std::uint32_t hash = 0;
    if (!Hash(hash)) return std::nullopt;
    if (Find(hash) != kNoSlot) return LinkCounts();
    if (!MakeJoinRow(hash)) return std::nullopt;
    return LinkCounts{.added = 1};
  }
  const ForeignKey f = info_.foreign_key;
  if (info_.kind == AssociationKind::kHasOne) return std::nullopt;  // it may replace another
  const std::uint32_t before = state_.ParentOf(f, child());
  if (before == parent()) return LinkCounts();
  if (!MayRepoint(state_, f) ||
      AnyNull(state_, state_.foreign_key(f).target.index, parent(), KeyReferredTo(state_, f))) {
    return std::nullopt;
  }
  Repoint(state_, f, child(), parent());
  const bool replaces = info_.kind == AssociationKind::kBelongsTo && before < kDanglingSlot;
  return LinkCounts{.added = 1, .removed = replaces ? 1u : 0u};
}

std::optional<LinkCounts> ClearOneLink(StoreState& state, Instance source,
                                       Association association) {
  if (association.index >= state.walks().size()) return std::nullopt;
  const Walk& walk = state.walks()[association.index];
  const AssociationInfo& info = state.associations()[association.index];
  if (info.kind != AssociationKind::kBelongsTo || source.model != walk.source || walk.scoped ||
      !state.IsAlive(source)) {
    return std::nullopt;
  }
  const ForeignKey f = info.foreign_key;
  if (state.DropInPlace(f, state.Row(source.model, source.slot))) return LinkCounts{.removed = 1};
  if (!MayRepoint(state, f) || !state.link(f).nullable) return std::nullopt;
  const std::uint32_t before = state.ParentOf(f, source.slot);
  // What refers to nothing may still hold a part of a key.
  if (before == kNoSlot && state.foreign_key(f).attributes.size() > 1) return std::nullopt;
  Repoint(state, f, source.slot, kNoSlot);
  return LinkCounts{.removed = before < kDanglingSlot ? 1u : 0u};
}

std::optional<LinkCounts> OneLink::Remove(Unlink unlink) {
  if (through()) {
    if (unlink == Unlink::kRefuse || state_.guarded()) return std::nullopt;
    std::uint32_t hash = 0;
    const std::uint32_t join = Hash(hash) ? Find(hash) : kNoSlot;
    if (join == kNoSlot) return LinkCounts();
    if (!RemoveJoinRow(join, hash)) return std::nullopt;
    return LinkCounts{.removed = 1};
  }
  const ForeignKey f = info_.foreign_key;
  if (unlink != Unlink::kClear || !MayRepoint(state_, f) || !state_.link(f).nullable) {
    return std::nullopt;
  }
  if (state_.ParentOf(f, child()) != parent()) return LinkCounts();
  if (state_.DropInPlace(f, child_row())) return LinkCounts{.removed = 1};
  Repoint(state_, f, child(), kNoSlot);
  return LinkCounts{.removed = 1};
}

// Makes the join row of a pair that has none, in the slot that will be its own. False, with nothing
// changed, when that is not plain.
bool OneLink::MakeJoinRow(std::uint32_t hash) {
  const std::uint32_t m = info_.through.index;
  const ModelInfo& model = state_.model(m);
  const RowLayout& layout = state_.layout(m);
  if (!layout.fresh_is_plain || state_.guarded()) return false;
  StoreState::NewRow fresh = state_.OpenRow(m);
  if (fresh.slot == kNoSlot) return false;
  char* row = fresh.bytes;
  std::memcpy(row + sizeof(std::uint64_t), layout.fresh.data() + sizeof(std::uint64_t),
              layout.stride - sizeof(std::uint64_t));
  if (!FillJoinRow(row) || !JudgeJoinRow(row)) {
    state_.DropRow(fresh);
    return false;
  }
  if (layout.home_cell != 0) {
    state_.GoHome(m, fresh, LoadAs<std::int64_t>(row + layout.home_cell));
    row = fresh.bytes;
  }
  state_.KeepRow(m, fresh);
  if (layout.generated != kNoAttribute) {
    state_.NoteKey(m, LoadAs<std::int64_t>(row + layout.cells[layout.generated].offset));
  }
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
    k == pair_.key ? state_.EnterKey(m, k, fresh.slot, hash) : state_.IndexKey(m, k, fresh.slot);
  }
  for (const ForeignKey f : model.foreign_keys) {
    const std::uint32_t parent = ParentOfJoinRow(f, row);
    if (parent != kNoSlot) state_.LinkNew(f, fresh.slot, row, parent);
  }
  state_.EnterIndexes(m, fresh.slot, layout.indexes);
  state_.NewVersion();
  return true;
}

// Gives it the keys of the pair, and a generated one. False when there is more that it needs.
bool OneLink::FillJoinRow(char* row) const {
  const RowLayout& layout = state_.layout(info_.through.index);
  std::uint64_t needed = layout.needed_by_fresh;
  // Looked for again: a page may have been copied to make room for the new row.
  const char* const rows[] = {state_.Row(info_.source.index, source_),
                              state_.Row(info_.target.index, target_)};
  for (const PairLayout::Part& part : pair_.parts) {
    const CellLayout& cell = layout.cells[part.in_join];
    if (!pair_.integers && IsTextCell(cell.type)) return false;
    const char* const from = rows[part.of_target] + part.offset;
    if (pair_.integers || cell.type == Type::kInteger) {
      StoreAs(row + cell.offset, LoadAs<std::int64_t>(from));
    } else {
      std::memcpy(row + cell.offset, from, FixedSize(cell.type));
    }
    SetNull(row, cell, false);
    needed &= ~BitOf(part.in_join);
  }
  if (layout.generated != kNoAttribute) {
    const CellLayout& cell = layout.cells[layout.generated];
    const std::int64_t generated = state_.table(info_.through.index).next_key;
    if (generated == kNoNextKey) return false;
    StoreAs(row + cell.offset, generated);
    needed &= ~BitOf(layout.generated);
  }
  return needed == 0;
}

// Keys and references other than the pair's: of these a new join row has defaults.
bool OneLink::JudgeJoinRow(const char* row) const {
  const std::uint32_t m = info_.through.index;
  const ModelInfo& model = state_.model(m);
  if (!pair_.alone) {
    for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
      std::optional<std::uint32_t> other;
      if (k != pair_.key && state_.FindKeyOfRow(m, k, row, other) != kNoSlot) return false;
    }
    for (const ForeignKey f : model.foreign_keys) {
      if (ParentOfJoinRow(f, row) == kDanglingSlot) return false;
    }
  }
  return std::all_of(model.referenced_by.begin(), model.referenced_by.end(),
                     [&](ForeignKey f) { return state_.dangling(f).children == 0; });
}

// Deletes the join row of a pair. False, with nothing changed, when others refer to it.
bool OneLink::RemoveJoinRow(std::uint32_t slot, std::uint32_t hash) {
  const std::uint32_t m = info_.through.index;
  const ModelInfo& model = state_.model(m);
  const char* const row = state_.Row(m, slot);
  for (const ForeignKey f : model.referenced_by) {
    const char* const up = row + state_.link(f).parent_offset;
    if (LoadAs<std::uint32_t>(up + offsetof(ParentLink, first)) != kNoSlot) return false;
  }
  for (const ForeignKey f : model.foreign_keys) {
    const std::uint32_t parent = state_.ParentOf(f, slot);
    if (parent == kDanglingSlot) {
      state_.Unlink(f, slot);
    } else if (parent != kNoSlot) {
      state_.UnlinkGone(f, slot);
    }
  }
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
    k == pair_.key ? state_.LeaveKey(m, k, slot, hash) : state_.UnindexKey(m, k, slot);
  }
  state_.RemoveRow(m, slot);
  state_.NewVersion();
  return true;
}

namespace {

// For keys of whatever kind, dangling or indexed.
[[gnu::noinline]] void RepointAny(StoreState& state, ForeignKey f, std::uint32_t child,
                                  std::uint32_t parent) {
  const std::uint32_t m = state.link(f).owner;
  const ForeignKeyInfo& info = state.foreign_key(f);
  state.Unlink(f, child);
  KeyViews values(info.attributes.size());
  if (parent != kNoSlot) values = state.Views(info.target.index, parent, KeyReferredTo(state, f));
  std::uint64_t moved = 0;
  if (state.layout(m).indexes != 0) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      moved |= state.IndexesMoved(m, child, info.attributes[i], values[i]);
    }
  }
  state.LeaveIndexes(m, child, moved);
  for (std::size_t i = 0; i < values.size(); ++i) {
    state.WriteCell(m, child, info.attributes[i], values[i]);
  }
  state.EnterIndexes(m, child, moved);
  if (parent != kNoSlot) state.Link(f, child, parent);
}

// The row that a value refers to, or kNoSlot.
[[gnu::noinline]] std::uint32_t FindReferred(const StoreState& state, ForeignKey f,
                                             const ValueView& value) {
  const ForeignKeyInfo& info = state.foreign_key(f);
  return state.FindKey(info.target.index, info.target_key, {value});
}

}  // namespace

[[gnu::noinline]] void Repoint(StoreState& state, ForeignKey f, std::uint32_t child,
                               std::uint32_t parent) {
  const LinkLayout& link = state.link(f);
  const auto before = LoadAs<std::uint32_t>(state.Row(link.owner, child) + link.child_offset +
                                            offsetof(ChildLink, parent));
  if (before != parent) {
    if (link.home_cell == 0 || before == kDanglingSlot || state.layout(link.owner).indexes != 0) {
      RepointAny(state, f, child, parent);
    } else if (parent == kNoSlot) {
      state.DropChild(f, child);
    } else {
      state.MoveChild(f, child, parent);
    }
  }
  state.NewVersion();
}

// Flat, for it takes no longer than the calls would that it is made of.
[[gnu::flatten]] bool Repointed(StoreState& state, Instance instance, std::uint32_t attribute,
                                const ValueView& value) {
  const std::uint32_t m = instance.model;
  const RowLayout& layout = state.layout(m);
  const ForeignKey f = layout.cells[attribute].reference;
  if (f == ForeignKey() || !MayRepoint(state, f)) return false;
  const LinkLayout& link = state.link(f);
  if (value.index() == 0) {
    if (!link.nullable) return false;
    Repoint(state, f, instance.slot, kNoSlot);
    return true;
  }
  const auto* integer = std::get_if<std::int64_t>(&value);
  const std::uint32_t parent = link.home_cell != 0 && integer != nullptr
                                   ? state.FindIntegerKey(link.target, link.home_cell, *integer)
                                   : FindReferred(state, f, value);
  if (parent == kNoSlot) return false;
  Repoint(state, f, instance.slot, parent);
  return true;
}

}  // namespace relata::internal
