// The forest by hand: nodes in a pool, children threaded through them.
#ifndef RELATA_BENCH_FOREST_HANDWRITTEN_H_
#define RELATA_BENCH_FOREST_HANDWRITTEN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "bench/forest.h"
#include "bench/pool.h"

namespace relata::bench::forest {

class Handwritten {
 public:
  explicit Handwritten(OnDelete on_delete) : on_delete_(on_delete) {}

  void Build(std::span<const std::int64_t> parents) {
    nodes_.Reserve(parents.size());
    ids_.reserve(parents.size());
    for (std::size_t i = 0; i < parents.size(); ++i) {
      const auto id = static_cast<std::int64_t>(i + 1);
      const std::uint32_t row = nodes_.Add(Node{id});
      ids_.emplace(id, row);
      if (parents[i] != 0) Link(row, ids_.find(parents[i])->second);
    }
  }
  void Delete(std::int64_t id) {
    const std::uint32_t root = ids_.find(id)->second;
    Unlink(root);
    if (on_delete_ == OnDelete::kSetNull) {
      std::uint32_t next;
      for (std::uint32_t child = nodes_[root].first_child; child != kNone; child = next) {
        next = nodes_[child].next;
        nodes_[child].parent = nodes_[child].next = nodes_[child].previous = kNone;
      }
      Remove(root);
      return;
    }
    // What goes need not be unlinked from what goes with it.
    std::vector<std::uint32_t> doomed = {root};
    while (!doomed.empty()) {
      const std::uint32_t row = doomed.back();
      doomed.pop_back();
      for (std::uint32_t c = nodes_[row].first_child; c != kNone; c = nodes_[c].next) {
        doomed.push_back(c);
      }
      Remove(row);
    }
  }
  std::int64_t Plan(std::int64_t id) const {
    std::vector<std::uint32_t> doomed = {ids_.find(id)->second};
    for (std::size_t i = 0; i < doomed.size(); ++i) {
      for (std::uint32_t c = nodes_[doomed[i]].first_child; c != kNone; c = nodes_[c].next) {
        doomed.push_back(c);
      }
    }
    return static_cast<std::int64_t>(doomed.size());
  }
  void Unlink(std::span<const std::int64_t> ids) {
    for (const std::int64_t id : ids) Unlink(ids_.find(id)->second);
  }
  std::int64_t RowCount() const { return static_cast<std::int64_t>(ids_.size()); }
  std::int64_t RootCount() const {
    std::int64_t count = 0;
    for (const auto& [id, row] : ids_) count += nodes_[row].parent == kNone;
    return count;
  }

 private:
  struct Node {
    std::int64_t id;
    std::uint32_t parent = kNone;
    std::uint32_t first_child = kNone;
    std::uint32_t next = kNone;
    std::uint32_t previous = kNone;
  };

  void Link(std::uint32_t row, std::uint32_t parent) {
    Node& node = nodes_[row];
    node.parent = parent;
    node.next = nodes_[parent].first_child;
    if (node.next != kNone) nodes_[node.next].previous = row;
    nodes_[parent].first_child = row;
  }
  void Unlink(std::uint32_t row) {
    Node& node = nodes_[row];
    if (node.parent == kNone) return;
    if (node.next != kNone) nodes_[node.next].previous = node.previous;
    (node.previous != kNone ? nodes_[node.previous].next : nodes_[node.parent].first_child) =
        node.next;
    node.parent = node.next = node.previous = kNone;
  }
  void Remove(std::uint32_t row) {
    ids_.erase(nodes_[row].id);
    nodes_.Remove(row);
  }

  OnDelete on_delete_;
  Pool<Node> nodes_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> ids_;
};

}  // namespace relata::bench::forest

#endif  // RELATA_BENCH_FOREST_HANDWRITTEN_H_
