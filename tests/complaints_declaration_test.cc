// What users of other libraries complain about when they declare associations, and what relata does
// instead. manual_coverage.txt says which test answers which complaint.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/schema_builder.h"
#include "relata/store.h"
#include "tests/schema_text.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::AttributesOf;
using ::relata::testing::FailsWith;
using ::relata::testing::ForeignKeysOf;
using ::relata::testing::IsOk;
using ::relata::testing::MeaningOf;
using ::relata::testing::Must;

void DefineUserAndTask(SchemaBuilder& builder) {
  builder.Define("user", {{"name", Text()}});
  builder.Define("task", {{"title", Text()}});
}

// One relation declared from both sides, the options on one of them, in either order.
std::string Declared(const AssociationOptions& of_many, const AssociationOptions& of_one,
                     bool swapped) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  if (swapped) builder.BelongsTo("task", "user", of_one);
  builder.HasMany("user", "task", of_many);
  if (!swapped) builder.BelongsTo("task", "user", of_one);
  const Schema schema = Must(std::move(builder).Build());
  return AttributesOf(schema, "task") + "; " + ForeignKeysOf(schema, "task");
}

TEST(DeclarationComplaintsTest, AnOptionCountsOnEitherSideAndInEitherOrder) {
  const AssociationOptions cascade{.on_delete = Action::kCascade};
  const AssociationOptions not_null{.foreign_key = KeyColumns().NotNull()};
  for (const bool swapped : {false, true}) {
    for (const bool of_many : {false, true}) {
      EXPECT_EQ(Declared(of_many ? cascade : AssociationOptions(),
                         of_many ? AssociationOptions() : cascade, swapped),
                "id NOT NULL, title, userId; userId -> users(id) CASCADE/CASCADE");
      EXPECT_EQ(Declared(of_many ? not_null : AssociationOptions(),
                         of_many ? AssociationOptions() : not_null, swapped),
                "id NOT NULL, title, userId NOT NULL; userId -> users(id) CASCADE/CASCADE");
    }
  }
}

TEST(DeclarationComplaintsTest, TwoSidesThatDisagreeAreToldAndBothAreNamed) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  builder.HasMany("user", "task", {.on_delete = Action::kCascade});
  builder.BelongsTo("task", "user", {.on_delete = Action::kSetNull});
  EXPECT_TRUE(FailsWith(std::move(builder).Build(), ErrorKind::kAssociation,
                        "user hasMany task and task belongsTo user"));
}

TEST(DeclarationComplaintsTest, AKeyDeclaredByTheModelDoesNotChangeTheDefaultAction) {
  for (const bool declared : {false, true}) {
    SchemaBuilder builder;
    builder.Define("country", {{"code", Text().Unique()}});
    std::vector<NamedAttribute> attributes = {{"name", Text()}};
    if (declared) attributes.push_back({"countryCode", Text()});
    builder.Define("city", std::move(attributes));
    builder.HasMany("country", "city", {.foreign_key = "countryCode", .source_key = "code"});
    const Schema schema = Must(std::move(builder).Build());
    EXPECT_EQ(ForeignKeysOf(schema, "city"), "countryCode -> countries(code) SET NULL/CASCADE");
  }
}

TEST(DeclarationComplaintsTest, TheDefaultActionIsThatOfTheFinishedRelationFromWhicheverSide) {
  const AssociationOptions not_null{.foreign_key = KeyColumns().NotNull()};
  const std::string nullable = "id NOT NULL, title, userId; userId -> users(id) SET NULL/CASCADE";
  const std::string required =
      "id NOT NULL, title, userId NOT NULL; userId -> users(id) CASCADE/CASCADE";
  for (const bool swapped : {false, true}) {
    EXPECT_EQ(Declared({}, {}, swapped), nullable);
    EXPECT_EQ(Declared(not_null, {}, swapped), required);
    EXPECT_EQ(Declared({}, not_null, swapped), required);
  }
}

TEST(DeclarationComplaintsTest, GivenFormsGoBeforeInflectionAndEnglishComesOutRight) {
  SchemaBuilder builder;
  builder.Define("leaf", {});
  builder.Define("Kaktus", {}, {.name = {.singular = "Kaktus", .plural = "Kakteen"}});
  const Association plants = builder.HasMany("leaf", "Kaktus");
  const Association leaves = builder.HasMany("Kaktus", "leaf", {.constraints = false});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(schema[plants].name, "Kakteen");
  EXPECT_EQ(schema[leaves].name, "leaves");
  EXPECT_EQ(schema.AccessorNames(plants)[3].second, "addKaktus");
  for (const char* word : {"leaf", "hero", "analysis", "cookie", "lens", "gas", "bonus", "virus"}) {
    EXPECT_EQ(Singularize(Pluralize(word)), word);
    EXPECT_NE(Pluralize(word), word);
  }
}

TEST(DeclarationComplaintsTest, KeysThatDifferInCaseOrUnderscoresAloneAreToldAsASlip) {
  for (const char* slip : {"UserId", "user_id", "userID"}) {
    SchemaBuilder builder;
    builder.Define("user", {});
    builder.Define("task", {{slip, Integer()}});
    builder.HasMany("user", "task");
    EXPECT_TRUE(FailsWith(std::move(builder).Build(), ErrorKind::kAssociation,
                          "differ in capitals or underscores only"))
        << slip;
  }
}

TEST(DeclarationComplaintsTest, ACycleMayKeepAllItsConstraints) {
  SchemaBuilder builder({.underscored = false, .cycles = SchemaOptions::Cycles::kDefer});
  const Model document = builder.Define("document", {});
  const Model version = builder.Define("version", {});
  const Association versions = builder.HasMany(document, version);
  const Association current = builder.BelongsTo(document, version, {.as = "current"});
  Store store(Must(std::move(builder).Build()));
  const Instance d = Must(store.Create(document));
  const Instance v = Must(store.Create(d, versions));
  ASSERT_TRUE(IsOk(store.Set(d, current, v)));
  EXPECT_TRUE(FailsWith(store.Set(d, "currentId", 99), ErrorKind::kForeignKey));
  ASSERT_TRUE(IsOk(store.Delete(v)));
  EXPECT_EQ(store.One(d, current), std::nullopt);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(DeclarationComplaintsTest, BothDirectionsOfAModelJoinedToItselfNeedOneKeyEach) {
  SchemaBuilder builder;
  const Model person = builder.Define("person", {});
  const Association children = builder.BelongsToMany(
      person, person, {.as = "children", .foreign_key = "parentId", .through = "kinship"});
  const Association parents = builder.BelongsToMany(
      person, person, {.as = "parents", .foreign_key = "childId", .through = "kinship"});
  Store store(Must(std::move(builder).Build()));
  const Instance ann = Must(store.Create(person));
  const Instance bob = Must(store.Create(ann, children));
  EXPECT_EQ(Must(store.Get(bob, parents)), std::vector<Instance>{ann});
  EXPECT_TRUE(Must(store.Get(bob, children)).empty());
}

TEST(DeclarationComplaintsTest, KeysOfAModelJoinedToItselfThatWouldBeOneAreRefused) {
  SchemaBuilder builder;
  builder.Define("person", {});
  builder.BelongsToMany("person", "person", {.as = "children", .through = "kinship"});
  builder.BelongsToMany("person", "person", {.as = "parents", .through = "kinship"});
  EXPECT_TRUE(FailsWith(std::move(builder).Build(), ErrorKind::kAssociation,
                        "give foreign_key and other_key on each of them"));
}

// A unique key holds a hasOne to one. Without it, which of several is shown, and which of them a
// set unlinks, is no accident: the one that was linked first.
TEST(DeclarationComplaintsTest, AHasOneHoldsOneWhereItsKeyIsUnique) {
  for (const bool unique : {false, true}) {
    SchemaBuilder builder;
    const Model user = builder.Define("user", {});
    const Model avatar = builder.Define("avatar", {});
    KeyColumns key("userId");
    if (unique) key.Unique();
    const Association its = builder.HasOne(user, avatar, {.foreign_key = key});
    Store store(Must(std::move(builder).Build()));
    const Instance ann = Must(store.Create(user));
    const Instance first = Must(store.Create(ann, its));
    const absl::StatusOr<Instance> second = store.Create(avatar, {{"userId", 1}});
    EXPECT_EQ(IsOk(second), !unique);
    EXPECT_EQ(store.One(ann, its), first);
    const Instance other = Must(store.Create(avatar));
    ASSERT_TRUE(IsOk(store.Set(ann, its, other)));
    EXPECT_EQ(Must(store.Get(ann, its)), std::vector<Instance>{unique ? other : *second});
    EXPECT_EQ(Must(store.Get(first, "userId")), Value());
    EXPECT_TRUE(IsOk(store.CheckInvariants()));
  }
}

TEST(DeclarationComplaintsTest, ACompositeKeyIsAnIdentityLikeAnyOther) {
  SchemaBuilder builder;
  const Model seat =
      builder.Define("seat", {{"row", Integer().PrimaryKey()}, {"number", Integer().PrimaryKey()}});
  const Model ticket = builder.Define("ticket", {});
  const Model guest = builder.Define("guest", {});
  const Association tickets = builder.HasMany(seat, ticket);
  const Association its_seat = builder.BelongsTo(ticket, seat);
  const Association guests = builder.BelongsToMany(seat, guest, {.through = "sitting"});
  Store store(Must(std::move(builder).Build()));
  const Instance a = Must(store.Create(seat, {{"row", 1}, {"number", 1}}));
  const Instance b = Must(store.Create(seat, {{"row", 1}, {"number", 2}}));
  const Instance t = Must(store.Create(a, tickets));
  EXPECT_EQ(store.One(t, its_seat), a);
  ASSERT_TRUE(IsOk(store.Set(t, its_seat, Key{1, 2})));
  EXPECT_EQ(Must(store.Get(b, tickets)), std::vector<Instance>{t});
  ASSERT_TRUE(IsOk(store.Create(b, guests)));
  ASSERT_TRUE(IsOk(store.Set(b, {{"row", 7}, {"number", 8}})));
  EXPECT_EQ(Must(store.Get(t, "seatRow")), Value(7));
  EXPECT_EQ(Must(store.Count(b, guests)), 1u);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(DeclarationComplaintsTest, EveryMistakeIsToldAtOnceAndNothingIsLeftBehind) {
  SchemaBuilder builder;
  DefineUserAndTask(builder);
  builder.HasMany("user", "task", {.scope = {{"kind", "x"}}});
  builder.HasOne("user", "task", {.as = "tasks", .foreign_key = "other"});
  builder.BelongsTo("task", "user", {.as = "boss", .target_key = "nick"});
  const absl::StatusOr<Schema> schema = std::move(builder).Build();
  EXPECT_TRUE(FailsWith(schema, ErrorKind::kAssociation, "task.kind"));
  EXPECT_TRUE(FailsWith(schema, ErrorKind::kAssociation, "two associations named 'tasks'"));
  EXPECT_TRUE(FailsWith(schema, ErrorKind::kAssociation, "no attribute 'nick'"));
  builder.Define("user", {});
  const Schema after = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(after, "user"), "id NOT NULL");
  EXPECT_EQ(after.models().size(), 1u);
}

}  // namespace
}  // namespace relata
