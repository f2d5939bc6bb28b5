// The naive twin of relata::Store: what a store promises, carried out in the most obvious way.
//
// Rows are values in vectors, every question is a scan of whole tables, a transaction is a copy of
// everything, and what a delete or an update leads to is the fixpoint of a rule applied to all rows
// until nothing changes. It knows no handles, indexes, links or worklists, so that it shares no
// mistake with the store. Driven by the reflection of a Schema alone. Values must be of the types
// of their attributes.
#ifndef RELATA_TESTS_MODEL_STORE_H_
#define RELATA_TESTS_MODEL_STORE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "relata/schema.h"
#include "relata/status.h"
#include "relata/value.h"

namespace relata::testing {

class ModelStore {
 public:
  // Which row: never reused, not even by rows of different models.
  using RowId = std::uint64_t;
  struct Row {
    RowId id = 0;
    std::vector<Value> values;  // by position in ModelInfo::attributes
  };
  struct Assign {
    std::uint32_t attribute = 0;
    Value value;
  };
  // Everything that is wrong with an operation; it is done when nothing is.
  struct Outcome {
    std::set<ErrorKind> wrongs;
    bool ok() const { return wrongs.empty(); }
    std::string ToString() const;
  };

  // A mistake on purpose, to see that whoever compares notices it.
  enum class Fault {
    kNone,
    kSetNullKeepsTheKey,         // ON DELETE SET NULL does nothing
    kCascadeStopsAfterOneStep,   // grandchildren stay
    kRestrictIsImmediate,        // a blocker that the same delete removes blocks
    kUpdatesAreNotFollowed,      // ON UPDATE CASCADE does nothing
    kSetDefaultIsNotJudged,      // SET DEFAULT to a missing row is accepted
    kUniqueForgetsNull,          // two nulls are equal
    kRollbackForgetsTheCounter,  // generated keys move on through a rollback
  };

  explicit ModelStore(Schema schema, Fault fault = Fault::kNone);

  const Schema& schema() const { return schema_; }
  const std::vector<Row>& rows(Model model) const { return state_.tables[model.index]; }
  // nullptr when there is none.
  const Row* Find(Model model, const Key& primary_key) const;
  const Row* Find(Model model, RowId id) const;
  Key KeyOf(Model model, const Row& row) const;
  std::int64_t NextKey(Model model) const { return state_.next_keys[model.index]; }

  // Adds rows, one value for each attribute, without defaults or generated keys.
  Outcome Load(Model model, const std::vector<std::vector<Value>>& rows);
  // What is not assigned gets its default, or null. `created` is the new row.
  Outcome Create(Model model, const std::vector<Assign>& values, RowId* created = nullptr);
  // The same values for all of the rows, as one operation.
  Outcome Update(Model model, const std::vector<RowId>& rows, const std::vector<Assign>& values);
  Outcome Delete(Model model, const std::vector<RowId>& rows);

  // Nest. Commit of the outermost one judges deferred foreign keys; what it refuses stays open.
  void Begin();
  Outcome Commit();
  void Rollback();
  std::size_t depth() const { return saved_.size(); }

  // The rows that an association leads to, with repetitions, in no particular order: (target, join
  // row), the latter 0 but for a belongsToMany. To one: all that would qualify.
  struct Link {
    RowId target = 0;
    RowId join = 0;
    friend auto operator<=>(const Link&, const Link&) = default;
  };
  std::vector<Link> Links(Association association, RowId source) const;
  static bool InScope(const Row& row, const std::vector<ScopeEntry>& scope);

  // Every row, one a line.
  std::string ToString() const;

 private:
  struct State {
    std::vector<std::vector<Row>> tables;
    std::vector<std::int64_t> next_keys;
  };
  using RowSet = std::set<std::pair<std::uint32_t, RowId>>;  // (model, row)
  // Which row a foreign key of a child was made to follow.
  using Followed = std::map<std::pair<std::uint32_t, RowId>, RowId>;  // (foreign key, child)

  static Row* FindIn(State& state, std::uint32_t model, RowId id);
  static const Row* FindIn(const State& state, std::uint32_t model, RowId id);
  static std::vector<Value> Pick(const Row& row, const std::vector<std::uint32_t>& attributes);
  std::vector<Value> Reference(const ForeignKeyInfo& f, const Row& child) const;
  std::vector<Value> Referred(const ForeignKeyInfo& f, const Row& parent) const;
  bool Refers(const ForeignKeyInfo& f, const Row& child, const Row& parent) const;
  std::vector<Value> Wanted(const ForeignKeyInfo& f, Action action,
                            const std::vector<Value>& key) const;
  RowSet CloseDeletes(Model model, const std::vector<RowId>& rows) const;
  void FollowUpdates(State& draft) const;
  void NoteKeys(State& draft) const;
  Outcome Judge(const State& draft, bool in_transaction) const;
  bool Restricted(const State& draft, const ForeignKeyInfo& f, const Row& child) const;

  Schema schema_;
  Fault fault_;
  State state_;
  std::vector<State> saved_;
  RowId last_id_ = 0;
};

}  // namespace relata::testing

#endif  // RELATA_TESTS_MODEL_STORE_H_
