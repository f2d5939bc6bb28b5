// The rows that a secondary index is over, as the index sees them: it holds slots only, and reads
// what it compares and hashes from the rows.
//
// Comparing rows costs a cache miss each, so an ordered index keeps the `prefix` of every row's
// first value beside its slot: a number whose order is that of the values as far as it goes.
#ifndef RELATA_GRAPH_INDEXED_ROWS_H_
#define RELATA_GRAPH_INDEXED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "graph/cells.h"
#include "graph/layout.h"
#include "relata/internal/table_view.h"
#include "relata/value.h"

namespace relata::internal {

// Null below everything, text and bytes by their first seven bytes, a UUID by its first eight.
std::uint64_t OrderedPrefix(const ValueView& value);
// Whether all values of the type that have this prefix are equal.
bool PrefixIsWhole(std::uint64_t prefix, Type type);

// Valid as long as the store. Nothing but assignment may be done to one made by default.
class IndexedRows {
 public:
  IndexedRows() = default;
  IndexedRows(const TableView& table, const RowLayout& layout,
              const std::vector<std::uint32_t>& attributes)
      : table_(&table), layout_(&layout), attributes_(attributes) {}

  // How many attributes the index has.
  std::size_t width() const { return attributes_.size(); }
  ValueView View(std::uint32_t slot, std::size_t i) const {
    return ReadView(table_->Row(slot), layout_->cells[attributes_[i]]);
  }
  std::uint64_t Prefix(std::uint32_t slot) const { return OrderedPrefix(View(slot, 0)); }
  // Whether rows of this prefix are equal in their first `values` attributes.
  bool Decides(std::uint64_t prefix, std::size_t values) const {
    return values == 1 && PrefixIsWhole(prefix, layout_->cells[attributes_[0]].type);
  }
  // By all attributes in their order; by the first values.size() of them.
  int Compare(std::uint32_t a, std::uint32_t b) const;
  int Compare(std::uint32_t slot, std::span<const ValueView> values) const;
  // By absl::Hash: to find by, never to order by.
  std::uint32_t Hash(std::uint32_t slot) const;
  static std::uint32_t Hash(std::span<const ValueView> values);

 private:
  const TableView* table_ = nullptr;
  const RowLayout* layout_ = nullptr;
  std::span<const std::uint32_t> attributes_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_INDEXED_ROWS_H_
