#include "persistence/snapshot_envelope.h"

#include <xxhash.h>

#include <cstring>
#include <memory>
#include <new>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "persistence/snapshot_archive.h"

namespace relata::snapshot_internal {
namespace {

constexpr std::size_t kChecksumSize = 16;
constexpr std::size_t kChecked = kEnvelopeSize - kChecksumSize;  // what stands before the checksum

void Append(std::string& out, std::uint64_t number) {
  number = LittleEndian(number);
  out.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

std::uint64_t NumberAt(std::string_view bytes, std::size_t offset) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data() + offset, sizeof(number));
  return LittleEndian(number);
}

std::string Checksum(std::string_view head, std::string_view body) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       &XXH3_freeState);
  if (state == nullptr) throw std::bad_alloc();
  XXH3_128bits_reset(state.get());
  XXH3_128bits_update(state.get(), head.data(), head.size());
  XXH3_128bits_update(state.get(), body.data(), body.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
  static_assert(sizeof(canonical.digest) == kChecksumSize);
  return std::string(reinterpret_cast<const char*>(canonical.digest), kChecksumSize);
}

}  // namespace

std::string Seal(std::string room_and_body, std::uint64_t fingerprint, std::uint64_t version) {
  const std::string_view body = std::string_view(room_and_body).substr(kEnvelopeSize);
  std::string head(kMagic);
  Append(head, version);
  Append(head, fingerprint);
  Append(head, body.size());
  head.append(Checksum(head, body));
  room_and_body.replace(0, kEnvelopeSize, head);
  return room_and_body;
}

absl::StatusOr<Envelope> Open(std::string_view bytes) {
  if (bytes.size() < kEnvelopeSize) {
    return absl::DataLossError(absl::StrCat("the snapshot is cut short: ", bytes.size(),
                                            " bytes, where the header alone takes ",
                                            kEnvelopeSize));
  }
  if (bytes.substr(0, kMagic.size()) != kMagic) {
    return absl::DataLossError("not a snapshot: it does not begin with the magic bytes");
  }
  const std::uint64_t length = NumberAt(bytes, 24);
  const std::string_view body = bytes.substr(kEnvelopeSize);
  if (length != body.size()) {
    return absl::DataLossError(absl::StrCat(
        "the snapshot is damaged: its header announces a body of ", length, " bytes, and ",
        body.size(), body.size() < length ? " are there (cut short?)" : " are there"));
  }
  if (bytes.substr(kChecked, kChecksumSize) != Checksum(bytes.substr(0, kChecked), body)) {
    return absl::DataLossError(
        "the snapshot is damaged: its checksum does not fit its contents; restore it from a copy");
  }
  const std::uint64_t version = NumberAt(bytes, 8);
  if (version != kFormatVersion) {
    return absl::UnimplementedError(
        absl::StrCat("the snapshot has format version ", version, ", this relata reads version ",
                     kFormatVersion, "; read it with the release that wrote it, or a newer one"));
  }
  return Envelope{version, NumberAt(bytes, 16), body};
}

}  // namespace relata::snapshot_internal
