// What BelongsToOneOf and Dispatch refuse when the schema is built, and what they derive.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/schema_mistake.h"
#include "tests/schema_text.h"
#include "tests/status_testing.h"

namespace relata::testing {
namespace {

class OneOfMistakeTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(OneOfMistakeTest, IsToldOnceAndByName) { ExpectRefused(GetParam()); }

constexpr ErrorKind kMistake = ErrorKind::kAssociation;

AssociationOptions Loose(const char* key, Values scope = {}) {
  return {.foreign_key = key, .scope = std::move(scope), .constraints = false};
}

void DefineThree(SchemaBuilder& builder) {
  builder.Define("post", {});
  builder.Define("image", {});
  builder.Define("comment", {{"kind", Text()}, {"number", Integer()}});
}

const Mistake kMistakes[] = {
    {"WithoutAName", kMistake, "comment belongsToOneOf as '': needs a name: give it with 'as'",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment", {"post", "image"}, {});
     }},
    {"WithoutAlternatives", kMistake, "needs two alternatives or more",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment", {"post"}, {.as = "item"});
     }},
    {"UnknownAlternative", kMistake, "its target 'imgae' is no model; did you mean 'image'?",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment", {"post", "imgae"}, {.as = "item"});
     }},
    {"NameOfAnAttribute", kMistake, "model 'comment' has an attribute 'kind' already",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment", {"post", "image"}, {.as = "kind"});
     }},
    {"NameOfAnAssociation", kMistake, "model 'comment' has an association 'post' already",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment", {"post", "image"}, {.as = "post"});
     }},
    {"OneModelTwiceWithoutAliases", kMistake, "two associations named 'post'",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment", {"post", "post"}, {.as = "item"});
     }},
    {"OneKeyTwice", kMistake, "are one key, comment.postId",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment",
                        {{"post", {.as = "a", .foreign_key = "postId"}},
                         {"post", {.as = "b", .foreign_key = "postId"}}},
                        {.as = "item"});
     }},
    {"AlternativeWithoutConstraints", kMistake,
     "comment belongsTo post has constraints: false, but alternatives are enforced",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment", {{"post", {.constraints = false}}, "image"}, {.as = "item"});
     }},
    {"NotNullAlternative", kMistake,
     "has no column that may be null and is of no other alternative",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf(
           "comment",
           {{"post", {.foreign_key = KeyColumns().NotNull(), .on_delete = Action::kCascade}},
            "image"},
           {.as = "item"});
     }},
    {"AlternativeInThePrimaryKey", kMistake, "(a part of a primary key never is)",
     [](SchemaBuilder& b) {
       b.Define("post", {});
       b.Define("image", {});
       b.Define("note", {{"postId", Integer().PrimaryKey()}});
       b.BelongsToOneOf("note", {{"post", {.on_delete = Action::kCascade}}, "image"},
                        {.as = "item"});
     }},
    {"TwoOverTheSameKeys", kMistake, "is an alternative of 'item' too, by the same key",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment", {"post", "image"}, {.as = "item"});
       b.BelongsToOneOf(
           "comment",
           {{"post", {.as = "other", .foreign_key = "postId"}}, {"image", {.as = "another"}}},
           {.as = "else"});
     }},
    {"BothKeysOfAJoinModel", kMistake, "both keys of post belongsToMany image",
     [](SchemaBuilder& b) {
       b.Define("post", {});
       b.Define("image", {});
       b.Define("link", {{"id", Integer().PrimaryKey()}});
       b.BelongsToMany("post", "image", {.through = "link"});
       b.BelongsToOneOf("link", {"post", "image"}, {.as = "item"});
     }},
    {"ConstrainedCycle", ErrorKind::kCyclicDependency, "comment belongsTo post",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment", {"post", "image"}, {.as = "item"});
       b.BelongsTo("post", "comment", {.as = "pinned"});
     }},
    {"DispatchOfAnUnknownModel", kMistake, "its source 'coment' is no model",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.Dispatch("coment", "item");
     }},
    {"DispatchOfNothing", kMistake, "no key of 'comment' is shared by belongsTo",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.Dispatch("comment", "item");
     }},
    {"DispatchOfTwoKeys", kMistake, "more than one key of 'comment' is shared by belongsTo",
     [](SchemaBuilder& b) {
       DefineThree(b);
       for (const char* key : {"a_id", "b_id"}) {
         for (const char* model : {"post", "image"}) {
           AssociationOptions options = Loose(key);
           options.as = std::string(model) + key;
           b.BelongsTo("comment", model, options);
         }
       }
       b.Dispatch("comment", "item");
     }},
    {"DispatchOfConstrainedKeys", kMistake, "for a key each, use BelongsToOneOf",
     [](SchemaBuilder& b) {
       DefineThree(b);
       const Association post = b.BelongsTo("comment", "post");
       const Association image = b.BelongsTo("comment", "image");
       b.Dispatch("comment", "item", {.discriminator = "kind", .alternatives = {post, image}});
     }},
    {"DispatchOfAHasManyAlone", kMistake,
     "is no way to an alternative: declare a belongsTo of comment",
     [](SchemaBuilder& b) {
       DefineThree(b);
       const Association post = b.HasMany("post", "comment", Loose("item_id", {{"kind", "post"}}));
       b.Dispatch("comment", "item", {.alternatives = {post}});
     }},
    {"DispatchWithAnUnknownDiscriminator", kMistake, "'knid' is no attribute of 'comment'",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsTo("comment", "post", Loose("item_id"));
       b.BelongsTo("comment", "image", Loose("item_id"));
       b.Dispatch("comment", "item", {.discriminator = "knid"});
     }},
    {"DispatchWithoutADiscriminator", kMistake, "no attribute is given by the scopes of all",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsTo("comment", "post", Loose("item_id"));
       b.BelongsTo("comment", "image", Loose("item_id"));
       b.Dispatch("comment", "item");
     }},
    {"DispatchByItsOwnKey", kMistake, "its discriminator 'item_id' is part of the key",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsTo("comment", "post", Loose("item_id"));
       b.BelongsTo("comment", "image", Loose("item_id"));
       b.Dispatch("comment", "item", {.discriminator = "item_id"});
     }},
    {"DispatchWithoutAValue", kMistake, "which value of 'number' stands for comment belongsTo post",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsTo("comment", "post", Loose("item_id"));
       b.BelongsTo("comment", "image", Loose("item_id"));
       b.Dispatch("comment", "item", {.discriminator = "number"});
     }},
    {"DispatchWithOneValueForTwo", kMistake, "have a value of 'kind' in common",
     [](SchemaBuilder& b) {
       DefineThree(b);
       for (const char* model : {"post", "image"}) {
         b.HasMany(model, "comment", Loose("item_id", {{"kind", "same"}}));
         b.BelongsTo("comment", model, Loose("item_id"));
       }
       b.Dispatch("comment", "item", {.discriminator = "kind"});
     }},
    {"DeclaredTwice", kMistake, "comment belongsToOneOf as 'item': is declared twice",
     [](SchemaBuilder& b) {
       DefineThree(b);
       b.BelongsToOneOf("comment", {"post", "image"}, {.as = "item"});
       b.BelongsToOneOf("comment", {{"post", {.as = "a"}}, {"image", {.as = "b"}}}, {.as = "item"});
     }},
};

INSTANTIATE_TEST_SUITE_P(All, OneOfMistakeTest, ::testing::ValuesIn(kMistakes), NameOf);

Schema WithArc(bool required, bool first_post = true) {
  SchemaBuilder builder;
  DefineThree(builder);
  if (first_post) {
    builder.BelongsToOneOf("comment", {"post", "image"}, {.as = "item", .required = required});
  } else {
    builder.BelongsTo("comment", "post");
    builder.BelongsTo("comment", "image");
  }
  return Must(std::move(builder).Build());
}

TEST(OneOfSchemaTest, FingerprintTellsSchemasWithAlternativesFromThoseWithout) {
  EXPECT_NE(WithArc(false).fingerprint(), WithArc(true).fingerprint());
  EXPECT_NE(WithArc(false).fingerprint(), WithArc(false, false).fingerprint());
  EXPECT_EQ(WithArc(true).fingerprint(), WithArc(true).fingerprint());
}

TEST(OneOfSchemaTest, ActionsOfAlternativesComeFromTheWholeOrFromThemselves) {
  SchemaBuilder builder;
  DefineThree(builder);
  builder.BelongsToOneOf(
      "comment", {"post", {"image", {.on_delete = Action::kRestrict}}},
      {.as = "item", .on_delete = Action::kCascade, .on_update = Action::kNoAction});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(ForeignKeysOf(schema, "comment"),
            "imageId -> images(id) RESTRICT/NO ACTION\npostId -> posts(id) CASCADE/NO ACTION");
}

// Rule R1: what the other side says counts for the alternative too.
TEST(OneOfSchemaTest, HasManyAndAlternativeThatDisagreeAreRefused) {
  SchemaBuilder builder;
  DefineThree(builder);
  builder.HasMany("post", "comment", {.on_delete = Action::kCascade});
  builder.BelongsToOneOf("comment", {"post", "image"},
                         {.as = "item", .on_delete = Action::kSetNull});
  EXPECT_TRUE(
      FailsWith(std::move(builder).Build(), ErrorKind::kAssociation, "disagree on on_delete"));
}

TEST(OneOfSchemaTest, OrderOfDeclarationsChangesNoKey) {
  const auto build = [](bool arc_first) {
    SchemaBuilder builder;
    DefineThree(builder);
    if (!arc_first) builder.HasMany("post", "comment", {.foreign_key = "postId"});
    builder.BelongsToOneOf("comment", {"post", "image"}, {.as = "item", .required = true});
    if (arc_first) builder.HasMany("post", "comment", {.foreign_key = "postId"});
    return Must(std::move(builder).Build());
  };
  EXPECT_EQ(ForeignKeysOf(build(true), "comment"), ForeignKeysOf(build(false), "comment"));
  EXPECT_EQ(ForeignKeysOf(build(true), "comment"),
            "imageId -> images(id) NO ACTION/CASCADE\npostId -> posts(id) CASCADE/CASCADE");
}

}  // namespace
}  // namespace relata::testing
