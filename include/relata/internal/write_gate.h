// What Store::Set through a field needs to know of a store before it writes a value where it lies.
// Not part of the public API; everything here may change.
#ifndef RELATA_INTERNAL_WRITE_GATE_H_
#define RELATA_INTERNAL_WRITE_GATE_H_

#include <atomic>
#include <cstdint>

#include "relata/internal/table_view.h"

namespace relata::internal {

// Kept up to date by graph/store_state.h.
struct WriteGate {
  // Of the contents: no other contents of any store have it. Those up to the end, exclusive, are
  // this store's to use.
  std::uint64_t version = 0;
  std::uint64_t version_end = 0;
  std::uint32_t savepoints = 0;  // that are open: what is overwritten is to be logged
  // Not 0 while observers watch, or while a callback runs: also in const functions.
  mutable std::atomic<std::uint32_t> guard{0};

  // Whether a cell of a row that no key depends on can be written without a further look.
  bool Opens(const TableView& table, std::uint32_t slot) const {
    return table.open && table.Owns(slot) && version + 1 < version_end &&
           guard.load(std::memory_order_relaxed) == 0;
  }
};

}  // namespace relata::internal

#endif  // RELATA_INTERNAL_WRITE_GATE_H_
