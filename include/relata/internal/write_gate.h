// What Store::Set through a field needs to know of a store before it writes a value where it lies.
// Not part of the public API; everything here may change.
#ifndef RELATA_INTERNAL_WRITE_GATE_H_
#define RELATA_INTERNAL_WRITE_GATE_H_

#include <atomic>
#include <cstdint>

#include "relata/internal/table_view.h"

namespace relata::internal {

// Before a page of rows lies the number of the store that alone may write to it; any other one
// copies it first (graph/pages.h).
inline std::uint64_t OwnerOfPage(const char* page) {
  return LoadAs<std::uint64_t>(page - sizeof(std::uint64_t));
}

// Kept up to date by graph/store_state.h.
struct WriteGate {
  // Of the contents: no other contents of any store have it. Those up to the end, exclusive, are
  // this store's to use.
  std::uint64_t version = 0;
  std::uint64_t version_end = 0;
  std::uint32_t savepoints = 0;  // that are open: what is overwritten is to be logged
  // Not 0 while observers watch, or while a callback runs: also in const functions.
  mutable std::atomic<std::uint32_t> guard{0};
  // By model: the owner of the pages that are this store's own; 0 for a model with validators or
  // secondary indexes, a write to which may concern more than the cell.
  const std::uint64_t* owners = nullptr;

  // Whether a cell in a page of a model that no key depends on can be written without a further
  // look.
  bool Opens(std::uint32_t model, const char* page) const {
    return OwnerOfPage(page) == owners[model] && version + 1 < version_end &&
           guard.load(std::memory_order_relaxed) == 0;
  }
};

}  // namespace relata::internal

#endif  // RELATA_INTERNAL_WRITE_GATE_H_
