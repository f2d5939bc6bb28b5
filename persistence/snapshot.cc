#include "relata/persistence/snapshot.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "persistence/atomic_file.h"
#include "persistence/json_reader.h"
#include "persistence/json_writer.h"
#include "persistence/snapshot_body.h"
#include "persistence/snapshot_envelope.h"

namespace relata {

using snapshot_internal::DecodeBody;
using snapshot_internal::EncodeBody;
using snapshot_internal::Envelope;
using snapshot_internal::FileContents;
using snapshot_internal::kEnvelopeSize;
using snapshot_internal::kMagic;
using snapshot_internal::Open;
using snapshot_internal::ReadJson;
using snapshot_internal::ReadWholeFile;
using snapshot_internal::Seal;
using snapshot_internal::WriteFileAtomically;
using snapshot_internal::WriteJson;

absl::StatusOr<std::string> EncodeSnapshot(const Store& store, SnapshotFormat format) {
  if (format == SnapshotFormat::kJson) return WriteJson(store);
  return Seal(EncodeBody(store, kEnvelopeSize), store.schema().fingerprint());
}

absl::StatusOr<Store> DecodeSnapshot(const Schema& schema, std::string_view bytes) {
  if (bytes.empty()) return absl::DataLossError("not a snapshot: there is not a single byte");
  // No JSON begins with the first byte of the magic, which is no beginning of a character either.
  if (bytes[0] != kMagic[0]) {
    const std::size_t first = bytes.find_first_not_of("\xef\xbb\xbf \t\r\n");
    if (first == std::string_view::npos || bytes[first] != '{') {
      return absl::DataLossError(
          "not a snapshot: it begins neither with the magic bytes of a binary one nor with the "
          "'{' of one in JSON");
    }
    return ReadJson(schema, bytes);
  }
  const absl::StatusOr<Envelope> envelope = Open(bytes);
  if (!envelope.ok()) return envelope.status();
  return DecodeBody(schema, *envelope);
}

absl::Status SaveSnapshot(const Store& store, const std::string& path, SnapshotFormat format) {
  const absl::StatusOr<std::string> bytes = EncodeSnapshot(store, format);
  if (!bytes.ok()) return bytes.status();
  return WriteFileAtomically(path, *bytes);
}

absl::StatusOr<Store> LoadSnapshot(const Schema& schema, const std::string& path) {
  const absl::StatusOr<FileContents> file = ReadWholeFile(path);
  if (!file.ok()) return file.status();
  absl::StatusOr<Store> store = DecodeSnapshot(schema, file->view());
  if (!store.ok()) {
    return absl::Status(store.status().code(),
                        absl::StrCat(path, ": ", std::string(store.status().message())));
  }
  return store;
}

}  // namespace relata
