// Results of queries as they are walked.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "graph/bound_query.h"
#include "graph/cells.h"
#include "graph/selection.h"
#include "relata/query.h"

namespace relata {

using internal::AccessKind;
using internal::AccessPath;
using internal::Admits;
using internal::BoundLevel;
using internal::BoundQuery;
using internal::kNoSlot;
using internal::LinkedRow;
using internal::SelectedSlot;

namespace {

[[noreturn]] void DieOfNoInclude() {
  std::fprintf(stderr,
               "relata: a row was asked for an include that its query does not have: name it in "
               "the query with Include\n");
  std::abort();
}

}  // namespace

Rows internal::QueryAccess::Result(BoundQuery query) {
  auto owner = std::make_shared<const BoundQuery>(std::move(query));
  Rows rows;
  rows.query_ = owner.get();
  rows.level_ = &owner->root;
  rows.parent_ = owner->source;
  if (!owner->root.order.empty()) {
    rows.list_ = std::make_shared<const std::vector<SelectedSlot>>(
        SortedRows(owner->root, &owner->access, owner->source));
  }
  rows.owner_ = std::move(owner);
  return rows;
}

Rows::Iterator::Iterator(const Rows& rows) : rows_(&rows) {
  const BoundLevel& level = *rows.level_;
  row_.query_ = rows.query_;
  row_.level_ = rows.level_;
  row_.model_ = level.model.index;
  if (rows.list_ == nullptr) {
    skip_ = level.offset;
    left_ = level.limit;
    const AccessPath& access = rows.query_->access;
    if (rows.parent_ != nullptr) {
      slot_ = FirstOf(level.walk, rows.parent_);
    } else if (access.kind == AccessKind::kWalk && !access.listed) {
      slot_ = access.walk.First(access.from);
    } else if (access.kind == AccessKind::kIndex && !access.listed) {
      cursor_ = std::make_shared<internal::IndexCursor>(access.cursor);
    }
    scans_ = rows.parent_ == nullptr && access.kind == AccessKind::kScan;
  }
  Next();
}

bool Rows::Iterator::NextCandidate(LinkedRow& candidate) {
  const BoundLevel& level = *rows_->level_;
  if (rows_->parent_ != nullptr) {
    const internal::LinkWalk& walk = level.walk.walk;
    while (slot_ != kNoSlot) {
      const std::uint32_t slot = slot_;
      slot_ = walk.Next(slot);
      if (walk.Resolve(slot, candidate) && InWalkScope(level.walk, candidate)) {
        if (walk.to_one()) slot_ = kNoSlot;
        return true;
      }
    }
    return false;
  }
  const AccessPath& access = rows_->query_->access;
  if (access.listed) {
    if (at_ == access.slots.size()) return false;
    candidate.slot = access.slots[at_++];
  } else if (access.kind == AccessKind::kWalk) {
    if (slot_ == kNoSlot) return false;
    candidate.slot = slot_;
    slot_ = access.walk.Next(slot_);
  } else if (cursor_ != nullptr) {
    candidate.slot = cursor_->Next();
    if (candidate.slot == kNoSlot) return false;
  } else {
    return false;
  }
  candidate.row = level.table->Row(candidate.slot);
  return true;
}

bool Rows::Iterator::NextScanned(LinkedRow& candidate) {
  const BoundLevel& level = *rows_->level_;
  const internal::TableView& table = *level.table;
  for (; slot_ < table.slots; ++slot_) {
    const char* row = table.Row(slot_);
    if (internal::StampOf(row) == 0 || !level.where.Holds(row)) continue;
    candidate.row = row;
    candidate.slot = slot_++;
    return true;
  }
  return false;
}

void Rows::Iterator::Next() {
  row_.row_ = nullptr;
  if (rows_->list_ != nullptr) {
    if (at_ == rows_->list_->size()) return;
    const SelectedSlot& selected = (*rows_->list_)[at_++];
    row_.slot_ = selected.slot;
    row_.join_ = selected.join;
    row_.row_ = rows_->level_->table->Row(selected.slot);
    return;
  }
  LinkedRow candidate;
  while (left_ > 0 && (scans_ ? NextScanned(candidate) : NextCandidate(candidate))) {
    if (!Admits(*rows_->level_, candidate)) continue;
    if (skip_ > 0) {
      --skip_;
      continue;
    }
    --left_;
    row_.slot_ = candidate.slot;
    row_.join_ = candidate.join;
    row_.row_ = candidate.row;
    return;
  }
}

std::optional<Row> Rows::First() const {
  const Iterator first = begin();
  if (first == end()) return std::nullopt;
  return *first;
}

std::size_t Rows::Count() const {
  if (list_ != nullptr) return list_->size();
  std::size_t count = 0;
  ForSelected(*level_, &query_->access, parent_, [&](const LinkedRow&) {
    ++count;
    return true;
  });
  return count;
}

std::vector<Instance> Rows::Instances() const {
  std::vector<Instance> instances;
  for (const Row& row : *this) instances.push_back(row.instance());
  return instances;
}

ValueView Row::View(std::uint32_t attribute) const {
  const auto& cells = query_->state->layout(model_).cells;
  if (attribute >= cells.size()) internal::DieOfStaleHandle(Model{model_});
  return internal::ReadView(row_, cells[attribute]);
}

absl::StatusOr<Value> Row::Get(std::string_view attribute) const {
  const auto found = query_->state->schema().FindAttribute(Model{model_}, attribute);
  if (!found.ok()) return found.status();
  return Value::From(View(*found));
}

std::span<const std::uint32_t> Row::attributes() const { return level_->attributes; }

std::span<const std::uint32_t> Row::join_attributes() const { return level_->join_attributes; }

Values Row::values() const {
  Values values;
  const ModelInfo& model = query_->state->model(model_);
  values.reserve(level_->attributes.size());
  for (const std::uint32_t a : level_->attributes) {
    values.push_back({model.attributes[a].name, Value::From(View(a))});
  }
  return values;
}

std::optional<Instance> Row::join() const {
  if (join_ == kNoSlot) return std::nullopt;
  return query_->state->InstanceAt(level_->join_model.index, join_);
}

Rows Row::Included(std::size_t include) const {
  if (include >= level_->includes.size()) DieOfNoInclude();
  Rows rows;
  rows.query_ = query_;
  rows.level_ = &level_->includes[include];
  rows.parent_ = row_;
  if (!rows.level_->order.empty()) {
    rows.list_ =
        std::make_shared<const std::vector<SelectedSlot>>(SortedRows(*rows.level_, nullptr, row_));
  }
  return rows;
}

Rows Row::Included(Association association) const {
  for (std::size_t i = 0; i < level_->includes.size(); ++i) {
    if (level_->includes[i].association == association) return Included(i);
  }
  DieOfNoInclude();
}

std::optional<Row> Row::IncludedOne(Association association) const {
  return Included(association).First();
}

std::optional<Row> Row::IncludedOne(OneOf one_of) const {
  for (const Association alternative : query_->state->schema()[one_of].alternatives) {
    std::optional<Row> row = IncludedOne(alternative);
    if (row.has_value()) return row;
  }
  return std::nullopt;
}

}  // namespace relata
