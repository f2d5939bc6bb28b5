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

// Vertices are models, and after them the associations to one of several. Those are forks in the
// way: a stem comes from the source, and the foreign keys go on from there.
struct Edge {
  std::string label;
  bool stem = false;
  bool dashed = false;
};
using Graph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Edge>;

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

std::string OneOfLabel(const Schema& schema, const OneOfInfo& one_of) {
  if (one_of.discriminator.has_value()) {
    return absl::StrCat(one_of.name, "\nby ",
                        schema[one_of.source].attributes[*one_of.discriminator].name);
  }
  return absl::StrCat(one_of.name, one_of.required ? "\nexactly one of" : "\nat most one of");
}

// What the discriminator holds when the alternative is the one: "commentable = 'post'".
std::string SourceScopeLabel(const Schema& schema, const AssociationInfo& alternative) {
  return absl::StrJoin(
      alternative.source_scope, "\n", [&](std::string* out, const ScopeEntry& entry) {
        absl::StrAppend(out, schema[alternative.source].attributes[entry.attribute].name, " = ",
                        absl::StrJoin(entry.values, " or ", [](std::string* to, const Value& v) {
                          to->append(v.ToString());
                        }));
      });
}

Edge EdgeOf(const Schema& schema, const ForeignKeyInfo& foreign_key) {
  return {.label = ForeignKeyLabel(schema, foreign_key), .dashed = !foreign_key.constrained};
}

Graph GraphOf(const Schema& schema) {
  const std::size_t models = schema.models().size();
  Graph graph(models + schema.one_ofs().size());
  std::vector<bool> drawn(schema.foreign_keys().size());
  for (std::size_t o = 0; o < schema.one_ofs().size(); ++o) {
    const OneOfInfo& one_of = schema.one_ofs()[o];
    const std::size_t fork = models + o;
    boost::add_edge(one_of.source.index, fork, Edge{.label = {}, .stem = true}, graph);
    for (const Association association : one_of.alternatives) {
      const AssociationInfo& alternative = schema[association];
      Edge edge = EdgeOf(schema, schema[alternative.foreign_key]);
      const std::string scope = SourceScopeLabel(schema, alternative);
      if (!scope.empty()) absl::StrAppend(&edge.label, "\n", scope);
      boost::add_edge(fork, alternative.target.index, edge, graph);
      drawn[alternative.foreign_key.index] = true;
    }
  }
  for (std::size_t f = 0; f < drawn.size(); ++f) {
    if (drawn[f]) continue;
    const ForeignKeyInfo& foreign_key = schema.foreign_keys()[f];
    boost::add_edge(foreign_key.owner.index, foreign_key.target.index, EdgeOf(schema, foreign_key),
                    graph);
  }
  return graph;
}

}  // namespace

std::string SchemaDiagram(const Schema& schema) {
  const Graph graph = GraphOf(schema);
  const std::size_t models = schema.models().size();
  std::ostringstream out;
  boost::write_graphviz(
      out, graph,
      [&](std::ostream& to, std::size_t vertex) {
        if (vertex < models) {
          to << "[label=" << internal::QuoteForDot(ModelLabel(schema, schema.models()[vertex]))
             << "]";
        } else {
          to << "[label="
             << internal::QuoteForDot(OneOfLabel(schema, schema.one_ofs()[vertex - models]))
             << ", shape=ellipse]";
        }
      },
      [&](std::ostream& to, const auto& at) {
        const Edge& edge = graph[at];
        if (edge.stem) {
          to << "[dir=none]";
        } else {
          to << "[label=" << internal::QuoteForDot(edge.label)
             << (edge.dashed ? ", style=dashed]" : "]");
        }
      },
      [](std::ostream& to) {
        to << "node [shape=box, fontname=\"sans-serif\"];\n"
           << "edge [fontname=\"sans-serif\", fontsize=10];\n";
      });
  return out.str();
}

}  // namespace relata
