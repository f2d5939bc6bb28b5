// Users in groups, n:m: a few groups have most of the members (the number of members falls as a
// power law), as it is where people join what others have joined.
//
//   user(id)   group(id)   membership(userId -> user, groupId -> group), a pair once
//
// Both references are ON DELETE CASCADE.
#ifndef RELATA_BENCH_GROUPS_H_
#define RELATA_BENCH_GROUPS_H_

#include <concepts>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/harness.h"

namespace relata::bench::groups {

struct Membership {
  std::int64_t user;
  std::int64_t group;
};

struct Input {
  explicit Input(std::int64_t size);
  std::int64_t size;  // memberships, no two alike; a fifth as many users, a fiftieth as many groups
  std::int64_t users;
  std::int64_t groups;
  std::vector<Membership> rows;     // in random order
  std::vector<Membership> more;     // a tenth as many, that are not among them
  std::vector<Membership> asked;    // pairs, half of them among the rows
  std::vector<std::int64_t> large;  // groups, the largest first
};

// What an implementation does.
template <typename W>
concept World = std::default_initializable<W> &&
    requires(W world, const Input& input, std::span<const Membership> pairs, std::int64_t group) {
  world.Fill(input);  // users, groups and input.rows
  world.Add(pairs);   // one by one
  world.Remove(pairs);
  { world.Has(pairs) } -> std::convertible_to<std::int64_t>;  // how many there are
  // The sum of the ids of the users in a group, and how many users two groups have in common.
  { world.Members(group) } -> std::convertible_to<std::uint64_t>;
  { world.Common(group, group) } -> std::convertible_to<std::int64_t>;
};

template <World W>
void FillWorld(W& world, const Input& input) {
  world.Fill(input);
}

}  // namespace relata::bench::groups

#endif  // RELATA_BENCH_GROUPS_H_
