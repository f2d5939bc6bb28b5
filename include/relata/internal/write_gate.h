// What the inline accessors of Store need to know of a store before they trust an address or write
// a value where it lies. Not part of the public API; everything here may change.
#ifndef RELATA_INTERNAL_WRITE_GATE_H_
#define RELATA_INTERNAL_WRITE_GATE_H_

#include <atomic>
#include <cstdint>

namespace relata::internal {

class UndoRecords;

// Kept up to date by graph/store_state.h.
struct WriteGate {
  // Reasons to look twice before a change, in `guard`. Below kObserved they are the store's own
  // business, from there on someone else has a say.
  static constexpr std::uint32_t kSeen = 1;         // the version was asked for since it was drawn
  static constexpr std::uint32_t kLogging = 2;      // a savepoint is open
  static constexpr std::uint32_t kShared = 4;       // some page is not this store's own
  static constexpr std::uint32_t kObserved = 8;     // observers watch
  static constexpr std::uint32_t kInCallback = 16;  // added for each callback that runs

  // Drawn anew, from numbers that no other store ever has, when a row goes or is moved: where rows
  // lay in this era, they still lie. UINT64_MAX is none.
  std::uint64_t era = UINT64_MAX;
  // Also changed in const functions, of which several may run at once.
  mutable std::atomic<std::uint32_t> guard{kSeen};
  // Of the contents: no other contents of any store have it, once it has been seen. Those up to the
  // end, exclusive, are this store's to use.
  std::uint64_t version = 0;
  std::uint64_t version_end = 0;
  UndoRecords* undo = nullptr;
  std::uint64_t schema = UINT64_MAX;  // the store's, as FieldPlace::unjudged_in names it

  std::uint32_t Guard() const { return guard.load(std::memory_order_relaxed); }
};

// Of a Store that was moved from.
extern WriteGate closed_gate;

}  // namespace relata::internal

#endif  // RELATA_INTERNAL_WRITE_GATE_H_
