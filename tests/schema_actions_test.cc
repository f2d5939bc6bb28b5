// Actions and constraints of finished relations (rules R2 and R8).
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "relata/schema_builder.h"
#include "tests/schema_text.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using testing::FailsWith;
using testing::ForeignKeysOf;
using testing::Must;

enum class Side { kBelongsTo, kHasOne, kHasMany, kBoth };

std::string ActionsOf(Side side, const Attribute& key, AssociationOptions options = {}) {
  SchemaBuilder builder;
  builder.Define("user", {});
  builder.Define("task", {{"userId", key}});
  options.foreign_key = "userId";
  if (side == Side::kBelongsTo || side == Side::kBoth) builder.BelongsTo("task", "user", options);
  if (side == Side::kHasOne) builder.HasOne("user", "task", options);
  if (side == Side::kHasMany || side == Side::kBoth) builder.HasMany("user", "task", options);
  return ForeignKeysOf(Must(std::move(builder).Build()), "task");
}

TEST(SchemaActionsTest, ANullableKeyIsSetToNullWhoeverDeclaresIt) {
  for (const Side side : {Side::kBelongsTo, Side::kHasOne, Side::kHasMany, Side::kBoth}) {
    EXPECT_EQ(ActionsOf(side, Integer()), "userId -> users(id) SET NULL/CASCADE");
    EXPECT_EQ(ActionsOf(side, Integer().Nullable()), "userId -> users(id) SET NULL/CASCADE");
  }
}

TEST(SchemaActionsTest, ANotNullKeyCascadesWhenAHasDeclaresIt) {
  EXPECT_EQ(ActionsOf(Side::kBelongsTo, Integer().NotNull()),
            "userId -> users(id) NO ACTION/CASCADE");
  for (const Side side : {Side::kHasOne, Side::kHasMany, Side::kBoth}) {
    EXPECT_EQ(ActionsOf(side, Integer().NotNull()), "userId -> users(id) CASCADE/CASCADE");
  }
}

TEST(SchemaActionsTest, APrimaryKeyThatIsAForeignKeyIsNotNull) {
  EXPECT_EQ(ActionsOf(Side::kHasOne, Integer().PrimaryKey()),
            "userId -> users(id) CASCADE/CASCADE");
}

TEST(SchemaActionsTest, GivenActionsAreTaken) {
  EXPECT_EQ(ActionsOf(Side::kBoth, Integer(),
                      {.on_delete = Action::kRestrict, .on_update = Action::kSetNull}),
            "userId -> users(id) RESTRICT/SET NULL");
  EXPECT_EQ(
      ActionsOf(Side::kHasMany, Integer().NotNull().Default(1), {.on_delete = Action::kSetDefault}),
      "userId -> users(id) SET DEFAULT/CASCADE");
}

TEST(SchemaActionsTest, AReferenceByItselfDoesNothing) {
  SchemaBuilder builder;
  builder.Define("user", {});
  builder.Define("task", {{"a", Integer().References("user")},
                          {"b", Integer().References("user").OnUpdate(Action::kCascade)}});
  EXPECT_EQ(ForeignKeysOf(Must(std::move(builder).Build()), "task"),
            "a -> users(id) NO ACTION/NO ACTION\nb -> users(id) NO ACTION/CASCADE");
}

TEST(SchemaActionsTest, ACompositeKeyIsNullableOnlyWhenAllOfItIs) {
  SchemaBuilder builder;
  builder.Define("seat", {{"row", Integer().PrimaryKey()}, {"number", Integer().PrimaryKey()}});
  builder.Define("ticket", {{"seatRow", Integer().NotNull()}});
  builder.HasMany("seat", "ticket");
  EXPECT_EQ(ForeignKeysOf(Must(std::move(builder).Build()), "ticket"),
            "seatRow,seatNumber -> seats(row,number) CASCADE/CASCADE");
}

TEST(SchemaActionsTest, WithoutConstraintsThereAreNoActions) {
  EXPECT_EQ(ActionsOf(Side::kBoth, Integer().NotNull(), {.constraints = false}),
            "userId -> users(id) unconstrained");
}

TEST(SchemaActionsTest, ConstraintsLeftOutOnOneSideAreLeftOutOnBoth) {
  SchemaBuilder builder;
  builder.Define("user", {});
  builder.Define("task", {});
  builder.HasMany("user", "task");
  builder.BelongsTo("task", "user", {.constraints = false});
  EXPECT_EQ(ForeignKeysOf(Must(std::move(builder).Build()), "task"),
            "userId -> users(id) unconstrained");
}

std::string JoinActions(AssociationOptions of_user, AssociationOptions of_task, bool swapped) {
  SchemaBuilder builder;
  builder.Define("user", {});
  builder.Define("task", {});
  of_user.through = "work";
  of_task.through = "work";
  if (swapped) builder.BelongsToMany("task", "user", of_task);
  builder.BelongsToMany("user", "task", of_user);
  if (!swapped) builder.BelongsToMany("task", "user", of_task);
  return ForeignKeysOf(Must(std::move(builder).Build()), "work");
}

TEST(SchemaActionsTest, AnActionOfOneSideOfAJoinCountsForBothKeysInEitherOrder) {
  for (const bool swapped : {false, true}) {
    EXPECT_EQ(JoinActions({.on_delete = Action::kRestrict}, {}, swapped),
              "taskId -> tasks(id) RESTRICT/CASCADE\nuserId -> users(id) RESTRICT/CASCADE");
    EXPECT_EQ(JoinActions({}, {.on_update = Action::kRestrict}, swapped),
              "taskId -> tasks(id) CASCADE/RESTRICT\nuserId -> users(id) CASCADE/RESTRICT");
  }
}

TEST(SchemaActionsTest, ActionsOfBothSidesOfAJoinAreForTheKeyOfEach) {
  for (const bool swapped : {false, true}) {
    EXPECT_EQ(
        JoinActions({.on_delete = Action::kCascade}, {.on_delete = Action::kRestrict}, swapped),
        "taskId -> tasks(id) RESTRICT/CASCADE\nuserId -> users(id) CASCADE/CASCADE");
  }
}

TEST(SchemaActionsTest, ConstraintsLeftOutOnOneSideOfAJoinAreLeftOutOfBothKeys) {
  for (const bool swapped : {false, true}) {
    EXPECT_EQ(JoinActions({.constraints = false}, {}, swapped),
              "taskId -> tasks(id) unconstrained\nuserId -> users(id) unconstrained");
  }
}

TEST(SchemaActionsTest, ActionsDeclaredOnTheJoinModelAreRespected) {
  SchemaBuilder builder;
  builder.Define("user", {});
  builder.Define("task", {});
  builder.Define("work", {{"userId", Integer().OnDelete(Action::kRestrict)}});
  builder.BelongsToMany("user", "task", {.through = "work"});
  EXPECT_EQ(ForeignKeysOf(Must(std::move(builder).Build()), "work"),
            "taskId -> tasks(id) CASCADE/CASCADE\nuserId -> users(id) RESTRICT/CASCADE");
}

}  // namespace
}  // namespace relata
