// Every mistake of a declaration is refused when the schema is built, with the names concerned and
// a way to mend it (rule R3).
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "relata/schema_builder.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using testing::FailsWith;
using testing::IsOk;

struct Mistake {
  const char* name;
  ErrorKind kind;
  const char* message;  // part of it
  std::function<void(SchemaBuilder&)> declare;
};

void DefineUserAndTask(SchemaBuilder& builder) {
  builder.Define("user", {{"name", Text()}});
  builder.Define("task", {{"title", Text()}});
}

class SchemaMistakesTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(SchemaMistakesTest, AreRefusedWithTheirNamesAndAWayOut) {
  SchemaBuilder builder;
  GetParam().declare(builder);
  const absl::StatusOr<Schema> schema = std::move(builder).Build();
  EXPECT_EQ(schema.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(FailsWith(schema, GetParam().kind, GetParam().message));
  // One mistake is told once, and makes no others.
  const std::string text(schema.status().message());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0) << text;
}

constexpr ErrorKind kNone = ErrorKind::kNone;
constexpr ErrorKind kAssociation = ErrorKind::kAssociation;

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
    {"AttributeTwice", kNone, "model 'user' has two attributes named 'name'",
     [](SchemaBuilder& b) {
       b.Define("user", {{"name", Text()}, {"name", Text().Column("b")}});
     }},
    {"AttributeTwiceButForCase", kNone,
     "attributes 'name' and 'Name' of model 'user' differ in capitals only",
     [](SchemaBuilder& b) {
       b.Define("user", {{"name", Text()}, {"Name", Text()}});
     }},
    {"ColumnTwice", kNone, "attributes 'a' and 'b' of model 'user' have the same column 'X'",
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

const Mistake kOfAssociations[] = {
    {"UnknownTarget", kAssociation,
     "user hasMany tsak: its target 'tsak' is no model; did you mean 'task'?",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "tsak");
     }},
    {"HandleOfNoModel", kAssociation, "its source is a handle of no model",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany(Model{2}, "task");
     }},
    {"HandleOfAJoinModel", kAssociation, "(2 are)",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsToMany("user", "task", {.through = "work"});
       b.HasMany(Model{2}, "task");
     }},
    {"NoThrough", kAssociation, "user belongsToMany task: needs a through model",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsToMany("user", "task");
     }},
    {"ThroughOfHasMany", kAssociation, "takes no through",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.through = "work"});
     }},
    {"ThroughOneOfTheEnds", kAssociation, "a model cannot be its own join model",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsToMany("user", "task", {.through = "task"});
     }},
    {"ThroughWithNul", kAssociation, "through model",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.Define("x", {}, {.table = "y"});
       b.BelongsToMany("user", "task", {.through = std::string("\xFF")});
     }},
    {"OtherKeyOfBelongsTo", kAssociation, "takes no other_key",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsTo("task", "user", {.other_key = "x"});
     }},
    {"SourceKeyOfBelongsTo", kAssociation, "takes no source_key",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsTo("task", "user", {.source_key = "id"});
     }},
    {"TargetKeyOfHasOne", kAssociation, "takes no target_key",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasOne("user", "task", {.target_key = "id"});
     }},
    {"AliasTwice", kAssociation,
     "model 'user' has two associations named 'work': user hasMany task as 'work' and user hasOne "
     "task as 'work'",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.as = "work", .foreign_key = "a"});
       b.HasOne("user", "task", {.as = "work", .foreign_key = "b"});
     }},
    {"AliasesWithTheSameAccessors", kAssociation, "two associations named 'Work'",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.as = "work", .foreign_key = "a"});
       b.HasMany("user", "task", {.as = "Work", .foreign_key = "b"});
     }},
    {"UnaliasedTwice", kAssociation, "two associations named 'tasks'",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.foreign_key = "a"});
       b.HasMany("user", "task", {.foreign_key = "b"});
     }},
    {"AliasLikeAnAttribute", kAssociation,
     "Naming collision between attribute 'name' and association 'name' (user hasOne task as "
     "'name') on model user",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasOne("user", "task", {.as = "name"});
     }},
    {"AliasLikeItsOwnKey", kAssociation, "Naming collision between attribute 'owner'",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsTo("task", "user", {.as = "owner", .foreign_key = "owner"});
     }},
    {"AliasWithNul", kAssociation, "has an alias with a NUL in it",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.as = std::string("a\0b", 3)});
     }},
    {"KeysAlikeButForUnderscores", kAssociation,
     "'user_id' and 'userId' of model 'task' are two columns whose names differ in capitals or "
     "underscores only",
     [](SchemaBuilder& b) {
       b.Define("user", {});
       b.Define("task", {{"user_id", Integer()}});
       b.HasMany("user", "task");
     }},
    {"UnknownScopeAttribute", kAssociation,
     "its scope gives task.titel = 'x', but there is no such attribute; did you mean 'title'?",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.scope = {{"titel", "x"}}});
     }},
    {"ScopeOfAnotherType", kAssociation, "its scope gives task.title = 7, but it is TEXT",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.scope = {{"title", 7}}});
     }},
    {"ScopeOfNull", kAssociation, "its scope gives task.size = null, but it may not be null",
     [](SchemaBuilder& b) {
       b.Define("user", {});
       b.Define("task", {{"size", Integer().NotNull()}});
       b.HasMany("user", "task", {.scope = {{"size", nullptr}}});
     }},
    {"ScopeOfItsOwnKey", kAssociation, "its scope gives task.userId, which is its own foreign key",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.scope = {{"userId", 7}}});
     }},
    {"UnknownThroughScope", kAssociation, "its scope gives work.kind = 'x'",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsToMany("user", "task", {.through = {"work", {}, {{"kind", "x"}}}});
     }},
};

const Mistake kOfRelations[] = {
    {"ActionsThatDisagree", kAssociation,
     "user hasMany task and task belongsTo user meet in task.userId, but disagree on on_delete",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.on_delete = Action::kCascade});
       b.BelongsTo("task", "user", {.on_delete = Action::kRestrict});
     }},
    {"ActionThatDisagreesWithTheAttribute", kAssociation,
     "attribute task.userId and user hasMany task meet in task.userId, but disagree on on_update",
     [](SchemaBuilder& b) {
       b.Define("user", {});
       b.Define("task", {{"userId", Integer().OnUpdate(Action::kRestrict)}});
       b.HasMany("user", "task", {.on_update = Action::kCascade});
     }},
    {"NullabilitiesThatDisagree", kAssociation, "but disagree on whether it may be null",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.foreign_key = KeyColumns().NotNull()});
       b.BelongsTo("task", "user", {.foreign_key = KeyColumns().Nullable()});
     }},
    {"DefaultsThatDisagree", kAssociation, "but disagree on its default",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.foreign_key = KeyColumns().Default(1)});
       b.BelongsTo("task", "user", {.foreign_key = KeyColumns().Default(2)});
     }},
    {"KeysReferredToThatDisagree", kAssociation, "but disagree on the key referred to",
     [](SchemaBuilder& b) {
       b.Define("user", {{"a", Text().Unique()}, {"b", Text().Unique()}});
       b.Define("task", {});
       b.HasMany("user", "task", {.source_key = "a"});
       b.BelongsTo("task", "user", {.target_key = "b"});
     }},
    {"ConstraintsThatDisagree", kAssociation, "but disagree on constraints",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.constraints = true});
       b.BelongsTo("task", "user", {.constraints = false});
     }},
    {"ReferenceWithoutConstraint", kAssociation, "but disagree on constraints",
     [](SchemaBuilder& b) {
       b.Define("user", {});
       b.Define("task", {{"userId", Integer().References("user")}});
       b.HasMany("user", "task", {.constraints = false});
     }},
    {"ActionWithoutConstraint", kAssociation, "so its action would never be carried out",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.constraints = false, .on_delete = Action::kCascade});
     }},
    {"SetNullOfANotNullKey", kAssociation,
     "task.userId -> user (user hasMany task): on_delete is SET NULL of task.userId, which may not "
     "be null",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task",
                 {.foreign_key = KeyColumns().NotNull(), .on_delete = Action::kSetNull});
     }},
    {"SetNullOfAJoinModelsKey", kAssociation, "on_update is SET NULL of work.userId",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsToMany("user", "task", {.through = "work", .on_update = Action::kSetNull});
       b.BelongsToMany("task", "user", {.through = "work", .on_update = Action::kCascade});
     }},
    {"SetDefaultOfANotNullKeyWithoutDefault", kAssociation,
     "on_delete is SET DEFAULT of task.userId, which has no default",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task",
                 {.foreign_key = KeyColumns().NotNull(), .on_delete = Action::kSetDefault});
     }},
    {"ConstrainedKeysToTwoModels", kAssociation, "cannot be constrained to two models",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.Define("note", {});
       b.BelongsTo("note", "user", {.foreign_key = "about"});
       b.BelongsTo("note", "task", {.foreign_key = "about", .constraints = false});
     }},
    {"ColumnsInTwoOrders", kAssociation, "have the same columns in different orders",
     [](SchemaBuilder& b) {
       b.Define("seat", {{"row", Integer().PrimaryKey()}, {"number", Integer().PrimaryKey()}});
       b.Define("note", {});
       b.BelongsTo("note", "seat", {.foreign_key = {"a", "b"}});
       b.HasMany("seat", "note", {.foreign_key = {"b", "a"}});
     }},
    {"JoinKeysThatDisagree", kAssociation,
     "are one relation, but disagree on the key to 'user': u1 and u2",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsToMany("user", "task", {.foreign_key = "u1", .through = "work"});
       b.BelongsToMany("task", "user", {.other_key = "u2", .through = "work"});
     }},
    {"JoinKeysThatCollapse", kAssociation, "both keys of join model 'work' would be x",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsToMany("user", "task", {.foreign_key = "x", .other_key = "x", .through = "work"});
     }},
    {"SelfJoinWithoutAlias", kAssociation, "'as' must be given when a model is joined to itself",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsToMany("user", "user", {.through = "friends"});
     }},
    {"SelfJoinWhoseAliasIsTheModel", kAssociation, "would be personId",
     [](SchemaBuilder& b) {
       b.Define("person", {});
       b.BelongsToMany("person", "person", {.as = "people", .through = "friends"});
     }},
    {"SelfJoinTwiceWithoutKeys", kAssociation, "give foreign_key and other_key on each of them",
     [](SchemaBuilder& b) {
       b.Define("person", {});
       b.BelongsToMany("person", "person", {.as = "children", .through = "family"});
       b.BelongsToMany("person", "person", {.as = "parents", .through = "family"});
     }},
    {"SelfJoinKeysThatDisagree", kAssociation, "are one relation, but disagree on its keys",
     [](SchemaBuilder& b) {
       b.Define("person", {});
       b.BelongsToMany("person", "person",
                       {.as = "a", .foreign_key = "x", .other_key = "y", .through = "family"});
       b.BelongsToMany("person", "person",
                       {.as = "b", .foreign_key = "x", .other_key = "z", .through = "family"});
     }},
    {"PairsThatDisagreeOnUnique", kAssociation, "but disagree on through.unique",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsToMany("user", "task", {.through = {"work", true}});
       b.BelongsToMany("task", "user", {.through = {"work", false}});
     }},
    {"JoinModelKeyedByItself", kAssociation, "would be made of itself",
     [](SchemaBuilder& b) {
       b.Define("user", {});
       b.BelongsToMany("user", "b", {.through = "a"});
       b.BelongsToMany("user", "a", {.through = "b"});
     }},
};

std::string NameOf(const ::testing::TestParamInfo<Mistake>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Models, SchemaMistakesTest, ::testing::ValuesIn(kOfModels), NameOf);
INSTANTIATE_TEST_SUITE_P(References, SchemaMistakesTest, ::testing::ValuesIn(kOfReferences),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Associations, SchemaMistakesTest, ::testing::ValuesIn(kOfAssociations),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Relations, SchemaMistakesTest, ::testing::ValuesIn(kOfRelations), NameOf);

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
  SchemaBuilder builder;
  builder.Define("", {});
  EXPECT_FALSE(IsOk(std::move(builder).Build()));
  builder.Define("user", {});
  const absl::StatusOr<Schema> schema = std::move(builder).Build();
  ASSERT_TRUE(IsOk(schema));
  EXPECT_EQ(schema->models().size(), 1u);
}

}  // namespace
}  // namespace relata
