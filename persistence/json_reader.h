// Reads the JSON that json_writer.h describes, as people edit it: members of a row in any order,
// models in any order and left out when they have no rows, attributes left out when null. "format"
// stands first, so that no line of a newer format is misread.
#ifndef RELATA_PERSISTENCE_JSON_READER_H_
#define RELATA_PERSISTENCE_JSON_READER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "relata/schema.h"
#include "relata/store.h"

namespace relata::snapshot_internal {

// The message names the line, and the model, row and attribute if it is about one.
//   DataLoss            not JSON, not of this form, or rows that break what the schema promises
//   FailedPrecondition  a model or an attribute that the schema does not have
//   Unimplemented       a newer format
// The text is read in one pass, one row in memory beside the store.
absl::StatusOr<Store> ReadJson(const Schema& schema, std::string_view text);

}  // namespace relata::snapshot_internal

#endif  // RELATA_PERSISTENCE_JSON_READER_H_
