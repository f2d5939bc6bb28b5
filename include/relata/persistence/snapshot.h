// Snapshots: a whole store in one file, verified byte by byte before anything in it is believed.
//
// What is kept: every value of every row, the order of the rows of each model, and the keys to be
// generated next. Links are written as the foreign keys they are, and linked again in the order of
// the rows: the children of an instance are then visited in the order of their rows, which is the
// order in which they were linked unless some were linked late or anew. Handles are not kept: an
// instance is found again by its key. Equal stores give equal bytes, on every machine.
//
// A snapshot taken inside a transaction holds what the store holds at that moment; one with
// deferred references that do not resolve yet is written, and refused when it is read.
#ifndef RELATA_PERSISTENCE_SNAPSHOT_H_
#define RELATA_PERSISTENCE_SNAPSHOT_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/schema.h"
#include "relata/store.h"

namespace relata {

enum class SnapshotFormat {
  kBinary,  // compact and checksummed
  // For fixtures that people read and edit, a row a line; no checksum, so that it can be edited.
  //
  //   {
  //     "format": "relata-snapshot/1",
  //     "models": {
  //       "team": [
  //         {"id": 1, "name": "Arsenal"},
  //         {"id": 3, "name": "Ajax", "founded": "1900-03-18T00:00:00.000000Z"}
  //       ]
  //     },
  //     "nextKeys": {"team": 5}
  //   }
  //
  // An attribute that is left out is null, a model that is left out has no rows, and a next key
  // that is left out is one past the highest. BYTES stand as hexadecimal digits, UUID and TIMESTAMP
  // as their text, an infinite DOUBLE as "Infinity" or "-Infinity".
  kJson,
};

// The bytes of a snapshot of `store`. O(rows).
absl::StatusOr<std::string> EncodeSnapshot(const Store& store,
                                           SnapshotFormat format = SnapshotFormat::kBinary);
// A new store with the contents of a snapshot, in either format, told by its first bytes.
//   DataLoss            damaged, cut short, or rows that break what the schema promises; the
//                       message names the place or the row
//   FailedPrecondition  made with another schema; the message says what differs
//   Unimplemented       of another format version
// The checksum of a binary snapshot is judged before all else, so what is damaged is DataLoss,
// whichever byte it is. The checksum finds damage and not malice, so `bytes` may be anything all
// the same: nothing crashes, and the memory taken is in proportion to their number and to the size
// of the schema's rows.
absl::StatusOr<Store> DecodeSnapshot(const Schema& schema, std::string_view bytes);

// Writes a snapshot aside, syncs it and renames it into place, so that `path` holds the old or the
// new contents, whole, whatever happens. A file that is replaced keeps its permissions; a symbolic
// link stays one. A process killed in the middle leaves a file "PATH.tmp-..." behind, which may be
// deleted. NotFound, PermissionDenied, ResourceExhausted, InvalidArgument (no possible path),
// FailedPrecondition (no regular file) or Internal name the path and what the system said.
absl::Status SaveSnapshot(const Store& store, const std::string& path,
                          SnapshotFormat format = SnapshotFormat::kBinary);
// The same codes when `path` cannot be read; otherwise as DecodeSnapshot, naming the path.
absl::StatusOr<Store> LoadSnapshot(const Schema& schema, const std::string& path);

}  // namespace relata

#endif  // RELATA_PERSISTENCE_SNAPSHOT_H_
