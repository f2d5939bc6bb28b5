// What a store keeps of one model: the pages of its rows, what finds them, and the slots that are
// free; and of one foreign key, the children whose parent there is not.
#ifndef RELATA_GRAPH_TABLE_H_
#define RELATA_GRAPH_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "graph/key_index.h"
#include "graph/layout.h"
#include "graph/pages.h"
#include "graph/secondary_index.h"
#include "relata/internal/table_view.h"

namespace relata::internal {

// Row pages hold references to long text.
class RowPages : public PageContents {
 public:
  explicit RowPages(const RowLayout& layout) : layout_(&layout) {}
  void Copied(const char* page) const override;
  void Freed(const char* page) const override;

 private:
  const RowLayout* layout_;
};

// A model has fewer slots than this.
inline constexpr std::uint32_t kMaxSlots = kDanglingSlot;

// Stands in TableView::first_key from the first slot's creation until that row has its key. Once
// rows are at home by a first key it never changes, so that nothing of it has to be undone.
inline constexpr std::uint64_t kNoFirstKey = std::uint64_t{1} << 63;

// Free slots are a list, threaded through what was their rows: this lies at kFreePlace in each. The
// `previous` of the first one means nothing.
struct FreePlace {
  std::uint32_t next = kNoSlot;
  std::uint32_t previous = kNoSlot;
};
inline constexpr std::size_t kFreePlace = sizeof(std::uint64_t);  // behind the stamp, which is 0

// The rows of one model, and its keys.
struct Table {
  Table(PagedArray row_pages, std::vector<KeyIndex> key_indexes)
      : pages(std::move(row_pages)), keys(std::move(key_indexes)) {}
  PagedArray pages;
  std::vector<KeyIndex> keys;           // by position in ModelInfo::keys
  std::vector<SecondaryIndex> indexes;  // by position in ModelInfo::indexes
  std::uint32_t free_head = kNoSlot;
  std::uint32_t rows = 0;
  std::int64_t next_key = 1;  // of an auto-increment model
};

// The children of one foreign key whose value no row has: a list for each such value, threaded
// through the children's links, found by the value. Its head knows its tail (prev of the head).
struct DanglingLists {
  KeyIndex heads;
  std::uint64_t children = 0;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_TABLE_H_
