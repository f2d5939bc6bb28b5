// The short way to create a row: when nothing about it is out of the ordinary, it is put together
// in the slot that will be its own, judged there, and kept. Nothing is allocated but for long text.
//
// Promises: a row that is not plain (a value of another type, a key that is taken, a reference that
// leads nowhere yet, a model with rules) is given up with nothing changed, and the long way
// (CreateRow, Loader) decides about it.
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

// One row, by one call of Create or Load.
class PlainRow {
 public:
  PlainRow(StoreState& state, std::uint32_t m)
      : state_(state), m_(m), model_(state.model(m)), layout_(state.layout(m)) {}
  PlainRow(const PlainRow&) = delete;
  PlainRow& operator=(const PlainRow&) = delete;

  // The new instance, or nothing when the row is not plain.
  std::optional<Instance> Create(std::span<const Entry> entries);
  std::optional<Instance> Create(const AttributeValues& values);

  // The same for a row of a Loader, with a value for every attribute; false when it is not plain.
  // `linked` says of each foreign key how many rows, from slot 0 on, are linked by it: the row
  // joins them where it is next and its parent is there.
  bool Load(std::span<const ValueView> values, std::span<std::uint32_t> linked);

 private:
  static constexpr std::size_t kMost =
      8;  // keys, and foreign keys, of a model whose rows are plain

  // Takes a slot and fills it with defaults or nulls.
  bool Open(const std::vector<char>& image);
  bool OpenFresh();
  // Where values go. At hand and not in members, which whatever is stored in a row might be a part
  // of, as far as a compiler can tell.
  struct Place {
    char* row;
    const CellLayout* cells;
  };
  // Puts a value, and notes in `needed` that it is there: see RowLayout::needed_by_fresh.
  bool Put(std::uint32_t attribute, const ValueView& value, const Place& place,
           std::uint64_t& needed);
  // What is no integer.
  bool PutOther(const CellLayout& cell, char* row, const ValueView& value);
  bool PutText(const CellLayout& cell, std::string_view text);
  bool PutLongText(const CellLayout& cell, std::string_view text);
  bool PutLink(const Entry& entry);
  bool Generate();
  bool JudgeKeys();
  bool FindParents();
  bool IsWaitedFor() const;
  // Makes it a row: found by its keys, but linked to nothing.
  void Keep();
  // Keeps it and links it, if it is plain in all that is judged.
  std::optional<Instance> Finish();
  std::nullopt_t GiveUp() {
    state_.DropRow(row_);
    return std::nullopt;
  }

  StoreState& state_;
  const std::uint32_t m_;
  const ModelInfo& model_;
  const RowLayout& layout_;
  StoreState::NewRow row_;
  std::uint64_t needed_ = 0;  // BitOf the attributes that may not be null and have no value
  struct LongText {
    std::uint32_t offset;
    std::string_view text;
  };
  absl::InlinedVector<LongText, 2> long_texts_;
  absl::InlinedVector<std::optional<std::uint32_t>, 2> hashes_;  // of keys but the one at home
  std::uint32_t parents_[kMost];                                 // by position in the foreign keys
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_PLAIN_ROW_H_
