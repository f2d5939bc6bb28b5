#include "tests/random_drafts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "tests/model_store_compare.h"

namespace relata::testing {
namespace {

using Assigns = ModelAccessors::Assigns;
using Outcome = ModelStore::Outcome;
using RowId = ModelStore::RowId;

bool BelongsTo(const AssociationInfo& info) { return info.kind == AssociationKind::kBelongsTo; }

Assigns DrawValues(Random& random, const ModelInfo& model) {
  Assigns values;
  for (std::uint32_t a = 0; a < model.attributes.size(); ++a) {
    if (model.attributes[a].generated || model.attributes[a].auto_increment) continue;
    if (random.Chance(50)) continue;
    values.push_back({a, RandomValue(random, model.attributes[a].type)});
  }
  return values;
}

// A row that hangs on the row around it by `origin`, or the root.
RandomRow Draw(Random& random, const ModelStore& twin, Model model, int depth,
               const AssociationInfo* origin) {
  const Schema& schema = twin.schema();
  RandomRow row{.model = model};
  const std::vector<ModelStore::Row>& known = twin.rows(model);
  if (origin != nullptr && !known.empty() && random.Chance(40)) {
    row.existing = known[random.Below(known.size())].id;
  }
  if (!row.existing.has_value() || random.Chance(30)) {
    row.values = DrawValues(random, schema[model]);
  }
  if (origin != nullptr && origin->kind == AssociationKind::kBelongsToMany && random.Chance(40)) {
    row.through = DrawValues(random, schema[origin->through]);
  }
  if (row.existing.has_value()) return row;
  for (const Association association : schema[model].associations) {
    const AssociationInfo& info = schema[association];
    // What would give the key by which the row hangs on the one around it another value.
    if (origin != nullptr && BelongsTo(info) != BelongsTo(*origin) &&
        info.foreign_key == origin->foreign_key) {
      continue;
    }
    const bool given = std::any_of(row.parts.begin(), row.parts.end(), [&](const auto& part) {
      return BelongsTo(info) && schema[part.association].foreign_key == info.foreign_key;
    });
    if (given || depth == 0 || random.Chance(70)) continue;
    RandomRow::Part part{.association = association, .null = random.Chance(10)};
    const std::size_t rows = part.null ? 0 : info.to_one() ? 1 : random.Below(3);
    for (std::size_t i = 0; i < rows; ++i) {
      part.rows.push_back(Draw(random, twin, info.target, depth - 1, &info));
    }
    row.parts.push_back(std::move(part));
  }
  return row;
}

Values Named(const ModelInfo& model, const Assigns& assigns) {
  Values values;
  for (const ModelStore::Assign& assign : assigns) {
    values.push_back({model.attributes[assign.attribute].name, assign.value});
  }
  return values;
}

void Write(const Store& store, const ModelStore& twin, const RandomRow& row, const DraftRow& at) {
  const Schema& schema = twin.schema();
  for (const NamedValue& named : Named(schema[row.model], row.values)) {
    at.Set(named.name, named.value);
  }
  for (const RandomRow::Part& part : row.parts) {
    const AssociationInfo& info = schema[part.association];
    if (part.null) at.Set(info.name, nullptr);
    for (const RandomRow& nested : part.rows) {
      const DraftRow to =
          nested.existing.has_value()
              ? at.Connect(info.name, InstanceOf(store, twin, nested.model,
                                                 *twin.Find(nested.model, *nested.existing)))
              : at.Create(info.name);
      if (!nested.through.empty()) to.Through(Named(schema[info.through], nested.through));
      Write(store, twin, nested, to);
    }
  }
}

void Put(Assigns& values, std::uint32_t attribute, const Value& value) {
  std::erase_if(values, [&](const ModelStore::Assign& a) { return a.attribute == attribute; });
  values.push_back({attribute, value});
}

// Where a row hangs on the one around it.
struct Origin {
  Association association;
  RowId row;
};

Outcome Carry(ModelStore& twin, const RandomRow& row, const std::optional<Origin>& origin,
              RowId& id) {
  const Schema& schema = twin.schema();
  const bool hangs = origin.has_value() && !BelongsTo(schema[origin->association]);
  if (row.existing.has_value()) {
    id = *row.existing;
    Outcome outcome;
    if (!row.values.empty()) outcome = twin.Update(row.model, {id}, row.values);
    if (!outcome.ok() || !hangs) return outcome;
    return ModelAccessors(twin, origin->association, origin->row).Add({id}, row.through);
  }
  Assigns values = row.values;
  std::vector<std::pair<Association, RowId>> parents;
  for (const RandomRow::Part& part : row.parts) {
    const AssociationInfo& info = schema[part.association];
    if (!BelongsTo(info)) continue;
    const ForeignKeyInfo& key = schema[info.foreign_key];
    RowId parent = 0;
    if (!part.null) {
      Outcome outcome = Carry(twin, part.rows[0], Origin{part.association, 0}, parent);
      if (!outcome.ok()) return outcome;
      parents.emplace_back(part.association, parent);
    }
    for (std::size_t i = 0; i < key.attributes.size(); ++i) {
      const std::uint32_t a = schema[key.target].keys[key.target_key].attributes[i];
      const Value value = part.null ? Value() : twin.Find(key.target, parent)->values[a];
      if (!part.null && value.is_null()) return Outcome{{ErrorKind::kNone}};
      Put(values, key.attributes[i], value);
    }
  }
  Outcome outcome =
      hangs
          ? ModelAccessors(twin, origin->association, origin->row).Create(values, row.through, &id)
          : twin.Create(row.model, values, &id);
  // Parents are to meet the scopes of what refers to them.
  for (const auto& [association, parent] : parents) {
    if (outcome.ok()) outcome = ModelAccessors(twin, association, id).Add({parent}, {});
  }
  for (const RandomRow::Part& part : row.parts) {
    if (BelongsTo(schema[part.association])) continue;
    // Also by what the row itself hangs on.
    if (part.null && outcome.ok()) {
      outcome = ModelAccessors(twin, part.association, id).Set({}, {});
    }
    for (const RandomRow& nested : part.rows) {
      RowId child = 0;
      if (outcome.ok()) outcome = Carry(twin, nested, Origin{part.association, id}, child);
    }
  }
  return outcome;
}

}  // namespace

RandomRow DrawRow(Random& random, const ModelStore& twin, Model model, int depth) {
  return Draw(random, twin, model, depth, nullptr);
}

Draft ToDraft(const Store& store, const ModelStore& twin, const RandomRow& row) {
  Draft draft;
  Write(store, twin, row, draft.root());
  return draft;
}

std::string ToString(const Schema& schema, const RandomRow& row) {
  std::string text = schema[row.model].name;
  if (row.existing.has_value()) text += " #" + std::to_string(*row.existing);
  const auto append = [&](const ModelInfo& model, const Assigns& assigns) {
    for (const ModelStore::Assign& assign : assigns) {
      text += " " + model.attributes[assign.attribute].name + "=" + assign.value.ToString();
    }
  };
  append(schema[row.model], row.values);
  for (const RandomRow::Part& part : row.parts) {
    text += " " + schema[part.association].name + (part.null ? " null" : " {");
    for (const RandomRow& nested : part.rows) {
      text += ToString(schema, nested);
      if (!nested.through.empty()) {
        text += " by";
        append(schema[schema[part.association].through], nested.through);
      }
      text += "; ";
    }
    if (!part.null) text += "}";
  }
  return text;
}

ModelStore::Outcome CreateInTwin(ModelStore& twin, const RandomRow& row) {
  ModelStore trial = twin;
  RowId id = 0;
  Outcome outcome = Carry(trial, row, std::nullopt, id);
  if (outcome.ok()) twin = std::move(trial);
  return outcome;
}

}  // namespace relata::testing
