// Where the handwritten implementations keep their rows: in one piece, named by position, the place
// of a removed row taken by the next one that comes.
#ifndef RELATA_BENCH_POOL_H_
#define RELATA_BENCH_POOL_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace relata::bench {

inline constexpr std::uint32_t kNone = UINT32_MAX;  // in place of a position

template <typename Row>
class Pool {
 public:
  void Reserve(std::size_t rows) { rows_.reserve(rows); }
  std::uint32_t Add(Row row) {
    if (free_.empty()) {
      rows_.push_back(std::move(row));
      return static_cast<std::uint32_t>(rows_.size() - 1);
    }
    const std::uint32_t at = free_.back();
    free_.pop_back();
    rows_[at] = std::move(row);
    return at;
  }
  void Remove(std::uint32_t at) { free_.push_back(at); }
  Row& operator[](std::uint32_t at) { return rows_[at]; }
  const Row& operator[](std::uint32_t at) const { return rows_[at]; }
  // Removed rows included.
  std::size_t size() const { return rows_.size(); }

 private:
  std::vector<Row> rows_;
  std::vector<std::uint32_t> free_;
};

}  // namespace relata::bench

#endif  // RELATA_BENCH_POOL_H_
