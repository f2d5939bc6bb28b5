#include <algorithm>
#include <random>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "bench/oo1.h"

namespace relata::bench::oo1 {
namespace {

using Random = std::mt19937_64;

TypeName RandomType(Random& random, std::string_view stem) {
  TypeName type;
  std::copy(stem.begin(), stem.end(), type.begin());
  type.back() = static_cast<char>('0' + Below(random, 10));
  return type;
}

Part RandomPart(Random& random, std::int64_t id) {
  return Part{id, RandomType(random, "part-type"), Below(random, 100'000), Below(random, 100'000),
              Below(random, 3652)};
}

// Three connections of a part to others: near ones, nine times out of ten.
void Connect(Random& random, std::int64_t size, std::int64_t part, std::int64_t near,
             std::vector<Connection>& connections) {
  const std::int64_t reach = std::max<std::int64_t>(size / 200, 1);
  for (int i = 0; i < Input::kConnectionsOfAPart; ++i) {
    std::int64_t to = part;
    while (to == part) {
      to = Below(random, 10) == 0 ? 1 + Below(random, size)
                                  : near - reach + Below(random, 2 * reach + 1);
      to = std::clamp<std::int64_t>(to, 1, size);
    }
    const std::int64_t id = (part - 1) * Input::kConnectionsOfAPart + i + 1;
    connections.push_back(
        Connection{id, part, to, RandomType(random, "conn-type"), Below(random, 1000)});
  }
}

}  // namespace

Input::Input(std::int64_t parts) : size(parts) {
  Random random(1992);
  for (std::int64_t id = 1; id <= size; ++id) {
    rows.parts.push_back(RandomPart(random, id));
    Connect(random, size, id, id, rows.connections);
  }
  const std::int64_t batches = std::min(kMost, size / 10 / kBatch);
  for (std::int64_t batch = 0, id = size + 1; batch < batches; ++batch) {
    Rows& fresh = inserted.emplace_back();
    auto& ids = inserted_ids.emplace_back();
    for (std::int64_t i = 0; i < kBatch; ++i, ++id) {
      fresh.parts.push_back(RandomPart(random, id));
      ids.push_back(id);
      Connect(random, size, id, 1 + Below(random, size), fresh.connections);
    }
  }
  for (std::int64_t i = 0; i < std::min<std::int64_t>(size, 400'000); ++i) {
    lookups.push_back(1 + Below(random, size));
  }
  for (std::int64_t i = 0; i < std::min<std::int64_t>(size / 100, 400); ++i) {
    roots.push_back(1 + Below(random, size));
  }
  for (std::int64_t id = 1; id <= size; ++id) held.push_back(id);
  for (std::size_t i = held.size() - 1; i > 0; --i) {
    std::swap(held[i], held[random() % (i + 1)]);
  }
  for (const std::int64_t id : held) {
    held_x.push_back(rows.parts[static_cast<std::size_t>(id - 1)].x);
    other_x.push_back(Below(random, 100'000));
  }
  absl::flat_hash_set<std::int64_t> doomed;
  for (std::int64_t batch = 0; batch < batches; ++batch) {
    const auto begin = held.begin() + batch * kBatch;
    deleted_ids.emplace_back(begin, begin + kBatch);
    doomed.insert(begin, begin + kBatch);
  }
  for (const auto& ids : deleted_ids) {
    for (const std::int64_t id : ids) {
      deleted.parts.push_back(rows.parts[static_cast<std::size_t>(id - 1)]);
    }
  }
  for (const Connection& connection : rows.connections) {
    const bool from = doomed.contains(connection.from);
    const bool to = doomed.contains(connection.to);
    if (from || to) deleted.connections.push_back(connection);
    if (from && !to) neighbours.push_back(connection.to);
    if (to && !from) neighbours.push_back(connection.from);
  }
}

}  // namespace relata::bench::oo1
