// The envelope of a binary snapshot: what proves that its bytes are those that were written.
//
//   snapshot := magic:8 version:u64 fingerprint:u64 length:u64 checksum:16 body:length
//   magic    := 89 'R' 'E' 'L' 'A' 0d 0a 1a
//
// Numbers are little-endian. The checksum is XXH3-128 over everything but itself, in its canonical
// (big-endian) form. Every format version, past and to come, has this envelope, so damage is told
// from novelty: Open verifies the checksum before it looks at the version.
//
// XXH3 detects damage; it is no signature. Whoever can write the file can write a checksum that
// fits, so the body is still read as the work of a stranger.
#ifndef RELATA_PERSISTENCE_SNAPSHOT_ENVELOPE_H_
#define RELATA_PERSISTENCE_SNAPSHOT_ENVELOPE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace relata::snapshot_internal {

inline constexpr std::string_view kMagic = "\x89RELA\r\n\x1a";
inline constexpr std::uint64_t kFormatVersion = 2;
inline constexpr std::size_t kEnvelopeSize = 48;

struct Envelope {
  std::uint64_t version = kFormatVersion;
  std::uint64_t fingerprint = 0;  // of the schema
  std::string_view body;          // borrowed
};

// Makes a snapshot of a body that stands after kEnvelopeSize bytes of room.
std::string Seal(std::string room_and_body, std::uint64_t fingerprint,
                 std::uint64_t version = kFormatVersion);

// DataLoss unless `bytes` are exactly what Seal returned for some envelope; Unimplemented for a
// version that is not kFormatVersion. The body borrows from `bytes`.
absl::StatusOr<Envelope> Open(std::string_view bytes);

}  // namespace relata::snapshot_internal

#endif  // RELATA_PERSISTENCE_SNAPSHOT_ENVELOPE_H_
