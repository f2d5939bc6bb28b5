// A set of rows: a few in a list, more in a hash set, many as a bit for each slot of their model.
// It costs what it holds, and from some thousand rows on it costs a bit.
#ifndef RELATA_GRAPH_ROW_SET_H_
#define RELATA_GRAPH_ROW_SET_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"

namespace relata::internal {

class RowSet {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // False when the row is there already.
  bool Insert(std::uint32_t m, std::uint32_t slot) {
    if (m >= bits_.size() || slot / 64 >= bits_[m].size()) [[unlikely]]
      return InsertElsewhere(m, slot);
    std::uint64_t& word = bits_[m][slot / 64];
    const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
    if ((word & bit) != 0) return false;
    word |= bit;
    ++size_;
    return true;
  }

  bool Contains(std::uint32_t m, std::uint32_t slot) const {
    if (!bits_.empty()) {
      return m < bits_.size() && slot / 64 < bits_[m].size() &&
             (bits_[m][slot / 64] >> (slot % 64) & 1) != 0;
    }
    const std::uint64_t row = IdOf(m, slot);
    if (size_ >= kFew) return some_.contains(row);
    return std::find(few_.begin(), few_.end(), row) != few_.end();
  }

 private:
  static constexpr std::size_t kFew = 16;
  static constexpr std::size_t kMany = 1024;

  static std::uint64_t IdOf(std::uint32_t m, std::uint32_t slot) {
    return (std::uint64_t{m} << 32) | slot;
  }

  // While there are few, or where there is no room for its bit yet.
  bool InsertElsewhere(std::uint32_t m, std::uint32_t slot) {
    if (!bits_.empty()) {
      MakeRoom(m, slot);
      return Insert(m, slot);
    }
    const std::uint64_t row = IdOf(m, slot);
    if (size_ >= kFew) {
      if (!some_.insert(row).second) return false;
    } else {
      if (std::find(few_.begin(), few_.end(), row) != few_.end()) return false;
      few_.push_back(row);
      if (few_.size() == kFew) some_.insert(few_.begin(), few_.end());
    }
    if (++size_ == kMany) ToBits();
    return true;
  }

  // Doubles, so that a set that is filled in the order of the slots does not copy itself often.
  void MakeRoom(std::uint32_t m, std::uint32_t slot) {
    if (m >= bits_.size()) bits_.resize(m + 1);
    bits_[m].resize(std::max<std::size_t>(slot / 64 + 1, bits_[m].size() * 2));
  }

  void ToBits() {
    size_ = 0;
    bits_.resize(1);
    for (const std::uint64_t row : some_) {
      Insert(static_cast<std::uint32_t>(row >> 32), static_cast<std::uint32_t>(row));
    }
    some_ = {};
  }

  std::size_t size_ = 0;
  absl::InlinedVector<std::uint64_t, kFew> few_;
  absl::flat_hash_set<std::uint64_t> some_;
  std::vector<std::vector<std::uint64_t>> bits_;  // by model; empty until there are many
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ROW_SET_H_
