// Keeps the graph in files, and makes sure that what was kept is what there is.
#ifndef EXAMPLES_PACKAGE_GRAPH_SAVE_H_
#define EXAMPLES_PACKAGE_GRAPH_SAVE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/package_graph/package_schema.h"
#include "relata/persistence/sqlite.h"
#include "relata/relata.h"

namespace package_graph {

// The directory for what is written: `wanted`, made when it is not there, or a fresh one.
absl::StatusOr<std::string> MakeOutputDirectory(const std::string& wanted);

// OK when both hold the same rows with the same values; otherwise DataLoss says what differs, and
// calls `other` by the name given.
absl::Status CheckSame(const relata::Store& store, const relata::Store& other,
                       const std::string& name);

// A database that follows the graph.
class Database {
 public:
  // Opens or creates `path`; what an earlier run left there is what the first flush starts from.
  static absl::StatusOr<Database> Open(const std::string& path, const PackageSchema& schema);

  // Writes what changed, prints what that was, reads everything back through a second connection
  // and compares it with `store`.
  absl::Status FlushAndCheck(relata::Store& store);

 private:
  Database(std::string path, relata::Schema schema, relata::SqliteDatabase database)
      : path_(std::move(path)), schema_(std::move(schema)), database_(std::move(database)) {}
  std::string path_;
  relata::Schema schema_;
  relata::SqliteDatabase database_;
};

// Saves a snapshot, prints what it cost, loads it again and compares.
absl::Status SaveAndCheckSnapshot(const relata::Store& store, const std::string& path);

// Writes a diagram as `stem`.dot, and with Graphviz as `stem`.svg too where `dot` is on the PATH.
// Prints what was written.
absl::Status WriteDiagram(const std::string& dot, const std::string& stem);

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_SAVE_H_
