#include "graph/plain_delete.h"

#include <cstdint>
#include <vector>

namespace relata::internal {
namespace {

class PlainDelete {
 public:
  explicit PlainDelete(StoreState& state) : state_(state), doomed_(state.marked_rows()) {}
  PlainDelete(const PlainDelete&) = delete;
  PlainDelete& operator=(const PlainDelete&) = delete;
  ~PlainDelete() {
    // The memory of a large delete is not kept for the small ones that follow.
    constexpr std::size_t kKept = 1 << 12;
    doomed_.clear();
    if (doomed_.capacity() > kKept) doomed_.shrink_to_fit();
  }

  bool Run(std::span<const Instance> instances) {
    for (const Instance& instance : instances) Doom(instance.model, instance.slot);
    if (!FindAll()) {
      for (const MarkedRow& place : doomed_) StoreState::Unmark(place.bytes);
      return false;
    }
    for (const MarkedRow& place : doomed_) CutOff(place);
    for (std::size_t i = doomed_.size(); i-- > 0;) Remove(doomed_[i]);
    state_.NewVersion();
    return true;
  }

 private:
  // Its bytes, if it was not doomed before.
  char* Doom(std::uint32_t m, std::uint32_t slot) {
    char* row = state_.Mark(m, slot);
    if (row != nullptr) doomed_.push_back({m, slot, row});
    return row;
  }

  // Breadth first, as Planner::CloseDeletes. False at the first child that does not simply follow.
  bool FindAll() {
    for (std::size_t i = 0; i < doomed_.size(); ++i) {
      const char* parent = doomed_[i].bytes;
      for (const ForeignKey f : state_.model(doomed_[i].model).referenced_by) {
        const LinkLayout& link = state_.link(f);
        std::uint32_t child = LoadAs<ParentLink>(parent + link.parent_offset).first;
        if (child == kNoSlot) continue;
        if (!link.cascades) return false;
        while (child != kNoSlot) {
          const char* row = Doom(link.owner, child);
          if (row == nullptr) row = state_.Row(link.owner, child);
          child = LoadAs<ChildLink>(row + link.child_offset).next;
        }
      }
    }
    return true;
  }

  // Separates a row from those that stay. Links among what goes are left as they are.
  void CutOff(const MarkedRow& place) {
    for (const ForeignKey f : state_.model(place.model).foreign_keys) {
      const LinkLayout& link = state_.link(f);
      const std::uint32_t parent = LoadAs<ChildLink>(place.bytes + link.child_offset).parent;
      if (parent == kNoSlot) continue;
      if (parent == kDanglingSlot) {
        state_.Unlink(f, place.slot);
      } else if (!state_.IsMarked(link.target, parent)) {
        state_.UnlinkGone(f, place.slot);
      }
    }
  }

  void Remove(const MarkedRow& place) {
    const std::size_t keys = state_.model(place.model).keys.size();
    std::uint32_t k = 0;
    if (const std::uint32_t cell = state_.layout(place.model).home_cell; cell != 0) {
      const auto key = LoadAs<std::int64_t>(place.bytes + cell);
      state_.UnindexIntegerKey(place.model, place.slot, key);
      ++k;
    }
    for (; k < keys; ++k) state_.UnindexKey(place.model, k, place.slot);
    StoreState::Unmark(place.bytes);
    state_.RemoveRow(place.model, place.slot);
  }

  StoreState& state_;
  std::vector<MarkedRow>& doomed_;
};

}  // namespace

bool DeletePlainly(StoreState& state, std::span<const Instance> instances) {
  return PlainDelete(state).Run(instances);
}

}  // namespace relata::internal
