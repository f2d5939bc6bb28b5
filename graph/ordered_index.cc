#include "graph/ordered_index.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "graph/ordered_index_probes.h"

namespace relata::internal {
namespace {

// Moves the elements from `at` on by one, to make room or to fill the gap.
template <typename T>
void Open(T* array, std::uint32_t at, std::uint32_t count) {
  std::memmove(array + at + 1, array + at, (count - at) * sizeof(T));
}
template <typename T>
void Close(T* array, std::uint32_t at, std::uint32_t count) {
  std::memmove(array + at, array + at + 1, (count - at - 1) * sizeof(T));
}

constexpr std::uint32_t Few(std::uint32_t capacity) { return capacity / 4; }
constexpr std::uint32_t Many(std::uint32_t capacity) { return capacity / 4 * 3; }

}  // namespace

// ----- nodes

void OrderedIndex::Leaf::Set(std::uint32_t i, Entry entry) {
  prefixes[i] = entry.prefix;
  slots[i] = entry.slot;
}

void OrderedIndex::Leaf::Insert(std::uint32_t i, Entry entry) {
  Open(prefixes, i, count);
  Open(slots, i, count);
  Set(i, entry);
  ++count;
}

void OrderedIndex::Leaf::Erase(std::uint32_t i) {
  Close(prefixes, i, count);
  Close(slots, i, count);
  --count;
}

void OrderedIndex::Leaf::Append(const Leaf& other, std::uint32_t from, std::uint32_t n) {
  std::copy_n(other.prefixes + from, n, prefixes + count);
  std::copy_n(other.slots + from, n, slots + count);
  count += n;
}

void OrderedIndex::Inner::Set(std::uint32_t i, Entry entry) {
  prefixes[i] = entry.prefix;
  slots[i] = entry.slot;
}

void OrderedIndex::Inner::Insert(std::uint32_t i, Entry entry, std::uint32_t child) {
  Open(prefixes, i, count);
  Open(slots, i, count);
  Open(children, i, count);
  Set(i, entry);
  children[i] = child;
  ++count;
}

void OrderedIndex::Inner::Erase(std::uint32_t i) {
  Close(prefixes, i, count);
  Close(slots, i, count);
  Close(children, i, count);
  --count;
}

void OrderedIndex::Inner::Append(const Inner& other, std::uint32_t from, std::uint32_t n) {
  std::copy_n(other.prefixes + from, n, prefixes + count);
  std::copy_n(other.slots + from, n, slots + count);
  std::copy_n(other.children + from, n, children + count);
  count += n;
}

OrderedIndex::OrderedIndex(Capacity capacity)
    : capacity_(capacity), nodes_(sizeof(Leaf), nullptr) {}

OrderedIndex OrderedIndex::Fork() {
  OrderedIndex fork(capacity_, nodes_.Fork());
  fork.size_ = size_;
  fork.root_ = root_;
  fork.first_leaf_ = first_leaf_;
  fork.last_leaf_ = last_leaf_;
  fork.free_node_ = free_node_;
  return fork;
}

std::uint32_t OrderedIndex::NewNode(std::uint32_t level) {
  std::uint32_t node = free_node_;
  if (node == kNoSlot) {
    node = static_cast<std::uint32_t>(nodes_.size());
    nodes_.Add();
  } else {
    free_node_ = LeafAt(node).next;
  }
  if (level == 0) {
    Leaf& leaf = WriteLeaf(node);
    leaf.level = 0;
    leaf.count = 0;
    leaf.prev = kNoSlot;
    leaf.next = kNoSlot;
  } else {
    Inner& inner = WriteInner(node);
    inner.level = level;
    inner.count = 0;
  }
  return node;
}

void OrderedIndex::FreeNode(std::uint32_t node) {
  Leaf& free = WriteLeaf(node);
  free.level = 0;
  free.count = 0;
  free.next = free_node_;
  free_node_ = node;
}

// ----- finding

template <typename Probe>
std::uint32_t OrderedIndex::ChildOf(const Inner& inner, const Probe& probe) {
  std::uint32_t low = 1;
  std::uint32_t high = inner.count;
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    if (probe.Order(inner.At(middle)) <= 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

template <typename Probe>
std::uint32_t OrderedIndex::PlaceIn(const Leaf& leaf, const Probe& probe) {
  std::uint32_t low = 0;
  std::uint32_t high = leaf.count;
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    if (probe.Order(leaf.At(middle)) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

template <typename Probe>
std::uint32_t OrderedIndex::Descend(const Probe& probe, Path* path) const {
  std::uint32_t node = root_;
  while (LevelOf(node) > 0) {
    const Inner& inner = InnerAt(node);
    const std::uint32_t child = ChildOf(inner, probe);
    if (path != nullptr) path->push_back({node, child});
    node = inner.children[child];
  }
  return node;
}

OrderedIndex::Position OrderedIndex::Seek(const IndexedRows& rows,
                                          std::span<const ValueView> values, bool after) const {
  if (root_ == kNoSlot) return {};
  const ByValues probe(rows, values, after);
  const std::uint32_t node = Descend(probe, nullptr);
  const Leaf& leaf = LeafAt(node);
  const std::uint32_t at = PlaceIn(leaf, probe);
  return at < leaf.count ? Position{node, at} : Position{leaf.next, 0};
}

OrderedIndex::Position OrderedIndex::FirstEqual(const IndexedRows& rows, std::uint32_t slot) const {
  absl::InlinedVector<ValueView, 4> values;
  for (std::size_t i = 0; i < rows.width(); ++i) values.push_back(rows.View(slot, i));
  return Seek(rows, values, false);
}

OrderedIndex::Position OrderedIndex::Next(Position at) const {
  const Leaf& leaf = LeafAt(at.leaf);
  return at.at + 1 < leaf.count ? Position{at.leaf, at.at + 1} : Position{leaf.next, 0};
}

OrderedIndex::Position OrderedIndex::Previous(Position at) const {
  if (at.at > 0) return {at.leaf, at.at - 1};
  const std::uint32_t before = at.leaf == kNoSlot ? last_leaf_ : LeafAt(at.leaf).prev;
  return {before, LeafAt(before).count - 1};
}

bool OrderedIndex::EqualAt(const IndexedRows& rows, Position a, Position b) const {
  const Entry first = LeafAt(a.leaf).At(a.at);
  const Entry second = LeafAt(b.leaf).At(b.at);
  if (first.prefix != second.prefix) return false;
  return rows.Decides(first.prefix, rows.width()) || rows.Compare(first.slot, second.slot) == 0;
}

std::uint64_t OrderedIndex::Count(Position from, Position to) const {
  if (from.leaf == to.leaf) return to.at - from.at;
  std::uint64_t count = LeafAt(from.leaf).count - from.at;
  for (std::uint32_t leaf = LeafAt(from.leaf).next; leaf != to.leaf; leaf = LeafAt(leaf).next) {
    count += LeafAt(leaf).count;
  }
  return count + to.at;
}

// Which part of all rows comes before a position, if each child of a node holds as many.
double OrderedIndex::RankOf(const IndexedRows& rows, Position at) const {
  if (at.leaf == kNoSlot) return 1.0;
  Path path;
  Descend(BySlot(rows, SlotAt(at)), &path);
  double rank = 0.0;
  double width = 1.0;
  for (const Step& step : path) {
    width /= InnerAt(step.node).count;
    rank += width * step.child;
  }
  return rank + width * at.at / LeafAt(at.leaf).count;
}

std::uint64_t OrderedIndex::Estimate(const IndexedRows& rows, Position from, Position to) const {
  std::uint64_t counted = 0;
  std::uint32_t leaf = from.leaf;
  for (int i = 0; i < kCountedLeaves && leaf != to.leaf; ++i, leaf = LeafAt(leaf).next) {
    counted += LeafAt(leaf).count;
  }
  if (leaf == to.leaf) return Count(from, to);
  const double part = RankOf(rows, to) - RankOf(rows, from);
  const double rows_between = part * static_cast<double>(size_);
  return std::max(counted - from.at, static_cast<std::uint64_t>(std::max(rows_between, 0.0)));
}

// ----- entering

void OrderedIndex::Insert(const IndexedRows& rows, std::uint32_t slot) {
  if (root_ == kNoSlot) root_ = first_leaf_ = last_leaf_ = NewNode(0);
  const BySlot probe(rows, slot);
  Path path;
  const std::uint32_t node = Descend(probe, &path);
  const std::uint32_t at = PlaceIn(LeafAt(node), probe);
  ++size_;
  // A row before all others goes to the first leaf, which no separator begins.
  if (CountOf(node) < capacity_.leaf) {
    WriteLeaf(node).Insert(at, {probe.prefix, slot});
  } else {
    SplitLeaf(node, at, {probe.prefix, slot}, path);
  }
}

void OrderedIndex::SplitLeaf(std::uint32_t node, std::uint32_t at, Entry entry, Path& path) {
  const std::uint32_t added = NewNode(0);
  Leaf& left = WriteLeaf(node);
  Leaf& right = WriteLeaf(added);
  const bool grows = left.next == kNoSlot && at == left.count;
  const std::uint32_t kept = grows ? left.count : left.count / 2;
  right.Append(left, kept, left.count - kept);
  left.count = kept;
  if (grows || at > kept) {
    right.Insert(at - kept, entry);
  } else {
    left.Insert(at, entry);
  }
  right.prev = node;
  right.next = left.next;
  left.next = added;
  if (right.next == kNoSlot) {
    last_leaf_ = added;
  } else {
    WriteLeaf(right.next).prev = added;
  }
  InsertChild(path, right.At(0), added);
}

void OrderedIndex::InsertChild(Path& path, Entry first, std::uint32_t child) {
  for (; !path.empty(); path.pop_back()) {
    const std::uint32_t node = path.back().node;
    const std::uint32_t at = path.back().child + 1;
    if (CountOf(node) < capacity_.inner) {
      WriteInner(node).Insert(at, first, child);
      return;
    }
    const std::uint32_t added = NewNode(LevelOf(node));
    Inner& left = WriteInner(node);
    Inner& right = WriteInner(added);
    const std::uint32_t kept = at == left.count ? left.count : left.count / 2;
    right.Append(left, kept, left.count - kept);
    left.count = kept;
    if (right.count == 0 || at > kept) {
      right.Insert(at - kept, first, child);
    } else {
      left.Insert(at, first, child);
    }
    first = right.At(0);
    child = added;
  }
  const std::uint32_t old_root = root_;
  root_ = NewNode(LevelOf(old_root) + 1);
  Inner& root = WriteInner(root_);
  root.Insert(0, {0, kNoSlot}, old_root);
  root.Insert(1, first, child);
}

// ----- taking out

void OrderedIndex::Erase(const IndexedRows& rows, std::uint32_t slot) {
  const BySlot probe(rows, slot);
  Path path;
  const std::uint32_t node = Descend(probe, &path);
  const std::uint32_t at = PlaceIn(LeafAt(node), probe);
  Leaf& leaf = WriteLeaf(node);
  assert(at < leaf.count && leaf.slots[at] == slot);
  leaf.Erase(at);
  --size_;
  if (at == 0 && leaf.count > 0) SetFirst(path, leaf.At(0));
  Shrink(node, path);
}

void OrderedIndex::SetFirst(const Path& path, Entry first) {
  for (std::size_t i = path.size(); i-- > 0;) {
    if (path[i].child == 0) continue;
    WriteInner(path[i].node).Set(path[i].child, first);
    return;
  }
}

void OrderedIndex::Shrink(std::uint32_t node, Path& path) {
  for (; !path.empty(); node = path.back().node, path.pop_back()) {
    const std::uint32_t capacity = LevelOf(node) == 0 ? capacity_.leaf : capacity_.inner;
    const std::uint32_t count = CountOf(node);
    if (count >= Few(capacity)) return;
    const std::uint32_t place = path.back().child;
    const Inner& parent = InnerAt(path.back().node);
    const auto joins = [&](std::uint32_t neighbour) {
      return CountOf(parent.children[neighbour]) + count <= Many(capacity);
    };
    std::uint32_t gone = place;
    if (count == 0) {
      if (LevelOf(node) == 0) Unchain(node);
      FreeNode(node);
    } else if (place > 0 && joins(place - 1)) {
      Join(parent.children[place - 1], node, parent.At(place));
    } else if (place + 1 < parent.count && joins(place + 1)) {
      gone = place + 1;
      Join(node, parent.children[gone], parent.At(gone));
    } else {
      return;
    }
    if (gone == 0 && parent.count > 1) {
      const Path above(path.begin(), path.end() - 1);
      SetFirst(above, parent.At(1));
    }
    WriteInner(path.back().node).Erase(gone);
  }
  ShrinkRoot();
}

void OrderedIndex::Unchain(std::uint32_t node) {
  const std::uint32_t prev = LeafAt(node).prev;
  const std::uint32_t next = LeafAt(node).next;
  (prev == kNoSlot ? first_leaf_ : WriteLeaf(prev).next) = next;
  (next == kNoSlot ? last_leaf_ : WriteLeaf(next).prev) = prev;
}

void OrderedIndex::Join(std::uint32_t left, std::uint32_t right, Entry first_of_right) {
  if (LevelOf(left) == 0) {
    WriteLeaf(left).Append(LeafAt(right), 0, CountOf(right));
    Unchain(right);
  } else {
    Inner& inner = WriteInner(left);
    const std::uint32_t end = inner.count;
    inner.Append(InnerAt(right), 0, CountOf(right));
    inner.Set(end, first_of_right);
  }
  FreeNode(right);
}

// A root that leads to one node only goes, and one that holds nothing.
void OrderedIndex::ShrinkRoot() {
  while (LevelOf(root_) > 0 && CountOf(root_) == 1) {
    const std::uint32_t child = InnerAt(root_).children[0];
    FreeNode(root_);
    root_ = child;
  }
  if (CountOf(root_) > 0) return;
  FreeNode(root_);
  root_ = first_leaf_ = last_leaf_ = kNoSlot;
}

}  // namespace relata::internal
