// Store::LinkedOfEach: the links of many rows, with their cache misses overlapped.
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "relata/store.h"

namespace relata {
namespace {

using internal::kNoSlot;
using internal::LoadAs;

// The beginning of a row and what follows it: links and most cells lie in two cache lines.
void FetchRow(const char* row) {
  constexpr std::size_t kCacheLine = 64;
  __builtin_prefetch(row);
  __builtin_prefetch(row + kCacheLine);
}

}  // namespace

void Store::LinkedOfEach(std::span<const LiveInstance> instances, Association association,
                         std::vector<LiveInstance>& targets,
                         std::vector<std::uint32_t>* counts) const {
  const internal::StoreWalk walk = rows_.WalkOf(association);
  if (counts != nullptr) counts->clear();
  if (!walk.plain) {
    targets.clear();
    for (const LiveInstance& instance : instances) {
      const std::size_t before = targets.size();
      for (const LiveInstance target : Linked(instance, association)) targets.push_back(target);
      if (counts != nullptr) {
        counts->push_back(static_cast<std::uint32_t>(targets.size() - before));
      }
    }
    return;
  }

  // The first link of every instance is fetched, and then, as links are followed, every target;
  // what is fetched is read one pass later.
  const internal::TableView walked = *walk.walked_rows;
  const internal::TableView target_rows = *walk.target_rows;
  std::size_t total = 0;
  for (const LiveInstance& instance : instances) {
    const char* source = rows_.RowOf(instance, walk.source);
    const auto count = LoadAs<std::uint32_t>(source + walk.count_offset);
    if (counts != nullptr) counts->push_back(count);
    if (count == 0) continue;
    __builtin_prefetch(walked.Row(LoadAs<std::uint32_t>(source + walk.first_offset)));
    total += count;
  }
  targets.resize(total);
  const auto follow = [&](auto through) {
    const std::uint64_t era = rows_.gate->era;
    LiveInstance* target = targets.data();
    for (const LiveInstance& instance : instances) {
      const char* source = rows_.RowOf(instance, walk.source);
      for (auto link = LoadAs<std::uint32_t>(source + walk.first_offset); link != kNoSlot;) {
        const char* row = walked.Row(link);
        const auto slot = through ? LoadAs<std::uint32_t>(row + walk.hop_offset) : link;
        const char* target_row = target_rows.Row(slot);
        FetchRow(target_row);
        target->model = walk.target;
        target->slot = slot;
        target->row_ = target_row;
        target->era_ = era;
        ++target;
        link = LoadAs<std::uint32_t>(row + walk.next_offset);
      }
    }
  };
  if (walk.through) {
    follow(std::true_type());
  } else {
    follow(std::false_type());
  }
  for (LiveInstance& fetched : targets) fetched.stamp = internal::StampOf(fetched.row_);
}

}  // namespace relata
