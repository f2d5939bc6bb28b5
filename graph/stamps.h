// Numbers that no one else in the process has: births of instances, states of stores, owners of
// pages. A counter for all, handed out in blocks so that stores on several threads rarely meet at
// it. 2^64 of them do not run out.
#ifndef RELATA_GRAPH_STAMPS_H_
#define RELATA_GRAPH_STAMPS_H_

#include <atomic>
#include <cstdint>

namespace relata::internal {

class Stamps {
 public:
  Stamps() = default;
  // A copy would hand out the same numbers twice.
  Stamps(const Stamps&) = delete;
  Stamps& operator=(const Stamps&) = delete;

  std::uint64_t Next() { return Take(1); }

  // The first of some that follow one another. REQUIRES: count is at most kMost.
  static constexpr std::uint64_t kMost = 512;
  std::uint64_t Take(std::uint64_t count) {
    if (end_ - next_ < count) {
      static std::atomic<std::uint64_t> counter{1};
      next_ = counter.fetch_add(kBlock, std::memory_order_relaxed);
      end_ = next_ + kBlock;
    }
    next_ += count;
    return next_ - count;
  }

 private:
  static constexpr std::uint64_t kBlock = 1 << 12;
  std::uint64_t next_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_STAMPS_H_
