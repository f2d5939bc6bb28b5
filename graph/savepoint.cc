// Savepoints: undoing the primitive changes of StoreState, last first.
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "graph/observers.h"
#include "graph/store_state.h"
#include "graph/text_cell.h"

namespace relata::internal {

void UndoRecords::Grow() {
  constexpr std::size_t kFirst = 2048;
  const std::size_t used = size();
  const std::size_t larger = std::max(kFirst, 2 * capacity());
  std::unique_ptr<char[]> room = std::make_unique_for_overwrite<char[]>(larger);
  if (used > 0) std::memcpy(room.get(), room_.get(), used);
  room_ = std::move(room);
  next_ = room_.get() + used;
  end_ = room_.get() + larger;
}

void StoreState::BeginSavepoint(bool user) {
  savepoints_.push_back({log_.records.size(), log_.images.size(), version(), stamps_.Next(), user});
  SetGuard(WriteGate::kLogging, true);
  user_savepoints_ += user;
}

void StoreState::Release() {
  const bool commit = savepoints_.size() == 1 && observed();
  if (commit) [[unlikely]]
    observers_->NoteCommit();
  user_savepoints_ -= savepoints_.back().user;
  savepoints_.pop_back();
  if (savepoints_.empty()) {
    SetGuard(WriteGate::kLogging, false);
    DropRecords(0, 0);
  }
  if (commit) [[unlikely]]
    observers_->TellCommits();
}

void StoreState::RollBack() {
  const Savepoint mark = savepoints_.back();
  log_.records.ForEachSince(mark.records, [&](const UndoRecord& record) { Undo(record); });
  log_.records.Truncate(mark.records);
  log_.images.resize(mark.images);
  gate_.version = mark.version;
  gate_.version_end = 0;  // those that followed it are used up
  SetGuard(WriteGate::kSeen, true);
  user_savepoints_ -= mark.user;
  savepoints_.pop_back();
  if (savepoints_.empty()) SetGuard(WriteGate::kLogging, false);
}

// Forgets records from the back, with the references that they hold.
void StoreState::DropRecords(std::size_t records, std::size_t images) {
  const std::size_t used = log_.records.size();
  const auto release = [&](const UndoRecord& record) {
    if (record.kind == UndoRecord::Kind::kText) {
      ReleaseText(record.old());
    } else if (record.kind == UndoRecord::Kind::kDeleted) {
      const char* image = log_.images.data() + LoadAs<std::uint64_t>(record.old());
      for (const std::uint32_t offset : layout(record.model).text_cells) {
        ReleaseText(image + offset);
      }
    }
  };
  if (log_.holds_texts) log_.records.ForEachSince(records, release);
  log_.records.Truncate(records);
  log_.images.resize(images);
  if (records != 0) return;
  log_.holds_texts = false;
  // The memory of a large transaction is kept for the next one, but not for small ones that follow.
  constexpr std::size_t kKeptBytes = std::size_t{1} << 21;
  if (log_.records.capacity() > kKeptBytes && used < log_.records.capacity() / 8) {
    log_.records.Free();
    log_.images = {};
  }
}

void StoreState::Undo(const UndoRecord& record) {
  switch (record.kind) {
    case UndoRecord::Kind::kBytes:
      std::memcpy(WriteRow(record.model, record.slot) + record.offset, record.old(), record.size);
      return;
    case UndoRecord::Kind::kText: {
      char* cell = WriteRow(record.model, record.slot) + record.offset;
      ReleaseText(cell);
      std::memcpy(cell, record.old(), kTextCellSize);
      return;
    }
    case UndoRecord::Kind::kCreated:
      UndoCreated(record);
      return;
    case UndoRecord::Kind::kDeleted:
      UndoDeleted(record);
      return;
    case UndoRecord::Kind::kIndexed:
      tables_[record.model].keys[record.offset].Erase(LoadAs<std::uint32_t>(record.old()),
                                                      record.slot);
      return;
    case UndoRecord::Kind::kUnindexed:
      tables_[record.model].keys[record.offset].Insert(LoadAs<std::uint32_t>(record.old()),
                                                       record.slot);
      return;
    case UndoRecord::Kind::kDangling:
      dangling_[record.offset].heads.Erase(LoadAs<std::uint32_t>(record.old()), record.slot);
      return;
    case UndoRecord::Kind::kUndangling:
      dangling_[record.offset].heads.Insert(LoadAs<std::uint32_t>(record.old()), record.slot);
      return;
    case UndoRecord::Kind::kDanglings:
      dangling_[record.offset].children = LoadAs<std::uint64_t>(record.old());
      return;
    case UndoRecord::Kind::kNextKey:
      tables_[record.model].next_key = LoadAs<std::int64_t>(record.old());
      return;
    case UndoRecord::Kind::kEntered:
      UndoEntered(record);
      return;
    case UndoRecord::Kind::kLeft:
      UndoLeft(record);
      return;
  }
}

void StoreState::UndoCreated(const UndoRecord& record) {
  Table& table = tables_[record.model];
  const RowLayout& rows = layout(record.model);
  char* row = WriteRow(record.model, record.slot);
  for (const std::uint32_t offset : rows.text_cells) ReleaseText(row + offset);
  std::memset(row, 0, rows.stride);
  --table.rows;
  const bool reused = record.offset != 0;
  if (reused) {
    const auto place = LoadAs<FreePlace>(record.old());
    StoreAs(row + kFreePlace, place);
    if (place.next != kNoSlot) {
      StoreAs(FreePlaceOf(record.model, place.next) + offsetof(FreePlace, previous), record.slot);
    }
    if (place.previous == kNoSlot) {
      table.free_head = record.slot;
    } else {
      StoreAs(FreePlaceOf(record.model, place.previous) + offsetof(FreePlace, next), record.slot);
    }
  } else {
    assert(views_[record.model].slots == record.slot + 1);
    --views_[record.model].slots;
  }
  NewEra();
}

void StoreState::UndoDeleted(const UndoRecord& record) {
  Table& table = tables_[record.model];
  assert(table.free_head == record.slot);
  char* row = WriteRow(record.model, record.slot);
  table.free_head = LoadAs<FreePlace>(row + kFreePlace).next;
  std::memcpy(row, log_.images.data() + LoadAs<std::uint64_t>(record.old()),
              layout(record.model).stride);
  ++table.rows;
}

}  // namespace relata::internal
