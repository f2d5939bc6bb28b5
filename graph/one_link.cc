#include "graph/one_link.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "relata/change_set.h"

namespace relata::internal {
namespace {

constexpr std::size_t kMaxStride = 512;

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

// The two ends of a link by a join row.
struct Pair {
  Pair(const StoreState& store, const AssociationInfo& association, const PairLayout& pair,
       std::uint32_t source_slot, std::uint32_t target_slot)
      : state(store),
        info(association),
        layout(pair),
        source(source_slot),
        target(target_slot),
        source_row(store.Row(association.source.index, source_slot)),
        target_row(store.Row(association.target.index, target_slot)) {}

  const char* Row(const PairLayout::Part& part) const {
    return part.of_target ? target_row : source_row;
  }
  const CellLayout& Cell(const PairLayout::Part& part) const {
    return state.layout(part.of_target ? info.target.index : info.source.index)
        .cells[part.attribute];
  }
  // Nothing when a part is null.
  std::optional<std::uint32_t> Hash() const {
    KeyHash hash;
    for (const PairLayout::Part& part : layout.parts) {
      const ValueView view = ReadView(Row(part), Cell(part));
      if (view.index() == 0) return std::nullopt;
      hash.Add(view);
    }
    return hash.value();
  }
  // Join rows are linked to whatever has the keys that they hold: their links tell them apart.
  std::uint32_t Find(std::uint32_t hash) const {
    const std::uint32_t m = info.through.index;
    const TableView& rows = state.views()[m];
    const std::size_t to_source =
        state.link(info.foreign_key).child_offset + offsetof(ChildLink, parent);
    const std::size_t to_target =
        state.link(info.other_key).child_offset + offsetof(ChildLink, parent);
    return state.table(m).keys[layout.key].Find(hash, [&](std::uint32_t slot) {
      const char* row = rows.Row(slot);
      return LoadAs<std::uint32_t>(row + to_source) == source &&
             LoadAs<std::uint32_t>(row + to_target) == target;
    });
  }

  const StoreState& state;
  const AssociationInfo& info;
  const PairLayout& layout;
  const std::uint32_t source;
  const std::uint32_t target;
  const char* const source_row;
  const char* const target_row;
};

// The bytes of a cell that is not of text.
std::size_t FixedSize(Type type) {
  if (type == Type::kBoolean) return sizeof(bool);
  return type == Type::kUuid ? sizeof(UuidValue) : sizeof(std::int64_t);
}

// Deletes a row that no other one refers to.
void RemoveLeaf(StoreState& state, std::uint32_t m, std::uint32_t slot) {
  const ModelInfo& model = state.model(m);
  for (const ForeignKey f : model.foreign_keys) state.Unlink(f, slot);
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) state.UnindexKey(m, k, slot);
  state.RemoveRow(m, slot);
  state.NewVersion();
}

}  // namespace

std::optional<OneLink> OneLink::Of(StoreState& state, Instance source, Association association,
                                   std::span<const Target> targets) {
  const std::vector<StoreWalk>& walks = state.walks();
  if (association.index >= walks.size() || targets.size() != 1) return std::nullopt;
  const Walk& walk = walks[association.index];
  const Instance target = targets[0].instance();
  if (source.model != walk.source || target.model != walk.target || !targets[0].through().empty() ||
      !state.IsAlive(source) || !state.IsAlive(target)) {
    return std::nullopt;
  }
  const PairLayout& pair = state.pair(association);
  if (walk.through ? pair.key == kNoKey || pair.scoped : walk.scoped) return std::nullopt;
  return OneLink(state, association, source.slot, target.slot);
}

bool OneLink::Holds() const {
  if (through()) return JoinRow() != kNoSlot;
  // Of a hasOne only the first is linked.
  if (info_.kind == AssociationKind::kHasOne) {
    return state_.Parent(info_.foreign_key, source_).first == target_;
  }
  return state_.Child(info_.foreign_key, child()).parent == parent();
}

std::uint32_t OneLink::JoinRow() const {
  const Pair pair(state_, info_, pair_, source_, target_);
  const std::optional<std::uint32_t> hash = pair.Hash();
  return hash.has_value() ? pair.Find(*hash) : kNoSlot;
}

std::optional<LinkCounts> OneLink::Add() {
  if (through()) {
    const Pair pair(state_, info_, pair_, source_, target_);
    const std::optional<std::uint32_t> hash = pair.Hash();
    if (!hash.has_value()) return std::nullopt;
    if (pair.Find(*hash) != kNoSlot) return LinkCounts();
    if (!MakeJoinRow(*hash)) return std::nullopt;
    return LinkCounts{.added = 1};
  }
  const ForeignKey f = info_.foreign_key;
  if (info_.kind == AssociationKind::kHasOne) return std::nullopt;  // it may replace another
  const std::uint32_t before = state_.Child(f, child()).parent;
  if (before == parent()) return LinkCounts();
  if (!MayRepoint(state_, f) ||
      AnyNull(state_, state_.foreign_key(f).target.index, parent(), KeyReferredTo(state_, f))) {
    return std::nullopt;
  }
  Repoint(state_, f, child(), parent());
  const bool replaces = info_.kind == AssociationKind::kBelongsTo && before < kDanglingSlot;
  return LinkCounts{.added = 1, .removed = replaces ? 1u : 0u};
}

std::optional<LinkCounts> OneLink::Remove(Unlink unlink) {
  if (through()) {
    if (unlink == Unlink::kRefuse || state_.guarded()) return std::nullopt;
    const std::uint32_t join = JoinRow();
    if (join == kNoSlot) return LinkCounts();
    const std::vector<ForeignKey>& referrers = state_.model(info_.through.index).referenced_by;
    if (std::any_of(referrers.begin(), referrers.end(),
                    [&](ForeignKey f) { return state_.Parent(f, join).count != 0; })) {
      return std::nullopt;
    }
    RemoveLeaf(state_, info_.through.index, join);
    return LinkCounts{.removed = 1};
  }
  const ForeignKey f = info_.foreign_key;
  if (unlink != Unlink::kClear || !MayRepoint(state_, f) || !state_.link(f).nullable) {
    return std::nullopt;
  }
  if (state_.Child(f, child()).parent != parent()) return LinkCounts();
  Repoint(state_, f, child(), kNoSlot);
  return LinkCounts{.removed = 1};
}

// Makes the join row of a pair that has none. False when that is not plain.
bool OneLink::MakeJoinRow(std::uint32_t hash) {
  const std::uint32_t m = info_.through.index;
  const ModelInfo& model = state_.model(m);
  const RowLayout& layout = state_.layout(m);
  if (!layout.fresh_is_plain || layout.stride > kMaxStride || !state_.IsPlain(m) ||
      !state_.arcs(m).empty()) {
    return false;
  }
  alignas(std::uint64_t) char row[kMaxStride];
  std::memcpy(row, layout.fresh.data(), layout.stride);
  const Pair pair(state_, info_, pair_, source_, target_);
  for (const PairLayout::Part& part : pair_.parts) {
    const CellLayout& cell = layout.cells[part.in_join];
    if (IsTextCell(cell.type)) return false;
    std::memcpy(row + cell.offset, pair.Row(part) + pair.Cell(part).offset, FixedSize(cell.type));
    row[cell.null_byte] = static_cast<char>(row[cell.null_byte] & ~cell.null_mask);
  }
  std::int64_t generated = 0;
  if (layout.generated != kNoAttribute) {
    const CellLayout& cell = layout.cells[layout.generated];
    generated = state_.table(m).next_key;
    if (generated == kNoNextKey) return false;
    std::memcpy(row + cell.offset, &generated, sizeof(generated));
    row[cell.null_byte] = static_cast<char>(row[cell.null_byte] & ~cell.null_mask);
  }
  for (std::size_t i = 0; i < layout.not_null.size(); ++i) {
    if ((row[layout.nulls_offset + i] & layout.not_null[i]) != 0) return false;
  }
  // Of other keys and references a new join row has defaults.
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
    std::optional<std::uint32_t> other;
    if (k != pair_.key && state_.FindKeyOfRow(m, k, row, other) != kNoSlot) return false;
  }
  const auto parent = [&](ForeignKey f) -> std::optional<std::uint32_t> {
    if (f == info_.foreign_key) return source_;
    if (f == info_.other_key) return target_;
    return state_.FindParentOfRow(f, row);
  };
  for (const ForeignKey f : model.foreign_keys) {
    if (!parent(f).has_value()) return false;
  }
  if (std::any_of(model.referenced_by.begin(), model.referenced_by.end(),
                  [&](ForeignKey f) { return state_.dangling(f).children != 0; })) {
    return false;
  }
  const StoreState::NewRow fresh = state_.OpenRow(m);
  if (fresh.slot == kNoSlot) return false;
  std::memcpy(fresh.bytes + sizeof(std::uint64_t), row + sizeof(std::uint64_t),
              layout.stride - sizeof(std::uint64_t));
  state_.KeepRow(m, fresh);
  if (layout.generated != kNoAttribute) state_.NoteKey(m, generated);
  for (std::uint32_t k = 0; k < model.keys.size(); ++k) {
    k == pair_.key ? state_.EnterKey(m, k, fresh.slot, hash) : state_.IndexKey(m, k, fresh.slot);
  }
  for (const ForeignKey f : model.foreign_keys) {
    if (*parent(f) != kNoSlot) state_.Link(f, fresh.slot, *parent(f));
  }
  state_.EnterIndexes(m, fresh.slot, layout.indexes);
  state_.NewVersion();
  return true;
}

std::uint32_t FindPair(const StoreState& state, Association association, std::uint32_t source,
                       std::uint32_t target) {
  const Pair pair(state, state.associations()[association.index], state.pair(association), source,
                  target);
  const std::optional<std::uint32_t> hash = pair.Hash();
  return hash.has_value() ? pair.Find(*hash) : kNoSlot;
}

bool MayRepoint(const StoreState& state, ForeignKey f) {
  const std::uint32_t m = state.foreign_key(f).owner.index;
  return state.link(f).free_standing && state.IsPlain(m) && state.arcs(m).empty();
}

void Repoint(StoreState& state, ForeignKey f, std::uint32_t child, std::uint32_t parent) {
  const ForeignKeyInfo& info = state.foreign_key(f);
  const std::uint32_t m = info.owner.index;
  if (state.Child(f, child).parent == parent) return state.NewVersion();
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
  state.NewVersion();
}

bool Repointed(StoreState& state, Instance instance, std::uint32_t attribute,
               const ValueView& value) {
  const ForeignKey f = state.layout(instance.model).cells[attribute].reference;
  if (f == ForeignKey() || !MayRepoint(state, f)) return false;
  std::uint32_t parent = kNoSlot;
  if (value.index() == 0) {
    if (!state.link(f).nullable) return false;
  } else {
    const ForeignKeyInfo& info = state.foreign_key(f);
    parent = state.FindKey(info.target.index, info.target_key, {value});
    if (parent == kNoSlot) return false;
  }
  Repoint(state, f, instance.slot, parent);
  return true;
}

}  // namespace relata::internal
