#include "bench/worlds.h"

#include <map>
#include <string>

namespace relata::bench {

std::shared_ptr<void>& internal::SharedSlot(std::string_view group, std::type_index type) {
  static auto* const current = new std::string;
  static auto* const worlds = new std::map<std::type_index, std::shared_ptr<void>>;
  if (*current != group) {
    worlds->clear();
    *current = group;
  }
  return (*worlds)[type];
}

}  // namespace relata::bench
