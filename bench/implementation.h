// The benchmarks of one implementation of a workload, at one size.
#ifndef RELATA_BENCH_IMPLEMENTATION_H_
#define RELATA_BENCH_IMPLEMENTATION_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/harness.h"
#include "bench/worlds.h"

namespace relata::bench {

// Input: what all implementations are given, made of a size. World: what one of them makes of it,
// by FillWorld(world, input) in the workload's namespace.
template <typename Input, typename World>
class Implementation {
 public:
  Implementation(std::string name, std::int64_t size) : name_(std::move(name)), size_(size) {}

 protected:
  // Work that makes a world of its own: work(input, watch).
  template <typename F>
  void AddBuild(const std::string& workload, const std::string& operation, F work) const {
    Register({workload, operation, name_, size_},
             [work, group = GroupOf(workload), size = size_](Stopwatch& watch) {
               return work(Shared<Input>(group, size), watch);
             });
  }
  // Work on a filled world, which it leaves as it found it: work(input, world, watch).
  template <typename F>
  void Add(const std::string& workload, const std::string& operation, F work) const {
    Register({workload, operation, name_, size_},
             [work, group = GroupOf(workload), size = size_](Stopwatch& watch) {
               auto& filled = Shared<Filled>(group, group, size);
               return work(filled.input, filled.world, watch);
             });
  }

 private:
  struct Filled {
    Filled(const std::string& group, std::int64_t size) : input(Shared<Input>(group, size)) {
      FillWorld(world, input);
    }
    const Input& input;
    World world;
  };
  std::string GroupOf(const std::string& workload) const {
    return absl::StrCat(workload, "/", size_);
  }

  std::string name_;
  std::int64_t size_;
};

}  // namespace relata::bench

#endif  // RELATA_BENCH_IMPLEMENTATION_H_
