// Which declarations meet in one foreign key (rule R1), and what keys they make (rules R4, R7).
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "relata/schema_builder.h"
#include "tests/schema_text.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using testing::AttributesOf;
using testing::FailsWith;
using testing::ForeignKeysOf;
using testing::KeyText;
using testing::Must;

void DefineUserAndTask(SchemaBuilder& builder) {
  builder.Define("user", {{"name", Text()}});
  builder.Define("task", {{"title", Text()}});
}

TEST(SchemaRelationsTest, BelongsToAndHasManyAreOneRelation) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  const Association tasks = builder.HasMany("user", "task");
  const Association user = builder.BelongsTo("task", "user");
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "task"), "id NOT NULL, title, userId");
  EXPECT_EQ(schema[tasks].foreign_key, schema[user].foreign_key);
  EXPECT_EQ(schema[tasks].name, "tasks");
  EXPECT_EQ(schema[user].name, "user");
  EXPECT_FALSE(schema[user].aliased);
}

TEST(SchemaRelationsTest, AnAliasOnOneSideMakesTwoRelations) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  builder.HasMany("user", "task");
  builder.BelongsTo("task", "user", {.as = "owner"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "task"), "id NOT NULL, title, userId, ownerId");
  EXPECT_EQ(schema.foreign_keys().size(), 2u);
}

TEST(SchemaRelationsTest, ANamedKeyMeetsAGeneratedOneOfThatName) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  const Association tasks = builder.HasMany("user", "task");
  const Association owner =
      builder.BelongsTo("task", "user", {.as = "owner", .foreign_key = "userId"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(schema[tasks].foreign_key, schema[owner].foreign_key);
  EXPECT_EQ(schema[owner].name, "owner");
  EXPECT_TRUE(schema[owner].aliased);
}

TEST(SchemaRelationsTest, AnOptionOfOneSideCountsForBoth) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  builder.HasMany("user", "task");
  builder.BelongsTo(
      "task", "user",
      {.foreign_key = KeyColumns().NotNull().Default(7).Unique(), .on_delete = Action::kRestrict});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "task"), "id NOT NULL, title, userId NOT NULL");
  EXPECT_EQ(ForeignKeysOf(schema, "task"), "userId -> users(id) RESTRICT/CASCADE");
  EXPECT_EQ(schema[Model{1}].attributes[2].default_value, Value(7));
  ASSERT_EQ(schema[Model{1}].keys.size(), 2u);
  EXPECT_EQ(KeyText(schema, Model{1}, schema[Model{1}].keys[1]), "(userId)");
}

TEST(SchemaRelationsTest, AKeyNamedOnOneSideIsReferredToByBoth) {
  SchemaBuilder builder;
  builder.Define("country", {{"iso", Text().Unique()}});
  builder.Define("city", {});
  const Association cities =
      builder.HasMany("country", "city", {.foreign_key = "code", .source_key = "iso"});
  const Association country = builder.BelongsTo("city", "country", {.foreign_key = "code"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(schema[cities].foreign_key, schema[country].foreign_key);
  EXPECT_EQ(ForeignKeysOf(schema, "city"), "code -> countries(iso) SET NULL/CASCADE");
  EXPECT_EQ(schema[Model{1}].attributes[1].type, Type::kText);
}

TEST(SchemaRelationsTest, ADeclaredAttributeKeepsWhatItSays) {
  SchemaBuilder builder;
  builder.Define("user", {});
  builder.Define("task", {{"userId", Integer().Nullable().Default(1).Column("user_ref")}});
  builder.HasMany("user", "task", {.foreign_key = KeyColumns("userId").NotNull().Default(2)});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "task"), "id NOT NULL, userId");
  EXPECT_EQ(schema[Model{1}].attributes[1].default_value, Value(1));
  EXPECT_EQ(schema[Model{1}].attributes[1].column, "user_ref");
  EXPECT_FALSE(schema[Model{1}].attributes[1].generated);
}

TEST(SchemaRelationsTest, AnAttributeThatSaysNothingOfNullTakesWhatTheAssociationSays) {
  SchemaBuilder builder;
  builder.Define("user", {});
  builder.Define("task", {{"userId", Integer()}});
  builder.HasMany("user", "task", {.foreign_key = KeyColumns().NotNull()});
  EXPECT_EQ(AttributesOf(Must(std::move(builder).Build()), "task"), "id NOT NULL, userId NOT NULL");
}

TEST(SchemaRelationsTest, AReferenceAndAnAssociationOverItAreOneRelation) {
  SchemaBuilder builder;
  builder.Define("user", {});
  builder.Define("task",
                 {{"userId", Integer().References("users", "id").OnDelete(Action::kCascade)}});
  builder.HasMany("user", "task");
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(ForeignKeysOf(schema, "task"), "userId -> users(id) CASCADE/CASCADE");
}

TEST(SchemaRelationsTest, AssociationsOverDifferentColumnsToOneModelStandSideBySide) {
  SchemaBuilder builder;
  builder.Define("team", {});
  builder.Define("game", {});
  builder.HasOne("team", "game", {.as = "HomeGame", .foreign_key = "homeTeamId"});
  builder.HasOne("team", "game", {.as = "AwayGame", .foreign_key = "awayTeamId"});
  builder.BelongsTo("game", "team");
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "game"), "id NOT NULL, homeTeamId, awayTeamId, teamId");
}

TEST(SchemaRelationsTest, HasOneNamesItsKeyAfterTheAliasInTheSingular) {
  SchemaBuilder builder;
  builder.Define("person", {});
  builder.HasOne("person", "person", {.as = "bosses"});
  EXPECT_EQ(AttributesOf(Must(std::move(builder).Build()), "person"), "id NOT NULL, bossId");
}

TEST(SchemaRelationsTest, HasOneLeavesTheFormsOfTheModelAside) {
  SchemaBuilder builder;
  builder.Define("project", {}, {.name = {.singular = "job", .plural = "jobs"}});
  builder.Define("file", {});
  builder.Define("note", {});
  builder.HasOne("project", "file");
  builder.HasMany("project", "note");
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "file"), "id NOT NULL, projectId");
  EXPECT_EQ(AttributesOf(schema, "note"), "id NOT NULL, jobId");
}

TEST(SchemaRelationsTest, TheCasingOfAKeyFollowsTheModelThatOwnsIt) {
  SchemaBuilder builder;
  builder.Define("userAccount", {}, {.underscored = true});
  builder.Define("task", {});
  builder.HasMany("userAccount", "task");
  builder.Define("Bank", {});
  builder.HasOne("Bank", "userAccount", {.as = "mainBank"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "task"), "id NOT NULL, userAccountId");
  EXPECT_EQ(AttributesOf(schema, "userAccount"), "id NOT NULL, main_bank_id");
  EXPECT_EQ(schema[Model{0}].attributes[1].column, "main_bank_id");
}

TEST(SchemaRelationsTest, ASchemaMayBeUnderscoredAsAWhole) {
  SchemaBuilder builder({.underscored = true});
  builder.Define("userAccount", {{"keyCode", Uuid().PrimaryKey()}});
  builder.Define("task", {});
  builder.BelongsTo("task", "userAccount");
  builder.BelongsToMany("task", "userAccount", {.as = "helpers", .through = "help"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "task"), "id NOT NULL, user_account_key_code");
  EXPECT_EQ(AttributesOf(schema, "help"), "task_id NOT NULL, user_account_key_code NOT NULL");
}

TEST(SchemaRelationsTest, ACompositeKeyIsReferredToByAsManyColumns) {
  SchemaBuilder builder;
  builder.Define("seat", {{"row", Integer().PrimaryKey()}, {"code", Text().PrimaryKey()}});
  builder.Define("ticket", {});
  builder.BelongsTo("ticket", "seat");
  builder.HasMany("seat", "ticket");
  builder.BelongsTo("ticket", "seat", {.as = "spare", .foreign_key = {"spareRow", "spareCode"}});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "ticket"), "id NOT NULL, seatRow, seatCode, spareRow, spareCode");
  EXPECT_EQ(ForeignKeysOf(schema, "ticket"),
            "seatRow,seatCode -> seats(row,code) SET NULL/CASCADE\n"
            "spareRow,spareCode -> seats(row,code) SET NULL/CASCADE");
  EXPECT_EQ(schema[Model{1}].attributes[1].type, Type::kInteger);
  EXPECT_EQ(schema[Model{1}].attributes[2].type, Type::kText);
}

TEST(SchemaRelationsTest, AUniqueKeyBesideACompositeOneIsReferredToByItsName) {
  SchemaBuilder builder;
  builder.Define("seat", {{"row", Integer().PrimaryKey()},
                          {"number", Integer().PrimaryKey()},
                          {"code", Text().Unique()}});
  builder.Define("ticket", {});
  builder.BelongsTo("ticket", "seat", {.target_key = "code"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(ForeignKeysOf(schema, "ticket"), "seatCode -> seats(code) SET NULL/CASCADE");
}

TEST(SchemaRelationsTest, ReferencesThatShareAConstraintAreOneForeignKeyInTheOrderOfTheKey) {
  SchemaBuilder builder;
  builder.Define("seat", {{"row", Integer().PrimaryKey()}, {"code", Text().PrimaryKey()}});
  builder.Define("ticket", {{"c", Text().References("seat", "code", "at")},
                            {"r", Integer().References("seat", "row", "at")}});
  const Association seat = builder.BelongsTo("ticket", "seat", {.foreign_key = {"r", "c"}});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(schema.foreign_keys().size(), 1u);
  EXPECT_EQ(ForeignKeysOf(schema, "ticket"), "r,c -> seats(row,code) SET NULL/CASCADE");
  EXPECT_EQ(schema[schema[seat].foreign_key].attributes, (std::vector<std::uint32_t>{2, 1}));
}

TEST(SchemaRelationsTest, AReferenceMayNameACompositeUniqueKeyInAnyOrder) {
  SchemaBuilder builder;
  builder.Define("seat",
                 {{"row", Integer().Unique("place")}, {"number", Integer().Unique("place")}});
  builder.Define("ticket", {{"n", Integer().References("seat", "number", "at")},
                            {"r", Integer().References("seat", "row", "at")}});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(ForeignKeysOf(schema, "ticket"), "r,n -> seats(row,number) NO ACTION/NO ACTION");
  EXPECT_EQ(schema[ForeignKey{0}].target_key, 1u);
}

TEST(SchemaRelationsTest, ForeignKeysMayShareSomeOfTheirColumns) {
  SchemaBuilder builder;
  const auto keyed = [] {
    return std::vector<NamedAttribute>{{"tenant", Integer().PrimaryKey()},
                                       {"number", Integer().PrimaryKey()}};
  };
  builder.Define("room", keyed());
  builder.Define("guest", keyed());
  builder.Define("stay", {});
  builder.BelongsTo("stay", "room", {.foreign_key = {"tenant", "room_no"}});
  builder.BelongsTo("stay", "guest", {.foreign_key = {"tenant", "guest_no"}});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "stay"), "id NOT NULL, tenant, room_no, guest_no");
}

TEST(SchemaRelationsTest, TheKeyOfAKeyHasItsType) {
  SchemaBuilder builder;
  builder.Define("group", {{"name", Text().PrimaryKey()}});
  builder.Define("leader", {});
  builder.Define("diary", {});
  builder.HasOne("group", "leader", {.foreign_key = KeyColumns("groupName").Unique()});
  builder.BelongsTo("diary", "leader", {.foreign_key = "about", .target_key = "groupName"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(schema[Model{2}].attributes[1].type, Type::kText);
  EXPECT_EQ(ForeignKeysOf(schema, "diary"), "about -> leaders(groupName) SET NULL/CASCADE");
}

TEST(SchemaRelationsTest, UnconstrainedKeysToDifferentModelsMayShareAColumn) {
  SchemaBuilder builder;
  builder.Define("post", {});
  builder.Define("image", {});
  builder.Define("comment", {{"kind", Text()}});
  const auto on = [](const char* kind) {
    return AssociationOptions{
        .foreign_key = "aboutId", .scope = {{"kind", kind}}, .constraints = false};
  };
  const Association of_posts = builder.HasMany("post", "comment", on("post"));
  const Association of_images = builder.HasMany("image", "comment", on("image"));
  const Association post = builder.BelongsTo("comment", "post", {.foreign_key = "aboutId"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "comment"), "id NOT NULL, kind, aboutId");
  EXPECT_NE(schema[of_posts].foreign_key, schema[of_images].foreign_key);
  EXPECT_EQ(schema[of_posts].foreign_key, schema[post].foreign_key);
  EXPECT_EQ(ForeignKeysOf(schema, "comment"),
            "aboutId -> images(id) unconstrained\naboutId -> posts(id) unconstrained");
}

TEST(SchemaRelationsTest, AScopeWithOneAttributeSeveralTimesAllowsEachValue) {
  SchemaBuilder builder;
  builder.Define("post", {});
  builder.Define("comment", {{"kind", Text()}, {"rank", Double()}});
  builder.HasMany("post", "comment",
                  {.as = "talk", .scope = {{"kind", "question"}, {"rank", 1}, {"kind", "answer"}}});
  const Schema schema = Must(std::move(builder).Build());
  const std::vector<ScopeEntry>& scope = schema[Association{0}].scope;
  ASSERT_EQ(scope.size(), 2u);
  EXPECT_EQ(scope[0].values, (std::vector<Value>{"question", "answer"}));
  EXPECT_EQ(scope[1].values, std::vector<Value>{1.0});  // as it is stored
}

TEST(JoinModelTest, OneDeclarationMakesBothKeysAndTheirPairThePrimaryKey) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  const Association tasks = builder.BelongsToMany("user", "task", {.through = "work"});
  const Schema schema = Must(std::move(builder).Build());
  const Model work = schema[tasks].through;
  EXPECT_EQ(schema[work].table, "work");
  EXPECT_TRUE(schema[work].join);
  EXPECT_TRUE(schema[tasks].through_unique);
  EXPECT_EQ(AttributesOf(schema, "work"), "userId NOT NULL, taskId NOT NULL");
  EXPECT_EQ(KeyText(schema, work, schema[work].primary_key()), "(userId, taskId)");
  EXPECT_EQ(ForeignKeysOf(schema, "work"),
            "taskId -> tasks(id) CASCADE/CASCADE\nuserId -> users(id) CASCADE/CASCADE");
}

TEST(JoinModelTest, TheOtherSideSharesTheForeignKeys) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  const Association tasks = builder.BelongsToMany("user", "task", {.through = "work"});
  const Association users =
      builder.BelongsToMany("task", "user", {.as = "doers", .other_key = "who", .through = "work"});
  const Association who = builder.BelongsTo("work", "user", {.foreign_key = "who"});
  const Association works = builder.HasMany("task", "work");
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "work"), "who NOT NULL, taskId NOT NULL");
  EXPECT_EQ(schema[tasks].foreign_key, schema[users].other_key);
  EXPECT_EQ(schema[tasks].other_key, schema[users].foreign_key);
  EXPECT_EQ(schema[who].foreign_key, schema[tasks].foreign_key);
  EXPECT_EQ(schema[works].foreign_key, schema[tasks].other_key);
  EXPECT_EQ(schema.foreign_keys().size(), 2u);
}

TEST(JoinModelTest, AJoinModelWithItsOwnKeyKeepsItAndThePairIsUnique) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  builder.Define("work", {{"code", Text().PrimaryKey()}, {"since", Integer()}});
  builder.BelongsToMany("user", "task", {.through = "work"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "work"), "code NOT NULL, since, userId, taskId");
  ASSERT_EQ(schema[Model{2}].keys.size(), 2u);
  EXPECT_EQ(schema[Model{2}].keys[1].name, "works_userId_taskId_unique");
  EXPECT_EQ(KeyText(schema, Model{2}, schema[Model{2}].keys[1]), "(userId, taskId)");
  EXPECT_FALSE(schema[Model{2}].join);
}

TEST(JoinModelTest, OnlyAJoinModelWithItsOwnKeyCanLinkAPairTwice) {
  for (const bool own_key : {true, false}) {
    SchemaBuilder builder;
    DefineUserAndTask(builder);
    std::vector<NamedAttribute> attributes = {{"since", Integer()}};
    if (own_key) attributes.push_back({"code", Text().PrimaryKey()});
    builder.Define("work", attributes);
    const Association tasks = builder.BelongsToMany("user", "task", {.through = {"work", false}});
    const Association users = builder.BelongsToMany("task", "user", {.through = "work"});
    const Schema schema = Must(std::move(builder).Build());
    EXPECT_EQ(schema[tasks].through_unique, !own_key);
    EXPECT_EQ(schema[users].through_unique, !own_key);
    EXPECT_EQ(schema[Model{2}].keys.size(), 1u);
  }
}

TEST(JoinModelTest, KeysThatTheUserMadePrimaryStayPrimary) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  builder.Define("work", {{"taskId", Integer().PrimaryKey()}, {"userId", Integer().PrimaryKey()}});
  builder.BelongsToMany("user", "task", {.through = "work"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(schema[Model{2}].keys.size(), 1u);
  EXPECT_EQ(KeyText(schema, Model{2}, schema[Model{2}].primary_key()), "(taskId, userId)");
  EXPECT_TRUE(schema[Association{0}].through_unique);
}

TEST(JoinModelTest, AJoinModelJoinsCompositeKeys) {
  SchemaBuilder builder;
  builder.Define("seat", {{"row", Integer().PrimaryKey()}, {"number", Integer().PrimaryKey()}});
  builder.Define("guest", {});
  builder.BelongsToMany("seat", "guest", {.through = "sitting"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "sitting"),
            "seatRow NOT NULL, seatNumber NOT NULL, guestId NOT NULL");
  EXPECT_EQ(KeyText(schema, Model{2}, schema[Model{2}].primary_key()),
            "(seatRow, seatNumber, guestId)");
}

TEST(JoinModelTest, AJoinModelMayItselfBeReferredToAndJoined) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  builder.Define("note", {});
  builder.Define("tag", {});
  builder.BelongsTo("note", "work");
  builder.BelongsToMany("work", "tag", {.through = "work_tag"});
  builder.BelongsToMany("user", "task", {.through = "work"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "note"), "id NOT NULL, workUserId, workTaskId");
  EXPECT_EQ(AttributesOf(schema, "work_tag"),
            "workUserId NOT NULL, workTaskId NOT NULL, tagId NOT NULL");
}

TEST(JoinModelTest, AModelJoinedToItselfReadsItsPairInBothDirections) {
  SchemaBuilder builder;
  builder.Define("person", {});
  const Association children = builder.BelongsToMany(
      "person", "person", {.as = "children", .foreign_key = "parentId", .through = "family"});
  const Association parents = builder.BelongsToMany(
      "person", "person", {.as = "parents", .foreign_key = "childId", .through = "family"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "family"), "parentId NOT NULL, childId NOT NULL");
  EXPECT_EQ(schema[children].foreign_key, schema[parents].other_key);
  EXPECT_EQ(schema[children].other_key, schema[parents].foreign_key);
}

TEST(JoinModelTest, TheAliasNamesTheOtherKeyOfAModelJoinedToItself) {
  SchemaBuilder builder;
  builder.Define("Person", {});
  builder.BelongsToMany("Person", "Person", {.as = "Children", .through = "family"});
  EXPECT_EQ(AttributesOf(Must(std::move(builder).Build()), "family"),
            "PersonId NOT NULL, ChildId NOT NULL");
}

TEST(JoinModelTest, OneJoinModelJoinsOneModelToSeveral) {
  SchemaBuilder builder;
  builder.Define("post", {});
  builder.Define("image", {});
  builder.Define("tag", {});
  builder.Define("item_tag", {{"id", Integer().PrimaryKey().AutoIncrement()}, {"kind", Text()}});
  const auto tags_of = [](const char* kind) {
    return AssociationOptions{.foreign_key = "itemId",
                              .other_key = "tagId",
                              .through = {"item_tag", false, {{"kind", kind}}},
                              .constraints = false};
  };
  const Association of_posts = builder.BelongsToMany("post", "tag", tags_of("post"));
  const Association of_images = builder.BelongsToMany("image", "tag", tags_of("image"));
  const Association posts = builder.BelongsToMany("tag", "post", {.through = "item_tag"});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "item_tag"), "id NOT NULL, kind, itemId, tagId");
  EXPECT_EQ(schema[of_posts].other_key, schema[of_images].other_key);
  EXPECT_NE(schema[of_posts].foreign_key, schema[of_images].foreign_key);
  EXPECT_EQ(schema[posts].other_key, schema[of_posts].foreign_key);
  EXPECT_FALSE(schema[posts].through_unique);
  EXPECT_EQ(schema[of_posts].through_scope[0].values, std::vector<Value>{"post"});
}

}  // namespace
}  // namespace relata
