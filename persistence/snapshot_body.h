// The body of a binary snapshot: every row of a store, as values, model after model.
#ifndef RELATA_PERSISTENCE_SNAPSHOT_BODY_H_
#define RELATA_PERSISTENCE_SNAPSHOT_BODY_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "persistence/snapshot_envelope.h"
#include "relata/schema.h"
#include "relata/store.h"

namespace relata::snapshot_internal {

// The body, after `room` bytes of 0 for what goes before it.
std::string EncodeBody(const Store& store, std::size_t room = 0);

// Reads a body as the work of a stranger: DataLoss, naming the place or the row, for anything that
// is not the grammar's or breaks what the schema promises; FailedPrecondition, listing what
// differs, when it was made with another schema. The memory it takes, even when it fails, is that
// of as many rows as the body has bytes for.
absl::StatusOr<Store> DecodeBody(const Schema& schema, const Envelope& envelope);

}  // namespace relata::snapshot_internal

#endif  // RELATA_PERSISTENCE_SNAPSHOT_BODY_H_
