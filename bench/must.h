// Ends the program when an operation fails: its time would mean nothing.
#ifndef RELATA_BENCH_MUST_H_
#define RELATA_BENCH_MUST_H_

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace relata::bench {

inline void Must(const absl::Status& status) {
  if (status.ok()) [[likely]]
    return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}
template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) [[unlikely]]
    Must(result.status());
  return *std::move(result);
}

template <typename T>
T Must(std::optional<T> result) {
  if (!result.has_value()) [[unlikely]]
    Must(absl::NotFoundError("nothing was found"));
  return *std::move(result);
}

}  // namespace relata::bench

#endif  // RELATA_BENCH_MUST_H_
