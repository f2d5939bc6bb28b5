// A store with everything that a cascade can do, and observers that keep a log of what they are
// told.
#ifndef RELATA_TESTS_OBSERVER_WORLD_H_
#define RELATA_TESTS_OBSERVER_WORLD_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/status_testing.h"

namespace relata {

// A club with everything that a cascade can do:
//
//   club <- team (CASCADE) <- player (CASCADE) <- note (CASCADE)
//                          <- sponsor (SET NULL)
//   player <- friendship -> player,  team <- contract -> coach
class ObserverWorld : public ::testing::Test {
 protected:
  ObserverWorld() {
    SchemaBuilder builder;
    club_ = builder.Define("club", {{"name", Text()}});
    team_ = builder.Define("team", {{"code", Text().Unique()}, {"level", Text().Default("first")}});
    player_ = builder.Define("player", {{"name", Text()}, {"goals", Integer().Default(0)}});
    note_ = builder.Define("note", {{"text", Text()}});
    sponsor_ = builder.Define("sponsor", {{"name", Text()}});
    coach_ = builder.Define("coach", {{"name", Text()}});
    teams_ = builder.HasMany(club_, team_, {.on_delete = Action::kCascade});
    players_ = builder.HasMany(
        team_, player_,
        {.foreign_key = "teamCode", .source_key = "code", .on_delete = Action::kCascade});
    its_team_ =
        builder.BelongsTo(player_, team_, {.foreign_key = "teamCode", .target_key = "code"});
    its_first_ = builder.BelongsTo(player_, team_,
                                   {.as = "firstTeam",
                                    .foreign_key = "teamCode",
                                    .target_key = "code",
                                    .scope = {{"level", "first"}}});
    notes_ = builder.HasMany(player_, note_, {.on_delete = Action::kCascade});
    sponsors_ = builder.HasMany(team_, sponsor_);
    coaches_ = builder.BelongsToMany(team_, coach_, {.through = "contract"});
    stand_in_ = builder.BelongsTo(
        player_, player_,
        {.as = "standIn", .foreign_key = "standInId", .on_delete = Action::kCascade});
    schema_ = testing::Must(std::move(builder).Build());
    store_.emplace(schema_);
  }
  ~ObserverWorld() override { EXPECT_TRUE(testing::IsOk(store_->CheckInvariants())); }

  Store& store() { return *store_; }
  Instance New(Model model, const Values& values = {}) {
    return testing::Must(store().Create(model, values));
  }
  Instance At(Model model, const Key& key) { return testing::Must(store().Find(model, key)); }

  // One club with team 'a' of players 1 to 3, of whom 1 stands in for 2 and 2 for 3, with two notes
  // on 1, a sponsor and a coach.
  void Fill() {
    New(club_);
    New(team_, {{"code", "a"}, {"clubId", 1}});
    for (int i = 1; i <= 3; ++i) New(player_, {{"teamCode", "a"}});
    EXPECT_TRUE(testing::IsOk(store().Set(At(player_, 2), "standInId", 1)));
    EXPECT_TRUE(testing::IsOk(store().Set(At(player_, 3), "standInId", 2)));
    New(note_, {{"playerId", 1}});
    New(note_, {{"playerId", 1}});
    New(sponsor_, {{"teamId", 1}});
    New(coach_);
    EXPECT_TRUE(testing::IsOk(store().Add(At(team_, 1), coaches_, 1)));
  }

  absl::Status Say(const std::string& event) {
    log_.push_back(event);
    return answer_ ? answer_(event) : absl::OkStatus();
  }
  std::function<absl::Status(const RowView&)> RowLogger(std::string verb) {
    return [this, verb](const RowView& row) {
      return Say(verb + " " + schema_[row.model()].name + " " + row.key().ToString());
    };
  }
  std::function<absl::Status(const Store&, const LinkChange&)> LinkLogger(std::string verb) {
    return [this, verb](const Store&, const LinkChange& change) {
      return Say(verb + " " + schema_[change.association].name + " " + change.source.ToString() +
                 " " + change.target.ToString());
    };
  }
  // Logs what is told before changes of all models and associations.
  void Watch() {
    for (std::uint32_t m = 0; m < schema_.models().size(); ++m) {
      subscriptions_.push_back(store().Observe(Model{m}, {.name = "log",
                                                          .before_create = RowLogger("create"),
                                                          .before_update = RowLogger("update"),
                                                          .before_delete = RowLogger("delete")}));
    }
    for (std::uint32_t a = 0; a < schema_.associations().size(); ++a) {
      subscriptions_.push_back(
          store().Observe(Association{a}, {.name = "log",
                                           .before_link = LinkLogger("link"),
                                           .before_unlink = LinkLogger("unlink")}));
    }
  }
  std::vector<std::string> TakeLog() { return std::exchange(log_, {}); }

  Model club_, team_, player_, note_, sponsor_, coach_;
  Association teams_, players_, its_team_, its_first_, notes_, sponsors_, coaches_, stand_in_;
  Schema schema_;
  std::optional<Store> store_;
  std::vector<Subscription> subscriptions_;
  std::vector<std::string> log_;
  std::function<absl::Status(const std::string&)> answer_;
};

}  // namespace relata

#endif  // RELATA_TESTS_OBSERVER_WORLD_H_
