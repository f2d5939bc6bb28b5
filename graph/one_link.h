// The short ways to ask about one link, to make it and to undo it: one instance as the target, no
// scope, no values for a join row. Nothing is allocated, planned or tried.
//
// Promises: a link that is not plain (handles that do not fit, a row with rules or observers, a
// join row that others refer to) is given up with nothing changed, and Accessor decides about it.
// What is done is exactly what Accessor would have done.
#ifndef RELATA_GRAPH_ONE_LINK_H_
#define RELATA_GRAPH_ONE_LINK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "graph/store_state.h"
#include "relata/handle.h"
#include "relata/link.h"
#include "relata/target.h"

namespace relata::internal {

class OneLink {
 public:
  // Nothing when it is not plain to ask about.
  [[gnu::always_inline]] static std::optional<OneLink> Of(StoreState& state, Instance source,
                                                          Association association,
                                                          std::span<const Target> targets);
  // REQUIRES: both are alive, and of the association's models.
  OneLink(StoreState& state, Association association, std::uint32_t source, std::uint32_t target)
      : OneLink(state, association, source, target,
                state.Row(state.walks()[association.index].source, source),
                state.Row(state.walks()[association.index].target, target)) {}

  bool through() const { return pair_.through; }
  // A belongsTo, of which to add and to set are the same.
  bool from_child() const { return info_.kind == AssociationKind::kBelongsTo; }
  [[gnu::always_inline]] bool Holds() const {
    if (through()) return JoinRow() != kNoSlot;
    const LinkLayout& link = state_.link(info_.foreign_key);
    // Of a hasOne only the first is linked.
    if (info_.kind == AssociationKind::kHasOne) {
      const char* const up = rows_[0] + link.parent_offset;
      return LoadAs<std::uint32_t>(up + offsetof(ParentLink, first)) == target_;
    }
    const char* const down = child_row() + link.child_offset;
    return LoadAs<std::uint32_t>(down + offsetof(ChildLink, parent)) == parent();
  }
  // The slot of the join row, or kNoSlot. REQUIRES: a belongsToMany that has a PairLayout::key.
  [[gnu::always_inline]] std::uint32_t JoinRow() const {
    std::uint32_t hash = 0;
    return Hash(hash) ? Find(hash) : kNoSlot;
  }
  // As Store::Add and Store::Remove; nothing when it is not plain to change.
  std::optional<LinkCounts> Add();
  std::optional<LinkCounts> Remove(Unlink unlink);

 private:
  [[gnu::always_inline]] OneLink(StoreState& state, Association association, std::uint32_t source,
                                 std::uint32_t target, const char* source_row,
                                 const char* target_row)
      : state_(state),
        info_(state.associations()[association.index]),
        pair_(state.pair(association)),
        source_(source),
        target_(target),
        rows_{source_row, target_row} {}

  // The row of an instance, or nullptr when it is gone or not of model `m`.
  [[gnu::always_inline]] static const char* RowOf(const StoreState& state, const Instance& instance,
                                                  std::uint32_t m) {
    if (instance.model != m || instance.slot >= state.views()[m].slots) return nullptr;
    const char* row = state.Row(m, instance.slot);
    return StampOf(row) == instance.stamp && instance.stamp != 0 ? row : nullptr;
  }
  // The two ends of the foreign key, unless there is a join row.
  std::uint32_t child() const { return from_child() ? source_ : target_; }
  std::uint32_t parent() const { return from_child() ? target_ : source_; }
  const char* child_row() const { return rows_[from_child() ? 0 : 1]; }
  // Of the pair as a key of the through model. False when a part is null.
  bool Hash(std::uint32_t& hash) const {
    if (!pair_.integers) return HashAny(hash);
    KeyHash key;
    for (const PairLayout::Part& part : pair_.parts) {
      key.Add(LoadAs<std::int64_t>(rows_[part.of_target] + part.offset));
    }
    hash = key.value();
    return true;
  }
  bool HashAny(std::uint32_t& hash) const;
  // The join row. Join rows are linked to whatever has the keys that they hold: their links tell
  // them apart.
  std::uint32_t Find(std::uint32_t hash) const {
    const std::uint32_t m = info_.through.index;
    const TableView& joins = state_.views()[m];
    return state_.table(m).keys[pair_.key].Find(hash, [&](std::uint32_t slot) {
      const char* row = joins.Row(slot);
      return LoadAs<std::uint32_t>(row + pair_.to_source) == source_ &&
             LoadAs<std::uint32_t>(row + pair_.to_target) == target_;
    });
  }
  // Of the pair, whose hash is given.
  bool MakeJoinRow(std::uint32_t hash);
  bool FillJoinRow(char* row) const;
  bool JudgeJoinRow(const char* row) const;
  std::uint32_t ParentOfJoinRow(ForeignKey f, const char* row) const {
    if (f == info_.foreign_key) return source_;
    return f == info_.other_key ? target_ : state_.FindParentOfRow(f, row);
  }
  bool RemoveJoinRow(std::uint32_t slot, std::uint32_t hash);

  StoreState& state_;
  const AssociationInfo& info_;
  const PairLayout& pair_;
  const std::uint32_t source_;
  const std::uint32_t target_;
  // Of the source and of the target, until something is written.
  const char* const rows_[2];
};

inline std::optional<OneLink> OneLink::Of(StoreState& state, Instance source,
                                          Association association,
                                          std::span<const Target> targets) {
  if (association.index >= state.walks().size() || targets.size() != 1 || !targets[0].is_bare() ||
      !state.pair(association).askable) {
    return std::nullopt;
  }
  const Walk& walk = state.walks()[association.index];
  const Instance target = targets[0].instance();
  const char* const source_row = RowOf(state, source, walk.source);
  if (source_row == nullptr) return std::nullopt;
  const char* const target_row = RowOf(state, target, walk.target);
  if (target_row == nullptr) return std::nullopt;
  return OneLink(state, association, source.slot, target.slot, source_row, target_row);
}

// Undoes the link of a belongsTo, if there is one: as Store::Clear. Nothing, with nothing changed,
// when that is not plain.
std::optional<LinkCounts> ClearOneLink(StoreState& state, Instance source, Association association);

// Whether no one has a say in what a row refers to by a foreign key that is free-standing.
inline bool MayRepoint(const StoreState& state, ForeignKey f) {
  const LinkLayout& link = state.link(f);
  return link.free_standing && !state.guarded();
}
// Makes a row refer to another one by a foreign key, or for kNoSlot to none. REQUIRES: MayRepoint;
// for kNoSlot, LinkLayout::nullable; no part of the parent's key is null.
void Repoint(StoreState& state, ForeignKey f, std::uint32_t child, std::uint32_t parent);
// Gives an attribute of an instance a value, where that means to refer to another row, or to none,
// by a foreign key that is this attribute alone. False, with nothing changed, when it is not plain.
// REQUIRES: the instance is alive.
bool Repointed(StoreState& state, Instance instance, std::uint32_t attribute,
               const ValueView& value);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ONE_LINK_H_
