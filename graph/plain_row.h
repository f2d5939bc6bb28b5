// The short way to create a row: when nothing about it is out of the ordinary, it is put together
// as the bytes that it will be, judged there, and copied into its page. Nothing is allocated but
// for long text.
//
// Promises: a row that is not plain (a value of another type, a key that is taken, a reference that
// leads nowhere yet, a model with rules) is given up with nothing changed, and CreateRow decides
// about it.
#ifndef RELATA_GRAPH_PLAIN_ROW_H_
#define RELATA_GRAPH_PLAIN_ROW_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/handle.h"

namespace relata::internal {

class PlainRow {
 public:
  PlainRow(StoreState& state, std::uint32_t m);

  // The new instance, or nothing when the row is not plain.
  std::optional<Instance> Create(std::span<const Entry> entries);
  std::optional<Instance> Create(const AttributeValues& values);

 private:
  static constexpr std::size_t kMaxStride = 512;

  bool Put(std::uint32_t attribute, const ValueView& value);
  bool PutText(const CellLayout& cell, std::string_view text);
  bool PutLink(const Entry& entry);
  bool Judge();
  std::optional<Instance> Enter();

  StoreState& state_;
  const std::uint32_t m_;
  const RowLayout& layout_;
  bool plain_ = true;
  alignas(std::uint64_t) char row_[kMaxStride];
  struct LongText {
    std::uint32_t offset;
    std::string_view text;
  };
  absl::InlinedVector<LongText, 4> long_texts_;
  absl::InlinedVector<std::optional<std::uint32_t>, 4> hashes_;  // of keys that are not at home
  absl::InlinedVector<std::uint32_t, 4> parents_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_PLAIN_ROW_H_
