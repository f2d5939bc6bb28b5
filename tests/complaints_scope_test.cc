// What users of other libraries complain about scopes, links and identity, and what relata does
// instead. manual_coverage.txt says which test answers which complaint.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/query.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::IsOk;
using ::relata::testing::Must;

TEST(ScopeComplaintsTest, EveryReadAndEveryWriteOfAScopedAssociationGoesByItsScope) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {});
  const Model tag = builder.Define("tag", {});
  builder.Define(
      "tagging",
      {{"id", Integer().PrimaryKey().AutoIncrement()}, {"kind", Text()}, {"weight", Integer()}});
  const auto of_kind = [](const char* alias, const char* kind) {
    return AssociationOptions{.as = alias, .through = {"tagging", false, {{"kind", kind}}}};
  };
  const Association topics = builder.BelongsToMany(post, tag, of_kind("topics", "topic"));
  const Association places = builder.BelongsToMany(post, tag, of_kind("places", "place"));
  Store store(Must(std::move(builder).Build()));
  const Instance p = Must(store.Create(post));
  const Instance t = Must(store.Create(p, topics, {}, {{"weight", 1}}));
  ASSERT_TRUE(IsOk(store.Add(p, places, t, {{"weight", 2}})));
  // Neither an update of a join row, nor remove, nor set reaches into the other scope.
  ASSERT_TRUE(IsOk(store.Add(p, topics, t, {{"weight", 9}})));
  EXPECT_EQ(Must(store.Get(store.Linked(p, places).begin().join(), "weight")), Value(2));
  ASSERT_TRUE(IsOk(store.Remove(p, topics, t)));
  EXPECT_EQ(Must(store.Get(p, places)), std::vector<Instance>{t});
  EXPECT_FALSE(Must(store.Has(p, topics, t)));
  ASSERT_TRUE(IsOk(store.Clear(p, topics)));
  EXPECT_EQ(Must(store.Count(p, places)), 1u);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(ScopeComplaintsTest, WhatIsAddedToAScopedAssociationIsSeenInIt) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {});
  const Model tag = builder.Define("tag", {{"status", Text()}});
  const Association pending = builder.BelongsToMany(
      post, tag, {.as = "pending", .through = "tagging", .scope = {{"status", "pending"}}});
  Store store(Must(std::move(builder).Build()));
  const Instance p = Must(store.Create(post));
  const Instance approved = Must(store.Create(tag, {{"status", "approved"}}));
  ASSERT_TRUE(IsOk(store.Add(p, pending, approved)));
  EXPECT_TRUE(Must(store.Has(p, pending, approved)));
  EXPECT_EQ(Must(store.Get(approved, "status")), Value("pending"));
}

TEST(ScopeComplaintsTest, ALinkThatComesIntoScopeWithItsTargetIsCountedAsAdded) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {});
  const Model tag = builder.Define("tag", {{"status", Text()}});
  builder.Define("tagging",
                 {{"id", Integer().PrimaryKey().AutoIncrement()}, {"weight", Integer()}});
  const Association all = builder.BelongsToMany(post, tag, {.through = {"tagging", false}});
  const Association pending = builder.BelongsToMany(
      post, tag,
      {.as = "pending", .through = {"tagging", false}, .scope = {{"status", "pending"}}});
  const Association notes = builder.HasMany(
      post, tag, {.as = "notes", .foreign_key = "postId", .scope = {{"status", "note"}}});
  Store store(Must(std::move(builder).Build()));
  const Instance p = Must(store.Create(post));
  const auto tagged = [&](int times) {
    const Instance t = Must(store.Create(tag, {{"status", "new"}}));
    for (int i = 0; i < times; ++i) EXPECT_TRUE(IsOk(store.Append(p, all, t)));
    return t;
  };
  const Instance t = tagged(1);
  const LinkCounts one_came{.added = 1};
  EXPECT_EQ(store.Add(p, pending, t).counts(), one_came);
  EXPECT_EQ(store.Add(p, pending, t).counts(), LinkCounts());
  EXPECT_EQ(store.Add(p, pending, tagged(1), {{"weight", 1}}).counts(), one_came);
  EXPECT_EQ(store.Add(p, pending, tagged(0)).counts(), one_came);
  EXPECT_EQ(store.Append(p, pending, tagged(2)).counts(), LinkCounts{.added = 3});
  EXPECT_EQ(Must(store.Count(p, pending)), 6u);
  // As through a hasMany, where the target is what links.
  const Instance note = Must(store.Create(tag, {{"postId", 1}}));
  EXPECT_EQ(store.Add(p, notes, note).counts(), one_came);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(LinkComplaintsTest, EveryLinkOfAPairIsAnEntryOfItsOwnForEveryRead) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {});
  const Model shop = builder.Define("shop", {});
  const Model shift =
      builder.Define("shift", {{"id", Integer().PrimaryKey().AutoIncrement()}, {"day", Text()}});
  const Association shops = builder.BelongsToMany(user, shop, {.through = {"shift", false}});
  const Association users = builder.BelongsToMany(shop, user, {.through = "shift"});
  Store store(Must(std::move(builder).Build()));
  const Instance u = Must(store.Create(user));
  const Instance s = Must(store.Create(shop));
  for (const char* day : {"mon", "tue", "wed"}) {
    ASSERT_TRUE(IsOk(store.Create(shift, {{"userId", 1}, {"shopId", 1}, {"day", day}})));
  }
  EXPECT_EQ(Must(store.Get(u, shops)), (std::vector<Instance>{s, s, s}));
  EXPECT_EQ(Must(store.Get(s, users)), (std::vector<Instance>{u, u, u}));
  EXPECT_EQ(Must(store.Count(u, shops)), 3u);
  EXPECT_TRUE(Must(store.Has(u, shops, s)));
  std::string days;
  const LinkedRange linked = store.Linked(u, shops);
  for (auto link = linked.begin(); link != linked.end(); ++link) {
    days += *Must(store.Get(link.join(), "day")).get_if<std::string>() + " ";
  }
  EXPECT_EQ(days, "mon tue wed ");
  ASSERT_TRUE(IsOk(store.Remove(u, shops, s)));
  EXPECT_EQ(store.Count(shift), 0u);
}

TEST(IdentityComplaintsTest, NothingThatWasReadBeforeGoesStale) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {{"name", Text()}});
  const Model task = builder.Define("task", {});
  const Association tasks = builder.HasMany(user, task);
  const Association its_user = builder.BelongsTo(task, user);
  Store store(Must(std::move(builder).Build()));
  const Instance ann = Must(store.Create(user, {{"name", "Ann"}}));
  const Instance bob = Must(store.Create(user, {{"name", "Bob"}}));
  const Instance t = Must(store.Create(ann, tasks));
  const Instance owner = *store.One(t, its_user);  // read before what follows
  ASSERT_TRUE(IsOk(store.Set(ann, "name", "Anna")));
  EXPECT_EQ(Must(store.Get(owner, "name")), Value("Anna"));
  for (const Instance u : {bob, ann, bob}) {  // back and forth, with the same handles
    ASSERT_TRUE(IsOk(store.Add(u, tasks, t)));
    EXPECT_EQ(store.One(t, its_user), u);
    EXPECT_EQ(Must(store.Count(ann, tasks)) + Must(store.Count(bob, tasks)), 1u);
    EXPECT_EQ(Must(store.Get(t, "userId")), Must(store.Get(u, "id")));
  }
  ASSERT_TRUE(IsOk(store.Remove(bob, tasks, t)));
  EXPECT_EQ(Must(store.Get(t, "userId")), Value());
}

TEST(IdentityComplaintsTest, ARowIsOneInstanceFromWhereverItIsReached) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {{"email", Text().Unique()}});
  const Model task = builder.Define("task", {});
  const Association tasks = builder.HasMany(user, task);
  const Association its_user = builder.BelongsTo(task, user);
  Store store(Must(std::move(builder).Build()));
  const Instance ann = Must(store.Create(user, {{"email", "ann@x"}}));
  const Instance a = Must(store.Create(ann, tasks));
  const Instance b = Must(store.Create(task, {{"userId", 1}}));
  EXPECT_EQ(store.One(a, its_user), ann);
  EXPECT_EQ(store.One(b, its_user), ann);
  EXPECT_EQ(Must(store.Find(user, 1)), ann);
  EXPECT_EQ(Must(store.FindBy(user, {{"email", "ann@x"}})), ann);
  EXPECT_EQ(*store.All(user).begin(), ann);
  EXPECT_EQ(Must(store.Get(ann, tasks)), (std::vector<Instance>{a, b}));
  // In an include, too, there is one user of two tasks.
  const Rows rows = Must(store.Select(Query(task).Include(Include(its_user).Include(tasks))));
  for (const Row& row : rows) {
    EXPECT_EQ(row.IncludedOne(its_user)->instance(), ann);
    EXPECT_EQ(row.IncludedOne(its_user)->Included(tasks).Instances(),
              (std::vector<Instance>{a, b}));
  }
}

}  // namespace
}  // namespace relata
