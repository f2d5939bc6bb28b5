// Links: children threaded through their rows under a parent, or under a value that no row has.
// Linking and unlinking take the same time whatever the number of children.
#include <cstdint>

#include "graph/store_state.h"

namespace relata::internal {

void StoreState::WriteChild(ForeignKey f, std::uint32_t slot, const ChildLink& value) {
  WriteBytes(foreign_key(f).owner.index, slot, link(f).child_offset, &value, sizeof(value));
}

void StoreState::WriteParent(ForeignKey f, std::uint32_t slot, const ParentLink& value) {
  WriteBytes(foreign_key(f).target.index, slot, link(f).parent_offset, &value, sizeof(value));
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
  if (!logging()) return;
  UndoRecord record{UndoRecord::Kind::kDangling, 4, 0, head, f.index, {}};
  std::memcpy(record.old, &hash, sizeof(hash));
  log_.records.push_back(record);
}

void StoreState::LeaveDangling(ForeignKey f, std::uint32_t hash, std::uint32_t head) {
  dangling_[f.index].heads.Erase(hash, head);
  if (!logging()) return;
  UndoRecord record{UndoRecord::Kind::kUndangling, 4, 0, head, f.index, {}};
  std::memcpy(record.old, &hash, sizeof(hash));
  log_.records.push_back(record);
}

void StoreState::CountDangling(ForeignKey f, std::int64_t more) {
  std::uint64_t& count = dangling_[f.index].children;
  if (logging()) {
    UndoRecord record{UndoRecord::Kind::kDanglings, 8, 0, 0, f.index, {}};
    std::memcpy(record.old, &count, sizeof(count));
    log_.records.push_back(record);
  }
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
      ChildLink last = Child(f, up.last);
      last.next = child;
      WriteChild(f, up.last, last);
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
    ChildLink first = Child(f, head);
    const std::uint32_t last_slot = first.prev;
    WriteChild(f, child, {kDanglingSlot, kNoSlot, last_slot});
    ChildLink last = Child(f, last_slot);
    last.next = child;
    WriteChild(f, last_slot, last);
    first = Child(f, head);
    first.prev = child;
    WriteChild(f, head, first);
  }
  CountDangling(f, 1);
}

void StoreState::Unlink(ForeignKey f, std::uint32_t child) {
  const ForeignKeyInfo& info = foreign_key(f);
  const ChildLink old = Child(f, child);
  if (old.parent == kNoSlot) return;
  WriteChild(f, child, {kNoSlot, kNoSlot, kNoSlot});
  if (old.parent != kDanglingSlot) {
    ParentLink up = Parent(f, old.parent);
    if (old.prev == kNoSlot) {
      up.first = old.next;
    } else {
      ChildLink before = Child(f, old.prev);
      before.next = old.next;
      WriteChild(f, old.prev, before);
    }
    if (old.next == kNoSlot) {
      up.last = old.prev;
    } else {
      ChildLink after = Child(f, old.next);
      after.prev = old.prev;
      WriteChild(f, old.next, after);
    }
    --up.count;
    WriteParent(f, old.parent, up);
    return;
  }
  CountDangling(f, -1);
  const KeyViews views = Views(info.owner.index, child, info.attributes);
  const std::uint32_t hash = *HashKey(views);
  const std::uint32_t head = FindDangling(f, hash, views);
  if (head == child) {
    LeaveDangling(f, hash, child);
    if (old.next == kNoSlot) return;
    ChildLink next = Child(f, old.next);
    next.prev = old.prev;  // the tail
    WriteChild(f, old.next, next);
    EnterDangling(f, hash, old.next);
    return;
  }
  ChildLink before = Child(f, old.prev);
  before.next = old.next;
  WriteChild(f, old.prev, before);
  const std::uint32_t neighbour = old.next == kNoSlot ? head : old.next;
  ChildLink after = Child(f, neighbour);
  after.prev = old.prev;
  WriteChild(f, neighbour, after);
}

void StoreState::Orphan(ForeignKey f, std::uint32_t child) {
  const ForeignKeyInfo& info = foreign_key(f);
  const std::uint32_t m = info.owner.index;
  std::uint64_t moved = 0;
  for (const std::uint32_t a : info.attributes) moved |= layout(m).cells[a].indexes;
  LeaveIndexes(m, child, moved);
  for (const std::uint32_t a : info.attributes) WriteCell(m, child, a, ValueView());
  EnterIndexes(m, child, moved);
  WriteChild(f, child, {kNoSlot, kNoSlot, kNoSlot});
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
