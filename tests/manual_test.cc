// What the associations manual implies and scenarios cannot say: instances that are in no store,
// what an operation touches, the order of children, options that are used twice. The ids in
// manual_coverage.txt name these tests.
#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "relata/call.h"
#include "relata/draft.h"
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

TEST_F(ManualTest, ACountOfLinksTakesALimitAndAnOffset) {
  const Instance shelf = Shelf("s");
  for (const char* title : {"a", "b", "c", "d"}) {
    ASSERT_TRUE(IsOk(store().Create(shelf, books_, {{"title", title}}).status()));
  }
  const auto count = [&](const Query& query) { return Must(store().Count(shelf, books_, query)); };
  EXPECT_EQ(count(Query(book_).Limit(3)), 3u);
  EXPECT_EQ(count(Query(book_).Offset(3)), 1u);
  EXPECT_EQ(count(Query(book_).Where(book_["title"] > "a").Limit(2).Offset(2)), 1u);
  EXPECT_EQ(Must(store().Count(shelf, books_)), 4u);
}

TEST_F(ManualTest, AHandleOfNoAssociationIsNothingToInclude) {
  ASSERT_TRUE(IsOk(store().Create(Shelf("s"), books_).status()));
  for (const Association none : {Association{}, Association{12345}}) {
    EXPECT_FALSE(IsOk(store().Select(Query(shelf_).Include(none))));
    EXPECT_FALSE(IsOk(store().Select(Query(shelf_).Include(Include(books_).Include(none)))));
    EXPECT_FALSE(IsOk(store().Get(Shelf("t"), none)));
  }
  EXPECT_FALSE(IsOk(store().Select(Query(shelf_).Include(""))));
  EXPECT_TRUE(IsOk(store().Select(Query(shelf_).Include("books"))));
}

// What the manual's system builds and saves later is a draft here.
TEST_F(ManualTest, ADraftIsCarriedOutLaterAndLaterWritesAreNoneOfIt) {
  Draft draft(shelf_, {{"name", "s"}, {"books", {{{"title", "a"}}, {{"title", "b"}}}}});
  EXPECT_EQ(store().Count(shelf_) + store().Count(book_), 0u);
  std::vector<Instance> rows;
  const Instance shelf = Must(store().Create(shelf_, draft, &rows));
  ASSERT_EQ(Must(store().Count(shelf, books_)), 2u);
  ASSERT_TRUE(IsOk(store().Set(rows[1], "title", "changed")));
  ASSERT_TRUE(IsOk(store().Set(shelf, "name", "t")));
  EXPECT_EQ(Must(store().Get(rows[1], "title")), Value("changed"));  // not written again
  const Instance second = Must(store().Create(shelf_, draft));
  EXPECT_EQ(Must(store().Get(second, "name")), Value("s"));
  EXPECT_EQ(store().Count(book_), 4u);
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

TEST(ManualSchemaTest, AssociationsKeepTheOrderOfTheirDeclaration) {
  SchemaBuilder builder;
  builder.Define("letter", {});
  builder.Define("person", {});
  for (const char* alias : {"sender", "addressee", "carrier"}) {
    builder.BelongsTo("letter", "person", {.as = alias});
  }
  const Schema schema = Must(std::move(builder).Build());
  std::vector<std::string> names;
  for (const Association association : schema.models()[0].associations) {
    names.push_back(schema[association].name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"sender", "addressee", "carrier"}));
}

TEST(ManualSchemaTest, AJoinModelMayBeDefinedAfterWhatGoesThroughIt) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {});
  builder.Define("project", {});
  const Association projects = builder.BelongsToMany("user", "project", {.through = "work"});
  builder.Define("work", {{"hours", Integer()}}, {.table = "timesheet"});
  Store store(Must(std::move(builder).Build()));
  const Model work = store.schema()[projects].through;
  EXPECT_EQ(store.schema()[work].table, "timesheet");
  EXPECT_EQ(AttributesOf(store.schema(), "work"), "hours, userId NOT NULL, projectId NOT NULL");
  const Instance ann = Must(store.Create(user));
  ASSERT_TRUE(IsOk(store.Create(ann, projects, {}, {{"hours", 3}}).status()));
  EXPECT_EQ(store.Count(work), 1u);
}

// The model that needs no other comes first; which that is, the constraint that is left decides.
TEST(ManualSchemaTest, TheOrderOfModelsInACycleFollowsTheConstraintThatIsLeft) {
  for (const bool of_document : {true, false}) {
    SchemaBuilder builder;
    const Model document = builder.Define("document", {});
    const Model version = builder.Define("version", {});
    builder.HasMany(document, version, {.constraints = !of_document});
    builder.BelongsTo(document, version, {.as = "current", .constraints = of_document});
    const Schema schema = Must(std::move(builder).Build());
    EXPECT_EQ(schema.dependency_order(), of_document ? (std::vector<Model>{version, document})
                                                     : (std::vector<Model>{document, version}));
  }
}

// An accessor is called by its name and an attribute is read by its own: neither hides the other.
TEST(ManualSchemaTest, AnAttributeNamedLikeAnAccessorStandsBesideIt) {
  SchemaBuilder builder;
  const Model user = builder.Define("user", {{"hasTasks", Boolean().Default(false)}});
  const Model task = builder.Define("task", {});
  builder.HasMany(user, task);
  Store store(Must(std::move(builder).Build()));
  const Instance ann = Must(store.Create(user));
  const Instance write = Must(store.Create(task));
  ASSERT_TRUE(IsOk(store.Call(ann, "addTask", write)));
  EXPECT_EQ(std::get<bool>(Must(store.Call(ann, "hasTasks", write))), true);
  EXPECT_EQ(Must(store.Get(ann, "hasTasks")), Value(false));
}

TEST(ManualSchemaTest, BytesAreKeysOfAJoinModelLikeOthers) {
  SchemaBuilder builder;
  const Model device = builder.Define("device", {{"serial", Bytes().PrimaryKey()}});
  const Model label = builder.Define("label", {{"text", Text().PrimaryKey()}});
  const Association labels = builder.BelongsToMany(device, label, {.through = "sticker"});
  const Association devices = builder.BelongsToMany(label, device, {.through = "sticker"});
  Store store(Must(std::move(builder).Build()));
  const BytesValue one{std::byte{0}, std::byte{1}};
  const BytesValue two{std::byte{0}, std::byte{2}};
  const Instance d = Must(store.Create(device, {{"serial", one}}));
  const Instance e = Must(store.Create(device, {{"serial", two}}));
  const Instance red = Must(store.Create(label, {{"text", "red"}}));
  ASSERT_TRUE(IsOk(store.Add(red, devices, Key(Value(two)))));
  EXPECT_TRUE(Must(store.Has(red, devices, Key(Value(two)))));
  EXPECT_FALSE(Must(store.Has(red, devices, Key(Value(one)))));
  EXPECT_TRUE(Must(store.Has(e, labels, red)));
  ASSERT_TRUE(IsOk(store.Delete(e)));
  EXPECT_EQ(Must(store.Count(red, devices)), 0u);
  EXPECT_FALSE(Must(store.Has(d, labels, "red")));
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
