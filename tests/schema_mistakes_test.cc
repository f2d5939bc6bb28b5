// Every mistake of a model, an attribute or a reference is refused when the schema is built, with
// the names concerned and a way to mend it (rule R3).
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "relata/schema_builder.h"
#include "tests/schema_mistake.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using testing::DefineUserAndTask;
using testing::ExpectRefused;
using testing::FailsWith;
using testing::IsOk;
using testing::Mistake;
using testing::NameOf;

constexpr ErrorKind kAssociation = ErrorKind::kAssociation;
constexpr ErrorKind kNone = ErrorKind::kNone;

class SchemaMistakesTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(SchemaMistakesTest, AreRefusedWithTheirNamesAndAWayOut) { ExpectRefused(GetParam()); }

const Mistake kOfModels[] = {
    {"ModelWithoutName", kNone, "model '' has an empty name: give it one",
     [](SchemaBuilder& b) { b.Define("", {}, {.table = "t"}); }},
    {"ModelWithNul", kNone, "has a name with a NUL in it",
     [](SchemaBuilder& b) { b.Define(std::string("a\0b", 3), {}, {.table = "t"}); }},
    {"ModelThatIsNotUtf8", kNone, "has a name that is not UTF-8",
     [](SchemaBuilder& b) { b.Define("a\xFF", {}, {.table = "t"}); }},
    {"ModelTwice", kNone, "model 'user' is defined twice",
     [](SchemaBuilder& b) {
       b.Define("user", {});
       b.Define("user", {}, {.table = "others"});
     }},
    {"TableTwiceButForCase", kNone,
     "table 'Users' of model 'User' is also the table of model 'user'",
     [](SchemaBuilder& b) {
       b.Define("user", {});
       b.Define("User", {});
     }},
    {"TableOfSqlite", kNone, "table 'SQLite_users' of model 'user' has the prefix sqlite_",
     [](SchemaBuilder& b) { b.Define("user", {}, {.table = "SQLite_users"}); }},
    {"TableWithNul", kNone, "has a name with a NUL in it",
     [](SchemaBuilder& b) { b.Define("user", {}, {.table = std::string("a\0b", 3)}); }},
    {"AttributeWithoutName", kNone, "attribute '' of model 'user' has an empty name",
     [](SchemaBuilder& b) {
       b.Define("user", {{"", Text()}});
     }},
    {"ColumnWithNul", kNone, "has a name with a NUL in it",
     [](SchemaBuilder& b) {
       b.Define("user", {{"a", Text().Column(std::string("a\0", 2))}});
     }},
    {"ConstraintWithoutName", kNone,
     "attribute 'a' of model 'user' is Unique in a constraint that has an empty name",
     [](SchemaBuilder& b) {
       b.Define("user", {{"a", Text().Unique("")}});
     }},
    {"TypeThatIsNone", kNone, "has a type that is none of relata::Type",
     [](SchemaBuilder& b) {
       b.Define("user", {{"a", Attribute(static_cast<Type>(7))}});
     }},
    {"ActionThatIsNone", kNone, "has an action that is none of relata::Action",
     [](SchemaBuilder& b) {
       b.Define("user", {{"a", Integer().References("user").OnUpdate(static_cast<Action>(5))}});
     }},
    {"AttributeTwice", kNone, "model 'user' has two attributes named 'name'",
     [](SchemaBuilder& b) {
       b.Define("user", {{"name", Text()}, {"name", Text().Column("b")}});
     }},
    {"AttributeTwiceButForCase", kNone,
     "attributes 'name' and 'Name' of model 'user' differ in capitals only",
     [](SchemaBuilder& b) {
       b.Define("user", {{"name", Text()}, {"Name", Text()}});
     }},
    {"ColumnTwice", kNone, "attributes 'a' and 'b' of model 'user' have the same column 'x'",
     [](SchemaBuilder& b) {
       b.Define("user", {{"a", Text().Column("X")}, {"b", Text().Column("x")}});
     }},
    {"IdThatIsNoKey", kNone, "model 'user' has no primary key but an attribute 'id' that is none",
     [](SchemaBuilder& b) {
       b.Define("user", {{"id", Integer()}});
     }},
    {"NullablePrimaryKey", kNone, "user.code is part of the primary key",
     [](SchemaBuilder& b) {
       b.Define("user", {{"code", Text().PrimaryKey().Nullable()}});
     }},
    {"DefaultOfAnotherType", kNone, "the default 'x' of user.age, which is INTEGER",
     [](SchemaBuilder& b) {
       b.Define("user", {{"age", Integer().Default("x")}});
     }},
    {"DefaultThatIsNaN", kNone, "of user.size, which is DOUBLE, cannot be stored",
     [](SchemaBuilder& b) {
       b.Define("user", {{"size", Double().Default(std::numeric_limits<double>::quiet_NaN())}});
     }},
    {"DefaultThatIsNotUtf8", kNone, "of user.name, which is TEXT, cannot be stored",
     [](SchemaBuilder& b) {
       b.Define("user", {{"name", Text().Default("\xFF")}});
     }},
    {"AutoIncrementOfText", kNone, "user.code is AutoIncrement, but TEXT",
     [](SchemaBuilder& b) {
       b.Define("user", {{"code", Text().PrimaryKey().AutoIncrement()}});
     }},
    {"AutoIncrementOfACompositeKey", kNone,
     "user.a is AutoIncrement, but not by itself the primary key",
     [](SchemaBuilder& b) {
       b.Define("user",
                {{"a", Integer().PrimaryKey().AutoIncrement()}, {"b", Integer().PrimaryKey()}});
     }},
    {"AutoIncrementOfNoKey", kNone, "user.a is AutoIncrement, but not by itself the primary key",
     [](SchemaBuilder& b) {
       b.Define("user", {{"a", Integer().AutoIncrement()}});
     }},
    {"AutoIncrementWithADefault", kNone, "user.a is AutoIncrement and has a default",
     [](SchemaBuilder& b) {
       b.Define("user", {{"a", Integer().PrimaryKey().AutoIncrement().Default(1)}});
     }},
    {"ActionWithoutForeignKey", kNone, "user.a has OnDelete or OnUpdate but is no foreign key",
     [](SchemaBuilder& b) {
       b.Define("user", {{"a", Integer().OnDelete(Action::kCascade)}});
     }},
    {"ReferenceToNothing", kNone,
     "the reference of task.user names 'usr', which is neither a model nor a table; did you mean "
     "'user'?",
     [](SchemaBuilder& b) {
       b.Define("user", {});
       b.Define("task", {{"user", Integer().References("usr")}});
     }},
    {"ReferencesThatPartlyNameTheirKey", kNone, "names 1 of 2 key attributes",
     [](SchemaBuilder& b) {
       b.Define("seat", {{"a", Integer().PrimaryKey()}, {"b", Integer().PrimaryKey()}});
       b.Define("task", {{"x", Integer().References("seat", "a", "at")},
                         {"y", Integer().References("seat", "", "at")}});
     }},
    {"ConstraintThatRefersToTwoModels", kNone,
     "that share constraint 'at' refer to both 'a' and 'b'",
     [](SchemaBuilder& b) {
       b.Define("a", {{"x", Integer().PrimaryKey()}, {"y", Integer().PrimaryKey()}});
       b.Define("b", {});
       b.Define("task", {{"x", Integer().References("a", "", "at")},
                         {"y", Integer().References("b", "", "at")}});
     }},
};

const Mistake kOfReferences[] = {
    {"ReferenceToNoAttribute", kAssociation,
     "model 'user' has no attribute 'nam' to refer to; did you mean 'name'?",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.Define("note", {{"by", Text().References("user", "nam")}});
     }},
    {"ReferenceToNoKey", kAssociation, "user.name is not unique, so nothing can refer to it",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.Define("note", {{"by", Text().References("user", "name")}});
     }},
    {"ReferenceToPartOfAKey", kAssociation, "seat.row is not unique",
     [](SchemaBuilder& b) {
       b.Define("seat", {{"row", Integer().PrimaryKey()}, {"number", Integer().PrimaryKey()}});
       b.Define("note", {{"at", Integer().References("seat", "row")}});
     }},
    {"ReferenceOfAnotherType", kAssociation, "note.by is TEXT, but user.id is INTEGER",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.Define("note", {{"by", Text().References("user")}});
     }},
    {"OneColumnForACompositeKey", kAssociation,
     "has 1 column(s) for the 2 attribute(s) of the key (row, number) of 'seat'",
     [](SchemaBuilder& b) {
       b.Define("seat", {{"row", Integer().PrimaryKey()}, {"number", Integer().PrimaryKey()}});
       b.Define("note", {});
       b.BelongsTo("note", "seat", {.foreign_key = "seat_ref"});
     }},
    {"OneColumnTwice", kAssociation, "names column at twice",
     [](SchemaBuilder& b) {
       b.Define("seat", {{"row", Integer().PrimaryKey()}, {"number", Integer().PrimaryKey()}});
       b.Define("note", {});
       b.BelongsTo("note", "seat", {.foreign_key = {"at", "at"}});
     }},
    {"UnknownTargetKey", kAssociation, "model 'user' has no attribute 'nick' to refer to",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsTo("task", "user", {.target_key = "nick"});
     }},
    {"SourceKeyThatIsNotUnique", kAssociation, "user.name is not unique",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.source_key = "name"});
     }},
    {"OneDefaultForACompositeKey", kAssociation, "gives one default for 2 columns",
     [](SchemaBuilder& b) {
       b.Define("seat", {{"row", Integer().PrimaryKey()}, {"number", Integer().PrimaryKey()}});
       b.Define("note", {});
       b.BelongsTo("note", "seat", {.foreign_key = KeyColumns().Default(1)});
     }},
    {"KeysThatFollowFromEachOtherOnly", kAssociation, "follows from nothing but itself",
     [](SchemaBuilder& b) {
       b.Define("a", {});
       b.BelongsTo("a", "a",
                   {.as = "next", .foreign_key = KeyColumns("x").Unique(), .target_key = "x"});
     }},
    {"ColumnWithoutName", kAssociation, "names a column that is empty",
     [](SchemaBuilder& b) {
       b.Define("seat", {{"row", Integer().PrimaryKey()}, {"number", Integer().PrimaryKey()}});
       b.Define("note", {});
       b.BelongsTo("note", "seat", {.foreign_key = {"row", ""}});
     }},
};

INSTANTIATE_TEST_SUITE_P(Models, SchemaMistakesTest, ::testing::ValuesIn(kOfModels), NameOf);
INSTANTIATE_TEST_SUITE_P(References, SchemaMistakesTest, ::testing::ValuesIn(kOfReferences),
                         NameOf);

TEST(SchemaMistakesTest, AllAreToldAtOnceOneALineWithTheKindOfTheFirst) {
  SchemaBuilder builder;
  builder.Define("user", {{"age", Integer().Default("x")}});
  builder.Define("task", {});
  builder.HasMany("user", "tsak");
  builder.BelongsToMany("user", "task");
  builder.BelongsTo("task", "user");
  builder.BelongsTo("user", "task");
  const absl::StatusOr<Schema> schema = std::move(builder).Build();
  ASSERT_TRUE(FailsWith(schema, kAssociation, "'tsak' is no model"));
  const std::string text(schema.status().message());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
  EXPECT_NE(text.find("needs a through model"), std::string::npos);
  EXPECT_NE(text.find("the default 'x' of user.age"), std::string::npos);
  EXPECT_NE(text.find("Cyclic dependency found."), std::string::npos);
}

TEST(SchemaMistakesTest, AFailedBuildLeavesTheBuilderEmpty) {
  SchemaBuilder builder({.underscored = true});
  builder.Define("", {});
  EXPECT_FALSE(IsOk(std::move(builder).Build()));
  builder.Define("user", {});
  const absl::StatusOr<Schema> schema = std::move(builder).Build();
  ASSERT_TRUE(IsOk(schema));
  EXPECT_EQ(schema->models().size(), 1u);
  EXPECT_TRUE(schema->models()[0].underscored);  // the options stay
}

}  // namespace
}  // namespace relata
