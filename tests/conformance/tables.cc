#include "tests/conformance/tables.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace relata::conformance {
namespace {

using Strings = std::vector<std::string>;

Strings Sorted(Strings strings) {
  std::sort(strings.begin(), strings.end());
  return strings;
}

Json SortedRows(std::vector<Json> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const Json& a, const Json& b) { return a.dump() < b.dump(); });
  return rows;
}

Json ForeignKeyEntry(const std::string& column, const std::string& table,
                     const std::string& references, const std::string& on_delete,
                     const std::string& on_update) {
  return {{"column", column},
          {"table", table},
          {"references", references},
          {"onDelete", on_delete},
          {"onUpdate", on_update}};
}

using Row = std::vector<std::string>;

// The rows of a query, every value as text. Internal when SQLite refuses.
absl::StatusOr<std::vector<Row>> Query(sqlite3* db, const std::string& sql,
                                       const std::string& argument) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(db, sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) {
    return absl::InternalError(absl::StrCat(sql, ": ", sqlite3_errmsg(db)));
  }
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  sqlite3_bind_text(raw, 1, argument.data(), static_cast<int>(argument.size()), SQLITE_TRANSIENT);
  std::vector<Row> rows;
  int result = 0;
  while ((result = sqlite3_step(raw)) == SQLITE_ROW) {
    Row row;
    for (int i = 0; i < sqlite3_column_count(raw); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, i));
      row.emplace_back(text == nullptr ? "" : text);
    }
    rows.push_back(std::move(row));
  }
  if (result != SQLITE_DONE) {
    return absl::InternalError(absl::StrCat(sql, ": ", sqlite3_errmsg(db)));
  }
  return rows;
}

absl::StatusOr<Json> DescribeTable(sqlite3* db, const std::string& table) {
  const auto columns =
      Query(db, "SELECT name, \"notnull\", pk FROM pragma_table_info(?) ORDER BY pk", table);
  if (!columns.ok()) return columns.status();
  if (columns->empty()) return absl::InternalError(absl::StrCat("there is no table ", table));
  Strings names;
  Strings not_null;
  Strings primary_key;
  for (const Row& row : *columns) {
    names.push_back(row[0]);
    if (row[2] != "0") {
      primary_key.push_back(row[0]);
    } else if (row[1] != "0") {
      not_null.push_back(row[0]);
    }
  }
  const auto indexes = Query(
      db, "SELECT name FROM pragma_index_list(?) WHERE \"unique\" = 1 AND origin <> 'pk'", table);
  if (!indexes.ok()) return indexes.status();
  std::vector<Json> unique;
  for (const Row& index : *indexes) {
    const auto parts = Query(db, "SELECT name FROM pragma_index_info(?)", index[0]);
    if (!parts.ok()) return parts.status();
    Strings key;
    for (const Row& part : *parts) key.push_back(part[0]);
    unique.push_back(Sorted(std::move(key)));
  }
  const auto keys = Query(db,
                          "SELECT \"from\", \"table\", \"to\", on_delete, on_update, seq "
                          "FROM pragma_foreign_key_list(?)",
                          table);
  if (!keys.ok()) return keys.status();
  std::vector<Json> foreign_keys;
  for (const Row& key : *keys) {
    std::string references = key[2];
    if (references.empty()) {
      // Without a list of columns it refers to the primary key.
      const auto target =
          Query(db, "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", key[1]);
      if (!target.ok()) return target.status();
      const std::size_t part = std::stoul(key[5]);
      if (part < target->size()) references = (*target)[part][0];
    }
    foreign_keys.push_back(ForeignKeyEntry(key[0], key[1], references, key[3], key[4]));
  }
  return Json{{"table", table},
              {"columns", Sorted(names)},
              {"notNull", Sorted(not_null)},
              {"primaryKey", primary_key},
              {"unique", SortedRows(std::move(unique))},
              {"foreignKeys", SortedRows(std::move(foreign_keys))}};
}

}  // namespace

Json DescribeSchema(const Schema& schema) {
  Json result = Json::object();
  for (const ModelInfo& model : schema.models()) {
    const auto columns_of = [](const ModelInfo& of, const std::vector<std::uint32_t>& attributes) {
      Strings columns;
      for (const std::uint32_t a : attributes) columns.push_back(of.attributes[a].column);
      return columns;
    };
    const Strings primary_key = columns_of(model, model.primary_key().attributes);
    Strings attributes;
    Strings columns;
    Strings not_null;
    for (const AttributeInfo& attribute : model.attributes) {
      attributes.push_back(attribute.name);
      columns.push_back(attribute.column);
      const bool in_key =
          std::find(primary_key.begin(), primary_key.end(), attribute.column) != primary_key.end();
      if (!attribute.nullable && !in_key) not_null.push_back(attribute.column);
    }
    std::vector<Json> unique;
    for (std::size_t k = 1; k < model.keys.size(); ++k) {
      unique.push_back(Sorted(columns_of(model, model.keys[k].attributes)));
    }
    std::vector<Json> foreign_keys;
    for (const ForeignKey f : model.foreign_keys) {
      const ForeignKeyInfo& info = schema[f];
      if (!info.constrained) continue;
      const ModelInfo& target = schema[info.target];
      const Strings from = columns_of(model, info.attributes);
      const Strings to = columns_of(target, target.keys[info.target_key].attributes);
      for (std::size_t i = 0; i < from.size(); ++i) {
        foreign_keys.push_back(ForeignKeyEntry(from[i], target.table, to[i],
                                               std::string(ActionName(info.on_delete)),
                                               std::string(ActionName(info.on_update))));
      }
    }
    result[model.name] = {{"table", model.table},
                          {"attributes", Sorted(attributes)},
                          {"columns", Sorted(columns)},
                          {"notNull", Sorted(not_null)},
                          {"primaryKey", primary_key},
                          {"unique", SortedRows(std::move(unique))},
                          {"foreignKeys", SortedRows(std::move(foreign_keys))}};
  }
  return result;
}

absl::StatusOr<Json> DescribeTables(const std::string& path, const Schema& schema) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> db(raw, sqlite3_close);
  if (opened != SQLITE_OK) {
    return absl::InternalError(absl::StrCat(path, ": ", sqlite3_errstr(opened)));
  }
  Json result = Json::object();
  for (const ModelInfo& model : schema.models()) {
    auto table = DescribeTable(raw, model.table);
    if (!table.ok()) return table.status();
    result[model.name] = *std::move(table);
  }
  return result;
}

}  // namespace relata::conformance
