// What a scenario's `schema` says of every model, told of a relata::Schema and of the tables of a
// SQLite file.
#ifndef RELATA_TESTS_CONFORMANCE_TABLES_H_
#define RELATA_TESTS_CONFORMANCE_TABLES_H_

#include <string>

#include "absl/status/statusor.h"
#include "relata/schema.h"
#include "tests/conformance/scenario.h"

namespace relata::conformance {

// By model: table, attributes, columns, notNull, primaryKey, unique and foreignKeys, as the schema
// has them. Lists other than primaryKey are sorted.
Json DescribeSchema(const Schema& schema);

// The same, without attributes, as SQLite's own pragmas tell it of the file `path`. Internal when
// the file cannot be read.
absl::StatusOr<Json> DescribeTables(const std::string& path, const Schema& schema);

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_TABLES_H_
