// A schema as a picture, through Boost.Graph's writer.
#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "boost/graph/adjacency_list.hpp"
#include "boost/graph/graphviz.hpp"
#include "graph/diagram_text.h"
#include "relata/diagram.h"

namespace relata {
namespace {

// Edges are foreign keys, by index; they are drawn by owner.
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property,
                                    std::size_t>;

bool Contains(const std::vector<std::uint32_t>& positions, std::uint32_t position) {
  return std::find(positions.begin(), positions.end(), position) != positions.end();
}

bool InForeignKey(const Schema& schema, const ModelInfo& model, std::uint32_t attribute) {
  return std::any_of(model.foreign_keys.begin(), model.foreign_keys.end(),
                     [&](ForeignKey key) { return Contains(schema[key].attributes, attribute); });
}

std::string NamesOf(const ModelInfo& model, const std::vector<std::uint32_t>& positions) {
  return absl::StrJoin(positions, ", ", [&](std::string* out, std::uint32_t position) {
    out->append(model.attributes[position].name);
  });
}

// The model's name (and table, when that is not its plural), its attributes, its further keys.
std::string ModelLabel(const Schema& schema, const ModelInfo& model) {
  std::string label = model.name;
  if (model.table != model.plural) absl::StrAppend(&label, " (table ", model.table, ")");
  for (std::uint32_t a = 0; a < model.attributes.size(); ++a) {
    const AttributeInfo& attribute = model.attributes[a];
    absl::StrAppend(&label, "\n", attribute.name, " ", std::string(TypeName(attribute.type)));
    if (Contains(model.primary_key().attributes, a)) {
      absl::StrAppend(&label, " PK");
    } else if (!attribute.nullable) {
      absl::StrAppend(&label, " NOT NULL");
    }
    if (InForeignKey(schema, model, a)) absl::StrAppend(&label, " FK");
  }
  for (std::size_t k = 1; k < model.keys.size(); ++k) {
    absl::StrAppend(&label, "\nunique (", NamesOf(model, model.keys[k].attributes), ")");
  }
  for (const IndexInfo& index : model.indexes) {
    absl::StrAppend(&label, "\n", index.kind == IndexKind::kHashed ? "hashed " : "", "index (",
                    NamesOf(model, index.attributes), ")");
  }
  return label;
}

std::string ForeignKeyLabel(const Schema& schema, const ForeignKeyInfo& foreign_key) {
  std::string label = NamesOf(schema[foreign_key.owner], foreign_key.attributes);
  if (foreign_key.target_key != 0) {
    const ModelInfo& target = schema[foreign_key.target];
    absl::StrAppend(&label, " -> ",
                    NamesOf(target, target.keys[foreign_key.target_key].attributes));
  }
  if (!foreign_key.constrained) return label;
  absl::StrAppend(
      &label, "\non delete ", absl::AsciiStrToLower(std::string(ActionName(foreign_key.on_delete))),
      "\non update ", absl::AsciiStrToLower(std::string(ActionName(foreign_key.on_update))));
  if (foreign_key.deferred) absl::StrAppend(&label, "\ndeferred");
  return label;
}

}  // namespace

std::string SchemaDiagram(const Schema& schema) {
  Graph graph(schema.models().size());
  for (std::size_t f = 0; f < schema.foreign_keys().size(); ++f) {
    const ForeignKeyInfo& foreign_key = schema.foreign_keys()[f];
    boost::add_edge(foreign_key.owner.index, foreign_key.target.index, f, graph);
  }
  std::ostringstream out;
  boost::write_graphviz(
      out, graph,
      [&](std::ostream& to, std::size_t model) {
        to << "[label=" << internal::QuoteForDot(ModelLabel(schema, schema.models()[model])) << "]";
      },
      [&](std::ostream& to, const auto& edge) {
        const ForeignKeyInfo& foreign_key = schema.foreign_keys()[graph[edge]];
        to << "[label=" << internal::QuoteForDot(ForeignKeyLabel(schema, foreign_key));
        if (!foreign_key.constrained) to << ", style=dashed";
        to << "]";
      },
      [](std::ostream& to) {
        to << "node [shape=box, fontname=\"sans-serif\"];\n"
           << "edge [fontname=\"sans-serif\", fontsize=10];\n";
      });
  return out.str();
}

}  // namespace relata
