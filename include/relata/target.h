// What an association is asked to link: instances or primary keys, one or several, and for a
// belongsToMany the values that the join row of each is to have.
//
//   store.Add(club, members, {ann, 7, relata::With(bob, {{"since", 1996}})}, {{"since", 2000}});
#ifndef RELATA_TARGET_H_
#define RELATA_TARGET_H_

#include <concepts>
#include <initializer_list>
#include <iterator>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "relata/handle.h"
#include "relata/ref.h"
#include "relata/value.h"

namespace relata {

// An instance, or the primary key of one. A handle that names no instance is never a key: what it
// is given to fails with NotFound.
class Target {
 public:
  Target(Instance instance) : instance_(instance) {}
  Target(Key key) : is_key_(true), key_(std::move(key)) {}
  template <typename T>
  requires std::constructible_from<Value, T> Target(T&& key)
      : is_key_(true), key_(Value(std::forward<T>(key))) {}

  bool is_key() const { return is_key_; }
  Instance instance() const { return instance_; }
  const Key& key() const { return key_; }
  // The join row's own values, see With.
  const Values& through() const { return through_; }

  // More values for the join row.
  Target& Through(const Values& values) {
    through_.insert(through_.end(), values.begin(), values.end());
    return *this;
  }

 private:
  bool is_key_ = false;
  Instance instance_;
  Key key_;
  Values through_;
};

// A target with values for its own join row. They win over those that are given for all targets of
// a call.
template <typename T>
requires std::constructible_from<Target, T> Target With(T&& target, const Values& through) {
  Target with(std::forward<T>(target));
  with.Through(through);
  return with;
}

// One target or a list of them. A single one is held without an allocation.
class Targets {
 public:
  template <typename T>
  requires(std::constructible_from<Target, T> && !std::same_as<std::remove_cvref_t<T>, Targets>)
      Targets(T&& target) {
    list_.emplace_back(std::forward<T>(target));
  }
  Targets(std::initializer_list<Target> targets) : list_(targets) {}
  Targets(std::vector<Target> targets)
      : list_(std::make_move_iterator(targets.begin()), std::make_move_iterator(targets.end())) {}
  Targets(const std::vector<Instance>& targets) : list_(targets.begin(), targets.end()) {}
  template <typename T>
  Targets(const std::vector<Ref<T>>& targets) : list_(targets.begin(), targets.end()) {}

  std::span<const Target> list() const { return list_; }

 private:
  absl::InlinedVector<Target, 1> list_;
};

}  // namespace relata

#endif  // RELATA_TARGET_H_
