#include "graph/schema_freeze.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "graph/arcs.h"
#include "graph/dependency_graph.h"
#include "graph/fingerprint.h"
#include "graph/layout.h"

namespace relata::internal {
namespace {

void LinkModels(SchemaData& schema) {
  for (std::uint32_t f = 0; f < schema.foreign_keys.size(); ++f) {
    const ForeignKeyInfo& foreign_key = schema.foreign_keys[f];
    schema.models[foreign_key.owner.index].foreign_keys.push_back(ForeignKey{f});
    schema.models[foreign_key.target.index].referenced_by.push_back(ForeignKey{f});
  }
  for (std::uint32_t a = 0; a < schema.associations.size(); ++a) {
    schema.models[schema.associations[a].source.index].associations.push_back(Association{a});
  }
  for (std::uint32_t i = 0; i < schema.one_ofs.size(); ++i) {
    schema.models[schema.one_ofs[i].source.index].one_ofs.push_back(OneOf{i});
  }
}

// Rows of an accepted cycle refer to rows that are created later, so these keys are judged at
// commit.
void DeferCycles(const Dependencies& dependencies, SchemaData& schema) {
  for (ForeignKeyInfo& foreign_key : schema.foreign_keys) {
    const bool together = dependencies.component[foreign_key.owner.index] ==
                          dependencies.component[foreign_key.target.index];
    foreign_key.deferred =
        foreign_key.constrained && foreign_key.owner != foreign_key.target && together;
  }
}

}  // namespace

std::shared_ptr<const SchemaData> FreezeSchema(std::unique_ptr<SchemaData> schema) {
  static std::atomic<std::uint64_t> serial{1};
  schema->serial = serial.fetch_add(1, std::memory_order_relaxed);
  LinkModels(*schema);
  schema->arcs = MakeArcs(*schema);
  Dependencies dependencies = FindDependencies(schema->models.size(), schema->foreign_keys);
  DeferCycles(dependencies, *schema);
  schema->dependency_order = std::move(dependencies.order);
  schema->fingerprint = Fingerprint(*schema);
  schema->layouts = MakeLayouts(schema->models, schema->foreign_keys, schema->associations);
  for (LinkLayout& link : schema->layouts.links) {
    // Validators, and alternatives of which one is required, judge every row that loses its key, so
    // each is to be in the plan.
    const bool rules = !schema->rules[link.owner].empty();
    const std::vector<Arc>& arcs = schema->arcs[link.owner];
    if (rules ||
        std::any_of(arcs.begin(), arcs.end(), [](const Arc& arc) { return arc.required; })) {
      link.sweepable = false;
    }
    if (rules || !arcs.empty()) link.free_standing = link.droppable = false;
  }
  for (std::size_t m = 0; m < schema->models.size(); ++m) {
    if (!schema->rules[m].empty() || !schema->arcs[m].empty()) {
      schema->layouts.rows[m].fresh_is_plain = false;
    }
  }
  PlaceStructs(*schema);
  return schema;
}

}  // namespace relata::internal
