// What a finished schema answers.
#include "relata/schema.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/fingerprint.h"
#include "graph/schema_data.h"
#include "relata/schema_builder.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using testing::FailsWith;
using testing::IsOk;
using testing::Must;

Schema Club(SchemaOptions options = {}) {
  SchemaBuilder builder(options);
  const Model team = builder.Define("team", {{"name", Text().NotNull().Unique()}});
  const Model player =
      builder.Define("player", {{"name", Text()}, {"goals", Integer().NotNull().Default(0)}});
  builder.HasMany(team, player);
  builder.BelongsTo(player, team);
  builder.BelongsToMany(team, "coach", {.as = "staff", .through = "contract"});
  builder.Define("coach", {{"name", Text()}});
  return Must(std::move(builder).Build());
}

TEST(SchemaTest, TheEmptySchemaHasNothing) {
  const Schema schema;
  EXPECT_TRUE(schema.models().empty());
  EXPECT_TRUE(schema.foreign_keys().empty());
  EXPECT_TRUE(schema.associations().empty());
  EXPECT_TRUE(schema.dependency_order().empty());
  EXPECT_EQ(schema, Must(SchemaBuilder().Build()));
}

TEST(SchemaTest, HandlesAreThePositionsOfDeclarations) {
  const Schema schema = Club();
  EXPECT_EQ(schema[Model{0}].name, "team");
  EXPECT_EQ(schema[Model{1}].name, "player");
  EXPECT_EQ(schema[Model{2}].name, "coach");
  EXPECT_EQ(schema[Model{3}].name, "contract");  // created: after all that were defined
  EXPECT_TRUE(schema[Model{3}].join);
  EXPECT_EQ(schema[Association{0}].kind, AssociationKind::kHasMany);
  EXPECT_EQ(schema[Association{1}].kind, AssociationKind::kBelongsTo);
  EXPECT_EQ(schema[Association{2}].through, Model{3});
}

TEST(SchemaTest, ModelsKnowTheirForeignKeysAndAssociations) {
  const Schema schema = Club();
  const ForeignKey team_of = schema[Association{0}].foreign_key;
  EXPECT_EQ(schema[Association{1}].foreign_key, team_of);
  EXPECT_EQ(schema[Model{1}].foreign_keys, std::vector<ForeignKey>{team_of});
  EXPECT_EQ(schema[Model{0}].referenced_by.size(), 2u);
  EXPECT_EQ(schema[Model{0}].associations, (std::vector<Association>{{0}, {2}}));
  EXPECT_EQ(schema[team_of].associations, (std::vector<Association>{{0}, {1}}));
}

TEST(SchemaTest, NamesAreFound) {
  const Schema schema = Club();
  EXPECT_EQ(Must(schema.FindModel("player")), Model{1});
  EXPECT_EQ(Must(schema.FindAssociation(Model{0}, "players")), Association{0});
  EXPECT_EQ(Must(schema.FindAssociation(Model{1}, "team")), Association{1});
  EXPECT_EQ(Must(schema.FindAssociation(Model{0}, "staff")), Association{2});
  EXPECT_EQ(Must(schema.FindAttribute(Model{1}, "goals")), 2u);
}

TEST(SchemaTest, AnUnknownNameIsAnErrorThatNamesTheNearestOne) {
  const Schema schema = Club();
  EXPECT_TRUE(FailsWith(schema.FindModel("Players"), absl::StatusCode::kInvalidArgument,
                        "there is no model 'Players'; did you mean 'player'?"));
  EXPECT_TRUE(FailsWith(schema.FindAssociation(Model{0}, "player"), ErrorKind::kNotAssociated,
                        "model 'team' has no association 'player'; did you mean 'players'?"));
  EXPECT_TRUE(FailsWith(schema.FindAssociation(Model{2}, "teams"), ErrorKind::kNotAssociated,
                        "there are none"));
  EXPECT_TRUE(FailsWith(schema.FindAttribute(Model{1}, "weight"),
                        absl::StatusCode::kInvalidArgument,
                        "there are 'id', 'name', 'goals', 'teamId'"));
}

TEST(SchemaTest, AFieldIsOfTheAttributesTypeAndOptionalWhenItMayBeNull) {
  const Schema schema = Club();
  EXPECT_TRUE(IsOk(schema.FieldOf<std::int64_t>(Model{1}, "goals")));
  EXPECT_TRUE(IsOk(schema.FieldOf<std::optional<std::string_view>>(Model{1}, "name")));
  EXPECT_TRUE(IsOk(schema.FieldOf<std::optional<std::int64_t>>(Model{1}, "goals")));
  EXPECT_TRUE(FailsWith(schema.FieldOf<std::string_view>(Model{1}, "goals"),
                        absl::StatusCode::kInvalidArgument,
                        "'player.goals' is INTEGER, but the field asked for reads TEXT"));
  EXPECT_TRUE(FailsWith(schema.FieldOf<std::string_view>(Model{1}, "name"),
                        absl::StatusCode::kInvalidArgument, "'player.name' may be null"));
  EXPECT_TRUE(FailsWith(schema.FieldOf<double>(Model{1}, "weight"),
                        absl::StatusCode::kInvalidArgument, "no attribute 'weight'"));
}

TEST(SchemaDeathTest, AHandleOfAnotherSchemaEndsTheProcess) {
  const Schema schema = Club();
  EXPECT_DEATH(schema[Model{4}], "handle of model 4 is not of this schema");
  EXPECT_DEATH(schema[ForeignKey{}], "handle of foreign key");
  EXPECT_DEATH(schema[Association{3}], "handle of association 3");
}

TEST(SchemaTest, AccessorsAreNamedAsInTheManual) {
  const Schema schema = Club();
  using Names = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(schema.AccessorNames(Association{1}),
            (Names{{"get", "getTeam"}, {"set", "setTeam"}, {"create", "createTeam"}}));
  EXPECT_EQ(schema.AccessorNames(Association{0}), (Names{{"get", "getPlayers"},
                                                         {"set", "setPlayers"},
                                                         {"addMultiple", "addPlayers"},
                                                         {"add", "addPlayer"},
                                                         {"create", "createPlayer"},
                                                         {"remove", "removePlayer"},
                                                         {"removeMultiple", "removePlayers"},
                                                         {"hasSingle", "hasPlayer"},
                                                         {"hasAll", "hasPlayers"},
                                                         {"count", "countPlayers"}}));
}

TEST(SchemaTest, DescriptionsNameEveryDeclaration) {
  const Schema schema = Club();
  EXPECT_EQ(schema.Describe(Association{2}),
            "team belongsToMany coach as 'staff' (through 'contract')");
  EXPECT_EQ(schema.Describe(schema[Association{0}].foreign_key),
            "player.teamId -> team (team hasMany player, player belongsTo team)");
}

TEST(SchemaTest, ADescriptionNamesTheKeyWhenItIsNotThePrimaryOne) {
  SchemaBuilder builder;
  builder.Define("country", {{"iso", Text().Unique()}});
  builder.Define("city", {{"country", Text().References("country", "iso")}});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(schema.Describe(ForeignKey{0}),
            "city.country -> country.iso (references of the attribute)");
}

TEST(FingerprintTest, EqualSchemasBuiltApartAreEqual) {
  EXPECT_EQ(Club().fingerprint(), Club().fingerprint());
  EXPECT_TRUE(Club() == Club());
}

// Whatever rows are stored under a fingerprint can no longer be read when this fails: then it is a
// new format, and the text must say so in its first line.
TEST(FingerprintTest, TheTextAndItsHashAreThoseOfTheFormat) {
  SchemaBuilder builder;
  builder.Define("team", {{"name", Text().NotNull().Unique()}});
  builder.Define("player", {{"born", Timestamp()}, {"fit", Boolean().Default(true)}});
  builder.BelongsTo("player", "team", {.on_delete = Action::kCascade});
  const Schema schema = Must(std::move(builder).Build());
  EXPECT_EQ(internal::CanonicalText(internal::SchemaAccess::Data(schema)),
            "relata 1\n"
            "model 4:team 5:teams\n"
            "attribute 2:id 2:id 7:INTEGER 0 1 4:null\n"
            "attribute 4:name 4:name 4:TEXT 0 0 4:null\n"
            "key 0: 0\n"
            "key 0: 1\n"
            "model 6:player 7:players\n"
            "attribute 2:id 2:id 7:INTEGER 0 1 4:null\n"
            "attribute 4:born 4:born 9:TIMESTAMP 1 0 4:null\n"
            "attribute 3:fit 3:fit 7:BOOLEAN 1 0 4:true\n"
            "attribute 6:teamId 6:teamId 7:INTEGER 1 0 4:null\n"
            "key 0: 0\n"
            "foreign 1 3 -> 0 0 7:CASCADE 7:CASCADE 1 0\n");
  EXPECT_EQ(schema.fingerprint(), 13876187005018787107u);
}

TEST(FingerprintTest, EverythingThatRowsDependOnChangesIt) {
  const auto build = [](const Attribute& attribute, AssociationOptions options,
                        const std::string& name = "name", const std::string& table = "") {
    SchemaBuilder builder({.underscored = false, .cycles = SchemaOptions::Cycles::kDefer});
    builder.Define("team", {{"code", Text().Unique()}}, {.table = table});
    builder.Define("player", {{name, attribute}});
    builder.BelongsTo("player", "team", std::move(options));
    return Must(std::move(builder).Build()).fingerprint();
  };
  const std::vector<std::uint64_t> prints = {
      build(Text(), {}),
      build(Integer(), {}),
      build(Text().NotNull(), {}),
      build(Text().Unique(), {}),
      build(Text().Default("x"), {}),
      build(Text().Default("y"), {}),
      build(Text().Column("other"), {}),
      build(Text(), {}, "title"),
      build(Text(), {}, "name", "clubs"),
      build(Text(), {.on_delete = Action::kRestrict}),
      build(Text(), {.on_update = Action::kRestrict}),
      build(Text(), {.constraints = false}),
      build(Text(), {.foreign_key = "clubId"}),
      build(Text(), {.foreign_key = "teamId", .target_key = "code"}),
  };
  for (std::size_t i = 0; i < prints.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(prints[i], prints[j]) << i << ", " << j;
  }
}

TEST(FingerprintTest, LongDefaultsThatDifferOnlyAtTheirEndDiffer) {
  const auto build = [](const std::string& value) {
    SchemaBuilder builder;
    builder.Define("note", {{"text", Text().Default(value)}});
    return Must(std::move(builder).Build());
  };
  EXPECT_FALSE(build(std::string(100, 'x') + "1") == build(std::string(100, 'x') + "2"));
}

TEST(FingerprintTest, WhatNoRowDependsOnDoesNotChangeIt) {
  SchemaBuilder builder;
  builder.Define("team", {}, {.name = {.singular = "squad", .plural = "squads"}});
  builder.Define("player", {});
  builder.BelongsTo("player", "team", {.as = "club", .foreign_key = "teamId"});
  SchemaBuilder other;
  other.Define("team", {});
  other.Define("player", {});
  other.HasMany("team", "player");
  EXPECT_EQ(Must(std::move(builder).Build()), Must(std::move(other).Build()));
}

}  // namespace
}  // namespace relata
