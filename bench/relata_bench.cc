// relata beside what one would use without it. Every piece of work is done three times under one
// name, on the same rows (bench/world.h):
//
//   Create/<who>/<rows>        fill an empty world: parents, then children, one call for each row
//   FindByKey/<who>/<rows>     look every child up by its primary key, in a scattered order
//   ReadField/<who>/<rows>     sum a number over all children
//   Traverse/<who>/<rows>      from every parent to its children, and sum the same number
//   CascadeDelete/<who>/<rows> delete every parent, one by one, each with its ten children
//   Fork/<who>/<rows>          a second world with the same rows
//   FirstWrite/<who>/<rows>    fork, then change one number in the fork
//
//   <who>   relata; structs: hand-written structs with pointers, in hash maps; sqlite: SQLite in
//           memory with foreign keys, prepared statements and one transaction
//   <rows>  parents and children together, about
//
// Filling and freeing a world is not timed, but for Create, and for Fork and FirstWrite, which free
// what they make.
//
// How to read it: items_per_second counts rows (for Fork and FirstWrite: worlds). Compare one name
// and one number of rows across the three, as a ratio; a figure by itself says as much about the
// machine. Structs give no promise at all: no transaction, no rollback, no check of a reference;
// the ratio to them is the price of those promises. Run on an idle machine, in a release build:
//
//   relata_bench --benchmark_filter='Traverse' --benchmark_repetitions=5
//   relata_bench --benchmark_filter='/relata/'
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "bench/relata_world.h"
#include "bench/sqlite_world.h"
#include "bench/structs_world.h"
#include "bench/world.h"

namespace relata::bench {
namespace {

using ::benchmark::DoNotOptimize;
using ::benchmark::State;

WorldSize SizeOf(const State& state) { return WorldSize(state.range(0)); }

void CountRows(State& state, std::int64_t rows) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * rows);
}

// ----- Create

void CreateRelata(State& state) {
  const WorldSize size = SizeOf(state);
  for (auto _ : state) {
    state.PauseTiming();
    std::optional<RelataWorld> world(RelataWorld::Empty());
    state.ResumeTiming();
    world->Fill(size);
    state.PauseTiming();
    world.reset();
    state.ResumeTiming();
  }
  CountRows(state, size.rows());
}

template <typename World>
std::unique_ptr<World> EmptyWorld();
template <>
std::unique_ptr<StructsWorld> EmptyWorld() {
  return std::make_unique<StructsWorld>();
}
template <>
std::unique_ptr<SqliteWorld> EmptyWorld() {
  return SqliteWorld::Empty();
}

template <typename World>
void CreateOther(State& state) {
  const WorldSize size = SizeOf(state);
  for (auto _ : state) {
    state.PauseTiming();
    std::unique_ptr<World> world = EmptyWorld<World>();
    state.ResumeTiming();
    world->Fill(size);
    state.PauseTiming();
    world.reset();
    state.ResumeTiming();
  }
  CountRows(state, size.rows());
}

// ----- FindByKey

void FindByKeyRelata(State& state) {
  const WorldSize size = SizeOf(state);
  const RelataWorld world = RelataWorld::Make(size);
  for (auto _ : state) {
    for (std::int64_t i = 0; i < size.children; ++i) {
      DoNotOptimize(world.store.Find(world.child, WorldSize::Shuffled(i, size.children)).value());
    }
  }
  CountRows(state, size.children);
}

void FindByKeyStructs(State& state) {
  const WorldSize size = SizeOf(state);
  const auto world = StructsWorld::Make(size);
  for (auto _ : state) {
    for (std::int64_t i = 0; i < size.children; ++i) {
      DoNotOptimize(world->children.at(WorldSize::Shuffled(i, size.children)).get());
    }
  }
  CountRows(state, size.children);
}

void FindByKeySqlite(State& state) {
  const WorldSize size = SizeOf(state);
  const auto world = SqliteWorld::Make(size);
  SqliteStatement find(world->db(), "SELECT goals FROM child WHERE id = ?");
  for (auto _ : state) {
    for (std::int64_t i = 0; i < size.children; ++i) {
      DoNotOptimize(find.Bind(1, WorldSize::Shuffled(i, size.children)).Step());
      find.Reset();
    }
  }
  CountRows(state, size.children);
}

// ----- ReadField

void ReadFieldRelata(State& state) {
  const WorldSize size = SizeOf(state);
  const RelataWorld world = RelataWorld::Make(size);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const Instance child : world.store.All(world.child)) {
      sum += world.store.Get(child, world.goals);
    }
    DoNotOptimize(sum);
  }
  CountRows(state, size.children);
}

void ReadFieldStructs(State& state) {
  const WorldSize size = SizeOf(state);
  const auto world = StructsWorld::Make(size);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const StructChild* child : world->all_children) sum += child->goals;
    DoNotOptimize(sum);
  }
  CountRows(state, size.children);
}

void ReadFieldSqlite(State& state) {
  const WorldSize size = SizeOf(state);
  const auto world = SqliteWorld::Make(size);
  SqliteStatement read(world->db(), "SELECT goals FROM child");
  for (auto _ : state) {
    std::int64_t sum = 0;
    while (read.Step()) sum += read.Column(0);
    read.Reset();
    DoNotOptimize(sum);
  }
  CountRows(state, size.children);
}

// ----- Traverse

void TraverseRelata(State& state) {
  const WorldSize size = SizeOf(state);
  const RelataWorld world = RelataWorld::Make(size);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const Instance parent : world.store.All(world.parent)) {
      for (const Instance child : world.store.Linked(parent, world.children)) {
        sum += world.store.Get(child, world.goals);
      }
    }
    DoNotOptimize(sum);
  }
  CountRows(state, size.children);
}

void TraverseStructs(State& state) {
  const WorldSize size = SizeOf(state);
  const auto world = StructsWorld::Make(size);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const auto& [id, parent] : world->parents) {
      for (const StructChild* child : parent->children) sum += child->goals;
    }
    DoNotOptimize(sum);
  }
  CountRows(state, size.children);
}

void TraverseSqlite(State& state) {
  const WorldSize size = SizeOf(state);
  const auto world = SqliteWorld::Make(size);
  SqliteStatement parents(world->db(), "SELECT id FROM parent");
  SqliteStatement children(world->db(), "SELECT goals FROM child WHERE parentId = ?");
  for (auto _ : state) {
    std::int64_t sum = 0;
    while (parents.Step()) {
      children.Bind(1, parents.Column(0));
      while (children.Step()) sum += children.Column(0);
      children.Reset();
    }
    parents.Reset();
    DoNotOptimize(sum);
  }
  CountRows(state, size.children);
}

// ----- CascadeDelete

void CascadeDeleteRelata(State& state) {
  const WorldSize size = SizeOf(state);
  for (auto _ : state) {
    state.PauseTiming();
    std::optional<RelataWorld> world(RelataWorld::Make(size));
    state.ResumeTiming();
    for (std::int64_t id = 1; id <= size.parents; ++id) {
      Must(world->store.Delete(world->store.Find(world->parent, id).value()));
    }
    state.PauseTiming();
    world.reset();
    state.ResumeTiming();
  }
  CountRows(state, size.rows());
}

void CascadeDeleteStructs(State& state) {
  const WorldSize size = SizeOf(state);
  for (auto _ : state) {
    state.PauseTiming();
    auto world = StructsWorld::Make(size);
    state.ResumeTiming();
    for (std::int64_t id = 1; id <= size.parents; ++id) world->DeleteParent(id);
    state.PauseTiming();
    world.reset();
    state.ResumeTiming();
  }
  CountRows(state, size.rows());
}

void CascadeDeleteSqlite(State& state) {
  const WorldSize size = SizeOf(state);
  for (auto _ : state) {
    state.PauseTiming();
    auto world = SqliteWorld::Make(size);
    std::optional<SqliteStatement> remove(std::in_place, world->db(),
                                          "DELETE FROM parent WHERE id = ?");
    state.ResumeTiming();
    for (std::int64_t id = 1; id <= size.parents; ++id) remove->Bind(1, id).Run();
    state.PauseTiming();
    remove.reset();
    world.reset();
    state.ResumeTiming();
  }
  CountRows(state, size.rows());
}

// ----- Fork and FirstWrite

void ForkRelata(State& state) {
  RelataWorld world = RelataWorld::Make(SizeOf(state));
  for (auto _ : state) DoNotOptimize(world.store.Fork().ok());
  CountRows(state, 1);
}

void ForkStructs(State& state) {
  const auto world = StructsWorld::Make(SizeOf(state));
  for (auto _ : state) DoNotOptimize(world->Copy().get());
  CountRows(state, 1);
}

void ForkSqlite(State& state) {
  const auto world = SqliteWorld::Make(SizeOf(state));
  world->Execute("COMMIT");
  for (auto _ : state) DoNotOptimize(world->Copy().get());
  CountRows(state, 1);
}

void FirstWriteRelata(State& state) {
  const WorldSize size = SizeOf(state);
  RelataWorld world = RelataWorld::Make(size);
  const Instance child = world.store.Find(world.child, size.children / 2).value();
  for (auto _ : state) {
    Store fork = world.store.Fork().value();
    Must(fork.Set(child, world.goals, 1));
  }
  CountRows(state, 1);
}

void FirstWriteStructs(State& state) {
  const WorldSize size = SizeOf(state);
  const auto world = StructsWorld::Make(size);
  for (auto _ : state) {
    const auto fork = world->Copy();
    fork->children.at(size.children / 2)->goals = 1;
  }
  CountRows(state, 1);
}

void FirstWriteSqlite(State& state) {
  const WorldSize size = SizeOf(state);
  const auto world = SqliteWorld::Make(size);
  world->Execute("COMMIT");
  for (auto _ : state) {
    const auto fork = world->Copy();
    SqliteStatement update(fork->db(), "UPDATE child SET goals = 1 WHERE id = ?");
    update.Bind(1, size.children / 2).Run();
  }
  CountRows(state, 1);
}

void Sizes(::benchmark::internal::Benchmark* benchmark) {
  benchmark->RangeMultiplier(10)->Range(10000, 1000000)->Unit(::benchmark::kMillisecond);
}

BENCHMARK(CreateRelata)->Name("Create/relata")->Apply(Sizes);
BENCHMARK(CreateOther<StructsWorld>)->Name("Create/structs")->Apply(Sizes);
BENCHMARK(CreateOther<SqliteWorld>)->Name("Create/sqlite")->Apply(Sizes);
BENCHMARK(FindByKeyRelata)->Name("FindByKey/relata")->Apply(Sizes);
BENCHMARK(FindByKeyStructs)->Name("FindByKey/structs")->Apply(Sizes);
BENCHMARK(FindByKeySqlite)->Name("FindByKey/sqlite")->Apply(Sizes);
BENCHMARK(ReadFieldRelata)->Name("ReadField/relata")->Apply(Sizes);
BENCHMARK(ReadFieldStructs)->Name("ReadField/structs")->Apply(Sizes);
BENCHMARK(ReadFieldSqlite)->Name("ReadField/sqlite")->Apply(Sizes);
BENCHMARK(TraverseRelata)->Name("Traverse/relata")->Apply(Sizes);
BENCHMARK(TraverseStructs)->Name("Traverse/structs")->Apply(Sizes);
BENCHMARK(TraverseSqlite)->Name("Traverse/sqlite")->Apply(Sizes);
BENCHMARK(CascadeDeleteRelata)->Name("CascadeDelete/relata")->Apply(Sizes);
BENCHMARK(CascadeDeleteStructs)->Name("CascadeDelete/structs")->Apply(Sizes);
BENCHMARK(CascadeDeleteSqlite)->Name("CascadeDelete/sqlite")->Apply(Sizes);
BENCHMARK(ForkRelata)->Name("Fork/relata")->Apply(Sizes);
BENCHMARK(ForkStructs)->Name("Fork/structs")->Apply(Sizes);
BENCHMARK(ForkSqlite)->Name("Fork/sqlite")->Apply(Sizes);
BENCHMARK(FirstWriteRelata)->Name("FirstWrite/relata")->Apply(Sizes);
BENCHMARK(FirstWriteStructs)->Name("FirstWrite/structs")->Apply(Sizes);
BENCHMARK(FirstWriteSqlite)->Name("FirstWrite/sqlite")->Apply(Sizes);

}  // namespace
}  // namespace relata::bench
