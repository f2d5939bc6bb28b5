// The short ways to write (a cell in place, a plain row, a plain delete, rows that a loader links
// at once) against the long ones, which a store takes while somebody observes it: both must come to
// the same, in every slot, in every order and in every complaint.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

constexpr std::string_view kLong = "longer than the fifteen bytes that a cell has";

// Nodes form a forest (CASCADE), belong to owners (RESTRICT) and are marked by join rows (CASCADE
// on both sides); labels refer to nodes by a text that is unique, and lose it (SET NULL).
struct World {
  World() {
    SchemaBuilder builder;
    owner = builder.Define("owner", {{"name", Text().NotNull()}});
    node = builder.Define("node", {{"id", Integer().PrimaryKey()},
                                   {"score", Double()},
                                   {"weight", Integer().NotNull().Default(7)},
                                   {"flag", Boolean()},
                                   {"code", Text().Unique()},
                                   {"note", Text()},
                                   {"at", Timestamp()}});
    mark = builder.Define("mark", {{"id", Integer().PrimaryKey()}, {"rank", Integer()}});
    label = builder.Define("label", {{"name", Text().PrimaryKey()}});
    children = builder.HasMany(node, node,
                               {.as = Alias("child", "children"),
                                .foreign_key = "parentId",
                                .on_delete = Action::kCascade});
    owners = builder.BelongsTo(node, owner, {.on_delete = Action::kRestrict});
    marks = builder.HasMany(node, mark, {.on_delete = Action::kCascade});
    owner_marks = builder.HasMany(owner, mark, {.on_delete = Action::kCascade});
    labels = builder.HasMany(
        node, label,
        {.foreign_key = "nodeCode", .source_key = "code", .on_delete = Action::kSetNull});
    schema = Must(std::move(builder).Build());
    id = Must(schema.FieldOf<std::int64_t>(node, "id"));
    score = Must(schema.FieldOf<std::optional<double>>(node, "score"));
    weight = Must(schema.FieldOf<std::int64_t>(node, "weight"));
    flag = Must(schema.FieldOf<std::optional<bool>>(node, "flag"));
    code = Must(schema.FieldOf<std::optional<std::string_view>>(node, "code"));
    note = Must(schema.FieldOf<std::optional<std::string_view>>(node, "note"));
    at = Must(schema.FieldOf<std::optional<TimestampValue>>(node, "at"));
    parent = Must(schema.FieldOf<std::optional<std::int64_t>>(node, "parentId"));
    mark_id = Must(schema.FieldOf<std::int64_t>(mark, "id"));
    mark_node = Must(schema.FieldOf<std::optional<std::int64_t>>(mark, "nodeId"));
    mark_owner = Must(schema.FieldOf<std::optional<std::int64_t>>(mark, "ownerId"));
    owner_name = Must(schema.FieldOf<std::string_view>(owner, "name"));
    label_name = Must(schema.FieldOf<std::string_view>(label, "name"));
    label_code = Must(schema.FieldOf<std::optional<std::string_view>>(label, "nodeCode"));
  }

  Model owner, node, mark, label;
  Association children, owners, marks, owner_marks, labels;
  Field<std::int64_t> id, weight, mark_id;
  Field<std::optional<double>> score;
  Field<std::optional<bool>> flag;
  Field<std::optional<std::string_view>> code, note, label_code;
  Field<std::optional<TimestampValue>> at;
  Field<std::optional<std::int64_t>> parent, mark_node, mark_owner;
  Field<std::string_view> owner_name, label_name;
  Schema schema;
};

// Every slot with its values and the slots linked to it, in order, and the keys to come.
std::string Dump(const Store& store) {
  std::string text;
  for (std::uint32_t m = 0; m < store.schema().models().size(); ++m) {
    const ModelInfo& model = store.schema().models()[m];
    absl::StrAppend(&text, model.name, " next ", store.NextKey(Model{m}), "\n");
    for (const Instance instance : store.All(Model{m})) {
      absl::StrAppend(&text, " ", instance.slot, ":");
      for (std::uint32_t a = 0; a < model.attributes.size(); ++a) {
        absl::StrAppend(&text, " ", ToString(store.View(instance, a)));
      }
      for (const Association association : model.associations) {
        absl::StrAppend(&text, " |");
        for (const Instance other : store.Linked(instance, association)) {
          absl::StrAppend(&text, " ", other.slot);
        }
      }
      absl::StrAppend(&text, "\n");
    }
  }
  return text;
}

using Random = std::mt19937;
std::int64_t Below(Random& random, std::int64_t end) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end));
}

// One side: a store, and the transactions that are open.
class Side {
 public:
  Side(const World& world, bool watched) : world_(world), watched_(watched), store_(world.schema) {
    Watch();
  }
  Store& store() { return store_; }

  // Everything it does is drawn from `random`; what it comes to is returned.
  std::string Step(Random& random) {
    switch (Below(random, 16)) {
      case 0:
      case 1:
      case 2:
        return CreateNode(random);
      case 3:
      case 4:
        return CreateMark(random);
      case 5:
        return Said(store_.Create(world_.owner, {world_.owner_name(Text(random))}).status());
      case 6:
        return Said(store_
                        .Create(world_.label, {world_.label_name(Text(random)),
                                               world_.label_code(MaybeText(random))})
                        .status());
      case 7:
        return Delete(random);
      case 8:
        return DeleteSeveral(random);
      case 9:
        return Transact(random);
      case 10:
        return Fork(random);
      default:
        return Write(random);
    }
  }

 private:
  static std::string Said(const absl::Status& status) { return status.ToString(); }
  void Watch() {
    if (watched_) subscription_ = store_.Observe(StoreObserver{});
  }
  static std::string_view Text(Random& random) {
    static constexpr std::string_view kTexts[] = {"",           "a",
                                                  "b",          "c",
                                                  "seven b",    "eight by",
                                                  "ten bytes.", "fifteen bytes..",
                                                  kLong,        "umlaut \xc3\xa4",
                                                  "broken \xff"};
    return kTexts[Below(random, std::size(kTexts))];
  }
  static std::optional<std::string_view> MaybeText(Random& random) {
    if (Below(random, 3) == 0) return std::nullopt;
    return Text(random);
  }
  static std::optional<std::int64_t> MaybeKey(Random& random) {
    if (Below(random, 4) == 0) return std::nullopt;
    return Below(random, 24) - 2;
  }
  static std::optional<double> MaybeNumber(Random& random) {
    static constexpr double kNumbers[] = {0.0, -0.0, 1.5, std::numeric_limits<double>::quiet_NaN(),
                                          std::numeric_limits<double>::infinity()};
    if (Below(random, 4) == 0) return std::nullopt;
    return kNumbers[Below(random, std::size(kNumbers))];
  }
  // Any instance of a model; a stale one if there is none.
  Instance Any(Model model, Random& random) {
    std::vector<Instance> all;
    for (const Instance instance : store_.All(model)) all.push_back(instance);
    const auto drawn = static_cast<std::size_t>(Below(random, 1000));
    return all.empty() ? Instance{model.index, 0, 0} : all[drawn % all.size()];
  }

  std::string CreateNode(Random& random) {
    std::vector<Entry> entries = {world_.id(Below(random, 24) - 2)};
    if (Below(random, 2) == 0) entries.push_back(world_.score(MaybeNumber(random)));
    if (Below(random, 2) == 0) entries.push_back(world_.code(MaybeText(random)));
    if (Below(random, 2) == 0) entries.push_back(world_.note(MaybeText(random)));
    if (Below(random, 2) == 0) entries.push_back(world_.note(MaybeText(random)));
    if (Below(random, 2) == 0) entries.push_back(world_.parent(MaybeKey(random)));
    if (Below(random, 3) == 0) entries.push_back(world_.owners(Any(world_.owner, random)));
    if (Below(random, 3) == 0) entries.push_back(world_.weight(Below(random, 5)));
    return Said(store_.Create(world_.node, entries).status());
  }
  std::string CreateMark(Random& random) {
    return Said(store_
                    .Create(world_.mark,
                            {world_.mark_id(Below(random, 40)), world_.mark_node(MaybeKey(random)),
                             world_.mark_owner(MaybeKey(random))})
                    .status());
  }
  std::string Delete(Random& random) {
    const Model models[] = {world_.owner, world_.node, world_.node, world_.mark, world_.label};
    return Said(store_.Delete(Any(models[Below(random, std::size(models))], random)));
  }
  std::string DeleteSeveral(Random& random) {
    std::vector<Instance> some;
    for (std::int64_t i = Below(random, 4); i > 0; --i) {
      some.push_back(Any(Below(random, 2) == 0 ? world_.node : world_.mark, random));
    }
    return Said(store_.Delete(some));
  }
  std::string Write(Random& random) {
    const Instance node = Any(world_.node, random);
    switch (Below(random, 8)) {
      case 0:
        return Said(store_.Set(node, world_.score, MaybeNumber(random)));
      case 1:
        return Said(store_.Set(node, world_.weight, Below(random, 100)));
      case 2:
        return Said(store_.Set(node, world_.flag, Below(random, 2) == 0));
      case 3:
        return Said(store_.Set(node, world_.flag, std::nullopt));
      case 4:
        return Said(store_.Set(node, world_.note, MaybeText(random)));
      case 5:
        return Said(store_.Set(node, world_.at,
                               TimestampValue(std::chrono::microseconds(Below(random, 1000)))));
      case 6:
        return Said(store_.Set(node, world_.parent, MaybeKey(random)));
      default:
        return Said(store_.Set(node, world_.id, Below(random, 24) - 2));
    }
  }
  std::string Transact(Random& random) {
    if (open_.size() < 3 && Below(random, 2) == 0) {
      open_.push_back(store_.Begin());
      return "begun";
    }
    if (open_.empty()) return "none";
    std::string said;
    if (Below(random, 2) == 0) {
      said = Said(open_.back().Rollback());
    } else if (Below(random, 2) == 0) {
      said = Said(open_.back().CommitQuietly());
    } else {
      said = Must(open_.back().Commit()).Summary(world_.schema);
    }
    open_.pop_back();
    return said;
  }
  // Goes on with a fork, and leaves the store that it was forked from behind: what is written to
  // the one is none of the other's.
  std::string Fork(Random& random) {
    if (Below(random, 4) != 0 || !open_.empty()) return "none";
    subscription_ = {};
    Store fork = Must(store_.Fork());
    if (Below(random, 2) == 0) std::swap(fork, store_);
    left_.push_back(std::move(fork));
    left_dumps_.push_back(Dump(left_.back()));
    Watch();
    CheckLeft();
    if (left_.size() > 2) {
      left_.erase(left_.begin());
      left_dumps_.erase(left_dumps_.begin());
    }
    return "forked";
  }
  void CheckLeft() {
    for (std::size_t i = 0; i < left_.size(); ++i) {
      EXPECT_EQ(Dump(left_[i]), left_dumps_[i]);
      EXPECT_TRUE(IsOk(left_[i].CheckInvariants()));
    }
  }

  const World& world_;
  bool watched_;
  Store store_;
  Subscription subscription_;
  std::vector<Transaction> open_;
  std::vector<Store> left_;
  std::vector<std::string> left_dumps_;
};

TEST(ShortWaysTest, ComeToTheSameAsTheLongWays) {
  const World world;
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Side plain(world, false);
    Side watched(world, true);
    for (int step = 0; step < 250; ++step) {
      Random one(seed * 1000 + static_cast<unsigned>(step));
      Random other = one;
      ASSERT_EQ(plain.Step(one), watched.Step(other)) << "step " << step;
      ASSERT_EQ(Dump(plain.store()), Dump(watched.store())) << "step " << step;
      ASSERT_TRUE(IsOk(plain.store().CheckInvariants())) << "step " << step;
    }
  }
}

TEST(ShortWaysTest, AWriteInPlaceMakesAPlanOutOfDateAndARollbackMakesItGoodAgain) {
  const World world;
  Store store(world.schema);
  const Instance node = Must(store.Create(world.node, {world.id(1)}));
  Plan plan = Must(store.PlanDelete(node));
  {
    Transaction transaction = store.Begin();
    for (std::int64_t i = 0; i < 2000; ++i) ASSERT_TRUE(IsOk(store.Set(node, world.weight, i)));
    EXPECT_TRUE(FailsWith(store.Apply(plan), absl::StatusCode::kAborted));
    ASSERT_TRUE(IsOk(transaction.Rollback()));
  }
  EXPECT_EQ(store.Get(node, world.weight), 7);
  ASSERT_TRUE(IsOk(store.Set(node, world.weight, 8)));
  EXPECT_TRUE(FailsWith(store.Apply(plan), absl::StatusCode::kAborted));
  plan = Must(store.PlanDelete(node));
  Store fork = Must(store.Fork());
  ASSERT_TRUE(IsOk(fork.Set(node, world.weight, 9)));
  ASSERT_TRUE(IsOk(store.Set(node, world.weight, 9)));
  const Plan later = Must(fork.PlanDelete(node));
  EXPECT_TRUE(FailsWith(store.Apply(later), absl::StatusCode::kAborted));
  EXPECT_TRUE(FailsWith(store.Apply(plan), absl::StatusCode::kAborted));
  EXPECT_TRUE(IsOk(fork.Apply(later)));
  EXPECT_FALSE(fork.Contains(node));
  EXPECT_TRUE(store.Contains(node));
}

TEST(ShortWaysTest, AWriteInPlaceConcernsOneForkOnly) {
  const World world;
  Store store(world.schema);
  const Instance node = Must(store.Create(world.node, {world.id(1)}));
  Store fork = Must(store.Fork());
  ASSERT_TRUE(IsOk(store.Set(node, world.weight, 1)));
  EXPECT_EQ(fork.Get(node, world.weight), 7);
  ASSERT_TRUE(IsOk(fork.Set(node, world.weight, 2)));
  EXPECT_EQ(store.Get(node, world.weight), 1);
  EXPECT_EQ(fork.Get(node, world.weight), 2);
}

TEST(ShortWaysTest, AWriteInPlaceHeedsIndexesOfAnEqualSchemaAndValidators) {
  const auto build = [](bool indexed, bool validated) {
    SchemaBuilder builder;
    Attribute size = Integer().NotNull();
    if (indexed) size.Index();
    if (validated) {
      size.Validate([](const ValueView& value) {
        return std::get<std::int64_t>(value) < 10 ? absl::OkStatus()
                                                  : absl::InvalidArgumentError("is too much");
      });
    }
    builder.Define("box", {{"id", Integer().PrimaryKey()}, {"size", size}});
    return Must(std::move(builder).Build());
  };
  const Model box{0};
  const auto bare = Must(build(false, false).FieldOf<std::int64_t>(box, "size"));
  Store indexed(build(true, false));
  const Instance one = Must(indexed.Create(box, {{"id", 1}, {"size", 1}}));
  ASSERT_TRUE(IsOk(indexed.Set(one, bare, 2)));
  EXPECT_EQ(Must(indexed.Count(Query(box).Where(box["size"] == 2))), 1u);
  EXPECT_TRUE(IsOk(indexed.CheckInvariants()));
  Store validated(build(false, true));
  const Instance other = Must(validated.Create(box, {{"id", 1}, {"size", 1}}));
  EXPECT_TRUE(FailsWith(validated.Set(other, bare, 10), ErrorKind::kValidation));
  EXPECT_EQ(validated.Get(other, bare), 1);
}

// There are more attributes than a word has bits to say which of them need a value yet.
TEST(ShortWaysTest, AModelOfManyAttributesIsNotCreatedWithoutOneThatItNeeds) {
  constexpr std::uint32_t kAttributes = 70;
  SchemaBuilder builder;
  std::vector<NamedAttribute> attributes = {{"id", Integer().PrimaryKey()}};
  for (std::uint32_t a = 1; a < kAttributes; ++a) {
    attributes.push_back({absl::StrCat("a", a), Integer().NotNull()});
  }
  const Model wide = builder.Define("wide", std::move(attributes));
  const Schema schema = Must(std::move(builder).Build());
  std::vector<Field<std::int64_t>> fields;
  for (const AttributeInfo& attribute : schema[wide].attributes) {
    fields.push_back(Must(schema.FieldOf<std::int64_t>(wide, attribute.name)));
  }
  Store store(schema);
  for (std::uint32_t missing = 0; missing <= kAttributes; ++missing) {
    std::vector<Entry> entries;
    std::vector<ValueView> row;
    for (std::uint32_t a = 0; a < kAttributes; ++a) {
      if (a != missing) entries.push_back(fields[a](a));
      row.push_back(a != missing ? ValueView(std::int64_t{a}) : ValueView());
    }
    const auto created = store.Create(wide, entries);
    Loader loader(schema);
    const absl::Status loaded = loader.Append(wide, row);
    if (missing < kAttributes) {
      EXPECT_TRUE(FailsWith(created, ErrorKind::kNotNull)) << "without " << missing;
      EXPECT_TRUE(FailsWith(loaded, ErrorKind::kNotNull)) << "without " << missing;
      EXPECT_EQ(store.Count(wide), 0u);
      continue;
    }
    ASSERT_TRUE(IsOk(loaded));
    ASSERT_TRUE(IsOk(created));
    for (std::uint32_t a = 0; a < kAttributes; ++a) EXPECT_EQ(store.Get(*created, fields[a]), a);
  }
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(ShortWaysTest, AnIntegerForABooleanAtTheEndOfARowLeavesTheNextRowAlone) {
  SchemaBuilder builder;
  const Model light =
      builder.Define("light", {{"left", Boolean().PrimaryKey()}, {"on", Boolean()}});
  Store store(Must(std::move(builder).Build()));
  const Instance first = Must(store.Create(light, {{"left", false}, {"on", true}}));
  const Instance second = Must(store.Create(light, {{"left", true}, {"on", true}}));
  ASSERT_TRUE(IsOk(store.Delete(first)));
  const auto refused = store.Create(light, {{"left", false}, {"on", -1}});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(*store.Get(second, "on"), Value(true));
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(ShortWaysTest, RowsThatALoaderLinksAtOnceAndThoseThatWaitKeepTheirOrder) {
  const World world;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Random random(seed);
    std::vector<std::int64_t> ids;
    for (std::int64_t i = 1; i <= 30; ++i) ids.push_back(i);
    std::shuffle(ids.begin(), ids.end(), random);
    Loader loader(world.schema);
    std::vector<std::vector<std::int64_t>> expected(31);
    for (const std::int64_t id : ids) {
      std::optional<std::int64_t> parent;
      if (Below(random, 4) != 0) parent = 1 + Below(random, 30);
      if (parent.has_value()) expected[static_cast<std::size_t>(*parent)].push_back(id);
      // One row in eight takes the long way: its integer is to become a DOUBLE.
      const ValueView score = Below(random, 8) == 0 ? ValueView(std::int64_t{3}) : ValueView();
      const std::vector<ValueView> row = {id,
                                          score,
                                          std::int64_t{1},
                                          ValueView(),
                                          ValueView(),
                                          kLong,
                                          ValueView(),
                                          parent.has_value() ? ValueView(*parent) : ValueView(),
                                          ValueView()};
      ASSERT_TRUE(IsOk(loader.Append(world.node, row)));
    }
    const Store store = Must(std::move(loader).Finish());
    ASSERT_TRUE(IsOk(store.CheckInvariants()));
    for (std::int64_t id = 1; id <= 30; ++id) {
      std::vector<std::int64_t> children;
      for (const Instance child : store.Linked(Must(store.Find(world.id, id)), world.children)) {
        children.push_back(store.Get(child, world.id));
      }
      EXPECT_EQ(children, expected[static_cast<std::size_t>(id)]) << "node " << id;
    }
  }
}

}  // namespace
}  // namespace relata
