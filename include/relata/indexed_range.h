// A range of instances in the order of an ordered index (Store::Between): those whose attribute
// lies between two values, both included, read straight from the index.
//
//   const auto born = *schema.FieldOf<std::int64_t>(person, "born");  // .NotNull().Index()
//   const relata::IndexedRange nineties = *store.Between(born, 1990, 1999);
//   for (const relata::LiveInstance p : nineties) std::cout << store.Get(p, name) << "\n";
//
// The range is what StatusOr holds: name it, as here. In `for (... : *store.Between(...))` C++20
// destroys the StatusOr, and with it the range, before the loop begins.
//
// Nothing is copied: it reads the index as it is walked, a few loads a step, and is valid until
// rows of the model are next created or deleted or the attribute is changed in any of them; where a
// fork shares the store's pages, until anything is changed. Any number of threads may walk ranges
// of a store at once. To delete or change what it yields, copy its instances first.
#ifndef RELATA_INDEXED_RANGE_H_
#define RELATA_INDEXED_RANGE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "relata/handle.h"
#include "relata/internal/table_view.h"
#include "relata/internal/write_gate.h"
#include "relata/live_instance.h"
#include "relata/value.h"

namespace relata {

namespace internal {

class OrderedIndex;
class StoreState;

// A part of an ordered index, from a place in one of its leaves to a place in another.
struct IndexSpan {
  const OrderedIndex* index = nullptr;
  std::uint32_t leaf = kNoSlot;
  std::uint32_t at = 0;
  std::uint32_t end_leaf = kNoSlot;
  std::uint32_t end_at = 0;
};

// The slots at the beginning of a span that lie side by side, and where the span goes on; no slots
// at its end.
struct IndexRun {
  const std::uint32_t* begin = nullptr;
  const std::uint32_t* end = nullptr;
  std::uint32_t next_leaf = kNoSlot;
};
IndexRun FirstRun(const IndexSpan& span);

}  // namespace internal

// By the attribute, ascending; instances with equal values by slot (rule R21), whatever their
// history.
class IndexedRange {
 public:
  class Iterator {
   public:
    using value_type = LiveInstance;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    LiveInstance operator*() const {
      const std::uint32_t slot = *at_;
      return LiveInstance(model_, slot,
                          pages_[slot >> internal::kPageShift] +
                              static_cast<std::size_t>(slot % internal::kPageRows) * stride_,
                          era_);
    }
    Iterator& operator++() {
      if (++at_ == run_end_) [[unlikely]] {
        span_.leaf = next_leaf_;
        span_.at = 0;
        BeginRun();
      }
      return *this;
    }
    Iterator operator++(int) {
      Iterator old = *this;
      ++*this;
      return old;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    friend class IndexedRange;
    Iterator(const internal::IndexSpan& span, const internal::TableView& table, std::uint32_t model,
             std::uint64_t era)
        : pages_(table.pages), stride_(table.stride), model_(model), era_(era), span_(span) {
      BeginRun();
    }
    // By value in and out, so that where the iterator is stays in registers.
    void BeginRun() {
      const internal::IndexRun run = internal::FirstRun(internal::IndexSpan(span_));
      at_ = run.begin;
      run_end_ = run.end;
      next_leaf_ = run.next_leaf;
    }
    const std::uint32_t* at_ = nullptr;  // in a leaf; nullptr: past the last one
    const std::uint32_t* run_end_ = nullptr;
    const char* const* pages_ = nullptr;
    std::uint32_t stride_ = 0;
    std::uint32_t model_ = 0;
    std::uint64_t era_ = 0;
    std::uint32_t next_leaf_ = internal::kNoSlot;
    internal::IndexSpan span_;  // from the run on
  };

  // O(1): the ends were looked for when the range was made.
  Iterator begin() const { return Iterator(span_, *table_, model_, gate_->era); }
  Iterator end() const { return Iterator(); }
  bool empty() const { return span_.leaf == span_.end_leaf && span_.at == span_.end_at; }

 private:
  friend class Store;
  // Null: the range is open at that end.
  static absl::StatusOr<IndexedRange> Between(const internal::StoreState& state,
                                              const internal::FieldPlace& place, Type type,
                                              const ValueView& lower, const ValueView& upper);
  IndexedRange(const internal::IndexSpan& span, const internal::TableView* table,
               std::uint32_t model, const internal::WriteGate* gate)
      : span_(span), table_(table), gate_(gate), model_(model) {}

  internal::IndexSpan span_;
  const internal::TableView* table_;
  const internal::WriteGate* gate_;
  std::uint32_t model_;
};

}  // namespace relata

#endif  // RELATA_INDEXED_RANGE_H_
