// What the associations manual implies and scenarios cannot say: instances that are in no store,
// what an operation touches, the order of children, options that are used twice. The ids in
// manual_coverage.txt name these tests.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "relata/query.h"
#include "relata/schema_builder.h"
#include "relata/store.h"
#include "relata/transaction.h"
#include "tests/schema_text.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::AttributesOf;
using ::relata::testing::FailsWith;
using ::relata::testing::ForeignKeysOf;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

class ManualTest : public ::testing::Test {
 protected:
  ManualTest() {
    SchemaBuilder builder;
    shelf_ = builder.Define("shelf", {{"name", Text()}});
    book_ = builder.Define("book", {{"title", Text()}});
    reader_ = builder.Define("reader", {{"name", Text()}});
    books_ = builder.HasMany(shelf_, book_);
    its_shelf_ = builder.BelongsTo(book_, shelf_);
    readers_ = builder.BelongsToMany(book_, reader_, {.through = "loan"});
    schema_ = Must(std::move(builder).Build());
    store_.emplace(schema_);
  }
  ~ManualTest() override { EXPECT_TRUE(IsOk(store_->CheckInvariants())); }

  Store& store() { return *store_; }
  Instance Shelf(const char* name) { return Must(store().Create(shelf_, {{"name", name}})); }
  Instance Book(const char* title) { return Must(store().Create(book_, {{"title", title}})); }

  Model shelf_, book_, reader_;
  Association books_, its_shelf_, readers_;
  Schema schema_;
  std::optional<Store> store_;
};

TEST_F(ManualTest, AnInstanceThatIsInNoStoreIsRefusedAsATarget) {
  const Instance shelf = Shelf("s");
  const Instance book = Book("b");
  for (const Instance nowhere : {Instance(), Instance{book_.index, 7, 12345}}) {
    EXPECT_FALSE(IsOk(store().Add(shelf, books_, nowhere)));
    EXPECT_FALSE(IsOk(store().Set(shelf, books_, {book, nowhere})));
    EXPECT_FALSE(IsOk(store().Remove(shelf, books_, nowhere)));
    EXPECT_FALSE(IsOk(store().Set(book, its_shelf_, nowhere)));
    EXPECT_FALSE(IsOk(store().Add(book, readers_, nowhere)));
  }
  EXPECT_EQ(Must(store().Count(shelf, books_)), 0u);
  EXPECT_EQ(store().One(book, its_shelf_), std::nullopt);
}

TEST_F(ManualTest, AnInstanceThatIsInNoStoreIsRefusedAsASource) {
  const Instance book = Book("b");
  const Instance shelf = Shelf("s");
  ASSERT_TRUE(IsOk(store().Add(shelf, books_, book)));
  const Instance gone = Shelf("gone");
  ASSERT_TRUE(IsOk(store().Delete(gone)));
  EXPECT_TRUE(FailsWith(store().Get(gone, books_), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store().Count(gone, books_), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store().Add(gone, books_, book), absl::StatusCode::kNotFound));
  EXPECT_TRUE(FailsWith(store().Create(gone, books_), absl::StatusCode::kNotFound));
  EXPECT_EQ(store().One(book, its_shelf_), shelf);  // it was not taken away
}

TEST_F(ManualTest, SetTouchesOnlyTheRowsThatChange) {
  const Instance shelf = Shelf("s");
  const Instance kept = Book("kept");
  const Instance leaves = Book("leaves");
  const Instance comes = Book("comes");
  ASSERT_TRUE(IsOk(store().Set(shelf, books_, {kept, leaves})));
  const ChangeSet changes = Must(store().Transact([&] {
    return store().Set(shelf, books_, {kept, comes});
  }));
  EXPECT_EQ(changes.Summary(schema_), "book: 0 created, 2 updated, 0 deleted\n");
}

TEST_F(ManualTest, SetOfAJoinCreatesAndDeletesOnlyTheLinksThatDiffer) {
  const Instance book = Book("b");
  const Instance ann = Must(store().Create(reader_, {{"name", "Ann"}}));
  const Instance bob = Must(store().Create(reader_, {{"name", "Bob"}}));
  const Instance cid = Must(store().Create(reader_, {{"name", "Cid"}}));
  ASSERT_TRUE(IsOk(store().Set(book, readers_, {ann, bob})));
  const ChangeSet changes = Must(store().Transact([&] {
    return store().Set(book, readers_, {bob, cid});
  }));
  EXPECT_EQ(changes.Summary(schema_), "loan: 1 created, 0 updated, 1 deleted\n");
  EXPECT_TRUE(Must(store().Transact([&] { return store().Add(book, readers_, bob); })).empty());
}

TEST_F(ManualTest, TargetsComeInTheOrderInWhichTheyWereLinked) {
  const Instance shelf = Shelf("s");
  const Instance a = Book("a");
  const Instance b = Book("b");
  const Instance c = Book("c");
  ASSERT_TRUE(IsOk(store().Add(shelf, books_, {c, a})));
  ASSERT_TRUE(IsOk(store().Add(shelf, books_, b)));
  EXPECT_EQ(Must(store().Get(shelf, books_)), (std::vector<Instance>{c, a, b}));
  ASSERT_TRUE(IsOk(store().Remove(shelf, books_, c)));
  ASSERT_TRUE(IsOk(store().Add(shelf, books_, c)));
  EXPECT_EQ(Must(store().Get(shelf, books_)), (std::vector<Instance>{a, b, c}));
}

TEST_F(ManualTest, WhatATransactionDoesIsSeenInItAndGoneAfterARollback) {
  const Instance shelf = Shelf("s");
  const Instance book = Book("b");
  Transaction transaction = store().Begin();
  ASSERT_TRUE(IsOk(store().Add(shelf, books_, book)));
  const Instance other = Must(store().Create(shelf, books_, {{"title", "c"}}));
  EXPECT_EQ(Must(store().Get(shelf, books_)), (std::vector<Instance>{book, other}));
  ASSERT_TRUE(IsOk(transaction.Rollback()));
  EXPECT_TRUE(Must(store().Get(shelf, books_)).empty());
  EXPECT_FALSE(store().Contains(other));
}

// A handle of a join row is a handle like others: nothing of it need be loaded to write to it.
TEST_F(ManualTest, AJoinRowIsAnInstanceThatIsReadAndWritten) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {});
  const Model project = builder.Define("project", {});
  builder.Define("work", {{"status", Text()}});
  const Association projects = builder.BelongsToMany(user, project, {.through = "work"});
  Store store(Must(std::move(builder).Build()));
  const Instance u = Must(store.Create(user));
  const Instance p = Must(store.Create(u, projects, {}, {{"status", "active"}}));
  const LinkedRange linked = store.Linked(u, projects);
  ASSERT_EQ(*linked.begin(), p);
  const Instance work = linked.begin().join();
  EXPECT_EQ(Must(store.Get(work, "status")), Value("active"));
  ASSERT_TRUE(IsOk(store.Set(work, "status", "done")));
  EXPECT_EQ(Must(store.Get(store.Linked(u, projects).begin().join(), "status")), Value("done"));
}

// The manual's getItem: the kind that a comment says is the name of the association to go by.
TEST(ManualPolymorphicTest, ADispatcherGoesByTheKind) {
  SchemaBuilder builder;
  const Model comment = builder.Define("comment", {{"commentable", Text()}});
  std::vector<Model> models;
  std::vector<Association> comments;
  for (const char* kind : {"post", "image"}) {
    models.push_back(builder.Define(kind, {}));
    const AssociationOptions options{.foreign_key = "commentable_id", .constraints = false};
    AssociationOptions of_kind = options;
    of_kind.scope = {{"commentable", kind}};
    comments.push_back(builder.HasMany(models.back(), comment, of_kind));
    builder.BelongsTo(comment, models.back(), options);
  }
  Store store(Must(std::move(builder).Build()));
  const auto item = [&](Instance c) {
    const Value kind = Must(store.Get(c, "commentable"));
    return store.One(c, Must(store.schema().FindAssociation(comment, *kind.get_if<std::string>())));
  };
  const Instance post = Must(store.Create(models[0]));
  const Instance image = Must(store.Create(models[1]));
  const Instance of_post = Must(store.Create(post, comments[0]));
  const Instance of_image = Must(store.Create(image, comments[1]));
  EXPECT_EQ(item(of_post), post);
  EXPECT_EQ(item(of_image), image);  // though both have the same key
}

TEST(ManualSchemaTest, OptionsMayBeUsedForSeveralAssociations) {
  SchemaBuilder builder;
  builder.Define("user", {{"code", Text().Unique()}});
  builder.Define("team", {});
  builder.Define("task", {});
  const AssociationOptions options{.foreign_key = KeyColumns().NotNull(),
                                   .on_update = Action::kRestrict};
  builder.HasMany("user", "task", options);
  builder.BelongsTo("task", "team", options);
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(AttributesOf(schema, "task"), "id NOT NULL, userId NOT NULL, teamId NOT NULL");
  EXPECT_EQ(ForeignKeysOf(schema, "task"),
            "teamId -> teams(id) NO ACTION/RESTRICT\nuserId -> users(id) CASCADE/RESTRICT");
  EXPECT_FALSE(options.on_delete.has_value());
}

TEST(ManualSchemaTest, TheTableWhoseKeyHasNoConstraintIsCreatedFirst) {
  SchemaBuilder builder;
  const Model version = builder.Define("version", {});
  const Model document = builder.Define("document", {});
  builder.HasMany(document, version);
  builder.BelongsTo(document, version, {.as = "Current", .constraints = false});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(schema.dependency_order(), (std::vector<Model>{document, version}));
}

// The manual's Product.User = Product.belongsTo(User): what a declaration returns names the
// association wherever its name does.
TEST(ManualSchemaTest, TheHandleOfADeclarationStandsForTheNameOfTheAssociation) {
  SchemaBuilder builder;
  const Model product = builder.Define("product", {{"title", Text()}});
  const Model user = builder.Define("user", {{"first_name", Text()}});
  const Model address = builder.Define("address", {{"city", Text()}});
  const Association creator = builder.BelongsTo(product, user, {.as = "creator"});
  const Association addresses = builder.HasMany(user, address);
  Store store(Must(std::move(builder).Build()));
  const auto create = [&](const auto& its_creator, const auto& its_addresses) {
    return Must(store.Create(
        product,
        {{"title", "Chair"},
         {its_creator, {{"first_name", "Mick"}, {its_addresses, {{{"city", "Austin"}}}}}}}));
  };
  const Instance by_handle = create(creator, addresses);
  const Instance by_name = create("creator", "addresses");
  for (const Instance p : {by_handle, by_name}) {
    const Instance mick = *store.One(p, creator);
    EXPECT_EQ(Must(store.Get(mick, "first_name")), Value("Mick"));
    EXPECT_EQ(Must(store.Count(mick, addresses)), 1u);
  }
  const auto shown = [&](const auto& its_creator, const auto& its_addresses) {
    std::vector<Instance> list;
    const Rows rows = Must(
        store.Select(Query(product).Include(Include(its_creator).Include(Include(its_addresses)))));
    for (const Row& row : rows) {
      for (const Row& mick : row.Included(creator)) {
        list.push_back(mick);
        for (const Row& home : mick.Included(addresses)) list.push_back(home);
      }
    }
    return list;
  };
  EXPECT_EQ(shown(creator, addresses).size(), 4u);
  EXPECT_EQ(shown(creator, addresses), shown("creator", "addresses"));
}

TEST(ManualSchemaTest, BelongsToManyRefersToPrimaryKeysAlone) {
  for (const bool source : {true, false}) {
    SchemaBuilder builder;
    builder.Define("user", {{"code", Text().Unique()}});
    builder.Define("task", {{"code", Text().Unique()}});
    AssociationOptions options{.through = "work"};
    (source ? options.source_key : options.target_key) = "code";
    builder.BelongsToMany("user", "task", options);
    EXPECT_TRUE(FailsWith(std::move(builder).Build(), ErrorKind::kAssociation, "takes no"));
  }
}

}  // namespace
}  // namespace relata
