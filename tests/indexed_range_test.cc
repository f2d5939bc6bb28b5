// Store::Between beside a sorted copy of what it should give.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "relata/loader.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/transaction.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

constexpr auto kInvalidArgument = absl::StatusCode::kInvalidArgument;

Schema MakeSchema() {
  SchemaBuilder builder;
  builder.Define("row",
                 {{"number", Integer().NotNull().Index()},
                  {"maybe", Integer().Index()},
                  {"real", Double().NotNull().Index()},
                  {"text", Text().NotNull().Index()},
                  {"word", Text().Index()},
                  {"when", Timestamp().Index()},
                  {"hashed", Integer().Index(IndexKind::kHashed)},
                  {"first", Integer()},
                  {"unique", Integer().Unique()},
                  {"plain", Integer()}},
                 {.indexes = {{.attributes = {"first", "plain"}}}});
  builder.Define("other", {{"number", Integer().NotNull().Index()}});
  return Must(std::move(builder).Build());
}

template <typename T>
Field<T> FieldNamed(const Store& store, std::string_view name) {
  return Must(store.schema().FieldOf<T>(Model{0}, name));
}

template <typename T>
using Bound = std::optional<typename Field<T>::Unwrapped>;

// What Between should give, by looking at every row.
template <typename T>
std::vector<Instance> Sorted(const Store& store, const Field<T>& field, const Bound<T>& lower,
                             const Bound<T>& upper) {
  std::vector<std::pair<typename Field<T>::Unwrapped, Instance>> found;
  for (const Instance row : store.All(Model{0})) {
    const std::optional<typename Field<T>::Unwrapped> value = store.Get(row, field);
    if (!value.has_value() || (lower && *value < *lower) || (upper && *upper < *value)) continue;
    found.emplace_back(*value, row);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Instance> rows;
  for (const auto& [value, row] : found) rows.push_back(row);
  return rows;
}

template <typename T>
void ExpectBetween(const Store& store, const Field<T>& field, const Bound<T>& lower,
                   const Bound<T>& upper) {
  const IndexedRange range = Must(store.Between(field, lower, upper));
  const std::vector<Instance> expected = Sorted(store, field, lower, upper);
  std::vector<Instance> given;
  for (const LiveInstance row : range) {
    given.push_back(row);
    ASSERT_EQ(store.Get(row, field), store.Get(Instance(row), field));
  }
  ASSERT_EQ(given, expected);
  ASSERT_EQ(range.empty(), expected.empty());
}

// Every pair of bounds out of a few, and open ends.
template <typename T>
void ExpectAllRanges(const Store& store, const Field<T>& field, std::vector<Bound<T>> bounds) {
  bounds.push_back(std::nullopt);
  for (const auto& lower : bounds) {
    for (const auto& upper : bounds) ExpectBetween<T>(store, field, lower, upper);
  }
}

class IndexedRangeTest : public ::testing::Test {
 protected:
  IndexedRangeTest() : store_(MakeSchema()) {}
  Instance Add(std::int64_t number) {
    return Must(store_.Create(row_, {{"number", number}, {"real", 0.5}, {"text", "t"}}));
  }

  Model row_{0};
  Store store_;
};

TEST_F(IndexedRangeTest, OfAnEmptyStoreIsEmpty) {
  ExpectAllRanges(store_, FieldNamed<std::int64_t>(store_, "number"), {0, 5});
}

TEST_F(IndexedRangeTest, IncludesBothEnds) {
  const auto number = FieldNamed<std::int64_t>(store_, "number");
  for (const int n : {4, 1, 3, 2, 5}) Add(n);
  std::vector<std::int64_t> numbers;
  const auto range = Must(store_.Between(number, 2, 4));
  for (const LiveInstance row : range) numbers.push_back(store_.Get(row, number));
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{2, 3, 4}));
}

TEST_F(IndexedRangeTest, IsOpenAtAnEndThatIsNotGiven) {
  const auto number = FieldNamed<std::int64_t>(store_, "number");
  for (const int n : {4, 1, 3, 2, 5}) Add(n);
  ExpectAllRanges(store_, number, {0, 1, 3, 5, 6});
}

TEST_F(IndexedRangeTest, FromAboveToBelowIsEmpty) {
  const auto number = FieldNamed<std::int64_t>(store_, "number");
  for (int n = 0; n < 10; ++n) Add(n);
  const auto range = Must(store_.Between(number, 6, 3));
  EXPECT_TRUE(range.empty());
  EXPECT_TRUE(range.begin() == range.end());
}

TEST_F(IndexedRangeTest, EqualValuesComeBySlotWhateverTheirHistory) {
  const auto number = FieldNamed<std::int64_t>(store_, "number");
  std::vector<Instance> rows;
  for (int i = 0; i < 400; ++i) rows.push_back(Add(i % 3));
  for (int i = 399; i >= 0; i -= 7) ASSERT_TRUE(IsOk(store_.Set(rows[i], number, 1)));
  ExpectAllRanges(store_, number, {0, 1, 2});
}

TEST_F(IndexedRangeTest, LeavesNullsOutAtAnOpenEnd) {
  const auto maybe = FieldNamed<std::optional<std::int64_t>>(store_, "maybe");
  const auto lowest = std::numeric_limits<std::int64_t>::min();
  for (int i = 0; i < 300; ++i) {
    const Instance row = Add(0);
    if (i % 3 != 0) {
      ASSERT_TRUE(IsOk(store_.Set(row, maybe, i % 3 == 1 ? lowest : i % 50)));
    }
  }
  ExpectAllRanges(store_, maybe, {lowest, 0, 20});
}

TEST_F(IndexedRangeTest, OfNothingButNullsIsEmpty) {
  for (int i = 0; i < 300; ++i) Add(i);
  const auto word = FieldNamed<std::optional<std::string_view>>(store_, "word");
  EXPECT_TRUE(Must(store_.Between(word, std::nullopt, std::nullopt)).empty());
}

TEST_F(IndexedRangeTest, TakesTheExtremesOfNumbers) {
  using Limits = std::numeric_limits<std::int64_t>;
  const auto number = FieldNamed<std::int64_t>(store_, "number");
  for (const std::int64_t n : {Limits::max(), Limits::min(), std::int64_t{0}, Limits::max()}) {
    Add(n);
  }
  ExpectAllRanges(store_, number, {Limits::min(), Limits::min() + 1, 0, Limits::max()});
}

TEST_F(IndexedRangeTest, OfDoublesKnowsOneZeroAndInfinities) {
  const auto real = FieldNamed<double>(store_, "real");
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double v : {0.0, -0.0, 1.5, -1.5, infinity, -infinity, 5e-324}) {
    ASSERT_TRUE(IsOk(store_.Set(Add(0), real, v)));
  }
  ExpectAllRanges(store_, real, {0.0, -0.0, -1.5, infinity, -infinity, 1.0});
}

TEST_F(IndexedRangeTest, RefusesABoundThatIsNoValue) {
  const auto real = FieldNamed<double>(store_, "real");
  EXPECT_TRUE(FailsWith(store_.Between(real, std::nan(""), 1.0), kInvalidArgument, "row.real"));
  EXPECT_TRUE(FailsWith(store_.Between(real, 1.0, std::nan("")), kInvalidArgument, "row.real"));
  const auto text = FieldNamed<std::string_view>(store_, "text");
  EXPECT_TRUE(FailsWith(store_.Between(text, "\xff", "b"), kInvalidArgument, "row.text"));
}

TEST_F(IndexedRangeTest, OfTextComparesBeyondWhatTheIndexKeepsOfIt) {
  const auto text = FieldNamed<std::string_view>(store_, "text");
  const std::string longer(40, 'x');
  const std::vector<std::string> words = {"",         "a",        "abcdefg", "abcdefgh",
                                          "abcdefgi", "abcdefga", longer,    longer + "y"};
  for (int copy = 0; copy < 30; ++copy) {
    for (const std::string& word : words) {
      ASSERT_TRUE(IsOk(store_.Set(Add(0), text, word)));
    }
  }
  ExpectAllRanges(store_, text,
                  {"", "a", "abcdefg", "abcdefgb", "abcdefgh", std::string_view(longer), "z"});
}

TEST_F(IndexedRangeTest, OfTimestampsIsByTime) {
  const auto when = FieldNamed<std::optional<TimestampValue>>(store_, "when");
  const auto at = [](int micros) { return TimestampValue(std::chrono::microseconds(micros)); };
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(IsOk(store_.Set(Add(0), when, at((i * 37) % 50 - 25))));
  }
  ExpectAllRanges(store_, when, {at(-26), at(-3), at(0), at(24)});
}

TEST_F(IndexedRangeTest, FindsWhatALoaderFilled) {
  Loader loader(store_.schema());
  for (std::int64_t i = 0; i < 1000; ++i) {
    const std::vector<ValueView> row = {i + 1, (i * 7) % 100, {}, 0.5, "t", {}, {}, {}, {}, {}, {}};
    ASSERT_TRUE(IsOk(loader.Append(row_, row)));
  }
  const Store loaded = Must(std::move(loader).Finish());
  ExpectAllRanges(loaded, FieldNamed<std::int64_t>(loaded, "number"), {-1, 0, 50, 99, 100});
}

TEST_F(IndexedRangeTest, ReadsAForkAsItWasAndTheStoreAsItIs) {
  const auto number = FieldNamed<std::int64_t>(store_, "number");
  std::vector<Instance> rows;
  for (int i = 0; i < 500; ++i) rows.push_back(Add(i % 100));
  const Store fork = Must(store_.Fork());
  const auto before = Must(fork.Between(number, 20, 40));
  const std::vector<Instance> expected(before.begin(), before.end());
  for (int i = 0; i < 500; i += 2) ASSERT_TRUE(IsOk(store_.Set(rows[i], number, 30)));
  ExpectAllRanges(store_, number, {20, 30, 40});
  ExpectAllRanges(fork, number, {20, 30, 40});
  const auto after = Must(fork.Between(number, 20, 40));
  EXPECT_EQ(std::vector<Instance>(after.begin(), after.end()), expected);
}

TEST_F(IndexedRangeTest, ReadsWhatARollbackPutsBack) {
  const auto number = FieldNamed<std::int64_t>(store_, "number");
  std::vector<Instance> rows;
  for (int i = 0; i < 300; ++i) rows.push_back(Add(i % 10));
  const auto before = Sorted<std::int64_t>(store_, number, std::nullopt, std::nullopt);
  {
    Transaction transaction = store_.Begin();
    for (int i = 0; i < 300; i += 3) ASSERT_TRUE(IsOk(store_.Set(rows[i], number, -i)));
    ExpectAllRanges(store_, number, {-100, 0, 5});
    ASSERT_TRUE(IsOk(transaction.Rollback()));
  }
  ExpectAllRanges(store_, number, {-100, 0, 5});
  EXPECT_EQ((Sorted<std::int64_t>(store_, number, std::nullopt, std::nullopt)), before);
  EXPECT_TRUE(IsOk(store_.CheckInvariants()));
}

TEST_F(IndexedRangeTest, IsWalkedByAlgorithms) {
  const auto number = FieldNamed<std::int64_t>(store_, "number");
  for (int i = 0; i < 300; ++i) Add(i);
  const auto range = Must(store_.Between(number, 100, std::nullopt));
  static_assert(std::forward_iterator<IndexedRange::Iterator>);
  EXPECT_EQ(std::distance(range.begin(), range.end()), 200);
  const auto found = std::find_if(range.begin(), range.end(), [&](const LiveInstance& row) {
    return store_.Get(row, number) % 250 == 0;
  });
  EXPECT_EQ(store_.Get(*found, number), 250);
  IndexedRange::Iterator at = range.begin();
  EXPECT_EQ(store_.Get(*at++, number), 100);
  EXPECT_EQ(store_.Get(*at, number), 101);
}

TEST_F(IndexedRangeTest, WithoutAnOrderedIndexOfItsOwnSaysHowToDeclareOne) {
  const auto between = [&](std::string_view name) {
    return store_.Between(FieldNamed<std::optional<std::int64_t>>(store_, name), 1, 2);
  };
  for (const char* name : {"hashed", "first", "unique", "plain"}) {
    EXPECT_TRUE(FailsWith(between(name), kInvalidArgument,
                          "row." + std::string(name) + " has no ordered index of its own"));
  }
  EXPECT_TRUE(FailsWith(between("plain"), kInvalidArgument, "{\"plain\", ...Index()}"));
}

TEST_F(IndexedRangeTest, RefusesAFieldOfAnotherSchema) {
  SchemaBuilder builder;
  const Model first = builder.Define("first", {{"number", Text().NotNull().Index()}});
  builder.Define("second", {});
  const Model third = builder.Define("third", {{"number", Integer().NotNull().Index()}});
  const Schema schema = Must(std::move(builder).Build());
  const auto text = Must(schema.FieldOf<std::string_view>(first, "number"));
  const auto number = Must(schema.FieldOf<std::int64_t>(third, "number"));
  EXPECT_TRUE(FailsWith(store_.Between(text, "a", "b"), kInvalidArgument, "not of this store's"));
  EXPECT_TRUE(FailsWith(store_.Between(number, 1, 2), kInvalidArgument, "not of this store's"));
  EXPECT_TRUE(FailsWith(store_.Between(Field<std::int64_t>(), 1, 2), kInvalidArgument));
}

// Rows that come, go and change at random, in a store and in a fork of it.
class IndexedRangeRandomTest : public ::testing::TestWithParam<unsigned> {};

INSTANTIATE_TEST_SUITE_P(Seeds, IndexedRangeRandomTest, ::testing::Range(1u, 7u));

void ChangeAtRandom(Store& store, std::mt19937& random, int steps) {
  const auto number = FieldNamed<std::int64_t>(store, "number");
  const auto maybe = FieldNamed<std::optional<std::int64_t>>(store, "maybe");
  const auto real = FieldNamed<double>(store, "real");
  const auto word = FieldNamed<std::optional<std::string_view>>(store, "word");
  const auto any = [&](int n) { return static_cast<std::int64_t>(random() % n); };
  std::vector<Instance> rows;
  for (const Instance row : store.All(Model{0})) rows.push_back(row);
  for (int step = 0; step < steps; ++step) {
    if (rows.empty() || any(3) == 0) {
      rows.push_back(Must(store.Create(
          Model{0}, {{"number", any(40)}, {"real", static_cast<double>(any(9))}, {"text", "t"}})));
      continue;
    }
    const std::size_t at = random() % rows.size();
    const Instance row = rows[at];
    switch (any(6)) {
      case 0:
        ASSERT_TRUE(IsOk(store.Delete(row)));
        rows[at] = rows.back();
        rows.pop_back();
        break;
      case 1:
        ASSERT_TRUE(IsOk(store.Set(row, number, any(40))));
        break;
      case 2:
        ASSERT_TRUE(
            IsOk(store.Set(row, maybe, any(3) == 0 ? std::nullopt : std::optional(any(5) - 2))));
        break;
      case 3:
        ASSERT_TRUE(IsOk(store.Set(row, real, static_cast<double>(any(9)) / 2 - 2)));
        break;
      default:
        const std::string text = "word number " + std::to_string(any(30));
        ASSERT_TRUE(IsOk(store.Set(row, word, any(2) == 0 ? text.substr(5) : text)));
    }
  }
}

void ExpectEveryRange(const Store& store) {
  ASSERT_TRUE(IsOk(store.CheckInvariants()));
  ExpectAllRanges(store, FieldNamed<std::int64_t>(store, "number"), {-1, 0, 13, 39});
  ExpectAllRanges(store, FieldNamed<std::optional<std::int64_t>>(store, "maybe"), {-2, 0, 2});
  ExpectAllRanges(store, FieldNamed<double>(store, "real"), {-2.0, 0.5, 8.0});
  ExpectAllRanges(store, FieldNamed<std::optional<std::string_view>>(store, "word"),
                  {"number 2", "word number 15", "word number 9"});
}

TEST_P(IndexedRangeRandomTest, GivesWhatASortedCopyHolds) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  std::mt19937 random(GetParam());
  Store store(MakeSchema());
  for (int round = 0; round < 6; ++round) {
    ChangeAtRandom(store, random, 200);
    ExpectEveryRange(store);
    Store fork = Must(store.Fork());
    ChangeAtRandom(fork, random, 60);
    ExpectEveryRange(store);
    ExpectEveryRange(fork);
    if (random() % 2 == 0) store = std::move(fork);
  }
}

}  // namespace
}  // namespace relata
