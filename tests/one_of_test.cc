// An association to one of several models with integrity (SchemaBuilder::BelongsToOneOf), in
// memory.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata::testing {
namespace {

Model DefineNamed(SchemaBuilder& builder, const char* name) {
  return builder.Define(name, {{"title", Text()}});
}

// A comment of a post, an image or a video.
class OneOfTest : public ::testing::Test {
 protected:
  explicit OneOfTest(OneOfOptions options = {.as = "item"}) : schema_(Build(options)) {
    store_.emplace(schema_);
    post_1 = New(post);
    post_2 = New(post);
    image_1 = New(image);
    video_1 = New(video);
    of_post = Must(schema_.FindAssociation(comment, "post"));
    of_image = Must(schema_.FindAssociation(comment, "image"));
  }

  Schema Build(OneOfOptions options) {
    SchemaBuilder builder;
    post = DefineNamed(builder, "post");
    image = DefineNamed(builder, "image");
    video = DefineNamed(builder, "video");
    comment = DefineNamed(builder, "comment");
    item = builder.BelongsToOneOf(comment, {post, image, video}, std::move(options));
    comments_of_post = builder.HasMany(post, comment);
    comments_of_image = builder.HasMany(image, comment);
    return Must(std::move(builder).Build());
  }

  Instance New(Model model, const Values& values = {}) {
    return Must(store().Create(model, values));
  }
  Store& store() { return *store_; }
  std::optional<Instance> Item(Instance of) { return Must(store().GetAny(of, item)); }
  // "postId imageId videoId"
  std::string Keys(Instance of) {
    std::string text;
    for (const char* name : {"postId", "imageId", "videoId"}) {
      text += Must(store().Get(of, name)).ToString() + (name == std::string("videoId") ? "" : " ");
    }
    return text;
  }
  void TearDown() override { EXPECT_TRUE(IsOk(store().CheckInvariants())); }

  Model post, image, video, comment;
  OneOf item;
  Association comments_of_post, comments_of_image, of_post, of_image;
  Schema schema_;
  std::optional<Store> store_;
  Instance post_1, post_2, image_1, video_1;
};

class RequiredOneOfTest : public OneOfTest {
 protected:
  RequiredOneOfTest() : OneOfTest({.as = "item", .required = true}) {}
};

class RequiredSetNullTest : public OneOfTest {
 protected:
  RequiredSetNullTest()
      : OneOfTest({.as = "item", .required = true, .on_delete = Action::kSetNull}) {}
};

TEST_F(OneOfTest, SchemaTellsTheAlternativesWhichAreOrdinaryAssociations) {
  const OneOfInfo& info = schema_[item];
  EXPECT_EQ(info.name, "item");
  EXPECT_TRUE(info.exclusive());
  EXPECT_FALSE(info.required);
  ASSERT_EQ(info.alternatives.size(), 3u);
  EXPECT_EQ(info.alternatives[0], of_post);
  EXPECT_EQ(schema_[of_post].kind, AssociationKind::kBelongsTo);
  EXPECT_EQ(schema_[schema_[of_post].foreign_key].on_delete, Action::kSetNull);
  EXPECT_EQ(schema_[comment].one_ofs, std::vector<OneOf>{item});
  EXPECT_EQ(Must(schema_.FindOneOf(comment, "item")), item);
  EXPECT_TRUE(FailsWith(schema_.FindOneOf(comment, "itme"), ErrorKind::kNotAssociated,
                        "did you mean 'item'"));
  EXPECT_EQ(schema_.Describe(item), "comment.item (one of post, image, video)");
}

TEST_F(OneOfTest, HasManyFromAnAlternativeMeetsInItsKey) {
  EXPECT_EQ(schema_[comments_of_post].foreign_key, schema_[of_post].foreign_key);
  EXPECT_EQ(schema_[comment].foreign_keys.size(), 3u);
}

TEST_F(OneOfTest, RowWithoutAnAlternativeReadsAsNothing) {
  const Instance c = New(comment);
  EXPECT_EQ(Item(c), std::nullopt);
  EXPECT_EQ(Must(store().AlternativeOf(c, item)), std::nullopt);
}

TEST_F(OneOfTest, SetRefersToAnInstanceOfAnyAlternative) {
  const Instance c = New(comment);
  for (const Instance target : {post_1, image_1, video_1, post_2}) {
    ASSERT_TRUE(IsOk(store().Set(c, item, target)));
    EXPECT_EQ(Item(c), target);
    EXPECT_TRUE(Must(store().Has(c, item, target)));
    EXPECT_EQ(schema_[*Must(store().AlternativeOf(c, item))].target, target.of());
  }
  EXPECT_EQ(Keys(c), "2 null null");
  EXPECT_FALSE(Must(store().Has(c, item, post_1)));
  EXPECT_FALSE(Must(store().Has(c, item, video_1)));
}

TEST_F(OneOfTest, SetThroughOneAlternativeClearsTheOther) {
  const Instance c = New(comment, {{"imageId", 1}});
  ASSERT_TRUE(IsOk(store().Set(c, of_post, post_1)));
  EXPECT_EQ(Keys(c), "1 null null");
}

TEST_F(OneOfTest, AddFromTheOtherSideMovesARowFromOneAlternativeToAnother) {
  const Instance c = New(comment, {{"imageId", 1}});
  ASSERT_TRUE(IsOk(store().Add(post_2, comments_of_post, c)));
  EXPECT_EQ(Keys(c), "2 null null");
  EXPECT_EQ(Must(store().Count(image_1, comments_of_image)), 0u);
  ASSERT_TRUE(IsOk(store().Set(image_1, comments_of_image, c)));
  EXPECT_EQ(Keys(c), "null 1 null");
  EXPECT_EQ(Must(store().Count(post_2, comments_of_post)), 0u);
}

TEST_F(OneOfTest, CreateFromEitherSideSetsOneKey) {
  const Instance c = Must(store().Create(post_2, comments_of_post, {{"title", "hello"}}));
  EXPECT_EQ(Keys(c), "2 null null");
  const Instance made = Must(store().Create(c, item, video, {{"title", "made"}}));
  EXPECT_EQ(Item(c), made);
  EXPECT_EQ(Keys(c), "null null 2");
  // The link wins over what the values say.
  const Instance d = Must(store().Create(image_1, comments_of_image, {{"postId", 1}}));
  EXPECT_EQ(Keys(d), "null 1 null");
}

TEST_F(OneOfTest, ClearLeavesNothing) {
  const Instance c = New(comment, {{"videoId", 1}});
  ASSERT_TRUE(IsOk(store().Clear(c, item)));
  EXPECT_EQ(Item(c), std::nullopt);
  ASSERT_TRUE(IsOk(store().Clear(c, item)));  // again: nothing to do
  EXPECT_EQ(Keys(c), "null null null");
}

TEST_F(OneOfTest, ClearOfAnAlternativeThatIsNotSetDoesNothing) {
  const Instance c = New(comment, {{"imageId", 1}});
  ASSERT_TRUE(IsOk(store().Clear(c, of_post)));
  EXPECT_EQ(Item(c), image_1);
}

TEST_F(OneOfTest, CreateWithTwoKeysIsRefusedAndNamesThem) {
  const auto both = store().Create(comment, {{"postId", 1}, {"imageId", 1}});
  EXPECT_TRUE(FailsWith(both, ErrorKind::kCheck,
                        "comment.item needs at most one of postId, imageId, videoId, and postId "
                        "and imageId would be set: null all but one"));
  EXPECT_TRUE(FailsWith(both, absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(store().Count(comment), 0u);
}

TEST_F(OneOfTest, WritingASecondKeyAsAnAttributeIsRefused) {
  const Instance c = New(comment, {{"postId", 1}});
  EXPECT_TRUE(FailsWith(store().Set(c, "imageId", 1), ErrorKind::kCheck));
  EXPECT_EQ(Keys(c), "1 null null");
  EXPECT_TRUE(IsOk(store().Set(c, {{"imageId", 1}, {"postId", nullptr}})));
  EXPECT_EQ(Keys(c), "null 1 null");
}

TEST_F(OneOfTest, FieldWriteIsJudgedToo) {
  const auto image_id = Must(schema_.FieldOf<std::optional<std::int64_t>>(comment, "imageId"));
  const Instance c = New(comment, {{"postId", 1}});
  EXPECT_TRUE(FailsWith(store().Set(c, image_id, 1), ErrorKind::kCheck));
  EXPECT_EQ(Keys(c), "1 null null");
}

TEST_F(OneOfTest, PlanOfAnUpdateSaysThatTwoWouldBeSet) {
  const Instance c = New(comment, {{"postId", 1}});
  const Instance d = New(comment);
  const Plan plan = Must(store().PlanUpdate(std::vector<Instance>{c, d}, {{"imageId", 1}}));
  ASSERT_EQ(plan.total_blockers(), 1u);
  EXPECT_EQ(plan.blockers()[0].kind, ErrorKind::kCheck);
  EXPECT_EQ(plan.blockers()[0].instance, c);
  EXPECT_TRUE(FailsWith(store().Apply(plan), ErrorKind::kCheck, "comment 1"));
  EXPECT_EQ(Keys(d), "null null null");
}

TEST_F(OneOfTest, TargetOfAModelThatIsNoAlternativeIsRefused) {
  const Instance c = New(comment);
  EXPECT_TRUE(FailsWith(store().Set(c, item, c), absl::StatusCode::kInvalidArgument,
                        "a comment is none of its alternatives"));
  EXPECT_TRUE(FailsWith(store().Has(c, item, c), absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(FailsWith(store().Create(c, item, comment), absl::StatusCode::kInvalidArgument));
}

TEST_F(OneOfTest, WrongSourceAndStaleHandlesAreRefused) {
  const Instance c = New(comment);
  EXPECT_TRUE(FailsWith(store().GetAny(post_1, item), absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(FailsWith(store().GetAny(c, OneOf{9}), absl::StatusCode::kInvalidArgument));
  ASSERT_TRUE(IsOk(store().Delete(post_2)));
  EXPECT_TRUE(FailsWith(store().Set(c, item, post_2), absl::StatusCode::kNotFound));
  ASSERT_TRUE(IsOk(store().Delete(c)));
  EXPECT_TRUE(FailsWith(store().Clear(c, item), absl::StatusCode::kNotFound));
}

TEST_F(OneOfTest, DeleteOfTheTargetSetsNullByDefault) {
  const Instance c = New(comment, {{"postId", 1}});
  ASSERT_TRUE(IsOk(store().Delete(post_1)));
  EXPECT_EQ(Item(c), std::nullopt);
}

TEST_F(OneOfTest, KeyUpdateOfTheTargetFollows) {
  const Instance c = New(comment, {{"postId", 1}});
  ASSERT_TRUE(IsOk(store().Set(post_1, "id", 77)));
  EXPECT_EQ(Keys(c), "77 null null");
  EXPECT_EQ(Item(c), post_1);
}

TEST_F(OneOfTest, RollbackRestoresTheAlternative) {
  const Instance c = New(comment, {{"postId", 1}});
  {
    Transaction transaction = store().Begin();
    ASSERT_TRUE(IsOk(store().Set(c, item, image_1)));
    EXPECT_EQ(Item(c), image_1);
  }
  EXPECT_EQ(Item(c), post_1);
}

TEST_F(OneOfTest, ChangeOfAlternativeIsOneUpdateInTheChangeSet) {
  const Instance c = New(comment, {{"postId", 1}});
  Transaction transaction = store().Begin();
  ASSERT_TRUE(IsOk(store().Set(c, item, image_1)));
  const ChangeSet changes = Must(transaction.Commit());
  ASSERT_EQ(changes.rows.size(), 1u);
  EXPECT_EQ(changes.rows[0].attributes.size(), 2u);
}

TEST_F(OneOfTest, ForkKeepsTheRule) {
  const Instance c = New(comment, {{"postId", 1}});
  Store fork = Must(store().Fork());
  EXPECT_TRUE(FailsWith(fork.Set(c, "imageId", 1), ErrorKind::kCheck));
  ASSERT_TRUE(IsOk(fork.Set(c, item, image_1)));
  EXPECT_EQ(Item(c), post_1);
}

TEST_F(OneOfTest, LoaderRefusesARowWithTwoKeys) {
  Loader loader(schema_);
  const std::vector<ValueView> one{std::int64_t{1}, std::string_view("p")};
  ASSERT_TRUE(IsOk(loader.Append(post, one)));
  ASSERT_TRUE(IsOk(loader.Append(image, one)));
  const std::vector<ValueView> row{std::int64_t{1}, ValueView(), std::int64_t{1}, std::int64_t{1},
                                   ValueView()};
  EXPECT_TRUE(FailsWith(loader.Append(comment, row), ErrorKind::kCheck));
}

TEST_F(RequiredOneOfTest, CreateWithoutAnAlternativeIsRefused) {
  EXPECT_TRUE(FailsWith(store().Create(comment), ErrorKind::kCheck,
                        "comment.item needs exactly one of postId, imageId, videoId, and none "
                        "would be set: give one of them"));
  EXPECT_TRUE(IsOk(store().Create(comment, {{"videoId", 1}})));
}

TEST_F(RequiredOneOfTest, ClearAndRemoveAreRefused) {
  const Instance c = New(comment, {{"postId", 1}});
  EXPECT_TRUE(FailsWith(store().Clear(c, item), ErrorKind::kCheck));
  EXPECT_TRUE(FailsWith(store().Clear(c, of_post), ErrorKind::kCheck));
  EXPECT_TRUE(FailsWith(store().Remove(post_1, comments_of_post, c), ErrorKind::kCheck));
  EXPECT_EQ(Item(c), post_1);
}

TEST_F(RequiredOneOfTest, SetMovesInOneOperation) {
  const Instance c = New(comment, {{"postId", 1}});
  ASSERT_TRUE(IsOk(store().Set(c, item, video_1)));
  EXPECT_EQ(Keys(c), "null null 1");
}

// As for a NOT NULL key (rule R2): what has comments takes them along, a video restricts.
TEST_F(RequiredOneOfTest, DefaultOnDeleteIsThatOfANotNullKey) {
  const Instance of_post_1 = New(comment, {{"postId", 1}});
  const Instance of_video = New(comment, {{"videoId", 1}});
  ASSERT_TRUE(IsOk(store().Delete(post_1)));
  EXPECT_FALSE(store().Contains(of_post_1));
  EXPECT_TRUE(FailsWith(store().Delete(video_1), ErrorKind::kForeignKey));
  EXPECT_TRUE(store().Contains(of_video));
  ASSERT_TRUE(IsOk(store().Delete(std::vector<Instance>{video_1, of_video})));
}

TEST_F(RequiredSetNullTest, SetNullThatLeavesNoAlternativeBlocks) {
  const Instance c = New(comment, {{"postId", 1}});
  const Plan plan = Must(store().PlanDelete(post_1));
  ASSERT_EQ(plan.total_blockers(), 1u);
  EXPECT_EQ(plan.blockers()[0].kind, ErrorKind::kCheck);
  EXPECT_EQ(plan.blockers()[0].instance, c);
  EXPECT_EQ(plan.blockers()[0].via, schema_[of_post].foreign_key);
  EXPECT_TRUE(
      FailsWith(store().Delete(post_1), ErrorKind::kCheck, "(SET NULL of comment.postId -> post"));
  EXPECT_TRUE(store().Contains(post_1));
}

// Judged on the state that the operation would leave (rule R10).
TEST_F(RequiredSetNullTest, SetNullOfARowThatGoesTooDoesNotBlock) {
  const Instance c = New(comment, {{"postId", 1}});
  ASSERT_TRUE(IsOk(store().Delete(std::vector<Instance>{post_1, c})));
  EXPECT_EQ(store().Count(comment), 0u);
}

// ----- composite keys, the same model twice, the model itself

TEST(OneOfKeysTest, CompositeKeyIsSetWhenNoPartIsNull) {
  SchemaBuilder builder;
  const Model seat =
      builder.Define("seat", {{"row", Integer().PrimaryKey()}, {"num", Integer().PrimaryKey()}});
  const Model table = DefineNamed(builder, "table");
  const Model guest = DefineNamed(builder, "guest");
  const OneOf place =
      builder.BelongsToOneOf(guest, {seat, table}, {.as = "place", .required = true});
  Store store(Must(std::move(builder).Build()));
  const Instance a = Must(store.Create(seat, {{"row", 1}, {"num", 2}}));
  const Instance b = Must(store.Create(table));
  EXPECT_TRUE(FailsWith(store.Create(guest, {{"seatRow", 1}}), ErrorKind::kCheck));
  const Instance g = Must(store.Create(guest, {{"seatRow", 1}, {"seatNum", 2}}));
  EXPECT_EQ(Must(store.GetAny(g, place)), a);
  ASSERT_TRUE(IsOk(store.Set(g, place, b)));
  EXPECT_TRUE(Must(store.Get(g, "seatRow")).is_null());
  EXPECT_TRUE(Must(store.Get(g, "seatNum")).is_null());
  ASSERT_TRUE(IsOk(store.Set(g, place, a)));
  EXPECT_EQ(Must(store.GetAny(g, place)), a);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

// Tenants: every key begins with one and the same column, which stays when an alternative goes.
TEST(OneOfKeysTest, SharedColumnOfCompositeKeysStays) {
  SchemaBuilder builder;
  const auto keyed = [&](const char* name) {
    return builder.Define(name,
                          {{"tenant", Integer().PrimaryKey()}, {"id", Integer().PrimaryKey()}});
  };
  const Model post = keyed("post");
  const Model image = keyed("image");
  const Model comment = builder.Define("comment", {{"tenant", Integer().NotNull()}});
  const OneOf item = builder.BelongsToOneOf(
      comment,
      {{post, {.foreign_key = {"tenant", "postId"}, .on_delete = Action::kCascade}},
       {image, {.foreign_key = {"tenant", "imageId"}, .on_delete = Action::kCascade}}},
      {.as = "item"});
  const Association comments_of_image =
      builder.HasMany(image, comment, {.foreign_key = {"tenant", "imageId"}});
  Store store(Must(std::move(builder).Build()));
  const Instance p = Must(store.Create(post, {{"tenant", 7}, {"id", 1}}));
  const Instance i = Must(store.Create(image, {{"tenant", 7}, {"id", 1}}));
  const Instance c = Must(store.Create(comment, {{"tenant", 7}}));
  EXPECT_EQ(Must(store.GetAny(c, item)), std::nullopt);
  ASSERT_TRUE(IsOk(store.Set(c, item, p)));
  ASSERT_TRUE(IsOk(store.Set(c, item, i)));
  EXPECT_EQ(Must(store.GetAny(c, item)), i);
  EXPECT_TRUE(Must(store.Get(c, "postId")).is_null());
  const Association its_image = Must(store.schema().FindAssociation(comment, "image"));
  const auto unlink = [&](int way) -> absl::Status {
    if (way == 0) return store.Clear(c, item);
    if (way == 1) return store.Clear(c, its_image);
    if (way == 2) return store.Remove(i, comments_of_image, c);
    return store.Update(c, {{way == 3 ? "item" : "image", nullptr}});
  };
  for (int way = 0; way < 5; ++way) {
    ASSERT_TRUE(IsOk(store.Set(c, item, i)));
    ASSERT_TRUE(IsOk(unlink(way)));
    EXPECT_EQ(Must(store.GetAny(c, item)), std::nullopt);
    EXPECT_EQ(Must(store.Get(c, "tenant")), Value(7));
  }
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(OneOfKeysTest, OneModelTwiceNeedsAliasesAndIsSetByItsAlternative) {
  SchemaBuilder builder;
  const Model account = DefineNamed(builder, "account");
  const Model entry = DefineNamed(builder, "entry");
  const OneOf side = builder.BelongsToOneOf(
      entry, {{account, {.as = "debit"}}, {account, {.as = "credit"}}}, {.as = "side"});
  const Schema schema = Must(std::move(builder).Build());
  Store store(schema);
  const Instance a = Must(store.Create(account));
  const Instance e = Must(store.Create(entry, {{"debitId", 1}}));
  EXPECT_EQ(Must(store.GetAny(e, side)), a);
  EXPECT_TRUE(Must(store.Has(e, side, a)));
  EXPECT_TRUE(FailsWith(store.Set(e, side, a), absl::StatusCode::kInvalidArgument,
                        "both debit and credit refer to account"));
  const Association credit = Must(schema.FindAssociation(entry, "credit"));
  ASSERT_TRUE(IsOk(store.Set(e, credit, a)));
  EXPECT_EQ(Must(store.AlternativeOf(e, side)), credit);
  EXPECT_TRUE(Must(store.Get(e, "debitId")).is_null());
}

TEST(OneOfKeysTest, ModelItselfMayBeAnAlternativeAndCascadesAlongIt) {
  SchemaBuilder builder;
  const Model post = DefineNamed(builder, "post");
  const Model comment = DefineNamed(builder, "comment");
  const OneOf parent = builder.BelongsToOneOf(
      comment, {post, comment}, {.as = "parent", .required = true, .on_delete = Action::kCascade});
  Store store(Must(std::move(builder).Build()));
  const Instance p = Must(store.Create(post));
  Instance above = Must(store.Create(comment, {{"postId", 1}}));
  for (int i = 1; i < 1000; ++i) {
    const Instance reply = Must(store.Create(comment, {{"commentId", i}}));
    ASSERT_EQ(Must(store.GetAny(reply, parent)), above);
    above = reply;
  }
  ASSERT_TRUE(IsOk(store.Delete(p)));
  EXPECT_EQ(store.Count(comment), 0u);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

// An n:m to several models with integrity: the join model belongs to one of them.
TEST(OneOfKeysTest, JoinModelMayBelongToOneOfSeveral) {
  SchemaBuilder builder;
  const Model post = DefineNamed(builder, "post");
  const Model image = DefineNamed(builder, "image");
  const Model tag = DefineNamed(builder, "tag");
  const Model item_tag =
      builder.Define("item_tag", {{"id", Integer().PrimaryKey().AutoIncrement()}});
  const Association tags_of_post = builder.BelongsToMany(post, tag, {.through = "item_tag"});
  const Association tags_of_image = builder.BelongsToMany(image, tag, {.through = "item_tag"});
  const Association posts = builder.BelongsToMany(tag, post, {.through = "item_tag"});
  const OneOf item =
      builder.BelongsToOneOf(item_tag, {post, image}, {.as = "item", .required = true});
  Store store(Must(std::move(builder).Build()));
  const Instance p = Must(store.Create(post));
  const Instance i = Must(store.Create(image));
  const Instance t = Must(store.Create(tag));
  ASSERT_TRUE(IsOk(store.Add(p, tags_of_post, t)));
  ASSERT_TRUE(IsOk(store.Add(i, tags_of_image, t)));
  EXPECT_EQ(Must(store.Get(t, posts)), std::vector<Instance>{p});
  const Instance join = (*store.All(item_tag).begin());
  EXPECT_EQ(Must(store.GetAny(join, item)), p);
  ASSERT_TRUE(IsOk(store.Delete(p)));  // and its join row
  EXPECT_EQ(store.Count(item_tag), 1u);
  EXPECT_EQ(Must(store.Count(i, tags_of_image)), 1u);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(OneOfKeysTest, AcceptedCycleThroughAnAlternativeIsCreatedInOneTransaction) {
  SchemaBuilder builder({.cycles = SchemaOptions::Cycles::kDefer});
  const Model post = DefineNamed(builder, "post");
  const Model image = DefineNamed(builder, "image");
  const Model comment = DefineNamed(builder, "comment");
  const OneOf item =
      builder.BelongsToOneOf(comment, {post, image}, {.as = "item", .required = true});
  builder.BelongsTo(post, comment, {.as = "pinned", .foreign_key = KeyColumns().NotNull()});
  Store store(Must(std::move(builder).Build()));
  Transaction transaction = store.Begin();
  const Instance c = Must(store.Create(comment, {{"postId", 1}}));
  EXPECT_EQ(Must(store.GetAny(c, item)), std::nullopt);  // dangles for now
  const Instance p = Must(store.Create(post, {{"pinnedId", 1}}));
  EXPECT_EQ(Must(store.GetAny(c, item)), p);
  ASSERT_TRUE(IsOk(transaction.CommitQuietly()));
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

}  // namespace
}  // namespace relata::testing
