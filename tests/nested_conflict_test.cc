// Links in a draft that cannot both be: two that write one key, or one discriminator, differently
// are refused and both are named; and what a link, or null for one, writes of a key that several
// models share (rules R13 and R17).
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

// Comments of posts and of images by one key and a kind, which is "post" where nobody says it.
class SharedKeyTest : public ::testing::Test {
 protected:
  SharedKeyTest() {
    SchemaBuilder builder;
    post_ = builder.Define("post", {{"title", Text()}});
    image_ = builder.Define("image", {{"file", Text()}});
    comment_ = builder.Define("comment", {{"id", Integer().PrimaryKey().AutoIncrement()},
                                          {"code", Integer().Unique()},
                                          {"kind", Text().Default("post")}});
    const AssociationOptions options{.foreign_key = "itemId", .constraints = false};
    AssociationOptions scoped = options;
    scoped.scope = {{"kind", "post"}, {"kind", "old post"}};
    comments_of_post_ = builder.HasMany(post_, comment_, scoped);
    scoped.scope = {{"kind", "image"}};
    comments_of_image_ = builder.HasMany(image_, comment_, scoped);
    builder.BelongsTo(comment_, post_, options);
    builder.BelongsTo(comment_, image_, options);
    item_ = builder.Dispatch(comment_, "item");
    store_.emplace(Must(std::move(builder).Build()));
    // Of different keys, and then of the same: there the kind alone tells them apart.
    Must(store_->Create(post_, {{"title", "first"}}));
    p_ = Must(store_->Create(post_, {{"title", "second"}}));
    i_ = Must(store_->Create(image_, {{"file", "first"}}));
    j_ = Must(store_->Create(image_, {{"file", "second"}}));
  }
  ~SharedKeyTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }

  Store& store() { return *store_; }
  std::string Reference(Instance comment) {
    return Must(store().Get(comment, "kind")).ToString() + " " +
           Must(store().Get(comment, "itemId")).ToString();
  }

  Model post_, image_, comment_;
  Association comments_of_post_, comments_of_image_;
  OneOf item_;
  std::optional<Store> store_;
  Instance p_, i_, j_;
};

TEST_F(SharedKeyTest, TwoAlternativesInOneRowAreRefusedAndBothAreNamed) {
  const Instance c = Must(store().Create(comment_, {{"post", p_}}));
  const Store before = Must(store().Fork());
  const Draft new_image = Draft(image_, {{"file", "new"}});
  for (const Draft& draft : {Draft{{"post", p_}, {"image", i_}}, Draft{{"post", p_}, {"image", j_}},
                             Draft{{"image", j_}, {"post", 2}}, Draft{{"item", i_}, {"post", p_}},
                             Draft{{"post", {{"title", "new"}}}, {"item", new_image}}}) {
    for (const absl::Status& refused :
         {store().Create(comment_, draft).status(), store().Update(c, draft),
          store().Create(comment_, Upsert(draft)).status()}) {
      EXPECT_TRUE(FailsWith(refused, absl::StatusCode::kInvalidArgument, "comment belongsTo post"));
      EXPECT_TRUE(FailsWith(refused, absl::StatusCode::kInvalidArgument, "are both given"));
      EXPECT_TRUE(
          FailsWith(refused, absl::StatusCode::kInvalidArgument, "comment belongsTo image"));
    }
  }
  EXPECT_TRUE(Must(Store::Diff(before, store())).empty());
}

TEST_F(SharedKeyTest, AnAlternativeAgainstTheRowAroundItIsRefused) {
  const auto is_refused = [](const absl::StatusOr<Instance>& result, const char* where) {
    return FailsWith(result, absl::StatusCode::kInvalidArgument, where);
  };
  EXPECT_TRUE(is_refused(store().Create(post_, {{"comments", {{{"code", 1}, {"image", i_}}}}}),
                         "post.comments[0]: comment belongsTo image and post hasMany comment are"));
  EXPECT_TRUE(
      is_refused(store().Create(i_, comments_of_image_, {{"code", 1}, {"post", {{"title", "x"}}}}),
                 "comment belongsTo post and image hasMany comment are both given"));
  EXPECT_EQ(store().Count(comment_), 0u);
  EXPECT_EQ(store().Count(post_), 2u);
  // The row around it itself is no contradiction.
  const Instance c = Must(store().Create(p_, comments_of_post_, {{"code", 1}, {"post", p_}}));
  EXPECT_EQ(Must(store().GetAny(c, item_)), p_);
  // It wins over a null, whatever else is linked.
  for (const Draft& draft : {Draft{{"post", nullptr}}, Draft{{"item", nullptr}}}) {
    EXPECT_EQ(Must(store().GetAny(Must(store().Create(p_, comments_of_post_, draft)), item_)), p_);
  }
}

TEST_F(SharedKeyTest, NullOfAnAlternativeThatIsNotSetChangesNothing) {
  const Instance c = Must(store().Create(comment_, {{"post", p_}}));
  ASSERT_TRUE(IsOk(store().Update(c, {{"image", nullptr}})));
  EXPECT_EQ(Must(store().GetAny(c, item_)), p_);
  for (const Draft& draft : {Draft{{"post", nullptr}, {"image", i_}}, Draft{{"image", i_}},
                             Draft{{"image", i_}, {"post", nullptr}}}) {
    ASSERT_TRUE(IsOk(store().Update(c, {{"post", p_}})));
    ASSERT_TRUE(IsOk(store().Update(c, draft)));
    EXPECT_EQ(Must(store().GetAny(c, item_)), i_);
    EXPECT_EQ(Must(store().GetAny(Must(store().Create(comment_, draft)), item_)), i_);
  }
  ASSERT_TRUE(IsOk(store().Update(c, {{"image", nullptr}})));
  EXPECT_EQ(Reference(c), "'image' null");  // rule R14: the kind stays
  // Of the association as a whole it is null whatever the kind is.
  ASSERT_TRUE(IsOk(store().Set(c, {{"kind", "video"}, {"itemId", 7}})));
  ASSERT_TRUE(IsOk(store().Update(c, {{"item", nullptr}})));
  EXPECT_EQ(Reference(c), "'video' null");
}

// What a new row has by default, one that exists may not have.
TEST_F(SharedKeyTest, ALinkOfARowThatExistsWritesTheKindUnlessItIsInScope) {
  const Instance c = Must(store().Create(comment_, {{"code", 1}, {"image", j_}}));
  ASSERT_TRUE(IsOk(store().Update(c, {{"post", p_}})));
  EXPECT_EQ(Reference(c), "'post' 2");
  ASSERT_TRUE(IsOk(store().Update(c, {{"image", j_}})));
  ASSERT_EQ(Must(store().Create(comment_, Upsert({{"code", 1}, {"post", p_}}))), c);
  EXPECT_EQ(Reference(c), "'post' 2");
  ASSERT_TRUE(IsOk(store().Set(c, "kind", "old post")));
  ASSERT_TRUE(IsOk(store().Update(c, {{"post", 1}})));
  EXPECT_EQ(Reference(c), "'old post' 1");
}

TEST(LinkConflictTest, TwoLinksByOneKeyMustBeToOneRow) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {{"name", Text()}});
  const Model task = builder.Define("task", {{"title", Text()}});
  builder.BelongsTo(task, user, {.as = "owner", .foreign_key = "ownerId"});
  const Association boss = builder.BelongsTo(task, user, {.as = "boss", .foreign_key = "ownerId"});
  builder.HasMany(user, task, {.foreign_key = "ownerId"});
  Store store(Must(std::move(builder).Build()));
  const Instance ann = Must(store.Create(user, {{"name", "Ann"}}));
  const Instance bob = Must(store.Create(user, {{"name", "Bob"}}));
  const Instance t = Must(store.Create(task, {{"owner", ann}, {boss, 1}}));
  EXPECT_EQ(store.One(t, boss), ann);
  const auto is_refused = [](const auto& result, const char* why) {
    return FailsWith(result, absl::StatusCode::kInvalidArgument, why);
  };
  EXPECT_TRUE(is_refused(store.Create(task, {{"owner", ann}, {"boss", bob}}),
                         "ownerId would be 1 for one and 2 for the other"));
  EXPECT_TRUE(is_refused(store.Update(t, {{"owner", bob}, {"boss", nullptr}}),
                         "one foreign key is of both"));
  EXPECT_TRUE(is_refused(store.Create(user, {{"tasks", {{{"boss", {{"name", "Cid"}}}}}}}),
                         "user.tasks[0]: task belongsTo user as 'boss' and user hasMany task are"));
  EXPECT_EQ(store.One(t, boss), ann);
  EXPECT_EQ(store.Count(user), 2u);
  EXPECT_EQ(store.Count(task), 1u);
}

// The keys of two associations share a column, as where every key begins with that of a tenant.
TEST(LinkConflictTest, KeysThatShareAColumnMustAgreeInIt) {
  SchemaBuilder builder;
  const auto keys = [] {
    return std::vector<NamedAttribute>{{"tenant", Integer().PrimaryKey()},
                                       {"id", Integer().PrimaryKey()}};
  };
  const Model room = builder.Define("room", keys());
  const Model desk = builder.Define("desk", keys());
  const Model chair = builder.Define("chair", {});
  const Association its_room =
      builder.BelongsTo(chair, room, {.foreign_key = {"tenant", "roomId"}});
  const Association its_desk =
      builder.BelongsTo(chair, desk, {.foreign_key = {"tenant", "deskId"}});
  Store store(Must(std::move(builder).Build()));
  const Instance r = Must(store.Create(room, {{"tenant", 1}, {"id", 1}}));
  const Instance d = Must(store.Create(desk, {{"tenant", 1}, {"id", 5}}));
  const Instance e = Must(store.Create(desk, {{"tenant", 2}, {"id", 5}}));
  const Instance c = Must(store.Create(chair, {{"room", r}, {"desk", d}}));
  EXPECT_EQ(store.One(c, its_room), r);
  EXPECT_EQ(store.One(c, its_desk), d);
  EXPECT_TRUE(FailsWith(store.Create(chair, {{"room", r}, {"desk", e}}),
                        absl::StatusCode::kInvalidArgument,
                        "tenant would be 1 for one and 2 for the other"));
  // Null for one of them leaves the other what it is given.
  ASSERT_TRUE(IsOk(store.Update(c, {{"room", r}, {"desk", nullptr}})));
  EXPECT_EQ(store.One(c, its_room), r);
  EXPECT_EQ(store.One(c, its_desk), std::nullopt);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(LinkConflictTest, AnExclusiveAlternativeAgainstTheRowAroundItIsRefused) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {});
  const Model image = builder.Define("image", {});
  const Model comment = builder.Define("comment", {{"text", Text()}});
  const OneOf item = builder.BelongsToOneOf(comment, {post, image}, {.as = "item"});
  const Association comments = builder.HasMany(post, comment);
  Store store(Must(std::move(builder).Build()));
  const Instance p = Must(store.Create(post));
  const Instance i = Must(store.Create(image));
  const Instance c = Must(store.Create(comment, {{"image", i}}));
  EXPECT_TRUE(FailsWith(store.Create(p, comments, {{"text", "x"}, {"image", Draft()}}),
                        absl::StatusCode::kInvalidArgument,
                        "comment.item (one of post, image) refers to one"));
  EXPECT_TRUE(FailsWith(store.Update(p, {{"comments", {Draft(c, {{"item", i}})}}}),
                        absl::StatusCode::kInvalidArgument, "post.comments[0]"));
  EXPECT_EQ(store.Count(image), 1u);
  // Connecting it without a word of the image is a change of its mind.
  ASSERT_TRUE(IsOk(store.Update(p, {{"comments", {Draft(c, {{"text", "y"}})}}})));
  EXPECT_EQ(Must(store.GetAny(c, item)), p);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

}  // namespace
}  // namespace relata
