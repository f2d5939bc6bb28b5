// Deletes a team with its players, through the front door only.
#include <relata/relata.h>

#include <utility>

int main() {
  relata::SchemaBuilder builder;
  const auto team = builder.Define("team", {{"name", relata::Text()}});
  const auto player = builder.Define("player", {{"name", relata::Text()}});
  const auto players = builder.HasMany(team, player, {.on_delete = relata::Action::kCascade});
  const auto schema = std::move(builder).Build();
  if (!schema.ok()) return 1;

  relata::Store store(*schema);
  const auto arsenal = store.Create(team, {{"name", "Arsenal"}});
  if (!arsenal.ok() || !store.Create(*arsenal, players, {{"name", "Henry"}}).ok()) return 2;
  if (store.Count(player) != 1) return 3;
  if (!store.Delete(*arsenal).ok()) return 4;
  return store.Count(player) == 0 ? 0 : 5;
}
