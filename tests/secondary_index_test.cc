// Secondary indexes of a store, through everything that changes its rows, beside lists that a test
// keeps by looking at all rows after every step.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/index_scan.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/loader.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "tests/indexed_rows_for_test.h"
#include "tests/random_schema.h"
#include "tests/status_testing.h"

namespace relata::internal {
namespace {

using relata::testing::FailsWith;
using relata::testing::IsOk;
using relata::testing::Must;
using relata::testing::Random;
using relata::testing::ViewsOf;
using Slots = std::vector<std::uint32_t>;
using Row = std::vector<Value>;

Slots Drain(IndexCursor cursor) {
  Slots slots;
  for (std::uint32_t slot = cursor.Next(); slot != kNoSlot; slot = cursor.Next()) {
    slots.push_back(slot);
  }
  return slots;
}

// The rows of every model by slot, and for each hashed index the rows of each combination of values
// in the order in which they came to have it.
class Twin {
 public:
  // Takes note of one operation.
  void Sync(const StoreState& state) {
    rows_.resize(state.models().size());
    for (std::uint32_t m = 0; m < rows_.size(); ++m) {
      std::map<std::uint32_t, Row> now;
      for (std::uint32_t slot = 0; slot < state.views()[m].slots; ++slot) {
        if (StampOf(state.Row(m, slot)) == 0) continue;
        for (std::uint32_t a = 0; a < state.model(m).attributes.size(); ++a) {
          now[slot].push_back(Value::From(state.View(m, slot, a)));
        }
      }
      for (std::uint32_t i = 0; i < state.model(m).indexes.size(); ++i) {
        SyncList(state, m, i, lists_[{m, i}], rows_[m], now);
      }
      rows_[m] = std::move(now);
    }
  }

  // Compares every list and every order.
  void Expect(const StoreState& state) const {
    ASSERT_TRUE(IsOk(CheckInvariants(state)));
    for (std::uint32_t m = 0; m < rows_.size(); ++m) {
      for (std::uint32_t i = 0; i < state.model(m).indexes.size(); ++i) {
        const IndexInfo& info = state.model(m).indexes[i];
        if (info.kind == IndexKind::kHashed) {
          ExpectLists(state, m, i);
        } else {
          ExpectOrder(state, m, i, info.attributes);
        }
      }
    }
  }

 private:
  using Lists = std::map<Row, Slots>;

  static Row Pick(const Row& row, const std::vector<std::uint32_t>& attributes) {
    Row values;
    for (const std::uint32_t a : attributes) values.push_back(row[a]);
    return values;
  }

  static void SyncList(const StoreState& state, std::uint32_t m, std::uint32_t i, Lists& lists,
                       const std::map<std::uint32_t, Row>& before,
                       const std::map<std::uint32_t, Row>& now) {
    const std::vector<std::uint32_t>& attributes = state.model(m).indexes[i].attributes;
    for (const auto& [slot, row] : before) {
      const auto found = now.find(slot);
      if (found != now.end() && Pick(found->second, attributes) == Pick(row, attributes)) continue;
      std::erase(lists[Pick(row, attributes)], slot);
    }
    Lists added;
    for (const auto& [slot, row] : now) {
      const auto found = before.find(slot);
      if (found != before.end() && Pick(found->second, attributes) == Pick(row, attributes)) {
        continue;
      }
      added[Pick(row, attributes)].push_back(slot);
    }
    if (state.model(m).indexes[i].kind != IndexKind::kHashed) return;
    for (auto& [values, slots] : added) {
      Slots& list = lists[values];
      // Several rows that one operation gives the same values come at the end, in its own order.
      const std::vector<ValueView> views = ViewsOf(values);
      const Slots found = Drain(ScanIndex(state, m, i, {.equal = views}));
      ASSERT_GE(found.size(), slots.size());
      const Slots tail(found.end() - static_cast<std::ptrdiff_t>(slots.size()), found.end());
      ASSERT_TRUE(std::is_permutation(tail.begin(), tail.end(), slots.begin(), slots.end()));
      list.insert(list.end(), tail.begin(), tail.end());
    }
  }

  void ExpectLists(const StoreState& state, std::uint32_t m, std::uint32_t i) const {
    const auto lists = lists_.find({m, i});
    if (lists == lists_.end()) return;
    for (const auto& [values, slots] : lists->second) {
      const std::vector<ValueView> views = ViewsOf(values);
      const IndexRange range{.equal = views};
      ASSERT_EQ(Drain(ScanIndex(state, m, i, range)), slots) << state.model(m).indexes[i].name;
      ASSERT_EQ(EstimateInIndex(state, m, i, range), slots.size());
    }
  }

  void ExpectOrder(const StoreState& state, std::uint32_t m, std::uint32_t i,
                   const std::vector<std::uint32_t>& attributes) const {
    std::vector<std::pair<Row, std::uint32_t>> sorted;
    for (const auto& [slot, row] : rows_[m]) sorted.emplace_back(Pick(row, attributes), slot);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    Slots ascending;
    for (const auto& [values, slot] : sorted) ascending.push_back(slot);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return b.first < a.first; });
    Slots descending;
    for (const auto& [values, slot] : sorted) descending.push_back(slot);
    ASSERT_EQ(Drain(ScanIndex(state, m, i, {})), ascending) << state.model(m).indexes[i].name;
    ASSERT_EQ(Drain(ScanIndex(state, m, i, {}, ScanOrder::kDescending)), descending);
  }

  std::vector<std::map<std::uint32_t, Row>> rows_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Lists> lists_;
};

// A tree of folders whose files go with them, tags that files lose, and every kind of index.
Schema Folders() {
  SchemaBuilder builder;
  builder.Define("folder", {{"id", Integer().PrimaryKey()}, {"name", Text().Index()}},
                 {.indexes = {{.attributes = {"folderId"}}}});
  builder.Define("tag", {{"word", Text().PrimaryKey()}});
  builder.Define("file",
                 {{"id", Integer().PrimaryKey().Index()},
                  {"size", Integer().Index().Index(IndexKind::kHashed)},
                  {"kind", Text()},
                  {"path", Text().Index(IndexKind::kHashed)}},
                 {.indexes = {{.attributes = {"kind", "size", "folderId"}},
                              {.attributes = {"tagWord", "kind"}, .kind = IndexKind::kHashed},
                              {.attributes = {"tagWord", "path"}}}});
  builder.HasMany("folder", "folder", {.on_delete = Action::kCascade});
  builder.HasMany("folder", "file", {.on_delete = Action::kCascade});
  builder.BelongsTo("file", "tag", {.on_delete = Action::kSetNull, .on_update = Action::kCascade});
  return Must(std::move(builder).Build());
}

constexpr std::uint32_t kFolder = 0;
constexpr std::uint32_t kTag = 1;
constexpr std::uint32_t kFile = 2;

// A store under random operations, with its twin, and both as they were at each open savepoint.
class IndexedWorld {
 public:
  IndexedWorld(std::uint64_t seed, std::size_t rows)
      : random_(seed), rows_(rows), state_(std::make_unique<StoreState>(Folders())) {
    twin_.Sync(*state_);
  }

  void Step() {
    switch (random_.Below(20)) {
      case 0:
        if (twins_.size() == 3) break;
        state_->BeginSavepoint(true);
        twins_.push_back(twin_);
        break;
      case 1:
        if (twins_.empty()) break;
        state_->RollBack();
        twin_ = twins_.back();
        twins_.pop_back();
        break;
      case 2:
        if (twins_.empty()) break;
        state_->Release();
        twins_.pop_back();
        break;
      case 3:
        Delete(random_.Chance(50) ? kTag : kFile);
        break;
      case 4:
        if (random_.Chance(30)) Delete(kFolder);
        break;
      default:
        if (random_.Chance(50)) {
          Create();
        } else {
          Update();
        }
    }
    twin_.Sync(*state_);
  }

  void Expect() const { twin_.Expect(*state_); }
  std::size_t done() const { return done_; }  // operations that changed rows
  bool in_transaction() const { return !twins_.empty(); }
  // Goes on with one half of a fork; the other stays as it is.
  struct Rest {
    std::unique_ptr<StoreState> state;
    Twin twin;
  };
  Rest Fork() {
    Rest rest{state_->Fork(), twin_};
    if (random_.Chance(50)) std::swap(state_, rest.state);
    return rest;
  }

 private:
  Value Number() { return random_.Chance(20) ? Value() : Value(int(random_.Below(4))); }
  Value Word() {
    static const char* const kWords[] = {"", "a", "equal beginnings, a", "equal beginnings, b"};
    return random_.Chance(20) ? Value() : Value(kWords[random_.Below(4)]);
  }
  std::optional<Instance> Any(std::uint32_t m) {
    const std::uint32_t slots = state_->views()[m].slots;
    if (slots == 0) return std::nullopt;
    const auto slot = static_cast<std::uint32_t>(random_.Below(slots));
    const Instance instance = state_->InstanceAt(m, slot);
    if (instance.stamp == 0) return std::nullopt;
    return instance;
  }
  // A value that the attribute may have, mostly.
  Value For(std::uint32_t m, const std::string& attribute) {
    if (attribute == "id") return static_cast<std::int64_t>(random_.Below(2 * rows_));
    if (attribute == "size") return Number();
    if (attribute == "folderId" || attribute == "tagWord") {
      const auto parent = Any(attribute == "folderId" ? kFolder : kTag);
      if (!parent.has_value() || random_.Chance(20)) return {};
      return Value::From(state_->View(parent->model, parent->slot, 0));
    }
    return m == kTag ? Value("tag " + std::to_string(random_.Below(5))) : Word();
  }
  AttributeValues Draw(std::uint32_t m, std::size_t percent) {
    AttributeValues values;
    drawn_.clear();
    drawn_.reserve(state_->model(m).attributes.size());
    for (std::uint32_t a = 0; a < state_->model(m).attributes.size(); ++a) {
      if (!random_.Chance(percent)) continue;
      drawn_.push_back(For(m, state_->model(m).attributes[a].name));
      values.push_back({a, drawn_.back().view()});
    }
    return values;
  }
  void Create() {
    const std::uint32_t m = random_.Chance(60) ? kFile : random_.Chance(70) ? kFolder : kTag;
    if (state_->table(m).rows >= rows_) return;
    done_ += CreateRow(*state_, m, Draw(m, 90)).ok();
  }
  void Update() {
    const std::uint32_t m = random_.Chance(60) ? kFile : random_.Chance(50) ? kFolder : kTag;
    const auto instance = Any(m);
    if (instance.has_value()) done_ += UpdateRow(*state_, *instance, Draw(m, 30)).ok();
  }
  void Delete(std::uint32_t m) {
    const auto instance = Any(m);
    if (!instance.has_value()) return;
    EXPECT_TRUE(IsOk(DeleteRows(*state_, {&*instance, 1})));
    ++done_;
  }

  Random random_;
  std::size_t rows_;
  std::unique_ptr<StoreState> state_;
  Twin twin_;
  std::vector<Twin> twins_;
  std::vector<Value> drawn_;
  std::size_t done_ = 0;
};

TEST(SecondaryIndexTest, FewRowsUnderRandomOperationsAreFoundAfterEveryStep) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    IndexedWorld world(seed, 6);
    for (int step = 0; step < 150; ++step) {
      world.Step();
      world.Expect();
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(SecondaryIndexTest, ForksKeepTheirOwnIndexesInBothDirections) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    IndexedWorld world(seed, 40);
    std::vector<IndexedWorld::Rest> rests;
    for (int step = 0; step < 250; ++step) {
      world.Step();
      if (step % 40 == 0 && !world.in_transaction()) rests.push_back(world.Fork());
    }
    world.Expect();
    for (const IndexedWorld::Rest& rest : rests) rest.twin.Expect(*rest.state);
    EXPECT_GE(rests.size(), 2u);
  }
}

TEST(SecondaryIndexTest, ManyRowsUnderRandomOperationsAreFound) {
  IndexedWorld world(5, 300);
  for (int step = 0; step < 500; ++step) {
    world.Step();
    if (step % 250 == 249) world.Expect();
  }
  EXPECT_GT(world.done(), 250u);
}

// ----- ranges

class IndexRangeTest : public ::testing::Test {
 protected:
  IndexRangeTest() : state_(MakeSchema()) {
    const std::vector<Value> values = {{}, 1, 2};
    for (int copy = 0; copy < 2; ++copy) {
      for (const Value& a : values) {
        for (const Value& b : values) {
          Must(CreateRow(state_, 0, {{1, a.view()}, {2, b.view()}}));
        }
      }
    }
  }
  static Schema MakeSchema() {
    SchemaBuilder builder;
    builder.Define("pair", {{"a", Integer()}, {"b", Integer()}},
                   {.indexes = {{.attributes = {"a", "b"}}}});
    return Must(std::move(builder).Build());
  }
  static bool Within(const Value& value, const IndexRange& range) {
    const auto above = [&](const IndexRange::Bound& bound) {
      return bound.inclusive ? !Less(value.view(), bound.value) : Less(bound.value, value.view());
    };
    const auto below = [&](const IndexRange::Bound& bound) {
      return bound.inclusive ? !Less(bound.value, value.view()) : Less(value.view(), bound.value);
    };
    return (!range.lower.has_value() || above(*range.lower)) &&
           (!range.upper.has_value() || below(*range.upper));
  }
  Slots Naive(const IndexRange& range, bool descending) const {
    std::vector<std::pair<Row, std::uint32_t>> found;
    for (std::uint32_t slot = 0; slot < state_.table(0).rows; ++slot) {
      Row row = {Value::From(state_.View(0, slot, 1)), Value::From(state_.View(0, slot, 2))};
      bool fits = true;
      for (std::size_t i = 0; i < range.equal.size(); ++i) {
        fits = fits && Equal(row[i].view(), range.equal[i]);
      }
      if (range.equal.size() < row.size()) fits = fits && Within(row[range.equal.size()], range);
      if (fits) found.emplace_back(std::move(row), slot);
    }
    std::stable_sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
      return descending ? b.first < a.first : a.first < b.first;
    });
    Slots slots;
    for (const auto& [row, slot] : found) slots.push_back(slot);
    return slots;
  }
  StoreState state_;
};

TEST_F(IndexRangeTest, EveryRangeOverAPairYieldsWhatItShouldInBothOrders) {
  using Bound = std::optional<IndexRange::Bound>;
  std::vector<Bound> bounds = {std::nullopt};
  for (const bool inclusive : {false, true}) {
    bounds.push_back(IndexRange::Bound{ValueView(), inclusive});
    for (const std::int64_t value : {0, 1, 2, 3}) {
      bounds.push_back(IndexRange::Bound{value, inclusive});
    }
  }
  std::vector<std::vector<ValueView>> equals = {{}};
  for (const ValueView& a : {ValueView(), ValueView(std::int64_t{1}), ValueView(std::int64_t{3})}) {
    equals.push_back({a});
    for (const ValueView& b : {ValueView(), ValueView(std::int64_t{2})}) equals.push_back({a, b});
  }
  for (const std::vector<ValueView>& equal : equals) {
    for (const Bound& lower : bounds) {
      for (const Bound& upper : bounds) {
        if (equal.size() == 2 && (lower.has_value() || upper.has_value())) continue;
        const IndexRange range{.equal = equal, .lower = lower, .upper = upper};
        const Slots expected = Naive(range, false);
        ASSERT_EQ(Drain(ScanIndex(state_, 0, 0, range)), expected);
        ASSERT_EQ(Drain(ScanIndex(state_, 0, 0, range, ScanOrder::kDescending)),
                  Naive(range, true));
        ASSERT_EQ(EstimateInIndex(state_, 0, 0, range), expected.size());
      }
    }
  }
}

// ----- what else changes rows

TEST(SecondaryIndexTest, AWriteThroughAFieldMovesTheRow) {
  SchemaBuilder builder;
  const Model model = builder.Define("thing", {{"n", Integer().NotNull().Index()}});
  const Schema schema = Must(std::move(builder).Build());
  const auto n = Must(schema.FieldOf<std::int64_t>(model, "n"));
  Store store(schema);
  std::vector<Instance> things;
  for (int i = 0; i < 500; ++i) things.push_back(Must(store.Create(model, {{"n", i}})));
  for (const Instance thing : things)
    ASSERT_TRUE(IsOk(store.Set(thing, n, store.Get(thing, n) % 7)));
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

// Schemas are equal that differ in their indexes only, and so are their fields.
TEST(SecondaryIndexTest, AFieldOfAnEqualSchemaWithoutTheIndexMovesTheRowAllTheSame) {
  const auto build = [](bool indexed) {
    SchemaBuilder builder;
    Attribute n = Integer();
    if (indexed) n.Index();
    builder.Define("thing", {{"n", n}});
    return Must(std::move(builder).Build());
  };
  const Schema plain = build(false);
  const auto n = Must(plain.FieldOf<std::optional<std::int64_t>>(Model{0}, "n"));
  Store store(build(true));
  const Instance thing = Must(store.Create(Model{0}, {{"n", 1}}));
  Must(store.Create(Model{0}, {{"n", 2}}));
  ASSERT_TRUE(IsOk(store.Set(thing, n, 3)));
  EXPECT_EQ(store.Get(thing, n), 3);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(SecondaryIndexTest, TheLoaderFillsAllOfThem) {
  const Schema schema = Folders();
  Loader loader(schema);
  for (std::int64_t i = 0; i < 1000; ++i) {
    const std::string path = "path " + std::to_string(i % 10);
    const std::vector<ValueView> row = {i,    i % 30,      std::string_view("kind"),
                                        path, ValueView(), ValueView()};
    ASSERT_TRUE(IsOk(loader.Append(Model{kFile}, row)));
  }
  Store store = Must(std::move(loader).Finish());
  ASSERT_TRUE(IsOk(store.CheckInvariants()));
  EXPECT_GT(store.Stats().models[kFile].index_bytes, 1000u * 40);
  std::vector<Instance> gone;
  for (const Instance file : store.All(Model{kFile})) {
    if (file.slot % 3 != 0) gone.push_back(file);
  }
  ASSERT_TRUE(IsOk(store.Delete(gone)));
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(SecondaryIndexTest, StatsCountWhatForksShare) {
  Store store(Folders());
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(IsOk(store.Create(Model{kFile}, {{"id", i}, {"size", i}})));
  }
  const Store fork = Must(store.Fork());
  const StoreStats stats = store.Stats();
  EXPECT_EQ(stats.shared_bytes + stats.text_bytes, stats.bytes);
  EXPECT_TRUE(IsOk(fork.CheckInvariants()));
}

TEST(SecondaryIndexTest, TheInvariantsFindARowThatChangedBehindAnIndexsBack) {
  SchemaBuilder builder;
  builder.Define("thing", {{"n", Integer().Index(IndexKind::kOrdered, "by_n")}});
  StoreState state(Must(std::move(builder).Build()));
  Must(CreateRow(state, 0, {{1, std::int64_t{1}}}));
  ASSERT_TRUE(IsOk(CheckInvariants(state)));
  state.WriteCell(0, 0, 1, std::int64_t{2});
  EXPECT_TRUE(FailsWith(CheckInvariants(state), absl::StatusCode::kInternal, "index by_n"));
}

}  // namespace
}  // namespace relata::internal
