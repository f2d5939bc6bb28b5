// What an association is asked to link: instances or primary keys, one or several, and for a
// belongsToMany the values that the join row of each is to have.
//
//   store.Add(club, members, {ann, 7, relata::With(bob, {{"since", 1996}})}, {{"since", 2000}});
#ifndef RELATA_TARGET_H_
#define RELATA_TARGET_H_

#include <concepts>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "relata/handle.h"
#include "relata/ref.h"
#include "relata/value.h"

namespace relata {

// An instance, or the primary key of one. A handle that names no instance is never a key: what it
// is given to fails with NotFound.
class Target {
 public:
  Target(Instance instance) : instance_(instance) {}
  Target(Key key) : more_(std::make_shared<const More>(More{true, std::move(key), {}})) {}
  template <typename T>
  requires std::constructible_from<Value, T> Target(T&& key)
      : Target(Key(Value(std::forward<T>(key)))) {}

  // An instance, and nothing with it.
  bool is_bare() const { return more_ == nullptr; }
  bool is_key() const { return !is_bare() && more_->is_key; }
  Instance instance() const { return instance_; }
  const Key& key() const { return more().key; }
  // The join row's own values, see With.
  const Values& through() const { return more().through; }

  // More values for the join row.
  Target& Through(const Values& values) {
    More more = this->more();
    more.through.insert(more.through.end(), values.begin(), values.end());
    more_ = std::make_shared<const More>(std::move(more));
    return *this;
  }

 private:
  // What an instance alone, the common case, need not carry along.
  struct More {
    bool is_key = false;
    Key key;
    Values through;
  };
  const More& more() const {
    static const More& nothing = *new More();
    return is_bare() ? nothing : *more_;
  }

  Instance instance_;
  std::shared_ptr<const More> more_;
};

// A target with values for its own join row. They win over those that are given for all targets of
// a call.
template <typename T>
requires std::constructible_from<Target, T> Target With(T&& target, const Values& through) {
  Target with(std::forward<T>(target));
  with.Through(through);
  return with;
}

// One target or a list of them. A single instance is held without an allocation.
class Targets {
 public:
  template <typename T>
  requires(std::constructible_from<Target, T> && !std::same_as<std::remove_cvref_t<T>, Targets>)
      Targets(T&& target)
      : one_(std::forward<T>(target)) {}
  Targets(std::initializer_list<Target> targets) : list_(targets) {}
  Targets(std::vector<Target> targets) : list_(std::move(targets)) {}
  Targets(const std::vector<Instance>& targets) : list_(targets.begin(), targets.end()) {}
  template <typename T>
  Targets(const std::vector<Ref<T>>& targets) : list_(targets.begin(), targets.end()) {}

  std::span<const Target> list() const {
    return one_.has_value() ? std::span(&*one_, 1) : std::span(list_);
  }

 private:
  std::optional<Target> one_;
  std::vector<Target> list_;  // unless it is one
};

}  // namespace relata

#endif  // RELATA_TARGET_H_
