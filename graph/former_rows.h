// The rows that the undo log's records since a savepoint touch, as they were then.
#ifndef RELATA_GRAPH_FORMER_ROWS_H_
#define RELATA_GRAPH_FORMER_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/store_state.h"

namespace relata::internal {

class FormerRows {
 public:
  // Whether rows count as touched whose links alone have changed.
  enum class Links { kLeaveOut, kInclude };

  FormerRows(const StoreState& state, const StoreState::Savepoint& savepoint,
             Links links = Links::kLeaveOut);

  struct Former {
    std::uint32_t model;
    std::uint32_t slot;
    std::size_t at;  // in bytes_
  };
  const std::vector<Former>& rows() const { return rows_; }
  // Borrows the long text that the store and the log hold; of stamp 0 where there was no row.
  const char* bytes(const Former& row) const { return bytes_.data() + row.at; }
  // The same, or nullptr for a row that was not touched.
  const char* Find(std::uint32_t m, std::uint32_t slot) const;

 private:
  char* Scratch(std::uint32_t m, std::uint32_t slot);
  void Apply(const UndoLog& log, const UndoRecord& record);

  const StoreState& state_;
  Links links_;
  absl::flat_hash_map<std::uint64_t, std::size_t> index_;
  std::vector<Former> rows_;
  std::vector<char> bytes_;
};

// The primary key in a row's bytes.
KeyViews KeyIn(const StoreState& state, std::uint32_t m, const char* row);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_FORMER_ROWS_H_
