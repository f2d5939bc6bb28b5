// The passes of relata/lint.h, and what they share.
#ifndef RELATA_GRAPH_LINTER_H_
#define RELATA_GRAPH_LINTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "relata/lint.h"
#include "relata/schema.h"

namespace relata::internal {

struct Linter {
  const Schema& schema;
  std::vector<LintFinding> findings{};

  const std::vector<ForeignKeyInfo>& keys() const { return schema.foreign_keys(); }
  // "profile.userId", "guest.(seatRow, seatNum)".
  std::string PlaceOf(const ForeignKeyInfo& key) const;
  // Of a key: whether every column may be null.
  bool Nullable(const ForeignKeyInfo& key) const;
  // Whether a unique key of the model lies within these attributes.
  bool IsUnique(const ModelInfo& model, const std::vector<std::uint32_t>& attributes) const;
};

// Each adds what it finds.
void LintDeletes(Linter& linter);
void LintCreation(Linter& linter);
void LintAssociations(Linter& linter);
void LintKeysAndNames(Linter& linter);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_LINTER_H_
