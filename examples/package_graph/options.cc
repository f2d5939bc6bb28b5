#include "examples/package_graph/options.h"

#include <CLI/CLI.hpp>

namespace package_graph {

std::optional<int> ParseOptions(int argc, char** argv, Options& options) {
  CLI::App app(
      "Loads a package database into a graph, shows what is in it, previews and explains the\n"
      "deletion of a package, carries it out on a fork and then for good, and keeps the graph in\n"
      "SQLite and in a snapshot. The package database itself is only read.",
      "package_graph");
  app.add_option("FILE", options.file,
                 "A dpkg status file, or the output of `apt-cache dumpavail`; - reads standard "
                 "input. Default: /var/lib/dpkg/status, or else a small sample");
  app.add_option("--delete", options.to_delete,
                 "What to delete: a package by NAME, NAME:ARCHITECTURE or NAME=VERSION, or "
                 "section:NAME, maintainer:ADDRESS, virtual:NAME. Default: the package that takes "
                 "the most others with it, within --share")
      ->type_name("NAME");
  app.add_option("--explain", options.explain,
                 "A package that goes with it, to explain why. Default: the one with the longest "
                 "chain of reasons")
      ->type_name("VICTIM");
  app.add_option("--share", options.share,
                 "At most so many percent of all packages go with the one that is chosen where "
                 "--delete is not given")
      ->type_name("PERCENT")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  app.add_flag("--force", options.force,
               "Take away the protection of essential packages first, so that they can go");
  app.add_flag("--dry-run", options.dry_run, "Preview and explain, but delete nothing");
  app.add_option("--rows", options.rows, "At most so many rows in a list")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--out", options.out,
                 "The directory for all that is written; made when it is not there. Default: a "
                 "fresh one for temporary files")
      ->type_name("DIR");
  app.add_option("--sqlite", options.sqlite,
                 "The database to flush to; one that an earlier run wrote is brought up to date. "
                 "Default: package_graph.db in the output directory")
      ->type_name("FILE");
  app.add_option("--snapshot", options.snapshot,
                 "The snapshot to save. Default: package_graph.snapshot in the output directory")
      ->type_name("FILE");
  app.add_flag("--no-sqlite", options.no_sqlite, "Write no database");
  app.add_flag("--no-snapshot", options.no_snapshot, "Write no snapshot");
  app.footer(
      "Exit status: 0 when all went well; 1 for a mistake in the command line, an unknown name or\n"
      "a file that cannot be read or written; 2 for a file that is not in the format of package\n"
      "databases; 3 when what was to be deleted must stay.\n\n"
      "Examples:\n"
      "  package_graph --delete perl-base\n"
      "  package_graph --delete libssl3 --explain git --dry-run\n"
      "  package_graph --delete section:libs\n"
      "  apt-cache dumpavail | package_graph - --no-sqlite");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kFailed;
  }
  return std::nullopt;
}

}  // namespace package_graph
