// What changes of links are asked to do with what they unlink, and what they answer.
//
//   relata::LinkResult set = store.Set(order, lines, {a, b}, {}, relata::Unlink::kDelete);
//   if (!set.ok()) return set;  // an absl::Status
//   std::cout << set.counts().added << " came, " << set.counts().removed << " were deleted\n";
//
// Both are plain values, bound to no store.
#ifndef RELATA_LINK_H_
#define RELATA_LINK_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"

namespace relata {

// What becomes of the rows that hold the key of a link that is undone: the target of a hasOne or a
// hasMany, the source of a belongsTo. The join row of a belongsToMany goes in any case.
enum class Unlink {
  // The key becomes null, or as much of a composite one as may, and nothing else changes (rule
  // R14); refused where it is NOT NULL.
  kClear,
  kDelete,  // the row is deleted, with all that follows from that; InvalidArgument of a belongsTo
  kRefuse,  // nothing may be unlinked: FailedPrecondition names what would be
};

// How many links of the instance a change made, undid, and found there and gave new values (to the
// join row of a belongsToMany). Links that it found as they should be are in none of these.
struct LinkCounts {
  std::size_t added = 0;
  std::size_t updated = 0;
  std::size_t removed = 0;
  friend bool operator==(const LinkCounts&, const LinkCounts&) = default;
};

// The answer of Add, Append, Set, Remove and Clear alike: a status and, if it is OK, the counts.
// Goes wherever an absl::Status does.
class [[nodiscard]] LinkResult {
 public:
  LinkResult(absl::Status status) : status_(std::move(status)) {}
  LinkResult(const LinkCounts& counts) : counts_(counts) {}

  bool ok() const { return status_.ok(); }
  const absl::Status& status() const& { return status_; }
  operator const absl::Status&() const& { return status_; }
  absl::StatusCode code() const { return status_.code(); }
  std::string message() const { return std::string(status_.message()); }
  // All zero on an error: nothing has changed.
  const LinkCounts& counts() const { return counts_; }

 private:
  absl::Status status_;
  LinkCounts counts_;
};

}  // namespace relata

#endif  // RELATA_LINK_H_
