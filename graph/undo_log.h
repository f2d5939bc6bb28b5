// What a store needs to undo the changes since a savepoint: the records of them, and the rows that
// were deleted. The log owns a reference to every long text that it holds the old cell of.
#ifndef RELATA_GRAPH_UNDO_LOG_H_
#define RELATA_GRAPH_UNDO_LOG_H_

#include <vector>

#include "relata/internal/undo_records.h"

namespace relata::internal {

struct UndoLog {
  UndoRecords records;
  std::vector<char> images;  // of deleted rows, each of its model's stride
  bool holds_texts = false;  // some record is kText or kDeleted
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_UNDO_LOG_H_
