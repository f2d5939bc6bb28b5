// A schema as text that says everything about it but in which order it was declared.
#ifndef RELATA_TESTS_SCHEMA_TEXT_H_
#define RELATA_TESTS_SCHEMA_TEXT_H_

#include <string>

#include "relata/schema.h"

namespace relata::testing {

// One line for each model, attribute, key, foreign key and association, sorted. The order of the
// parts of a composite key is left out too.
std::string MeaningOf(const Schema& schema);

// "teamId -> teams(id) SET NULL/CASCADE", for every foreign key of a model, sorted, one a line;
// with "unconstrained" in place of the actions, and "deferred" after them.
std::string ForeignKeysOf(const Schema& schema, const std::string& model);

// The names of the attributes of a key, "(a, b)".
std::string KeyText(const Schema& schema, Model model, const KeyInfo& key);

// "id, name NOT NULL, teamId", in order.
std::string AttributesOf(const Schema& schema, const std::string& model);

}  // namespace relata::testing

#endif  // RELATA_TESTS_SCHEMA_TEXT_H_
