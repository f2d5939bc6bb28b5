// The tables of a database file: made when the file is new, compared with the schema when it is
// not, and the table relata_meta that says whose they are.
//
//   relata_meta(key TEXT PRIMARY KEY, value TEXT):
//     format       "1", the version of all that stands here
//     fingerprint  Schema::fingerprint(), 16 hexadecimal digits
//     generation   how many flushes there have been, in decimal
//     writer       a random name of the SqliteDatabase that flushed last
//
// PRAGMA application_id is kApplicationId ("relt").
#ifndef RELATA_PERSISTENCE_SQLITE_TABLES_H_
#define RELATA_PERSISTENCE_SQLITE_TABLES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "persistence/sqlite_connection.h"
#include "relata/schema.h"

namespace relata::sqlite {

inline constexpr std::int64_t kApplicationId = 0x72656c74;
inline constexpr std::int64_t kFormat = 1;

// Creates the schema's tables in an empty file, in one transaction; verifies those of any other.
// FailedPrecondition names the table or column that differs. Not inside a transaction.
absl::Status PrepareTables(Connection& connection, const Schema& schema);

// Which flush a database's contents are of.
struct Version {
  std::int64_t generation = 0;
  std::string writer;
  // PRAGMA data_version: moves when another connection, of relata or not, commits.
  std::int64_t data_version = 0;
  friend bool operator==(const Version&, const Version&) = default;
};

// Inside a transaction, so that it belongs to what is read or written in it.
absl::StatusOr<Version> ReadVersion(Connection& connection);
// Makes what is recorded of the version that was read the one after it.
absl::Status WriteVersion(Connection& connection, const Version& before, const Version& after);

}  // namespace relata::sqlite

#endif  // RELATA_PERSISTENCE_SQLITE_TABLES_H_
