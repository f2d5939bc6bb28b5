// A hashed secondary index: for each combination of values, the list of the rows that have it, in
// the order in which they came to have it. Entering a row and taking it out take the same time
// however many rows have the same values.
//
// A key index finds the head of a list by its values. The lists are threaded through a cell for
// each slot, in pages that forks share:
//
//   cell := prev:u32 next:u32    the head's prev is the tail, the tail's next the length of the
//   list
#ifndef RELATA_GRAPH_HASHED_INDEX_H_
#define RELATA_GRAPH_HASHED_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "graph/indexed_rows.h"
#include "graph/key_index.h"
#include "graph/pages.h"

namespace relata::internal {

class HashedIndex {
 public:
  // The rows that have the same values.
  struct List {
    std::uint32_t head = kNoSlot;  // kNoSlot: there are none
    std::uint32_t tail = kNoSlot;
    std::uint32_t size = 0;
  };

  HashedIndex();

  List Find(const IndexedRows& rows, std::span<const ValueView> values) const;
  // The row after another one in its list. REQUIRES: that is not the tail.
  std::uint32_t After(std::uint32_t slot) const { return Load(slot).next; }

  // At the end of its list.
  void Insert(const IndexedRows& rows, std::uint32_t slot);
  // Undoes Erase: `next` is what that returned.
  void InsertBefore(const IndexedRows& rows, std::uint32_t slot, std::uint32_t next);
  // Returns the row after it, kNoSlot for the last. REQUIRES: it is entered by the values it has.
  std::uint32_t Erase(const IndexedRows& rows, std::uint32_t slot);

  HashedIndex Fork();

  std::size_t bytes() const;
  std::size_t shared_bytes() const;
  // That each slot of `alive`, which is sorted, is in the list of its values, and no other is in
  // any.
  absl::Status CheckInvariants(const IndexedRows& rows, std::span<const std::uint32_t> alive) const;

 private:
  struct Cell {
    std::uint32_t prev;
    std::uint32_t next;
  };
  static constexpr std::uint32_t kPageCells = 512;

  HashedIndex(KeyIndex heads, PagedArray cells);
  std::uint32_t Head(const IndexedRows& rows, std::uint32_t hash, std::uint32_t slot) const;
  Cell Load(std::uint32_t slot) const {
    return LoadAs<Cell>(cells_.Read(slot / kPageCells) + slot % kPageCells * sizeof(Cell));
  }
  void Save(std::uint32_t slot, Cell cell);
  void SetPrev(std::uint32_t slot, std::uint32_t prev) { Save(slot, {prev, Load(slot).next}); }
  void SetNext(std::uint32_t slot, std::uint32_t next) { Save(slot, {Load(slot).prev, next}); }

  KeyIndex heads_;
  PagedArray cells_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_HASHED_INDEX_H_
