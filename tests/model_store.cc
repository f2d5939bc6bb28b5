#include "tests/model_store.h"

#include <algorithm>
#include <utility>

namespace relata::testing {
namespace {

bool AnyNull(const std::vector<Value>& values) {
  return std::any_of(values.begin(), values.end(), [](const Value& v) { return v.is_null(); });
}

std::string KindText(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kForeignKey:
      return "foreign key";
    case ErrorKind::kUnique:
      return "unique";
    case ErrorKind::kNotNull:
      return "not null";
    case ErrorKind::kCheck:
      return "check";
    default:
      return "other";
  }
}

}  // namespace

std::string ModelStore::Outcome::ToString() const {
  if (ok()) return "OK";
  std::string text = "refused:";
  for (const ErrorKind kind : wrongs) text += " " + KindText(kind);
  return text;
}

ModelStore::ModelStore(Schema schema, Fault fault) : schema_(std::move(schema)), fault_(fault) {
  state_.tables.resize(schema_.models().size());
  state_.next_keys.resize(schema_.models().size(), 1);
}

// ----- looking

ModelStore::Row* ModelStore::FindIn(State& state, std::uint32_t model, RowId id) {
  for (Row& row : state.tables[model]) {
    if (row.id == id) return &row;
  }
  return nullptr;
}

const ModelStore::Row* ModelStore::FindIn(const State& state, std::uint32_t model, RowId id) {
  return FindIn(const_cast<State&>(state), model, id);
}

const ModelStore::Row* ModelStore::Find(Model model, RowId id) const {
  return FindIn(state_, model.index, id);
}

const ModelStore::Row* ModelStore::Find(Model model, const Key& primary_key) const {
  for (const Row& row : rows(model)) {
    if (KeyOf(model, row) == primary_key) return &row;
  }
  return nullptr;
}

Key ModelStore::KeyOf(Model model, const Row& row) const {
  return Key(Pick(row, schema_[model].primary_key().attributes));
}

std::vector<Value> ModelStore::Pick(const Row& row, const std::vector<std::uint32_t>& attributes) {
  std::vector<Value> values;
  for (const std::uint32_t a : attributes) values.push_back(row.values[a]);
  return values;
}

std::vector<Value> ModelStore::Reference(const ForeignKeyInfo& f, const Row& child) const {
  return Pick(child, f.attributes);
}

std::vector<Value> ModelStore::Referred(const ForeignKeyInfo& f, const Row& parent) const {
  return Pick(parent, schema_[f.target].keys[f.target_key].attributes);
}

bool ModelStore::Refers(const ForeignKeyInfo& f, const Row& child, const Row& parent) const {
  const std::vector<Value> reference = Reference(f, child);
  return !AnyNull(reference) && reference == Referred(f, parent);
}

// ----- changing

ModelStore::Outcome ModelStore::Load(Model model, const std::vector<std::vector<Value>>& rows) {
  State draft = state_;
  RowId id = last_id_;
  for (const std::vector<Value>& row : rows) draft.tables[model.index].push_back({++id, row});
  NoteKeys(draft);
  Outcome outcome = Judge(draft, false);
  if (!outcome.ok()) return outcome;
  state_ = std::move(draft);
  last_id_ = id;
  return outcome;
}

ModelStore::Outcome ModelStore::Create(Model model, const std::vector<Assign>& values,
                                       RowId* created) {
  const ModelInfo& info = schema_[model];
  State draft = state_;
  Row row;
  row.id = last_id_ + 1;
  for (const AttributeInfo& attribute : info.attributes) {
    row.values.push_back(attribute.default_value);
  }
  for (const Assign& assign : values) row.values[assign.attribute] = assign.value;
  for (std::size_t a = 0; a < info.attributes.size(); ++a) {
    if (info.attributes[a].auto_increment && row.values[a].is_null()) {
      row.values[a] = draft.next_keys[model.index];
    }
  }
  draft.tables[model.index].push_back(row);
  NoteKeys(draft);
  Outcome outcome = Judge(draft, depth() > 0);
  if (!outcome.ok()) return outcome;
  state_ = std::move(draft);
  last_id_ = row.id;
  if (created != nullptr) *created = row.id;
  return outcome;
}

ModelStore::Outcome ModelStore::Update(Model model, const std::vector<RowId>& rows,
                                       const std::vector<Assign>& values) {
  State draft = state_;
  for (const RowId id : rows) {
    for (const Assign& assign : values) {
      FindIn(draft, model.index, id)->values[assign.attribute] = assign.value;
    }
  }
  FollowUpdates(draft);
  NoteKeys(draft);
  Outcome outcome = Judge(draft, depth() > 0);
  if (outcome.ok()) state_ = std::move(draft);
  return outcome;
}

// What goes: the roots, and whatever refers to what goes by a key that cascades.
ModelStore::RowSet ModelStore::CloseDeletes(Model model, const std::vector<RowId>& rows) const {
  RowSet doomed;
  for (const RowId id : rows) doomed.insert({model.index, id});
  for (bool grew = true; grew;) {
    grew = false;
    const RowSet causes = doomed;
    for (const ForeignKeyInfo& f : schema_.foreign_keys()) {
      if (!f.constrained || f.on_delete != Action::kCascade) continue;
      for (const Row& parent : this->rows(f.target)) {
        if (!causes.contains({f.target.index, parent.id})) continue;
        for (const Row& child : this->rows(f.owner)) {
          if (Refers(f, child, parent)) grew |= doomed.insert({f.owner.index, child.id}).second;
        }
      }
    }
    if (fault_ == Fault::kCascadeStopsAfterOneStep) break;
  }
  return doomed;
}

ModelStore::Outcome ModelStore::Delete(Model model, const std::vector<RowId>& rows) {
  const RowSet doomed = CloseDeletes(model, rows);
  State draft = state_;
  for (const ForeignKeyInfo& f : schema_.foreign_keys()) {
    if (!f.constrained) continue;
    if (f.on_delete != Action::kSetNull && f.on_delete != Action::kSetDefault) continue;
    if (f.on_delete == Action::kSetNull && fault_ == Fault::kSetNullKeepsTheKey) continue;
    for (const Row& parent : this->rows(f.target)) {
      if (!doomed.contains({f.target.index, parent.id})) continue;
      for (const Row& child : this->rows(f.owner)) {
        if (!Refers(f, child, parent)) continue;
        const std::vector<Value> wanted = Wanted(f, f.on_delete, {});
        for (std::size_t i = 0; i < wanted.size(); ++i) {
          FindIn(draft, f.owner.index, child.id)->values[f.attributes[i]] = wanted[i];
        }
      }
    }
  }
  if (fault_ == Fault::kRestrictIsImmediate) {
    for (const ForeignKeyInfo& f : schema_.foreign_keys()) {
      if (!f.constrained || f.on_delete != Action::kRestrict) continue;
      for (const Row& child : this->rows(f.owner)) {
        for (const Row& parent : this->rows(f.target)) {
          if (doomed.contains({f.target.index, parent.id}) && Refers(f, child, parent)) {
            return Outcome{{ErrorKind::kForeignKey}};
          }
        }
      }
    }
  }
  for (std::uint32_t m = 0; m < draft.tables.size(); ++m) {
    std::erase_if(draft.tables[m], [&](const Row& row) { return doomed.contains({m, row.id}); });
  }
  FollowUpdates(draft);
  NoteKeys(draft);
  Outcome outcome = Judge(draft, depth() > 0);
  if (outcome.ok()) state_ = std::move(draft);
  return outcome;
}

std::vector<Value> ModelStore::Wanted(const ForeignKeyInfo& f, Action action,
                                      const std::vector<Value>& key) const {
  std::vector<Value> wanted(f.attributes.size());
  for (std::size_t i = 0; i < f.attributes.size(); ++i) {
    if (action == Action::kCascade) wanted[i] = key[i];
    if (action == Action::kSetDefault) {
      wanted[i] = schema_[f.owner].attributes[f.attributes[i]].default_value;
    }
  }
  return wanted;
}

// A child follows a parent whose key changes if it refers to it when the operation has made its own
// changes. Applied to all rows until nothing changes.
void ModelStore::FollowUpdates(State& draft) const {
  Followed followed;
  for (bool changed = true; changed;) {
    changed = false;
    State next = draft;
    for (std::uint32_t i = 0; i < schema_.foreign_keys().size(); ++i) {
      const ForeignKeyInfo& f = schema_.foreign_keys()[i];
      if (!f.constrained || f.on_update == Action::kNoAction || f.on_update == Action::kRestrict) {
        continue;
      }
      if (f.on_update == Action::kCascade && fault_ == Fault::kUpdatesAreNotFollowed) continue;
      for (const Row& parent_before : rows(f.target)) {
        const Row* parent = FindIn(draft, f.target.index, parent_before.id);
        if (parent == nullptr) continue;
        const std::vector<Value> old_key = Referred(f, parent_before);
        const std::vector<Value> new_key = Referred(f, *parent);
        if (AnyNull(old_key) || old_key == new_key) continue;
        for (const Row& child_before : rows(f.owner)) {
          const Row* child = FindIn(draft, f.owner.index, child_before.id);
          if (child == nullptr) continue;
          const auto it = followed.find({i, child->id});
          const bool follows =
              it == followed.end() ? Reference(f, *child) == old_key : it->second == parent->id;
          if (!follows) continue;
          followed[{i, child->id}] = parent->id;
          const std::vector<Value> wanted = Wanted(f, f.on_update, new_key);
          if (Reference(f, *child) == wanted) continue;
          changed = true;
          Row* to = FindIn(next, f.owner.index, child->id);
          for (std::size_t k = 0; k < wanted.size(); ++k) to->values[f.attributes[k]] = wanted[k];
        }
      }
    }
    draft = std::move(next);
  }
}

// A generated key is higher than any that a row has had.
void ModelStore::NoteKeys(State& draft) const {
  for (std::uint32_t m = 0; m < draft.tables.size(); ++m) {
    const std::vector<AttributeInfo>& attributes = schema_.models()[m].attributes;
    for (std::size_t a = 0; a < attributes.size(); ++a) {
      if (!attributes[a].auto_increment) continue;
      for (const Row& row : draft.tables[m]) {
        const std::int64_t* key = row.values[a].get_if<std::int64_t>();
        if (key != nullptr && *key >= draft.next_keys[m]) draft.next_keys[m] = *key + 1;
      }
    }
  }
}

// ----- judging

ModelStore::Outcome ModelStore::Judge(const State& draft, bool in_transaction) const {
  Outcome outcome;
  for (std::uint32_t m = 0; m < draft.tables.size(); ++m) {
    const ModelInfo& info = schema_.models()[m];
    for (const Row& row : draft.tables[m]) {
      for (std::size_t a = 0; a < info.attributes.size(); ++a) {
        if (row.values[a].is_null() && !info.attributes[a].nullable) {
          outcome.wrongs.insert(ErrorKind::kNotNull);
        }
      }
    }
    for (const OneOf handle : info.one_ofs) {
      const OneOfInfo& one_of = schema_[handle];
      for (const Row& row : draft.tables[m]) {
        if (!one_of.exclusive()) continue;
        int set = 0;
        for (const Association a : one_of.alternatives) {
          set += !AnyNull(Pick(row, schema_[schema_[a].foreign_key].attributes));
        }
        if (set > 1 || (set == 0 && one_of.required)) outcome.wrongs.insert(ErrorKind::kCheck);
      }
    }
    for (const KeyInfo& key : info.keys) {
      std::set<std::vector<Value>> taken;
      for (const Row& row : draft.tables[m]) {
        const std::vector<Value> mine = Pick(row, key.attributes);
        if (AnyNull(mine) && fault_ != Fault::kUniqueForgetsNull) continue;
        if (!taken.insert(mine).second) outcome.wrongs.insert(ErrorKind::kUnique);
      }
    }
  }
  for (const ForeignKeyInfo& f : schema_.foreign_keys()) {
    if (!f.constrained) continue;
    std::set<std::vector<Value>> keys;
    for (const Row& parent : draft.tables[f.target.index]) keys.insert(Referred(f, parent));
    for (const Row& child : draft.tables[f.owner.index]) {
      const std::vector<Value> reference = Reference(f, child);
      if (AnyNull(reference) || keys.contains(reference)) continue;
      if (f.deferred && in_transaction && !Restricted(draft, f, child)) continue;
      if (fault_ == Fault::kSetDefaultIsNotJudged && f.on_delete == Action::kSetDefault) continue;
      outcome.wrongs.insert(ErrorKind::kForeignKey);
    }
  }
  return outcome;
}

// Whether the operation takes a key away from a child under RESTRICT, which is never deferred.
bool ModelStore::Restricted(const State& draft, const ForeignKeyInfo& f, const Row& child) const {
  const Row* before = FindIn(state_, f.owner.index, child.id);
  if (before == nullptr || Reference(f, *before) != Reference(f, child)) return false;
  for (const Row& parent : rows(f.target)) {
    if (!Refers(f, *before, parent)) continue;
    const bool gone = FindIn(draft, f.target.index, parent.id) == nullptr;
    return (gone ? f.on_delete : f.on_update) == Action::kRestrict;
  }
  return false;
}

// ----- transactions

void ModelStore::Begin() { saved_.push_back(state_); }

ModelStore::Outcome ModelStore::Commit() {
  Outcome outcome;
  if (depth() == 1) outcome = Judge(state_, false);
  if (outcome.ok()) saved_.pop_back();
  return outcome;
}

void ModelStore::Rollback() {
  const std::vector<std::int64_t> next_keys = state_.next_keys;
  state_ = std::move(saved_.back());
  saved_.pop_back();
  if (fault_ == Fault::kRollbackForgetsTheCounter) state_.next_keys = next_keys;
}

// ----- associations

bool ModelStore::InScope(const Row& row, const std::vector<ScopeEntry>& scope) {
  return std::all_of(scope.begin(), scope.end(), [&](const ScopeEntry& entry) {
    return std::find(entry.values.begin(), entry.values.end(), row.values[entry.attribute]) !=
           entry.values.end();
  });
}

std::vector<ModelStore::Link> ModelStore::Links(Association association, RowId source) const {
  const AssociationInfo& info = schema_[association];
  const ForeignKeyInfo& f = schema_[info.foreign_key];
  const Row& from = *Find(info.source, source);
  std::vector<Link> links;
  for (const Row& target : rows(info.target)) {
    if (!InScope(target, info.scope)) continue;
    switch (info.kind) {
      case AssociationKind::kBelongsTo:
        if (Refers(f, from, target)) links.push_back({target.id, 0});
        break;
      case AssociationKind::kHasOne:
      case AssociationKind::kHasMany:
        if (Refers(f, target, from)) links.push_back({target.id, 0});
        break;
      case AssociationKind::kBelongsToMany:
        for (const Row& join : rows(info.through)) {
          if (Refers(f, join, from) && Refers(schema_[info.other_key], join, target) &&
              InScope(join, info.through_scope)) {
            links.push_back({target.id, join.id});
          }
        }
        break;
    }
  }
  return links;
}

std::string ModelStore::ToString() const {
  std::string text;
  for (std::uint32_t m = 0; m < state_.tables.size(); ++m) {
    const ModelInfo& info = schema_.models()[m];
    for (const Row& row : state_.tables[m]) {
      text += info.name + ":";
      for (std::size_t a = 0; a < info.attributes.size(); ++a) {
        text += " " + info.attributes[a].name + "=" + row.values[a].ToString();
      }
      text += "\n";
    }
    if (info.attributes[info.primary_key().attributes[0]].auto_increment) {
      text += info.name + ": the next key is " + std::to_string(state_.next_keys[m]) + "\n";
    }
  }
  return text;
}

}  // namespace relata::testing
