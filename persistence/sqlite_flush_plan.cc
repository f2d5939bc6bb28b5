#include "persistence/sqlite_flush_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "persistence/sqlite_dialect.h"

namespace relata::sqlite {
namespace {

bool Fits(const Value& value, Type type) {
  if (value.is_null()) return true;
  if (const auto* number = value.get_if<double>(); number != nullptr && std::isnan(*number)) {
    return false;  // SQLite would store NULL
  }
  return TypeOf(value.view()) == type;
}

absl::Status CheckRow(const Schema& schema, const RowChange& change) {
  if (change.model.index >= schema.models().size()) {
    return absl::InvalidArgumentError(absl::StrCat("a change names model number ",
                                                   change.model.index, ", but the schema has ",
                                                   schema.models().size(), " models"));
  }
  const ModelInfo& model = schema[change.model];
  const auto where = [&] {
    return absl::StrCat("the change of '", model.name, "' ", change.key.ToString());
  };
  const auto& key = model.primary_key().attributes;
  if (change.key.parts().size() != key.size()) {
    return absl::InvalidArgumentError(absl::StrCat(where(), " has a key of ",
                                                   change.key.parts().size(),
                                                   " parts; the primary key has ", key.size()));
  }
  for (std::size_t i = 0; i < key.size(); ++i) {
    const AttributeInfo& attribute = model.attributes[key[i]];
    if (change.key.parts()[i].is_null() || !Fits(change.key.parts()[i], attribute.type)) {
      return absl::InvalidArgumentError(absl::StrCat(where(), ": '", attribute.name, "' must be ",
                                                     std::string(TypeName(attribute.type))));
    }
  }
  std::vector<bool> seen(model.attributes.size());
  for (const AttributeChange& attribute_change : change.attributes) {
    if (attribute_change.attribute >= model.attributes.size() || seen[attribute_change.attribute]) {
      return absl::InvalidArgumentError(
          absl::StrCat(where(), " names attribute number ", attribute_change.attribute,
                       ", which the model does not have or the change names twice"));
    }
    seen[attribute_change.attribute] = true;
    const AttributeInfo& attribute = model.attributes[attribute_change.attribute];
    if (!Fits(attribute_change.after, attribute.type)) {
      return absl::InvalidArgumentError(absl::StrCat(where(), ": '", attribute.name, "' must be ",
                                                     std::string(TypeName(attribute.type)),
                                                     ", not ", attribute_change.after.ToString()));
    }
  }
  if (change.kind == RowChange::Kind::kDelete || !Changes(change, key)) return absl::OkStatus();
  const std::vector<Value> after = KeyAfter(model, change);
  if (std::any_of(after.begin(), after.end(), [](const Value& v) { return v.is_null(); })) {
    return absl::InvalidArgumentError(absl::StrCat(where(), " leaves its primary key null"));
  }
  return absl::OkStatus();
}

bool ChangesAnyKey(const ModelInfo& model, const RowChange& change) {
  return std::any_of(model.keys.begin(), model.keys.end(),
                     [&](const KeyInfo& key) { return Changes(change, key.attributes); });
}

// Whether a row that is created or updated is given a reference that SQLite enforces.
bool Refers(const Schema& schema, const RowChange& change) {
  const std::vector<ForeignKey>& keys = schema[change.model].foreign_keys;
  return std::any_of(keys.begin(), keys.end(), [&](ForeignKey handle) {
    const ForeignKeyInfo& info = schema[handle];
    // A new row refers by its key too, whether or not the change mentions it twice.
    return info.constrained &&
           (change.kind == RowChange::Kind::kCreate || Changes(change, info.attributes));
  });
}

std::string WhereKey(const ModelInfo& model, const RowChange& change) {
  std::string text = " WHERE ";
  const auto& key = model.primary_key().attributes;
  for (std::size_t i = 0; i < key.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : " AND ", Quote(model.attributes[key[i]].column), " = ",
                    Literal(change.key.parts()[i]));
  }
  return text;
}

std::string Assignments(const ModelInfo& model, const RowChange& change) {
  std::string text;
  for (const AttributeChange& attribute : change.attributes) {
    absl::StrAppend(&text, text.empty() ? "" : ", ",
                    Quote(model.attributes[attribute.attribute].column), " = ",
                    Literal(attribute.after));
  }
  return text;
}

std::string ExplainRow(const ModelInfo& model, const RowChange& change, FlushStep::Kind kind) {
  const std::string table = Quote(model.table);
  switch (kind) {
    case FlushStep::Kind::kDelete:
      return absl::StrCat("DELETE FROM ", table, WhereKey(model, change));
    case FlushStep::Kind::kTakeOut:
      return absl::StrCat("DELETE FROM ", table, WhereKey(model, change), " RETURNING *");
    case FlushStep::Kind::kUpdate:
      return absl::StrCat("UPDATE ", table, " SET ", Assignments(model, change),
                          WhereKey(model, change));
    case FlushStep::Kind::kPutBack:
      return absl::StrCat("INSERT INTO ", table, " the row taken out", WhereKey(model, change),
                          " with ", Assignments(model, change));
    default:
      break;
  }
  std::string columns, values;
  for (std::uint32_t i = 0; i < model.attributes.size(); ++i) {
    absl::StrAppend(&columns, i == 0 ? "" : ", ", Quote(model.attributes[i].column));
    absl::StrAppend(&values, i == 0 ? "" : ", ", Literal(Value::From(After(change, i))));
  }
  return absl::StrCat("INSERT INTO ", table, " (", columns, ") VALUES (", values, ")");
}

}  // namespace

absl::Status CheckChanges(const Schema& schema, const ChangeSet& changes) {
  for (const RowChange& change : changes.rows) {
    if (absl::Status status = CheckRow(schema, change); !status.ok()) return status;
  }
  for (const SequenceChange& change : changes.sequences) {
    if (change.model.index >= schema.models().size() || !HasSequence(schema[change.model])) {
      return absl::InvalidArgumentError(
          absl::StrCat("the changes move the next key of model number ", change.model.index,
                       ", which generates no keys"));
    }
    if (change.after < 1 && change.after != kNoNextKey) {
      return absl::InvalidArgumentError(absl::StrCat("the next key of model '",
                                                     schema[change.model].name, "' would be ",
                                                     change.after, "; keys start at 1"));
    }
  }
  return absl::OkStatus();
}

FlushPlan PlanFlush(const Schema& schema, const ChangeSet& changes) {
  using Kind = FlushStep::Kind;
  FlushPlan plan;
  std::vector<std::size_t> taken_out, updated, created;
  for (std::size_t i = 0; i < changes.rows.size(); ++i) {
    const RowChange& change = changes.rows[i];
    if (!plan.refers && change.kind != RowChange::Kind::kDelete) {
      plan.refers = Refers(schema, change);
    }
    if (change.kind == RowChange::Kind::kDelete) {
      plan.steps.push_back({Kind::kDelete, i});
    } else if (change.kind == RowChange::Kind::kCreate) {
      created.push_back(i);
    } else if (ChangesAnyKey(schema[change.model], change)) {
      taken_out.push_back(i);
    } else if (!change.attributes.empty()) {
      updated.push_back(i);
    }
  }
  for (const std::size_t i : taken_out) plan.steps.push_back({Kind::kTakeOut, i});
  plan.only_adds = plan.steps.empty();
  for (const std::size_t i : updated) plan.steps.push_back({Kind::kUpdate, i});
  for (const std::size_t i : taken_out) plan.steps.push_back({Kind::kPutBack, i});
  for (const std::size_t i : created) plan.steps.push_back({Kind::kCreate, i});
  for (std::size_t i = 0; i < changes.sequences.size(); ++i) {
    plan.steps.push_back({Kind::kNextKey, i});
  }
  return plan;
}

std::int64_t LastKey(const SequenceChange& change) {
  return change.after == kNoNextKey ? std::numeric_limits<std::int64_t>::max() : change.after - 1;
}

ValueView After(const RowChange& change, std::uint32_t attribute) {
  for (const AttributeChange& c : change.attributes) {
    if (c.attribute == attribute) return c.after.view();
  }
  return ValueView();
}

bool Changes(const RowChange& change, std::span<const std::uint32_t> attributes) {
  return std::any_of(change.attributes.begin(), change.attributes.end(), [&](const auto& c) {
    return std::find(attributes.begin(), attributes.end(), c.attribute) != attributes.end();
  });
}

std::vector<Value> KeyAfter(const ModelInfo& model, const RowChange& change) {
  std::vector<Value> key = change.key.parts();
  const auto& attributes = model.primary_key().attributes;
  for (std::size_t i = 0; i < key.size(); ++i) {
    for (const AttributeChange& c : change.attributes) {
      if (c.attribute == attributes[i]) key[i] = c.after;
    }
  }
  return key;
}

std::vector<std::string> ExplainPlan(const Schema& schema, const ChangeSet& changes,
                                     const FlushPlan& plan) {
  std::vector<std::string> lines;
  for (const FlushStep& step : plan.steps) {
    if (step.kind == FlushStep::Kind::kNextKey) {
      const SequenceChange& change = changes.sequences[step.index];
      lines.push_back(
          absl::StrCat("UPDATE \"sqlite_sequence\" SET \"seq\" = ", LastKey(change),
                       " WHERE \"name\" = ", Literal(Value(schema[change.model].table))));
      continue;
    }
    const RowChange& change = changes.rows[step.index];
    lines.push_back(ExplainRow(schema[change.model], change, step.kind));
  }
  return lines;
}

}  // namespace relata::sqlite
