// All or nothing, nested as deep as you like.
//
//   relata::Transaction transaction = store.Begin();
//   ... operations on the store ...
//   absl::StatusOr<relata::ChangeSet> changes = transaction.Commit();
//
// While a transaction is open, every operation on its store is part of it. A transaction begun
// while another is open is a savepoint in it: it can be rolled back by itself, and what it commits
// still depends on the outer one. Transactions end in the reverse order of their beginnings. Store
// has the short form: `store.Transact([&] { return ...; })`. Using a transaction is changing its
// store: one thread at a time.
#ifndef RELATA_TRANSACTION_H_
#define RELATA_TRANSACTION_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/change_set.h"
#include "relata/store.h"

namespace relata {

class Transaction {
 public:
  Transaction(Transaction&& other) noexcept;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;
  // Rolls back what was not committed, and what was begun later with it. REQUIRES: the store still
  // exists; and no operation of it is under way, that is, neither a validator nor an observer
  // before a change destroys a transaction that is open (checked; the process ends otherwise, since
  // going on would leave half an operation).
  ~Transaction();

  // Keeps the changes, and says what they are relative to this transaction's beginning. The
  // outermost transaction first judges deferred foreign keys: FailedPrecondition (kForeignKey)
  // names what dangles, and the transaction stays open to be mended or rolled back. An inner one
  // only hands its changes to the outer one. FailedPrecondition also when the transaction has
  // ended, or when one begun later has not.
  absl::StatusOr<ChangeSet> Commit();
  // The same, without working out a change set.
  absl::Status CommitQuietly();

  // Undoes every change since the beginning, last first, so that the store is as it was: the same
  // rows under the same handles, links in the same order, the same generated keys to come.
  // FailedPrecondition as for Commit.
  absl::Status Rollback();

  bool open() const { return state_ != nullptr; }

 private:
  friend class Store;
  Transaction(internal::StoreState* state, std::size_t depth, std::uint64_t serial)
      : state_(state), depth_(depth), serial_(serial) {}
  absl::Status CheckInnermost() const;

  internal::StoreState* state_;
  std::size_t depth_;
  std::uint64_t serial_;  // of its savepoint
};

}  // namespace relata

#endif  // RELATA_TRANSACTION_H_
