// Reads every row of a database into a new store.
#ifndef RELATA_PERSISTENCE_SQLITE_LOAD_H_
#define RELATA_PERSISTENCE_SQLITE_LOAD_H_

#include "absl/status/statusor.h"
#include "persistence/sqlite_connection.h"
#include "relata/schema.h"
#include "relata/store.h"

namespace relata::sqlite {

// Tables by model, rows by primary key, next keys from sqlite_sequence. DataLoss names the table
// and row that break what the schema promises. Call inside a transaction, so that all tables are
// of one state; `connection` must have been prepared for the schema.
absl::StatusOr<Store> LoadStore(Connection& connection, const Schema& schema);

}  // namespace relata::sqlite

#endif  // RELATA_PERSISTENCE_SQLITE_LOAD_H_
