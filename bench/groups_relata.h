// Users in groups with relata.
#ifndef RELATA_BENCH_GROUPS_RELATA_H_
#define RELATA_BENCH_GROUPS_RELATA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "bench/groups.h"
#include "bench/must.h"
#include "relata/relata.h"

namespace relata::bench::groups {

class Relata {
 public:
  Relata() : store_(MakeSchema()) {
    user_id_ = Must(store_.schema().FieldOf<std::int64_t>(user_, "id"));
    group_id_ = Must(store_.schema().FieldOf<std::int64_t>(group_, "id"));
  }
  void Fill(const Input& input) {
    Loader loader(store_.schema());
    loader.Reserve(user_, static_cast<std::size_t>(input.users));
    loader.Reserve(group_, static_cast<std::size_t>(input.groups));
    loader.Reserve(membership_, input.rows.size());
    for (std::int64_t id = 1; id <= input.users; ++id) {
      Must(loader.Append(user_, std::array<ValueView, 1>{id}));
    }
    for (std::int64_t id = 1; id <= input.groups; ++id) {
      Must(loader.Append(group_, std::array<ValueView, 1>{id}));
    }
    for (const Membership& pair : input.rows) {
      Must(loader.Append(membership_, std::array<ValueView, 2>{pair.user, pair.group}));
    }
    store_ = Must(std::move(loader).Finish());
  }
  void Add(std::span<const Membership> pairs) {
    for (const Membership& pair : pairs) Must(store_.Add(User(pair), groups_, Group(pair.group)));
  }
  void Remove(std::span<const Membership> pairs) {
    for (const Membership& pair : pairs) {
      Must(store_.Remove(User(pair), groups_, Group(pair.group)));
    }
  }
  std::int64_t Has(std::span<const Membership> pairs) const {
    std::int64_t count = 0;
    for (const Membership& pair : pairs) {
      count += Must(store_.Has(User(pair), groups_, Group(pair.group)));
    }
    return count;
  }
  std::uint64_t Members(std::int64_t group) const {
    std::uint64_t sum = 0;
    for (const LiveInstance user : store_.Linked(Group(group), users_)) {
      sum += static_cast<std::uint64_t>(store_.Get(user, user_id_));
    }
    return sum;
  }
  std::int64_t Common(std::int64_t a, std::int64_t b) const {
    Instance fewer = Group(a);
    Instance more = Group(b);
    if (Must(store_.Count(fewer, users_)) > Must(store_.Count(more, users_))) {
      std::swap(fewer, more);
    }
    std::int64_t count = 0;
    for (const LiveInstance user : store_.Linked(fewer, users_)) {
      count += Must(store_.Has(user, groups_, more));
    }
    return count;
  }

 private:
  Schema MakeSchema() {
    SchemaBuilder builder;
    user_ = builder.Define("user", {{"id", Integer().PrimaryKey()}});
    group_ = builder.Define("group", {{"id", Integer().PrimaryKey()}});
    membership_ = builder.Define(
        "membership", {{"userId", Integer().PrimaryKey()}, {"groupId", Integer().PrimaryKey()}});
    groups_ = builder.BelongsToMany(user_, group_, {.through = "membership"});
    users_ = builder.BelongsToMany(group_, user_, {.through = "membership"});
    return Must(std::move(builder).Build());
  }
  Instance User(const Membership& pair) const { return Must(store_.TryFind(user_id_, pair.user)); }
  Instance Group(std::int64_t id) const { return Must(store_.TryFind(group_id_, id)); }

  Model user_, group_, membership_;
  Association groups_, users_;
  Field<std::int64_t> user_id_, group_id_;
  Store store_;
};

}  // namespace relata::bench::groups

#endif  // RELATA_BENCH_GROUPS_RELATA_H_
