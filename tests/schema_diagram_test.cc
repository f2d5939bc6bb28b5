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
