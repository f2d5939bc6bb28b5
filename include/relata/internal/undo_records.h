// What must be put back, last first, to undo the changes since a mark: the bytes that were
// overwritten, the rows that came or went, the index entries that moved. Not part of the public
// API; everything here may change.
//
// A record knows nothing of rows: StoreState writes most of them and carries them all out, and the
// inline accessors of Store write those of cells that they overwrite.
#ifndef RELATA_INTERNAL_UNDO_RECORDS_H_
#define RELATA_INTERNAL_UNDO_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace relata::internal {

// Lies right behind the bytes that it keeps.
struct UndoRecord {
  enum class Kind : std::uint8_t {
    kBytes,       // the bytes at `offset` of a row were old()
    kText,        // the text cell at `offset` of a row was old()
    kCreated,     // the slot was free; if offset, among free slots, at the place old()
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
  std::uint8_t size;  // of what it keeps
  std::uint32_t model;
  std::uint32_t slot;
  std::uint32_t offset;

  // What `size` bytes take, so that every record is aligned.
  static constexpr std::size_t RoomFor(std::size_t size) { return (size + 7) / 8 * 8; }
  const char* old() const { return reinterpret_cast<const char*>(this) - RoomFor(size); }
};
static_assert(sizeof(UndoRecord) == 16);

// The records, and room for more of them: adding one is a comparison and the stores that fill it.
class UndoRecords {
 public:
  UndoRecords() = default;
  UndoRecords(const UndoRecords&) = delete;
  UndoRecords& operator=(const UndoRecords&) = delete;

  // How far they go: a mark for what comes next. In bytes.
  std::size_t size() const { return static_cast<std::size_t>(next_ - room_.get()); }
  std::size_t capacity() const { return static_cast<std::size_t>(end_ - room_.get()); }

  // A record that keeps `kSize` bytes at `old`.
  template <std::size_t kSize>
  void AddBytes(UndoRecord::Kind kind, std::uint32_t model, std::uint32_t slot,
                std::uint32_t offset, const char* old) {
    static_assert(kSize <= 16);
    constexpr std::size_t kRoom = UndoRecord::RoomFor(kSize);
    if (static_cast<std::size_t>(end_ - next_) < kRoom + sizeof(UndoRecord)) [[unlikely]]
      Grow();
    if constexpr (kSize > 0) std::memcpy(next_, old, kSize);
    new (next_ + kRoom) UndoRecord{kind, kSize, model, slot, offset};
    next_ += kRoom + sizeof(UndoRecord);
  }
  // A record that keeps a value.
  template <typename T>
  void Add(UndoRecord::Kind kind, std::uint32_t model, std::uint32_t slot, std::uint32_t offset,
           const T& old) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &old, sizeof(T));
    AddBytes<sizeof(T)>(kind, model, slot, offset, bytes);
  }
  // A record that keeps nothing.
  void Add(UndoRecord::Kind kind, std::uint32_t model, std::uint32_t slot, std::uint32_t offset) {
    AddBytes<0>(kind, model, slot, offset, nullptr);
  }

  // Visits the records that came after a mark, the last one first.
  template <typename F>
  void ForEachSince(std::size_t mark, const F& visit) const {
    for (const char* end = next_; end > room_.get() + mark;) {
      const auto& record = *std::launder(reinterpret_cast<const UndoRecord*>(end) - 1);
      end = record.old();
      visit(record);
    }
  }

  // Forgets the records that came after a mark.
  void Truncate(std::size_t mark) { next_ = room_.get() + mark; }
  // Forgets them all, and gives their room back.
  void Free() {
    room_.reset();
    next_ = end_ = nullptr;
  }

 private:
  void Grow();  // graph/savepoint.cc

  std::unique_ptr<char[]> room_;
  char* next_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace relata::internal

#endif  // RELATA_INTERNAL_UNDO_RECORDS_H_
