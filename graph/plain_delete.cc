#include "graph/plain_delete.h"

#include <cstddef>
#include <cstdint>
#include <span>
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
    if (!FindAll(doomed_.size())) {
      for (const MarkedRow& place : doomed_) StoreState::Unmark(place.bytes);
      return false;
    }
    CutOffAll();
    RemoveAll();
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
  // Children of those that were asked for have links to anywhere; what is further below has them
  // among what goes, for the most part, and is not fetched for.
  bool FindAll(std::size_t asked) {
    for (std::size_t i = 0; i < doomed_.size(); ++i) {
      const char* parent = doomed_[i].bytes;
      for (const ForeignKey f : state_.model(doomed_[i].model).referenced_by) {
        const LinkLayout& link = state_.link(f);
        auto child =
            LoadAs<std::uint32_t>(parent + link.parent_offset + offsetof(ParentLink, first));
        if (child == kNoSlot) continue;
        if (!link.cascades) return false;
        const std::vector<ForeignKey>& foreign_keys = state_.model(link.owner).foreign_keys;
        const std::size_t next = link.child_offset + offsetof(ChildLink, next);
        while (child != kNoSlot) {
          const char* row = Doom(link.owner, child);
          if (row == nullptr) {
            row = state_.Row(link.owner, child);
          } else if (i < asked && foreign_keys.size() > 1) {
            FetchAround(f, foreign_keys, row);
          }
          child = LoadAs<std::uint32_t>(row + next);
        }
      }
    }
    return true;
  }

  // Into the cache: what CutOffAll will write to on account of the other links of a child, which is
  // anywhere. By then it has arrived, and so has what all the others need, at the same time.
  void FetchAround(ForeignKey followed, const std::vector<ForeignKey>& foreign_keys,
                   const char* row) {
    for (const ForeignKey f : foreign_keys) {
      if (f == followed) continue;
      const LinkLayout& link = state_.link(f);
      const auto at = LoadAs<ChildLink>(row + link.child_offset);
      if (at.parent >= kDanglingSlot) continue;
      Fetch(state_.Row(link.target, at.parent) + link.parent_offset);
      if (at.next != kNoSlot) Fetch(state_.Row(link.owner, at.next) + link.child_offset);
      if (at.prev != kNoSlot) Fetch(state_.Row(link.owner, at.prev) + link.child_offset);
    }
  }
  static void Fetch(const char* at) { __builtin_prefetch(at, 1); }

  // Separates the rows from those that stay. Links among what goes are left as they are. Rows of
  // one model follow one another: what is the same for all of them is looked up once, here and
  // below.
  void CutOffAll() {
    std::uint32_t m = UINT32_MAX;
    std::span<const ForeignKey> foreign_keys;
    for (const MarkedRow& place : doomed_) {
      if (place.model != m) {
        m = place.model;
        foreign_keys = state_.model(m).foreign_keys;
      }
      for (const ForeignKey f : foreign_keys) {
        const LinkLayout& link = state_.link(f);
        const auto parent =
            LoadAs<std::uint32_t>(place.bytes + link.child_offset + offsetof(ChildLink, parent));
        if (parent == kNoSlot) continue;
        if (parent == kDanglingSlot) {
          state_.Unlink(f, place.slot);
        } else if (!state_.IsMarked(link.target, parent)) {
          state_.UnlinkGone(f, place.slot);
        }
      }
    }
  }

  void RemoveAll() {
    std::uint32_t m = UINT32_MAX;
    std::uint32_t home_cell = 0;
    std::uint32_t keys = 0;
    for (std::size_t i = doomed_.size(); i-- > 0;) {
      const MarkedRow place = doomed_[i];
      if (place.model != m) {
        m = place.model;
        home_cell = state_.layout(m).home_cell;
        keys = static_cast<std::uint32_t>(state_.model(m).keys.size());
      }
      if (home_cell != 0) {
        state_.UnindexIntegerKey(m, place.slot, LoadAs<std::int64_t>(place.bytes + home_cell));
      }
      for (std::uint32_t k = home_cell != 0 ? 1 : 0; k < keys; ++k) {
        state_.UnindexKey(m, k, place.slot);
      }
      StoreState::Unmark(place.bytes);
      state_.RemoveRow(m, place.slot);
    }
  }

  StoreState& state_;
  std::vector<MarkedRow>& doomed_;
};

}  // namespace

bool DeletePlainly(StoreState& state, std::span<const Instance> instances) {
  return PlainDelete(state).Run(instances);
}

}  // namespace relata::internal
