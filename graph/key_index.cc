#include "graph/key_index.h"

#include <bit>
#include <cassert>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace relata::internal {

KeyIndex::KeyIndex() : pages_(kPageEntries * sizeof(std::uint64_t), nullptr) {}

void KeyIndex::Insert(std::uint32_t hash, std::uint32_t slot) {
  Reserve(size_ + 1);
  std::size_t at = hash & mask_;
  while (Load(at) != 0) at = (at + 1) & mask_;
  Save(at, Entry(hash, slot));
  ++size_;
}

void KeyIndex::Erase(std::uint32_t hash, std::uint32_t slot) {
  const std::uint64_t wanted = Entry(hash, slot);
  std::size_t at = hash & mask_;
  while (Load(at) != wanted) {
    assert(Load(at) != 0);
    at = (at + 1) & mask_;
  }
  // Moves back every later entry of the run whose home does not lie behind the hole.
  for (std::size_t next = (at + 1) & mask_;; next = (next + 1) & mask_) {
    const std::uint64_t entry = Load(next);
    if (entry == 0) break;
    const std::size_t home = HashOf(entry) & mask_;
    if (((next - home) & mask_) >= ((next - at) & mask_)) {
      Save(at, entry);
      at = next;
    }
  }
  Save(at, 0);
  --size_;
}

void KeyIndex::Reserve(std::size_t entries) {
  const std::size_t capacity = pages_.size() == 0 ? 0 : mask_ + 1;
  if (entries * 8 <= capacity * 7) return;
  std::size_t wanted = std::bit_ceil(entries * 8 / 7 + 1);
  if (wanted < kPageEntries) wanted = kPageEntries;
  Rehash(wanted);
}

void KeyIndex::Rehash(std::size_t capacity) {
  PagedArray old = std::move(pages_);
  const std::size_t old_capacity = old.size() * kPageEntries;
  pages_ = PagedArray(kPageEntries * sizeof(std::uint64_t), nullptr);
  pages_.Reserve(capacity / kPageEntries);
  for (std::size_t i = 0; i < capacity / kPageEntries; ++i) pages_.Add();
  mask_ = capacity - 1;
  for (std::size_t i = 0; i < old_capacity; ++i) {
    const auto entry = LoadAs<std::uint64_t>(old.Read(i / kPageEntries) +
                                             i % kPageEntries * sizeof(std::uint64_t));
    if (entry == 0) continue;
    std::size_t at = HashOf(entry) & mask_;
    while (Load(at) != 0) at = (at + 1) & mask_;
    Save(at, entry);
  }
}

KeyIndex KeyIndex::Fork() {
  KeyIndex fork(pages_.Fork());
  fork.size_ = size_;
  fork.mask_ = mask_;
  return fork;
}

absl::Status KeyIndex::CheckInvariants() const {
  std::size_t found = 0;
  const std::size_t capacity = pages_.size() * kPageEntries;
  for (std::size_t i = 0; i < capacity; ++i) {
    const std::uint64_t entry = Load(i);
    if (entry == 0) continue;
    ++found;
    for (std::size_t at = HashOf(entry) & mask_; at != i; at = (at + 1) & mask_) {
      if (Load(at) == 0) {
        return absl::InternalError(
            absl::StrCat("the entry of slot ", SlotOf(entry), " cannot be reached from its hash"));
      }
    }
  }
  if (found != size_) {
    return absl::InternalError(
        absl::StrCat("the index counts ", size_, " entries but has ", found));
  }
  return absl::OkStatus();
}

}  // namespace relata::internal
