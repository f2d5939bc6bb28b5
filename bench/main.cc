// relata beside what one would use without it (bench/harness.h says how). `bash bench/run` runs it
// as it should be: a process for each workload and size, interleaved repetitions, medians. By hand:
//
//   relata_bench --sizes=quick --benchmark_filter='OO1/traverse/'
//
// Exits with 1 when the implementations disagree on what the work comes to.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "bench/workloads.h"

namespace {

std::optional<relata::bench::Scale> ScaleNamed(std::string_view name) {
  using relata::bench::Scale;
  if (name == "tiny") return Scale::kTiny;
  if (name == "quick") return Scale::kQuick;
  if (name == "full") return Scale::kFull;
  return std::nullopt;
}

// Reports as Google Benchmark would, and remembers whether anything failed.
class Reporter : public benchmark::ConsoleReporter {
 public:
  Reporter() : ConsoleReporter(OO_None) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) failed_ = failed_ || run.error_occurred;
    ConsoleReporter::ReportRuns(runs);
  }
  bool failed() const { return failed_; }

 private:
  bool failed_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  constexpr std::string_view kSizes = "--sizes=";
  auto scale = relata::bench::Scale::kFull;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with(kSizes)) {
      argv[kept++] = argv[i];
      continue;
    }
    const auto named = ScaleNamed(argument.substr(kSizes.size()));
    if (!named.has_value()) {
      std::fprintf(stderr, "%s: the sizes are tiny, quick and full\n", argv[i]);
      return 2;
    }
    scale = *named;
  }
  argc = kept;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  relata::bench::RegisterWorkloads(scale);
  Reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return reporter.failed() ? 1 : 0;
}
