// What must be put back, last first, to undo the changes since a mark: the bytes that were
// overwritten, the rows that came or went, the index entries that moved.
//
// The log owns a reference to every long text that it holds the old cell of. It knows nothing of
// rows: StoreState writes the records and carries them out.
#ifndef RELATA_GRAPH_UNDO_LOG_H_
#define RELATA_GRAPH_UNDO_LOG_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace relata::internal {

struct UndoRecord {
  enum class Kind : std::uint8_t {
    kBytes,       // `size` bytes at `offset` of a row were `old`
    kText,        // the text cell at `offset` of a row was `old`
    kCreated,     // the row was free; offset: whether its slot came from the free list
    kDeleted,     // the row was as the image at old:u64 in the log's images
    kIndexed,     // key `offset` of the row was entered under the hash old:u32
    kUnindexed,   // and taken out
    kDangling,    // foreign key `offset`: the row was entered as the head of a dangling list
    kUndangling,  // and taken out
    kDanglings,   // foreign key `offset` had old:u64 dangling children
    kNextKey,     // the model's next key was old:i64
    kEntered,     // the row was entered in secondary index `offset`
    kLeft,        // and taken out; old:u32 is what a hashed index needs to undo it
  };
  Kind kind;
  std::uint8_t size = 0;
  std::uint32_t model = 0;
  std::uint32_t slot = 0;
  std::uint32_t offset = 0;
  char old[16] = {};
};
static_assert(sizeof(UndoRecord) == 32);

// The records, and room for more of them: adding one is a comparison and the stores that fill it.
class UndoRecords {
 public:
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return room_.size(); }
  const UndoRecord& operator[](std::size_t i) const { return room_[i]; }
  // To be filled in every member.
  UndoRecord& Add() {
    if (size_ == room_.size()) [[unlikely]]
      Grow();
    return room_[size_++];
  }
  void Push(const UndoRecord& record) { Add() = record; }
  // Keeps the first ones. REQUIRES: there are as many.
  void Truncate(std::size_t size) { size_ = size; }
  void Free() { *this = UndoRecords(); }

 private:
  void Grow();  // graph/savepoint.cc
  std::vector<UndoRecord> room_;
  std::size_t size_ = 0;
};

struct UndoLog {
  UndoRecords records;
  std::vector<char> images;  // of deleted rows, each of its model's stride
  bool holds_texts = false;  // some record is kText or kDeleted
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_UNDO_LOG_H_
