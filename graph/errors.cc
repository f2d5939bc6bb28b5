#include "graph/errors.h"

#include <cstdint>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace relata {
namespace {

constexpr char kPayload[] = "relata/error-kind";

}  // namespace

ErrorKind KindOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value() || payload->size() != 1) return ErrorKind::kNone;
  return static_cast<ErrorKind>(std::string(*payload)[0] - 'A');
}

namespace internal {

absl::Status KindError(ErrorKind kind, std::string_view message) {
  absl::StatusCode code = absl::StatusCode::kInternal;
  switch (kind) {
    case ErrorKind::kNone:
      break;
    case ErrorKind::kForeignKey:
    case ErrorKind::kNotNull:
      code = absl::StatusCode::kFailedPrecondition;
      break;
    case ErrorKind::kUnique:
      code = absl::StatusCode::kAlreadyExists;
      break;
    case ErrorKind::kAssociation:
    case ErrorKind::kCyclicDependency:
    case ErrorKind::kNotAssociated:
      code = absl::StatusCode::kInvalidArgument;
      break;
  }
  absl::Status status(code, Asv(message));
  status.SetPayload(kPayload,
                    absl::Cord(std::string(1, static_cast<char>('A' + static_cast<int>(kind)))));
  return status;
}

absl::Status Prefixed(std::string_view where, const absl::Status& status) {
  absl::Status prefixed(status.code(), absl::StrCat(Asv(where), ": ", status.message()));
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { prefixed.SetPayload(url, payload); });
  return prefixed;
}

}  // namespace internal
}  // namespace relata
