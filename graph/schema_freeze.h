// The last step of building a schema.
#ifndef RELATA_GRAPH_SCHEMA_FREEZE_H_
#define RELATA_GRAPH_SCHEMA_FREEZE_H_

#include <memory>

#include "graph/schema_data.h"

namespace relata::internal {

// Fills in all that follows from the models, foreign keys and associations (what refers to what,
// deferred keys, order, fingerprint, layouts) and makes the whole immutable. A cycle of constrained
// foreign keys that has come this far is an accepted one.
std::shared_ptr<const SchemaData> FreezeSchema(std::unique_ptr<SchemaData> schema);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_SCHEMA_FREEZE_H_
