// The short ways to ask about one link, to make it and to undo it: one instance as the target, no
// scope, no values for a join row. Nothing is allocated, planned or tried.
//
// Promises: a link that is not plain (handles that do not fit, a row with rules or observers, a
// join row that others refer to) is given up with nothing changed, and Accessor decides about it.
// What is done is exactly what Accessor would have done.
#ifndef RELATA_GRAPH_ONE_LINK_H_
#define RELATA_GRAPH_ONE_LINK_H_

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
  static std::optional<OneLink> Of(StoreState& state, Instance source, Association association,
                                   std::span<const Target> targets);

  bool through() const { return info_.kind == AssociationKind::kBelongsToMany; }
  // A belongsTo, of which to add and to set are the same.
  bool from_child() const { return info_.kind == AssociationKind::kBelongsTo; }
  bool Holds() const;
  // The slot of the join row, or kNoSlot. REQUIRES: a belongsToMany.
  std::uint32_t JoinRow() const;
  // As Store::Add and Store::Remove; nothing when it is not plain to change.
  std::optional<LinkCounts> Add();
  std::optional<LinkCounts> Remove(Unlink unlink);

 private:
  OneLink(StoreState& state, Association association, std::uint32_t source, std::uint32_t target)
      : state_(state),
        info_(state.associations()[association.index]),
        pair_(state.pair(association)),
        source_(source),
        target_(target) {}

  // The two ends of the foreign key, unless there is a join row.
  std::uint32_t child() const {
    return info_.kind == AssociationKind::kBelongsTo ? source_ : target_;
  }
  std::uint32_t parent() const {
    return info_.kind == AssociationKind::kBelongsTo ? target_ : source_;
  }
  // Of the pair, whose hash is given.
  bool MakeJoinRow(std::uint32_t hash);
  bool FillJoinRow(char* row) const;
  bool JudgeJoinRow(const char* row) const;
  std::uint32_t ParentOfJoinRow(ForeignKey f, const char* row) const;
  bool RemoveJoinRow(std::uint32_t slot, std::uint32_t hash);

  StoreState& state_;
  const AssociationInfo& info_;
  const PairLayout& pair_;
  const std::uint32_t source_;
  const std::uint32_t target_;
};

// Undoes the link of a belongsTo, if there is one: as Store::Clear. Nothing, with nothing changed,
// when that is not plain.
std::optional<LinkCounts> ClearOneLink(StoreState& state, Instance source, Association association);

// The join row of a pair, or kNoSlot. REQUIRES: the association has a PairLayout::key.
std::uint32_t FindPair(const StoreState& state, Association association, std::uint32_t source,
                       std::uint32_t target);

// Whether no one has a say in what a row refers to by a foreign key that is free-standing.
inline bool MayRepoint(const StoreState& state, ForeignKey f) {
  const LinkLayout& link = state.link(f);
  return link.free_standing && state.IsPlain(link.owner) && state.arcs(link.owner).empty();
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
