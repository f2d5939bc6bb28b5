#include "graph/change_sets.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "graph/cells.h"
#include "graph/former_rows.h"
#include "relata/store.h"

namespace relata {

std::string ChangeSet::Summary(const Schema& schema) const {
  std::string text;
  for (std::uint32_t m = 0; m < schema.models().size(); ++m) {
    std::size_t counts[3] = {};
    for (const RowChange& row : rows) {
      if (row.model.index == m) ++counts[static_cast<std::size_t>(row.kind)];
    }
    if (counts[0] + counts[1] + counts[2] == 0) continue;
    absl::StrAppend(&text, schema.models()[m].name, ": ", counts[2], " created, ", counts[1],
                    " updated, ", counts[0], " deleted\n");
  }
  return text.empty() ? "no rows changed\n" : text;
}

absl::StatusOr<ChangeSet> Store::Diff(const Store& before, const Store& after) {
  if (!(before.schema() == after.schema())) {
    return absl::InvalidArgumentError("stores of different schemas cannot be compared");
  }
  return internal::Diff(*before.state_, *after.state_);
}

namespace internal {
namespace {

// Collects the differences between rows, given as bytes, of one schema.
class Collector {
 public:
  explicit Collector(const StoreState& state) : state_(state) {}

  bool SameContents(std::uint32_t m, const char* a, const char* b) const {
    const RowLayout& layout = state_.layout(m);
    const std::size_t links = layout.nulls_offset;
    if (std::memcmp(a + links, b + links, layout.stride - links) == 0) return true;
    for (const CellLayout& cell : layout.cells) {
      if (!Equal(ReadView(a, cell), ReadView(b, cell))) return false;
    }
    return true;
  }

  void Updated(std::uint32_t m, const char* before, const char* after) {
    RowChange change{RowChange::Kind::kUpdate, Model{m}, KeyOf(m, before), {}};
    const std::vector<CellLayout>& cells = state_.layout(m).cells;
    for (std::uint32_t a = 0; a < cells.size(); ++a) {
      const ValueView was = ReadView(before, cells[a]);
      const ValueView is = ReadView(after, cells[a]);
      if (!Equal(was, is)) change.attributes.push_back({a, Value::From(was), Value::From(is)});
    }
    if (!change.attributes.empty()) changes_.rows.push_back(std::move(change));
  }

  // A row whose key is no longer there, or was not there before. If both are one instance that was
  // given another key, they make an update.
  void Gone(std::uint32_t m, const char* before) { gone_.push_back({m, before}); }
  void Come(std::uint32_t m, const char* after) { come_.push_back({m, after}); }

  void Sequence(std::uint32_t m, std::int64_t before, std::int64_t after) {
    if (before != after) changes_.sequences.push_back({Model{m}, before, after});
  }

  ChangeSet Finish() && {
    absl::flat_hash_map<std::uint64_t, const char*> by_stamp;
    for (const Side& side : gone_) by_stamp[StampOf(side.row)] = side.row;
    absl::flat_hash_map<std::uint64_t, bool> rekeyed;
    changes_.rows.reserve(changes_.rows.size() + gone_.size() + come_.size());
    for (const Side& side : come_) {
      const auto found = by_stamp.find(StampOf(side.row));
      if (found == by_stamp.end()) {
        Whole(RowChange::Kind::kCreate, side);
      } else {
        Updated(side.model, found->second, side.row);
        rekeyed[found->first] = true;
      }
    }
    for (const Side& side : gone_) {
      if (!rekeyed.contains(StampOf(side.row))) Whole(RowChange::Kind::kDelete, side);
    }
    Sort();
    return std::move(changes_);
  }

 private:
  struct Side {
    std::uint32_t model;
    const char* row;
  };

  Key KeyOf(std::uint32_t m, const char* row) const {
    const std::vector<std::uint32_t>& attributes = state_.model(m).primary_key().attributes;
    std::vector<Value> parts;
    parts.reserve(attributes.size());
    for (const std::uint32_t a : attributes) {
      parts.push_back(Value::From(ReadView(row, state_.layout(m).cells[a])));
    }
    return Key(std::move(parts));
  }

  void Whole(RowChange::Kind kind, const Side& side) {
    RowChange& change = changes_.rows.emplace_back();
    change.kind = kind;
    change.model = Model{side.model};
    change.key = KeyOf(side.model, side.row);
    const std::vector<CellLayout>& cells = state_.layout(side.model).cells;
    change.attributes.reserve(cells.size());
    for (std::uint32_t a = 0; a < cells.size(); ++a) {
      const ValueView view = ReadView(side.row, cells[a]);
      if (view.index() == 0) continue;
      AttributeChange& attribute = change.attributes.emplace_back();
      attribute.attribute = a;
      (kind == RowChange::Kind::kCreate ? attribute.after : attribute.before) = Value::From(view);
    }
  }

  void Sort() {
    std::vector<std::int64_t> rank(state_.models().size());
    const std::vector<Model>& order = state_.schema().dependency_order();
    for (std::size_t i = 0; i < order.size(); ++i) {
      rank[order[i].index] = static_cast<std::int64_t>(i);
    }
    const auto model_rank = [&](const RowChange& row) {
      const std::int64_t r = rank[row.model.index];
      return row.kind == RowChange::Kind::kDelete ? -r : r;
    };
    const auto less = [&](const RowChange& a, const RowChange& b) {
      if (a.kind != b.kind) return a.kind < b.kind;
      if (a.model != b.model) return model_rank(a) < model_rank(b);
      return a.key < b.key;
    };
    // Most often the rows were met in the order of their keys.
    if (std::is_sorted(changes_.rows.begin(), changes_.rows.end(), less)) return;
    std::sort(changes_.rows.begin(), changes_.rows.end(), less);
  }

  const StoreState& state_;
  ChangeSet changes_;
  std::vector<Side> gone_;
  std::vector<Side> come_;
};

}  // namespace

ChangeSet ChangesSince(const StoreState& state, const StoreState::Savepoint& savepoint) {
  const FormerRows former(state, savepoint);
  Collector collector(state);
  // Former rows by key, so that a row which took over a key is an update of that key.
  absl::flat_hash_map<std::uint64_t, std::vector<const char*>> by_key;
  const auto id = [&](std::uint32_t m, const char* row) {
    return (std::uint64_t{m} << 32) | *HashKey(KeyIn(state, m, row));
  };
  for (const FormerRows::Former& row : former.rows()) {
    const char* bytes = former.bytes(row);
    if (StampOf(bytes) != 0) by_key[id(row.model, bytes)].push_back(bytes);
  }
  absl::flat_hash_map<const char*, bool> matched;
  for (const FormerRows::Former& row : former.rows()) {
    const char* now = state.Row(row.model, row.slot);
    if (StampOf(now) == 0) continue;
    const auto found = by_key.find(id(row.model, now));
    const char* was = nullptr;
    if (found != by_key.end()) {
      for (const char* candidate : found->second) {
        if (EqualKeys(KeyIn(state, row.model, candidate), KeyIn(state, row.model, now))) {
          was = candidate;
        }
      }
    }
    if (was == nullptr) {
      collector.Come(row.model, now);
    } else {
      matched[was] = true;
      collector.Updated(row.model, was, now);
    }
  }
  for (const FormerRows::Former& row : former.rows()) {
    const char* bytes = former.bytes(row);
    if (StampOf(bytes) != 0 && !matched.contains(bytes)) collector.Gone(row.model, bytes);
  }
  std::vector<std::int64_t> next_keys;
  for (std::uint32_t m = 0; m < state.models().size(); ++m) {
    next_keys.push_back(state.table(m).next_key);
  }
  const UndoRecords& records = state.log().records;
  for (std::size_t i = records.size(); i-- > savepoint.records;) {
    if (records[i].kind == UndoRecord::Kind::kNextKey) {
      next_keys[records[i].model] = LoadAs<std::int64_t>(records[i].old);
    }
  }
  for (std::uint32_t m = 0; m < state.models().size(); ++m) {
    collector.Sequence(m, next_keys[m], state.table(m).next_key);
  }
  return std::move(collector).Finish();
}

ChangeSet Diff(const StoreState& before, const StoreState& after) {
  Collector collector(before);
  // Calls `visit` for every row of `in` in a page that `other` does not have at the same place.
  const auto for_unshared = [](const StoreState& in, const StoreState& other, std::uint32_t m,
                               const auto& visit) {
    const TableView& view = in.views()[m];
    const PagedArray& pages = in.table(m).pages;
    const PagedArray& others = other.table(m).pages;
    for (std::size_t page = pages.NextUnshared(others, 0); page < pages.size();
         page = pages.NextUnshared(others, page + 1)) {
      const auto first = static_cast<std::uint32_t>(page * kPageRows);
      for (std::uint32_t slot = first; slot < view.slots && slot - first < kPageRows; ++slot) {
        if (StampOf(view.Row(slot)) != 0) visit(slot, view.Row(slot));
      }
    }
  };
  for (std::uint32_t m = 0; m < before.models().size(); ++m) {
    for_unshared(before, after, m, [&](std::uint32_t slot, const char* row) {
      // Most often the same row is at the same place.
      if (slot < after.views()[m].slots) {
        const char* there = after.Row(m, slot);
        if (StampOf(there) != 0 && collector.SameContents(m, row, there)) return;
      }
      const std::uint32_t found = after.FindKey(m, 0, KeyIn(before, m, row));
      if (found == kNoSlot) {
        collector.Gone(m, row);
      } else {
        collector.Updated(m, row, after.Row(m, found));
      }
    });
    for_unshared(after, before, m, [&](std::uint32_t slot, const char* row) {
      if (slot < before.views()[m].slots) {
        const char* there = before.Row(m, slot);
        if (StampOf(there) != 0 && collector.SameContents(m, row, there)) return;
      }
      if (before.FindKey(m, 0, KeyIn(after, m, row)) == kNoSlot) collector.Come(m, row);
    });
    collector.Sequence(m, before.table(m).next_key, after.table(m).next_key);
  }
  return std::move(collector).Finish();
}

}  // namespace internal
}  // namespace relata
