// What is wrong with a schema, collected until all of it has been looked at (rule R3).
#ifndef RELATA_GRAPH_SCHEMA_MISTAKES_H_
#define RELATA_GRAPH_SCHEMA_MISTAKES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "relata/status.h"

namespace relata::internal {

class SchemaMistakes {
 public:
  // `text` is one line: what is wrong, with the names concerned, and how to mend it.
  void Add(ErrorKind kind, std::string text);
  // Of a model or its attributes, and of associations.
  void AddModel(std::string text) { Add(ErrorKind::kNone, std::move(text)); }
  void AddAssociation(std::string text) { Add(ErrorKind::kAssociation, std::move(text)); }

  bool empty() const { return lines_.empty(); }
  // InvalidArgument with every mistake on a line of its own and the kind of the first. REQUIRES:
  // there is one.
  absl::Status ToStatus() const;

 private:
  ErrorKind kind_ = ErrorKind::kNone;
  std::vector<std::string> lines_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_SCHEMA_MISTAKES_H_
