#include "graph/page_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace relata::internal {
namespace {

constexpr std::size_t kBytes = 100;

bool IsZeros(const char* page) {
  return std::all_of(page, page + kBytes, [](char c) { return c == 0; });
}

TEST(PageRunTest, ARunGivesOutAsManyPagesAsItWasMadeForEachOfThemZeros) {
  for (const std::size_t count : {std::size_t{1}, std::size_t{7}, std::size_t{3000}}) {
    PageRun* run = PageRun::Make(kBytes, count);
    std::set<char*> pages;
    for (std::size_t i = 0; i < count; ++i) {
      char* page = run->Take();
      ASSERT_NE(page, nullptr);
      ASSERT_TRUE(IsZeros(page));
      ASSERT_EQ(PageRun::Of(page, kBytes), run);
      std::memset(page, 1, kBytes);  // neither a neighbour nor a header is in the way
      pages.insert(page);
    }
    EXPECT_EQ(pages.size(), count);
    EXPECT_EQ(run->Take(), nullptr);
    for (char* page : pages) {
      ASSERT_EQ(PageRun::Of(page, kBytes), run);
      run->Return(page);
    }
    run->Close();
  }
}

TEST(PageRunTest, APageThatCameBackIsGivenOutAgainAsZeros) {
  PageRun* run = PageRun::Make(kBytes, 2);
  char* a = run->Take();
  char* b = run->Take();
  std::memset(a, 1, kBytes);
  run->Return(a);
  EXPECT_EQ(run->Take(), a);
  EXPECT_TRUE(IsZeros(a));
  run->Return(a);
  run->Return(b);
  run->Close();
}

TEST(PageRunTest, AClosedRunGivesOutOnlyWhatComesBackAndLivesUntilAllHas) {
  PageRun* run = PageRun::Make(kBytes, 3);
  char* a = run->Take();
  char* b = run->Take();
  run->Close();
  EXPECT_EQ(run->Take(), nullptr);  // the third was never in use
  run->Return(a);
  EXPECT_EQ(run->Take(), a);
  run->Return(b);
  run->Return(a);  // the last: a leak checker would see a run that is left
}

TEST(PageRunTest, PagesTakenAndReturnedByManyThreadsAreNeverInUseTwice) {
  constexpr int kThreads = 4;
  PageRun* run = PageRun::Make(kBytes, 8);
  std::vector<std::thread> threads;
  std::atomic<int> clashes{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2000; ++i) {
        char* page = run->Take();
        if (page == nullptr) continue;
        if (!IsZeros(page)) ++clashes;
        std::memset(page, t + 1, kBytes);
        if (std::count(page, page + kBytes, static_cast<char>(t + 1)) != kBytes) ++clashes;
        run->Return(page);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(clashes, 0);
  run->Close();
}

}  // namespace
}  // namespace relata::internal
