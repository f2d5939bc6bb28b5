#include "graph/link_walk.h"

#include <cstddef>

namespace relata::internal {

LinkWalk LinkWalk::Children(const StoreState& state, ForeignKey f) {
  LinkWalk walk;
  walk.walked_ = walk.target_ = &state.views()[state.foreign_key(f).owner.index];
  walk.first_ =
      state.link(f).parent_offset + static_cast<std::uint32_t>(offsetof(ParentLink, first));
  walk.next_ = state.link(f).child_offset + static_cast<std::uint32_t>(offsetof(ChildLink, next));
  return walk;
}

LinkWalk LinkWalk::Parent(const StoreState& state, ForeignKey f) {
  LinkWalk walk;
  walk.walked_ = walk.target_ = &state.views()[state.foreign_key(f).target.index];
  walk.first_ =
      state.link(f).child_offset + static_cast<std::uint32_t>(offsetof(ChildLink, parent));
  walk.up_ = true;
  walk.to_one_ = true;
  return walk;
}

LinkWalk LinkWalk::By(const StoreState& state, const AssociationInfo& association) {
  if (association.kind == AssociationKind::kBelongsTo) {
    return Parent(state, association.foreign_key);
  }
  LinkWalk walk = Children(state, association.foreign_key);
  walk.to_one_ = association.to_one();
  if (association.kind == AssociationKind::kBelongsToMany) {
    walk.through_ = true;
    walk.target_ = &state.views()[association.target.index];
    walk.hop_ = state.link(association.other_key).child_offset +
                static_cast<std::uint32_t>(offsetof(ChildLink, parent));
  }
  return walk;
}

}  // namespace relata::internal
