// The memory of large vectors: a block that was given back is used again, by one at a time.
#include "relata/internal/large_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace relata::internal {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

TEST(LargeMemoryTest, TheNextBlockOfASizeIsTheOneThatWasGivenBack) {
  void* const block = AllocateLarge(10 * kMiB);
  std::memset(block, 1, 10 * kMiB);
  FreeLarge(block, 10 * kMiB);
  void* const again = AllocateLarge(10 * kMiB - 1);
  EXPECT_EQ(again, block);
  void* const other = AllocateLarge(10 * kMiB);
  EXPECT_NE(other, block);
  FreeLarge(again, 10 * kMiB - 1);
  FreeLarge(other, 10 * kMiB);
}

TEST(LargeMemoryTest, ASmallBlockThatIsGivenBackDoesNotReplaceALargeOneThatIsKept) {
  void* const large = AllocateLarge(40 * kMiB);
  void* const small = AllocateLarge(4 * kMiB);
  FreeLarge(large, 40 * kMiB);
  FreeLarge(small, 4 * kMiB);
  void* const again = AllocateLarge(40 * kMiB);
  EXPECT_EQ(again, large);
  FreeLarge(again, 40 * kMiB);
  // Nor is it handed out where little of it would be used.
  void* const little = AllocateLarge(4 * kMiB);
  EXPECT_NE(little, large);
  FreeLarge(little, 4 * kMiB);
}

TEST(LargeMemoryTest, BlocksThatThreadsTakeAndGiveBackAreNeverTwoThreadsAtOnce) {
  constexpr std::size_t kThreads = 4;
  std::vector<std::thread> threads;
  std::vector<int> torn(kThreads);
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([t, &torn] {
      for (std::size_t round = 0; round < 300; ++round) {
        const std::size_t bytes = (1 + (t + round) % 3) * kMiB;
        auto* const block = static_cast<char*>(AllocateLarge(bytes));
        const char mine = static_cast<char>(t * 64 + round % 64);
        // A byte of each page is enough to see another's writing.
        for (std::size_t i = 0; i < bytes; i += 4096) block[i] = mine;
        std::this_thread::yield();
        for (std::size_t i = 0; i < bytes; i += 4096) torn[t] += block[i] == mine ? 0 : 1;
        FreeLarge(block, bytes);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(torn.begin(), torn.end(), 0), static_cast<std::ptrdiff_t>(kThreads));
}

TEST(LargeMemoryTest, AVectorThatGrowsThroughAllSizesKeepsItsContents) {
  for (int round = 0; round < 2; ++round) {
    std::vector<std::uint32_t, LargeAllocator<std::uint32_t>> numbers;
    for (std::uint32_t i = 0; i < 3'000'000; ++i) numbers.push_back(i);
    for (std::uint32_t i = 0; i < 3'000'000; i += 1000) ASSERT_EQ(numbers[i], i);
  }
}

}  // namespace
}  // namespace relata::internal
