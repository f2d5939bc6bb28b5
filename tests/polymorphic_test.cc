// The manual's polymorphic associations, section by section: comments of posts and images by a
// shared key and a discriminator, tags of both through a join model; and the dispatcher.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata::testing {
namespace {

// ----- 1:m, as the manual declares it

struct Commentable {
  explicit Commentable(bool dispatch) {
    SchemaBuilder builder;
    post = builder.Define("post", {{"title", Text()}});
    image = builder.Define("image", {{"file", Text()}});
    comment = builder.Define(
        "comment", {{"title", Text()}, {"commentable", Text()}, {"commentable_id", Integer()}});
    comments_of_post = builder.HasMany(post, comment,
                                       {.foreign_key = "commentable_id",
                                        .scope = {{"commentable", "post"}},
                                        .constraints = false});
    its_post = builder.BelongsTo(
        comment, post, {.as = "post", .foreign_key = "commentable_id", .constraints = false});
    comments_of_image = builder.HasMany(image, comment,
                                        {.foreign_key = "commentable_id",
                                         .scope = {{"commentable", "image"}},
                                         .constraints = false});
    its_image = builder.BelongsTo(
        comment, image, {.as = "image", .foreign_key = "commentable_id", .constraints = false});
    if (dispatch) item = builder.Dispatch(comment, "item");
    schema = Must(std::move(builder).Build());
  }

  Model post, image, comment;
  Association comments_of_post, comments_of_image, its_post, its_image;
  OneOf item;
  Schema schema;
};

class PolymorphicTest : public ::testing::TestWithParam<bool> {
 protected:
  PolymorphicTest() : world_(GetParam()), store_(world_.schema) {
    // A post and an image with the same key: only the discriminator tells them apart.
    p = Must(store_.Create(world_.post, {{"title", "P"}}));
    i = Must(store_.Create(world_.image, {{"file", "I"}}));
  }
  Instance Comment(const Values& values) { return Must(store_.Create(world_.comment, values)); }
  std::string Reference(Instance comment) {
    return Must(store_.Get(comment, "commentable")).ToString() + " " +
           Must(store_.Get(comment, "commentable_id")).ToString();
  }
  void TearDown() override { EXPECT_TRUE(IsOk(store_.CheckInvariants())); }

  Commentable world_;
  Store store_;
  Instance p, i;
};

INSTANTIATE_TEST_SUITE_P(WithAndWithoutDispatch, PolymorphicTest, ::testing::Bool());

TEST_P(PolymorphicTest, KeyThatMayPointAtSeveralTablesHasNoReferences) {
  ASSERT_EQ(world_.schema[world_.comment].foreign_keys.size(), 2u);
  for (const ForeignKey f : world_.schema[world_.comment].foreign_keys) {
    EXPECT_FALSE(world_.schema[f].constrained);
  }
}

TEST_P(PolymorphicTest, CreateThroughTheScopeWritesIt) {
  const Instance c = Must(store_.Create(i, world_.comments_of_image, {{"title", "Awesome!"}}));
  EXPECT_EQ(Reference(c), "'image' 1");
}

TEST_P(PolymorphicTest, GetCountAndHasSeeTheirOwnKindOnly) {
  const Instance of_image = Must(store_.Create(i, world_.comments_of_image));
  const Instance of_post = Must(store_.Create(p, world_.comments_of_post));
  EXPECT_EQ(Must(store_.Get(i, world_.comments_of_image)), std::vector<Instance>{of_image});
  EXPECT_EQ(Must(store_.Get(p, world_.comments_of_post)), std::vector<Instance>{of_post});
  EXPECT_EQ(Must(store_.Count(p, world_.comments_of_post)), 1u);
  EXPECT_FALSE(Must(store_.Has(p, world_.comments_of_post, of_image)));
}

TEST_P(PolymorphicTest, AddUpdatesKeyAndKind) {
  const Instance c = Must(store_.Create(i, world_.comments_of_image));
  ASSERT_TRUE(IsOk(store_.Add(p, world_.comments_of_post, c)));
  EXPECT_EQ(Reference(c), "'post' 1");
  EXPECT_EQ(Must(store_.Count(i, world_.comments_of_image)), 0u);
}

// Issue 8954 and its like: the other kind's row with the same key is not touched.
TEST_P(PolymorphicTest, RemoveAndSetTouchTheirOwnKindOnly) {
  const Instance of_image = Must(store_.Create(i, world_.comments_of_image));
  const Instance of_post = Must(store_.Create(p, world_.comments_of_post));
  ASSERT_TRUE(IsOk(store_.Remove(p, world_.comments_of_post, {of_image, of_post})));
  EXPECT_EQ(Reference(of_image), "'image' 1");
  EXPECT_EQ(Reference(of_post), "'post' null");  // rule R14: the scope's value stays
  ASSERT_TRUE(IsOk(store_.Clear(p, world_.comments_of_post)));
  EXPECT_EQ(Reference(of_image), "'image' 1");
}

// Issue 7446: comment.getPost() of an image's comment.
TEST_P(PolymorphicTest, BelongsToLooksAtTheDiscriminator) {
  const Instance c = Must(store_.Create(i, world_.comments_of_image));
  EXPECT_EQ(Must(store_.GetOne(c, world_.its_image)), i);
  EXPECT_EQ(Must(store_.GetOne(c, world_.its_post)), std::nullopt);
  EXPECT_EQ(Must(store_.Get(c, world_.its_post)), std::vector<Instance>());
  EXPECT_EQ(Must(store_.Count(c, world_.its_post)), 0u);
  EXPECT_FALSE(Must(store_.Has(c, world_.its_post, p)));
  EXPECT_TRUE(store_.Linked(c, world_.its_post).empty());
  EXPECT_EQ(store_.One(c, world_.its_post), std::nullopt);
  EXPECT_EQ(store_.One(c, world_.its_image), i);
}

TEST_P(PolymorphicTest, QueriesLookAtTheDiscriminatorToo) {
  const Instance of_image = Must(store_.Create(i, world_.comments_of_image));
  const Instance of_post = Must(store_.Create(p, world_.comments_of_post));
  const auto shown = [&](const Query& query) {
    std::vector<Instance> list;
    for (const Row row : Must(store_.Select(query))) list.push_back(row.instance());
    return list;
  };
  using List = std::vector<Instance>;
  EXPECT_EQ(shown(Query(world_.comment).Include(Include(world_.its_post).Required())),
            List{of_post});
  EXPECT_EQ(shown(Query(world_.comment).Include(Include(world_.its_image).Required())),
            List{of_image});
  EXPECT_EQ(Must(store_.Count(of_image, world_.its_post)), 0u);
}

TEST_P(PolymorphicTest, BelongsToSetWritesTheDiscriminator) {
  const Instance c = Comment({{"title", "c"}});
  ASSERT_TRUE(IsOk(store_.Set(c, world_.its_post, p)));
  EXPECT_EQ(Reference(c), "'post' 1");
  EXPECT_TRUE(Must(store_.Has(p, world_.comments_of_post, c)));
  ASSERT_TRUE(IsOk(store_.Set(c, world_.its_image, i)));
  EXPECT_EQ(Reference(c), "'image' 1");
}

TEST_P(PolymorphicTest, BelongsToClearLeavesTheOtherKindAlone) {
  const Instance c = Must(store_.Create(i, world_.comments_of_image));
  ASSERT_TRUE(IsOk(store_.Clear(c, world_.its_post)));
  ASSERT_TRUE(IsOk(store_.Remove(c, world_.its_post, p)));
  EXPECT_EQ(Reference(c), "'image' 1");
  ASSERT_TRUE(IsOk(store_.Clear(c, world_.its_image)));
  EXPECT_EQ(Reference(c), "'image' null");
}

TEST_P(PolymorphicTest, BelongsToCreateWritesBoth) {
  const Instance c = Comment({});
  const Instance made = Must(store_.Create(c, world_.its_post, {{"title", "new"}}));
  EXPECT_EQ(Reference(c), "'post' 2");
  EXPECT_EQ(Must(store_.GetOne(c, world_.its_post)), made);
}

TEST_P(PolymorphicTest, ParentMayGoAndItsKeyDangles) {
  const Instance c = Must(store_.Create(p, world_.comments_of_post));
  ASSERT_TRUE(IsOk(store_.Delete(p)));
  EXPECT_EQ(Reference(c), "'post' 1");
  EXPECT_EQ(Must(store_.GetOne(c, world_.its_post)), std::nullopt);
}

// ----- the dispatcher

class DispatchTest : public ::testing::Test {
 protected:
  DispatchTest() : world_(true), store_(world_.schema) {
    p = Must(store_.Create(world_.post));
    i = Must(store_.Create(world_.image));
    c = Must(store_.Create(world_.comment));
  }
  std::optional<Instance> Item() { return Must(store_.GetAny(c, world_.item)); }

  Commentable world_;
  Store store_;
  Instance p, i, c;
};

TEST_F(DispatchTest, DerivesAlternativesAndDiscriminator) {
  const OneOfInfo& info = world_.schema[world_.item];
  EXPECT_EQ(info.alternatives, (std::vector<Association>{world_.its_post, world_.its_image}));
  EXPECT_FALSE(info.exclusive());
  EXPECT_EQ(world_.schema[world_.comment].attributes[*info.discriminator].name, "commentable");
}

TEST_F(DispatchTest, GivesTheItemWhateverItIs) {
  EXPECT_EQ(Item(), std::nullopt);
  ASSERT_TRUE(IsOk(store_.Add(p, world_.comments_of_post, c)));
  EXPECT_EQ(Item(), p);
  EXPECT_EQ(Must(store_.AlternativeOf(c, world_.item)), world_.its_post);
  ASSERT_TRUE(IsOk(store_.Add(i, world_.comments_of_image, c)));
  EXPECT_EQ(Item(), i);
  EXPECT_TRUE(Must(store_.Has(c, world_.item, i)));
  EXPECT_FALSE(Must(store_.Has(c, world_.item, p)));
}

TEST_F(DispatchTest, SetWritesKeyAndDiscriminatorTogether) {
  Transaction transaction = store_.Begin();
  ASSERT_TRUE(IsOk(store_.Set(c, world_.item, i)));
  EXPECT_EQ(Must(store_.Get(c, "commentable")), Value("image"));
  EXPECT_EQ(Must(store_.Get(c, "commentable_id")), Value(1));
  EXPECT_EQ(Must(transaction.Commit()).rows.size(), 1u);
  EXPECT_TRUE(Must(store_.Has(i, world_.comments_of_image, c)));
  ASSERT_TRUE(IsOk(store_.Set(c, world_.item, p)));
  EXPECT_EQ(Item(), p);
}

TEST_F(DispatchTest, CreateMakesTheItem) {
  const Instance made = Must(store_.Create(c, world_.item, world_.image, {{"file", "x"}}));
  EXPECT_EQ(Item(), made);
  EXPECT_EQ(Must(store_.Get(c, "commentable")), Value("image"));
}

TEST_F(DispatchTest, ClearNullsTheKeyAndKeepsTheDiscriminator) {
  ASSERT_TRUE(IsOk(store_.Set(c, world_.item, i)));
  ASSERT_TRUE(IsOk(store_.Clear(c, world_.item)));
  EXPECT_EQ(Item(), std::nullopt);
  EXPECT_EQ(Must(store_.Get(c, "commentable")), Value("image"));
}

TEST_F(DispatchTest, DanglingKeyOrUnknownDiscriminatorReadsAsNothing) {
  ASSERT_TRUE(IsOk(store_.Set(c, {{"commentable", "video"}, {"commentable_id", 1}})));
  EXPECT_EQ(Item(), std::nullopt);
  ASSERT_TRUE(IsOk(store_.Set(c, {{"commentable", "post"}, {"commentable_id", 99}})));
  EXPECT_EQ(Item(), std::nullopt);
  // And a row that comes later is found.
  const Instance late = Must(store_.Create(world_.post, {{"id", 99}}));
  EXPECT_EQ(Item(), late);
}

TEST_F(DispatchTest, DispatchChangesNothingThatIsStored) {
  EXPECT_EQ(world_.schema.fingerprint(), Commentable(false).schema.fingerprint());
}

TEST(DispatchDeclarationTest, NamesEverythingItself) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {});
  const Model image = builder.Define("image", {});
  const Model comment =
      builder.Define("comment", {{"kind", Integer()}, {"other", Text()}, {"item_id", Integer()}});
  const Association posts = builder.HasMany(post, comment,
                                            {.foreign_key = "item_id",
                                             .scope = {{"kind", 1}, {"kind", 2}, {"other", "x"}},
                                             .constraints = false});
  builder.BelongsTo(comment, post, {.foreign_key = "item_id", .constraints = false});
  builder.HasOne(
      image, comment,
      {.foreign_key = "item_id", .scope = {{"kind", 3}, {"other", "y"}}, .constraints = false});
  const Association its_image =
      builder.BelongsTo(comment, image, {.foreign_key = "item_id", .constraints = false});
  // From either side.
  const OneOf item = builder.Dispatch(
      comment, "item", {.discriminator = "kind", .alternatives = {posts, its_image}});
  const Schema schema = Must(std::move(builder).Build());
  Store store(schema);
  const Instance p = Must(store.Create(post));
  const Instance c = Must(store.Create(comment, {{"kind", 2}, {"other", "x"}, {"item_id", 1}}));
  EXPECT_EQ(Must(store.GetAny(c, item)), p);
  // Writing leaves a value that is in scope.
  ASSERT_TRUE(IsOk(store.Set(c, item, p)));
  EXPECT_EQ(Must(store.Get(c, "kind")), Value(2));
  const Instance i = Must(store.Create(image));
  ASSERT_TRUE(IsOk(store.Set(c, item, i)));
  EXPECT_EQ(Must(store.Get(c, "kind")), Value(3));
  EXPECT_EQ(Must(store.GetAny(c, item)), i);
}

// As in the manual's getItem: the value is the name of the association.
TEST(DispatchDeclarationTest, WithoutScopesTheValueIsTheNameOfTheAlternative) {
  SchemaBuilder builder;
  builder.Define("post", {});
  builder.Define("image", {});
  const Model comment = builder.Define("comment", {{"kind", Text()}});
  for (const char* name : {"post", "image"}) {
    builder.BelongsTo(comment, name, {.as = name, .foreign_key = "item_id", .constraints = false});
  }
  const OneOf item = builder.Dispatch(comment, "item", {.discriminator = "kind"});
  const Schema schema = Must(std::move(builder).Build());
  Store store(schema);
  const Instance i = Must(store.Create(Must(schema.FindModel("image"))));
  const Instance c = Must(store.Create(comment));
  ASSERT_TRUE(IsOk(store.Set(c, item, i)));
  EXPECT_EQ(Must(store.Get(c, "kind")), Value("image"));
}

TEST(DispatchDeclarationTest, ScopesOfOneModelAloneAreNoDiscriminator) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {});
  const Model note = builder.Define("note", {{"done", Boolean()}});
  builder.HasMany(user, note, {.as = "doneNotes", .scope = {{"done", true}}, .constraints = false});
  const Association author = builder.BelongsTo(note, user, {.constraints = false});
  Store store(Must(std::move(builder).Build()));
  const Instance u = Must(store.Create(user));
  const Instance n = Must(store.Create(note, {{"done", false}, {"userId", 1}}));
  EXPECT_EQ(Must(store.GetOne(n, author)), u);
}

TEST(DispatchDeclarationTest, MoreScopesThanTheDiscriminatorDoNotNarrowTheReader) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {});
  const Model image = builder.Define("image", {});
  const Model comment =
      builder.Define("comment", {{"kind", Text()}, {"status", Text()}, {"item_id", Integer()}});
  for (const Model model : {post, image}) {
    const char* const kind = model == post ? "post" : "image";
    builder.HasMany(model, comment,
                    {.foreign_key = "item_id", .scope = {{"kind", kind}}, .constraints = false});
    builder.BelongsTo(comment, model, {.as = kind, .foreign_key = "item_id", .constraints = false});
  }
  builder.HasMany(post, comment,
                  {.as = "pendingComments",
                   .foreign_key = "item_id",
                   .scope = {{"kind", "post"}, {"status", "pending"}},
                   .constraints = false});
  const Schema schema = Must(std::move(builder).Build());
  Store store(schema);
  const Instance p = Must(store.Create(post));
  const Instance c = Must(store.Create(comment, {{"kind", "post"}, {"item_id", 1}}));
  EXPECT_EQ(Must(store.GetOne(c, Must(schema.FindAssociation(comment, "post")))), p);
}

// R13: a scope that a belongsTo gives itself, on its target.
TEST(BelongsToScopeTest, GetterAndAllOthersHonourIt) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {{"status", Text()}});
  const Model comment = builder.Define("comment", {});
  const Association any = builder.BelongsTo(comment, post);
  const Association live = builder.BelongsTo(
      comment, post, {.as = "livePost", .foreign_key = "postId", .scope = {{"status", "live"}}});
  Store store(Must(std::move(builder).Build()));
  const Instance draft = Must(store.Create(post, {{"status", "draft"}}));
  const Instance c = Must(store.Create(comment, {{"postId", 1}}));
  EXPECT_EQ(Must(store.GetOne(c, any)), draft);
  EXPECT_EQ(Must(store.GetOne(c, live)), std::nullopt);
  EXPECT_EQ(Must(store.Count(c, live)), 0u);
  EXPECT_FALSE(Must(store.Has(c, live, draft)));
  ASSERT_TRUE(IsOk(store.Remove(c, live, draft)));
  EXPECT_EQ(Must(store.GetOne(c, any)), draft);
  ASSERT_TRUE(IsOk(store.Set(c, live, draft)));  // writes the scope to the target
  EXPECT_EQ(Must(store.Get(draft, "status")), Value("live"));
  EXPECT_EQ(Must(store.GetOne(c, live)), draft);
}

// ----- n:m

class ItemTagTest : public ::testing::Test {
 protected:
  ItemTagTest() {
    SchemaBuilder builder;
    post = builder.Define("post", {});
    image = builder.Define("image", {});
    tag = builder.Define("tag", {{"name", Text()}, {"status", Text()}});
    item_tag = builder.Define("item_tag", {{"id", Integer().PrimaryKey().AutoIncrement()},
                                           {"tag_id", Integer().Unique("item_tag_taggable")},
                                           {"taggable", Text().Unique("item_tag_taggable")},
                                           {"taggable_id", Integer().Unique("item_tag_taggable")}});
    const auto of = [&](Model model, const char* kind, Alias as, Values scope) {
      return builder.BelongsToMany(model, tag,
                                   {.as = std::move(as),
                                    .foreign_key = "taggable_id",
                                    .other_key = "tag_id",
                                    .through = {"item_tag", false, {{"taggable", kind}}},
                                    .scope = std::move(scope),
                                    .constraints = false});
    };
    const auto reverse = [&](Model model) {
      return builder.BelongsToMany(tag, model,
                                   {.foreign_key = "tag_id",
                                    .other_key = "taggable_id",
                                    .through = {"item_tag", false},
                                    .constraints = false});
    };
    tags_of_post = of(post, "post", {}, {});
    tags_of_image = of(image, "image", {}, {});
    pending = of(post, "post", "pendingTags", {{"status", "pending"}});
    posts = reverse(post);
    images = reverse(image);
    its_post =
        builder.BelongsTo(item_tag, post, {.foreign_key = "taggable_id", .constraints = false});
    its_image =
        builder.BelongsTo(item_tag, image, {.foreign_key = "taggable_id", .constraints = false});
    item = builder.Dispatch(item_tag, "item");
    store_.emplace(Must(std::move(builder).Build()));
    p = Must(store_->Create(post));
    i = Must(store_->Create(image));
    x = Must(store_->Create(tag, {{"name", "x"}}));
    y = Must(store_->Create(tag, {{"name", "y"}, {"status", "pending"}}));
  }
  void TearDown() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }
  using List = std::vector<Instance>;

  Model post, image, tag, item_tag;
  Association tags_of_post, tags_of_image, pending, posts, images, its_post, its_image;
  OneOf item;
  std::optional<Store> store_;
  Instance p, i, x, y;
};

TEST_F(ItemTagTest, JoinModelHasTheNamedUniqueKeyAndNoReferences) {
  const Schema& schema = store_->schema();
  ASSERT_EQ(schema[item_tag].keys.size(), 2u);
  EXPECT_EQ(schema[item_tag].keys[1].attributes.size(), 3u);
  EXPECT_EQ(schema[item_tag].attributes.size(), 4u);  // and no column besides
  for (const ForeignKey f : schema[item_tag].foreign_keys) EXPECT_FALSE(schema[f].constrained);
}

TEST_F(ItemTagTest, ATakenKeyIsToldInEnglish) {
  ASSERT_TRUE(IsOk(store_->Add(p, tags_of_post, x)));
  EXPECT_TRUE(FailsWith(
      store_->Create(item_tag, {{"tag_id", 1}, {"taggable", "post"}, {"taggable_id", 1}}),
      ErrorKind::kUnique, "an item_tag with (tag_id, taggable, taggable_id) = (1, 'post', 1)"));
  EXPECT_TRUE(FailsWith(store_->Create(tag, {{"id", 1}}), ErrorKind::kUnique, "a tag with id = 1"));
}

TEST_F(ItemTagTest, OneTagIsLinkedToAPostAndAnImageWithTheSameKey) {
  ASSERT_TRUE(IsOk(store_->Set(p, tags_of_post, x)));
  ASSERT_TRUE(IsOk(store_->Set(i, tags_of_image, {x, y})));
  EXPECT_EQ(Must(store_->Get(p, tags_of_post)), List{x});
  EXPECT_EQ(Must(store_->Get(i, tags_of_image)), (List{x, y}));
  ASSERT_TRUE(IsOk(store_->Clear(p, tags_of_post)));
  EXPECT_EQ(Must(store_->Count(i, tags_of_image)), 2u);
}

// Issue 8890.
TEST_F(ItemTagTest, RemoveLeavesTheOtherKindsJoinRow) {
  ASSERT_TRUE(IsOk(store_->Add(i, tags_of_image, x)));
  ASSERT_TRUE(IsOk(store_->Remove(p, tags_of_post, x)));
  EXPECT_EQ(store_->Count(item_tag), 1u);
}

TEST_F(ItemTagTest, ThroughValuesCannotLeaveTheScope) {
  ASSERT_TRUE(IsOk(store_->Add(p, tags_of_post, x, {{"taggable", "image"}})));
  EXPECT_EQ(Must(store_->Get(*store_->All(item_tag).begin(), "taggable")), Value("post"));
}

// What the manual leaves out: tag.getPosts() returned posts for rows of images.
TEST_F(ItemTagTest, ReverseSideReadsItsOwnKindOnly) {
  ASSERT_TRUE(IsOk(store_->Add(i, tags_of_image, x)));
  EXPECT_EQ(Must(store_->Get(x, posts)), List{});
  EXPECT_EQ(Must(store_->Get(x, images)), List{i});
  EXPECT_FALSE(Must(store_->Has(x, posts, p)));
  ASSERT_TRUE(IsOk(store_->Clear(x, posts)));
  EXPECT_EQ(store_->Count(item_tag), 1u);
}

TEST_F(ItemTagTest, ReverseAddWritesTheKind) {
  ASSERT_TRUE(IsOk(store_->Add(x, posts, p)));
  EXPECT_EQ(Must(store_->Get(p, tags_of_post)), List{x});
  EXPECT_EQ(Must(store_->Get(*store_->All(item_tag).begin(), "taggable")), Value("post"));
}

TEST_F(ItemTagTest, PendingTagsCombineBothScopes) {
  ASSERT_TRUE(IsOk(store_->Add(p, tags_of_post, {x, y})));
  EXPECT_EQ(Must(store_->Get(p, pending)), List{y});
  ASSERT_TRUE(IsOk(store_->Add(p, pending, x)));  // writes the scope of the target too
  EXPECT_EQ(Must(store_->Get(x, "status")), Value("pending"));
  ASSERT_TRUE(IsOk(store_->Clear(p, pending)));
  EXPECT_EQ(store_->Count(item_tag), 0u);
}

TEST_F(ItemTagTest, ClearOfTheScopedAliasLeavesTargetsOutOfScope) {
  ASSERT_TRUE(IsOk(store_->Add(p, tags_of_post, {x, y})));
  ASSERT_TRUE(IsOk(store_->Clear(p, pending)));
  EXPECT_EQ(Must(store_->Get(p, tags_of_post)), List{x});
}

TEST_F(ItemTagTest, DispatchGivesTheItemOfAJoinRow) {
  ASSERT_TRUE(IsOk(store_->Add(p, tags_of_post, x)));
  ASSERT_TRUE(IsOk(store_->Add(i, tags_of_image, x)));
  List items;
  for (const Instance join : store_->All(item_tag)) {
    items.push_back(*Must(store_->GetAny(join, item)));
  }
  EXPECT_EQ(items, (List{p, i}));
}

}  // namespace
}  // namespace relata::testing
