#include "graph/hashed_index.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace relata::internal {

HashedIndex::HashedIndex() : cells_(kPageCells * sizeof(Cell), nullptr) {}

HashedIndex::HashedIndex(KeyIndex heads, PagedArray cells)
    : heads_(std::move(heads)), cells_(std::move(cells)) {}

HashedIndex HashedIndex::Fork() { return HashedIndex(heads_.Fork(), cells_.Fork()); }

void HashedIndex::Save(std::uint32_t slot, Cell cell) {
  while (slot / kPageCells >= cells_.size()) cells_.Add();
  std::memcpy(cells_.Write(slot / kPageCells) + slot % kPageCells * sizeof(Cell), &cell,
              sizeof(cell));
}

// The head of the list for the values that the row at `slot` has.
std::uint32_t HashedIndex::Head(const IndexedRows& rows, std::uint32_t hash,
                                std::uint32_t slot) const {
  return heads_.Find(
      hash, [&](std::uint32_t head) { return head == slot || rows.Compare(head, slot) == 0; });
}

HashedIndex::List HashedIndex::Find(const IndexedRows& rows,
                                    std::span<const ValueView> values) const {
  assert(values.size() == rows.width());
  const std::uint32_t head = heads_.Find(IndexedRows::Hash(values), [&](std::uint32_t slot) {
    return rows.Compare(slot, values) == 0;
  });
  if (head == kNoSlot) return {};
  const std::uint32_t tail = Load(head).prev;
  return {head, tail, Load(tail).next};
}

void HashedIndex::Insert(const IndexedRows& rows, std::uint32_t slot) {
  const std::uint32_t hash = rows.Hash(slot);
  const std::uint32_t head = Head(rows, hash, slot);
  if (head == kNoSlot) {
    Save(slot, {slot, 1});
    heads_.Insert(hash, slot);
    return;
  }
  const std::uint32_t tail = Load(head).prev;
  Save(slot, {tail, Load(tail).next + 1});
  SetNext(tail, slot);
  SetPrev(head, slot);
}

void HashedIndex::InsertBefore(const IndexedRows& rows, std::uint32_t slot, std::uint32_t next) {
  if (next == kNoSlot) {
    Insert(rows, slot);
    return;
  }
  const std::uint32_t hash = rows.Hash(slot);
  const std::uint32_t head = Head(rows, hash, slot);
  const std::uint32_t tail = Load(head).prev;
  SetNext(tail, Load(tail).next + 1);
  Save(slot, {Load(next).prev, next});
  if (next == head) {
    heads_.Erase(hash, head);
    heads_.Insert(hash, slot);
  } else {
    SetNext(Load(next).prev, slot);
  }
  SetPrev(next, slot);
}

std::uint32_t HashedIndex::Erase(const IndexedRows& rows, std::uint32_t slot) {
  const std::uint32_t hash = rows.Hash(slot);
  const std::uint32_t head = Head(rows, hash, slot);
  assert(head != kNoSlot);
  const std::uint32_t tail = Load(head).prev;
  const std::uint32_t size = Load(tail).next;
  const Cell old = Load(slot);
  if (size == 1) {
    heads_.Erase(hash, slot);
    return kNoSlot;
  }
  if (slot == tail) {
    SetPrev(head, old.prev);
    SetNext(old.prev, size - 1);
    return kNoSlot;
  }
  if (slot == head) {
    heads_.Erase(hash, slot);
    heads_.Insert(hash, old.next);
  } else {
    SetNext(old.prev, old.next);
  }
  SetPrev(old.next, old.prev);  // of a new head: the tail
  SetNext(tail, size - 1);
  return old.next;
}

std::size_t HashedIndex::bytes() const {
  return heads_.bytes() + cells_.size() * cells_.page_bytes();
}

std::size_t HashedIndex::shared_bytes() const {
  return heads_.shared_bytes() + cells_.SharedPages() * cells_.page_bytes();
}

absl::Status HashedIndex::CheckInvariants(const IndexedRows& rows,
                                          std::span<const std::uint32_t> alive) const {
  if (absl::Status s = heads_.CheckInvariants(); !s.ok()) return s;
  std::size_t lists = 0;
  std::size_t met = 0;
  for (const std::uint32_t head : alive) {
    const std::uint32_t found = Head(rows, rows.Hash(head), head);
    if (found == kNoSlot) return absl::InternalError(absl::StrCat("slot ", head, " is missing"));
    if (found != head) continue;
    ++lists;
    const std::uint32_t tail = Load(head).prev;
    const std::uint32_t size = Load(tail).next;
    std::uint32_t before = tail;
    std::uint32_t slot = head;
    for (std::uint32_t i = 0; i < size; ++i) {
      if (i > 0) slot = Load(slot).next;
      if (!std::binary_search(alive.begin(), alive.end(), slot) || Load(slot).prev != before ||
          rows.Compare(slot, head) != 0) {
        return absl::InternalError(absl::StrCat("the list of slot ", head, " breaks at ", slot));
      }
      before = slot;
    }
    if (slot != tail) return absl::InternalError(absl::StrCat("slot ", head, " has another tail"));
    met += size;
  }
  if (met != alive.size() || lists != heads_.size()) {
    return absl::InternalError(absl::StrCat(lists, " lists for ", heads_.size(), " heads hold ",
                                            met, " of ", alive.size(), " rows"));
  }
  return absl::OkStatus();
}

}  // namespace relata::internal
