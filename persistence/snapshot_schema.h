// What a snapshot says about the schema that it was made with, so that another schema can be told
// what differs.
//
//   schema := count:size fact*
//   fact   := model:bytes subject:bytes is:bytes
//
// A fact is a sentence in three parts: ("team", "attribute 'city'", "TEXT"). The subject is empty
// in the fact that a model exists. The facts stand in the order of the schema, and two schemas
// whose descriptions have the same bytes store the same rows.
#ifndef RELATA_PERSISTENCE_SNAPSHOT_SCHEMA_H_
#define RELATA_PERSISTENCE_SNAPSHOT_SCHEMA_H_

#include <string>
#include <string_view>

#include "relata/schema.h"

namespace relata::snapshot_internal {

std::string DescribeSchema(const Schema& schema);

// For people: what the described schema has otherwise than `schema`, one difference a line, at most
// some twenty of them with the number of the rest. `description` may be anything: what cannot be
// read is said to be so, and the memory used depends on `schema` alone.
std::string SchemaDifferences(std::string_view description, const Schema& schema);

}  // namespace relata::snapshot_internal

#endif  // RELATA_PERSISTENCE_SNAPSHOT_SCHEMA_H_
