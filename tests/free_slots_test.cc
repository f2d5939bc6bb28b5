// Which place a new row takes after deletes, and with that in which order rows are visited.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::IsOk;
using ::relata::testing::Must;

class World {
 public:
  World() : store_(MakeSchema()) {
    id_ = Must(store_.schema().FieldOf<std::int64_t>(row_, "id"));
    text_ = Must(store_.schema().FieldOf<std::optional<std::string_view>>(row_, "text"));
  }
  void Create(std::int64_t key) { Must(store_.Create(row_, {id_(key)})); }
  // With a text that does not lie in the row, and its key named last.
  void CreateLong(std::int64_t key) {
    Must(store_.Create(row_, {text_("a text of more than fifteen bytes"), id_(key)}));
  }
  void Delete(std::int64_t key) { ASSERT_TRUE(IsOk(store_.Delete(Must(store_.Find(row_, key))))); }
  std::vector<std::int64_t> Keys() const {
    std::vector<std::int64_t> keys;
    for (const LiveInstance row : store_.All(row_)) keys.push_back(store_.Get(row, id_));
    return keys;
  }
  // That every row is found by its key, and that the store is in order.
  void Check() const {
    for (const std::int64_t key : Keys()) {
      ASSERT_EQ(store_.Get(Must(store_.Find(id_, key)), id_), key);
    }
    ASSERT_TRUE(IsOk(store_.CheckInvariants()));
  }
  Store& store() { return store_; }
  Model row() const { return row_; }
  const Field<std::int64_t>& id() const { return id_; }

 private:
  Schema MakeSchema() {
    SchemaBuilder builder;
    row_ = builder.Define("row", {{"id", Integer().PrimaryKey()}, {"text", Text()}});
    return Must(std::move(builder).Build());
  }
  Model row_;
  Field<std::int64_t> id_;
  Field<std::optional<std::string_view>> text_;
  Store store_;
};

using Order = std::vector<std::int64_t>;

TEST(FreeSlotsTest, RowsThatComeBackByTheirKeysTakeThePlacesTheyHad) {
  World world;
  for (std::int64_t key = 10; key < 16; ++key) world.Create(key);
  for (const std::int64_t key : {11, 13, 14}) world.Delete(key);
  world.Create(11);
  EXPECT_EQ(world.Keys(), (Order{10, 11, 12, 15}));
  world.CreateLong(13);
  world.Create(14);
  EXPECT_EQ(world.Keys(), (Order{10, 11, 12, 13, 14, 15}));
  world.Check();
}

TEST(FreeSlotsTest, AnotherKeyTakesThePlaceOfTheRowDeletedLast) {
  World world;
  for (std::int64_t key = 1; key <= 5; ++key) world.Create(key);
  world.Delete(2);
  world.Delete(4);
  world.Create(77);
  EXPECT_EQ(world.Keys(), (Order{1, 3, 77, 5}));
  world.Create(4);  // whose place is taken
  EXPECT_EQ(world.Keys(), (Order{1, 4, 3, 77, 5}));
  world.Check();
}

TEST(FreeSlotsTest, AnObservedCreateTakesTheSamePlace) {
  World world;
  for (std::int64_t key = 1; key <= 5; ++key) world.Create(key);
  const Subscription subscription = world.store().Observe(world.row(), ModelObserver{});
  for (const std::int64_t key : {2, 3, 4}) world.Delete(key);
  world.Create(3);
  world.Create(2);
  EXPECT_EQ(world.Keys(), (Order{1, 2, 3, 5}));
  world.Check();
}

TEST(FreeSlotsTest, APlaceInTheMiddleIsGivenBackByARollback) {
  World world;
  for (std::int64_t key = 1; key <= 5; ++key) world.Create(key);
  for (const std::int64_t key : {2, 3, 4}) world.Delete(key);  // freed last: 4
  {
    Transaction transaction = world.store().Begin();
    world.Create(3);
    world.Create(2);
    world.Delete(5);
    ASSERT_TRUE(IsOk(transaction.Rollback()));
  }
  world.Check();
  for (const std::int64_t key : {71, 72, 73}) world.Create(key);
  EXPECT_EQ(world.Keys(), (Order{1, 73, 72, 71, 5}));
}

TEST(FreeSlotsTest, AForkTakesPlacesByItself) {
  World world;
  for (std::int64_t key = 1; key <= 5; ++key) world.Create(key);
  for (const std::int64_t key : {2, 3, 4}) world.Delete(key);
  Store fork = Must(world.store().Fork());
  Must(fork.Create(world.row(), {world.id()(3)}));
  ASSERT_TRUE(IsOk(fork.CheckInvariants()));
  world.Create(2);
  world.Create(4);
  EXPECT_EQ(world.Keys(), (Order{1, 2, 4, 5}));
  world.Check();
  ASSERT_TRUE(IsOk(fork.CheckInvariants()));
  EXPECT_EQ(fork.Count(world.row()), 3u);
}

// The promise of store.h, naively: a place for each slot, and the free ones in the order in which
// they were freed.
class Twin {
 public:
  void Create(std::int64_t key) {
    if (places_.empty()) first_ = key;
    const auto home = std::find(free_.begin(), free_.end(), static_cast<std::size_t>(key - first_));
    if (key >= first_ && home != free_.end()) {
      places_[*home] = key;
      free_.erase(home);
    } else if (!free_.empty()) {
      places_[free_.back()] = key;
      free_.pop_back();
    } else {
      places_.push_back(key);
    }
  }
  void Delete(std::int64_t key) {
    const auto place = std::find(places_.begin(), places_.end(), key);
    place->reset();
    free_.push_back(static_cast<std::size_t>(place - places_.begin()));
  }
  Order Keys() const {
    Order keys;
    for (const std::optional<std::int64_t>& key : places_) {
      if (key.has_value()) keys.push_back(*key);
    }
    return keys;
  }

 private:
  std::int64_t first_ = 0;
  std::vector<std::optional<std::int64_t>> places_;
  std::vector<std::size_t> free_;
};

TEST(FreeSlotsTest, RandomCreatesDeletesAndRollbacksKeepTheOrderOfANaiveTwin) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    World world;
    Twin twin;
    Order alive;
    struct Open {
      Transaction transaction;
      Twin twin;
      Order alive;
    };
    std::vector<Open> open;
    for (int step = 0; step < 400; ++step) {
      const std::size_t choice = below(20);
      if (choice < 9) {
        const auto key = static_cast<std::int64_t>(20 + below(60)) - 5;
        if (std::find(alive.begin(), alive.end(), key) != alive.end()) continue;
        choice % 2 == 0 ? world.Create(key) : world.CreateLong(key);
        twin.Create(key);
        alive.push_back(key);
      } else if (choice < 17 && !alive.empty()) {
        const std::size_t i = below(alive.size());
        world.Delete(alive[i]);
        twin.Delete(alive[i]);
        alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(i));
      } else if (choice == 17 && open.size() < 3) {
        open.push_back({world.store().Begin(), twin, alive});
      } else if (choice == 18 && !open.empty()) {
        ASSERT_TRUE(IsOk(open.back().transaction.CommitQuietly()));
        open.pop_back();
      } else if (choice == 19 && !open.empty()) {
        ASSERT_TRUE(IsOk(open.back().transaction.Rollback()));
        twin = std::move(open.back().twin);
        alive = std::move(open.back().alive);
        open.pop_back();
      }
      ASSERT_EQ(world.Keys(), twin.Keys()) << "step " << step;
      if (step % 20 == 0) world.Check();
    }
    while (!open.empty()) {
      ASSERT_TRUE(IsOk(open.back().transaction.CommitQuietly()));
      open.pop_back();
    }
    world.Check();
  }
}

}  // namespace
}  // namespace relata
