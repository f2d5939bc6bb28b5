// Structs that do not fit their models: each is found when the schema is built, and named.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "relata/schema_builder.h"
#include "relata/structs.h"
#include "tests/named_pair.h"
#include "tests/schema_mistake.h"

namespace relata {
namespace {

using ::relata::testing::Mistake;
using ::relata::testing::Pair;

struct Player {
  std::string name;
  std::int64_t goals = 0;
  void serialize(auto& ar) { ar(Pair{"name", name}, Pair{"goals", goals}); }
};
struct Numbered {
  std::int64_t id = 0;
  void serialize(auto& ar) { ar(Pair{"id", id}); }
};
struct Nothing {
  void serialize(auto&) {}
};
struct Twice {
  int a = 0;
  int b = 0;
  void serialize(auto& ar) { ar(Pair{"a", a}, Pair{"a", b}); }
};
struct Elsewhere {
  std::unique_ptr<int> there = std::make_unique<int>(7);
  void serialize(auto& ar) { ar(Pair{"there", *there}); }
};
struct Hidden {
  int named = 0;
  int hidden = 0;
  void serialize(auto& ar) { ar(Pair{"named", named}); }
};
struct NotText {
  std::string text = "\xff";
  void serialize(auto& ar) { ar(Pair{"text", text}); }
};
struct Part {
  std::optional<std::int64_t> id;
  std::int64_t wholeId = 0;
  void serialize(auto& ar) { ar(Pair{"id", id}, Pair{"wholeId", wholeId}); }
};

// A model by name, with the struct Player bound to it.
void BindPlayer(SchemaBuilder& builder, std::vector<NamedAttribute> attributes) {
  builder.Bind<Player>(builder.Define("player", std::move(attributes)));
}

const Mistake kMistakes[] = {
    {"UnknownMember", ErrorKind::kNone,
     "member 'goals' of struct relata::Player (model 'player') is no attribute of the model; did "
     "you mean 'golas'?",
     [](SchemaBuilder& builder) {
       BindPlayer(builder, {{"name", Text().NotNull()}, {"golas", Integer().NotNull()}});
     }},
    {"OtherType", ErrorKind::kNone,
     "member 'goals' of struct relata::Player (model 'player') holds INTEGER, but player.goals is "
     "DOUBLE: make them the same",
     [](SchemaBuilder& builder) {
       BindPlayer(builder, {{"name", Text().NotNull()}, {"goals", Double().NotNull()}});
     }},
    {"MayBeNull", ErrorKind::kNone,
     "member 'goals' of struct relata::Player (model 'player') cannot be empty, but player.goals "
     "may be null: make it a std::optional, or the attribute NotNull",
     [](SchemaBuilder& builder) {
       BindPlayer(builder, {{"name", Text().NotNull()}, {"goals", Integer()}});
     }},
    {"RefinedToAnotherType", ErrorKind::kNone,
     "member 'name' of struct relata::Player (model 'player') holds TEXT, but player.name is BYTES",
     [](SchemaBuilder& builder) {
       builder.Define<Player>("player",
                              {.attributes = {{&Player::name, Bytes()}}, .defaults = false});
     }},
    {"RefinedToNullable", ErrorKind::kNone, "player.name may be null: make it a std::optional",
     [](SchemaBuilder& builder) {
       builder.Define<Player>("player", {.attributes = {{&Player::name, Text().Nullable()}}});
     }},
    {"RefinesAnUnknownName", ErrorKind::kNone,
     "the attributes of model 'player' say something of 'nmae', but the serialize of struct "
     "relata::Player names no such member; did you mean 'name'?",
     [](SchemaBuilder& builder) {
       builder.Define<Player>("player", {.attributes = {{"nmae", Text().Unique()}}});
     }},
    {"RefinesAnUnnamedMember", ErrorKind::kNone,
     "the attributes of model 'hidden' say something of a member of struct relata::Hidden that its "
     "serialize does not name: name it there",
     [](SchemaBuilder& builder) {
       builder.Define<Hidden>("hidden", {.attributes = {{&Hidden::hidden, Integer().Unique()}}});
     }},
    {"AutoIncrementOfAMemberThatIsNeverEmpty", ErrorKind::kNone,
     "member 'id' of struct relata::Numbered (model 'numbered') always has a value, so the "
     "AutoIncrement of numbered.id would never draw one: make it a std::optional",
     [](SchemaBuilder& builder) {
       builder.Define<Numbered>(
           "numbered", {.attributes = {{&Numbered::id, Integer().PrimaryKey().AutoIncrement()}}});
     }},
    {"NoMembers", ErrorKind::kNone,
     "struct relata::Nothing, bound to model 'nothing', serializes no member",
     [](SchemaBuilder& builder) { builder.Define<Nothing>("nothing"); }},
    {"TheSameNameTwice", ErrorKind::kNone, "is named twice by its serialize",
     [](SchemaBuilder& builder) {
       builder.Bind<Twice>(builder.Define("twice", {{"a", Integer().NotNull()}}));
     }},
    {"OutsideTheStruct", ErrorKind::kNone,
     "member 'there' of struct relata::Elsewhere (model 'elsewhere') does not lie in the struct "
     "itself",
     [](SchemaBuilder& builder) { builder.Define<Elsewhere>("elsewhere"); }},
    {"BoundTwice", ErrorKind::kNone, "struct relata::Player is bound to model 'player' twice",
     [](SchemaBuilder& builder) { builder.Bind<Player>(builder.Define<Player>("player")); }},
    {"BoundToAForeignModel", ErrorKind::kNone,
     "struct relata::Player is bound to a model of another builder",
     [](SchemaBuilder& builder) { builder.Bind<Player>(Model{7}); }},
    {"ADefaultThatCannotBeStored", ErrorKind::kNone, "text must be UTF-8",
     [](SchemaBuilder& builder) { builder.Define<NotText>("bad"); }},
};

class StructsMistakesTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(StructsMistakesTest, IsRefusedWithOneLine) { ExpectRefused(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, StructsMistakesTest, ::testing::ValuesIn(kMistakes),
                         ::relata::testing::NameOf);

TEST(StructsMistakesTest, MistakesOfAllStructsAreToldAtOnceWithTheOthers) {
  SchemaBuilder builder;
  BindPlayer(builder, {{"name", Text()}, {"goals", Boolean().NotNull()}});
  builder.Define<Nothing>("nothing");
  builder.HasMany("player", "stranger");
  const std::string text(std::move(builder).Build().status().message());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
}

// The foreign key of an association may be a member; its type and nullability are checked too.
TEST(StructsMistakesTest, AMemberIsTheForeignKeyOfItsName) {
  SchemaBuilder builder;
  const ModelOf<Part> part = builder.Define<Part>("part");
  builder.BelongsTo(part, part, {.as = "whole"});
  const auto schema = std::move(builder).Build();
  ASSERT_TRUE(schema.ok()) << schema.status();
  const AttributeInfo& key = (*schema)[part].attributes[1];
  EXPECT_EQ(key.name, "wholeId");
  EXPECT_FALSE(key.nullable);
  EXPECT_EQ(key.default_value, Value());  // not 0, which is no key of any part
  EXPECT_EQ((*schema)[part].attributes.size(), 2u);
}

}  // namespace
}  // namespace relata
