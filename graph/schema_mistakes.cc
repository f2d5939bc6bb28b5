#include "graph/schema_mistakes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_join.h"
#include "graph/errors.h"

namespace relata::internal {

void SchemaMistakes::Add(ErrorKind kind, std::string text) {
  if (lines_.empty()) kind_ = kind;
  // Two declarations may make the same mistake.
  if (std::find(lines_.begin(), lines_.end(), text) == lines_.end()) {
    lines_.push_back(std::move(text));
  }
}

absl::Status SchemaMistakes::ToStatus() const {
  const std::string text = absl::StrJoin(lines_, "\n");
  if (kind_ == ErrorKind::kNone) return absl::InvalidArgumentError(text);
  return KindError(kind_, text);
}

}  // namespace relata::internal
