// Where in an ordered index something belongs; for the files of the index only.
#ifndef RELATA_GRAPH_ORDERED_INDEX_PROBES_H_
#define RELATA_GRAPH_ORDERED_INDEX_PROBES_H_

#include <cstdint>
#include <span>

#include "graph/ordered_index.h"

namespace relata::internal {

// Where the entry of a row belongs.
struct OrderedIndex::BySlot {
  BySlot(const IndexedRows& r, std::uint32_t s)
      : rows(r), slot(s), prefix(r.Prefix(s)), decided(r.Decides(prefix, r.width())) {}

  int Order(Entry entry) const {
    if (entry.prefix != prefix) return entry.prefix < prefix ? -1 : 1;
    if (entry.slot == slot) return 0;
    if (!decided) {
      const int order = rows.Compare(entry.slot, slot);
      if (order != 0) return order;
    }
    return entry.slot < slot ? -1 : 1;
  }

  const IndexedRows& rows;
  std::uint32_t slot;
  std::uint64_t prefix;
  bool decided;
};

// Before all entries that begin with the values, or after them.
struct OrderedIndex::ByValues {
  ByValues(const IndexedRows& r, std::span<const ValueView> v, bool a)
      : rows(r),
        values(v),
        after(a),
        prefix(v.empty() ? 0 : OrderedPrefix(v[0])),
        decided(r.Decides(prefix, v.size())) {}

  int Order(Entry entry) const {
    if (!values.empty()) {
      if (entry.prefix != prefix) return entry.prefix < prefix ? -1 : 1;
      if (!decided) {
        const int order = rows.Compare(entry.slot, values);
        if (order != 0) return order;
      }
    }
    return after ? -1 : 1;
  }

  const IndexedRows& rows;
  std::span<const ValueView> values;
  bool after;
  std::uint64_t prefix;
  bool decided;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ORDERED_INDEX_PROBES_H_
