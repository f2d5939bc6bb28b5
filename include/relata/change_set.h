// What changed between two states of a store: plain data, the least description, in a fixed order.
//
// Two states with equal contents give an empty change set, however one came from the other. Rows
// are named by their primary keys, so a change set can be applied to a database or to another
// store.
#ifndef RELATA_CHANGE_SET_H_
#define RELATA_CHANGE_SET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "relata/handle.h"
#include "relata/schema.h"
#include "relata/value.h"

namespace relata {

struct AttributeChange {
  std::uint32_t attribute = 0;  // position in ModelInfo::attributes
  Value before;
  Value after;
  friend bool operator==(const AttributeChange&, const AttributeChange&) = default;
};

// One row that came, went or changed.
struct RowChange {
  enum class Kind : std::uint8_t { kDelete, kUpdate, kCreate };
  Kind kind = Kind::kCreate;
  Model model;
  // The primary key: before the change of a deleted or updated row, after it of a created one.
  Key key;
  // In the order of attributes. Deleted: every attribute that was not null, as `before`. Created:
  // every attribute that is not null, as `after`. Updated: the attributes whose value differs.
  std::vector<AttributeChange> attributes;
  friend bool operator==(const RowChange&, const RowChange&) = default;
};

// In place of the next key of a model that has handed out every key up to 2^63 - 1.
inline constexpr std::int64_t kNoNextKey = INT64_MIN;

// The next generated key of a model moved on.
struct SequenceChange {
  Model model;
  std::int64_t before = 1;  // the next key to be generated, or kNoNextKey
  std::int64_t after = 1;
  friend bool operator==(const SequenceChange&, const SequenceChange&) = default;
};

struct ChangeSet {
  // Deletes (models against the schema's dependency order), then updates, then creates (models in
  // dependency order); within a model by key.
  std::vector<RowChange> rows;
  std::vector<SequenceChange> sequences;  // by model

  bool empty() const { return rows.empty() && sequences.empty(); }
  // For people: a line for each model with changes, "team: 1 created, 2 updated, 0 deleted".
  std::string Summary(const Schema& schema) const;
  friend bool operator==(const ChangeSet&, const ChangeSet&) = default;
};

}  // namespace relata

#endif  // RELATA_CHANGE_SET_H_
