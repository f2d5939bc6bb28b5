// Secondary indexes, kept up to date as rows change.
#include "graph/secondary_index.h"

#include <bit>
#include <cassert>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "graph/store_state.h"

namespace relata::internal {

std::vector<SecondaryIndex> MakeIndexes(const std::vector<IndexInfo>& indexes) {
  std::vector<SecondaryIndex> made;
  made.reserve(indexes.size());
  for (const IndexInfo& info : indexes) {
    if (info.kind == IndexKind::kHashed) {
      made.emplace_back(std::in_place_type<HashedIndex>);
    } else {
      made.emplace_back(std::in_place_type<OrderedIndex>);
    }
  }
  return made;
}

std::vector<SecondaryIndex> ForkIndexes(std::vector<SecondaryIndex>& indexes) {
  std::vector<SecondaryIndex> forks;
  forks.reserve(indexes.size());
  for (SecondaryIndex& index : indexes) {
    forks.push_back(std::visit([](auto& kind) -> SecondaryIndex { return kind.Fork(); }, index));
  }
  return forks;
}

IndexedRows StoreState::RowsOf(std::uint32_t m, std::uint32_t index) const {
  return IndexedRows(views_[m], layout(m), model(m).indexes[index].attributes);
}

void StoreState::EnterEach(std::uint32_t m, std::uint32_t slot, std::uint64_t set) {
  for (; set != 0; set &= set - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(set));
    std::visit([&](auto& index) { index.Insert(RowsOf(m, i), slot); }, tables_[m].indexes[i]);
    if (logging()) log_.records.Add(UndoRecord::Kind::kEntered, m, slot, i);
  }
}

void StoreState::LeaveEach(std::uint32_t m, std::uint32_t slot, std::uint64_t set) {
  for (; set != 0; set &= set - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(set));
    const IndexedRows rows = RowsOf(m, i);
    SecondaryIndex& index = tables_[m].indexes[i];
    std::uint32_t next = kNoSlot;
    if (auto* hashed = std::get_if<HashedIndex>(&index)) {
      next = hashed->Erase(rows, slot);
    } else {
      std::get<OrderedIndex>(index).Erase(rows, slot);
    }
    if (logging()) log_.records.Add(UndoRecord::Kind::kLeft, m, slot, i, next);
  }
}

void StoreState::UndoEntered(const UndoRecord& record) {
  const IndexedRows rows = RowsOf(record.model, record.offset);
  std::visit([&](auto& index) { index.Erase(rows, record.slot); },
             tables_[record.model].indexes[record.offset]);
}

void StoreState::UndoLeft(const UndoRecord& record) {
  const IndexedRows rows = RowsOf(record.model, record.offset);
  SecondaryIndex& index = tables_[record.model].indexes[record.offset];
  if (auto* hashed = std::get_if<HashedIndex>(&index)) {
    hashed->InsertBefore(rows, record.slot, LoadAs<std::uint32_t>(record.old()));
  } else {
    std::get<OrderedIndex>(index).Insert(rows, record.slot);
  }
}

std::vector<std::uint32_t> StoreState::SlotsInUse(std::uint32_t m) const {
  std::vector<std::uint32_t> slots;
  slots.reserve(tables_[m].rows);
  for (std::uint32_t slot = 0; slot < views_[m].slots; ++slot) {
    if (StampOf(Row(m, slot)) != 0) slots.push_back(slot);
  }
  return slots;
}

void StoreState::BuildIndexes(std::uint32_t m) {
  if (tables_[m].indexes.empty()) return;
  assert(!logging());
  const std::vector<std::uint32_t> slots = SlotsInUse(m);
  for (std::uint32_t i = 0; i < tables_[m].indexes.size(); ++i) {
    const IndexedRows rows = RowsOf(m, i);
    if (auto* hashed = std::get_if<HashedIndex>(&tables_[m].indexes[i])) {
      for (const std::uint32_t slot : slots) hashed->Insert(rows, slot);
    } else {
      std::get<OrderedIndex>(tables_[m].indexes[i]).Build(rows, slots);
    }
  }
}

absl::Status StoreState::CheckIndexes(std::uint32_t m) const {
  if (tables_[m].indexes.empty()) return absl::OkStatus();
  const std::vector<std::uint32_t> slots = SlotsInUse(m);
  for (std::uint32_t i = 0; i < tables_[m].indexes.size(); ++i) {
    const absl::Status status =
        std::visit([&](const auto& index) { return index.CheckInvariants(RowsOf(m, i), slots); },
                   tables_[m].indexes[i]);
    if (status.ok()) continue;
    return absl::InternalError(absl::StrCat(model(m).name, " index ", model(m).indexes[i].name,
                                            ": ", std::string(status.message())));
  }
  return absl::OkStatus();
}

}  // namespace relata::internal
