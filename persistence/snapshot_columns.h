// The rows of a snapshot: blocks of up to kBlockRows rows of one model, each attribute's values
// together. In the terms of snapshot_archive.h:
//
//   block    := column*                 one for each attribute, in their order
//   column   := nulls values            of the rows that are not null, if there are any
//   nulls    := 0:u8 | 1:u8 u8{ceil(rows/8)}        none is null, or bit i % 8 of byte i / 8 is 1
//               when row i is; bits without a row are 0
//   values   := integers                INTEGER, TIMESTAMP in microseconds since 1970-01-01 00:00
//               UTC, BOOLEAN as 0 or 1
//             | double*                 DOUBLE
//             | u8{16}*                 UUID
//             | integers u8*            TEXT and BYTES: the lengths, then all bytes
//   integers := least:i64 width:u8 (u8* | u16* | u32* | u64*)
//               how much more than the least each is, in the fewest bytes that do for all: 1, 2, 4
//               or 8
//
// What may not be null takes a byte at least, so that the number of rows that a snapshot announces
// can be judged by its size.
#ifndef RELATA_PERSISTENCE_SNAPSHOT_COLUMNS_H_
#define RELATA_PERSISTENCE_SNAPSHOT_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "persistence/snapshot_archive.h"
#include "relata/loader.h"
#include "relata/schema.h"
#include "relata/store.h"

namespace relata::snapshot_internal {

inline constexpr std::size_t kBlockRows = 256;

// The fewest bytes that a row of the model can take in a block.
std::uint64_t LeastRow(const ModelInfo& model);

class BlockWriter {
 public:
  BlockWriter(const Store& store, const ModelInfo& model) : store_(store), model_(model) {}
  // REQUIRES: at most kBlockRows rows, and one.
  void Write(std::span<const Instance> rows, ByteWriter& writer);

 private:
  void WriteColumn(std::uint32_t attribute, std::span<const Instance> rows, ByteWriter& writer);
  void WriteIntegers(ByteWriter& writer);

  const Store& store_;
  const ModelInfo& model_;
  std::vector<ValueView> values_;
  std::vector<std::int64_t> integers_;
};

// Columns of a block, as the loader takes them. Whether they hold what the schema asks for is for
// the loader to judge.
class BlockReader {
 public:
  explicit BlockReader(const ModelInfo& model);
  // Valid until the next call; borrows text from the reader's bytes. Refuses, as the reader does,
  // what is not of the grammar.
  std::span<const Column> Read(std::size_t rows, ByteReader& reader);

 private:
  struct Values {
    std::vector<std::int64_t> integers;
    std::vector<double> doubles;
    std::vector<UuidValue> uuids;
    std::vector<std::uint8_t> nulls;
  };
  void ReadColumn(std::uint32_t attribute, std::size_t rows, ByteReader& reader);

  const ModelInfo& model_;
  std::vector<Values> values_;  // by attribute
  std::vector<Column> columns_;
};

}  // namespace relata::snapshot_internal

#endif  // RELATA_PERSISTENCE_SNAPSHOT_COLUMNS_H_
