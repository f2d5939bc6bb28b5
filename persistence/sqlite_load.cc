#include "persistence/sqlite_load.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "persistence/sqlite_dialect.h"
#include "relata/loader.h"

namespace relata::sqlite {
namespace {

std::string RowName(const ModelInfo& model, const std::vector<ValueView>& row) {
  std::vector<Value> key;
  for (const std::uint32_t attribute : model.primary_key().attributes) {
    key.push_back(Value::From(row[attribute]));
  }
  return absl::StrCat("table ", Quote(model.table), ", row ", Key(std::move(key)).ToString());
}

// What the loader refuses, it refuses because of the data; only a lack of memory is no one's fault.
absl::Status Damaged(const Connection& connection, const std::string& where,
                     const absl::Status& status) {
  const auto code = status.code() == absl::StatusCode::kResourceExhausted
                        ? absl::StatusCode::kResourceExhausted
                        : absl::StatusCode::kDataLoss;
  return connection.Error(code, absl::StrCat(where, ": ", std::string(status.message())));
}

absl::Status LoadTable(Connection& connection, Model model_handle, const ModelInfo& model,
                       Loader& loader) {
  const absl::StatusOr<std::int64_t> count =
      connection.QueryInteger(absl::StrCat("SELECT count(*) FROM ", Quote(model.table)));
  if (!count.ok()) return count.status();
  loader.Reserve(model_handle, static_cast<std::size_t>(*count));
  absl::StatusOr<Statement> rows = connection.Prepare(SelectRows(model));
  if (!rows.ok()) return rows.status();
  std::vector<ValueView> row(model.attributes.size());
  while (true) {
    const absl::StatusOr<bool> found = rows->Step();
    if (!found.ok()) return found.status();
    if (!*found) return absl::OkStatus();
    const AttributeInfo* wrong = nullptr;
    std::string_view stored;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const int column = static_cast<int>(i);
      const std::optional<ValueView> value = rows->Read(column, model.attributes[i].type);
      row[i] = value.value_or(ValueView());
      if (!value.has_value() && wrong == nullptr) {
        wrong = &model.attributes[i];
        stored = rows->StorageClass(column);
      }
    }
    if (wrong != nullptr) {
      return connection.Error(
          absl::StatusCode::kDataLoss,
          absl::StrCat(RowName(model, row), ": column ", Quote(wrong->column), " holds a ",
                       std::string(stored), " that is no ", std::string(TypeName(wrong->type))));
    }
    if (absl::Status status = loader.Append(model_handle, row); !status.ok()) {
      return Damaged(connection, RowName(model, row), status);
    }
  }
}

absl::Status LoadNextKey(Connection& connection, Model model_handle, const ModelInfo& model,
                         Loader& loader) {
  absl::StatusOr<Statement> sequence =
      connection.Prepare("SELECT \"seq\" FROM \"sqlite_sequence\" WHERE \"name\" = ?1");
  if (!sequence.ok()) return sequence.status();
  sequence->Bind(1, std::string_view(model.table));
  const absl::StatusOr<bool> found = sequence->Step();
  if (!found.ok()) return found.status();
  // Without a row, no key was ever handed out.
  if (!*found) return absl::OkStatus();
  const std::int64_t last = sequence->Integer(0);
  const bool every = last == std::numeric_limits<std::int64_t>::max();
  // Refused when a row has a higher key: another program gave it one by an UPDATE, which SQLite
  // does not count, and the loader has taken note of it.
  loader.SetNextKey(model_handle, every ? kNoNextKey : last + 1).IgnoreError();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Store> LoadStore(Connection& connection, const Schema& schema) {
  Loader loader(schema);
  for (std::uint32_t i = 0; i < schema.models().size(); ++i) {
    const ModelInfo& model = schema.models()[i];
    RELATA_SQLITE_RETURN_IF_ERROR(LoadTable(connection, Model{i}, model, loader));
    if (HasSequence(model)) {
      RELATA_SQLITE_RETURN_IF_ERROR(LoadNextKey(connection, Model{i}, model, loader));
    }
  }
  absl::StatusOr<Store> store = std::move(loader).Finish();
  if (!store.ok()) return Damaged(connection, "rows do not fit together", store.status());
  return store;
}

}  // namespace relata::sqlite
