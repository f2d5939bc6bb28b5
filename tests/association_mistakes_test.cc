// Every mistake of an association, or of two that meet, is refused when the schema is built (rules
// R1 and R3).
#include <gtest/gtest.h>

#include <string>

#include "relata/schema_builder.h"
#include "tests/schema_mistake.h"

namespace relata {
namespace {

using testing::DefineUserAndTask;
using testing::ExpectRefused;
using testing::Mistake;
using testing::NameOf;

constexpr ErrorKind kAssociation = ErrorKind::kAssociation;

class AssociationMistakesTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(AssociationMistakesTest, AreRefusedWithTheirNamesAndAWayOut) { ExpectRefused(GetParam()); }

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
    {"ThroughThatIsNotUtf8", kAssociation, "has a name that is not UTF-8",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.BelongsToMany("user", "task", {.through = "\xFF"});
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
    {"ActionOfAnAssociationThatIsNone", kAssociation,
     "has an action that is none of relata::Action",
     [](SchemaBuilder& b) {
       DefineUserAndTask(b);
       b.HasMany("user", "task", {.on_delete = static_cast<Action>(9)});
     }},
    {"KeysAlikeButForCase", kAssociation, "'UserId' and 'userId' of model 'task' are two columns",
     [](SchemaBuilder& b) {
       b.Define("user", {});
       b.Define("task", {{"UserId", Integer()}});
       b.HasMany("user", "task");
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

INSTANTIATE_TEST_SUITE_P(Associations, AssociationMistakesTest,
                         ::testing::ValuesIn(kOfAssociations), NameOf);
INSTANTIATE_TEST_SUITE_P(Relations, AssociationMistakesTest, ::testing::ValuesIn(kOfRelations),
                         NameOf);

}  // namespace
}  // namespace relata
