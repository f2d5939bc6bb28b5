// Reading through a secondary index: which rows, in which order, and how many there will be.
#ifndef RELATA_GRAPH_INDEX_SCAN_H_
#define RELATA_GRAPH_INDEX_SCAN_H_

#include <cstdint>
#include <optional>
#include <span>

#include "graph/hashed_index.h"
#include "graph/indexed_rows.h"
#include "graph/ordered_index.h"
#include "graph/store_state.h"
#include "relata/indexed_range.h"
#include "relata/value.h"

namespace relata::internal {

// The rows whose first attributes of the index equal `equal`, and whose next attribute lies within
// the bounds. A hashed index takes a value for each of its attributes, and no bounds; an ordered
// one any number of values, and no bounds when there is no next attribute.
//
// Values are of their attributes' types, as Normalize leaves them. Null is a value like others and
// below all: a comparison of SQL's, which null never satisfies, has an exclusive lower bound of
// null at least.
struct IndexRange {
  struct Bound {
    ValueView value;
    bool inclusive = true;
  };
  std::span<const ValueView> equal{};
  std::optional<Bound> lower{};
  std::optional<Bound> upper{};
};

enum class ScanOrder : std::uint8_t { kAscending, kDescending };

// Yields the rows of a range one at a time; valid until the store is next changed. The range itself
// is not needed any more.
//
// Order (rule R21): an ordered index yields by the index's attributes, ascending or descending, and
// rows that are equal in all of them by slot, ascending both ways. A hashed one yields rows in the
// order in which they came to have the values; those that one operation gave them, in the order in
// which it works.
class IndexCursor {
 public:
  // The slot of the next row, or kNoSlot when there is none left. O(1), but for O(log n) at each
  // new value of a descending scan.
  std::uint32_t Next() {
    if (at_ != run_end_) [[likely]]
      return *at_++;
    return NextRun();
  }

 private:
  friend IndexCursor ScanIndex(const StoreState& state, std::uint32_t m, std::uint32_t index,
                               const IndexRange& range, ScanOrder order);
  // The next row where no run is at hand; ordered indexes begin one.
  std::uint32_t NextRun();
  std::uint32_t NextHashed();
  // Moves a descending scan to the rows before those that are done; false when there are none.
  bool NextGroup();

  const std::uint32_t* at_ = nullptr;  // ordered: the rest of the slots of one leaf
  const std::uint32_t* run_end_ = nullptr;
  const HashedIndex* hashed_ = nullptr;
  const OrderedIndex* ordered_ = nullptr;
  bool descending_ = false;
  std::uint32_t next_slot_ = kNoSlot;  // hashed
  std::uint32_t tail_ = kNoSlot;
  IndexedRows rows_;
  OrderedIndex::Position next_;  // ordered: the first row after the run
  OrderedIndex::Position end_;   // past the last row; descending: of the rows equal to the next one
  OrderedIndex::Position group_;  // descending: the first of these
  OrderedIndex::Position begin_;  // descending: the first row of the range
};

// `index` is a position in ModelInfo::indexes. O(1) for a hashed index, O(log n) for an ordered
// one.
IndexCursor ScanIndex(const StoreState& state, std::uint32_t m, std::uint32_t index,
                      const IndexRange& range, ScanOrder order = ScanOrder::kAscending);
// About how many rows a scan yields, to plan by, and exactly when they are few or the index is
// hashed. O(log n)
std::uint64_t EstimateInIndex(const StoreState& state, std::uint32_t m, std::uint32_t index,
                              const IndexRange& range);
// Where the rows of a range lie in an ordered index. O(log n)
IndexSpan SpanInIndex(const StoreState& state, std::uint32_t m, std::uint32_t index,
                      const IndexRange& range);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_INDEX_SCAN_H_
