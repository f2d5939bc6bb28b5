// What several declarations say about one matter: one says it for all, and two that disagree are
// refused (rule R1).
#ifndef RELATA_GRAPH_SCHEMA_SAYINGS_H_
#define RELATA_GRAPH_SCHEMA_SAYINGS_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/schema_mistakes.h"

namespace relata::internal {

template <typename T>
class Sayings {
 public:
  // `place` is where the declarations meet ("task.userId"), `matter` the option in question.
  Sayings(std::string place, const char* matter) : place_(std::move(place)), matter_(matter) {}

  // `by` names the declaration.
  void Add(const std::optional<T>& said, const std::string& by) {
    if (!said.has_value()) return;
    if (!said_.has_value()) {
      said_ = said;
      by_ = by;
    } else if (*said_ != *said && disagreement_.empty()) {
      disagreement_ = absl::StrCat(by_, " and ", by, " meet in ", place_, ", but disagree on ",
                                   matter_, ": give it on one of them, or the same on both");
    }
  }

  bool any() const { return said_.has_value(); }
  // What was said, if anything.
  const std::optional<T>& Agreed(SchemaMistakes& mistakes) const {
    if (!disagreement_.empty()) mistakes.AddAssociation(disagreement_);
    return said_;
  }

 private:
  std::string place_;
  const char* matter_;
  std::optional<T> said_;
  std::string by_;
  std::string disagreement_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_SCHEMA_SAYINGS_H_
