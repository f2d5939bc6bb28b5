// Ranges of instances to walk: all of a model, and what is linked to one (Store::All,
// Store::Linked). Nothing is copied: a range reads the store as it is walked, and is valid until
// the store is next changed. Any number of threads may walk ranges of a store at once.
#ifndef RELATA_RANGES_H_
#define RELATA_RANGES_H_

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "relata/handle.h"
#include "relata/internal/table_view.h"

namespace relata {

class Store;

namespace internal {
class StoreState;
}  // namespace internal

// The instances of a model, by slot. Valid until the store is next changed.
class InstanceRange {
 public:
  class Iterator {
   public:
    using value_type = Instance;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Instance operator*() const {
      return Instance{model_, slot_, internal::StampOf(table_->Row(slot_))};
    }
    Iterator& operator++() {
      ++slot_;
      SkipFree();
      return *this;
    }
    Iterator operator++(int) {
      Iterator old = *this;
      ++*this;
      return old;
    }
    bool operator==(const Iterator& other) const { return slot_ == other.slot_; }

   private:
    friend class InstanceRange;
    Iterator(const internal::TableView* table, std::uint32_t model, std::uint32_t slot)
        : table_(table), model_(model), slot_(slot) {
      SkipFree();
    }
    void SkipFree() {
      while (slot_ < table_->slots && internal::StampOf(table_->Row(slot_)) == 0) ++slot_;
    }
    const internal::TableView* table_ = nullptr;
    std::uint32_t model_ = 0;
    std::uint32_t slot_ = 0;
  };

  Iterator begin() const { return Iterator(table_, model_, 0); }
  Iterator end() const { return Iterator(table_, model_, table_->slots); }

 private:
  friend class Store;
  InstanceRange(const internal::TableView* table, std::uint32_t model)
      : table_(table), model_(model) {}
  const internal::TableView* table_;
  std::uint32_t model_;
};

// The targets linked to an instance by an association, in the order in which they were linked.
// Valid until the store is next changed. Iterating costs a few loads a step.
class LinkedRange {
 public:
  class Iterator {
   public:
    using value_type = Instance;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Instance operator*() const {
      const internal::Walk& walk = *range_->walk_;
      if (!walk.through) return Instance{walk.target, slot_, internal::StampOf(row_)};
      const auto slot = internal::LoadAs<std::uint32_t>(row_ + walk.hop_offset);
      return Instance{walk.target, slot, internal::StampOf(range_->tables_[walk.target].Row(slot))};
    }
    // belongsToMany: the join row of this link.
    Instance join() const {
      assert(range_->walk_->through);
      return Instance{range_->walk_->walked, slot_, internal::StampOf(row_)};
    }
    Iterator& operator++() {
      const internal::Walk& walk = *range_->walk_;
      std::uint32_t next = internal::kNoSlot;
      if (walk.next_offset != 0 && !walk.one) {
        next = internal::LoadAs<std::uint32_t>(row_ + walk.next_offset);
        if (walk.scoped) [[unlikely]]
          next = range_->SkipOutOfScope(next);
      }
      MoveTo(next);
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
    Iterator(const LinkedRange* range, std::uint32_t slot) : range_(range) { MoveTo(slot); }
    void MoveTo(std::uint32_t slot) {
      slot_ = slot;
      row_ = slot == internal::kNoSlot ? nullptr : range_->tables_[range_->walk_->walked].Row(slot);
    }
    const LinkedRange* range_ = nullptr;
    const char* row_ = nullptr;  // of the slot, in the table that is walked
    std::uint32_t slot_ = internal::kNoSlot;
  };

  Iterator begin() const { return Iterator(this, first_); }
  Iterator end() const { return Iterator(this, internal::kNoSlot); }
  bool empty() const { return first_ == internal::kNoSlot; }

 private:
  friend class Store;
  LinkedRange(const internal::Walk* walk, const internal::TableView* tables,
              const internal::StoreState* state, std::uint32_t first, std::uint32_t source)
      : walk_(walk), tables_(tables), state_(state), first_(first) {
    if (first_ >= internal::kDanglingSlot) first_ = internal::kNoSlot;
    if (walk->scoped) [[unlikely]]
      first_ = FirstInScope(first_, source);
  }
  // SkipOutOfScope from `first` on, if the source itself is in scope.
  std::uint32_t FirstInScope(std::uint32_t first, std::uint32_t source) const;
  // The first slot from `slot` on whose target and join row are in scope and exist.
  std::uint32_t SkipOutOfScope(std::uint32_t slot) const;

  const internal::Walk* walk_;
  const internal::TableView* tables_;  // by model
  const internal::StoreState* state_;
  std::uint32_t first_;
};

}  // namespace relata

#endif  // RELATA_RANGES_H_
