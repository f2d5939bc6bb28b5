// Makes the statuses that relata/status.h describes.
#ifndef RELATA_GRAPH_ERRORS_H_
#define RELATA_GRAPH_ERRORS_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "relata/status.h"

namespace relata::internal {

// With the status code of the kind (not kNone).
absl::Status KindError(ErrorKind kind, std::string_view message);

// With the kind of the first problem, or InvalidArgument if that is kNone, and all of them for
// ProblemsOf. One problem alone is the whole message; several stand below the heading ("2 things
// are wrong with team 7:"), a line each. REQUIRES: there is one.
absl::Status ProblemsError(std::string_view heading, std::span<const Problem> problems,
                           std::string_view last_line = {});

// The same status, with where it came from in front of its message.
absl::Status Prefixed(std::string_view where, const absl::Status& status);

// Debian 12's absl::string_view is a type of its own.
inline absl::string_view Asv(std::string_view s) { return {s.data(), s.size()}; }

}  // namespace relata::internal

#define RELATA_RETURN_IF_ERROR(expression)         \
  do {                                             \
    absl::Status relata_status = (expression);     \
    if (!relata_status.ok()) return relata_status; \
  } while (false)

#endif  // RELATA_GRAPH_ERRORS_H_
