// Users in groups with each of the implementations.
#ifndef RELATA_BENCH_GROUPS_WORLDS_H_
#define RELATA_BENCH_GROUPS_WORLDS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "bench/groups.h"
#include "bench/groups_relata.h"
#include "bench/pool.h"
#include "bench/sqlite.h"

namespace relata::bench::groups {

// Memberships in a pool, threaded through both sides, and found by their pair.
class Handwritten {
 public:
  void Fill(const Input& input) {
    users_.Reserve(static_cast<std::size_t>(input.users));
    user_ids_.reserve(static_cast<std::size_t>(input.users));
    groups_.Reserve(static_cast<std::size_t>(input.groups));
    group_ids_.reserve(static_cast<std::size_t>(input.groups));
    memberships_.Reserve(input.rows.size());
    pairs_.reserve(input.rows.size());
    for (std::int64_t id = 1; id <= input.users; ++id) {
      user_ids_.emplace(id, users_.Add(Side{id}));
    }
    for (std::int64_t id = 1; id <= input.groups; ++id) {
      group_ids_.emplace(id, groups_.Add(Side{id}));
    }
    Add(input.rows);
  }
  void Add(std::span<const Membership> pairs) {
    for (const Membership& pair : pairs) {
      const std::uint32_t user = user_ids_.find(pair.user)->second;
      const std::uint32_t group = group_ids_.find(pair.group)->second;
      const auto [entry, is_new] = pairs_.try_emplace({user, group});
      if (!is_new) continue;
      Side& of_user = users_[user];
      Side& of_group = groups_[group];
      const std::uint32_t row =
          memberships_.Add(Row{user, group, of_user.first, kNone, of_group.first, kNone});
      if (of_user.first != kNone) memberships_[of_user.first].previous_group = row;
      if (of_group.first != kNone) memberships_[of_group.first].previous_user = row;
      of_user.first = of_group.first = row;
      ++of_user.count;
      ++of_group.count;
      entry->second = row;
    }
  }
  void Remove(std::span<const Membership> pairs) {
    for (const Membership& pair : pairs) {
      const std::uint32_t user = user_ids_.find(pair.user)->second;
      const std::uint32_t group = group_ids_.find(pair.group)->second;
      const auto found = pairs_.find({user, group});
      if (found == pairs_.end()) continue;
      const Row& row = memberships_[found->second];
      if (row.next_group != kNone) memberships_[row.next_group].previous_group = row.previous_group;
      (row.previous_group != kNone ? memberships_[row.previous_group].next_group
                                   : users_[user].first) = row.next_group;
      if (row.next_user != kNone) memberships_[row.next_user].previous_user = row.previous_user;
      (row.previous_user != kNone ? memberships_[row.previous_user].next_user
                                  : groups_[group].first) = row.next_user;
      --users_[user].count;
      --groups_[group].count;
      memberships_.Remove(found->second);
      pairs_.erase(found);
    }
  }
  std::int64_t Has(std::span<const Membership> pairs) const {
    std::int64_t count = 0;
    for (const Membership& pair : pairs) {
      count +=
          pairs_.contains({user_ids_.find(pair.user)->second, group_ids_.find(pair.group)->second});
    }
    return count;
  }
  std::uint64_t Members(std::int64_t group) const {
    std::uint64_t sum = 0;
    for (std::uint32_t row = groups_[group_ids_.find(group)->second].first; row != kNone;
         row = memberships_[row].next_user) {
      sum += static_cast<std::uint64_t>(users_[memberships_[row].user].id);
    }
    return sum;
  }
  std::int64_t Common(std::int64_t a, std::int64_t b) const {
    std::uint32_t fewer = group_ids_.find(a)->second;
    std::uint32_t more = group_ids_.find(b)->second;
    if (groups_[fewer].count > groups_[more].count) std::swap(fewer, more);
    std::int64_t count = 0;
    for (std::uint32_t row = groups_[fewer].first; row != kNone;
         row = memberships_[row].next_user) {
      count += pairs_.contains({memberships_[row].user, more});
    }
    return count;
  }

 private:
  struct Side {
    std::int64_t id = 0;
    std::uint32_t first = kNone;
    std::uint32_t count = 0;
  };
  struct Row {
    std::uint32_t user, group;
    std::uint32_t next_group, previous_group;  // of the same user
    std::uint32_t next_user, previous_user;    // of the same group
  };
  Pool<Side> users_, groups_;
  Pool<Row> memberships_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> user_ids_, group_ids_;
  absl::flat_hash_map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> pairs_;
};

class Sqlite {
 public:
  void Fill(const Input& input) {
    SqliteStatement user = db_.Prepare("INSERT INTO user VALUES (?)");
    SqliteStatement group = db_.Prepare("INSERT INTO team VALUES (?)");
    db_.Execute("BEGIN");
    for (std::int64_t id = 1; id <= input.users; ++id) user.Bind(1, id).Run();
    for (std::int64_t id = 1; id <= input.groups; ++id) group.Bind(1, id).Run();
    db_.Execute("COMMIT");
    Add(input.rows);
  }
  void Add(std::span<const Membership> pairs) {
    Each("INSERT OR IGNORE INTO membership VALUES (?, ?)", pairs);
  }
  void Remove(std::span<const Membership> pairs) {
    Each("DELETE FROM membership WHERE userId = ? AND groupId = ?", pairs);
  }
  std::int64_t Has(std::span<const Membership> pairs) {
    std::int64_t count = 0;
    for (const Membership& pair : pairs) {
      count += has_.Bind(1, pair.user).Bind(2, pair.group).Step();
      has_.Reset();
    }
    return count;
  }
  std::uint64_t Members(std::int64_t group) {
    std::uint64_t sum = 0;
    members_.Bind(1, group);
    while (members_.Step()) sum += static_cast<std::uint64_t>(members_.Integer(0));
    members_.Reset();
    return sum;
  }
  std::int64_t Common(std::int64_t a, std::int64_t b) {
    const bool swapped = count_.Bind(1, a).One() > count_.Bind(1, b).One();
    return common_.Bind(1, swapped ? b : a).Bind(2, swapped ? a : b).One();
  }

 private:
  void Each(const char* sql, std::span<const Membership> pairs) {
    SqliteStatement statement = db_.Prepare(sql);
    db_.Execute("BEGIN");
    for (const Membership& pair : pairs) statement.Bind(1, pair.user).Bind(2, pair.group).Run();
    db_.Execute("COMMIT");
  }
  SqliteDb db_{
      "CREATE TABLE user (id INTEGER PRIMARY KEY) STRICT;"
      "CREATE TABLE team (id INTEGER PRIMARY KEY) STRICT;"
      "CREATE TABLE membership ("
      " userId INTEGER NOT NULL REFERENCES user ON DELETE CASCADE ON UPDATE CASCADE,"
      " groupId INTEGER NOT NULL REFERENCES team ON DELETE CASCADE ON UPDATE CASCADE,"
      " PRIMARY KEY (userId, groupId)) STRICT, WITHOUT ROWID;"
      "CREATE INDEX membership_group ON membership (groupId)"};
  SqliteStatement has_ = db_.Prepare("SELECT 1 FROM membership WHERE userId = ? AND groupId = ?");
  SqliteStatement members_ =
      db_.Prepare("SELECT user.id FROM membership JOIN user ON user.id = userId WHERE groupId = ?");
  SqliteStatement count_ = db_.Prepare("SELECT count(*) FROM membership WHERE groupId = ?");
  // CROSS JOIN keeps SQLite to this order.
  SqliteStatement common_ = db_.Prepare(
      "SELECT count(*) FROM membership AS a CROSS JOIN membership AS b"
      " ON b.userId = a.userId AND b.groupId = ?2 WHERE a.groupId = ?1");
};

}  // namespace relata::bench::groups

#endif  // RELATA_BENCH_GROUPS_WORLDS_H_
