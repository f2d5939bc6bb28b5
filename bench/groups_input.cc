#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "bench/groups.h"

namespace relata::bench::groups {

Input::Input(std::int64_t memberships)
    : size(memberships), users(size / 5), groups(std::max<std::int64_t>(size / 50, 2)) {
  std::mt19937_64 random(7);
  absl::flat_hash_set<std::pair<std::int64_t, std::int64_t>> taken;
  // The k-th largest group has about k^(-2/3) of the members of the largest one.
  const auto draw = [&] {
    const double u = static_cast<double>(random() >> 11) * 0x1.0p-53;
    const auto rank = static_cast<std::int64_t>(static_cast<double>(groups) * std::pow(u, 3.0));
    return Membership{1 + Below(random, users), 1 + std::min(rank, groups - 1)};
  };
  const auto draw_new = [&](std::vector<Membership>& list, std::int64_t count) {
    while (static_cast<std::int64_t>(list.size()) < count) {
      const Membership pair = draw();
      if (taken.emplace(pair.user, pair.group).second) list.push_back(pair);
    }
  };
  draw_new(rows, size);
  draw_new(more, size / 10);
  for (std::int64_t i = 0; i < size / 5; ++i) {
    asked.push_back(i % 2 == 0 ? rows[random() % rows.size()] : draw());
  }
  for (std::int64_t group = 1; group <= std::min<std::int64_t>(groups, 20); ++group) {
    large.push_back(group);
  }
}

}  // namespace relata::bench::groups
