// Snapshots: a whole store in one file, verified byte by byte before anything in it is believed.
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
  kJson,    // for fixtures that people read and edit; no checksum, so that it can be edited
};

// The bytes of a snapshot of `store`. O(rows).
absl::StatusOr<std::string> EncodeSnapshot(const Store& store,
                                           SnapshotFormat format = SnapshotFormat::kBinary);
// A new store with the contents of a snapshot, in either format, told by its first bytes.
//   DataLoss            damaged, cut short, or rows that break what the schema promises; the
//                       message names the place or the row
//   FailedPrecondition  made with another schema; the message says what differs
//   Unimplemented       of a newer format version
// `bytes` may be anything: nothing crashes and no allocation exceeds a small multiple of its size.
absl::StatusOr<Store> DecodeSnapshot(const Schema& schema, std::string_view bytes);

// Writes a snapshot aside, syncs it and renames it into place, so that `path` holds the old or the
// new contents, whole, whatever happens. NotFound, PermissionDenied, ResourceExhausted or Internal
// name the path and what the system said.
absl::Status SaveSnapshot(const Store& store, const std::string& path,
                          SnapshotFormat format = SnapshotFormat::kBinary);
// NotFound and the like when `path` cannot be read; otherwise as DecodeSnapshot, naming the path.
absl::StatusOr<Store> LoadSnapshot(const Schema& schema, const std::string& path);

}  // namespace relata

#endif  // RELATA_PERSISTENCE_SNAPSHOT_H_
