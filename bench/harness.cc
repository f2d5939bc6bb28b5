#include "bench/harness.h"

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <time.h>

#include <map>
#include <optional>

#include "absl/strings/str_cat.h"

namespace relata::bench {
namespace {

std::int64_t ThreadNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// The first checksum of each piece of work, whoever did it.
std::optional<std::string> Disagreement(const Name& name, std::uint64_t checksum) {
  struct First {
    std::uint64_t checksum;
    std::string implementation;
  };
  static auto* const firsts = new std::map<std::string, First>;
  const std::string work = absl::StrCat(name.workload, "/", name.operation, "/", name.size);
  const auto [first, is_new] = firsts->try_emplace(work, First{checksum, name.implementation});
  if (first->second.checksum == checksum) return std::nullopt;
  return absl::StrCat(work, ": the checksum of ", name.implementation, " is ",
                      absl::Hex(checksum, absl::kZeroPad16), ", and that of ",
                      first->second.implementation, " was ",
                      absl::Hex(first->second.checksum, absl::kZeroPad16));
}

}  // namespace

void Stopwatch::Start() {
  state_.ResumeTiming();
  begin_ = ThreadNanoseconds();
}

void Stopwatch::Stop() {
  nanoseconds_ += ThreadNanoseconds() - begin_;
  state_.PauseTiming();
}

void Register(const Name& name, std::function<Measured(Stopwatch&)> work) {
  const std::string full =
      absl::StrCat(name.workload, "/", name.operation, "/", name.implementation, "/", name.size);
  const auto run = [name, work = std::move(work)](benchmark::State& state) {
    double nanoseconds = 0;
    double operations = 0;
    Measured measured;
    for (auto _ : state) {
      state.PauseTiming();  // but for what the watch is told to time
      Stopwatch watch(state);
      measured = work(watch);
      nanoseconds += static_cast<double>(watch.nanoseconds());
      operations += static_cast<double>(measured.operations);
      if (const auto disagreement = Disagreement(name, measured.checksum)) {
        state.SkipWithError(disagreement->c_str());
        return;
      }
      state.ResumeTiming();
    }
    if (measured.bytes_per_row > 0) {
      state.counters["bytes_per_row"] = measured.bytes_per_row;
    } else {
      state.counters["ns_per_op"] = nanoseconds / operations;
    }
    state.SetLabel(absl::StrCat("checksum=", absl::Hex(measured.checksum, absl::kZeroPad16)));
  };
  benchmark::RegisterBenchmark(full.c_str(), run)->Unit(benchmark::kMicrosecond);
}

std::vector<std::int64_t> SizesFor(Scale scale, std::int64_t tiny, std::vector<std::int64_t> full) {
  switch (scale) {
    case Scale::kTiny:
      return {tiny};
    case Scale::kQuick:
      return {full.front()};
    case Scale::kFull:
      break;
  }
  return full;
}

std::size_t AllocatedBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace relata::bench
