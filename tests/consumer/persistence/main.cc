// Takes a store to a snapshot and to a database and back, through the front door only.
#include <relata/persistence/snapshot.h>
#include <relata/persistence/sqlite.h>
#include <relata/relata.h>

#include <utility>

int main() {
  relata::SchemaBuilder builder;
  const auto team = builder.Define("team", {{"name", relata::Text()}});
  const auto schema = std::move(builder).Build();
  if (!schema.ok()) return 1;
  relata::Store store(*schema);
  if (!store.Create(team, {{"name", "Arsenal"}}).ok()) return 2;

  const auto bytes = relata::EncodeSnapshot(store);
  if (!bytes.ok()) return 3;
  const auto decoded = relata::DecodeSnapshot(*schema, *bytes);
  if (!decoded.ok() || decoded->Count(team) != 1) return 4;

  auto database = relata::SqliteDatabase::Open(":memory:", *schema);
  if (!database.ok()) return 5;
  if (!database->Flush(store).ok()) return 6;
  const auto loaded = database->Load();
  return loaded.ok() && loaded->Count(team) == 1 ? 0 : 7;
}
