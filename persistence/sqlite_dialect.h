// The schema in SQLite's dialect: names, literals, tables, and the statements that touch one row.
// Pure text: nothing here talks to a database, and no value of a row ever becomes part of a
// statement that is run.
#ifndef RELATA_PERSISTENCE_SQLITE_DIALECT_H_
#define RELATA_PERSISTENCE_SQLITE_DIALECT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "relata/schema.h"
#include "relata/value.h"

namespace relata::sqlite {

// Where relata keeps what it must know about a database; see sqlite_tables.h.
inline constexpr std::string_view kMetaTable = "relata_meta";

// An identifier in double quotes, whatever it holds.
std::string Quote(std::string_view identifier);
// The quoted columns of some attributes, separated by commas.
std::string QuotedColumns(const ModelInfo& model, std::span<const std::uint32_t> attributes);
// A constant that SQLite reads back as `value`; used for defaults and for people.
std::string Literal(const Value& value);
// "INTEGER", "REAL", "TEXT" or "BLOB".
std::string_view ColumnType(Type type);
// Whether the table's primary key is a single INTEGER column, and so the row's own number.
bool IsRowNumber(const ModelInfo& model);
// Whether SQLite keeps the table's next key, in sqlite_sequence.
bool HasSequence(const ModelInfo& model);
// "REFERENCES" and all that follows, without deferral; equal texts are equal foreign keys.
std::string ForeignKeyClause(const std::string& columns, const std::string& table,
                             const std::string& referenced, std::string_view on_delete,
                             std::string_view on_update);
std::string ForeignKeyClause(const Schema& schema, const ForeignKeyInfo& foreign_key);

// The constraint of an exclusive OneOf: how many of its alternatives have no null in their key.
std::string CheckClause(const Schema& schema, const OneOfInfo& one_of);

// InvalidArgument names a table with the prefix relata_, which is kept for the tables and indexes
// of relata's own. Names that SQLite cannot hold are refused when the schema is built.
absl::Status CheckNames(const Schema& schema);

std::string CreateTable(const Schema& schema, Model model);
// The secondary indexes, and an index for each foreign key, of which those are left out that a key
// or another index serves.
std::vector<std::string> CreateIndexes(const Schema& schema, Model model);

// Every attribute of every row, in the order of attributes, by primary key.
std::string SelectRows(const ModelInfo& model);
// One parameter for each attribute.
std::string InsertRow(const ModelInfo& model);
// Parameters: the primary key. Yields the attributes `returning` of the row that goes.
std::string DeleteRow(const ModelInfo& model, std::span<const std::uint32_t> returning);
// Parameters: a value for each of `attributes`, then the primary key.
std::string UpdateRow(const ModelInfo& model, std::span<const std::uint32_t> attributes);
// Parameters: the primary key of a child. Yields a row when its reference dangles.
std::string FindOrphan(const Schema& schema, const ForeignKeyInfo& foreign_key);
// Parameters: a key of the target. Yields the primary key of a child that refers to it, unless a
// row of the target has it.
std::string FindChildOfNobody(const Schema& schema, const ForeignKeyInfo& foreign_key);

}  // namespace relata::sqlite

#endif  // RELATA_PERSISTENCE_SQLITE_DIALECT_H_
