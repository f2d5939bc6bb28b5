#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "relata/diagram.h"
#include "relata/schema_builder.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using testing::Must;

TEST(SchemaDiagramTest, ModelsKeysAndActionsAreDrawn) {
  SchemaBuilder builder({.underscored = false, .cycles = SchemaOptions::Cycles::kDefer});
  builder.Define("country", {{"iso", Text().NotNull().Unique()}}, {.table = "lands"});
  builder.Define("city", {{"a", Text().Unique("place")}, {"b", Text().Unique("place")}});
  builder.BelongsTo("city", "country", {.foreign_key = "code", .target_key = "iso"});
  builder.BelongsTo("country", "city", {.as = "capital"});
  builder.BelongsTo("city", "city", {.as = "twin", .constraints = false});
  const std::string dot = SchemaDiagram(Must(std::move(builder).Build()));
  EXPECT_EQ(dot,
            "digraph G {\n"
            "node [shape=box, fontname=\"sans-serif\"];\n"
            "edge [fontname=\"sans-serif\", fontsize=10];\n"
            "0[label=\"country (table lands)\\nid INTEGER PK\\niso TEXT NOT NULL\\ncapitalId "
            "INTEGER FK\\nunique (iso)\"];\n"
            "1[label=\"city\\nid INTEGER PK\\na TEXT\\nb TEXT\\ncode TEXT FK\\ntwinId INTEGER "
            "FK\\nunique (a, b)\"];\n"
            "0->1 [label=\"capitalId\\non delete set null\\non update cascade\\ndeferred\"];\n"
            "1->0 [label=\"code -> iso\\non delete set null\\non update cascade\\ndeferred\"];\n"
            "1->1 [label=\"twinId\", style=dashed];\n"
            "}\n");
}

TEST(SchemaDiagramTest, AlternativesForkFromTheirSource) {
  SchemaBuilder builder;
  builder.Define("post", {});
  builder.Define("image", {});
  builder.Define("note", {});
  builder.BelongsTo("note", "post", {.as = "origin"});
  builder.BelongsToOneOf("note", {"post", "image"}, {.as = "item", .required = true});
  const std::string dot = SchemaDiagram(Must(std::move(builder).Build()));
  EXPECT_EQ(dot,
            "digraph G {\n"
            "node [shape=box, fontname=\"sans-serif\"];\n"
            "edge [fontname=\"sans-serif\", fontsize=10];\n"
            "0[label=\"post\\nid INTEGER PK\"];\n"
            "1[label=\"image\\nid INTEGER PK\"];\n"
            "2[label=\"note\\nid INTEGER PK\\noriginId INTEGER FK\\npostId INTEGER FK\\nimageId "
            "INTEGER FK\"];\n"
            "3[label=\"item\\nexactly one of\", shape=ellipse];\n"
            "2->3 [dir=none];\n"
            "2->0 [label=\"originId\\non delete set null\\non update cascade\"];\n"
            "3->0 [label=\"postId\\non delete no action\\non update cascade\"];\n"
            "3->1 [label=\"imageId\\non delete no action\\non update cascade\"];\n"
            "}\n");
}

TEST(SchemaDiagramTest, AlternativesMayAllBeUnset) {
  SchemaBuilder builder;
  builder.Define("post", {});
  builder.Define("note", {});
  builder.BelongsToOneOf("note", {"post", "note"}, {.as = "item"});
  const std::string dot = SchemaDiagram(Must(std::move(builder).Build()));
  EXPECT_NE(dot.find("2[label=\"item\\nat most one of\", shape=ellipse]"), std::string::npos)
      << dot;
  EXPECT_NE(dot.find("1->2 [dir=none]"), std::string::npos) << dot;
  EXPECT_NE(dot.find("2->1 [label="), std::string::npos) << dot;
}

TEST(SchemaDiagramTest, AlternativesOfADispatchSayWhenTheyAreMeant) {
  SchemaBuilder builder;
  builder.Define("post", {});
  builder.Define("image", {});
  builder.Define("note", {{"about", Text()}});
  for (const char* model : {"post", "image"}) {
    builder.BelongsTo("note", model, {.foreign_key = "aboutId", .constraints = false});
    builder.HasMany(model, "note",
                    {.foreign_key = "aboutId", .scope = {{"about", model}}, .constraints = false});
  }
  builder.Dispatch("note", "item");
  const std::string dot = SchemaDiagram(Must(std::move(builder).Build()));
  EXPECT_NE(dot.find("3[label=\"item\\nby about\", shape=ellipse];\n"
                     "2->3 [dir=none];\n"
                     "3->0 [label=\"aboutId\\nabout = 'post'\", style=dashed];\n"
                     "3->1 [label=\"aboutId\\nabout = 'image'\", style=dashed];\n"),
            std::string::npos)
      << dot;
}

TEST(SchemaDiagramTest, SecondaryIndexesAreListedWithTheirModel) {
  SchemaBuilder builder;
  builder.Define("city", {{"name", Text().Index(IndexKind::kHashed)}, {"size", Integer()}},
                 {.indexes = {{.attributes = {"size", "name"}}}});
  const std::string dot = SchemaDiagram(Must(std::move(builder).Build()));
  EXPECT_NE(dot.find("\\nhashed index (name)\\nindex (size, name)\"]"), std::string::npos) << dot;
}

TEST(SchemaDiagramTest, NamesCannotBreakOutOfTheirQuotes) {
  SchemaBuilder builder;
  builder.Define("a\"];evil[\\", {}, {.freeze_table_name = true});
  const std::string dot = SchemaDiagram(Must(std::move(builder).Build()));
  EXPECT_NE(dot.find("0[label=\"a\\\"];evil[\\\\"), std::string::npos) << dot;
}

TEST(SchemaDiagramTest, TheEmptySchemaIsAnEmptyGraph) {
  EXPECT_EQ(SchemaDiagram(Schema()).find("->"), std::string::npos);
}

}  // namespace
}  // namespace relata
