// Walks the links of a row by an association, or by a foreign key, without knowing which: where to
// begin, how to go on, and where the target is, all resolved to offsets once.
#ifndef RELATA_GRAPH_LINK_WALK_H_
#define RELATA_GRAPH_LINK_WALK_H_

#include <cstdint>

#include "graph/store_state.h"
#include "relata/internal/table_view.h"
#include "relata/schema.h"

namespace relata::internal {

// One end of a link: the target, and for a belongsToMany the join row that it was reached through.
struct LinkedRow {
  std::uint32_t slot = kNoSlot;
  std::uint32_t join = kNoSlot;
  const char* row = nullptr;
  const char* join_row = nullptr;
};

class LinkWalk {
 public:
  LinkWalk() = default;
  // The links of an association, whatever its scope.
  static LinkWalk By(const StoreState& state, const AssociationInfo& association);
  // The children of a row by a foreign key.
  static LinkWalk Children(const StoreState& state, ForeignKey f);
  // The parent of a row by a foreign key.
  static LinkWalk Parent(const StoreState& state, ForeignKey f);

  bool to_one() const { return to_one_; }
  bool through() const { return through_; }
  // The rows that are threaded: targets, or join rows.
  const TableView* threaded() const { return walked_; }

  // The first row that is threaded from `source`, and the one after `slot`; kNoSlot when there is
  // none.
  std::uint32_t First(const char* source) const {
    const auto slot = LoadAs<std::uint32_t>(source + first_);
    return up_ && slot == kDanglingSlot ? kNoSlot : slot;
  }
  std::uint32_t Next(std::uint32_t slot) const {
    return up_ ? kNoSlot : LoadAs<std::uint32_t>(walked_->Row(slot) + next_);
  }
  // What a threaded row leads to. False when that dangles.
  bool Resolve(std::uint32_t slot, LinkedRow& linked) const {
    const char* row = walked_->Row(slot);
    if (!through_) {
      linked.slot = slot;
      linked.row = row;
      return true;
    }
    linked.join = slot;
    linked.join_row = row;
    linked.slot = LoadAs<std::uint32_t>(row + hop_);
    if (linked.slot >= kDanglingSlot) return false;
    linked.row = target_->Row(linked.slot);
    return true;
  }

 private:
  const TableView* walked_ = nullptr;
  const TableView* target_ = nullptr;
  std::uint32_t first_ = 0;  // in the source: the slot of the first threaded row
  std::uint32_t next_ = 0;   // in a threaded row: the slot of the next one
  std::uint32_t hop_ = 0;    // in a join row: the slot of the target
  bool up_ = false;          // the one row is the parent
  bool through_ = false;
  bool to_one_ = false;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_LINK_WALK_H_
