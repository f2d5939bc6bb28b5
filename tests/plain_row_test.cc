// Rows that are created by the short way (graph/plain_row.h), at the borders of what it does.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::IsOk;
using ::relata::testing::Must;

// Pieces belong to boxes; every type of cell, null and not.
struct World {
  World() {
    SchemaBuilder builder;
    box = builder.Define("box", {{"id", Integer().PrimaryKey()}});
    piece = builder.Define("piece", {{"id", Integer().PrimaryKey().AutoIncrement()},
                                     {"name", Text()},
                                     {"size", Integer().NotNull().Default(7)},
                                     {"boxId", Integer()}});
    in_box = builder.BelongsTo(piece, box, {.foreign_key = "boxId"});
    pieces = builder.HasMany(box, piece, {.foreign_key = "boxId"});
    store.emplace(Must(std::move(builder).Build()));
    const Schema& schema = store->schema();
    box_id = Must(schema.FieldOf<std::int64_t>(box, "id"));
    id = Must(schema.FieldOf<std::int64_t>(piece, "id"));
    name = Must(schema.FieldOf<std::optional<std::string_view>>(piece, "name"));
    size = Must(schema.FieldOf<std::int64_t>(piece, "size"));
    box_of = Must(schema.FieldOf<std::optional<std::int64_t>>(piece, "boxId"));
  }
  std::string Line(Instance instance) const {
    return absl::StrCat(ToString(store->View(instance, 0)), " ", ToString(store->View(instance, 1)),
                        " ", ToString(store->View(instance, 2)), " ",
                        ToString(store->View(instance, 3)));
  }

  Model box, piece;
  Association in_box, pieces;
  std::optional<Store> store;
  Field<std::int64_t> box_id, id, size;
  Field<std::optional<std::string_view>> name;
  Field<std::optional<std::int64_t>> box_of;
};

TEST(PlainRowTest, TextOfAnySizeIsKeptAsItIsAndRefusedWhereverItIsNotUtf8) {
  World world;
  Store& store = *world.store;
  std::int64_t next = 1;
  for (std::size_t size = 0; size <= 17; ++size) {
    SCOPED_TRACE(absl::StrCat(size, " bytes"));
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text.push_back(static_cast<char>('a' + i));
    const Instance plain = Must(store.Create(world.piece, {world.id(next++), world.name(text)}));
    EXPECT_EQ(store.Get(plain, world.name), text);
    for (std::size_t at = 0; at < size; ++at) {
      SCOPED_TRACE(absl::StrCat("at ", at));
      std::string broken = text;
      broken[at] = '\xff';
      const auto refused = store.Create(world.piece, {world.id(next), world.name(broken)});
      EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
      if (at + 1 == size) continue;
      std::string umlaut = text;
      umlaut.replace(at, 2, "\xc3\xa4");
      const Instance kept = Must(store.Create(world.piece, {world.id(next++), world.name(umlaut)}));
      EXPECT_EQ(store.Get(kept, world.name), umlaut);
    }
  }
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(PlainRowTest, ARowInAReusedSlotHasNothingOfTheOneBefore) {
  World world;
  Store& store = *world.store;
  ASSERT_TRUE(IsOk(store.Create(world.box, {world.box_id(5)}).status()));
  // All values, some, and all of which some are null.
  const auto create = [&](int which) {
    switch (which) {
      case 0:
        return store.Create(world.piece,
                            {world.id(1), world.name("one"), world.size(11), world.box_of(5)});
      case 1:
        return store.Create(world.piece, {world.id(1)});
      default:
        return store.Create(world.piece, {world.box_of(std::nullopt), world.size(12),
                                          world.name(std::nullopt), world.id(1)});
    }
  };
  const std::vector<std::string> expected = {"1 'one' 11 5", "1 null 7 null", "1 null 12 null"};
  std::uint32_t slot = 0;
  for (int before = 0; before < 3; ++before) {
    for (int after = 0; after < 3; ++after) {
      SCOPED_TRACE(absl::StrCat(before, " then ", after));
      const Instance first = Must(create(before));
      slot = first.slot;
      EXPECT_EQ(world.Line(first), expected[static_cast<std::size_t>(before)]);
      ASSERT_TRUE(IsOk(store.Delete(first)));
      const Instance second = Must(create(after));
      EXPECT_EQ(second.slot, slot);
      EXPECT_EQ(world.Line(second), expected[static_cast<std::size_t>(after)]);
      EXPECT_EQ(store.One(second, world.in_box).has_value(), after == 0);
      ASSERT_TRUE(IsOk(store.CheckInvariants()));
      ASSERT_TRUE(IsOk(store.Delete(second)));
    }
  }
}

TEST(PlainRowTest, ARowThatIsRefusedLeavesTheFreeSlotsAsTheyWere) {
  World world;
  Store& store = *world.store;
  std::vector<Instance> pieces;
  for (std::int64_t i = 0; i < 3; ++i) {
    pieces.push_back(Must(store.Create(world.piece, {world.id(i)})));
  }
  for (const Instance piece : pieces) ASSERT_TRUE(IsOk(store.Delete(piece)));
  const auto refused = store.Create(
      world.piece, {world.id(9), world.name("nine"), world.size(9), world.box_of(404)});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  for (std::uint32_t slot = 3; slot-- > 0;) {
    EXPECT_EQ(Must(store.Create(world.piece, {world.id(slot)})).slot, slot);
  }
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(PlainRowTest, AsManyEntriesAsAttributesOfWhichOneComesTwiceLeaveOneToItsDefaultOrTheNextKey) {
  World world;
  Store& store = *world.store;
  const Instance twice =
      Must(store.Create(world.piece, {world.id(1), world.name("first"), world.name("second"),
                                      world.box_of(std::nullopt)}));
  EXPECT_EQ(world.Line(twice), "1 'second' 7 null");
  const Instance keyless = Must(store.Create(
      world.piece, {world.size(1), world.size(2), world.name("x"), world.box_of(std::nullopt)}));
  EXPECT_EQ(world.Line(keyless), "2 'x' 2 null");
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(PlainRowTest, ALinkAsAnEntryCountsAsItsKey) {
  World world;
  Store& store = *world.store;
  const Instance box = Must(store.Create(world.box, {world.box_id(5)}));
  const Instance all = Must(store.Create(
      world.piece, {world.id(1), world.in_box(box), world.size(3), world.name("all")}));
  EXPECT_EQ(world.Line(all), "1 'all' 3 5");
  const Instance some = Must(store.Create(world.piece, {world.in_box(box), world.id(2)}));
  EXPECT_EQ(world.Line(some), "2 null 7 5");
  std::vector<Instance> linked;
  for (const Instance piece : store.Linked(box, world.pieces)) {
    linked.push_back(piece);
  }
  EXPECT_EQ(linked, (std::vector<Instance>{all, some}));
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(PlainRowTest, AModelOfManyKeysAndForeignKeysIsCreatedAllTheSame) {
  for (const int count : {7, 8, 9, 12}) {
    SCOPED_TRACE(absl::StrCat(count, " of each"));
    SchemaBuilder builder;
    const Model parent = builder.Define("parent", {{"id", Integer().PrimaryKey()}});
    std::vector<NamedAttribute> attributes = {{"id", Integer().PrimaryKey()}};
    for (int i = 0; i < count; ++i) {
      attributes.push_back({absl::StrCat("unique", i), Integer().Unique()});
      attributes.push_back({absl::StrCat("parent", i, "Id"), Integer()});
    }
    const Model child = builder.Define("child", std::move(attributes));
    for (int i = 0; i < count; ++i) {
      builder.BelongsTo(
          child, parent,
          {.as = absl::StrCat("parent", i), .foreign_key = absl::StrCat("parent", i, "Id")});
    }
    Store store(Must(std::move(builder).Build()));
    const Instance one = Must(store.Create(parent, {{"id", 1}}));
    const auto create = [&](std::int64_t id, std::int64_t first_unique) {
      Values values = {{"id", id}};
      for (int i = 0; i < count; ++i) {
        values.push_back({absl::StrCat("unique", i), first_unique + i});
        values.push_back({absl::StrCat("parent", i, "Id"), 1});
      }
      return store.Create(child, values);
    };
    ASSERT_TRUE(IsOk(create(1, 100).status()));
    EXPECT_EQ(create(2, 100).status().code(), absl::StatusCode::kAlreadyExists);
    ASSERT_TRUE(IsOk(create(2, 200).status()));
    EXPECT_EQ(store.Count(child), 2u);
    EXPECT_TRUE(store.Contains(one));
    EXPECT_TRUE(IsOk(store.CheckInvariants()));
  }
}

}  // namespace
}  // namespace relata
