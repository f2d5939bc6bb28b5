// Pictures for Graphviz: a schema as a graph of models, a plan as the tree of what goes and why.
// Render with `dot -Tsvg`.
#ifndef RELATA_DIAGRAM_H_
#define RELATA_DIAGRAM_H_

#include <cstddef>
#include <string>

#include "relata/plan.h"
#include "relata/schema.h"
#include "relata/store.h"

namespace relata {

// Models with their attributes and keys; an arrow for each foreign key from the owner to the model
// it refers to, labelled with its columns and actions, dashed when it is not constrained. Those of
// an association to one of several models fork at an ellipse with its name, which says how many of
// them are set, or which attribute decides. In the order of declaration (rule R21). O(schema).
std::string SchemaDiagram(const Schema& schema);

// Instances that go, an arrow from each to what follows from it, labelled with the foreign key;
// instances that lose or change a value; blockers in red. At most `limit` instances are drawn, the
// first ones breadth first, and a note says how many are left out. `store` must be in the state
// that the plan was made for, so that instances can be named.
std::string PlanDiagram(const Plan& plan, const Store& store, std::size_t limit = 200);

}  // namespace relata

#endif  // RELATA_DIAGRAM_H_
