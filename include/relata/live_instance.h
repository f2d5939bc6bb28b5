// An instance with its row at hand: what the ranges of relata/ranges.h yield, and what Store::Live
// makes of a handle. It is an Instance, for all that takes one, and reads faster: its row need not
// be looked for.
//
//   for (const relata::LiveInstance p : store.Linked(team, players)) total += store.Get(p, goals);
//
//   const relata::LiveInstance henry = store.Live(*store.Find(id, 7));
//   draw(store.Get(henry, x), store.Get(henry, y));
//
// It is good for as long as the instance lives, and reading one that was deleted ends the process
// with a message, as reading through an Instance does. After any instance of the store is deleted,
// or a row is moved (where a fork shares the store's pages, writing moves rows), it reads no faster
// than an Instance: it is looked up again.
#ifndef RELATA_LIVE_INSTANCE_H_
#define RELATA_LIVE_INSTANCE_H_

#include <cstdint>

#include "relata/handle.h"
#include "relata/internal/table_view.h"

namespace relata {

namespace internal {
struct RowAccess;
}  // namespace internal

class LiveInstance : public Instance {
 public:
  // Names no instance.
  LiveInstance() = default;

 private:
  friend class IndexedRange;
  friend class InstanceRange;
  friend class LinkedRange;
  friend class Store;
  friend struct internal::RowAccess;
  // REQUIRES: `row` is the row in slot `at` of model `m`, not free, and it is the store's `era`.
  LiveInstance(std::uint32_t m, std::uint32_t at, const char* row, std::uint64_t era)
      : Instance{m, at, internal::StampOf(row)}, row_(row), era_(era) {}

  const char* row_ = nullptr;
  std::uint64_t era_ = 0;  // of its store when the row lay there; 0 is of none
};

}  // namespace relata

#endif  // RELATA_LIVE_INSTANCE_H_
