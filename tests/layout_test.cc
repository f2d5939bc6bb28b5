#include "graph/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "graph/schema_data.h"
#include "relata/schema_builder.h"
#include "tests/status_testing.h"

namespace relata::internal {
namespace {

using ::relata::testing::Must;

std::uint32_t SizeOf(Type type) {
  switch (type) {
    case Type::kBoolean:
      return 1;
    case Type::kText:
    case Type::kBytes:
    case Type::kUuid:
      return 16;
    default:
      return 8;
  }
}

Schema TwoTeams() {
  SchemaBuilder builder;
  builder.Define("team", {{"name", Text()}});
  builder.Define("player", {{"fit", Boolean()},
                            {"name", Text()},
                            {"goals", Integer()},
                            {"code", Uuid().Unique()},
                            {"weight", Double()}});
  builder.BelongsTo("player", "team");
  builder.BelongsTo("player", "player", {.as = "captain"});
  return Must(std::move(builder).Build());
}

TEST(LayoutTest, ARowIsLaidOutAsTheGrammarSays) {
  const Schema schema = TwoTeams();
  const Layouts& layouts = SchemaAccess::Data(schema).layouts;
  const RowLayout& player = layouts.rows[1];
  EXPECT_EQ(layouts.links[0].child_offset, 8u);    // teamId
  EXPECT_EQ(layouts.links[1].child_offset, 20u);   // captainId
  EXPECT_EQ(layouts.links[1].parent_offset, 32u);  // those whose captain it is
  EXPECT_EQ(player.nulls_offset, 44u);
  // id fit name goals code weight teamId captainId
  const std::vector<std::uint32_t> offsets = {48, 45, 88, 56, 104, 64, 72, 80};
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    EXPECT_EQ(player.cells[i].offset, offsets[i]) << schema.models()[1].attributes[i].name;
    EXPECT_EQ(player.cells[i].null_byte, 44u);
    EXPECT_EQ(player.cells[i].null_mask, i == 0 ? 0 : 1u << (i - 1));  // the id is never null
  }
  EXPECT_EQ(player.nulls_size, 1u);
  EXPECT_EQ(player.text_cells, (std::vector<std::uint32_t>{88}));
  EXPECT_EQ(player.home_cell, 48u);
  EXPECT_EQ(player.stride, 120u);
  EXPECT_EQ(layouts.links[0].parent_offset, 8u);
}

TEST(LayoutTest, CellsSayWhetherTheyAreInAKeyOrAForeignKey) {
  const Schema schema = TwoTeams();
  const RowLayout& player = SchemaAccess::Data(schema).layouts.rows[1];
  const auto cell = [&](const char* name) {
    return player.cells[*schema.models()[1].FindAttribute(name)];
  };
  EXPECT_TRUE(cell("id").in_key);
  EXPECT_TRUE(cell("code").in_key);
  EXPECT_FALSE(cell("teamId").in_key);
  EXPECT_TRUE(cell("teamId").in_foreign_key);
  EXPECT_FALSE(cell("goals").in_key);
  EXPECT_FALSE(cell("goals").in_foreign_key);
}

TEST(LayoutTest, AWalkSaysWhereTheSlotsToVisitLie) {
  SchemaBuilder builder;
  builder.Define("team", {});
  builder.Define("player", {});
  const Association its_team = builder.BelongsTo("player", "team");
  const Association players = builder.HasMany("team", "player");
  const Association fans =
      builder.BelongsToMany("team", "player", {.as = "fans", .through = "fan"});
  const Schema schema = Must(std::move(builder).Build());
  const std::vector<Walk>& walks = SchemaAccess::Data(schema).layouts.walks;
  const Walk& up = walks[its_team.index];
  EXPECT_EQ(up.first_offset, 8u);
  EXPECT_EQ(up.next_offset, 0u);
  const Walk& down = walks[players.index];
  EXPECT_EQ(down.first_offset, 8u);
  EXPECT_EQ(down.next_offset, 12u);
  EXPECT_EQ(down.count_offset, 16u);
  EXPECT_FALSE(down.through || down.scoped || down.one);
  const Walk& many = walks[fans.index];
  EXPECT_EQ(many.walked, schema.FindModel("fan")->index);
  EXPECT_EQ(many.first_offset, 20u);
  EXPECT_EQ(many.hop_offset, 20u);
  EXPECT_TRUE(many.through);
}

TEST(LayoutTest, ALinkSaysWhatElseDependsOnItsColumns) {
  SchemaBuilder builder;
  builder.Define("team", {});
  builder.Define("player", {{"shirt", Integer().Unique()}});
  const Association free = builder.BelongsTo("player", "team", {.as = "free"});
  const Association kept =
      builder.BelongsTo("player", "team", {.as = "kept", .on_delete = Action::kNoAction});
  const Association unique =
      builder.BelongsTo("player", "team", {.as = "unique", .foreign_key = "shirt"});
  const Association needed = builder.BelongsTo(
      "player", "team", {.as = "needed", .foreign_key = KeyColumns("neededId").NotNull()});
  const Schema schema = Must(std::move(builder).Build());
  const Layouts& layouts = SchemaAccess::Data(schema).layouts;
  const auto link = [&](Association a) { return layouts.links[schema[a].foreign_key.index]; };
  EXPECT_TRUE(link(free).free_standing && link(free).nullable && link(free).sweepable);
  EXPECT_TRUE(link(free).droppable);
  EXPECT_TRUE(link(kept).free_standing && link(kept).nullable && link(kept).droppable);
  EXPECT_FALSE(link(kept).sweepable);
  EXPECT_FALSE(link(unique).free_standing || link(unique).sweepable || link(unique).droppable);
  EXPECT_TRUE(link(needed).free_standing);
  EXPECT_FALSE(link(needed).nullable || link(needed).sweepable || link(needed).droppable);
  const auto reference = [&](const char* name) {
    return layouts.rows[1].cells[*schema.models()[1].FindAttribute(name)].reference;
  };
  EXPECT_EQ(reference("freeId"), schema[free].foreign_key);
  EXPECT_EQ(reference("shirt"), ForeignKey());
  EXPECT_EQ(reference("id"), ForeignKey());
}

TEST(LayoutTest, WhoeverJudgesARowOrIndexesAColumnHasASayInItsLinks) {
  SchemaBuilder builder;
  builder.Define("team", {{"code", Text().Unique()}});
  builder.Define("judged", {}, {.validators = {[](const RowView&) { return absl::OkStatus(); }}});
  builder.Define("indexed", {{"teamId", Integer().Index()}});
  builder.Define("either", {});
  builder.Define("coded", {});
  const Association judged = builder.BelongsTo("judged", "team");
  const Association indexed = builder.BelongsTo("indexed", "team");
  builder.BelongsToOneOf("either", {"team", "judged"}, {.as = "about"});
  const Association coded = builder.BelongsTo("coded", "team", {.target_key = "code"});
  const Schema schema = Must(std::move(builder).Build());
  const auto link = [&](ForeignKey f) { return SchemaAccess::Data(schema).layouts.links[f.index]; };
  EXPECT_FALSE(link(schema[judged].foreign_key).free_standing);
  EXPECT_FALSE(link(schema[judged].foreign_key).droppable);
  EXPECT_TRUE(link(schema[indexed].foreign_key).free_standing);
  EXPECT_FALSE(link(schema[indexed].foreign_key).droppable);
  for (const Association alternative : schema.one_ofs()[0].alternatives) {
    EXPECT_FALSE(link(schema[alternative].foreign_key).free_standing);
    EXPECT_FALSE(link(schema[alternative].foreign_key).droppable);
  }
  EXPECT_TRUE(link(schema[coded].foreign_key).free_standing);
  EXPECT_FALSE(link(schema[coded].foreign_key).droppable);
}

TEST(LayoutTest, APairIsFoundByTheKeyThatIsJustThePair) {
  SchemaBuilder builder;
  builder.Define("team", {{"x", Integer().PrimaryKey()}, {"y", Integer().PrimaryKey()}});
  builder.Define("player", {});
  builder.Define("visit", {{"id", Integer().PrimaryKey().AutoIncrement()}});
  builder.Define("trial", {{"id", Integer().PrimaryKey().AutoIncrement()}});
  const auto many = [&](const char* as, Through through) {
    return builder.BelongsToMany("player", "team", {.as = as, .through = std::move(through)});
  };
  const Association fans = many("fans", "fan");
  const Association visits = many("visits", Through("visit", true));
  const Association trials = many("trials", Through("trial", false));
  const Association players = builder.HasMany("team", "player");
  const Schema schema = Must(std::move(builder).Build());
  const std::vector<PairLayout>& pairs = SchemaAccess::Data(schema).layouts.pairs;
  EXPECT_EQ(pairs[fans.index].key, 0u);
  EXPECT_EQ(pairs[visits.index].key, 1u);
  EXPECT_EQ(pairs[trials.index].key, kNoKey);
  EXPECT_EQ(pairs[players.index].key, kNoKey);
  EXPECT_TRUE(pairs[fans.index].askable && pairs[visits.index].askable);
  EXPECT_TRUE(pairs[players.index].askable);
  EXPECT_FALSE(pairs[trials.index].askable);
  EXPECT_TRUE(pairs[trials.index].through);
  EXPECT_FALSE(pairs[players.index].through);
  EXPECT_TRUE(pairs[fans.index].integers && pairs[visits.index].integers);
  EXPECT_TRUE(pairs[fans.index].alone);
  EXPECT_FALSE(pairs[visits.index].alone);  // it has an id of its own
  // Each part is where the key has it, and refers to the right side.
  for (const Association association : {fans, visits}) {
    const PairLayout& pair = pairs[association.index];
    const AssociationInfo& info = schema[association];
    const ModelInfo& join = schema[info.through];
    const Layouts& layouts = SchemaAccess::Data(schema).layouts;
    EXPECT_EQ(pair.to_source, layouts.links[info.foreign_key.index].child_offset);
    EXPECT_EQ(pair.to_target, layouts.links[info.other_key.index].child_offset);
    ASSERT_EQ(pair.parts.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      const PairLayout::Part& part = pair.parts[i];
      EXPECT_EQ(part.in_join, join.keys[pair.key].attributes[i]);
      const ForeignKeyInfo& key = schema[part.of_target ? info.other_key : info.foreign_key];
      const auto at = std::find(key.attributes.begin(), key.attributes.end(), part.in_join);
      ASSERT_NE(at, key.attributes.end());
      EXPECT_EQ(part.attribute,
                schema[key.target]
                    .keys[key.target_key]
                    .attributes[static_cast<std::size_t>(at - key.attributes.begin())]);
      EXPECT_EQ(part.offset, layouts.rows[key.target.index].cells[part.attribute].offset);
    }
  }
}

TEST(LayoutTest, OnlyAttributesThatMayBeNullTakeANullBit) {
  SchemaBuilder builder;
  builder.Define(
      "part",
      {{"id", Integer().PrimaryKey()}, {"size", Integer().NotNull()}, {"name", Text().NotNull()}});
  builder.Define("order", {{"id", Integer().PrimaryKey()},
                           {"note", Text()},
                           {"done", Boolean().NotNull().Default(false)},
                           {"due", Timestamp()}});
  const Schema schema = Must(std::move(builder).Build());
  const RowLayout& part = SchemaAccess::Data(schema).layouts.rows[0];
  EXPECT_EQ(part.nulls_size, 0u);
  EXPECT_EQ(part.stride, 8u + 8 + 8 + 16);
  for (const CellLayout& cell : part.cells) EXPECT_EQ(cell.null_mask, 0);
  EXPECT_EQ(part.needed_by_blank, 0b111u);
  EXPECT_EQ(part.needed_by_fresh, 0b111u);
  const RowLayout& order = SchemaAccess::Data(schema).layouts.rows[1];
  EXPECT_EQ(order.nulls_size, 1u);
  const std::vector<std::uint8_t> masks = {0, 1, 0, 2};
  for (std::size_t i = 0; i < masks.size(); ++i) EXPECT_EQ(order.cells[i].null_mask, masks[i]);
  EXPECT_EQ(order.blank[order.nulls_offset], 3);
  EXPECT_EQ(order.needed_by_blank, 0b101u);
  EXPECT_EQ(order.needed_by_fresh, 0b001u);  // the other one has a default
  EXPECT_TRUE(order.blank_is_plain && order.fresh_is_plain);
}

TEST(LayoutTest, AttributeSixtySixHasItsNullBitInTheNinthByte) {
  SchemaBuilder builder;
  std::vector<NamedAttribute> attributes = {{"key", Integer().PrimaryKey()}};
  for (int i = 1; i <= 65; ++i) attributes.push_back({"a" + std::to_string(i), Integer()});
  builder.Define("wide", std::move(attributes));
  const Schema schema = Must(std::move(builder).Build());
  const RowLayout& wide = SchemaAccess::Data(schema).layouts.rows[0];
  EXPECT_EQ(wide.cells[64].null_byte, 15u);
  EXPECT_EQ(wide.cells[64].null_mask, 0x80u);
  EXPECT_EQ(wide.cells[65].null_byte, 16u);
  EXPECT_EQ(wide.cells[65].null_mask, 0x01u);
  EXPECT_EQ(wide.cells[0].offset, 24u);
  EXPECT_FALSE(wide.blank_is_plain || wide.fresh_is_plain);
}

TEST(LayoutTest, CellsNeverOverlapWhateverTheTypes) {
  for (int shape = 0; shape < 7 * 7 * 7 * 7; ++shape) {
    SchemaBuilder builder;
    std::vector<NamedAttribute> attributes;
    for (int i = 0, rest = shape; i < 4; ++i, rest /= 7) {
      attributes.push_back({"a" + std::to_string(i), Attribute(static_cast<Type>(rest % 7))});
    }
    builder.Define("model", std::move(attributes));
    builder.BelongsTo("model", "model", {.as = "parent"});
    const Schema schema = Must(std::move(builder).Build());
    const RowLayout& row = SchemaAccess::Data(schema).layouts.rows[0];
    // One foreign key to itself: 8 of stamp, 24 of links, 1 of null bits.
    EXPECT_EQ(row.nulls_offset, 32u);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> taken = {{0, 33}};
    for (const CellLayout& cell : row.cells) {
      taken.emplace_back(cell.offset, cell.offset + SizeOf(cell.type));
      EXPECT_EQ(cell.offset % std::min(SizeOf(cell.type), 8u), 0u);
    }
    std::sort(taken.begin(), taken.end());
    std::uint32_t gaps = 0;
    for (std::size_t i = 1; i < taken.size(); ++i) {
      EXPECT_LE(taken[i - 1].second, taken[i].first);
      gaps += taken[i].first - taken[i - 1].second;
    }
    EXPECT_LT(gaps, 8u);
    EXPECT_EQ(row.stride % 8, 0u);
    EXPECT_GE(row.stride, taken.back().second);
  }
}

}  // namespace
}  // namespace relata::internal
