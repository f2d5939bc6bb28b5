#include "graph/dependency_graph.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "boost/graph/adjacency_list.hpp"
#include "boost/graph/breadth_first_search.hpp"
#include "boost/graph/strong_components.hpp"
#include "boost/graph/visitors.hpp"

namespace relata::internal {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Edges = std::set<std::pair<std::uint32_t, std::uint32_t>>;  // from, to; ordered by index

Edges DependencyEdges(const std::vector<ForeignKeyInfo>& foreign_keys) {
  Edges edges;
  for (const ForeignKeyInfo& foreign_key : foreign_keys) {
    if (!foreign_key.constrained || foreign_key.owner == foreign_key.target) continue;
    edges.emplace(foreign_key.owner.index, foreign_key.target.index);
  }
  return edges;
}

// The members of each component, by index.
std::vector<std::vector<std::uint32_t>> Members(const std::vector<std::uint32_t>& component,
                                                std::size_t components) {
  std::vector<std::vector<std::uint32_t>> members(components);
  for (std::uint32_t m = 0; m < component.size(); ++m) members[component[m]].push_back(m);
  return members;
}

// Kahn's algorithm over the components; of those that are ready, the one with the least member.
std::vector<Model> OrderByDependency(const Edges& edges,
                                     const std::vector<std::uint32_t>& component,
                                     const std::vector<std::vector<std::uint32_t>>& members) {
  std::vector<std::vector<std::uint32_t>> dependents(members.size());
  std::vector<std::size_t> missing(members.size(), 0);
  for (const auto& [from, to] : edges) {
    if (component[from] == component[to]) continue;
    dependents[component[to]].push_back(component[from]);
    ++missing[component[from]];
  }
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
  for (std::uint32_t c = 0; c < members.size(); ++c) {
    if (missing[c] == 0) ready.push(members[c].front());
  }
  std::vector<Model> order;
  while (!ready.empty()) {
    const std::uint32_t done = component[ready.top()];
    ready.pop();
    for (const std::uint32_t member : members[done]) order.push_back(Model{member});
    for (const std::uint32_t dependent : dependents[done]) {
      if (--missing[dependent] == 0) ready.push(members[dependent].front());
    }
  }
  return order;
}

// The shortest way from `first` back to itself. REQUIRES: there is one.
std::vector<Model> ShortestCycle(const Graph& graph, std::uint32_t first) {
  using Vertex = boost::graph_traits<Graph>::vertex_descriptor;
  const std::size_t count = boost::num_vertices(graph);
  std::vector<Vertex> predecessor(count, count);
  std::vector<std::size_t> distance(count, 0);
  boost::breadth_first_search(
      graph, first,
      boost::visitor(boost::make_bfs_visitor(
          std::make_pair(boost::record_predecessors(predecessor.data(), boost::on_tree_edge()),
                         boost::record_distances(distance.data(), boost::on_tree_edge())))));
  std::size_t last = count;
  for (std::size_t v = 0; v < count; ++v) {
    const bool reached = v != first && predecessor[v] != count;
    if (!reached || !boost::edge(v, first, graph).second) continue;
    if (last == count || distance[v] < distance[last]) last = v;
  }
  std::vector<Model> cycle;
  for (std::size_t v = last; v != first; v = predecessor[v]) {
    cycle.push_back(Model{static_cast<std::uint32_t>(v)});
  }
  cycle.push_back(Model{first});
  std::reverse(cycle.begin(), cycle.end());
  return cycle;
}

}  // namespace

Dependencies FindDependencies(std::size_t models, const std::vector<ForeignKeyInfo>& foreign_keys) {
  Dependencies result;
  result.component.resize(models);
  if (models == 0) return result;
  const Edges edges = DependencyEdges(foreign_keys);
  const Graph graph(edges.begin(), edges.end(), models);
  const std::size_t components = boost::strong_components(graph, result.component.data());
  const auto members = Members(result.component, components);
  result.order = OrderByDependency(edges, result.component, members);
  for (std::uint32_t m = 0; m < models; ++m) {
    const auto& group = members[result.component[m]];
    if (group.size() > 1 && group.front() == m) result.cycles.push_back(ShortestCycle(graph, m));
  }
  return result;
}

}  // namespace relata::internal
