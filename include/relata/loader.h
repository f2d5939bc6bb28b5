// Fills a new store with rows from elsewhere, in any order, and checks at the end all that the
// schema promises. This is how databases and snapshots are loaded.
//
//   relata::Loader loader(schema);
//   for (...) { absl::Status s = loader.Append(team, {std::int64_t{1}, "Arsenal"}); ... }
//   absl::StatusOr<relata::Store> store = std::move(loader).Finish();
//
// Values are copied. Not safe for concurrent use.
#ifndef RELATA_LOADER_H_
#define RELATA_LOADER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/store.h"
#include "relata/value.h"

namespace relata {

// The values of one attribute in consecutive rows, borrowed. Of the type of the attribute: one
// value for each row, also for one that is null, where it does not matter which.
struct Column {
  // INTEGER; TIMESTAMP as microseconds since 1970-01-01 00:00 UTC; BOOLEAN as 0 or 1.
  std::span<const std::int64_t> integers = {};
  std::span<const double> doubles = {};
  std::span<const UuidValue> uuids = {};
  // TEXT and BYTES: the lengths of the values, which stand in `bytes` one after the other.
  std::span<const std::int64_t> lengths = {};
  std::string_view bytes = {};
  // Bit i % 8 of byte i / 8 is set when row i is null. Empty when none is.
  std::span<const std::uint8_t> nulls = {};
};

class Loader {
 public:
  explicit Loader(Schema schema);
  Loader(Loader&&) noexcept;
  ~Loader();

  // Makes room for some more rows of a model.
  void Reserve(Model model, std::size_t rows);
  // Adds a row: one value for each attribute, in the order of ModelInfo::attributes. No defaults
  // are taken and no keys generated. InvalidArgument for a wrong number or type of values,
  // FailedPrecondition (kNotNull, kCheck), AlreadyExists (kUnique). After an error the loader is
  // spent. O(keys).
  absl::Status Append(Model model, std::span<const ValueView> row);
  // Adds rows, given by columns: one for each attribute, in the order of ModelInfo::attributes. The
  // same as Append of row after row, for less; values are of exactly the attribute's type. Borrows
  // the columns for the call. Fails as Append, with InvalidArgument also when a column does not
  // have a value for each row. Errors begin with the number of the row among those of its model,
  // from 1: "row 7 of model team: ...". O(rows).
  absl::Status AppendColumns(Model model, std::size_t rows, std::span<const Column> columns);
  // The next key to be generated; the default is one past the highest. InvalidArgument when a row
  // has that key or a higher one, or when the model generates none.
  absl::Status SetNextKey(Model model, std::int64_t next);

  // Links every foreign key, in the order of the rows, and hands the store over.
  // FailedPrecondition (kForeignKey) names the rows whose reference dangles. O(rows).
  absl::StatusOr<Store> Finish() &&;

 private:
  std::unique_ptr<internal::StoreState> state_;
  // By foreign key: how many rows, from slot 0 on, are linked by it.
  std::vector<std::uint32_t> linked_;
  absl::Status status_;
};

}  // namespace relata

#endif  // RELATA_LOADER_H_
