// Associations to one of several models by their own names: in drafts, as accessors, and in
// queries; with a foreign key for each alternative (BelongsToOneOf), and with one and a
// discriminator (Dispatch).
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata::testing {
namespace {

enum class Form { kKeyEach, kDiscriminator };

// A comment on a post or an image.
class OneOfByNameTest : public ::testing::TestWithParam<Form> {
 protected:
  OneOfByNameTest() {
    SchemaBuilder builder;
    user = builder.Define("user", {{"name", Text()}});
    post = builder.Define("post", {{"title", Text()}});
    image = builder.Define("image", {{"title", Text()}, {"url", Text()}});
    comment = builder.Define("comment", {{"text", Text()}, {"kind", Text()}});
    for (const Model model : {post, image}) builder.BelongsTo(model, user, {.as = "author"});
    if (GetParam() == Form::kKeyEach) {
      item = builder.BelongsToOneOf(comment, {post, image}, {.as = "item"});
    } else {
      for (const auto& [model, name] : {std::pair(post, "post"), std::pair(image, "image")}) {
        builder.HasMany(model, comment,
                        {.foreign_key = "itemId", .scope = {{"kind", name}}, .constraints = false});
        builder.BelongsTo(comment, model, {.foreign_key = "itemId", .constraints = false});
      }
      item = builder.Dispatch(comment, "item");
    }
    schema = Must(std::move(builder).Build());
    store.emplace(schema);
    of_post = Must(schema.FindAssociation(comment, "post"));
    of_image = Must(schema.FindAssociation(comment, "image"));
    ann = Must(store->Create(user, {{"name", "Ann"}}));
    a_post = Must(store->Create(post, {{"title", "p"}, {"author", ann}}));
    an_image = Must(store->Create(image, {{"title", "i"}}));
  }
  ~OneOfByNameTest() override { EXPECT_TRUE(IsOk(store->CheckInvariants())); }

  std::optional<Instance> Item(Instance of) { return Must(store->GetAny(of, item)); }
  template <typename T>
  T Result(absl::StatusOr<CallResult> result) {
    const CallResult value = Must(std::move(result));
    EXPECT_TRUE(std::holds_alternative<T>(value)) << value.index();
    return std::get<T>(value);
  }
  using One = std::optional<Instance>;

  Model user, post, image, comment;
  OneOf item;
  Association of_post, of_image;
  Schema schema;
  std::optional<Store> store;
  Instance ann, a_post, an_image;
};

INSTANTIATE_TEST_SUITE_P(Forms, OneOfByNameTest,
                         ::testing::Values(Form::kKeyEach, Form::kDiscriminator),
                         [](const auto& form) {
                           return form.param == Form::kKeyEach ? "KeyEach" : "Discriminator";
                         });

// ----- drafts

TEST_P(OneOfByNameTest, AnInstanceInADraftChoosesTheAlternativeByItsModel) {
  const Instance c = Must(store->Create(comment, {{"text", "c"}, {"item", an_image}}));
  EXPECT_EQ(Item(c), an_image);
  EXPECT_EQ(Must(store->AlternativeOf(c, item)), of_image);
  ASSERT_TRUE(IsOk(store->Update(c, {{item, a_post}})));
  EXPECT_EQ(Item(c), a_post);
  EXPECT_EQ(Must(store->AlternativeOf(c, item)), of_post);
  ASSERT_TRUE(IsOk(store->Update(c, {{"item", Draft(an_image, {{"url", "x"}})}})));
  EXPECT_EQ(Item(c), an_image);
  EXPECT_EQ(Must(store->Get(an_image, "url")), Value("x"));
}

TEST_P(OneOfByNameTest, ANewRowInADraftSaysItsModel) {
  const Instance c = Must(store->Create(
      comment, {{"item", Draft(image, {{"title", "new"}, {"author", {{"name", "Bob"}}}})}}));
  ASSERT_TRUE(Item(c).has_value());
  EXPECT_EQ(Item(c)->of(), image);
  EXPECT_EQ(Must(store->Get(*Item(c), "title")), Value("new"));
  Draft draft;
  draft.root().Create("item").Of(post).Set("title", "row by row");
  ASSERT_TRUE(IsOk(store->Update(c, draft)));
  EXPECT_EQ(Must(store->Get(*Item(c), "title")), Value("row by row"));
  const Instance p = Must(store->Create(c, item, Draft(post, {{"author", ann}})));
  EXPECT_EQ(Item(c), p);
  EXPECT_EQ(store->Count(image), 2u);
  EXPECT_EQ(store->Count(post), 3u);
}

TEST_P(OneOfByNameTest, NullInADraftRefersToNothingAndAnEmptyListChangesNothing) {
  for (const Instance target : {a_post, an_image}) {
    const Instance c = Must(store->Create(comment, {{"item", target}}));
    ASSERT_TRUE(IsOk(store->Update(c, {{"item", std::vector<Instance>()}})));
    EXPECT_EQ(Item(c), target);
    ASSERT_TRUE(IsOk(store->Update(c, {{"item", nullptr}})));
    EXPECT_EQ(Item(c), std::nullopt);
    EXPECT_EQ(Item(Must(store->Create(comment, {{item, nullptr}}))), std::nullopt);
  }
}

TEST_P(OneOfByNameTest, MistakesInADraftSayWhatToWriteInstead) {
  const auto refused = [&](const Draft& draft, const char* why) {
    const Store before = Must(store->Fork());
    EXPECT_TRUE(FailsWith(store->Create(comment, draft), absl::StatusCode::kInvalidArgument, why));
    EXPECT_TRUE(Must(Store::Diff(before, *store)).empty());
  };
  refused({{"item", 1}}, "comment.item: comment.item (one of post, image) takes no key");
  refused({{"item", {1}}}, "takes no key");
  refused({{"item", {{"title", "x"}}}}, "write Draft(model, {...}), or name an alternative");
  refused({{"item", ann}}, "a user is none of its alternatives");
  refused({{"item", Draft(user, {{"name", "x"}})}}, "a user is none of its alternatives");
  refused({{"item", {a_post, an_image}}}, "is to one, got several rows");
  refused({{"item", a_post}, {"post", a_post}}, "given twice");
  refused({{"item", nullptr}, {"image", an_image}}, "given twice");
  refused({{"itme", a_post}}, "did you mean 'item'?");
  refused({{"post", Draft(image, {{"url", "x"}})}},
          "comment.post: expected an instance of post, got one of image");
  refused({{"item", Draft(image, {{"ulr", "x"}})}}, "comment.item.ulr: model 'image' has no");
  EXPECT_TRUE(FailsWith(store->Create(comment, {{"item", Instance{}}}), absl::StatusCode::kNotFound,
                        "names no instance"));
  EXPECT_TRUE(FailsWith(store->Create(post, {{"title", "x"}, {item, an_image}}),
                        absl::StatusCode::kInvalidArgument, "is none of post"));
  EXPECT_TRUE(FailsWith(store->Create(comment, {{"text", "x"}, {OneOf{7}, an_image}}),
                        absl::StatusCode::kInvalidArgument, "not of this store's schema"));
}

TEST_P(OneOfByNameTest, AnUpsertIsFoundByTheInstanceItRefersTo) {
  const Instance c = Must(store->Create(comment, {{"id", 7}, {"item", a_post}}));
  EXPECT_EQ(Must(store->Create(comment, Upsert({{"id", 7}, {"item", an_image}}))), c);
  EXPECT_EQ(Item(c), an_image);
}

// ----- accessors

TEST_P(OneOfByNameTest, AccessorsAreNamedAfterTheWhole) {
  using Names = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(schema.AccessorNames(item),
            (Names{{"get", "getItem"}, {"set", "setItem"}, {"create", "createItem"}}));
  const AccessorInfo found = Must(schema.FindAccessor(comment, "setItem"));
  EXPECT_EQ(found.one_of, item);
  EXPECT_EQ(found.role, AccessorRole::kSet);
  EXPECT_EQ(Must(schema.FindAccessor(comment, "setPost")).association, of_post);
  EXPECT_TRUE(FailsWith(schema.FindAccessor(comment, "setItme"), absl::StatusCode::kInvalidArgument,
                        "did you mean 'setItem'"));
}

TEST_P(OneOfByNameTest, CallsGetSetAndCreate) {
  const Instance c = Must(store->Create(comment));
  EXPECT_EQ(Result<One>(store->Call(c, "getItem")), std::nullopt);
  EXPECT_EQ(Result<LinkCounts>(store->Call(c, "setItem", a_post)), (LinkCounts{.added = 1}));
  EXPECT_EQ(Result<One>(store->Call(c, "getItem")), a_post);
  EXPECT_EQ(Result<LinkCounts>(store->Call(c, "setItem", a_post)), LinkCounts{});
  EXPECT_EQ(Result<LinkCounts>(store->Call(c, "setItem", an_image)),
            (LinkCounts{.added = 1, .removed = 1}));
  EXPECT_EQ(Result<One>(store->Call(c, "getItem", Query(image).Where(image["title"] == "i"))),
            an_image);
  EXPECT_EQ(Result<One>(store->Call(c, "getItem", Query(image).Where(image["title"] == "x"))),
            std::nullopt);
  EXPECT_EQ(Result<One>(store->Call(c, "getItem", Query(post))), std::nullopt);
  EXPECT_EQ(Result<LinkCounts>(store->Call(c, "setItem", nullptr)), (LinkCounts{.removed = 1}));
  EXPECT_EQ(Item(c), std::nullopt);
  const One created = Result<One>(store->Call(c, "createItem", Draft(post, {{"title", "new"}})));
  EXPECT_EQ(Item(c), created);
  EXPECT_EQ(Must(store->Get(*created, "title")), Value("new"));
}

TEST_P(OneOfByNameTest, CallsRefuseWhatTheyDoNotTake) {
  const Instance c = Must(store->Create(comment, {{"item", a_post}}));
  const auto refused = [&](const absl::StatusOr<CallResult>& result, const char* why) {
    EXPECT_TRUE(FailsWith(result, absl::StatusCode::kInvalidArgument, why));
    EXPECT_EQ(Item(c), a_post);
  };
  refused(store->Call(c, "setItem", 1), "comment.setItem: takes an instance: a key names no model");
  refused(store->Call(c, "setItem", ann), "a user is none of its alternatives");
  refused(store->Call(c, "setItem", {a_post, an_image}), "takes one instance");
  refused(store->Call(c, "createItem", {{"title", "x"}}), "write Draft(model, {...})");
  refused(store->Call(c, "getItem", a_post), "takes a query or nothing");
  refused(store->Call(c, "getItem", Query(user)), "a user is none of its alternatives");
  refused(store->Call(c, "setItem", Query(post)), "takes no query");
  refused(store->Call(c, "setItem", an_image, {}, Unlink::kDelete), "takes no Unlink");
  refused(store->Call(c, "setItem", an_image, {{"x", 1}}), "takes no values for join rows");
}

// ----- queries

TEST_P(OneOfByNameTest, AnIncludeShowsTheInstanceOfWhicheverModel) {
  const Instance on_post = Must(store->Create(comment, {{"item", a_post}}));
  const Instance on_image = Must(store->Create(comment, {{"item", an_image}}));
  const Instance on_nothing = Must(store->Create(comment));
  for (const Inclusion& include : {Inclusion("item"), Inclusion(item)}) {
    const Rows rows = Must(store->Select(Query(comment).Include(include)));
    EXPECT_EQ(rows.Count(), 3u);
    for (const Row& row : rows) {
      const std::optional<Row> shown = row.IncludedOne(item);
      EXPECT_EQ(shown.has_value() ? One(shown->instance()) : One(), Item(row.instance()));
      EXPECT_EQ(row.IncludedOne(of_post).has_value(), row.instance() == on_post);
      EXPECT_EQ(row.Included(1).empty(), row.instance() != on_image) << "by position";
    }
    const Query required = Query(comment).Include(Inclusion(include).Required());
    EXPECT_EQ(Must(store->Select(required)).Instances(), (std::vector{on_post, on_image}));
    EXPECT_EQ(Must(store->Count(required)), 2u);
  }
  EXPECT_TRUE(store->Contains(on_nothing));
}

TEST_P(OneOfByNameTest, WhatAnIncludeAsksIsAskedOfEveryAlternative) {
  const Instance on_post = Must(store->Create(comment, {{"item", a_post}}));
  ASSERT_TRUE(IsOk(store->Create(comment, {{"item", an_image}})));
  const Query query = Query(comment).Include(
      Include(item).Include(Include("author").Required()).Attributes({"title"}).Required());
  const Rows rows = Must(store->Select(query));
  ASSERT_EQ(rows.Instances(), std::vector{on_post}) << "the image has no author";
  const std::optional<Row> shown = rows.First()->IncludedOne(item);
  ASSERT_TRUE(shown.has_value());
  EXPECT_EQ(shown->values().size(), 1u);
  EXPECT_EQ(shown->Included(0).First()->instance(), ann);
  const std::string text = Must(store->Explain(query));
  EXPECT_NE(text.find("  post: links of each row (belongsTo"), std::string::npos) << text;
  EXPECT_NE(text.find("  image: links of each row (belongsTo"), std::string::npos) << text;
  EXPECT_TRUE(FailsWith(store->Select(Query(comment).Include(Include(item).Attributes({"url"}))),
                        absl::StatusCode::kInvalidArgument,
                        "Include(post): Attributes: model 'post' has no attribute 'url'"));
  EXPECT_TRUE(FailsWith(store->Select(Query(post).Include(item)), ErrorKind::kNotAssociated,
                        "starts from comment, but the rows here are of post"));
  EXPECT_TRUE(FailsWith(store->Select(Query(comment).Include(OneOf{9})),
                        absl::StatusCode::kInvalidArgument, "not of this store's schema"));
}

}  // namespace
}  // namespace relata::testing
