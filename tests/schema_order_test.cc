// The order of declarations changes no meaning (rules R1 and R2): every order of the declarations
// of a schema gives the same schema, but for the order of attributes and handles.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "relata/schema_builder.h"
#include "tests/schema_text.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using testing::MeaningOf;
using testing::Must;

using Declaration = std::function<void(SchemaBuilder&)>;

// The lines of a status, sorted: mistakes are found in the order of declarations.
std::string MistakesOf(const absl::Status& status) {
  std::vector<std::string> lines(1);
  for (const char c : std::string(status.message())) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  std::sort(lines.begin(), lines.end());
  return std::accumulate(lines.begin(), lines.end(), std::string());
}

void ExpectOneMeaning(const std::vector<Declaration>& declarations) {
  std::vector<std::size_t> order(declarations.size());
  std::iota(order.begin(), order.end(), 0);
  std::string meaning;
  do {
    SchemaBuilder builder;
    for (const std::size_t i : order) declarations[i](builder);
    const std::string here = MeaningOf(Must(std::move(builder).Build()));
    if (meaning.empty()) meaning = here;
    ASSERT_EQ(here, meaning);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(DeclarationOrderTest, OfOneToManyWithOptionsOnEitherSide) {
  ExpectOneMeaning({
      [](SchemaBuilder& b) {
        b.Define("country", {{"iso", Text().Unique()}});
      },
      [](SchemaBuilder& b) {
        b.Define("city", {{"code", Text().NotNull()}});
      },
      [](SchemaBuilder& b) { b.HasMany("country", "city", {.foreign_key = "code"}); },
      [](SchemaBuilder& b) {
        b.BelongsTo("city", "country", {.foreign_key = "code", .target_key = "iso"});
      },
      [](SchemaBuilder& b) {
        b.HasOne("country", "city",
                 {.as = "capital", .foreign_key = "code", .on_update = Action::kRestrict});
      },
  });
}

TEST(DeclarationOrderTest, OfAJoinModelAndItsOwnAssociations) {
  ExpectOneMeaning({
      [](SchemaBuilder& b) { b.Define("user", {}, {.underscored = true}); },
      [](SchemaBuilder& b) { b.Define("task", {}, {.underscored = true}); },
      [](SchemaBuilder& b) { b.BelongsToMany("user", "task", {.through = "work"}); },
      [](SchemaBuilder& b) {
        b.BelongsToMany("task", "user",
                        {.other_key = "who", .through = "work", .on_delete = Action::kRestrict});
      },
      [](SchemaBuilder& b) { b.HasMany("user", "work", {.foreign_key = "who"}); },
      [](SchemaBuilder& b) { b.BelongsTo("work", "task", {.on_update = Action::kNoAction}); },
  });
}

TEST(DeclarationOrderTest, OfJoinsOfAModelWithItself) {
  ExpectOneMeaning({
      [](SchemaBuilder& b) { b.Define("person", {}); },
      [](SchemaBuilder& b) {
        b.BelongsToMany("person", "person",
                        {.as = "children", .foreign_key = "up", .through = "family"});
      },
      [](SchemaBuilder& b) {
        b.BelongsToMany("person", "person",
                        {.as = "parents", .foreign_key = "down", .through = "family"});
      },
      [](SchemaBuilder& b) {
        b.BelongsToMany("person", "person",
                        {.as = "ancestors", .other_key = "up", .through = "family"});
      },
  });
}

TEST(DeclarationOrderTest, OfPolymorphicAssociations) {
  ExpectOneMeaning({
      [](SchemaBuilder& b) { b.Define("post", {}); },
      [](SchemaBuilder& b) { b.Define("image", {}); },
      [](SchemaBuilder& b) {
        b.Define("comment", {{"kind", Text()}, {"about", Integer()}});
      },
      [](SchemaBuilder& b) {
        b.HasMany("post", "comment",
                  {.foreign_key = "about", .scope = {{"kind", "post"}}, .constraints = false});
      },
      [](SchemaBuilder& b) {
        b.HasMany("image", "comment",
                  {.foreign_key = "about", .scope = {{"kind", "image"}}, .constraints = false});
      },
      [](SchemaBuilder& b) { b.BelongsTo("comment", "post", {.foreign_key = "about"}); },
  });
}

TEST(DeclarationOrderTest, OfAssociationsToJoinModelsThatAreKeyedByThem) {
  ExpectOneMeaning({
      [](SchemaBuilder& b) { b.Define("a", {}); },
      [](SchemaBuilder& b) {
        b.Define("b", {{"key", Uuid().PrimaryKey()}});
      },
      [](SchemaBuilder& b) { b.Define("note", {}); },
      [](SchemaBuilder& b) { b.BelongsToMany("a", "b", {.through = "ab"}); },
      [](SchemaBuilder& b) { b.BelongsToMany("ab", "note", {.through = "abn"}); },
      [](SchemaBuilder& b) { b.BelongsTo("note", "ab"); },
  });
}

TEST(DeclarationOrderTest, MistakesAreTheSame) {
  const std::vector<Declaration> declarations = {
      [](SchemaBuilder& b) { b.Define("user", {}); },
      [](SchemaBuilder& b) {
        b.Define("task", {{"user_id", Integer()}});
      },
      [](SchemaBuilder& b) { b.HasMany("user", "task"); },
      [](SchemaBuilder& b) { b.BelongsTo("user", "task", {.as = "focus"}); },
  };
  std::vector<std::size_t> order = {0, 1, 2, 3};
  std::vector<std::size_t> lines;
  do {
    SchemaBuilder builder;
    for (const std::size_t i : order) declarations[i](builder);
    const absl::StatusOr<Schema> schema = std::move(builder).Build();
    ASSERT_FALSE(schema.ok());
    lines.push_back(MistakesOf(schema.status()).size());
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), lines[0]), static_cast<long>(lines.size()));
}

}  // namespace
}  // namespace relata
