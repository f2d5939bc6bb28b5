#include "persistence/sqlite_dialect.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "relata/persistence/sqlite.h"

namespace relata::sqlite {
namespace {

std::string Hex(std::span<const std::byte> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "x'";
  for (const std::byte b : bytes) {
    text += kDigits[std::to_integer<unsigned>(b) >> 4];
    text += kDigits[std::to_integer<unsigned>(b) & 15];
  }
  return text + "'";
}

std::string DoubleLiteral(double value) {
  // SQLite has no word for infinity; a number that is too large reads as one.
  if (std::isinf(value)) return value > 0 ? "9e999" : "-9e999";
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  std::string text(buffer, error == std::errc() ? end : buffer);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string TextLiteral(const std::string& value) {
  // A NUL would end the statement.
  if (value.find('\0') != std::string::npos) {
    return absl::StrCat("CAST(", Hex(std::as_bytes(std::span(value))), " AS TEXT)");
  }
  std::string text = "'";
  for (const char c : value) {
    text += c;
    if (c == '\'') text += c;
  }
  return text + "'";
}

std::string ColumnOf(const ModelInfo& model, std::uint32_t attribute) {
  return Quote(model.attributes[attribute].column);
}

// "a" = ?first AND "b" = ?first+1, with `prefix` before each column.
std::string EqualsParameters(const ModelInfo& model, std::span<const std::uint32_t> attributes,
                             const char* prefix, std::size_t first) {
  std::string text;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : " AND ", prefix, ColumnOf(model, attributes[i]), " = ?",
                    first + i);
  }
  return text;
}

std::string ColumnDefinition(const ModelInfo& model, std::uint32_t index) {
  const AttributeInfo& attribute = model.attributes[index];
  std::string text =
      absl::StrCat(Quote(attribute.column), " ", std::string(ColumnType(attribute.type)));
  const bool row_number = IsRowNumber(model) && model.primary_key().attributes[0] == index;
  if (row_number) text += HasSequence(model) ? " PRIMARY KEY AUTOINCREMENT" : " PRIMARY KEY";
  const auto& key = model.primary_key().attributes;
  const bool in_key = std::find(key.begin(), key.end(), index) != key.end();
  if (in_key || !attribute.nullable) text += " NOT NULL";
  if (!attribute.default_value.is_null()) {
    absl::StrAppend(&text, " DEFAULT (", Literal(attribute.default_value), ")");
  }
  if (attribute.type == Type::kBoolean) {
    absl::StrAppend(&text, " CHECK (", Quote(attribute.column), " IN (0, 1))");
  }
  return text;
}

// Whether an index on `indexed` finds rows by all of `wanted` at once.
bool Serves(const std::vector<std::uint32_t>& indexed, const std::vector<std::uint32_t>& wanted) {
  if (indexed.size() < wanted.size()) return false;
  return std::is_permutation(wanted.begin(), wanted.end(), indexed.begin(),
                             indexed.begin() + static_cast<std::ptrdiff_t>(wanted.size()));
}

// Whether an index on `indexed` holds the rows in the order of `wanted`.
bool BeginsWith(const std::vector<std::uint32_t>& indexed,
                const std::vector<std::uint32_t>& wanted) {
  return indexed.size() >= wanted.size() &&
         std::equal(wanted.begin(), wanted.end(), indexed.begin());
}

}  // namespace

std::string Quote(std::string_view identifier) {
  std::string text = "\"";
  for (const char c : identifier) {
    text += c;
    if (c == '"') text += c;
  }
  return text + "\"";
}

std::string QuotedColumns(const ModelInfo& model, std::span<const std::uint32_t> attributes) {
  std::string text;
  for (const std::uint32_t attribute : attributes) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", ColumnOf(model, attribute));
  }
  return text;
}

std::string Literal(const Value& value) {
  if (const auto* v = value.get_if<std::int64_t>()) return absl::StrCat(*v);
  if (const auto* v = value.get_if<double>()) return DoubleLiteral(*v);
  if (const auto* v = value.get_if<bool>()) return *v ? "1" : "0";
  if (const auto* v = value.get_if<std::string>()) return TextLiteral(*v);
  if (const auto* v = value.get_if<BytesValue>()) return Hex(*v);
  if (const auto* v = value.get_if<UuidValue>()) return TextLiteral(v->ToString());
  if (const auto* v = value.get_if<TimestampValue>()) {
    return absl::StrCat(static_cast<std::int64_t>(v->time_since_epoch().count()));
  }
  return "NULL";
}

std::string_view ColumnType(Type type) {
  switch (type) {
    case Type::kInteger:
    case Type::kBoolean:
    case Type::kTimestamp:
      return "INTEGER";
    case Type::kDouble:
      return "REAL";
    case Type::kText:
    case Type::kUuid:
      return "TEXT";
    case Type::kBytes:
      break;
  }
  return "BLOB";
}

bool IsRowNumber(const ModelInfo& model) {
  const auto& key = model.primary_key().attributes;
  return key.size() == 1 && model.attributes[key[0]].type == Type::kInteger;
}

bool HasSequence(const ModelInfo& model) {
  return IsRowNumber(model) && model.attributes[model.primary_key().attributes[0]].auto_increment;
}

std::string ForeignKeyClause(const std::string& columns, const std::string& table,
                             const std::string& referenced, std::string_view on_delete,
                             std::string_view on_update) {
  return absl::StrCat("FOREIGN KEY (", columns, ") REFERENCES ", table, " (", referenced,
                      ") ON DELETE ", std::string(on_delete), " ON UPDATE ",
                      std::string(on_update));
}

std::string ForeignKeyClause(const Schema& schema, const ForeignKeyInfo& foreign_key) {
  const ModelInfo& target = schema[foreign_key.target];
  return ForeignKeyClause(QuotedColumns(schema[foreign_key.owner], foreign_key.attributes),
                          Quote(target.table),
                          QuotedColumns(target, target.keys[foreign_key.target_key].attributes),
                          ActionName(foreign_key.on_delete), ActionName(foreign_key.on_update));
}

std::string CheckClause(const Schema& schema, const OneOfInfo& one_of) {
  const ModelInfo& model = schema[one_of.source];
  std::string sum;
  for (const Association alternative : one_of.alternatives) {
    std::string set;
    for (const std::uint32_t a : schema[schema[alternative].foreign_key].attributes) {
      absl::StrAppend(&set, set.empty() ? "" : " AND ", ColumnOf(model, a), " IS NOT NULL");
    }
    absl::StrAppend(&sum, sum.empty() ? "" : " + ", "(", set, ")");
  }
  return absl::StrCat("CONSTRAINT ", Quote(one_of.name), " CHECK (", sum,
                      one_of.required ? " = 1)" : " <= 1)");
}

absl::Status CheckNames(const Schema& schema) {
  for (const ModelInfo& model : schema.models()) {
    if (absl::StartsWithIgnoreCase(model.table, "relata_")) {
      return absl::InvalidArgumentError(
          absl::StrCat("table '", model.table, "' of model '", model.name,
                       "' has the prefix relata_, which relata keeps for itself: give another "
                       "table"));
    }
  }
  return absl::OkStatus();
}

std::string CreateTable(const Schema& schema, Model model_handle) {
  const ModelInfo& model = schema[model_handle];
  std::vector<std::string> lines;
  for (std::uint32_t i = 0; i < model.attributes.size(); ++i) {
    lines.push_back(ColumnDefinition(model, i));
  }
  const auto& primary = model.primary_key().attributes;
  if (!IsRowNumber(model)) {
    lines.push_back(absl::StrCat("PRIMARY KEY (", QuotedColumns(model, primary), ")"));
  }
  for (std::size_t i = 1; i < model.keys.size(); ++i) {
    const KeyInfo& key = model.keys[i];
    if (key.attributes == primary) continue;
    lines.push_back(
        absl::StrCat(key.name.empty() ? "" : absl::StrCat("CONSTRAINT ", Quote(key.name), " "),
                     "UNIQUE (", QuotedColumns(model, key.attributes), ")"));
  }
  for (const ForeignKey handle : model.foreign_keys) {
    const ForeignKeyInfo& foreign_key = schema[handle];
    if (!foreign_key.constrained) continue;
    lines.push_back(absl::StrCat(ForeignKeyClause(schema, foreign_key),
                                 foreign_key.deferred ? " DEFERRABLE INITIALLY DEFERRED" : ""));
  }
  for (const OneOf one_of : model.one_ofs) {
    if (schema[one_of].exclusive()) lines.push_back(CheckClause(schema, schema[one_of]));
  }
  return absl::StrCat("CREATE TABLE ", Quote(model.table), " (\n  ", absl::StrJoin(lines, ",\n  "),
                      "\n) STRICT");
}

std::vector<std::string> CreateIndexes(const Schema& schema, Model model_handle) {
  const ModelInfo& model = schema[model_handle];
  std::vector<std::vector<std::uint32_t>> indexed;
  for (const KeyInfo& key : model.keys) indexed.push_back(key.attributes);
  std::vector<std::string> statements;
  const auto create = [&](const std::string& name, const std::vector<std::uint32_t>& columns) {
    indexed.push_back(columns);
    statements.push_back(absl::StrCat("CREATE INDEX ", Quote(name), " ON ", Quote(model.table),
                                      " (", QuotedColumns(model, columns), ")"));
  };
  // SQLite has no hashed indexes: an ordered one takes their place, if need be.
  for (const IndexKind kind : {IndexKind::kOrdered, IndexKind::kHashed}) {
    for (const IndexInfo& index : model.indexes) {
      const bool served = std::any_of(indexed.begin(), indexed.end(), [&](const auto& columns) {
        return kind == IndexKind::kHashed ? Serves(columns, index.attributes)
                                          : BeginsWith(columns, index.attributes);
      });
      if (index.kind == kind && !served) create(index.name, index.attributes);
    }
  }
  for (const ForeignKey handle : model.foreign_keys) {
    const std::vector<std::uint32_t>& wanted = schema[handle].attributes;
    const bool served = std::any_of(indexed.begin(), indexed.end(),
                                    [&](const auto& columns) { return Serves(columns, wanted); });
    if (served) continue;
    // The number keeps names apart that the tables' and columns' names alone would not.
    std::string name = absl::StrCat("relata_fk_", handle.index, "_", model.table);
    for (const std::uint32_t attribute : wanted) {
      absl::StrAppend(&name, "_", model.attributes[attribute].column);
    }
    create(name, wanted);
  }
  return statements;
}

std::string SelectRows(const ModelInfo& model) {
  std::vector<std::uint32_t> all(model.attributes.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  return absl::StrCat("SELECT ", QuotedColumns(model, all), " FROM ", Quote(model.table),
                      " ORDER BY ", QuotedColumns(model, model.primary_key().attributes));
}

std::string InsertRow(const ModelInfo& model) {
  std::string columns, parameters;
  for (std::uint32_t i = 0; i < model.attributes.size(); ++i) {
    absl::StrAppend(&columns, i == 0 ? "" : ", ", ColumnOf(model, i));
    absl::StrAppend(&parameters, i == 0 ? "?" : ", ?", i + 1);
  }
  return absl::StrCat("INSERT INTO ", Quote(model.table), " (", columns, ") VALUES (", parameters,
                      ")");
}

std::string DeleteRow(const ModelInfo& model, std::span<const std::uint32_t> returning) {
  std::string text = absl::StrCat("DELETE FROM ", Quote(model.table), " WHERE ",
                                  EqualsParameters(model, model.primary_key().attributes, "", 1));
  if (!returning.empty()) absl::StrAppend(&text, " RETURNING ", QuotedColumns(model, returning));
  return text;
}

std::string UpdateRow(const ModelInfo& model, std::span<const std::uint32_t> attributes) {
  std::string assignments;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    absl::StrAppend(&assignments, i == 0 ? "" : ", ", ColumnOf(model, attributes[i]), " = ?",
                    i + 1);
  }
  return absl::StrCat(
      "UPDATE ", Quote(model.table), " SET ", assignments, " WHERE ",
      EqualsParameters(model, model.primary_key().attributes, "", attributes.size() + 1));
}

std::string FindOrphan(const Schema& schema, const ForeignKeyInfo& foreign_key) {
  const ModelInfo& owner = schema[foreign_key.owner];
  const ModelInfo& target = schema[foreign_key.target];
  const auto& referenced = target.keys[foreign_key.target_key].attributes;
  std::string not_null, join;
  for (std::size_t i = 0; i < referenced.size(); ++i) {
    const std::string column = absl::StrCat("c.", ColumnOf(owner, foreign_key.attributes[i]));
    absl::StrAppend(&not_null, " AND ", column, " IS NOT NULL");
    absl::StrAppend(&join, i == 0 ? "" : " AND ", "p.", ColumnOf(target, referenced[i]), " = ",
                    column);
  }
  return absl::StrCat("SELECT 1 FROM ", Quote(owner.table), " AS c WHERE ",
                      EqualsParameters(owner, owner.primary_key().attributes, "c.", 1), not_null,
                      " AND NOT EXISTS (SELECT 1 FROM ", Quote(target.table), " AS p WHERE ", join,
                      ")");
}

std::string FindChildOfNobody(const Schema& schema, const ForeignKeyInfo& foreign_key) {
  const ModelInfo& owner = schema[foreign_key.owner];
  const ModelInfo& target = schema[foreign_key.target];
  std::string key;
  for (const std::uint32_t attribute : owner.primary_key().attributes) {
    absl::StrAppend(&key, key.empty() ? "c." : ", c.", ColumnOf(owner, attribute));
  }
  return absl::StrCat(
      "SELECT ", key, " FROM ", Quote(owner.table), " AS c WHERE ",
      EqualsParameters(owner, foreign_key.attributes, "c.", 1), " AND NOT EXISTS (SELECT 1 FROM ",
      Quote(target.table), " AS p WHERE ",
      EqualsParameters(target, target.keys[foreign_key.target_key].attributes, "p.", 1),
      ") LIMIT 1");
}

}  // namespace relata::sqlite

namespace relata {

std::vector<std::string> SqliteCreateStatements(const Schema& schema) {
  std::vector<std::string> statements;
  for (const Model model : schema.dependency_order()) {
    statements.push_back(sqlite::CreateTable(schema, model));
    for (std::string& index : sqlite::CreateIndexes(schema, model)) {
      statements.push_back(std::move(index));
    }
  }
  return statements;
}

}  // namespace relata
