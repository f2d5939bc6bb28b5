// Ranges of instances to walk: all of a model, and what is linked to one (Store::All,
// Store::Linked). Nothing is copied: a range reads the store as it is walked, and is valid until
// rows are next created, deleted, linked or unlinked; where a fork shares the store's pages, until
// anything is changed. Any number of threads may walk ranges of a store at once.
#ifndef RELATA_RANGES_H_
#define RELATA_RANGES_H_

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "relata/internal/table_view.h"
#include "relata/internal/write_gate.h"
#include "relata/live_instance.h"

namespace relata {

class Store;

// The instances of a model, by slot.
class InstanceRange {
 public:
  class Iterator {
   public:
    using value_type = LiveInstance;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    LiveInstance operator*() const { return LiveInstance(model_, slot_, row_, era_); }
    Iterator& operator++() {
      do {
        ++slot_;
        row_ += stride_;
        if (row_ == page_end_ && !BeginPage()) [[unlikely]]
          break;
      } while (internal::StampOf(row_) == 0);
      return *this;
    }
    Iterator operator++(int) {
      Iterator old = *this;
      ++*this;
      return old;
    }
    bool operator==(const Iterator& other) const { return row_ == other.row_; }

   private:
    friend class InstanceRange;
    Iterator(const internal::TableView& table, std::uint32_t model, std::uint64_t era)
        : pages_(table.pages),
          slots_(table.slots),
          stride_(table.stride),
          model_(model),
          era_(era) {
      if (BeginPage() && internal::StampOf(row_) == 0) ++*this;
    }
    // Goes to the row in slot_, the first of a page; false, and to the end, when there is none.
    bool BeginPage() {
      if (slot_ == slots_) {
        row_ = nullptr;
        return false;
      }
      const std::uint32_t left = slots_ - slot_;
      row_ = pages_[slot_ >> internal::kPageShift];
      page_end_ =
          row_ + std::size_t{left < internal::kPageRows ? left : internal::kPageRows} * stride_;
      return true;
    }
    const char* row_ = nullptr;  // nullptr: past the last one
    const char* page_end_ = nullptr;
    const char* const* pages_ = nullptr;
    std::uint32_t slots_ = 0;
    std::uint32_t stride_ = 0;
    std::uint32_t model_ = 0;
    std::uint32_t slot_ = 0;
    std::uint64_t era_ = 0;
  };

  Iterator begin() const { return Iterator(*table_, model_, gate_->era); }
  Iterator end() const { return Iterator(); }

 private:
  friend class Store;
  InstanceRange(const internal::TableView* table, std::uint32_t model,
                const internal::WriteGate* gate)
      : table_(table), gate_(gate), model_(model) {}
  const internal::TableView* table_;
  const internal::WriteGate* gate_;
  std::uint32_t model_;
};

// The targets linked to an instance by an association, in the order in which they were linked.
// Iterating costs a few loads a step.
class LinkedRange {
 public:
  class Iterator {
   public:
    using value_type = LiveInstance;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    LiveInstance operator*() const {
      std::uint32_t slot = slot_;
      const char* row = row_;
      if (walk_->through) {
        slot = internal::LoadAs<std::uint32_t>(row_ + walk_->hop_offset);
        row = walk_->target_rows->Row(slot);
        __builtin_prefetch(row + 63);
      }
      return LiveInstance(walk_->target, slot, row, walk_->gate->era);
    }
    // belongsToMany: the join row of this link.
    LiveInstance join() const {
      assert(walk_->through);
      return LiveInstance(walk_->walked, slot_, row_, walk_->gate->era);
    }
    Iterator& operator++() {
      if (walk_->plain) [[likely]] {
        MoveTo(internal::LoadAs<std::uint32_t>(row_ + walk_->next_offset));
      } else if (walk_->one) {
        slot_ = internal::kNoSlot;
      } else {
        MoveTo(walk_->SkipOutOfScope(internal::LoadAs<std::uint32_t>(row_ + walk_->next_offset)));
      }
      return *this;
    }
    Iterator operator++(int) {
      Iterator old = *this;
      ++*this;
      return old;
    }
    bool operator==(const Iterator& other) const { return slot_ == other.slot_; }

   private:
    friend class LinkedRange;
    Iterator(const internal::StoreWalk* walk, std::uint32_t slot) : walk_(walk) { MoveTo(slot); }
    void MoveTo(std::uint32_t slot) {
      slot_ = slot;
      if (slot != internal::kNoSlot) row_ = walk_->walked_rows->Row(slot);
    }
    const internal::StoreWalk* walk_ = nullptr;
    const char* row_ = nullptr;  // of the slot, in the table that is walked
    std::uint32_t slot_ = internal::kNoSlot;
  };

  Iterator begin() const { return Iterator(walk_, first_); }
  Iterator end() const { return Iterator(walk_, internal::kNoSlot); }
  bool empty() const { return first_ == internal::kNoSlot; }

 private:
  friend class Store;
  LinkedRange(const internal::StoreWalk* walk, const char* source, std::uint32_t source_slot)
      : walk_(walk), first_(internal::LoadAs<std::uint32_t>(source + walk->first_offset)) {
    if (walk->plain) [[likely]]
      return;
    if (first_ == internal::kDanglingSlot) first_ = internal::kNoSlot;
    if (walk->scoped) first_ = walk->FirstInScope(source_slot, first_);
  }

  const internal::StoreWalk* walk_;
  std::uint32_t first_;
};

}  // namespace relata

#endif  // RELATA_RANGES_H_
