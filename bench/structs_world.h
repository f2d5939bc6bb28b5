// The contender written by hand: structs that point at each other, found through hash maps, with
// the actions of the foreign key written out. No transactions, no undo, no checks beyond these.
#ifndef RELATA_BENCH_STRUCTS_WORLD_H_
#define RELATA_BENCH_STRUCTS_WORLD_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/world.h"

namespace relata::bench {

struct StructChild;

struct StructParent {
  std::int64_t id;
  std::string name;
  std::vector<StructChild*> children;
};

struct StructChild {
  std::int64_t id;
  StructParent* parent;
  std::size_t place;  // among the parent's children
  std::int64_t goals;
};

struct StructsWorld {
  std::unordered_map<std::int64_t, std::unique_ptr<StructParent>> parents;
  std::unordered_map<std::int64_t, std::unique_ptr<StructChild>> children;
  std::vector<StructChild*> all_children;  // in the order of creation

  void CreateParent(std::int64_t id) {
    parents.emplace(id, std::make_unique<StructParent>(StructParent{id, "a parent", {}}));
  }
  void CreateChild(std::int64_t id, std::int64_t parent_id) {
    StructParent* parent = parents.at(parent_id).get();
    auto child = std::make_unique<StructChild>(
        StructChild{id, parent, parent->children.size(), GoalsOf(id)});
    parent->children.push_back(child.get());
    all_children.push_back(child.get());
    children.emplace(id, std::move(child));
  }
  // Leaves all_children with pointers to what is gone: it is not used afterwards.
  void DeleteParent(std::int64_t id) {
    const auto found = parents.find(id);
    for (StructChild* child : found->second->children) children.erase(child->id);
    parents.erase(found);
  }

  static std::unique_ptr<StructsWorld> Make(const WorldSize& size) {
    auto world = std::make_unique<StructsWorld>();
    world->Fill(size);
    return world;
  }
  void Fill(const WorldSize& size) {
    for (std::int64_t id = 1; id <= size.parents; ++id) CreateParent(id);
    for (std::int64_t id = 1; id <= size.children; ++id) CreateChild(id, size.ParentOf(id));
  }
  // What a fork costs without pages that are shared: everything anew.
  std::unique_ptr<StructsWorld> Copy() const {
    auto copy = std::make_unique<StructsWorld>();
    copy->parents.reserve(parents.size());
    copy->children.reserve(children.size());
    for (const auto& [id, parent] : parents) copy->CreateParent(id);
    for (const StructChild* child : all_children) {
      copy->CreateChild(child->id, child->parent->id);
      copy->all_children.back()->goals = child->goals;
    }
    return copy;
  }
};

}  // namespace relata::bench

#endif  // RELATA_BENCH_STRUCTS_WORLD_H_
