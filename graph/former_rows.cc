#include "graph/former_rows.h"

#include <cstring>

#include "graph/cells.h"

namespace relata::internal {

FormerRows::FormerRows(const StoreState& state, const StoreState::Savepoint& savepoint, Links links)
    : state_(state), links_(links) {
  const UndoLog& log = state.log();
  log.records.ForEachSince(savepoint.records,
                           [&](const UndoRecord& record) { Apply(log, record); });
}

const char* FormerRows::Find(std::uint32_t m, std::uint32_t slot) const {
  const auto found = index_.find((std::uint64_t{m} << 32) | slot);
  return found == index_.end() ? nullptr : bytes_.data() + found->second;
}

// The scratch copy of a row, made of its present bytes when first asked for.
char* FormerRows::Scratch(std::uint32_t m, std::uint32_t slot) {
  const auto [it, fresh] = index_.emplace((std::uint64_t{m} << 32) | slot, bytes_.size());
  if (fresh) {
    rows_.push_back({m, slot, bytes_.size()});
    const std::uint32_t stride = state_.layout(m).stride;
    const char* row = state_.Row(m, slot);
    bytes_.insert(bytes_.end(), row, row + stride);
  }
  return bytes_.data() + it->second;
}

void FormerRows::Apply(const UndoLog& log, const UndoRecord& record) {
  switch (record.kind) {
    case UndoRecord::Kind::kBytes:
    case UndoRecord::Kind::kText:
      if (links_ == Links::kLeaveOut && record.offset < state_.layout(record.model).nulls_offset) {
        return;
      }
      std::memcpy(Scratch(record.model, record.slot) + record.offset, record.old(), record.size);
      return;
    case UndoRecord::Kind::kCreated:
      std::memset(Scratch(record.model, record.slot), 0, state_.layout(record.model).stride);
      return;
    case UndoRecord::Kind::kDeleted:
      std::memcpy(Scratch(record.model, record.slot),
                  log.images.data() + LoadAs<std::uint64_t>(record.old()),
                  state_.layout(record.model).stride);
      return;
    default:
      return;
  }
}

KeyViews KeyIn(const StoreState& state, std::uint32_t m, const char* row) {
  KeyViews views;
  for (const std::uint32_t a : state.model(m).primary_key().attributes) {
    views.push_back(ReadView(row, state.layout(m).cells[a]));
  }
  return views;
}

}  // namespace relata::internal
