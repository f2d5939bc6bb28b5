#include "graph/pages.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace relata::internal {
namespace {

// Counts what pages refer to: each page's first byte names a thing that it holds a reference to.
class Counted : public PageContents {
 public:
  void Copied(const char* page) const override { ++references[page[0]]; }
  void Freed(const char* page) const override { --references[page[0]]; }
  mutable std::map<char, int> references;
};

TEST(PagedArrayTest, AForkReadsWhatItsOriginHeldAndNeitherSeesTheOthersWrites) {
  PagedArray a(64, nullptr);
  for (int i = 0; i < 600; ++i) {
    a.Add();
    a.Write(i)[5] = static_cast<char>(i);
  }
  PagedArray b = a.Fork();
  EXPECT_EQ(a.SharedPages(), 600u);
  a.Write(3)[5] = 'a';
  b.Write(599)[5] = 'b';
  b.Add();
  EXPECT_EQ(a.Read(3)[5], 'a');
  EXPECT_EQ(b.Read(3)[5], 3);
  EXPECT_EQ(a.Read(599)[5], static_cast<char>(599));
  EXPECT_EQ(b.Read(599)[5], 'b');
  EXPECT_EQ(a.size(), 600u);
  EXPECT_EQ(b.size(), 601u);
  EXPECT_EQ(a.SharedPages(), 598u);
}

TEST(PagedArrayTest, APageThatNoOneElseHoldsIsTakenOverInsteadOfCopied) {
  PagedArray a(64, nullptr);
  a.Add();
  const char* before = a.Read(0);
  { const PagedArray b = a.Fork(); }
  EXPECT_EQ(a.Write(0), before);
  const PagedArray c = a.Fork();
  EXPECT_NE(a.Write(0), before);
  EXPECT_EQ(c.Read(0), before);
}

TEST(PagedArrayTest, ContentsAreToldOfEveryCopyAndEveryEnd) {
  const Counted counted;
  {
    PagedArray a(16, &counted);
    a.Add();
    a.Write(0)[0] = 'x';
    counted.references['x'] = 1;
    PagedArray b = a.Fork();
    EXPECT_EQ(counted.references['x'], 1);
    b.Write(0)[1] = 1;
    EXPECT_EQ(counted.references['x'], 2);
  }
  EXPECT_EQ(counted.references['x'], 0);
}

TEST(PagedArrayTest, RandomForksAndWritesAgreeWithPlainCopies) {
  std::mt19937 random(1);
  using Twin = std::vector<char>;
  std::vector<std::pair<PagedArray, Twin>> arrays;
  arrays.emplace_back(PagedArray(8, nullptr), Twin());
  for (int step = 0; step < 20000; ++step) {
    auto& [array, twin] = arrays[random() % arrays.size()];
    const unsigned what = random() % 100;
    if (what < 30 && twin.size() < 1000) {
      array.Add();
      twin.push_back(0);
    } else if (what < 90 && !twin.empty()) {
      const std::size_t page = random() % twin.size();
      array.Write(page)[7] = twin[page] = static_cast<char>(random());
    } else if (what < 96 && arrays.size() < 8) {
      PagedArray fork = array.Fork();
      Twin copy = twin;
      arrays.emplace_back(std::move(fork), std::move(copy));
    } else if (arrays.size() > 1) {
      arrays.erase(arrays.begin() + static_cast<std::ptrdiff_t>(random() % arrays.size()));
    }
    if (step % 50 != 0) continue;
    const PagedArray& other = arrays[random() % arrays.size()].first;
    for (const auto& [checked, expected] : arrays) {
      ASSERT_EQ(checked.size(), expected.size());
      std::size_t next = checked.size();
      for (std::size_t i = expected.size(); i-- > 0;) {
        if (i >= other.size() || checked.Read(i) != other.Read(i)) next = i;
        ASSERT_EQ(checked.NextUnshared(other, i), next) << "step " << step << ", page " << i;
      }
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_EQ(checked.Read(i)[7], expected[i]) << "step " << step << ", page " << i;
      }
    }
  }
}

}  // namespace
}  // namespace relata::internal
