// Secondary indexes as they are declared: what the schema says of them, and what it refuses.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "relata/schema_builder.h"
#include "tests/schema_mistake.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using testing::ExpectRefused;
using testing::Mistake;
using testing::Must;
using testing::NameOf;
using Attributes = std::vector<std::uint32_t>;

Schema Build(SchemaBuilder builder) { return Must(std::move(builder).Build()); }

TEST(SchemaIndexesTest, OfAttributesAndOfModelsStandInTheModelInOrder) {
  SchemaBuilder builder;
  const Model person = builder.Define(
      "person",
      {{"first", Text()},
       {"last", Text()},
       {"born", Timestamp().Index().Column("birthday")},
       {"city", Text().Index(IndexKind::kHashed).Index(IndexKind::kOrdered, "towns")}},
      {.indexes = {{.attributes = {"last", "first"}},
                   {.name = "by_first", .attributes = {"first"}, .kind = IndexKind::kHashed}}});
  const Schema schema = Build(std::move(builder));
  const std::vector<IndexInfo>& indexes = schema[person].indexes;
  ASSERT_EQ(indexes.size(), 5u);
  EXPECT_EQ(indexes[0].name, "people_birthday");
  EXPECT_EQ(indexes[0].attributes, Attributes{3});
  EXPECT_EQ(indexes[0].kind, IndexKind::kOrdered);
  EXPECT_EQ(indexes[1].name, "people_city_hash");
  EXPECT_EQ(indexes[1].attributes, Attributes{4});
  EXPECT_EQ(indexes[1].kind, IndexKind::kHashed);
  EXPECT_EQ(indexes[2].name, "towns");
  EXPECT_EQ(indexes[2].attributes, Attributes{4});
  EXPECT_EQ(indexes[2].kind, IndexKind::kOrdered);
  EXPECT_EQ(indexes[3].name, "people_last_first");
  EXPECT_EQ(indexes[3].attributes, (Attributes{2, 1}));
  EXPECT_EQ(indexes[4].name, "by_first");
  EXPECT_EQ(indexes[4].kind, IndexKind::kHashed);
}

TEST(SchemaIndexesTest, AGeneratedForeignKeyMayBeInOne) {
  SchemaBuilder builder;
  const Model team = builder.Define("team", {});
  const Model player = builder.Define("player", {{"goals", Integer()}},
                                      {.indexes = {{.attributes = {"teamId", "goals"}}}});
  builder.HasMany(team, player);
  const Schema schema = Build(std::move(builder));
  ASSERT_EQ(schema[player].indexes.size(), 1u);
  EXPECT_EQ(schema[player].indexes[0].name, "players_teamId_goals");
  EXPECT_EQ(schema[player].indexes[0].attributes, (Attributes{2, 1}));
}

TEST(SchemaIndexesTest, AnOrderedOneOverAKeyIsOfUse) {
  SchemaBuilder builder;
  const Model model = builder.Define(
      "event", {{"id", Integer().PrimaryKey().Index()}, {"code", Text().Unique().Index()}});
  EXPECT_EQ(Build(std::move(builder))[model].indexes.size(), 2u);
}

TEST(SchemaIndexesTest, TheFingerprintIsThatOfTheSchemaWithoutThem) {
  const auto schema = [](bool indexed) {
    SchemaBuilder builder;
    Attribute goals = Integer();
    if (indexed) goals.Index().Index(IndexKind::kHashed);
    builder.Define("player", {{"name", Text()}, {"goals", goals}});
    return Build(std::move(builder));
  };
  EXPECT_EQ(schema(true).fingerprint(), schema(false).fingerprint());
  EXPECT_TRUE(schema(true) == schema(false));
}

TEST(SchemaIndexesTest, KindsHaveNames) {
  EXPECT_EQ(IndexKindName(IndexKind::kHashed), "hashed");
  EXPECT_EQ(IndexKindName(IndexKind::kOrdered), "ordered");
}

class SchemaIndexMistakesTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(SchemaIndexMistakesTest, AreRefusedWithTheirNamesAndAWayOut) { ExpectRefused(GetParam()); }

// A model with attributes a, b, c.
void Define(SchemaBuilder& builder, std::vector<IndexOptions> indexes) {
  builder.Define("thing", {{"a", Integer()}, {"b", Text()}, {"c", Integer().Unique()}},
                 {.indexes = std::move(indexes)});
}

constexpr IndexKind kHashed = IndexKind::kHashed;
constexpr IndexKind kOrdered = IndexKind::kOrdered;

const Mistake kMistakes[] = {
    {"UnknownAttribute", ErrorKind::kNone,
     "index 'x' of model 'thing' on (a, goal): there is no attribute 'goal'; there are 'id', 'a'",
     [](SchemaBuilder& b) {
       Define(b, {{.name = "x", .attributes = {"a", "goal"}}});
     }},
    {"UnknownAttributeWithANearOne", ErrorKind::kNone, "did you mean 'a'?",
     [](SchemaBuilder& b) { Define(b, {{.attributes = {"A"}}}); }},
    {"NoAttribute", ErrorKind::kNone, "names no attribute: name at least one",
     [](SchemaBuilder& b) { Define(b, {{.name = "x"}}); }},
    {"AttributeTwice", ErrorKind::kNone, "names attribute 'a' twice: name it once",
     [](SchemaBuilder& b) {
       Define(b, {{.attributes = {"a", "b", "a"}}});
     }},
    {"NoKind", ErrorKind::kNone, "has a kind that is none of relata::IndexKind: choose one",
     [](SchemaBuilder& b) {
       Define(b, {{.attributes = {"a"}, .kind = static_cast<IndexKind>(7)}});
     }},
    {"SameTwice", ErrorKind::kNone,
     "ordered index 'y' of model 'thing' on a finds nothing that index 'x' of model 'thing' on a "
     "does not find: leave one of them out",
     [](SchemaBuilder& b) {
       Define(b, {{.name = "x", .attributes = {"a"}}, {.name = "y", .attributes = {"a"}}});
     }},
    {"OnAttributeAndModel", ErrorKind::kNone, "leave one of them out",
     [](SchemaBuilder& b) {
       b.Define("thing", {{"a", Integer().Index()}},
                {.indexes = {{.name = "x", .attributes = {"a"}}}});
     }},
    {"HashedInAnotherOrder", ErrorKind::kNone, "leave one of them out",
     [](SchemaBuilder& b) {
       Define(b, {{.name = "x", .attributes = {"a", "b"}, .kind = kHashed},
                  {.name = "y", .attributes = {"b", "a"}, .kind = kHashed}});
     }},
    {"BeginningOfAnother", ErrorKind::kNone,
     "ordered index 'things_a' of model 'thing' on a finds nothing that index 'things_a_b' of "
     "model "
     "'thing' on (a, b) does not find: leave it out",
     [](SchemaBuilder& b) {
       Define(b, {{.attributes = {"a"}}, {.attributes = {"a", "b"}}});
     }},
    {"HashedPrimaryKey", ErrorKind::kNone,
     "hashed index 'things_id_hash' of model 'thing' on id finds nothing that the primary key on "
     "the same attributes does not find: leave it out, or make it ordered",
     [](SchemaBuilder& b) { Define(b, {{.attributes = {"id"}, .kind = kHashed}}); }},
    {"HashedUniqueKey", ErrorKind::kNone, "finds nothing that the unique key",
     [](SchemaBuilder& b) { Define(b, {{.attributes = {"c"}, .kind = kHashed}}); }},
    {"NameOfATable", ErrorKind::kNone,
     "index 'THINGS' of model 'thing' has the name of the table of model 'thing'",
     [](SchemaBuilder& b) { Define(b, {{.name = "THINGS", .attributes = {"a"}}}); }},
    {"NameTwiceButForCase", ErrorKind::kNone,
     "index 'X' of model 'other' has the name of an index of model 'thing'",
     [](SchemaBuilder& b) {
       Define(b, {{.name = "x", .attributes = {"a"}}});
       b.Define("other", {{"a", Integer().Index(kOrdered, "X")}});
     }},
    {"GeneratedNameTwice", ErrorKind::kNone, "index 'a_b_c' of model 'y' has the name of an index",
     [](SchemaBuilder& b) {
       b.Define("x", {{"b_c", Integer().Index()}}, {.table = "a"});
       b.Define("y", {{"c", Integer().Index()}}, {.table = "a_b"});
     }},
    {"NameOfSqlite", ErrorKind::kNone, "has the prefix sqlite_ or relata_, which are reserved",
     [](SchemaBuilder& b) { Define(b, {{.name = "SQLite_x", .attributes = {"a"}}}); }},
    {"NameOfRelata", ErrorKind::kNone, "has the prefix sqlite_ or relata_, which are reserved",
     [](SchemaBuilder& b) { Define(b, {{.name = "relata_fk_0", .attributes = {"a"}}}); }},
    {"NameWithNul", ErrorKind::kNone, "has a name with a NUL in it",
     [](SchemaBuilder& b) { Define(b, {{.name = std::string("a\0b", 3), .attributes = {"a"}}}); }},
    {"MoreThanAWordHasBits", ErrorKind::kNone, "has 65 secondary indexes, more than 64",
     [](SchemaBuilder& b) {
       std::vector<NamedAttribute> attributes;
       for (int i = 0; i < 65; ++i) attributes.push_back({"a" + std::to_string(i), Text().Index()});
       b.Define("wide", attributes);
     }},
};

INSTANTIATE_TEST_SUITE_P(Indexes, SchemaIndexMistakesTest, ::testing::ValuesIn(kMistakes), NameOf);

TEST(SchemaIndexesTest, AnAttributeThatIsDeclaredTwiceIsTheOnlyMistake) {
  ExpectRefused({"", ErrorKind::kNone, "has two attributes named 'a'", [](SchemaBuilder& b) {
                   b.Define("thing", {{"a", Integer().Index()}, {"a", Integer().Index()}});
                 }});
}

TEST(SchemaIndexesTest, AModelThatIsDefinedTwiceIsTheOnlyMistake) {
  ExpectRefused({"", ErrorKind::kNone, "is defined twice", [](SchemaBuilder& b) {
                   b.Define("thing", {{"a", Integer().Index(kOrdered, "x")}});
                   b.Define("thing", {{"a", Integer().Index(kOrdered, "x")}}, {.table = "more"});
                 }});
}

}  // namespace
}  // namespace relata
