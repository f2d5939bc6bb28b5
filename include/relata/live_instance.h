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
// with a message, as reading through an Instance does. But where a fork shares the store's pages
// (Store::Fork), writing moves rows: there it is good until the store is next changed, as an
// iterator is. Keep an Instance (`const relata::Instance p : ...`) of what is to outlast that.
#ifndef RELATA_LIVE_INSTANCE_H_
#define RELATA_LIVE_INSTANCE_H_

#include <cstdint>

#include "relata/handle.h"
#include "relata/internal/table_view.h"

namespace relata {

class LiveInstance : public Instance {
 public:
  // Names no instance.
  LiveInstance() = default;

 private:
  friend class IndexedRange;
  friend class InstanceRange;
  friend class LinkedRange;
  friend class Store;
  // REQUIRES: `row` is the row in slot `at` of model `m`, and not free.
  LiveInstance(std::uint32_t m, std::uint32_t at, const char* row)
      : LiveInstance(m, at, internal::StampOf(row), row) {}
  LiveInstance(std::uint32_t m, std::uint32_t at, std::uint64_t born, const char* row)
      : Instance{m, at, born}, row_(row) {}
  // The row; ends the process when it is not this instance's any more, or when it is of no or of
  // another model.
  const char* RowOf(std::uint32_t of_model) const {
    if (model != of_model || internal::StampOf(row_) != stamp) [[unlikely]]
      internal::DieOfStaleHandle(of());
    return row_;
  }

  const char* row_ = nullptr;
};

}  // namespace relata

#endif  // RELATA_LIVE_INSTANCE_H_
