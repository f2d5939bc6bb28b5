// A fixed piece of work, to count the instructions of: what bench/instructions.py runs under
// valgrind. The work is that of relata_bench, at a size at which it takes no time; what leads up to
// it is not counted.
//
//   relata_instructions            does all of it, and prints a line "<work> <operations>" for each
//   relata_instructions --about    prints what the counts depend on
#include <gnu/libc-version.h>
#include <valgrind/callgrind.h>

#include <cstdint>
#include <cstdio>
#include <string_view>

#include "bench/forest.h"
#include "bench/forest_relata.h"
#include "bench/groups_relata.h"
#include "bench/oo1.h"
#include "bench/oo1_relata.h"

namespace relata::bench {
namespace {

// `operations` is what the count is divided by.
template <typename F>
void Count(const char* work, std::int64_t operations, F&& run) {
  CALLGRIND_TOGGLE_COLLECT;
  run();
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_DUMP_STATS_AT(work);
  std::printf("%s %lld\n", work, static_cast<long long>(operations));
}

void CountOo1() {
  const oo1::Input input(2000);
  const auto rows =
      static_cast<std::int64_t>(input.rows.parts.size() + input.rows.connections.size());
  oo1::Relata world;
  Count("OO1/build", rows, [&] { world.Insert(input.rows); });
  {
    oo1::Relata bulk;
    Count("OO1/bulk_build", rows, [&] { bulk.Bulk(input.rows); });
  }
  oo1::Visits visits;
  const auto lookups = static_cast<std::int64_t>(input.lookups.size());
  Count("OO1/lookup", lookups, [&] { world.Lookup(input.lookups, visits); });
  visits = {};
  world.Traverse(1, 7, visits);
  Count("OO1/traverse", visits.count, [&] { world.Traverse(1, 7, visits); });
  visits = {};
  world.Reverse(1, 5, visits);
  Count("OO1/reverse", visits.count, [&] { world.Reverse(1, 5, visits); });
  const oo1::Rows& batch = input.inserted.front();
  const auto inserted = static_cast<std::int64_t>(batch.parts.size() + batch.connections.size());
  Count("OO1/insert", inserted, [&] { world.Insert(batch); });
  Count("OO1/delete", inserted, [&] { world.Delete(input.inserted_ids.front()); });

  world.Hold(input.held);
  const auto held = static_cast<std::int64_t>(input.held.size());
  std::uint64_t sum = 0;
  Count("Attribute/read", held, [&] { sum += world.ReadHeld(); });
  Count("Attribute/write", held, [&] { world.WriteHeld(input.other_x); });
  Count("Attribute/write_in_transaction", held,
        [&] { world.WriteHeldInTransaction(input.held_x); });
  if (sum == 0 || visits.sum == 0) std::printf("nothing was read\n");
}

void CountCascades() {
  constexpr std::int64_t kSize = 1111;
  const forest::Input tree = forest::Tree(kSize);
  const forest::Input star = forest::Star(kSize);
  {
    forest::Relata world(forest::OnDelete::kCascade);
    world.Build(tree.parents);
    Count("Tree/cascade", kSize, [&] { world.Delete(1); });
  }
  {
    forest::Relata world(forest::OnDelete::kSetNull);
    world.Build(star.parents);
    Count("Star/set_null", kSize, [&] { world.Delete(1); });
  }
  {
    forest::Relata world(forest::OnDelete::kSetNull);
    world.Build(star.parents);
    Count("Hub/unlink", kSize - 1, [&] { world.Unlink(star.shuffled); });
  }
}

void CountGroups() {
  const groups::Input input(2000);
  groups::Relata world;
  world.Fill(input);
  const auto more = static_cast<std::int64_t>(input.more.size());
  Count("Groups/add", more, [&] { world.Add(input.more); });
  Count("Groups/remove", more, [&] { world.Remove(input.more); });
  std::uint64_t sum = 0;
  Count("Groups/has", static_cast<std::int64_t>(input.asked.size()),
        [&] { sum += static_cast<std::uint64_t>(world.Has(input.asked)); });
  Count("Groups/members", input.size, [&] {
    for (std::int64_t group = 1; group <= input.groups; ++group) sum += world.Members(group);
  });
  Count("Groups/common", 1, [&] { sum += static_cast<std::uint64_t>(world.Common(1, 2)); });
  if (sum == 0) std::printf("nothing was read\n");
}

}  // namespace
}  // namespace relata::bench

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--about") {
    std::printf("%s %s, glibc %s, %s\n",
#ifdef __clang__
                "clang", __clang_version__,
#else
                "g++", __VERSION__,
#endif
                gnu_get_libc_version(),
#ifdef NDEBUG
                "release"
#else
                "debug"
#endif
    );
    return 0;
  }
  relata::bench::CountOo1();
  relata::bench::CountCascades();
  relata::bench::CountGroups();
  return 0;
}
