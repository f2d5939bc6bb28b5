#include "tests/sqlite_twin.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace relata::testing {
namespace {

std::string Quoted(const std::string& text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote) quoted += quote;
    quoted += c;
  }
  return quoted + quote;
}

std::string Name(const std::string& identifier) { return Quoted(identifier, '"'); }

std::string Literal(const Value& value) {
  if (const auto* v = value.get_if<std::int64_t>()) return std::to_string(*v);
  if (const auto* v = value.get_if<bool>()) return *v ? "1" : "0";
  if (const auto* v = value.get_if<std::string>()) return Quoted(*v, '\'');
  if (const auto* v = value.get_if<double>()) {
    char buffer[40];
    std::snprintf(buffer, sizeof(buffer), "%.17g", *v);
    return std::string(buffer) + (std::string(buffer).find('.') == std::string::npos ? ".0" : "");
  }
  return "NULL";
}

Value ReadColumn(sqlite3_stmt* statement, int column, Type type) {
  if (sqlite3_column_type(statement, column) == SQLITE_NULL) return Value();
  switch (type) {
    case Type::kDouble:
      return sqlite3_column_double(statement, column);
    case Type::kBoolean:
      return sqlite3_column_int(statement, column) != 0;
    case Type::kText:
      return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, column)));
    default:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
  }
}

}  // namespace

std::unique_ptr<sqlite3, SqliteTwin::Closer> SqliteTwin::OpenInMemory() {
  sqlite3* db = nullptr;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
      sqlite3_exec(db, "PRAGMA foreign_keys = ON", nullptr, nullptr, nullptr) != SQLITE_OK) {
    std::abort();
  }
  return std::unique_ptr<sqlite3, Closer>(db);
}

SqliteTwin::SqliteTwin(Schema schema, std::unique_ptr<sqlite3, Closer> db)
    : schema_(std::move(schema)), db_(std::move(db)) {}

SqliteTwin::SqliteTwin(Schema schema, const std::vector<std::string>& create_statements)
    : SqliteTwin(std::move(schema), OpenInMemory()) {
  for (const std::string& statement : create_statements) {
    if (Run(statement) == Verdict::kDone) continue;
    std::fprintf(stderr, "SQLite refuses a generated statement: %s\n%s\n", message_.c_str(),
                 statement.c_str());
    std::abort();
  }
}

std::unique_ptr<SqliteTwin> SqliteTwin::Clone() const {
  auto db = OpenInMemory();
  sqlite3_backup* backup = sqlite3_backup_init(db.get(), "main", db_.get(), "main");
  if (backup == nullptr || sqlite3_backup_step(backup, -1) != SQLITE_DONE ||
      sqlite3_backup_finish(backup) != SQLITE_OK) {
    std::abort();
  }
  return std::unique_ptr<SqliteTwin>(new SqliteTwin(schema_, std::move(db)));
}

SqliteTwin::Verdict SqliteTwin::Run(const std::string& sql) {
  const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return Verdict::kDone;
  message_ = std::string(sqlite3_errmsg(db_.get())) + ": " + sql;
  switch (sqlite3_extended_errcode(db_.get())) {
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_TRIGGER:  // RESTRICT
      return Verdict::kForeignKey;
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return Verdict::kUnique;
    case SQLITE_CONSTRAINT_NOTNULL:
      return Verdict::kNotNull;
    default:
      return Verdict::kOther;
  }
}

// In a savepoint of its own: an INSERT of one row that breaks a constraint does not take back what
// it has counted of broken deferred ones (SQLite 3.40), and the commit would fail for no reason.
SqliteTwin::Verdict SqliteTwin::Change(const std::string& sql) {
  if (sqlite3_get_autocommit(db_.get()) != 0) return Run(sql);
  Run("SAVEPOINT change");
  const Verdict verdict = Run(sql);
  const std::string message = message_;
  Run(verdict == Verdict::kDone ? "RELEASE change" : "ROLLBACK TO change; RELEASE change");
  message_ = message;
  return verdict;
}

SqliteTwin::Verdict SqliteTwin::Create(Model model, const std::vector<ModelStore::Assign>& values) {
  const ModelInfo& info = schema_[model];
  std::string columns;
  std::string literals;
  for (const ModelStore::Assign& assign : values) {
    columns += (columns.empty() ? "" : ", ") + Name(info.attributes[assign.attribute].column);
    literals += (literals.empty() ? "" : ", ") + Literal(assign.value);
  }
  if (values.empty()) return Change("INSERT INTO " + Name(info.table) + " DEFAULT VALUES");
  return Change("INSERT INTO " + Name(info.table) + " (" + columns + ") VALUES (" + literals + ")");
}

std::string SqliteTwin::Where(Model model, const std::vector<Key>& keys) const {
  const ModelInfo& info = schema_[model];
  std::string where;
  for (const Key& key : keys) {
    where += where.empty() ? " WHERE (" : " OR (";
    for (std::size_t i = 0; i < key.parts().size(); ++i) {
      if (i > 0) where += " AND ";
      where += Name(info.attributes[info.primary_key().attributes[i]].column) + " = " +
               Literal(key.parts()[i]);
    }
    where += ")";
  }
  return where;
}

SqliteTwin::Verdict SqliteTwin::Update(Model model, const std::vector<Key>& keys,
                                       const std::vector<ModelStore::Assign>& values) {
  const ModelInfo& info = schema_[model];
  std::string sets;
  for (const ModelStore::Assign& assign : values) {
    sets += (sets.empty() ? " SET " : ", ") + Name(info.attributes[assign.attribute].column) +
            " = " + Literal(assign.value);
  }
  return Change("UPDATE " + Name(info.table) + sets + Where(model, keys));
}

SqliteTwin::Verdict SqliteTwin::Delete(Model model, const std::vector<Key>& keys) {
  return Change("DELETE FROM " + Name(schema_[model].table) + Where(model, keys));
}

SqliteTwin::Verdict SqliteTwin::Begin(std::size_t depth) {
  return Run(depth == 0 ? "BEGIN" : "SAVEPOINT s" + std::to_string(depth));
}

SqliteTwin::Verdict SqliteTwin::Commit(std::size_t depth) {
  return Run(depth == 0 ? "COMMIT" : "RELEASE s" + std::to_string(depth));
}

SqliteTwin::Verdict SqliteTwin::Rollback(std::size_t depth) {
  const std::string name = "s" + std::to_string(depth);
  return Run(depth == 0 ? "ROLLBACK" : "ROLLBACK TO " + name + "; RELEASE " + name);
}

std::vector<std::vector<Value>> SqliteTwin::Rows(const ModelInfo& model) const {
  std::string columns;
  for (const AttributeInfo& attribute : model.attributes) {
    columns += (columns.empty() ? "" : ", ") + Name(attribute.column);
  }
  const std::string sql = "SELECT " + columns + " FROM " + Name(model.table);
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    std::abort();
  }
  std::vector<std::vector<Value>> rows;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    rows.emplace_back();
    for (std::size_t a = 0; a < model.attributes.size(); ++a) {
      rows.back().push_back(ReadColumn(statement, static_cast<int>(a), model.attributes[a].type));
    }
  }
  sqlite3_finalize(statement);
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::string SqliteTwin::Difference(const ModelStore& twin) const {
  for (std::uint32_t m = 0; m < schema_.models().size(); ++m) {
    const ModelInfo& model = schema_.models()[m];
    std::vector<std::vector<Value>> expected;
    for (const ModelStore::Row& row : twin.rows(Model{m})) expected.push_back(row.values);
    std::sort(expected.begin(), expected.end());
    const std::vector<std::vector<Value>> rows = Rows(model);
    if (rows == expected) continue;
    std::string text = model.name + " in SQLite:\n";
    for (const std::vector<Value>& row : rows) {
      for (const Value& value : row) text += " " + value.ToString();
      text += "\n";
    }
    return text;
  }
  return "";
}

}  // namespace relata::testing
