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
  explicit Collector(const StoreState& state)
      : state_(state), ranks_(state.models().size()), by_integer_(state.models().size()) {
    const std::vector<Model>& order = state.schema().dependency_order();
    for (std::size_t i = 0; i < order.size(); ++i) {
      ranks_[order[i].index] = static_cast<std::int64_t>(i);
    }
    for (std::uint32_t m = 0; m < by_integer_.size(); ++m) {
      const std::vector<std::uint32_t>& key = state.model(m).primary_key().attributes;
      const CellLayout& first = state.layout(m).cells[key.front()];
      if (key.size() == 1 && first.type == Type::kInteger) by_integer_[m] = first.offset;
    }
  }

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
    Note(RowChange::Kind::kUpdate, m, before, after);
  }
  // A row whose key is no longer there, or was not there before. If both are one instance that was
  // given another key, they make an update.
  void Gone(std::uint32_t m, const char* before) { gone_.push_back({m, before}); }
  void Come(std::uint32_t m, const char* after) { come_.push_back({m, after}); }

  void Sequence(std::uint32_t m, std::int64_t before, std::int64_t after) {
    if (before != after) changes_.sequences.push_back({Model{m}, before, after});
  }

  // The rows that were given must still be there.
  ChangeSet Finish() && {
    absl::flat_hash_map<std::uint64_t, const char*> by_stamp;
    if (!come_.empty()) {
      for (const Side& side : gone_) by_stamp[StampOf(side.row)] = side.row;
    }
    absl::flat_hash_map<std::uint64_t, bool> rekeyed;
    for (const Side& side : come_) {
      const auto found = by_stamp.find(StampOf(side.row));
      if (found == by_stamp.end()) {
        Note(RowChange::Kind::kCreate, side.model, nullptr, side.row);
      } else {
        Updated(side.model, found->second, side.row);
        rekeyed[found->first] = true;
      }
    }
    for (const Side& side : gone_) {
      if (rekeyed.contains(StampOf(side.row))) continue;
      Note(RowChange::Kind::kDelete, side.model, side.row, nullptr);
    }
    Sort();
    changes_.rows.reserve(noted_.size());
    for (const Noted& noted : noted_) Describe(noted);
    return std::move(changes_);
  }

 private:
  struct Side {
    std::uint32_t model;
    const char* row;
  };
  // A change by its rows: what is sorted is this, and not the description, which is large.
  struct Noted {
    RowChange::Kind kind;
    std::uint32_t model;
    std::int64_t group;    // by kind, and within it by model, as in ChangeSet::rows
    std::int64_t integer;  // the key, of a model whose key is one INTEGER
    const char* before;
    const char* after;
    const char* keyed() const { return before != nullptr ? before : after; }
  };

  void Note(RowChange::Kind kind, std::uint32_t m, const char* before, const char* after) {
    const std::int64_t rank = kind == RowChange::Kind::kDelete ? -ranks_[m] : ranks_[m];
    const auto models = static_cast<std::int64_t>(ranks_.size());
    const std::int64_t group = 2 * models * static_cast<std::int64_t>(kind) + rank;
    Noted& noted = noted_.emplace_back(Noted{kind, m, group, 0, before, after});
    if (by_integer_[m] != 0) noted.integer = LoadAs<std::int64_t>(noted.keyed() + by_integer_[m]);
  }

  void Sort() {
    const auto less = [&](const Noted& a, const Noted& b) {
      if (a.group != b.group) return a.group < b.group;
      if (by_integer_[a.model] != 0) return a.integer < b.integer;
      return KeyOf(a.model, a.keyed()) < KeyOf(b.model, b.keyed());
    };
    // Most often the rows were met in the order of their keys.
    if (std::is_sorted(noted_.begin(), noted_.end(), less)) return;
    std::sort(noted_.begin(), noted_.end(), less);
  }

  Key KeyOf(std::uint32_t m, const char* row) const {
    const std::vector<std::uint32_t>& attributes = state_.model(m).primary_key().attributes;
    std::vector<Value> parts;
    parts.reserve(attributes.size());
    for (const std::uint32_t a : attributes) {
      parts.push_back(Value::From(ReadView(row, state_.layout(m).cells[a])));
    }
    return Key(std::move(parts));
  }

  // Adds a change to the set, unless it is an update that changed nothing.
  void Describe(const Noted& noted) {
    const std::vector<CellLayout>& cells = state_.layout(noted.model).cells;
    std::vector<AttributeChange> attributes;
    if (noted.kind != RowChange::Kind::kUpdate) attributes.reserve(cells.size());
    for (std::uint32_t a = 0; a < cells.size(); ++a) {
      const ValueView was =
          noted.before != nullptr ? ReadView(noted.before, cells[a]) : ValueView();
      const ValueView is = noted.after != nullptr ? ReadView(noted.after, cells[a]) : ValueView();
      if (!Equal(was, is)) attributes.push_back({a, Value::From(was), Value::From(is)});
    }
    if (attributes.empty() && noted.kind == RowChange::Kind::kUpdate) return;
    changes_.rows.push_back(
        {noted.kind, Model{noted.model}, KeyOf(noted.model, noted.keyed()), std::move(attributes)});
  }

  const StoreState& state_;
  std::vector<std::int64_t> ranks_;        // by model
  std::vector<std::uint32_t> by_integer_;  // by model: the cell of a key of one INTEGER, or 0
  std::vector<Noted> noted_;
  std::vector<Side> gone_;
  std::vector<Side> come_;
  ChangeSet changes_;
};

bool SameKey(const StoreState& state, std::uint32_t m, const char* a, const char* b) {
  for (const std::uint32_t part : state.model(m).primary_key().attributes) {
    const CellLayout& cell = state.layout(m).cells[part];
    if (!Equal(ReadView(a, cell), ReadView(b, cell))) return false;
  }
  return true;
}

}  // namespace

ChangeSet ChangesSince(const StoreState& state, const StoreState::Savepoint& savepoint) {
  const FormerRows former(state, savepoint);
  Collector collector(state);
  // Instances that came, went or were given another key; most did not.
  std::vector<FormerRows::Former> moved;
  for (const FormerRows::Former& row : former.rows()) {
    const char* was = former.bytes(row);
    const char* now = state.Row(row.model, row.slot);
    if (StampOf(was) == 0 && StampOf(now) == 0) continue;
    if (StampOf(was) == StampOf(now) && SameKey(state, row.model, was, now)) {
      collector.Updated(row.model, was, now);
    } else {
      moved.push_back(row);
    }
  }
  // Former rows by key, so that a row which took over a key is an update of that key.
  absl::flat_hash_map<std::uint64_t, std::vector<const char*>> by_key;
  const auto id = [&](std::uint32_t m, const char* row) {
    return (std::uint64_t{m} << 32) | *HashKey(KeyIn(state, m, row));
  };
  for (const FormerRows::Former& row : moved) {
    const char* was = former.bytes(row);
    if (StampOf(was) != 0) by_key[id(row.model, was)].push_back(was);
  }
  absl::flat_hash_map<const char*, bool> matched;
  for (const FormerRows::Former& row : moved) {
    const char* now = state.Row(row.model, row.slot);
    if (StampOf(now) == 0) continue;
    const char* was = nullptr;
    if (!by_key.empty()) {
      const auto found = by_key.find(id(row.model, now));
      if (found != by_key.end()) {
        for (const char* candidate : found->second) {
          if (SameKey(state, row.model, candidate, now)) was = candidate;
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
  for (const FormerRows::Former& row : moved) {
    const char* was = former.bytes(row);
    if (StampOf(was) != 0 && !matched.contains(was)) collector.Gone(row.model, was);
  }
  std::vector<std::int64_t> next_keys;
  for (std::uint32_t m = 0; m < state.models().size(); ++m) {
    next_keys.push_back(state.table(m).next_key);
  }
  state.log().records.ForEachSince(savepoint.records, [&](const UndoRecord& record) {
    if (record.kind != UndoRecord::Kind::kNextKey) return;
    next_keys[record.model] = LoadAs<std::int64_t>(record.old());
  });
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
