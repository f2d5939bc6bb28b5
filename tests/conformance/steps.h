// Carries out the steps of a scenario on a store, through the public API alone.
#ifndef RELATA_TESTS_CONFORMANCE_STEPS_H_
#define RELATA_TESTS_CONFORMANCE_STEPS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/query.h"
#include "relata/store.h"
#include "tests/conformance/query.h"
#include "tests/conformance/scenario.h"

namespace relata::conformance {

class Steps {
 public:
  // `store` outlives this object.
  explicit Steps(Store& store) : store_(store) {}

  // The result of the step, null when it has none; or the error with which the library refused it.
  // Internal when two ways to ask the library the same give different answers. Throws Malformed for
  // a step that makes no sense in its scenario.
  absl::StatusOr<Json> Run(const Step& step);

 private:
  absl::StatusOr<Json> Create(const Json& fields);
  absl::StatusOr<Json> BulkCreate(const Json& fields);
  absl::StatusOr<Json> Find(const Json& fields);
  absl::StatusOr<Json> FindAll(const Json& fields);
  absl::StatusOr<Json> Count(const Json& fields);
  absl::StatusOr<Json> Rows(const Json& fields);
  absl::StatusOr<Json> Get(const Json& fields);
  absl::StatusOr<Json> Set(const Json& fields);
  absl::StatusOr<Json> Add(const Json& fields);
  absl::StatusOr<Json> Remove(const Json& fields);
  absl::StatusOr<Json> CreateVia(const Json& fields);
  absl::StatusOr<Json> Has(const Json& fields);
  absl::StatusOr<Json> CountVia(const Json& fields);
  absl::StatusOr<Json> Update(const Json& fields);
  absl::StatusOr<Json> UpdateWhere(const Json& fields);
  absl::StatusOr<Json> Destroy(const Json& fields);
  absl::StatusOr<Json> DestroyWhere(const Json& fields);
  absl::StatusOr<Json> Accessors(const Json& fields);

  // The model that a step names; a name that the scenario does not define is Malformed.
  Model ModelOf(const Json& fields) const;
  Instance Named(const std::string& name) const;
  void Name(const Json& fields, std::optional<Instance> instance);
  Key ReadKey(Model model, const Json& pk) const;

  struct Reach {
    Instance source;
    Association association;
  };
  absl::StatusOr<Reach> ReachOf(const Json& fields) const;
  std::vector<Target> TargetsOf(const Reach& reach, const Json& fields) const;
  Values ThroughOf(const Reach& reach, const Json& fields) const;
  // Internal when two ways of asking what is linked give different answers.
  absl::Status AskInEveryWay(const Reach& reach) const;
  // The rows that a step's `where` matches.
  relata::Query MatchingOf(Model model, const Json& fields) const;
  // The first of `rows`, which must be `expected`, shown and named as the step asks.
  absl::StatusOr<Json> FirstOf(const relata::Rows& rows, std::optional<Instance> expected,
                               const Json& fields);

  // Remembers which rows are new since the last step.
  void NoteNewRows();
  // The rows in the order in which a table of SQLite holds them: of their INTEGER primary key, of
  // any other key in that of their creation.
  std::vector<Instance> InTableOrder(Model model, std::vector<Instance> rows) const;

  Store& store_;
  std::map<std::string, std::optional<Instance>> names_;
  std::map<Instance, std::size_t> created_;  // when, in the order of the steps
};

}  // namespace relata::conformance

#endif  // RELATA_TESTS_CONFORMANCE_STEPS_H_
