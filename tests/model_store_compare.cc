#include "tests/model_store_compare.h"

#include <algorithm>
#include <string>
#include <vector>

namespace relata::testing {

std::string Difference(const Store& store, const ModelStore& twin) {
  if (const absl::Status status = store.CheckInvariants(); !status.ok()) {
    return "an invariant is broken: " + std::string(status.message());
  }
  const std::vector<ModelInfo>& models = twin.schema().models();
  for (std::uint32_t m = 0; m < models.size(); ++m) {
    const Model model{m};
    const std::vector<ModelStore::Row>& rows = twin.rows(model);
    if (store.Count(model) != rows.size()) {
      return models[m].name + ": the store has " + std::to_string(store.Count(model)) +
             " rows, the twin has " + std::to_string(rows.size());
    }
    for (const ModelStore::Row& row : rows) {
      const Key key = twin.KeyOf(model, row);
      const auto found = store.Find(model, key);
      if (!found.ok()) {
        return models[m].name + " " + key.ToString() +
               " is not in the store: " + std::string(found.status().message());
      }
      for (std::uint32_t a = 0; a < models[m].attributes.size(); ++a) {
        if (Equal(store.View(*found, a), row.values[a].view())) continue;
        return models[m].name + " " + key.ToString() + ": " + models[m].attributes[a].name +
               " is " + relata::ToString(store.View(*found, a)) + " in the store and " +
               row.values[a].ToString() + " in the twin";
      }
    }
    const bool generates =
        models[m].attributes[models[m].primary_key().attributes[0]].auto_increment;
    if (generates && store.NextKey(model) != twin.NextKey(model)) {
      return models[m].name + ": the next key is " + std::to_string(store.NextKey(model)) +
             " in the store and " + std::to_string(twin.NextKey(model)) + " in the twin";
    }
  }
  return "";
}

std::string LinkDifference(const Store& store, const ModelStore& twin) {
  const Schema& schema = twin.schema();
  for (std::uint32_t i = 0; i < schema.associations().size(); ++i) {
    const Association association{i};
    const AssociationInfo& info = schema[association];
    std::vector<Instance> targets;
    for (const ModelStore::Row& target : twin.rows(info.target)) {
      targets.push_back(InstanceOf(store, twin, info.target, target));
    }
    for (const ModelStore::Row& row : twin.rows(info.source)) {
      const Instance source = InstanceOf(store, twin, info.source, row);
      const auto where = [&](const char* what) {
        return schema.Describe(association) + " of " + store.Describe(source) + ": " + what +
               " differs";
      };
      std::vector<Instance> expected;
      for (const ModelStore::Link& link : twin.Links(association, row.id)) {
        expected.push_back(
            InstanceOf(store, twin, info.target, *twin.Find(info.target, link.target)));
      }
      std::sort(expected.begin(), expected.end());
      const auto got = store.Get(source, association);
      const auto count = store.Count(source, association);
      if (!got.ok() || !count.ok()) return where("the status");
      std::vector<Instance> sorted = *got;
      std::sort(sorted.begin(), sorted.end());
      if (info.to_one()) {
        // Of several candidates the first is shown.
        const auto one = store.GetOne(source, association);
        const std::size_t shown = expected.empty() ? 0 : 1;
        if (!one.ok() || one->has_value() != (shown == 1) || *count != shown ||
            sorted.size() != shown) {
          return where("the number of targets");
        }
        if (one->has_value() &&
            (**one != sorted[0] || !std::binary_search(expected.begin(), expected.end(), **one))) {
          return where("the target");
        }
      } else if (sorted != expected || *count != expected.size()) {
        return where("the list of targets");
      }
      for (const Instance instance : targets) {
        const auto has = store.Has(source, association, instance);
        if (!has.ok() || *has != std::binary_search(sorted.begin(), sorted.end(), instance)) {
          return where("Has");
        }
      }
    }
  }
  return "";
}

std::string VerdictDifference(const absl::Status& status, const ModelStore::Outcome& outcome) {
  if (status.ok() && outcome.ok()) return "";
  if (status.ok() || outcome.ok() || !outcome.wrongs.contains(KindOf(status))) {
    return "the store says " + (status.ok() ? "OK" : std::string(status.message())) +
           "; the twin says " + outcome.ToString();
  }
  return "";
}

Instance InstanceOf(const Store& store, const ModelStore& twin, Model model,
                    const ModelStore::Row& row) {
  return store.Find(model, twin.KeyOf(model, row)).value();
}

}  // namespace relata::testing
