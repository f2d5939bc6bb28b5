// The hash by which stored rows are told to fit a schema (Schema::fingerprint).
#ifndef RELATA_GRAPH_FINGERPRINT_H_
#define RELATA_GRAPH_FINGERPRINT_H_

#include <cstdint>
#include <string>

#include "graph/schema_data.h"

namespace relata::internal {

// Everything that stored rows depend on, as text:
//
//   schema    := "relata 1\n" model* foreign* oneof*
//   model     := "model" name table "\n" attribute* key*
//   attribute := "attribute" name column type nullable auto default "\n"
//   key       := "key" name position* "\n"
//   foreign   := "foreign" owner position* "->" target key delete update constrained deferred "\n"
//   oneof     := "oneof" source name required foreign* "\n"     foreign keys by number
//   name, table, column, type, default, delete, update := " " bytes:decimal ":" text
//   all others := " " decimal
//
// A change of this text is a change of the format of everything stored under a fingerprint.
std::string CanonicalText(const SchemaData& schema);

// FNV-1a, 64 bits, of the canonical text.
std::uint64_t Fingerprint(const SchemaData& schema);

}  // namespace relata::internal

#endif  // RELATA_GRAPH_FINGERPRINT_H_
