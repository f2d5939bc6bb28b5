#include "tests/conformance/runner.h"

#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "relata/persistence/sqlite.h"
#include "relata/status.h"
#include "relata/store.h"
#include "tests/conformance/declare.h"
#include "tests/conformance/query.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/steps.h"
#include "tests/conformance/tables.h"

namespace relata::conformance {
namespace {

using Failure = std::optional<std::string>;

std::string KindText(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kNone:
      return "";
    case ErrorKind::kForeignKey:
      return "ForeignKeyConstraint";
    case ErrorKind::kUnique:
      return "UniqueConstraint";
    case ErrorKind::kNotNull:
      return "NotNull";
    case ErrorKind::kAssociation:
      return "Association";
    case ErrorKind::kCyclicDependency:
      return "CyclicDependency";
    case ErrorKind::kNotAssociated:
      return "EagerLoading";
    case ErrorKind::kValidation:
      return "Validation";
    case ErrorKind::kCheck:
      return "CheckConstraint";
    case ErrorKind::kRefused:
      return "Refused";
  }
  return "";
}

// How scenarios name the error: its kind, or else its status code.
std::string ErrorName(const absl::Status& status) {
  if (const std::string kind = KindText(KindOf(status)); !kind.empty()) return kind;
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return "InvalidArgument";
    case absl::StatusCode::kNotFound:
      return "NotFound";
    case absl::StatusCode::kFailedPrecondition:
      return "FailedPrecondition";
    default:
      return absl::StatusCodeToString(status.code());
  }
}

void CheckErrorName(const std::string& name, const std::string& where) {
  for (const char* known :
       {"ForeignKeyConstraint", "UniqueConstraint", "NotNull", "Association", "EagerLoading",
        "CyclicDependency", "InvalidArgument", "NotFound", "FailedPrecondition"}) {
    if (name == known) return;
  }
  throw Malformed(absl::StrCat(where, ": there is no kind of error '", name, "'"));
}

Failure Unexpected(const std::string& what, const absl::Status& status) {
  if (status.ok()) return std::nullopt;
  return absl::StrCat(what, ": expected success, got ", ErrorName(status), ": ", status.message());
}

// The first difference between two stores that should hold the same rows.
Failure CompareRows(const Store& memory, const Store& loaded) {
  const Schema& schema = memory.schema();
  for (std::uint32_t m = 0; m < schema.models().size(); ++m) {
    const auto rows_of = [m](const Store& store) {
      Json rows = Json::array();
      for (const Element& element : AllOf(store, Model{m})) {
        rows.push_back(RowOf(store, element.row));
      }
      return rows;
    };
    // Both are in the order of their keys.
    if (const Failure difference = Difference(rows_of(memory), rows_of(loaded), true)) {
      return absl::StrCat("rows of ", schema.models()[m].name,
                          " in the database differ from those in memory: ", *difference);
    }
    if (memory.NextKey(Model{m}) != loaded.NextKey(Model{m})) {
      return absl::StrCat("the next key of ", schema.models()[m].name, " is ",
                          memory.NextKey(Model{m}), " in memory and ", loaded.NextKey(Model{m}),
                          " in the database");
    }
  }
  const auto difference = Store::Diff(memory, loaded);
  if (!difference.ok()) return Unexpected("Diff of memory and database", difference.status());
  if (!difference->empty()) {
    return absl::StrCat("Diff of memory and database should be empty and is: ",
                        difference->Summary(schema));
  }
  return std::nullopt;
}

// Only what the scenario says of the schema is compared.
Failure CompareSchema(const Json& expected, Json actual, const std::string& what) {
  for (auto& [name, model] : actual.items()) {
    const Json& said = Member(expected, name);
    if (said.is_null()) continue;
    Json kept = Json::object();
    for (const auto& [member, value] : model.items()) {
      if (said.contains(member)) kept[member] = value;
    }
    // A primary key has an order; as one text it keeps it when lists are compared without.
    model = std::move(kept);
    if (model.contains("primaryKey")) model["primaryKey"] = model["primaryKey"].dump();
  }
  Json wanted = expected;
  for (auto& [name, model] : wanted.items()) {
    if (model.contains("primaryKey")) model["primaryKey"] = model["primaryKey"].dump();
  }
  const Failure difference = Difference(wanted, actual, false);
  if (!difference.has_value()) return std::nullopt;
  return absl::StrCat(what, ": ", *difference);
}

// A database file of its own, deleted with this object.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& folder)
      : path_((std::filesystem::path(folder) / "scenario.db").string()) {
    Remove();
  }
  ~ScratchFile() { Remove(); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  void Remove() const {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
      std::error_code ignored;
      std::filesystem::remove(path_ + suffix, ignored);
    }
  }
  std::string path_;
};

// The file of `database` must hold what `store` does, in tables as the scenario says.
Failure CheckDatabase(const Scenario& scenario, const Store& store, SqliteDatabase& database,
                      const std::string& path) {
  if (const Failure failure = Unexpected("check of the database", database.Check())) return failure;
  auto second = SqliteDatabase::Open(path, store.schema());
  if (!second.ok()) return Unexpected("open the database again", second.status());
  const auto loaded = second->Load();
  if (!loaded.ok()) return Unexpected("load", loaded.status());
  if (const Failure failure =
          Unexpected("invariants of the loaded store", loaded->CheckInvariants())) {
    return failure;
  }
  if (const Failure failure = CompareRows(store, *loaded)) return failure;
  auto tables = DescribeTables(path, store.schema());
  if (!tables.ok()) return Unexpected("pragmas", tables.status());
  Json expected = scenario.schema.has_value() ? *scenario.schema : DescribeSchema(store.schema());
  for (auto& [name, model] : expected.items()) model.erase("attributes");
  return CompareSchema(expected, *std::move(tables), "schema (SQLite's tables)");
}

Failure CheckResult(const Step& step, const absl::StatusOr<Json>& result) {
  const Json& error = Member(step.fields, "error");
  if (!error.is_null()) {
    const std::string wanted = error.get<std::string>();
    if (result.ok()) {
      return absl::StrCat("expected the error ", wanted, ", got ",
                          result->is_null() ? "success" : result->dump());
    }
    if (ErrorName(result.status()) == wanted) return std::nullopt;
    return absl::StrCat("expected the error ", wanted, ", got ", ErrorName(result.status()), ": ",
                        result.status().message());
  }
  if (!result.ok()) {
    const Json& expected = Member(step.fields, "expect");
    return absl::StrCat("expected ", expected.is_null() ? "success" : expected.dump(),
                        ", got the error ", ErrorName(result.status()), ": ",
                        result.status().message());
  }
  if (!step.fields.contains("expect")) return std::nullopt;
  const bool ordered = !Member(step.fields, "order").empty();
  return Difference(step.fields["expect"], *result, ordered);
}

// Runs a step and judges its result and what it left behind.
Failure RunStep(const Step& step, Steps& steps, Store& store) {
  const auto before = store.Fork();
  if (!before.ok()) return Unexpected("fork", before.status());
  const absl::StatusOr<Json> result = steps.Run(step);
  if (!result.ok()) {
    const auto changed = Store::Diff(*before, store);
    if (!changed.ok()) return Unexpected("diff", changed.status());
    if (!changed->empty()) {
      return absl::StrCat(
          "failed with ", ErrorName(result.status()),
          " and should have changed nothing, but changed: ", changed->Summary(store.schema()));
    }
  }
  if (Failure failure = CheckResult(step, result)) return failure;
  return Unexpected("invariants", store.CheckInvariants());
}

Failure CheckSchemaError(const Scenario& scenario, const absl::StatusOr<Schema>& schema) {
  if (schema.ok()) {
    return absl::StrCat("schema: expected the error ", scenario.schema_error, ", got a schema");
  }
  if (ErrorName(schema.status()) == scenario.schema_error) return std::nullopt;
  return absl::StrCat("schema: expected the error ", scenario.schema_error, ", got ",
                      ErrorName(schema.status()), ": ", schema.status().message());
}

Failure Run(const Scenario& scenario, const RunOptions& options, std::string& place) {
  const absl::StatusOr<Schema> schema = BuildSchema(scenario);
  if (!scenario.schema_error.empty()) {
    CheckErrorName(scenario.schema_error, "schemaError");
    return CheckSchemaError(scenario, schema);
  }
  if (!schema.ok()) return Unexpected("schema", schema.status());
  if (scenario.schema.has_value()) {
    if (Failure failure =
            CompareSchema(*scenario.schema, DescribeSchema(*schema), "schema (in memory)")) {
      return failure;
    }
  }
  const ScratchFile file(options.folder);
  auto database = SqliteDatabase::Open(file.path(), *schema);
  if (!database.ok()) return Unexpected("open a new database", database.status());
  Store store(*schema);
  Steps steps(store);
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const Step& step = scenario.steps[i];
    place = absl::StrCat("step ", i + 1, " (", step.op, "): ");
    if (const Json& error = Member(step.fields, "error"); !error.is_null()) {
      CheckErrorName(error.get<std::string>(), "error");
    }
    if (Failure failure = RunStep(step, steps, store)) return failure;
    if (!options.flush_each_step) continue;
    if (const auto flushed = database->Flush(store); !flushed.ok()) {
      return Unexpected("flush", flushed.status());
    }
    if (Failure failure = CheckDatabase(scenario, store, *database, file.path())) return failure;
  }
  place = "after the last step: ";
  if (const auto flushed = database->Flush(store); !flushed.ok()) {
    return Unexpected("flush", flushed.status());
  }
  return CheckDatabase(scenario, store, *database, file.path());
}

}  // namespace

std::optional<std::string> RunScenario(const Scenario& scenario, const RunOptions& options) {
  if (!scenario.malformed.empty()) throw Malformed(scenario.malformed);
  std::string place;
  try {
    const Failure failure = Run(scenario, options, place);
    if (!failure.has_value()) return std::nullopt;
    std::string line = absl::StrCat(place, *failure);
    // One line, whatever messages are in it.
    for (std::size_t i = line.find('\n'); i != std::string::npos; i = line.find('\n', i)) {
      line.replace(i, 1, " | ");
    }
    return line;
  } catch (const Malformed& malformed) {
    const std::string message = malformed.what();
    const std::string named = absl::StrCat(scenario.file, ": ", scenario.id);
    if (message.compare(0, named.size(), named) == 0) throw;
    throw Malformed(absl::StrCat(named, ": ", place, message));
  } catch (const Json::exception& error) {
    throw Malformed(absl::StrCat(scenario.file, ": ", scenario.id, ": ", place, error.what()));
  }
}

}  // namespace relata::conformance
