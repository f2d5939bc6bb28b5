// A few rows that can be checked by eye, for queries.
#ifndef RELATA_TESTS_QUERY_WORLD_H_
#define RELATA_TESTS_QUERY_WORLD_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "relata/relata.h"

namespace relata {

// Teams with players (to many, and back to one), honours of players (through a join model), and
// the coach of a team (hasOne).
class QueryWorld : public ::testing::Test {
 protected:
  QueryWorld() : store_(MakeSchema()) {
    name_ = *store_.schema().FieldOf<std::string_view>(player_, "name");
    goals_ = *store_.schema().FieldOf<std::optional<std::int64_t>>(player_, "goals");
    assists_ = *store_.schema().FieldOf<std::int64_t>(player_, "assists");
    honour_title_ = *store_.schema().FieldOf<std::string_view>(honour_, "title");
    arsenal_ = Add(team_, {{"name", "Arsenal"}, {"founded", 1886}});
    ajax_ = Add(team_, {{"name", "Ajax"}, {"founded", 1900}});
    empty_ = Add(team_, {{"name", "Nowhere"}});
    Add(coach_, {{"name", "Wenger"}, {"teamId", 1}});
    henry_ = Player("Henry", 228, 103, 1);
    bergkamp_ = Player("Bergkamp", 120, 94, 1);
    wright_ = Player("Wright", 185, 47, 1);
    cruyff_ = Player("Cruyff", 190, 120, 2);
    nobody_ = Player("Nobody", std::nullopt, 0, std::nullopt);
    const Instance cup = Add(honour_, {{"title", "FA Cup"}, {"year", 1998}});
    const Instance league = Add(honour_, {{"title", "League"}, {"year", 2004}});
    Link(henry_, cup, false);
    Link(henry_, league, true);
    Link(bergkamp_, cup, true);
    Link(bergkamp_, league, true);
    Link(wright_, cup, false);
  }

  Schema MakeSchema() {
    SchemaBuilder builder;
    team_ = builder.Define("team", {{"name", Text().NotNull().Unique()}, {"founded", Integer()}});
    player_ = builder.Define("player", {{"name", Text().NotNull()},
                                        {"goals", Integer()},
                                        {"assists", Integer().NotNull()},
                                        {"number", Integer()},
                                        {"pace", Double()}});
    honour_ = builder.Define("honour", {{"title", Text().NotNull()}, {"year", Integer()}});
    coach_ = builder.Define("coach", {{"name", Text()}});
    builder.Define("win", {{"started", Boolean()}});
    players_ = builder.HasMany(team_, player_);
    its_team_ = builder.BelongsTo(player_, team_);
    its_coach_ = builder.HasOne(team_, coach_);
    honours_ = builder.BelongsToMany(player_, honour_, {.through = "win"});
    winners_ = builder.BelongsToMany(honour_, player_, {.as = "winners", .through = "win"});
    return *std::move(builder).Build();
  }

  Instance Add(Model model, const Values& values) {
    const auto created = store_.Create(model, values);
    EXPECT_TRUE(created.ok()) << created.status();
    return *created;
  }
  Instance Player(const char* name, std::optional<int> goals, int assists,
                  std::optional<int> team) {
    return Add(player_, {{"name", name}, {"goals", goals}, {"assists", assists}, {"teamId", team}});
  }
  void Link(Instance player, Instance honour, bool started) {
    EXPECT_TRUE(store_.Add(player, honours_, honour, {{"started", started}}).ok());
  }

  // The names of the players that a query selects, or what is wrong with it.
  std::vector<std::string> Names(const Query& query) const {
    const auto rows = store_.Select(query);
    if (!rows.ok()) return {std::string(rows.status().message())};
    std::vector<std::string> names;
    for (const Row& row : *rows) names.emplace_back(row.Get(name_));
    EXPECT_EQ(*store_.Count(query), names.size());
    return names;
  }
  std::vector<std::string> Where(const Condition& condition) const {
    return Names(Query(player_).Where(condition));
  }
  std::string Message(const Query& query) const {
    const auto rows = store_.Select(query);
    EXPECT_EQ(rows.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(rows.status().message());
  }

  Model team_, player_, honour_, coach_;
  Association players_, its_team_, its_coach_, honours_, winners_;
  Store store_;
  Field<std::string_view> name_, honour_title_;
  Field<std::optional<std::int64_t>> goals_;
  Field<std::int64_t> assists_;
  Instance arsenal_, ajax_, empty_, henry_, bergkamp_, wright_, cruyff_, nobody_;
};

}  // namespace relata

#endif  // RELATA_TESTS_QUERY_WORLD_H_
