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
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/store.h"

namespace relata {

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
