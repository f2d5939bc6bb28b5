#include "tests/model_accessors.h"

#include <algorithm>
#include <set>
#include <utility>

namespace relata::testing {
namespace {

using RowId = ModelStore::RowId;
using Outcome = ModelStore::Outcome;
using Assigns = ModelAccessors::Assigns;

Outcome Refused(ErrorKind kind) { return Outcome{{kind}}; }

void Put(Assigns& values, std::uint32_t attribute, Value value) {
  std::erase_if(values, [&](const ModelStore::Assign& a) { return a.attribute == attribute; });
  values.push_back({attribute, std::move(value)});
}

std::vector<RowId> Distinct(const std::vector<RowId>& rows) {
  std::vector<RowId> distinct;
  for (const RowId row : rows) {
    if (std::find(distinct.begin(), distinct.end(), row) == distinct.end()) distinct.push_back(row);
  }
  return distinct;
}

}  // namespace

template <typename Steps>
Outcome ModelAccessors::AllOrNothing(const Steps& steps) {
  ModelStore trial = twin_;
  Outcome outcome = steps(trial);
  if (outcome.ok()) twin_ = std::move(trial);
  return outcome;
}

Outcome ModelAccessors::Set(const std::vector<RowId>& targets, const Assigns& through,
                            Unlink unlink) {
  if (!through.empty() && !to_many_through()) return Refused(ErrorKind::kNone);
  return AllOrNothing(
      [&](ModelStore& trial) { return SetSteps(trial, Distinct(targets), through, unlink); });
}

Outcome ModelAccessors::Add(const std::vector<RowId>& targets, const Assigns& through) {
  if (info().to_one()) return Set(targets, through);
  if (!through.empty() && !to_many_through()) return Refused(ErrorKind::kNone);
  return AllOrNothing([&](ModelStore& trial) {
    for (const RowId target : Distinct(targets)) {
      if (Outcome outcome = Attach(trial, target, through); !outcome.ok()) return outcome;
    }
    return Outcome();
  });
}

Outcome ModelAccessors::Append(const std::vector<RowId>& targets, const Assigns& through) {
  if (!to_many_through() || info().through_unique) return Refused(ErrorKind::kNone);
  return AllOrNothing([&](ModelStore& trial) {
    for (const RowId target : targets) {
      Outcome outcome = AddJoin(trial, target, through);
      Assigns values;
      MeetScope(info().scope, trial.Find(info().target, target)->values, values);
      if (outcome.ok()) outcome = trial.Update(info().target, {target}, values);
      if (!outcome.ok()) return outcome;
    }
    return Outcome();
  });
}

Outcome ModelAccessors::Remove(const std::vector<RowId>& targets, Unlink unlink) {
  return AllOrNothing([&](ModelStore& trial) {
    std::vector<ModelStore::Link> links = trial.Links(association_, source_);
    std::erase_if(links, [&](const ModelStore::Link& link) {
      return std::find(targets.begin(), targets.end(), link.target) == targets.end();
    });
    return Drop(trial, links, unlink);
  });
}

Outcome ModelAccessors::Create(const Assigns& values, const Assigns& through, RowId* created) {
  if (!through.empty() && !to_many_through()) return Refused(ErrorKind::kNone);
  return AllOrNothing([&](ModelStore& trial) {
    Assigns row = values;
    MeetScope(info().scope, Defaults(info().target), row);
    const bool in_target =
        info().kind == AssociationKind::kHasOne || info().kind == AssociationKind::kHasMany;
    if (in_target) {
      const Outcome referred = Refer(trial, info().foreign_key, source_, row);
      if (!referred.ok()) return referred;
    }
    RowId target = 0;
    Outcome outcome = trial.Create(info().target, row, &target);
    if (created != nullptr) *created = target;
    if (!outcome.ok() || in_target) return outcome;
    return Attach(trial, target, through);
  });
}

Outcome ModelAccessors::SetSteps(ModelStore& trial, const std::vector<RowId>& targets,
                                 const Assigns& through, Unlink unlink) {
  if (info().to_one() && targets.size() > 1) return Refused(ErrorKind::kNone);
  if (info().kind == AssociationKind::kBelongsTo) {
    for (const ModelStore::Link& link : trial.Links(association_, source_)) {
      const bool stays = !targets.empty() && targets[0] == link.target;
      if (unlink == Unlink::kRefuse && !stays) return Refused(ErrorKind::kNone);
    }
    if (unlink == Unlink::kDelete) return Refused(ErrorKind::kNone);
    if (!targets.empty()) return Attach(trial, targets[0], through);
    return Drop(trial, {{}});
  }
  std::set<RowId> kept;
  std::vector<ModelStore::Link> dropped;
  std::vector<ModelStore::Link> links = trial.Links(association_, source_);
  if (info().to_one() && links.size() > 1) {
    std::erase_if(links, [&](const ModelStore::Link& link) { return link.target != one_; });
  }
  for (const ModelStore::Link& link : links) {
    const bool wanted = std::find(targets.begin(), targets.end(), link.target) != targets.end();
    // Of several links to one target the first stays.
    if (!wanted || !kept.insert(link.target).second) dropped.push_back(link);
  }
  if (Outcome outcome = Drop(trial, dropped, unlink); !outcome.ok()) return outcome;
  // What is to be linked may have gone with what was unlinked.
  if (trial.Find(info().source, source_) == nullptr) return Refused(ErrorKind::kNone);
  for (const RowId target : targets) {
    if (trial.Find(info().target, target) == nullptr) return Refused(ErrorKind::kNone);
  }
  for (const RowId target : targets) {
    if (kept.contains(target) && !to_many_through()) continue;
    if (Outcome outcome = Attach(trial, target, through); !outcome.ok()) return outcome;
  }
  return Outcome();
}

Outcome ModelAccessors::Attach(ModelStore& trial, RowId target, const Assigns& through) {
  Assigns values;
  MeetScope(info().scope, trial.Find(info().target, target)->values, values);
  Outcome outcome;
  if (info().kind == AssociationKind::kBelongsTo) {
    Assigns reference;
    outcome = Refer(trial, info().foreign_key, target, reference);
    if (outcome.ok()) outcome = trial.Update(info().source, {source_}, reference);
  } else if (to_many_through()) {
    outcome = Join(trial, target, through);
  } else {
    outcome = Refer(trial, info().foreign_key, source_, values);
  }
  if (outcome.ok()) outcome = trial.Update(info().target, {target}, values);
  return outcome;
}

Outcome ModelAccessors::Join(ModelStore& trial, RowId target, const Assigns& through) {
  const std::vector<ModelStore::Row>& joins = trial.rows(info().through);
  const auto present = std::find_if(joins.begin(), joins.end(), [&](const ModelStore::Row& join) {
    Assigns pair;
    Refer(trial, info().foreign_key, source_, pair);
    Refer(trial, info().other_key, target, pair);
    return ModelStore::InScope(join, info().through_scope) &&
           std::all_of(pair.begin(), pair.end(), [&](const ModelStore::Assign& assign) {
             return join.values[assign.attribute] == assign.value;
           });
  });
  if (present == joins.end()) return AddJoin(trial, target, through);
  if (through.empty()) return Outcome();
  Assigns values = through;
  MeetScope(info().through_scope, present->values, values);
  return trial.Update(info().through, {present->id}, values);
}

Outcome ModelAccessors::AddJoin(ModelStore& trial, RowId target, const Assigns& through) {
  Assigns values = through;
  MeetScope(info().through_scope, Defaults(info().through), values);
  Outcome outcome = Refer(trial, info().foreign_key, source_, values);
  if (outcome.ok()) outcome = Refer(trial, info().other_key, target, values);
  if (outcome.ok()) outcome = trial.Create(info().through, values);
  return outcome;
}

Outcome ModelAccessors::Drop(ModelStore& trial, const std::vector<ModelStore::Link>& links,
                             Unlink unlink) {
  if (info().kind == AssociationKind::kBelongsTo && unlink == Unlink::kDelete) {
    return Refused(ErrorKind::kNone);
  }
  if (links.empty()) return Outcome();
  if (unlink == Unlink::kRefuse) return Refused(ErrorKind::kNone);
  if (to_many_through()) {
    std::vector<RowId> joins;
    for (const ModelStore::Link& link : links) joins.push_back(link.join);
    return trial.Delete(info().through, joins);
  }
  Assigns nulls;
  for (const std::uint32_t a : schema()[info().foreign_key].attributes) nulls.push_back({a, {}});
  if (info().kind == AssociationKind::kBelongsTo) {
    return trial.Update(info().source, {source_}, nulls);
  }
  if (unlink == Unlink::kDelete) {
    std::vector<RowId> rows;
    for (const ModelStore::Link& link : links) rows.push_back(link.target);
    return trial.Delete(info().target, rows);
  }
  for (const ModelStore::Link& link : links) {
    Outcome outcome = trial.Update(info().target, {link.target}, nulls);
    if (!outcome.ok()) return outcome;
  }
  return Outcome();
}

Outcome ModelAccessors::Refer(const ModelStore& trial, ForeignKey f, RowId parent,
                              Assigns& values) const {
  const ForeignKeyInfo& key = schema()[f];
  const ModelStore::Row* row = trial.Find(key.target, parent);
  for (std::size_t i = 0; i < key.attributes.size(); ++i) {
    const Value& part = row->values[schema()[key.target].keys[key.target_key].attributes[i]];
    if (part.is_null()) return Refused(ErrorKind::kNone);
    Put(values, key.attributes[i], part);
  }
  return Outcome();
}

void ModelAccessors::MeetScope(const std::vector<ScopeEntry>& scope,
                               const std::vector<Value>& present, Assigns& values) {
  for (const ScopeEntry& entry : scope) {
    Value value = present[entry.attribute];
    for (const ModelStore::Assign& assign : values) {
      if (assign.attribute == entry.attribute) value = assign.value;
    }
    if (std::find(entry.values.begin(), entry.values.end(), value) == entry.values.end()) {
      Put(values, entry.attribute, entry.values[0]);
    }
  }
}

std::vector<Value> ModelAccessors::Defaults(Model model) const {
  std::vector<Value> defaults;
  for (const AttributeInfo& attribute : schema()[model].attributes) {
    defaults.push_back(attribute.default_value);
  }
  return defaults;
}

}  // namespace relata::testing
