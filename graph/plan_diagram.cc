// A plan as a picture, through Boost.Graph's writer.
#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "boost/graph/adjacency_list.hpp"
#include "boost/graph/graphviz.hpp"
#include "graph/diagram_text.h"
#include "relata/diagram.h"

namespace relata {
namespace {

struct Node {
  std::string label;
  std::string style;
};
struct Edge {
  std::string label;
};
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Node, Edge>;

class Drawing {
 public:
  Drawing(const Plan& plan, const Store& store, std::size_t limit)
      : plan_(plan), store_(store), limit_(limit) {}

  std::string Draw() {
    for (const Plan::Deletion& d : plan_.deletions()) {
      const auto node = NodeOf(d.instance, "fillcolor=\"#f4c7c3\"");
      if (node == kNone) continue;
      if (d.cause == Plan::kRoot) {
        graph_[node].style += ", penwidth=3";
      } else {
        Arrow(plan_.deletions()[d.cause].instance, node, LabelOf(d.via));
      }
    }
    for (const Plan::Assignment& a : plan_.assignments()) {
      const auto node = NodeOf(a.instance, "fillcolor=\"#fce8b2\"");
      if (node == kNone) continue;
      const ModelInfo& model = plan_.schema()[a.instance.of()];
      absl::StrAppend(&graph_[node].label, "\n", model.attributes[a.attribute].name, ": ",
                      a.before.ToString(), " -> ", a.after.ToString());
    }
    for (const Plan::Blocker& b : plan_.blockers()) {
      const auto node = NodeOf(b.instance, "fillcolor=\"#ffffff\"");
      if (node == kNone) continue;
      graph_[node].style += ", color=red, fontcolor=red, penwidth=3";
      absl::StrAppend(&graph_[node].label, "\nblocks: ", b.message);
    }
    std::string title = plan_.Summary();
    if (left_out_ > 0) {
      absl::StrAppend(&title, "\n(", left_out_, " more instances are not drawn)");
    }
    std::ostringstream out;
    boost::write_graphviz(
        out, graph_,
        [&](std::ostream& o, std::size_t v) {
          o << "[label=" << internal::QuoteForDot(graph_[v].label) << ", " << graph_[v].style
            << "]";
        },
        [&](std::ostream& o, const Graph::edge_descriptor& e) {
          o << "[label=" << internal::QuoteForDot(graph_[e].label) << "]";
        },
        [&](std::ostream& o) {
          o << "rankdir=LR;\nlabel=" << internal::QuoteForDot(title) << ";\nlabelloc=t;\n"
            << "node [shape=box, style=filled, fontname=\"sans-serif\"];\n"
            << "edge [fontname=\"sans-serif\", fontsize=10];\n";
        });
    return out.str();
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;

  std::size_t NodeOf(Instance instance, const std::string& style) {
    const auto found = nodes_.find(instance);
    if (found != nodes_.end()) return found->second;
    std::size_t node = kNone;
    if (boost::num_vertices(graph_) < limit_) {
      node = boost::add_vertex({store_.Describe(instance), style}, graph_);
    } else {
      ++left_out_;
    }
    nodes_[instance] = node;
    return node;
  }

  void Arrow(Instance from, std::size_t to, std::string label) {
    const auto found = nodes_.find(from);
    if (found != nodes_.end() && found->second != kNone) {
      boost::add_edge(found->second, to, Edge{std::move(label)}, graph_);
    }
  }

  std::string LabelOf(ForeignKey f) const {
    const ForeignKeyInfo& info = plan_.schema()[f];
    std::string columns;
    for (const std::uint32_t a : info.attributes) {
      absl::StrAppend(&columns, columns.empty() ? "" : ", ",
                      plan_.schema()[info.owner].attributes[a].name);
    }
    return columns;
  }

  const Plan& plan_;
  const Store& store_;
  const std::size_t limit_;
  Graph graph_;
  absl::flat_hash_map<Instance, std::size_t> nodes_;
  std::size_t left_out_ = 0;
};

}  // namespace

std::string PlanDiagram(const Plan& plan, const Store& store, std::size_t limit) {
  return Drawing(plan, store, limit).Draw();
}

}  // namespace relata
