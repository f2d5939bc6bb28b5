// Links: children threaded through their rows under a parent, or under a value that no row has.
// Linking and unlinking take the same time whatever the number of children.
#include <cstddef>
#include <cstdint>

#include "graph/open_links.h"
#include "graph/store_state.h"

namespace relata::internal {
namespace {

constexpr ChildLink kNobody{kNoSlot, kNoSlot, kNoSlot};

}  // namespace

void StoreState::WriteChild(ForeignKey f, std::uint32_t slot, const ChildLink& value) {
  Put(foreign_key(f).owner.index, slot, link(f).child_offset, value);
}

void StoreState::WriteParent(ForeignKey f, std::uint32_t slot, const ParentLink& value) {
  Put(foreign_key(f).target.index, slot, link(f).parent_offset, value);
}

void StoreState::WriteNext(ForeignKey f, std::uint32_t child, std::uint32_t next) {
  const std::size_t offset = link(f).child_offset + offsetof(ChildLink, next);
  Put(foreign_key(f).owner.index, child, static_cast<std::uint32_t>(offset), next);
}

void StoreState::WritePrevious(ForeignKey f, std::uint32_t child, std::uint32_t previous) {
  const std::size_t offset = link(f).child_offset + offsetof(ChildLink, prev);
  Put(foreign_key(f).owner.index, child, static_cast<std::uint32_t>(offset), previous);
}

std::uint32_t StoreState::FindDangling(ForeignKey f, std::uint32_t hash,
                                       const KeyViews& views) const {
  const ForeignKeyInfo& info = foreign_key(f);
  return dangling_[f.index].heads.Find(hash, [&](std::uint32_t slot) {
    return EqualKeys(Views(info.owner.index, slot, info.attributes), views);
  });
}

void StoreState::EnterDangling(ForeignKey f, std::uint32_t hash, std::uint32_t head) {
  dangling_[f.index].heads.Insert(hash, head);
  if (logging()) log_.records.Add(UndoRecord::Kind::kDangling, 0, head, f.index, hash);
}

void StoreState::LeaveDangling(ForeignKey f, std::uint32_t hash, std::uint32_t head) {
  dangling_[f.index].heads.Erase(hash, head);
  if (logging()) log_.records.Add(UndoRecord::Kind::kUndangling, 0, head, f.index, hash);
}

void StoreState::CountDangling(ForeignKey f, std::int64_t more) {
  std::uint64_t& count = dangling_[f.index].children;
  if (logging()) log_.records.Add(UndoRecord::Kind::kDanglings, 0, 0, f.index, count);
  count += static_cast<std::uint64_t>(more);
}

void StoreState::Link(ForeignKey f, std::uint32_t child, std::uint32_t parent) {
  const ForeignKeyInfo& info = foreign_key(f);
  if (parent != kNoSlot) {
    ParentLink up = Parent(f, parent);
    WriteChild(f, child, {parent, kNoSlot, up.last});
    if (up.last == kNoSlot) {
      up.first = child;
    } else {
      WriteNext(f, up.last, child);
    }
    up.last = child;
    ++up.count;
    WriteParent(f, parent, up);
    return;
  }
  const KeyViews views = Views(info.owner.index, child, info.attributes);
  const auto hash = HashKey(views);
  if (!hash.has_value()) return;
  const std::uint32_t head = FindDangling(f, *hash, views);
  if (head == kNoSlot) {
    WriteChild(f, child, {kDanglingSlot, kNoSlot, child});
    EnterDangling(f, *hash, child);
  } else {
    const std::uint32_t last_slot = Child(f, head).prev;
    WriteChild(f, child, {kDanglingSlot, kNoSlot, last_slot});
    WriteNext(f, last_slot, child);
    WritePrevious(f, head, child);
  }
  CountDangling(f, 1);
}

void StoreState::Unlink(ForeignKey f, std::uint32_t child) {
  const ForeignKeyInfo& info = foreign_key(f);
  const ChildLink old = Child(f, child);
  if (old.parent == kNoSlot) return;
  if (old.parent != kDanglingSlot) {
    UnlinkGone(f, child);
    WriteChild(f, child, kNobody);
    return;
  }
  WriteChild(f, child, kNobody);
  CountDangling(f, -1);
  const KeyViews views = Views(info.owner.index, child, info.attributes);
  const std::uint32_t hash = *HashKey(views);
  const std::uint32_t head = FindDangling(f, hash, views);
  if (head == child) {
    LeaveDangling(f, hash, child);
    if (old.next == kNoSlot) return;
    WritePrevious(f, old.next, old.prev);  // the tail
    EnterDangling(f, hash, old.next);
    return;
  }
  WriteNext(f, old.prev, old.next);
  WritePrevious(f, old.next == kNoSlot ? head : old.next, old.prev);
}

void StoreState::PrepareToCutOut(const LinkLayout& at, std::uint32_t child) {
  const auto link = LoadAs<ChildLink>(Row(at.owner, child) + at.child_offset);
  Prepare<ParentLink>(at.target, link.parent, at.parent_offset);
  if (link.prev != kNoSlot) {
    Prepare<std::uint32_t>(at.owner, link.prev, at.child_offset + offsetof(ChildLink, next));
  }
  if (link.next != kNoSlot) {
    Prepare<std::uint32_t>(at.owner, link.next, at.child_offset + offsetof(ChildLink, prev));
  }
}

void StoreState::PrepareToMove(const LinkLayout& at, std::uint32_t child, std::uint32_t parent) {
  Prepare<ChildLink>(at.owner, child, at.child_offset);
  if (at.key.null_mask != 0) Prepare<char>(at.owner, child, at.key.null_byte);
  Prepare<std::int64_t>(at.owner, child, at.key.offset);
  const char* const down = Row(at.owner, child) + at.child_offset;
  if (LoadAs<std::uint32_t>(down + offsetof(ChildLink, parent)) != kNoSlot) {
    PrepareToCutOut(at, child);
  }
  if (parent != kNoSlot) PrepareToAppend(at, parent);
}

void StoreState::PrepareToAppend(const LinkLayout& at, std::uint32_t parent) {
  Prepare<ParentLink>(at.target, parent, at.parent_offset);
  const char* const up = Row(at.target, parent) + at.parent_offset;
  const auto last = LoadAs<std::uint32_t>(up + offsetof(ParentLink, last));
  if (last == kNoSlot) return;
  Prepare<std::uint32_t>(at.owner, last, at.child_offset + offsetof(ChildLink, next));
}

void StoreState::MoveChild(ForeignKey f, std::uint32_t child, std::uint32_t parent) {
  const LinkLayout& at = link(f);
  if (!InPlace(at)) PrepareToMove(at, child, parent);
  const OpenLinks links(views_[at.owner], views_[at.target], at);
  char* const down = links.Child(child);
  char* const row = down - at.child_offset;
  SetNull(row, at.key, false);
  StoreAs(row + at.key.offset, LoadAs<std::int64_t>(Row(at.target, parent) + at.home_cell));
  if (LoadAs<std::uint32_t>(down + offsetof(ChildLink, parent)) != kNoSlot) links.CutOut(down);
  links.Append(child, down, parent);
}

void StoreState::Orphan(ForeignKey f, std::uint32_t child, std::uint64_t indexes) {
  const ForeignKeyInfo& info = foreign_key(f);
  const std::uint32_t m = info.owner.index;
  LeaveIndexes(m, child, indexes);
  for (const std::uint32_t a : info.attributes) WriteCell(m, child, a, ValueView());
  EnterIndexes(m, child, indexes);
  WriteChild(f, child, kNobody);
}

void StoreState::OrphanChildren(ForeignKey f, std::uint32_t parent) {
  const ForeignKeyInfo& info = foreign_key(f);
  const std::uint32_t m = info.owner.index;
  std::uint32_t child = Parent(f, parent).first;
  std::uint64_t indexes = 0;
  bool bits_only = !logging();  // nothing to do but to set null bits
  for (const std::uint32_t a : info.attributes) {
    const CellLayout& cell = layout(m).cells[a];
    indexes |= cell.indexes;
    bits_only = bits_only && cell.indexes == 0 && !IsTextCell(cell.type);
  }
  if (!bits_only || info.attributes.size() != 1) {
    while (child != kNoSlot) {
      const std::uint32_t next = Child(f, child).next;
      Orphan(f, child, indexes);
      child = next;
    }
    return;
  }
  const CellLayout& cell = layout(m).cells[info.attributes[0]];
  const std::size_t at = link(f).child_offset;
  const std::uint32_t stride = views_[m].stride;
  char* row = child == kNoSlot ? nullptr : WriteRow(m, child);
  while (row != nullptr) {
    const auto next = LoadAs<std::uint32_t>(row + at + offsetof(ChildLink, next));
    std::memcpy(row + at, &kNobody, sizeof(kNobody));
    SetNull(row, cell, true);
    // Siblings are often neighbours. Where the next one is can then be guessed by the processor
    // instead of waiting for the link.
    if (next == child + 1 && next % kPageRows != 0) {
      row += stride;
    } else {
      row = next == kNoSlot ? nullptr : WriteRow(m, next);
    }
    child = next;
  }
}

void StoreState::AdoptDangling(std::uint32_t m, std::uint32_t key, std::uint32_t slot) {
  for (const ForeignKey f : model(m).referenced_by) {
    if (foreign_key(f).target_key != key || dangling_[f.index].children == 0) continue;
    const KeyViews views = Views(m, slot, model(m).keys[key].attributes);
    const auto hash = HashKey(views);
    if (!hash.has_value()) continue;
    std::uint32_t child = FindDangling(f, *hash, views);
    while (child != kNoSlot) {
      const std::uint32_t next = Child(f, child).next;
      Unlink(f, child);
      Link(f, child, slot);
      child = next;
    }
  }
}

}  // namespace relata::internal
