#include "tests/conformance/bulk_create.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "relata/status.h"
#include "relata/transaction.h"

namespace relata::conformance {
namespace {

// Gives rows without a key the one that they get when created in their order, so that they can be
// created in another.
void GiveKeys(const Store& store, Model model, std::vector<Values>& rows) {
  const ModelInfo& info = store.schema()[model];
  const AttributeInfo& key = info.attributes[info.primary_key().attributes[0]];
  if (!key.auto_increment) return;
  std::int64_t next = store.NextKey(model);
  for (Values& row : rows) {
    const auto given = std::find_if(row.begin(), row.end(),
                                    [&](const NamedValue& v) { return v.name == key.name; });
    if (given == row.end() || given->value.is_null()) {
      if (given != row.end()) row.erase(given);
      row.push_back({key.name, next++});
    } else if (const auto* number = given->value.get_if<std::int64_t>()) {
      next = std::max(next, *number + 1);
    }
  }
}

// Whether a model refers to itself by an attribute that may be null.
bool IsOwnReference(const Schema& schema, Model model, const std::string& name) {
  const auto attribute = schema[model].FindAttribute(name);
  if (!attribute.has_value() || !schema[model].attributes[*attribute].nullable) return false;
  return std::any_of(schema[model].foreign_keys.begin(), schema[model].foreign_keys.end(),
                     [&](ForeignKey f) {
                       const std::vector<std::uint32_t>& own = schema[f].attributes;
                       return schema[f].target == model &&
                              std::find(own.begin(), own.end(), *attribute) != own.end();
                     });
}

// Creates rows that wait for each other: without what they refer to in their own model, which
// follows when all are there.
absl::Status CreateRing(Store& store, Model model, const std::vector<Values>& rows) {
  std::vector<std::pair<Instance, Values>> references;
  for (const Values& row : rows) {
    Values alone;
    Values later;
    for (const NamedValue& value : row) {
      const bool waits = IsOwnReference(store.schema(), model, value.name);
      (waits ? later : alone).push_back(value);
      if (waits) alone.push_back({value.name, nullptr});
    }
    const auto created = store.Create(model, alone);
    if (!created.ok()) return created.status();
    references.emplace_back(*created, std::move(later));
  }
  for (const auto& [instance, later] : references) {
    if (absl::Status set = store.Set(instance, later); !set.ok()) return set;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CreateTogether(Store& store, Model model, std::vector<Values> rows) {
  GiveKeys(store, model, rows);
  const auto changes = store.Transact([&]() -> absl::Status {
    // References are judged when all rows are there: one that waits for another of the rows is
    // tried again, until none gets any further.
    while (!rows.empty()) {
      std::vector<Values> waiting;
      for (Values& values : rows) {
        const auto row = store.Create(model, values);
        if (row.ok()) continue;
        if (KindOf(row.status()) != ErrorKind::kForeignKey) return row.status();
        waiting.push_back(std::move(values));
      }
      if (waiting.size() == rows.size()) return CreateRing(store, model, waiting);
      rows = std::move(waiting);
    }
    return absl::OkStatus();
  });
  return changes.status();
}

}  // namespace relata::conformance
