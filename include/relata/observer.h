// Who hears of changes: before they are made, and may refuse them; and after they are committed.
//
//   relata::Subscription watch = store.Observe(player, {
//       .name = "captains",
//       .before_delete = [&](const relata::RowView& row) -> absl::Status {
//         if (!row.Get(captain)) return absl::OkStatus();
//         return absl::FailedPreconditionError("a captain stays");
//       },
//       .after_commit = [&](relata::Store&, const relata::ChangeSet& changes) {
//         Publish(changes);
//         return absl::OkStatus();
//       }});
//
// Before. Every row that comes, changes or goes is told of once, and so is every link, however it
// came about: directly, by a plan, through an association, nested, by a cascade, SET NULL, SET
// DEFAULT or ON UPDATE (rule R18). An update that leaves a row as it is is none. All that an
// operation would do is told before any of it is done, once it is known to be allowed otherwise. In
// this order:
//   1. links that end,
//   2. rows that go: each after all rows that refer to it and go with it, so children before
//      parents; for the rest in the reverse of Plan::deletions(); in a circle of rows that refer to
//      each other, the last of them in the plan goes first,
//   3. rows that change, in the order in which the plan first assigns to them,
//   4. the row that comes,
//   5. links that come.
// Links are in the order of associations, then by the keys of their sources and targets. Each event
// goes to the observers concerned in the order of their subscription. Operations that take several
// steps (setting an association, nested creation) tell of each step as it comes up, and the store
// shows the earlier ones.
//
// An observer refuses by an error: the operation fails with kRefused, the message names the
// observer and the row or link, and nothing has changed. One that throws refuses. It may read the
// store, which is as it was; a change that it attempts is refused with FailedPrecondition. So are
// committing and rolling back; to destroy a transaction that is open there ends the process.
//
// After. When the outermost transaction commits, or an operation outside of any, each observer gets
// what differs from before, coalesced (a row created and deleted in one transaction is nothing, one
// updated twice changes once) and in the order of ChangeSet, or is left alone when nothing of its
// concern does. What is rolled back is told to no one, nor is it told after that an operation was
// refused. The store may be changed here: that is an operation, or a transaction, of its own. Its
// events are queued until every observer has heard of the commit before, never nested. Answers to
// answers are bounded: 64 deep, 100,000 in all; then changes by observers are refused with
// ResourceExhausted until all have been heard. An error that an observer returns, or what it
// throws, undoes nothing: it is kept for Store::TakeObserverFailures.
//
// Observers belong to one store: a fork has none, a moved store keeps them. Filling a store
// (Loader, snapshots, databases) tells no one. An observer that is added in a callback hears of the
// next operation (before) or commit (after) first; one that is cancelled there is not called again.
// They are called on the thread that changes the store, which must not be destroyed or assigned to
// while one is called. A store without observers pays one predictable branch for each operation;
// one with observers works out the rows and links of the kinds that some observer asked to hear of
// before, and what a commit changed for those that hear of it after, each in the time of what the
// operation changes.
#ifndef RELATA_OBSERVER_H_
#define RELATA_OBSERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "relata/change_set.h"
#include "relata/handle.h"
#include "relata/validation.h"

namespace relata {

class Store;
namespace internal {
class Observers;
}  // namespace internal

// A link that an association gains or loses: what Store::Get shows of it, scopes included, but that
// a hasOne has a link to every row that refers to it. A key that changes with all that refer to it
// changes no link. Of a belongsToMany, links are counted by pair: a join row that replaces another
// between the same two is no change.
struct LinkChange {
  enum class Kind : std::uint8_t { kUnlink, kLink };
  Kind kind = Kind::kLink;
  Association association;
  // Primary keys: of a link that ends as they were, of one that comes as they will be.
  Key source;
  Key target;
  Key join;  // of a belongsToMany: of the join row
  // As far as the store that the observer is given has them: a row that is still to be created has
  // none yet, one that is gone is stale (Store::Contains).
  Instance source_instance;
  Instance target_instance;
};

// Every function may be left out. What a function captures must live as long as the subscription;
// what it is given, as long as the call.
struct ModelObserver {
  std::string name{};  // for messages
  std::function<absl::Status(const RowView&)> before_create{};
  std::function<absl::Status(const RowView&)> before_update{};
  std::function<absl::Status(const RowView&)> before_delete{};
  // The rows of this model only, and its sequence.
  std::function<absl::Status(Store&, const ChangeSet&)> after_commit{};
};

struct AssociationObserver {
  std::string name{};
  std::function<absl::Status(const Store&, const LinkChange&)> before_link{};
  std::function<absl::Status(const Store&, const LinkChange&)> before_unlink{};
  // Links that ended, then links that came.
  std::function<absl::Status(Store&, const std::vector<LinkChange>&)> after_commit{};
};

// Of everything; also told when nothing but a sequence moved on.
struct StoreObserver {
  std::string name{};
  std::function<absl::Status(Store&, const ChangeSet&)> after_commit{};
};

// Keeps an observer subscribed while it lives. May outlive the store. Not safe for use while
// another thread uses the store.
class Subscription {
 public:
  Subscription() = default;
  Subscription(Subscription&& other) noexcept;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription();

  // Also from within a callback, of the observer itself too.
  void Cancel();
  // Whether it is subscribed, and the store still exists.
  bool active() const;

 private:
  friend class internal::Observers;
  Subscription(std::weak_ptr<internal::Observers> observers, std::uint64_t id);

  std::weak_ptr<internal::Observers> observers_;
  std::uint64_t id_ = 0;
};

}  // namespace relata

#endif  // RELATA_OBSERVER_H_
