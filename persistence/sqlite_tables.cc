#include "persistence/sqlite_tables.h"

#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "persistence/sqlite_dialect.h"
#include "relata/persistence/sqlite.h"

namespace relata::sqlite {
namespace {

// What the pragmas of SQLite tell of a table, as texts that can be compared.
struct TableShape {
  std::map<std::string, std::string> columns;  // name to "INTEGER NOT NULL, in the primary key 1"
  std::set<std::string> unique;
  std::set<std::string> foreign_keys;
};

std::string ColumnShape(std::string_view type, bool not_null, std::int64_t key_position) {
  std::string text = absl::StrCat(std::string(type), not_null ? " NOT NULL" : " NULL");
  if (key_position > 0) absl::StrAppend(&text, " PRIMARY KEY part ", key_position);
  return text;
}

TableShape ExpectedShape(const Schema& schema, const ModelInfo& model) {
  TableShape shape;
  std::map<std::uint32_t, std::int64_t> position;
  for (const std::uint32_t attribute : model.primary_key().attributes) {
    position.emplace(attribute, static_cast<std::int64_t>(position.size()) + 1);
  }
  for (std::uint32_t i = 0; i < model.attributes.size(); ++i) {
    const AttributeInfo& attribute = model.attributes[i];
    const auto in_key = position.find(i);
    const std::int64_t place = in_key == position.end() ? 0 : in_key->second;
    shape.columns.emplace(attribute.column, ColumnShape(ColumnType(attribute.type),
                                                        place > 0 || !attribute.nullable, place));
  }
  for (std::size_t i = 1; i < model.keys.size(); ++i) {
    if (model.keys[i].attributes == model.primary_key().attributes) continue;
    shape.unique.insert(QuotedColumns(model, model.keys[i].attributes));
  }
  for (const ForeignKey handle : model.foreign_keys) {
    if (!schema[handle].constrained) continue;
    shape.foreign_keys.insert(ForeignKeyClause(schema, schema[handle]));
  }
  return shape;
}

absl::Status ReadColumns(Connection& connection, const std::string& table, TableShape& shape) {
  absl::StatusOr<Statement> columns =
      connection.Prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?1)");
  if (!columns.ok()) return columns.status();
  columns->Bind(1, std::string_view(table));
  while (true) {
    const absl::StatusOr<bool> row = columns->Step();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    shape.columns.emplace(columns->Text(0), ColumnShape(columns->Text(1), columns->Integer(2) != 0,
                                                        columns->Integer(3)));
  }
}

absl::Status ReadUnique(Connection& connection, const std::string& table,
                        const std::string& primary_key, TableShape& shape) {
  absl::StatusOr<Statement> columns = connection.Prepare(
      "SELECT l.name, i.name FROM pragma_index_list(?1) AS l, pragma_index_info(l.name) AS i "
      "WHERE l.\"unique\" AND l.origin <> 'pk' ORDER BY l.name, i.seqno");
  if (!columns.ok()) return columns.status();
  columns->Bind(1, std::string_view(table));
  std::map<std::string, std::string> indexes;
  while (true) {
    const absl::StatusOr<bool> row = columns->Step();
    if (!row.ok()) return row.status();
    if (!*row) break;
    std::string& list = indexes[columns->Text(0)];
    absl::StrAppend(&list, list.empty() ? "" : ", ", Quote(columns->Text(1)));
  }
  for (auto& [name, list] : indexes) {
    if (list != primary_key) shape.unique.insert(std::move(list));
  }
  return absl::OkStatus();
}

absl::Status ReadForeignKeys(Connection& connection, const std::string& table, TableShape& shape) {
  absl::StatusOr<Statement> parts = connection.Prepare(
      "SELECT id, \"table\", \"from\", \"to\", on_delete, on_update "
      "FROM pragma_foreign_key_list(?1) ORDER BY id, seq");
  if (!parts.ok()) return parts.status();
  parts->Bind(1, std::string_view(table));
  struct Parts {
    std::string columns, table, referenced, on_delete, on_update;
  };
  std::map<std::int64_t, Parts> by_id;
  while (true) {
    const absl::StatusOr<bool> row = parts->Step();
    if (!row.ok()) return row.status();
    if (!*row) break;
    Parts& key = by_id[parts->Integer(0)];
    const char* comma = key.columns.empty() ? "" : ", ";
    key.table = Quote(parts->Text(1));
    absl::StrAppend(&key.columns, comma, Quote(parts->Text(2)));
    absl::StrAppend(&key.referenced, comma, Quote(parts->Text(3)));
    key.on_delete = parts->Text(4);
    key.on_update = parts->Text(5);
  }
  for (const auto& [id, key] : by_id) {
    shape.foreign_keys.insert(
        ForeignKeyClause(key.columns, key.table, key.referenced, key.on_delete, key.on_update));
  }
  return absl::OkStatus();
}

// The first element of one set that is not in the other.
const std::string* Missing(const std::set<std::string>& from, const std::set<std::string>& in) {
  for (const std::string& text : from) {
    if (!in.contains(text)) return &text;
  }
  return nullptr;
}

// What differs, or nothing.
std::string Difference(const TableShape& expected, const TableShape& actual) {
  for (const auto& [column, shape] : expected.columns) {
    const auto found = actual.columns.find(column);
    if (found == actual.columns.end()) {
      return absl::StrCat("lacks the column ", Quote(column), " (", shape, ")");
    }
    if (found->second != shape) {
      return absl::StrCat("has the column ", Quote(column), " as ", found->second,
                          ", but the schema has it as ", shape);
    }
  }
  for (const auto& [column, shape] : actual.columns) {
    if (!expected.columns.contains(column)) {
      return absl::StrCat("has a column ", Quote(column), " that the schema does not have");
    }
  }
  if (const auto* text = Missing(expected.unique, actual.unique)) {
    return absl::StrCat("lacks UNIQUE (", *text, ")");
  }
  if (const auto* text = Missing(actual.unique, expected.unique)) {
    return absl::StrCat("has UNIQUE (", *text, "), which the schema does not have");
  }
  if (const auto* text = Missing(expected.foreign_keys, actual.foreign_keys)) {
    return absl::StrCat("lacks ", *text);
  }
  if (const auto* text = Missing(actual.foreign_keys, expected.foreign_keys)) {
    return absl::StrCat("has ", *text, ", which the schema does not have");
  }
  return "";
}

// SQLite tells of a CHECK only in the statement that made the table, which it keeps word for word.
absl::StatusOr<std::string> MissingCheck(Connection& connection, const Schema& schema,
                                         const ModelInfo& model) {
  for (const OneOf one_of : model.one_ofs) {
    if (!schema[one_of].exclusive()) continue;
    absl::StatusOr<Statement> statement =
        connection.Prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1");
    if (!statement.ok()) return statement.status();
    statement->Bind(1, std::string_view(model.table));
    const absl::StatusOr<bool> row = statement->Step();
    if (!row.ok()) return row.status();
    const std::string clause = CheckClause(schema, schema[one_of]);
    if (!*row || !absl::StrContains(statement->Text(0), clause)) return clause;
  }
  return std::string();
}

absl::Status Mismatch(const Connection& connection, const std::string& what) {
  return connection.Error(
      absl::StatusCode::kFailedPrecondition,
      absl::StrCat(what, "; open it with the schema it was made with, or use another file"));
}

absl::Status VerifyTable(Connection& connection, const Schema& schema, const ModelInfo& model) {
  TableShape actual;
  RELATA_SQLITE_RETURN_IF_ERROR(ReadColumns(connection, model.table, actual));
  RELATA_SQLITE_RETURN_IF_ERROR(ReadUnique(
      connection, model.table, QuotedColumns(model, model.primary_key().attributes), actual));
  RELATA_SQLITE_RETURN_IF_ERROR(ReadForeignKeys(connection, model.table, actual));
  std::string difference = Difference(ExpectedShape(schema, model), actual);
  if (difference.empty()) {
    const absl::StatusOr<std::string> check = MissingCheck(connection, schema, model);
    if (!check.ok()) return check.status();
    if (!check->empty()) difference = absl::StrCat("lacks ", *check);
  }
  if (difference.empty()) return absl::OkStatus();
  return Mismatch(connection, absl::StrCat("table ", Quote(model.table), " of model '", model.name,
                                           "' ", difference));
}

absl::StatusOr<std::string> ReadMeta(Connection& connection, std::string_view key) {
  const absl::StatusOr<Statement*> cached =
      connection.Cached("SELECT \"value\" FROM \"relata_meta\" WHERE \"key\" = ?1");
  if (!cached.ok()) return cached.status();
  Statement* statement = *cached;
  statement->Bind(1, key);
  const absl::StatusOr<bool> row = statement->Step();
  if (!row.ok()) return row.status();
  std::string value = *row ? statement->Text(0) : "";
  statement->Reset();
  if (!*row) {
    return connection.Error(absl::StatusCode::kDataLoss,
                            absl::StrCat("relata_meta lacks the row '", std::string(key), "'"));
  }
  return value;
}

absl::Status WriteMeta(Connection& connection, std::string_view key, const std::string& value) {
  const absl::StatusOr<Statement*> statement = connection.Cached(
      "INSERT INTO \"relata_meta\" (\"key\", \"value\") VALUES (?1, ?2) "
      "ON CONFLICT (\"key\") DO UPDATE SET \"value\" = excluded.\"value\"");
  if (!statement.ok()) return statement.status();
  (*statement)->Bind(1, key);
  (*statement)->Bind(2, std::string_view(value));
  return (*statement)->Run();
}

std::string FingerprintText(const Schema& schema) {
  return absl::StrCat(absl::Hex(schema.fingerprint(), absl::kZeroPad16));
}

absl::Status VerifyMeta(Connection& connection, const Schema& schema) {
  const absl::StatusOr<std::string> format = ReadMeta(connection, "format");
  if (!format.ok()) return format.status();
  if (*format != absl::StrCat(kFormat)) {
    return connection.Error(
        absl::StatusCode::kFailedPrecondition,
        absl::StrCat("is of format version ", *format, ", but this relata reads ", kFormat,
                     "; use the relata that wrote it"));
  }
  const absl::StatusOr<std::string> fingerprint = ReadMeta(connection, "fingerprint");
  if (!fingerprint.ok()) return fingerprint.status();
  if (*fingerprint == FingerprintText(schema)) return absl::OkStatus();
  return Mismatch(connection,
                  absl::StrCat("has the schema's tables, but was made with another schema "
                               "(fingerprint ",
                               *fingerprint, ", not ", FingerprintText(schema),
                               "): names of models or attributes, defaults or the meaning of "
                               "columns differ"));
}

absl::Status VerifyTables(Connection& connection, const Schema& schema) {
  std::map<std::string, bool> strict;  // by table
  absl::StatusOr<Statement> tables = connection.Prepare(
      "SELECT name, strict FROM pragma_table_list "
      "WHERE schema = 'main' AND type <> 'view' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
  if (!tables.ok()) return tables.status();
  while (true) {
    const absl::StatusOr<bool> row = tables->Step();
    if (!row.ok()) return row.status();
    if (!*row) break;
    strict.emplace(tables->Text(0), tables->Integer(1) != 0);
  }
  if (strict.erase(std::string(kMetaTable)) == 0) {
    return connection.Error(absl::StatusCode::kFailedPrecondition,
                            "holds tables that relata did not make; use another file");
  }
  for (const ModelInfo& model : schema.models()) {
    const auto found = strict.find(model.table);
    if (found == strict.end()) {
      return Mismatch(connection, absl::StrCat("lacks the table ", Quote(model.table),
                                               " of model '", model.name, "'"));
    }
    RELATA_SQLITE_RETURN_IF_ERROR(VerifyTable(connection, schema, model));
    if (!found->second) {
      return Mismatch(connection, absl::StrCat("table ", Quote(model.table), " is not STRICT"));
    }
    strict.erase(found);
  }
  if (!strict.empty()) {
    return Mismatch(connection, absl::StrCat("holds a table ", Quote(strict.begin()->first),
                                             " that the schema does not have"));
  }
  return VerifyMeta(connection, schema);
}

absl::Status CreateTables(Connection& connection, const Schema& schema) {
  for (const std::string& statement : SqliteCreateStatements(schema)) {
    RELATA_SQLITE_RETURN_IF_ERROR(connection.Execute(statement));
  }
  RELATA_SQLITE_RETURN_IF_ERROR(
      connection.Execute("CREATE TABLE \"relata_meta\" (\"key\" TEXT NOT NULL PRIMARY KEY, "
                         "\"value\" TEXT NOT NULL) STRICT"));
  RELATA_SQLITE_RETURN_IF_ERROR(WriteMeta(connection, "format", absl::StrCat(kFormat)));
  RELATA_SQLITE_RETURN_IF_ERROR(WriteMeta(connection, "fingerprint", FingerprintText(schema)));
  RELATA_SQLITE_RETURN_IF_ERROR(WriteMeta(connection, "generation", "0"));
  RELATA_SQLITE_RETURN_IF_ERROR(WriteMeta(connection, "writer", ""));
  return connection.Execute(absl::StrCat("PRAGMA application_id = ", kApplicationId));
}

absl::StatusOr<bool> IsEmpty(Connection& connection) {
  const absl::StatusOr<std::int64_t> count =
      connection.QueryInteger("SELECT count(*) FROM sqlite_schema");
  if (!count.ok()) return count.status();
  return *count == 0;
}

absl::Status CreateOrVerify(Connection& connection, const Schema& schema) {
  RELATA_SQLITE_RETURN_IF_ERROR(connection.Execute("BEGIN"));
  absl::StatusOr<bool> empty = IsEmpty(connection);
  if (!empty.ok()) return empty.status();
  if (*empty) {
    // Another process may have the same thought: only who holds the write lock creates.
    RELATA_SQLITE_RETURN_IF_ERROR(connection.RollBack());
    RELATA_SQLITE_RETURN_IF_ERROR(connection.Execute("BEGIN IMMEDIATE"));
    empty = IsEmpty(connection);
    if (!empty.ok()) return empty.status();
  }
  RELATA_SQLITE_RETURN_IF_ERROR(*empty ? CreateTables(connection, schema)
                                       : VerifyTables(connection, schema));
  return connection.Execute("COMMIT");
}

}  // namespace

absl::Status PrepareTables(Connection& connection, const Schema& schema) {
  RELATA_SQLITE_RETURN_IF_ERROR(CheckNames(schema));
  absl::Status status = CreateOrVerify(connection, schema);
  // What stands in the way is told; that the rollback failed too would not help anyone.
  if (!status.ok()) connection.RollBack().IgnoreError();
  return status;
}

absl::StatusOr<Version> ReadVersion(Connection& connection) {
  Version version;
  absl::StatusOr<std::string> generation = ReadMeta(connection, "generation");
  if (!generation.ok()) return generation.status();
  if (!absl::SimpleAtoi(*generation, &version.generation)) {
    return connection.Error(
        absl::StatusCode::kDataLoss,
        absl::StrCat("relata_meta holds no number as 'generation': ", *generation));
  }
  absl::StatusOr<std::string> writer = ReadMeta(connection, "writer");
  if (!writer.ok()) return writer.status();
  version.writer = *std::move(writer);
  const absl::StatusOr<Statement*> data = connection.Cached("PRAGMA data_version");
  if (!data.ok()) return data.status();
  const absl::StatusOr<bool> row = (*data)->Step();
  if (!row.ok()) return row.status();
  version.data_version = (*data)->Integer(0);
  (*data)->Reset();
  return version;
}

absl::Status WriteVersion(Connection& connection, const Version& before, const Version& after) {
  RELATA_SQLITE_RETURN_IF_ERROR(
      WriteMeta(connection, "generation", absl::StrCat(after.generation)));
  if (after.writer == before.writer) return absl::OkStatus();
  return WriteMeta(connection, "writer", after.writer);
}

}  // namespace relata::sqlite
