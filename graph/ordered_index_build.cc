// An ordered index as a whole: built from sorted rows, and checked.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/ordered_index.h"
#include "graph/ordered_index_probes.h"

namespace relata::internal {
namespace {

// What of a node is filled at first; the rest is left for rows to come.
constexpr std::uint32_t Filled(std::uint32_t capacity) { return capacity / 8 * 7; }

}  // namespace

void OrderedIndex::Build(const IndexedRows& rows, std::span<const std::uint32_t> slots) {
  std::vector<Entry> entries;
  entries.reserve(slots.size());
  for (const std::uint32_t slot : slots) entries.push_back({rows.Prefix(slot), slot});
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const int order = rows.Decides(a.prefix, rows.width()) ? 0 : rows.Compare(a.slot, b.slot);
    return order != 0 ? order < 0 : a.slot < b.slot;
  });
  std::vector<Expected> level;
  for (std::size_t i = 0; i < entries.size();) {
    const std::uint32_t node = NewNode(0);
    Leaf& leaf = WriteLeaf(node);
    level.push_back({node, entries[i]});
    for (; i < entries.size() && leaf.count < Filled(capacity_.leaf); ++i) {
      leaf.Set(leaf.count++, entries[i]);
    }
    leaf.prev = last_leaf_;
    (last_leaf_ == kNoSlot ? first_leaf_ : WriteLeaf(last_leaf_).next) = node;
    last_leaf_ = node;
  }
  size_ = entries.size();
  for (std::uint32_t i = 1; level.size() > 1; ++i) level = BuildLevel(level, i);
  if (!level.empty()) root_ = level.front().node;
}

std::vector<OrderedIndex::Expected> OrderedIndex::BuildLevel(std::span<const Expected> children,
                                                             std::uint32_t level) {
  std::vector<Expected> nodes;
  for (std::size_t i = 0; i < children.size();) {
    const std::uint32_t node = NewNode(level);
    Inner& inner = WriteInner(node);
    nodes.push_back({node, children[i].first});
    for (; i < children.size() && inner.count < Filled(capacity_.inner); ++i) {
      inner.Insert(inner.count, children[i].first, children[i].node);
    }
  }
  return nodes;
}

absl::Status OrderedIndex::CheckInners(std::vector<Expected>& leaves, std::size_t& inners) const {
  std::vector<Expected> nodes;
  if (root_ != kNoSlot) nodes.push_back({root_, {0, kNoSlot}});
  for (std::uint32_t level = nodes.empty() ? 0 : LevelOf(root_); level > 0; --level) {
    std::vector<Expected> below;
    for (const Expected& expected : nodes) {
      const Inner& inner = InnerAt(expected.node);
      if (inner.level != level || inner.count == 0 || inner.count > capacity_.inner) {
        return absl::InternalError(absl::StrCat("node ", expected.node, " of level ", inner.level,
                                                " has ", inner.count, " children"));
      }
      ++inners;
      for (std::uint32_t i = 0; i < inner.count; ++i) {
        below.push_back({inner.children[i], i == 0 ? expected.first : inner.At(i)});
      }
    }
    nodes = std::move(below);
  }
  leaves = std::move(nodes);
  return absl::OkStatus();
}

absl::Status OrderedIndex::CheckLeaf(const IndexedRows& rows, std::span<const std::uint32_t> alive,
                                     const Expected& expected) const {
  const Leaf& leaf = LeafAt(expected.node);
  const auto broken = [&](const char* how) {
    return absl::InternalError(absl::StrCat("leaf ", expected.node, " ", how));
  };
  if (leaf.level != 0 || leaf.count == 0 || leaf.count > capacity_.leaf)
    return broken("is no leaf");
  for (std::uint32_t i = 0; i < leaf.count; ++i) {
    const Entry entry = leaf.At(i);
    if (!std::binary_search(alive.begin(), alive.end(), entry.slot))
      return broken("has a gone row");
    if (entry.prefix != rows.Prefix(entry.slot)) return broken("has another value than its row");
    if (i > 0 && BySlot(rows, entry.slot).Order(leaf.At(i - 1)) >= 0) return broken("is unsorted");
  }
  const Entry first = leaf.At(0);
  if (expected.first.slot != kNoSlot &&
      (expected.first.slot != first.slot || expected.first.prefix != first.prefix)) {
    return broken("begins with another entry than its separator");
  }
  if (leaf.prev != kNoSlot) {
    const Leaf& before = LeafAt(leaf.prev);
    if (before.next != expected.node) return broken("is not chained to the one before");
    if (BySlot(rows, first.slot).Order(before.At(before.count - 1)) >= 0) {
      return broken("begins before the end of the one before");
    }
  }
  return absl::OkStatus();
}

absl::Status OrderedIndex::CheckInvariants(const IndexedRows& rows,
                                           std::span<const std::uint32_t> alive) const {
  std::vector<Expected> leaves;
  std::size_t nodes = 0;
  if (absl::Status s = CheckInners(leaves, nodes); !s.ok()) return s;
  std::size_t entries = 0;
  std::uint32_t before = kNoSlot;
  for (const Expected& leaf : leaves) {
    if (LeafAt(leaf.node).prev != before) {
      return absl::InternalError(absl::StrCat("leaf ", leaf.node, " is chained out of order"));
    }
    if (absl::Status s = CheckLeaf(rows, alive, leaf); !s.ok()) return s;
    entries += LeafAt(leaf.node).count;
    before = leaf.node;
  }
  if (entries != size_ || entries != alive.size()) {
    return absl::InternalError(
        absl::StrCat("the index counts ", size_, " rows and has ", entries, " of ", alive.size()));
  }
  if (before != last_leaf_ || (leaves.empty() ? kNoSlot : leaves.front().node) != first_leaf_ ||
      (before != kNoSlot && LeafAt(before).next != kNoSlot)) {
    return absl::InternalError("the leaves do not end where the index does");
  }
  nodes += leaves.size();
  for (std::uint32_t free = free_node_; free != kNoSlot && nodes <= nodes_.size();
       free = LeafAt(free).next) {
    ++nodes;
  }
  if (nodes != nodes_.size()) {
    return absl::InternalError(absl::StrCat(nodes, " nodes in pages for ", nodes_.size()));
  }
  return absl::OkStatus();
}

}  // namespace relata::internal
