// What every workload is registered and measured with.
//
// A benchmark is called <workload>/<operation>/<implementation>/<size>. An implementation is
//
//   relata       the public API, as a user would write it
//   handwritten  the best C++ that an expert would write for just this job: structs in pools, an
//                identity map for every model, both directions of every association, unlinking in
//                O(1), cascades written out. Nothing is enforced beyond that.
//   sqlite       SQLite in memory, foreign keys on, prepared statements, an index on every key
//
// and the same operation of the same size does the same work in all of them: each yields a checksum
// of what it read or left behind, and the program fails when two of them differ, or when a
// benchmark does not repeat its own.
#ifndef RELATA_BENCH_HARNESS_H_
#define RELATA_BENCH_HARNESS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace benchmark {
class State;
}  // namespace benchmark

namespace relata::bench {

// The time of one repetition, as far as it counts: the processor time of this thread, which another
// program that takes the processor away does not add to. Reading it costs under a microsecond.
class Stopwatch {
 public:
  explicit Stopwatch(benchmark::State& state) : state_(state) {}
  template <typename F>
  decltype(auto) Time(F&& work) {
    struct Lap {
      explicit Lap(Stopwatch& w) : watch(w) { watch.Start(); }
      ~Lap() { watch.Stop(); }
      Stopwatch& watch;
    } lap(*this);
    return std::forward<F>(work)();
  }
  std::int64_t nanoseconds() const { return nanoseconds_; }

 private:
  void Start();
  void Stop();
  benchmark::State& state_;
  std::int64_t begin_ = 0;
  std::int64_t nanoseconds_ = 0;
};

// What one repetition did.
struct Measured {
  std::int64_t operations = 0;  // by which the time is divided
  std::uint64_t checksum = 0;
  double bytes_per_row = 0;  // where that, and not the time, is what is measured
};

struct Name {
  std::string workload;
  std::string operation;
  std::string implementation;
  std::int64_t size = 0;
};

// The work must leave its world as it found it. Its time, divided by the number of operations, is
// reported as the counter ns_per_op, in nanoseconds.
void Register(const Name& name, std::function<Measured(Stopwatch&)> work);

// Which sizes of the workloads are registered: one that takes no time, to see that all works; the
// smallest that says something; all.
enum class Scale { kTiny, kQuick, kFull };
std::vector<std::int64_t> SizesFor(Scale scale, std::int64_t tiny, std::vector<std::int64_t> full);

// Bytes that the program has allocated and not freed, with what the allocator adds to each block.
std::size_t AllocatedBytes();

// For checksums: an order matters not at all to a sum of Mix'es.
inline std::uint64_t Mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9u;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}
template <typename... Rest>
std::uint64_t Mix(std::uint64_t first, Rest... rest) {
  return Mix(first + 0x9e3779b97f4a7c15u * Mix(static_cast<std::uint64_t>(rest)...));
}

// As std::uniform_int_distribution, but the same numbers with every standard library: [0, bound).
template <typename Generator>
std::int64_t Below(Generator& generator, std::int64_t bound) {
  return static_cast<std::int64_t>(generator() % static_cast<std::uint64_t>(bound));
}

}  // namespace relata::bench

#endif  // RELATA_BENCH_HARNESS_H_
