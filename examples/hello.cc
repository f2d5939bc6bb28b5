// The README's twenty lines, as a program: delete rules that can be previewed, on a graph that can
// be forked.
#include <cstdint>
#include <iostream>
#include <optional>
#include <utility>

#include "relata/relata.h"

namespace {

int Fail(const absl::Status& status) {
  std::cerr << status << "\n";
  return 1;
}

}  // namespace

int main() {
  // README begins.
  relata::SchemaBuilder builder;
  auto team = builder.Define("team", {{"name", relata::Text().NotNull().Unique()}});
  auto player = builder.Define("player", {{"name", relata::Text()}, {"goals", relata::Integer()}});
  auto players = builder.HasMany(team, player);  // adds player.teamId, ON DELETE SET NULL
  auto schema = std::move(builder).Build();      // finds every mistake at once, here
  if (!schema.ok()) return Fail(schema.status());
  auto goals = *schema->FieldOf<std::optional<std::int64_t>>(player, "goals");

  relata::Store store(*schema);
  auto arsenal = *store.Create(team, {{"name", "Arsenal"}});
  auto henry = *store.Create(player, {{"name", "Henry"}, {"goals", 228}});
  auto bergkamp = *store.Create(player, {{"name", "Bergkamp"}, {"goals", 120}});
  absl::Status added = store.Add(arsenal, players, {henry, bergkamp});
  if (!added.ok()) return Fail(added);

  std::int64_t total = 0;
  for (relata::Instance p : store.Linked(arsenal, players))
    total += store.Get(p, goals).value_or(0);
  std::cout << "Goals: " << total << "\n";

  relata::Store what_if = *store.Fork();             // shares every page: costs next to nothing
  relata::Plan plan = *what_if.PlanDelete(arsenal);  // touches nothing
  std::cout << plan.Summary() << "\n";
  absl::Status applied = what_if.Apply(plan);
  if (!applied.ok()) return Fail(applied);
  std::cout << "Teams: " << what_if.Count(team) << ", and still " << store.Count(team) << "\n";
  // README ends.
  return 0;
}
