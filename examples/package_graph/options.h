// What the command line says.
#ifndef EXAMPLES_PACKAGE_GRAPH_OPTIONS_H_
#define EXAMPLES_PACKAGE_GRAPH_OPTIONS_H_

#include <cstddef>
#include <optional>
#include <string>

namespace package_graph {

// How the program ends.
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,     // a usage error, an unknown name, a file that cannot be read or written
  kMalformed = 2,  // the file is not what it should be
  kBlocked = 3,    // what was to be deleted must stay
};

struct Options {
  std::string file;       // empty: this machine's packages, or else the sample
  std::string to_delete;  // empty: one is chosen
  std::string explain;    // empty: the victim with the longest chain
  double share = 10;      // percent
  bool force = false;
  bool dry_run = false;
  std::size_t rows = 12;
  std::string out;       // empty: a fresh directory
  std::string sqlite;    // empty: in the output directory
  std::string snapshot;  // empty: in the output directory
  bool no_sqlite = false;
  bool no_snapshot = false;
};

// Fills `options`; or has said all there is to say (--help, an error), and returns how to end.
std::optional<int> ParseOptions(int argc, char** argv, Options& options);

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_OPTIONS_H_
