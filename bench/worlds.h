// Worlds that take long to build are built once, for all benchmarks that only read them or put back
// what they change.
#ifndef RELATA_BENCH_WORLDS_H_
#define RELATA_BENCH_WORLDS_H_

#include <memory>
#include <string_view>
#include <typeindex>
#include <typeinfo>

namespace relata::bench {

namespace internal {
std::shared_ptr<void>& SharedSlot(std::string_view group, std::type_index type);
}  // namespace internal

// A world that all benchmarks of a group (a workload of one size) share, made when first asked for
// and dropped when a world of another group is.
template <typename World, typename... Args>
World& Shared(std::string_view group, const Args&... args) {
  std::shared_ptr<void>& slot = internal::SharedSlot(group, typeid(World));
  if (slot == nullptr) slot = std::make_shared<World>(args...);
  return *static_cast<World*>(slot.get());
}

}  // namespace relata::bench

#endif  // RELATA_BENCH_WORLDS_H_
