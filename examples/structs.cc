// C++ structs as models: what cereal can write, relata can keep. Copy this to begin with.
#include <cereal/archives/json.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "relata/relata.h"

namespace {

struct Team {
  std::string name;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(CEREAL_NVP(name));
  }
};

enum class Position { kGoalkeeper, kDefender, kMidfielder, kForward };

struct Player {
  std::string name;
  int goals = 0;
  Position position = Position::kMidfielder;
  std::optional<std::string> nickname{};  // nullable; all else is NOT NULL
  template <class Archive>
  void serialize(Archive& ar) {
    ar(CEREAL_NVP(name), CEREAL_NVP(goals), CEREAL_NVP(position), CEREAL_NVP(nickname));
  }
};

absl::Status Run() {
  // Declare. What a struct cannot say of its members, such as Unique, is said here.
  relata::SchemaBuilder builder;
  auto team =
      builder.Define<Team>("team", {.attributes = {{&Team::name, relata::Text().Unique()}}});
  auto player = builder.Define<Player>("player");
  auto players = builder.HasMany(team, player);  // a ToMany<Team, Player>; adds player.teamId
  auto its_team = builder.BelongsTo(player, team);
  auto schema = std::move(builder).Build();  // a member that does not fit is named here
  if (!schema.ok()) return schema.status();
  relata::Store store(*schema);

  // Create, one by one or nested.
  relata::Ref<Player> bergkamp = *store.Create(Player{"Bergkamp", 120, Position::kForward});
  relata::Ref<Team> arsenal = *store.Create(
      team, {{"name", "Arsenal"},
             {players, {Player{"Henry", 228, Position::kForward, "Titi"}, bergkamp}}});
  store.Create(arsenal, players, Player{"Vieira", 33}).value();

  // Read members by their pointers, as cheaply as fields.
  std::int64_t goals = 0;
  for (relata::Ref<Player> p : store.Linked(arsenal, players)) {
    goals += store.Get(p, &Player::goals);
  }
  std::cout << goals << " goals for " << store.Get(arsenal, &Team::name) << "\n";

  // Write one member, or read a copy, change it and write what differs.
  if (auto set = store.Set(bergkamp, &Player::goals, 121); !set.ok()) return set;
  auto copy = store.Read(bergkamp);
  if (!copy.ok()) return copy.status();
  copy->nickname = "The Non-Flying Dutchman";
  if (auto updated = store.Update(bergkamp, *copy); !updated.ok()) return updated;

  // A struct that was read is a struct like others: cereal writes it.
  {
    cereal::JSONOutputArchive json(std::cout);
    json(cereal::make_nvp("bergkamp", *store.Read(bergkamp)));
  }
  std::cout << "\n";

  // The rules of the schema hold, and errors name what is wrong.
  std::cout << store.Create(Team{"Arsenal"}).status().message() << "\n";
  // store.Add(arsenal, players, arsenal);  does not compile: a team is no player

  if (auto deleted = store.Delete(arsenal); !deleted.ok()) return deleted;
  std::cout << store.Count<Player>() << " players, "
            << (store.One(bergkamp, its_team).has_value() ? "a team" : "no team") << "\n";
  return absl::OkStatus();
}

}  // namespace

int main() {
  const absl::Status status = Run();
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
