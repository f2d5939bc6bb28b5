// The accessors of associations on the naive twin: each is a list of creates, updates and deletes
// of single rows, all of which must succeed, as the comments of relata/store.h say.
#ifndef RELATA_TESTS_MODEL_ACCESSORS_H_
#define RELATA_TESTS_MODEL_ACCESSORS_H_

#include <vector>

#include "relata/link.h"
#include "tests/model_store.h"

namespace relata::testing {

class ModelAccessors {
 public:
  using RowId = ModelStore::RowId;
  using Assigns = std::vector<ModelStore::Assign>;
  using Outcome = ModelStore::Outcome;

  // `one` is what is shown of several rows of a hasOne: the twin knows no order of linking.
  ModelAccessors(ModelStore& twin, Association association, RowId source, RowId one = 0)
      : twin_(twin), association_(association), source_(source), one_(one) {}

  // Targets may repeat. `through` is for join rows.
  Outcome Set(const std::vector<RowId>& targets, const Assigns& through,
              Unlink unlink = Unlink::kClear);
  Outcome Add(const std::vector<RowId>& targets, const Assigns& through);
  Outcome Append(const std::vector<RowId>& targets, const Assigns& through);
  Outcome Remove(const std::vector<RowId>& targets, Unlink unlink = Unlink::kClear);
  Outcome Create(const Assigns& values, const Assigns& through, RowId* created = nullptr);

 private:
  const Schema& schema() const { return twin_.schema(); }
  const AssociationInfo& info() const { return schema()[association_]; }
  bool to_many_through() const { return info().kind == AssociationKind::kBelongsToMany; }

  // Runs the steps on a copy, and keeps it if all succeed.
  template <typename Steps>
  Outcome AllOrNothing(const Steps& steps);
  Outcome SetSteps(ModelStore& trial, const std::vector<RowId>& targets, const Assigns& through,
                   Unlink unlink);
  Outcome Attach(ModelStore& trial, RowId target, const Assigns& through);
  Outcome Join(ModelStore& trial, RowId target, const Assigns& through);
  Outcome AddJoin(ModelStore& trial, RowId target, const Assigns& through);
  Outcome Drop(ModelStore& trial, const std::vector<ModelStore::Link>& links,
               Unlink unlink = Unlink::kClear);
  // Adds the values of a foreign key that refer to a row; refused when it has a null in its key.
  Outcome Refer(const ModelStore& trial, ForeignKey f, RowId parent, Assigns& values) const;
  // Adds what a scope asks for, of a row that has `present` otherwise.
  static void MeetScope(const std::vector<ScopeEntry>& scope, const std::vector<Value>& present,
                        Assigns& values);
  std::vector<Value> Defaults(Model model) const;

  ModelStore& twin_;
  Association association_;
  RowId source_;
  RowId one_;
};

}  // namespace relata::testing

#endif  // RELATA_TESTS_MODEL_ACCESSORS_H_
