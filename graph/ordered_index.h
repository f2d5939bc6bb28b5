// An ordered secondary index: a B+tree of slots, by the values of their rows and then by slot.
//
// A node is a page, which forks share and copy on write by itself. Leaves are chained both ways. A
// child's separator is the first entry below it, always of a row that is there, so the tree holds
// no values of its own. Nodes split in halves, but for those at the end, which are left full when
// rows come in order; a node that is less than a quarter full joins a neighbour if there is room.
#ifndef RELATA_GRAPH_ORDERED_INDEX_H_
#define RELATA_GRAPH_ORDERED_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "graph/indexed_rows.h"
#include "graph/pages.h"

namespace relata::internal {

class OrderedIndex {
 public:
  // A row of the index, or past the last one. Valid until the index is next changed.
  struct Position {
    std::uint32_t leaf = kNoSlot;  // kNoSlot: past the last row
    std::uint32_t at = 0;
    friend bool operator==(const Position&, const Position&) = default;
  };

  // How many entries a node takes. Fewer than there is room for make a deep tree of few rows.
  struct Capacity {
    std::uint32_t leaf;
    std::uint32_t inner;
  };
  OrderedIndex() : OrderedIndex(Capacity{kLeafEntries, kInnerEntries}) {}
  // REQUIRES: at least 8 of either.
  explicit OrderedIndex(Capacity capacity);

  // The first row whose first values.size() attributes are not less than the values; or, `after`,
  // that are greater. O(log n)
  Position Seek(const IndexedRows& rows, std::span<const ValueView> values, bool after) const;
  // The first row with the values that another row has. O(log n)
  Position FirstEqual(const IndexedRows& rows, std::uint32_t slot) const;
  std::uint32_t SlotAt(Position at) const { return LeafAt(at.leaf).slots[at.at]; }
  Position Next(Position at) const;
  // The leaf that follows one, or kNoSlot.
  std::uint32_t LeafAfter(std::uint32_t leaf) const { return LeafAt(leaf).next; }
  // The slots from a position on that lie side by side, up to `end`; valid until the index is next
  // changed. REQUIRES: `from` is before `end`.
  std::span<const std::uint32_t> Run(Position from, Position end) const {
    const Leaf& leaf = LeafAt(from.leaf);
    const std::uint32_t until = from.leaf == end.leaf ? end.at : leaf.count;
    return {leaf.slots + from.at, until - from.at};
  }
  // REQUIRES: it is not the first.
  Position Previous(Position at) const;
  // Whether the rows at two positions have equal values.
  bool EqualAt(const IndexedRows& rows, Position a, Position b) const;
  // How many rows there are from one position to another. REQUIRES: `from` is not after `to`.
  std::uint64_t Count(Position from, Position to) const;
  // The same in O(log n): exact when they are a few leaves apart. The tree leans, so that what
  // its inner nodes tell of longer ranges is rough.
  std::uint64_t Estimate(const IndexedRows& rows, Position from, Position to) const;

  // REQUIRES: the row is not entered.
  void Insert(const IndexedRows& rows, std::uint32_t slot);
  // REQUIRES: the row is entered by the values it has.
  void Erase(const IndexedRows& rows, std::uint32_t slot);
  // Enters many rows at once. REQUIRES: the index is empty.
  void Build(const IndexedRows& rows, std::span<const std::uint32_t> slots);

  OrderedIndex Fork();

  std::size_t bytes() const { return nodes_.size() * nodes_.page_bytes(); }
  std::size_t shared_bytes() const { return nodes_.SharedPages() * nodes_.page_bytes(); }
  // The whole structure, and that it holds the slots of `alive`, which is sorted, and no others.
  absl::Status CheckInvariants(const IndexedRows& rows, std::span<const std::uint32_t> alive) const;

 private:
  struct Entry {
    std::uint64_t prefix;
    std::uint32_t slot;
  };
  static constexpr std::uint32_t kLeafEntries = 128;
  static constexpr std::uint32_t kInnerEntries = 96;
  static constexpr int kCountedLeaves = 32;
  struct Leaf {
    std::uint32_t level;  // 0
    std::uint32_t count;
    std::uint32_t prev;
    std::uint32_t next;  // of a free node: the next free one
    std::uint64_t prefixes[kLeafEntries];
    std::uint32_t slots[kLeafEntries];

    Entry At(std::uint32_t i) const { return {prefixes[i], slots[i]}; }
    void Set(std::uint32_t i, Entry entry);
    void Insert(std::uint32_t i, Entry entry);
    void Erase(std::uint32_t i);
    // Appends `n` entries of another leaf.
    void Append(const Leaf& other, std::uint32_t from, std::uint32_t n);
  };
  struct Inner {
    std::uint32_t level;  // above the leaves
    std::uint32_t count;
    std::uint64_t unused;
    std::uint64_t prefixes[kInnerEntries];  // separators: the first entry below each child; that of
    std::uint32_t slots[kInnerEntries];     // the first child is unused
    std::uint32_t children[kInnerEntries];

    Entry At(std::uint32_t i) const { return {prefixes[i], slots[i]}; }
    void Set(std::uint32_t i, Entry entry);
    void Insert(std::uint32_t i, Entry entry, std::uint32_t child);
    void Erase(std::uint32_t i);
    void Append(const Inner& other, std::uint32_t from, std::uint32_t n);
  };
  static_assert(sizeof(Leaf) == sizeof(Inner));
  // The inner nodes from the root down, and the child taken in each.
  struct Step {
    std::uint32_t node;
    std::uint32_t child;
  };
  using Path = absl::InlinedVector<Step, 8>;
  // Probes: where an entry belongs. Order(entry) is negative, zero or positive as the entry comes
  // before that place, is there, or comes after it.
  struct BySlot;
  struct ByValues;
  // A leaf and the entry that it must begin with; of slot kNoSlot when any will do.
  struct Expected {
    std::uint32_t node;
    Entry first;
  };

  OrderedIndex(Capacity capacity, PagedArray nodes)
      : capacity_(capacity), nodes_(static_cast<PagedArray&&>(nodes)) {}
  const Leaf& LeafAt(std::uint32_t node) const {
    return *reinterpret_cast<const Leaf*>(nodes_.Read(node));
  }
  const Inner& InnerAt(std::uint32_t node) const {
    return *reinterpret_cast<const Inner*>(nodes_.Read(node));
  }
  Leaf& WriteLeaf(std::uint32_t node) { return *reinterpret_cast<Leaf*>(nodes_.Write(node)); }
  Inner& WriteInner(std::uint32_t node) { return *reinterpret_cast<Inner*>(nodes_.Write(node)); }
  // Of either kind of node.
  std::uint32_t LevelOf(std::uint32_t node) const {
    return LoadAs<std::uint32_t>(nodes_.Read(node));
  }
  std::uint32_t CountOf(std::uint32_t node) const {
    return LoadAs<std::uint32_t>(nodes_.Read(node) + sizeof(std::uint32_t));
  }
  std::uint32_t NewNode(std::uint32_t level);
  void FreeNode(std::uint32_t node);

  template <typename Probe>
  static std::uint32_t ChildOf(const Inner& inner, const Probe& probe);
  template <typename Probe>
  static std::uint32_t PlaceIn(const Leaf& leaf, const Probe& probe);
  // The leaf where the probe belongs, and the way there when it is asked for.
  template <typename Probe>
  std::uint32_t Descend(const Probe& probe, Path* path) const;
  double RankOf(const IndexedRows& rows, Position at) const;

  void SplitLeaf(std::uint32_t node, std::uint32_t at, Entry entry, Path& path);
  // Enters a child that follows the one that the path leads to.
  void InsertChild(Path& path, Entry first, std::uint32_t child);
  // What the path leads to now begins with another entry.
  void SetFirst(const Path& path, Entry first);
  // Joins the node that the path leads to with a neighbour, or removes it, if it holds too little.
  void Shrink(std::uint32_t node, Path& path);
  // Moves all that the right one of two neighbours holds to the left one.
  void Join(std::uint32_t left, std::uint32_t right, Entry first_of_right);
  // Takes a leaf out of the chain.
  void Unchain(std::uint32_t node);
  void ShrinkRoot();

  // Builds the level above `children`, and returns its nodes.
  std::vector<Expected> BuildLevel(std::span<const Expected> children, std::uint32_t level);
  // The leaves in the order of the tree. Counts the nodes above them.
  absl::Status CheckInners(std::vector<Expected>& leaves, std::size_t& inners) const;
  absl::Status CheckLeaf(const IndexedRows& rows, std::span<const std::uint32_t> alive,
                         const Expected& leaf) const;

  Capacity capacity_;
  PagedArray nodes_;
  std::size_t size_ = 0;
  std::uint32_t root_ = kNoSlot;
  std::uint32_t first_leaf_ = kNoSlot;
  std::uint32_t last_leaf_ = kNoSlot;
  std::uint32_t free_node_ = kNoSlot;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_ORDERED_INDEX_H_
