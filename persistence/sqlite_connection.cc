#include "persistence/sqlite_connection.h"

#include <sqlite3.h>

#include <chrono>
#include <limits>
#include <span>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

namespace relata::sqlite {
namespace {

constexpr int kBusyTimeoutMilliseconds = 5000;

absl::StatusCode CodeOf(int code) {
  if (code == SQLITE_READONLY_DBMOVED) return absl::StatusCode::kAborted;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::StatusCode::kUnavailable;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::StatusCode::kPermissionDenied;
    case SQLITE_CANTOPEN:
      return absl::StatusCode::kNotFound;
    default:
      return absl::StatusCode::kInternal;
  }
}

int BindText(sqlite3_stmt* statement, int parameter, std::string_view text,
             sqlite3_destructor_type lifetime) {
  // A null pointer would bind NULL instead of the empty text.
  return sqlite3_bind_text64(statement, parameter, text.data() == nullptr ? "" : text.data(),
                             text.size(), lifetime, SQLITE_UTF8);
}

int BindValue(sqlite3_stmt* statement, int parameter, const ValueView& value) {
  struct Visitor {
    sqlite3_stmt* statement;
    int parameter;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, parameter); }
    int operator()(std::int64_t v) const { return sqlite3_bind_int64(statement, parameter, v); }
    int operator()(double v) const { return sqlite3_bind_double(statement, parameter, v); }
    int operator()(bool v) const { return sqlite3_bind_int64(statement, parameter, v ? 1 : 0); }
    int operator()(std::string_view v) const {
      return BindText(statement, parameter, v, SQLITE_STATIC);
    }
    int operator()(BytesView v) const {
      if (v.empty()) return sqlite3_bind_zeroblob(statement, parameter, 0);
      return sqlite3_bind_blob64(statement, parameter, v.data(), v.size(), SQLITE_STATIC);
    }
    int operator()(const UuidValue& v) const {
      return BindText(statement, parameter, v.ToString(), SQLITE_TRANSIENT);
    }
    int operator()(TimestampValue v) const {
      return sqlite3_bind_int64(statement, parameter, v.time_since_epoch().count());
    }
  };
  return std::visit(Visitor{statement, parameter}, value);
}

std::string_view TextColumn(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

}  // namespace

// ----- statements

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      bind_error_(other.bind_error_) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::Bind(int parameter, const ValueView& value) {
  const int code = BindValue(statement_, parameter, value);
  if (code != SQLITE_OK && bind_error_ == SQLITE_OK) bind_error_ = code;
}

absl::StatusOr<bool> Statement::Step() {
  int code = std::exchange(bind_error_, SQLITE_OK);
  if (code == SQLITE_OK) code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  absl::Status status = connection_->ErrorOf(code, sqlite3_sql(statement_));
  sqlite3_reset(statement_);
  return status;
}

absl::Status Statement::Run() {
  while (true) {
    const absl::StatusOr<bool> row = Step();
    if (!row.ok()) return row.status();
    if (!*row) break;
  }
  Reset();
  return absl::OkStatus();
}

void Statement::Reset() { sqlite3_reset(statement_); }

std::optional<ValueView> Statement::Read(int column, Type type) const {
  const int stored = sqlite3_column_type(statement_, column);
  if (stored == SQLITE_NULL) return ValueView();
  switch (type) {
    case Type::kInteger:
      if (stored != SQLITE_INTEGER) return std::nullopt;
      return ValueView(static_cast<std::int64_t>(sqlite3_column_int64(statement_, column)));
    case Type::kTimestamp:
      if (stored != SQLITE_INTEGER) return std::nullopt;
      return ValueView(
          TimestampValue(std::chrono::microseconds(sqlite3_column_int64(statement_, column))));
    case Type::kBoolean: {
      const std::int64_t value = sqlite3_column_int64(statement_, column);
      if (stored != SQLITE_INTEGER || (value != 0 && value != 1)) return std::nullopt;
      return ValueView(value == 1);
    }
    case Type::kDouble:
      if (stored != SQLITE_FLOAT) return std::nullopt;
      return ValueView(sqlite3_column_double(statement_, column));
    case Type::kText:
      if (stored != SQLITE_TEXT) return std::nullopt;
      return ValueView(TextColumn(statement_, column));
    case Type::kUuid: {
      if (stored != SQLITE_TEXT) return std::nullopt;
      // Another spelling of the same UUID would be another key to SQLite.
      const std::string_view text = TextColumn(statement_, column);
      const std::optional<UuidValue> uuid = UuidValue::Parse(text);
      if (!uuid.has_value() || uuid->ToString() != text) return std::nullopt;
      return ValueView(*uuid);
    }
    case Type::kBytes: {
      if (stored != SQLITE_BLOB) return std::nullopt;
      const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
      return ValueView(data == nullptr ? BytesView() : BytesView(data, size));
    }
  }
  return std::nullopt;
}

std::int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::Text(int column) const {
  return std::string(TextColumn(statement_, column));
}

std::string_view Statement::StorageClass(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return "INTEGER";
    case SQLITE_FLOAT:
      return "REAL";
    case SQLITE_TEXT:
      return "TEXT";
    case SQLITE_BLOB:
      return "BLOB";
    default:
      return "NULL";
  }
}

// ----- connection

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError(
        "the path of a SQLite database must be neither empty nor hold a NUL; for a database in "
        "memory, say \":memory:\"");
  }
  // SQLite may be built to read "file:..." as a URI, and would then open something else.
  const bool plain = path == ":memory:" || path[0] == '/';
  const std::string name = plain ? path : absl::StrCat("./", path);
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(
      name.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (db == nullptr) {
    return absl::ResourceExhaustedError(absl::StrCat(path, ": out of memory"));
  }
  std::unique_ptr<Connection> connection(new Connection(path, db));
  if (code != SQLITE_OK) return connection->ErrorOf(sqlite3_extended_errcode(db), "opening");
  RELATA_SQLITE_RETURN_IF_ERROR(connection->Configure());
  return connection;
}

absl::Status Connection::Configure() {
  sqlite3_extended_result_codes(db_, 1);
  constexpr std::pair<int, int> kSwitches[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_DQS_DML, 0},
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0}};
  for (const auto& [option, value] : kSwitches) {
    const int code = sqlite3_db_config(db_, option, value, nullptr);
    if (code != SQLITE_OK) return ErrorOf(code, "configuring");
  }
  sqlite3_busy_timeout(db_, kBusyTimeoutMilliseconds);
  RELATA_SQLITE_RETURN_IF_ERROR(Execute("PRAGMA cell_size_check = ON"));
  RELATA_SQLITE_RETURN_IF_ERROR(Execute("PRAGMA mmap_size = 0"));
  RELATA_SQLITE_RETURN_IF_ERROR(Execute("PRAGMA synchronous = FULL"));
  return SetForeignKeys(true);
}

Connection::~Connection() {
  cached_.clear();
  sqlite3_close_v2(db_);
}

absl::StatusOr<Statement> Connection::Prepare(std::string_view sql, bool persistent) {
  if (sql.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return Error(absl::StatusCode::kResourceExhausted, "a statement is longer than 2 GiB");
  }
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                      persistent ? SQLITE_PREPARE_PERSISTENT : 0U, &raw, &tail);
  if (code != SQLITE_OK) return ErrorOf(code, sql);
  Statement statement(this, raw);
  // SQLite stops without a word at the end of the first statement, and at a NUL.
  if (raw == nullptr || tail != sql.data() + sql.size()) {
    return Error(absl::StatusCode::kInternal,
                 absl::StrCat("not one statement: ", std::string(sql)));
  }
  return statement;
}

absl::Status Connection::Execute(std::string_view sql) {
  absl::StatusOr<Statement> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  return statement->Run();
}

absl::Status Connection::ExecuteCached(std::string_view sql) {
  const absl::StatusOr<Statement*> statement = Cached(sql);
  if (!statement.ok()) return statement.status();
  return (*statement)->Run();
}

absl::StatusOr<Statement*> Connection::Cached(std::string_view sql) {
  const auto found = cached_.find(sql);
  if (found != cached_.end()) return &found->second;
  absl::StatusOr<Statement> statement = Prepare(sql, /*persistent=*/true);
  if (!statement.ok()) return statement.status();
  return &cached_.emplace(std::string(sql), *std::move(statement)).first->second;
}

absl::StatusOr<std::int64_t> Connection::QueryInteger(std::string_view sql) {
  absl::StatusOr<Statement> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  const absl::StatusOr<bool> row = statement->Step();
  if (!row.ok()) return row.status();
  if (!*row) {
    return Error(absl::StatusCode::kDataLoss, absl::StrCat("no answer to ", std::string(sql)));
  }
  return statement->Integer(0);
}

absl::Status Connection::SetForeignKeys(bool on) {
  if (foreign_keys_ == on) return absl::OkStatus();
  foreign_keys_.reset();
  RELATA_SQLITE_RETURN_IF_ERROR(
      Execute(on ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF"));
  const absl::StatusOr<std::int64_t> is_on = QueryInteger("PRAGMA foreign_keys");
  if (!is_on.ok()) return is_on.status();
  if ((*is_on != 0) != on) {
    return Error(absl::StatusCode::kInternal,
                 absl::StrCat("SQLite did not turn foreign keys ", on ? "on" : "off"));
  }
  foreign_keys_ = on;
  return absl::OkStatus();
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

bool Connection::references_are_broken() const {
  int broken = 0;
  int unused = 0;
  return sqlite3_db_status(db_, SQLITE_DBSTATUS_DEFERRED_FKS, &broken, &unused, 0) != SQLITE_OK ||
         broken != 0;
}

absl::Status Connection::RollBack() {
  // Some errors, a full disk among them, have rolled back already.
  if (!in_transaction()) return absl::OkStatus();
  return Execute("ROLLBACK");
}

std::int64_t Connection::changes() const { return sqlite3_changes64(db_); }

bool Connection::failed_on_unique() const {
  return last_error_ == SQLITE_CONSTRAINT_UNIQUE || last_error_ == SQLITE_CONSTRAINT_PRIMARYKEY ||
         last_error_ == SQLITE_CONSTRAINT_ROWID;
}

bool Connection::failed_on_constraint() const { return (last_error_ & 0xff) == SQLITE_CONSTRAINT; }

absl::Status Connection::Error(absl::StatusCode code, const std::string& message) const {
  return absl::Status(code, absl::StrCat(path_, ": ", message));
}

absl::Status Connection::ErrorOf(int code, std::string_view doing) const {
  last_error_ = code;
  constexpr std::size_t kShown = 200;
  return Error(CodeOf(code), absl::StrCat(sqlite3_errmsg(db_), " (SQLite code ", code,
                                          ", in: ", std::string(doing.substr(0, kShown)),
                                          doing.size() > kShown ? "..." : "", ")"));
}

}  // namespace relata::sqlite
