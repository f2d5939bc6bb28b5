#include "persistence/sqlite_flush.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "persistence/sqlite_dialect.h"

namespace relata::sqlite {
namespace {

std::string RowName(const ModelInfo& model, const std::vector<Value>& key) {
  return absl::StrCat("table ", Quote(model.table), ", row ", Key(key).ToString());
}

// What the flush of one table needs to know of its place among the others.
struct TablePlan {
  std::vector<ForeignKey> references;             // constrained ones that the table holds
  std::vector<ForeignKey> referenced_by;          // constrained ones that point at it
  std::vector<std::uint32_t> referenced_columns;  // attributes of all keys that those point at
};

class FlushRun {
 public:
  FlushRun(Connection& connection, const Schema& schema, const ChangeSet& changes,
           const FlushPlan& plan);
  absl::Status Run();

 private:
  enum class Verb : std::uint8_t { kDelete, kTakeOut, kUpdate, kInsert, kOrphan, kChildOfNobody };
  // A key of `target` (model) that a row no longer has.
  struct VacatedKey {
    ForeignKey foreign_key;
    std::vector<Value> values;
  };
  // A row whose reference has to be looked up, by its new primary key.
  struct TouchedChild {
    ForeignKey foreign_key;
    std::vector<Value> key;
  };

  absl::Status Delete(const RowChange& change);
  absl::Status TakeOut(const RowChange& change);
  absl::Status Update(const RowChange& change);
  absl::Status PutBack(const RowChange& change);
  absl::Status Create(const RowChange& change);
  absl::Status SetNextKey(const SequenceChange& change);
  absl::Status CheckReferences();
  // Finds the reference that SQLite has counted as broken.
  absl::Status FindBroken();

  absl::Status Insert(const RowChange& change, const std::vector<ValueView>& row);
  // Runs a delete and gives back the `columns` of the row that went.
  absl::StatusOr<std::vector<Value>> Remove(Statement& statement, const RowChange& change,
                                            const std::vector<std::uint32_t>& columns);
  // Notes the references of a row that was written; `row` is empty when only the change is known.
  void NoteReferences(const RowChange& change, const std::vector<ValueView>& row);
  // Notes the keys that a row had, given the attributes `columns` that were read from it.
  void NoteVacated(const RowChange& change, const std::vector<std::uint32_t>& columns,
                   const std::vector<Value>& values);
  // A statement for one model (or foreign key) and set of attributes, compiled once.
  absl::StatusOr<Statement*> Prepared(Verb verb, std::uint32_t index,
                                      const std::vector<std::uint32_t>& attributes = {});
  std::string SqlOf(Verb verb, std::uint32_t index,
                    const std::vector<std::uint32_t>& attributes) const;
  absl::Status ChangedElsewhere(const RowChange& change, const std::string& what) const;
  absl::Status ExplainInsertError(const RowChange& change, const absl::Status& status) const;

  Connection& connection_;
  const Schema& schema_;
  const ChangeSet& changes_;
  const FlushPlan& plan_;
  std::vector<TablePlan> tables_;
  std::vector<ValueView> row_;                // the one being created
  std::deque<std::vector<Value>> taken_out_;  // whole rows, in the order of the take-outs
  std::vector<VacatedKey> vacated_;
  std::vector<TouchedChild> touched_;
  using StatementKey = std::pair<std::pair<Verb, std::uint32_t>, std::vector<std::uint32_t>>;
  std::map<StatementKey, Statement*> statements_;  // of the connection
  StatementKey last_key_;                          // one row after the other asks for the same
  Statement* last_ = nullptr;
  bool looking_ = false;  // for a reference that SQLite has found to be broken
};

// Updates of ever other attributes would keep ever more statements.
constexpr std::size_t kMostStatements = 500;

FlushRun::FlushRun(Connection& connection, const Schema& schema, const ChangeSet& changes,
                   const FlushPlan& plan)
    : connection_(connection), schema_(schema), changes_(changes), plan_(plan) {
  if (connection.cached() >= kMostStatements) connection.DropCached();
  for (const ModelInfo& model : schema.models()) {
    TablePlan table;
    for (const ForeignKey handle : model.foreign_keys) {
      if (schema[handle].constrained) table.references.push_back(handle);
    }
    for (const ForeignKey handle : model.referenced_by) {
      if (!schema[handle].constrained) continue;
      table.referenced_by.push_back(handle);
      const auto& key = model.keys[schema[handle].target_key].attributes;
      table.referenced_columns.insert(table.referenced_columns.end(), key.begin(), key.end());
    }
    auto& columns = table.referenced_columns;
    std::sort(columns.begin(), columns.end());
    columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    tables_.push_back(std::move(table));
  }
}

absl::Status FlushRun::Run() {
  for (const FlushStep& step : plan_.steps) {
    absl::Status status;
    switch (step.kind) {
      case FlushStep::Kind::kDelete:
        status = Delete(changes_.rows[step.index]);
        break;
      case FlushStep::Kind::kTakeOut:
        status = TakeOut(changes_.rows[step.index]);
        break;
      case FlushStep::Kind::kUpdate:
        status = Update(changes_.rows[step.index]);
        break;
      case FlushStep::Kind::kPutBack:
        status = PutBack(changes_.rows[step.index]);
        break;
      case FlushStep::Kind::kCreate:
        status = Create(changes_.rows[step.index]);
        break;
      case FlushStep::Kind::kNextKey:
        status = SetNextKey(changes_.sequences[step.index]);
        break;
    }
    if (!status.ok()) return status;
  }
  return CheckReferences();
}

std::string FlushRun::SqlOf(Verb verb, std::uint32_t index,
                            const std::vector<std::uint32_t>& attributes) const {
  switch (verb) {
    case Verb::kDelete:
    case Verb::kTakeOut:
      return DeleteRow(schema_[Model{index}], attributes);
    case Verb::kUpdate:
      return UpdateRow(schema_[Model{index}], attributes);
    case Verb::kInsert:
      return InsertRow(schema_[Model{index}]);
    case Verb::kOrphan:
      return FindOrphan(schema_, schema_[ForeignKey{index}]);
    case Verb::kChildOfNobody:
      break;
  }
  return FindChildOfNobody(schema_, schema_[ForeignKey{index}]);
}

absl::StatusOr<Statement*> FlushRun::Prepared(Verb verb, std::uint32_t index,
                                              const std::vector<std::uint32_t>& attributes) {
  if (last_ != nullptr && last_key_.first == std::pair(verb, index) &&
      last_key_.second == attributes) {
    return last_;
  }
  last_key_ = {{verb, index}, attributes};
  last_ = nullptr;
  const auto found = statements_.find(last_key_);
  if (found != statements_.end()) return last_ = found->second;
  if (statements_.size() >= kMostStatements) {
    statements_.clear();
    connection_.DropCached();
  }
  const absl::StatusOr<Statement*> statement = connection_.Cached(SqlOf(verb, index, attributes));
  if (!statement.ok()) return statement.status();
  statements_.emplace(last_key_, *statement);
  return last_ = *statement;
}

absl::Status FlushRun::ChangedElsewhere(const RowChange& change, const std::string& what) const {
  return connection_.Error(
      absl::StatusCode::kAborted,
      absl::StrCat(RowName(schema_[change.model], change.key.parts()), " ", what,
                   ": the database was changed by someone else; load it again"));
}

absl::StatusOr<std::vector<Value>> FlushRun::Remove(Statement& statement, const RowChange& change,
                                                    const std::vector<std::uint32_t>& columns) {
  const ModelInfo& model = schema_[change.model];
  int parameter = 1;
  for (const Value& part : change.key.parts()) statement.Bind(parameter++, part.view());
  std::vector<Value> values;
  if (!columns.empty()) {
    const absl::StatusOr<bool> row = statement.Step();
    if (!row.ok()) return row.status();
    if (!*row) {
      statement.Reset();
      return ChangedElsewhere(change, "is not there any more");
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const AttributeInfo& attribute = model.attributes[columns[i]];
      const auto value = statement.Read(static_cast<int>(i), attribute.type);
      if (!value.has_value()) {
        const std::string stored(statement.StorageClass(static_cast<int>(i)));
        statement.Reset();
        return connection_.Error(
            absl::StatusCode::kDataLoss,
            absl::StrCat(RowName(model, change.key.parts()), ": column ", Quote(attribute.column),
                         " holds a ", stored, " that is no ",
                         std::string(TypeName(attribute.type))));
      }
      values.push_back(Value::From(*value));
    }
  }
  RELATA_SQLITE_RETURN_IF_ERROR(statement.Run());
  if (connection_.changes() != 1) return ChangedElsewhere(change, "is not there any more");
  return values;
}

absl::Status FlushRun::Delete(const RowChange& change) {
  const auto& columns = tables_[change.model.index].referenced_columns;
  const absl::StatusOr<Statement*> statement = Prepared(Verb::kDelete, change.model.index, columns);
  if (!statement.ok()) return statement.status();
  const absl::StatusOr<std::vector<Value>> values = Remove(**statement, change, columns);
  if (!values.ok()) return values.status();
  NoteVacated(change, columns, *values);
  return absl::OkStatus();
}

absl::Status FlushRun::TakeOut(const RowChange& change) {
  std::vector<std::uint32_t> all(schema_[change.model].attributes.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  const absl::StatusOr<Statement*> statement = Prepared(Verb::kTakeOut, change.model.index, all);
  if (!statement.ok()) return statement.status();
  absl::StatusOr<std::vector<Value>> row = Remove(**statement, change, all);
  if (!row.ok()) return row.status();
  NoteVacated(change, all, *row);
  taken_out_.push_back(*std::move(row));
  return absl::OkStatus();
}

absl::Status FlushRun::Update(const RowChange& change) {
  std::vector<std::uint32_t> attributes;
  for (const AttributeChange& c : change.attributes) attributes.push_back(c.attribute);
  const absl::StatusOr<Statement*> statement =
      Prepared(Verb::kUpdate, change.model.index, attributes);
  if (!statement.ok()) return statement.status();
  int parameter = 1;
  for (const AttributeChange& c : change.attributes)
    (*statement)->Bind(parameter++, c.after.view());
  for (const Value& part : change.key.parts()) (*statement)->Bind(parameter++, part.view());
  if (absl::Status status = (*statement)->Run(); !status.ok()) {
    return ExplainInsertError(change, status);
  }
  if (connection_.changes() != 1) return ChangedElsewhere(change, "is not there any more");
  NoteReferences(change, {});
  return absl::OkStatus();
}

absl::Status FlushRun::PutBack(const RowChange& change) {
  const std::vector<Value> before = std::move(taken_out_.front());
  taken_out_.pop_front();
  std::vector<ValueView> row;
  for (const Value& value : before) row.push_back(value.view());
  for (const AttributeChange& c : change.attributes) row[c.attribute] = c.after.view();
  return Insert(change, row);
}

absl::Status FlushRun::Create(const RowChange& change) {
  const ModelInfo& model = schema_[change.model];
  // Null, and not the column's default, is what an attribute that is not mentioned holds.
  row_.assign(model.attributes.size(), ValueView());
  const auto& key = model.primary_key().attributes;
  for (std::size_t i = 0; i < key.size(); ++i) row_[key[i]] = change.key.parts()[i].view();
  for (const AttributeChange& c : change.attributes) row_[c.attribute] = c.after.view();
  return Insert(change, row_);
}

absl::Status FlushRun::Insert(const RowChange& change, const std::vector<ValueView>& row) {
  const absl::StatusOr<Statement*> statement = Prepared(Verb::kInsert, change.model.index);
  if (!statement.ok()) return statement.status();
  int parameter = 1;
  for (const ValueView& value : row) (*statement)->Bind(parameter++, value);
  if (absl::Status status = (*statement)->Run(); !status.ok()) {
    return ExplainInsertError(change, status);
  }
  NoteReferences(change, row);
  return absl::OkStatus();
}

absl::Status FlushRun::ExplainInsertError(const RowChange& change,
                                          const absl::Status& status) const {
  if (connection_.failed_on_unique()) {
    return ChangedElsewhere(change, absl::StrCat("meets a row that has its key already (",
                                                 std::string(status.message()), ")"));
  }
  if (connection_.failed_on_constraint()) {
    return absl::FailedPreconditionError(absl::StrCat(
        RowName(schema_[change.model], change.key.parts()), ": ", std::string(status.message())));
  }
  return status;
}

void FlushRun::NoteReferences(const RowChange& change, const std::vector<ValueView>& row) {
  if (plan_.only_adds && !looking_) return;  // SQLite does the counting
  const ModelInfo& model = schema_[change.model];
  for (const ForeignKey handle : tables_[change.model.index].references) {
    const auto& attributes = schema_[handle].attributes;
    // A new row refers by its key too, whether or not the change mentions it twice.
    const bool created = change.kind == RowChange::Kind::kCreate;
    if (!created && !Changes(change, attributes)) continue;
    const bool null = !row.empty() && std::any_of(attributes.begin(), attributes.end(),
                                                  [&](auto a) { return row[a].index() == 0; });
    if (!null) touched_.push_back({handle, KeyAfter(model, change)});
  }
}

void FlushRun::NoteVacated(const RowChange& change, const std::vector<std::uint32_t>& columns,
                           const std::vector<Value>& values) {
  for (const ForeignKey handle : tables_[change.model.index].referenced_by) {
    const auto& key = schema_[change.model].keys[schema_[handle].target_key].attributes;
    if (change.kind == RowChange::Kind::kUpdate && !Changes(change, key)) continue;
    VacatedKey vacated{handle, {}};
    for (const std::uint32_t attribute : key) {
      const auto place = std::find(columns.begin(), columns.end(), attribute) - columns.begin();
      vacated.values.push_back(values[static_cast<std::size_t>(place)]);
    }
    const bool null = std::any_of(vacated.values.begin(), vacated.values.end(),
                                  [](const Value& value) { return value.is_null(); });
    if (!null) vacated_.push_back(std::move(vacated));
  }
}

absl::Status FlushRun::SetNextKey(const SequenceChange& change) {
  const std::string& table = schema_[change.model].table;
  constexpr std::string_view kStatements[] = {
      "UPDATE \"sqlite_sequence\" SET \"seq\" = ?1 WHERE \"name\" = ?2",
      "INSERT INTO \"sqlite_sequence\" (\"seq\", \"name\") VALUES (?1, ?2)"};
  for (const std::string_view sql : kStatements) {
    absl::StatusOr<Statement> statement = connection_.Prepare(sql);
    if (!statement.ok()) return statement.status();
    statement->Bind(1, LastKey(change));
    statement->Bind(2, std::string_view(table));
    RELATA_SQLITE_RETURN_IF_ERROR(statement->Run());
    if (connection_.changes() > 0) break;
  }
  return absl::OkStatus();
}

absl::Status FlushRun::FindBroken() {
  looking_ = true;
  for (const FlushStep& step : plan_.steps) {
    if (step.kind != FlushStep::Kind::kNextKey) NoteReferences(changes_.rows[step.index], {});
  }
  return CheckReferences();
}

absl::Status FlushRun::CheckReferences() {
  if (plan_.only_adds && !looking_) {
    // A commit would fail that leaves any broken, without a word about which.
    return connection_.references_are_broken() ? FindBroken() : absl::OkStatus();
  }
  for (const TouchedChild& child : touched_) {
    const absl::StatusOr<Statement*> statement = Prepared(Verb::kOrphan, child.foreign_key.index);
    if (!statement.ok()) return statement.status();
    int parameter = 1;
    for (const Value& part : child.key) (*statement)->Bind(parameter++, part.view());
    const absl::StatusOr<bool> orphan = (*statement)->Step();
    if (!orphan.ok()) return orphan.status();
    (*statement)->Reset();
    if (!*orphan) continue;
    const ForeignKeyInfo& foreign_key = schema_[child.foreign_key];
    return connection_.Error(
        absl::StatusCode::kFailedPrecondition,
        absl::StrCat(RowName(schema_[foreign_key.owner], child.key), " would refer by ",
                     QuotedColumns(schema_[foreign_key.owner], foreign_key.attributes),
                     " to a row of table ", Quote(schema_[foreign_key.target].table),
                     " that does not exist"));
  }
  for (const VacatedKey& vacated : vacated_) {
    const absl::StatusOr<Statement*> statement =
        Prepared(Verb::kChildOfNobody, vacated.foreign_key.index);
    if (!statement.ok()) return statement.status();
    int parameter = 1;
    for (const Value& part : vacated.values) (*statement)->Bind(parameter++, part.view());
    const absl::StatusOr<bool> child = (*statement)->Step();
    if (!child.ok()) return child.status();
    const std::string first_key = *child ? (*statement)->Text(0) : "";
    (*statement)->Reset();
    if (!*child) continue;
    const ForeignKeyInfo& foreign_key = schema_[vacated.foreign_key];
    return connection_.Error(
        absl::StatusCode::kFailedPrecondition,
        absl::StrCat("table ", Quote(schema_[foreign_key.owner].table), ", row ", first_key,
                     " would still refer by ",
                     QuotedColumns(schema_[foreign_key.owner], foreign_key.attributes), " to ",
                     RowName(schema_[foreign_key.target], vacated.values),
                     ", which would be gone"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RunFlush(Connection& connection, const Schema& schema, const ChangeSet& changes,
                      const FlushPlan& plan) {
  // Rows may come before those that they refer to. SQLite forgets this when the transaction ends.
  // It also compiles every statement anew, so that it is said only where it means something.
  if (plan.only_adds && plan.refers) {
    RELATA_SQLITE_RETURN_IF_ERROR(connection.Execute("PRAGMA defer_foreign_keys = ON"));
  }
  return FlushRun(connection, schema, changes, plan).Run();
}

}  // namespace relata::sqlite
