// The life of a database object: which state it believes the file to be in, and the transactions
// that read it and move it on.

#include <cassert>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "persistence/sqlite_connection.h"
#include "persistence/sqlite_dialect.h"
#include "persistence/sqlite_flush.h"
#include "persistence/sqlite_flush_plan.h"
#include "persistence/sqlite_load.h"
#include "persistence/sqlite_tables.h"
#include "relata/persistence/sqlite.h"

namespace relata {
namespace {

using sqlite::Connection;
using sqlite::Version;

std::string RandomName() {
  std::random_device random;
  std::string name;
  for (int i = 0; i < 4; ++i) {
    absl::StrAppend(&name, absl::Hex(static_cast<std::uint32_t>(random()), absl::kZeroPad8));
  }
  return name;
}

FlushReport ReportOf(const ChangeSet& changes) {
  FlushReport report;
  for (const RowChange& change : changes.rows) {
    if (change.kind == RowChange::Kind::kCreate) ++report.created;
    if (change.kind == RowChange::Kind::kUpdate) ++report.updated;
    if (change.kind == RowChange::Kind::kDelete) ++report.deleted;
  }
  return report;
}

}  // namespace

struct SqliteDatabase::State {
  State(Schema s, std::unique_ptr<Connection> c)
      : schema(std::move(s)), connection(std::move(c)), writer(RandomName()) {}

  // Ends what an earlier error may have left behind.
  absl::Status Settle();
  // Reads the version in a transaction of its own.
  absl::StatusOr<Version> ReadVersionAlone();
  // Finds out about a flush in doubt, given what the file says, and refuses a file that is not in
  // the state believed. Inside a transaction.
  absl::Status Recognise(const Version& found);
  absl::Status ReadBase();
  absl::Status Write(const ChangeSet& changes);
  absl::Status WriteInTransaction(const ChangeSet& changes, const sqlite::FlushPlan& plan);
  absl::Status Commit(const ChangeSet& changes, const Version& next);
  absl::StatusOr<Store> LoadInTransaction(bool recognise);

  Schema schema;
  std::unique_ptr<Connection> connection;
  std::string writer;              // as relata_meta knows this object
  std::optional<Version> version;  // last loaded or flushed; none: there are rows unknown to us
  // Giving up its cache after an error of the disk, SQLite counts the data version on as if another
  // connection had written, so that it says nothing until it is read again. A program that is not
  // relata and writes just then goes unnoticed.
  bool data_version_unknown = false;
  std::optional<Store> base;  // the contents of that version; none: to be read when needed
  // Changes of which it is unknown whether they were committed as the generation after `version`;
  // and changes that turned out to have been, when they are flushed again.
  std::optional<ChangeSet> in_doubt;
  std::optional<ChangeSet> landed;
};

absl::Status SqliteDatabase::State::Settle() {
  RELATA_SQLITE_RETURN_IF_ERROR(connection->RollBack());
  return connection->SetForeignKeys(true);
}

absl::StatusOr<Version> SqliteDatabase::State::ReadVersionAlone() {
  RELATA_SQLITE_RETURN_IF_ERROR(connection->Execute("BEGIN"));
  absl::StatusOr<Version> found = sqlite::ReadVersion(*connection);
  RELATA_SQLITE_RETURN_IF_ERROR(connection->RollBack());
  return found;
}

absl::Status SqliteDatabase::State::Recognise(const Version& found) {
  if (in_doubt.has_value() && found.generation == version->generation + 1 &&
      found.writer == writer) {
    landed = std::exchange(in_doubt, std::nullopt);
    version = found;
    data_version_unknown = false;
  }
  const bool flushed_elsewhere =
      found.generation != version->generation || found.writer != version->writer;
  if (!flushed_elsewhere && std::exchange(data_version_unknown, false)) {
    in_doubt.reset();
    version = found;
  }
  if (found == *version) return absl::OkStatus();
  return connection->Error(
      absl::StatusCode::kAborted,
      absl::StrCat(flushed_elsewhere ? "another flush has" : "a program other than relata has",
                   " written to the database since it was last loaded or flushed here; load it "
                   "again before flushing"));
}

absl::StatusOr<Store> SqliteDatabase::State::LoadInTransaction(bool recognise) {
  RELATA_SQLITE_RETURN_IF_ERROR(connection->Execute("BEGIN"));
  absl::StatusOr<Version> found = sqlite::ReadVersion(*connection);
  if (!found.ok()) return found.status();
  if (recognise) RELATA_SQLITE_RETURN_IF_ERROR(Recognise(*found));
  absl::StatusOr<Store> store = sqlite::LoadStore(*connection, schema);
  if (!store.ok()) return store.status();
  RELATA_SQLITE_RETURN_IF_ERROR(connection->Execute("COMMIT"));
  version = *std::move(found);
  data_version_unknown = false;
  return store;
}

absl::Status SqliteDatabase::State::ReadBase() {
  RELATA_SQLITE_RETURN_IF_ERROR(Settle());
  absl::StatusOr<Store> store = LoadInTransaction(/*recognise=*/true);
  if (!store.ok()) {
    Settle().IgnoreError();
    return store.status();
  }
  base = *std::move(store);
  landed.reset();
  return absl::OkStatus();
}

absl::Status SqliteDatabase::State::Write(const ChangeSet& changes) {
  RELATA_SQLITE_RETURN_IF_ERROR(sqlite::CheckChanges(schema, changes));
  const sqlite::FlushPlan plan = sqlite::PlanFlush(schema, changes);
  RELATA_SQLITE_RETURN_IF_ERROR(Settle());
  if (!plan.only_adds) RELATA_SQLITE_RETURN_IF_ERROR(connection->SetForeignKeys(false));
  absl::Status status = WriteInTransaction(changes, plan);
  // What fails here is tried again before anything else is done with the connection.
  Settle().IgnoreError();
  if (absl::IsResourceExhausted(status) || absl::IsInternal(status) || absl::IsDataLoss(status)) {
    data_version_unknown = true;
    const absl::StatusOr<Version> found = ReadVersionAlone();
    // At once if possible, else by the next flush; what it makes of it, it says then.
    if (found.ok()) Recognise(*found).IgnoreError();
  }
  return status;
}

absl::Status SqliteDatabase::State::WriteInTransaction(const ChangeSet& changes,
                                                       const sqlite::FlushPlan& plan) {
  RELATA_SQLITE_RETURN_IF_ERROR(connection->ExecuteCached("BEGIN IMMEDIATE"));
  const absl::StatusOr<Version> found = sqlite::ReadVersion(*connection);
  if (!found.ok()) return found.status();
  RELATA_SQLITE_RETURN_IF_ERROR(Recognise(*found));
  if (landed.has_value() && *std::exchange(landed, std::nullopt) == changes) {
    return absl::OkStatus();
  }
  RELATA_SQLITE_RETURN_IF_ERROR(sqlite::RunFlush(*connection, schema, changes, plan));
  Version next = *found;
  ++next.generation;
  next.writer = writer;
  RELATA_SQLITE_RETURN_IF_ERROR(sqlite::WriteVersion(*connection, *found, next));
  return Commit(changes, next);
}

absl::Status SqliteDatabase::State::Commit(const ChangeSet& changes, const Version& next) {
  absl::Status status = connection->ExecuteCached("COMMIT");
  if (status.ok()) {
    version = next;
    return status;
  }
  // An open transaction has not been committed; one that is closed may have been.
  if (connection->in_transaction()) return status;
  const absl::StatusOr<Version> found = ReadVersionAlone();
  if (!found.ok()) {
    in_doubt = changes;
    base.reset();
    return absl::Status(
        status.code(),
        absl::StrCat(std::string(status.message()),
                     "; whether the changes were committed could not be read back "
                     "(",
                     std::string(found.status().message()), "), and the next flush will find out"));
  }
  if (found->generation != next.generation || found->writer != next.writer) return status;
  version = *found;
  data_version_unknown = false;
  return absl::OkStatus();
}

SqliteDatabase::SqliteDatabase(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteDatabase::SqliteDatabase(SqliteDatabase&&) noexcept = default;
SqliteDatabase& SqliteDatabase::operator=(SqliteDatabase&&) noexcept = default;
SqliteDatabase::~SqliteDatabase() = default;

absl::StatusOr<SqliteDatabase> SqliteDatabase::Open(const std::string& path, const Schema& schema) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(path);
  if (!connection.ok()) return connection.status();
  RELATA_SQLITE_RETURN_IF_ERROR(sqlite::PrepareTables(**connection, schema));
  auto state = std::make_unique<State>(schema, *std::move(connection));
  const absl::StatusOr<Version> version = state->ReadVersionAlone();
  if (!version.ok()) return version.status();
  // Before the first flush there are no rows to know.
  if (version->generation == 0) {
    state->version = *version;
    state->base.emplace(schema);
  }
  return SqliteDatabase(std::move(state));
}

absl::StatusOr<Store> SqliteDatabase::Load() {
  assert(state_ != nullptr && "moved from");
  RELATA_SQLITE_RETURN_IF_ERROR(state_->Settle());
  absl::StatusOr<Store> store = state_->LoadInTransaction(/*recognise=*/false);
  if (!store.ok()) {
    state_->Settle().IgnoreError();
    return store.status();
  }
  state_->in_doubt.reset();
  state_->landed.reset();
  absl::StatusOr<Store> fork = store->Fork();
  if (!fork.ok()) return fork.status();
  state_->base = *std::move(fork);
  return store;
}

absl::StatusOr<FlushReport> SqliteDatabase::Flush(Store& store) {
  assert(state_ != nullptr && "moved from");
  if (!(store.schema() == state_->schema)) {
    return state_->connection->Error(absl::StatusCode::kInvalidArgument,
                                     "the store is of another schema than the database");
  }
  // Taken first, so that base and database cannot differ by what comes later.
  absl::StatusOr<Store> fork = store.Fork();
  if (!fork.ok()) return fork.status();
  if (!state_->version.has_value()) {
    return state_->connection->Error(
        absl::StatusCode::kFailedPrecondition,
        "holds rows of an earlier flush; call Load before the first Flush");
  }
  if (!state_->base.has_value()) RELATA_SQLITE_RETURN_IF_ERROR(state_->ReadBase());
  const absl::StatusOr<ChangeSet> changes = Store::Diff(*state_->base, *fork);
  if (!changes.ok()) return changes.status();
  if (!changes->empty()) RELATA_SQLITE_RETURN_IF_ERROR(state_->Write(*changes));
  state_->base = *std::move(fork);
  return ReportOf(*changes);
}

absl::StatusOr<FlushReport> SqliteDatabase::Flush(const ChangeSet& changes) {
  assert(state_ != nullptr && "moved from");
  if (changes.empty()) return FlushReport();
  if (!state_->version.has_value()) {
    return state_->connection->Error(
        absl::StatusCode::kFailedPrecondition,
        "holds rows of an earlier flush; call Load before the first Flush");
  }
  RELATA_SQLITE_RETURN_IF_ERROR(state_->Write(changes));
  state_->base.reset();
  return ReportOf(changes);
}

absl::StatusOr<std::vector<std::string>> SqliteDatabase::ExplainFlush(
    const ChangeSet& changes) const {
  assert(state_ != nullptr && "moved from");
  RELATA_SQLITE_RETURN_IF_ERROR(sqlite::CheckChanges(state_->schema, changes));
  return sqlite::ExplainPlan(state_->schema, changes, sqlite::PlanFlush(state_->schema, changes));
}

absl::Status SqliteDatabase::Check() {
  assert(state_ != nullptr && "moved from");
  Connection& connection = *state_->connection;
  RELATA_SQLITE_RETURN_IF_ERROR(state_->Settle());
  absl::StatusOr<sqlite::Statement> quick = connection.Prepare("PRAGMA quick_check(1)");
  if (!quick.ok()) return quick.status();
  const absl::StatusOr<bool> found = quick->Step();
  if (!found.ok()) return found.status();
  if (const std::string answer = quick->Text(0); answer != "ok") {
    return connection.Error(absl::StatusCode::kDataLoss, answer);
  }
  quick->Reset();
  absl::StatusOr<sqlite::Statement> references = connection.Prepare("PRAGMA foreign_key_check");
  if (!references.ok()) return references.status();
  const absl::StatusOr<bool> orphan = references->Step();
  if (!orphan.ok()) return orphan.status();
  if (!*orphan) return absl::OkStatus();
  return connection.Error(
      absl::StatusCode::kDataLoss,
      absl::StrCat("table ", sqlite::Quote(references->Text(0)), ", row number ",
                   references->Integer(1), ", refers to a row of table ",
                   sqlite::Quote(references->Text(2)), " that does not exist"));
}

}  // namespace relata
