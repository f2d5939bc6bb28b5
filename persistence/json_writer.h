// Writes a store as JSON for people: a row a line, so that a change of a row is a change of a line.
//
//   {
//     "format": "relata-snapshot/1",
//     "models": {
//       "team": [
//         {"id": 1, "name": "Arsenal"},
//         {"id": 3, "name": "Ajax", "city": "Amsterdam"}
//       ],
//       "player": []
//     },
//     "nextKeys": {"team": 5}
//   }
//
// Models stand in dependency order, rows in the store's, attributes in the schema's; an attribute
// that is null is left out. "nextKeys" holds the next generated key of the models for which it is
// not one past the highest; the least integer stands for keys that have run out. The values are
// those of json_values.h. Equal stores give equal text.
#ifndef RELATA_PERSISTENCE_JSON_WRITER_H_
#define RELATA_PERSISTENCE_JSON_WRITER_H_

#include <string>
#include <string_view>

#include "relata/store.h"

namespace relata::snapshot_internal {

inline constexpr std::string_view kJsonFormat = "relata-snapshot/";
inline constexpr std::string_view kJsonVersion = "1";

std::string WriteJson(const Store& store);

}  // namespace relata::snapshot_internal

#endif  // RELATA_PERSISTENCE_JSON_WRITER_H_
