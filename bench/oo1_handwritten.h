// OO1 by hand. Rows lie in pools and name each other by 32-bit position; the connections of a part
// are threaded through them, so that nothing is allocated for a link and unlinking takes no search.
// (Pointers in place of positions take twice the space for links, and a vector of connections in
// each part one cache miss more for every part that is visited.) Numbers have 64 bits, as in the
// other implementations; the text is known to have ten characters.
#ifndef RELATA_BENCH_OO1_HANDWRITTEN_H_
#define RELATA_BENCH_OO1_HANDWRITTEN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "bench/oo1.h"
#include "bench/pool.h"

namespace relata::bench::oo1 {

class Handwritten {
 public:
  void Insert(const Rows& rows) {
    for (const Part& part : rows.parts) AddPart(part);
    for (const Connection& connection : rows.connections) AddConnection(connection);
  }
  void Bulk(const Rows& rows) {
    Reserve(rows.parts.size(), rows.connections.size());
    Insert(rows);
  }
  void Reserve(std::size_t parts, std::size_t connections) {
    parts_.Reserve(parts);
    part_ids_.reserve(parts);
    connections_.Reserve(connections);
    connection_ids_.reserve(connections);
  }
  void AddPart(const Part& part) {
    const auto [entry, is_new] = part_ids_.try_emplace(part.id);
    if (!is_new) return;
    entry->second = parts_.Add(PartRow{part.id, part.x, part.y, part.build, part.type});
  }
  void AddConnection(const Connection& connection) {
    const std::uint32_t from = part_ids_.find(connection.from)->second;
    const std::uint32_t to = part_ids_.find(connection.to)->second;
    const auto [entry, is_new] = connection_ids_.try_emplace(connection.id);
    if (!is_new) return;
    PartRow& source = parts_[from];
    PartRow& target = parts_[to];
    const std::uint32_t row =
        connections_.Add(ConnectionRow{connection.id, connection.length, connection.type, from, to,
                                       source.first_out, kNone, target.first_in, kNone});
    if (source.first_out != kNone) connections_[source.first_out].previous_out = row;
    if (target.first_in != kNone) connections_[target.first_in].previous_in = row;
    source.first_out = row;
    target.first_in = row;
    entry->second = row;
  }
  void Delete(std::span<const std::int64_t> ids) {
    for (const std::int64_t id : ids) {
      const auto found = part_ids_.find(id);
      const PartRow& part = parts_[found->second];
      while (part.first_out != kNone) RemoveConnection(part.first_out);
      while (part.first_in != kNone) RemoveConnection(part.first_in);
      parts_.Remove(found->second);
      part_ids_.erase(found);
    }
  }

  void Lookup(std::span<const std::int64_t> ids, Visits& visits) const {
    for (const std::int64_t id : ids) Visit(parts_[part_ids_.find(id)->second], visits);
  }
  void Traverse(std::int64_t root, int depth, Visits& visits) const {
    TraverseFrom(parts_[part_ids_.find(root)->second], depth, visits);
  }
  void Reverse(std::int64_t root, int depth, Visits& visits) const {
    ReverseFrom(parts_[part_ids_.find(root)->second], depth, visits);
  }
  std::int64_t RowCount() const {
    return static_cast<std::int64_t>(part_ids_.size() + connection_ids_.size());
  }

  void Hold(std::span<const std::int64_t> ids) {
    held_.clear();
    for (const std::int64_t id : ids) held_.push_back(part_ids_.find(id)->second);
  }
  std::uint64_t ReadHeld() const {
    std::uint64_t sum = 0;
    for (const std::uint32_t part : held_) sum += static_cast<std::uint64_t>(parts_[part].x);
    return sum;
  }
  void WriteHeld(std::span<const std::int64_t> values) {
    std::size_t i = 0;
    for (const std::uint32_t part : held_) parts_[part].x = values[i++];
  }
  void WriteHeldInTransaction(std::span<const std::int64_t> values) {
    std::size_t i = 0;
    for (const std::uint32_t part : held_) {
      undo_.push_back({part, parts_[part].x});
      parts_[part].x = values[i++];
    }
    undo_.clear();
  }

 private:
  struct PartRow {
    std::int64_t id, x, y, build;
    TypeName type;
    std::uint32_t first_out = kNone, first_in = kNone;
  };
  struct ConnectionRow {
    std::int64_t id, length;
    TypeName type;
    std::uint32_t from, to;
    std::uint32_t next_out = kNone, previous_out = kNone;
    std::uint32_t next_in = kNone, previous_in = kNone;
  };

  void RemoveConnection(std::uint32_t row) {
    const ConnectionRow& c = connections_[row];
    if (c.next_out != kNone) connections_[c.next_out].previous_out = c.previous_out;
    (c.previous_out != kNone ? connections_[c.previous_out].next_out : parts_[c.from].first_out) =
        c.next_out;
    if (c.next_in != kNone) connections_[c.next_in].previous_in = c.previous_in;
    (c.previous_in != kNone ? connections_[c.previous_in].next_in : parts_[c.to].first_in) =
        c.next_in;
    connection_ids_.erase(c.id);
    connections_.Remove(row);
  }

  static void Visit(const PartRow& part, Visits& visits) {
    visits.Add(part.x, part.y, View(part.type));
  }
  void TraverseFrom(const PartRow& part, int depth, Visits& visits) const {
    Visit(part, visits);
    if (depth == 0) return;
    for (std::uint32_t c = part.first_out; c != kNone; c = connections_[c].next_out) {
      TraverseFrom(parts_[connections_[c].to], depth - 1, visits);
    }
  }
  void ReverseFrom(const PartRow& part, int depth, Visits& visits) const {
    Visit(part, visits);
    if (depth == 0) return;
    for (std::uint32_t c = part.first_in; c != kNone; c = connections_[c].next_in) {
      ReverseFrom(parts_[connections_[c].from], depth - 1, visits);
    }
  }

  Pool<PartRow> parts_;
  Pool<ConnectionRow> connections_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> part_ids_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> connection_ids_;
  std::vector<std::uint32_t> held_;
  struct FormerX {
    std::uint32_t part;
    std::int64_t x;
  };
  std::vector<FormerX> undo_;  // of the open transaction
};

}  // namespace relata::bench::oo1

#endif  // RELATA_BENCH_OO1_HANDWRITTEN_H_
