#include "tests/conformance/bulk_create.h"

#include <algorithm>
#include <cstdint>
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

}  // namespace

absl::Status CreateTogether(Store& store, Model model, std::vector<Values> rows) {
  GiveKeys(store, model, rows);
  const auto changes = store.Transact([&]() -> absl::Status {
    // References are judged when all rows are there: one that waits for another of the rows is
    // tried again, until none gets any further.
    while (!rows.empty()) {
      std::vector<Values> waiting;
      absl::Status refused;
      for (Values& values : rows) {
        const auto row = store.Create(model, values);
        if (row.ok()) continue;
        if (KindOf(row.status()) != ErrorKind::kForeignKey) return row.status();
        if (refused.ok()) refused = row.status();
        waiting.push_back(std::move(values));
      }
      if (waiting.size() == rows.size()) return refused;
      rows = std::move(waiting);
    }
    return absl::OkStatus();
  });
  return changes.status();
}

}  // namespace relata::conformance
