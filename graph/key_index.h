// A hash index from keys to slots, in pages that forks share: the identity map, the other unique
// keys, and the keys that dangling references wait for.
//
// The index holds no keys: an entry is 32 bits of hash and a slot, and the caller compares keys in
// the rows. Open addressing with linear probing; erasing shifts entries back, so nothing is left
// behind. At most 7/8 full. Never walked: the order of entries depends on the process's hash seed.
#ifndef RELATA_GRAPH_KEY_INDEX_H_
#define RELATA_GRAPH_KEY_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/status/status.h"
#include "graph/pages.h"
#include "relata/internal/table_view.h"

namespace relata::internal {

class KeyIndex {
 public:
  KeyIndex();

  std::size_t size() const { return size_; }

  // The slot with this hash for which `matches(slot)` holds, or kNoSlot.
  template <typename Matches>
  std::uint32_t Find(std::uint32_t hash, const Matches& matches) const {
    if (size_ == 0) return kNoSlot;
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const std::uint64_t entry = Load(at);
      if (entry == 0) return kNoSlot;
      if (HashOf(entry) == hash && matches(SlotOf(entry))) return SlotOf(entry);
    }
  }

  void Insert(std::uint32_t hash, std::uint32_t slot);
  // REQUIRES: the pair is there.
  void Erase(std::uint32_t hash, std::uint32_t slot);
  void Reserve(std::size_t entries);

  KeyIndex Fork();

  std::size_t bytes() const { return pages_.size() * pages_.page_bytes(); }
  std::size_t shared_bytes() const { return pages_.SharedPages() * pages_.page_bytes(); }
  // That every entry can be found from its hash and that their number is right.
  absl::Status CheckInvariants() const;

 private:
  static constexpr std::size_t kPageEntries = 512;

  explicit KeyIndex(PagedArray pages) : pages_(static_cast<PagedArray&&>(pages)) {}
  static std::uint64_t Entry(std::uint32_t hash, std::uint32_t slot) {
    return (std::uint64_t{hash} << 32) | (std::uint64_t{slot} + 1);
  }
  static std::uint32_t HashOf(std::uint64_t entry) {
    return static_cast<std::uint32_t>(entry >> 32);
  }
  static std::uint32_t SlotOf(std::uint64_t entry) { return static_cast<std::uint32_t>(entry) - 1; }
  std::uint64_t Load(std::size_t at) const {
    return LoadAs<std::uint64_t>(pages_.Read(at / kPageEntries) +
                                 at % kPageEntries * sizeof(std::uint64_t));
  }
  void Save(std::size_t at, std::uint64_t entry) {
    std::memcpy(pages_.Write(at / kPageEntries) + at % kPageEntries * sizeof(entry), &entry,
                sizeof(entry));
  }
  void Rehash(std::size_t capacity);

  PagedArray pages_;
  std::size_t size_ = 0;
  std::size_t mask_ = 0;  // capacity - 1, once there are pages
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_KEY_INDEX_H_
