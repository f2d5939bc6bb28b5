// package_graph: a package database as a graph, from the file to a deletion that is previewed,
// explained, tried on a fork, carried out and kept. Start with --help.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/package_graph/load.h"
#include "examples/package_graph/names.h"
#include "examples/package_graph/options.h"
#include "examples/package_graph/package_file.h"
#include "examples/package_graph/package_schema.h"
#include "examples/package_graph/progress.h"
#include "examples/package_graph/removal.h"
#include "examples/package_graph/report.h"
#include "examples/package_graph/save.h"
#include "examples/package_graph/text.h"
#include "relata/relata.h"

namespace package_graph {
namespace {

constexpr char kStatusFile[] = "/var/lib/dpkg/status";
constexpr char kSample[] = RELATA_SOURCE_DIR "/examples/data/packages";
constexpr char kStandardInput[] = "-";

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

int Complain(const absl::Status& status, int code = kFailed) {
  std::fflush(stdout);
  std::cerr << "package_graph: " << status.message() << "\n";
  return code;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::string text;
  if (path == kStandardInput) {
    char buffer[1 << 16];
    while (const std::size_t size = std::fread(buffer, 1, sizeof(buffer), stdin)) {
      text.append(buffer, size);
    }
    if (std::ferror(stdin) != 0) return absl::InternalError("cannot read all of standard input");
    return text;
  }
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  if (!file || std::filesystem::is_directory(path, error)) {
    return absl::NotFoundError(
        Concat("cannot read ", path, ": ", file ? "it is a directory" : std::strerror(errno)));
  }
  text.assign(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) return absl::InternalError(Concat("cannot read all of ", path));
  return text;
}

absl::StatusOr<PackageFile> ReadWithProgress(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  const std::string name = path == kStandardInput ? "standard input" : path;
  Print(Concat("Packages of ", name, "\n"));
  Progress progress(stdout, "Reading", text->size());
  const std::string size = Size(text->size());
  absl::StatusOr<PackageFile> packages =
      ReadPackages(name, *std::move(text), [&](std::size_t done) { progress.Update(done); });
  if (!packages.ok()) {
    progress.Finish("stopped");
    return packages.status();
  }
  progress.Finish(Concat(size, ", ", Counted(packages->packages.size(), "package", "packages"),
                         ", ", Thousands(packages->skipped), " skipped as not installed,"));
  return packages;
}

absl::StatusOr<relata::Store> LoadWithProgress(const PackageSchema& schema,
                                               const PackageFile& file) {
  Progress progress(stdout, "Loading", file.packages.size());
  absl::StatusOr<relata::Store> store =
      LoadGraph(schema, file, [&](std::size_t done) { progress.Update(done); });
  if (!store.ok()) {
    progress.Finish("stopped");
    return store.status();
  }
  const relata::StoreStats stats = store->Stats();
  progress.Finish(Concat(Thousands(stats.rows), " rows and ", Thousands(stats.links), " links,"));
  return store;
}

// The files that are kept, if any.
struct Outputs {
  std::string directory;
  std::string snapshot;
  std::optional<Database> database;

  absl::Status Keep(relata::Store& store) {
    if (database.has_value()) {
      if (absl::Status kept = database->FlushAndCheck(store); !kept.ok()) return kept;
    }
    return snapshot.empty() ? absl::OkStatus() : SaveAndCheckSnapshot(store, snapshot);
  }
};

absl::StatusOr<Outputs> OpenOutputs(const Options& options, const PackageSchema& schema) {
  Outputs outputs;
  absl::StatusOr<std::string> directory = MakeOutputDirectory(options.out);
  if (!directory.ok()) return directory.status();
  outputs.directory = *std::move(directory);
  const auto in_directory = [&](const std::string& given, const char* name) {
    return given.empty() ? outputs.directory + "/" + name : given;
  };
  if (!options.no_snapshot) {
    outputs.snapshot = in_directory(options.snapshot, "package_graph.snapshot");
  }
  if (!options.no_sqlite) {
    absl::StatusOr<Database> database =
        Database::Open(in_directory(options.sqlite, "package_graph.db"), schema);
    if (!database.ok()) return database.status();
    outputs.database.emplace(*std::move(database));
  }
  return outputs;
}

// What is to be deleted: what the command line names, or a package worth looking at.
absl::StatusOr<std::optional<relata::Instance>> FindVictim(const Options& options,
                                                           const PackageSchema& schema,
                                                           const relata::Store& store,
                                                           std::string_view native) {
  if (options.to_delete.empty()) {
    return ChoosePackage(schema, store, native, options.share / 100);
  }
  absl::StatusOr<relata::Instance> named = FindByName(schema, store, options.to_delete);
  if (!named.ok()) return named.status();
  return std::optional(*named);
}

absl::StatusOr<Removal> PlanRemoval(const Options& options, const PackageSchema& schema,
                                    const relata::Store& store, std::string_view native,
                                    relata::Instance victim) {
  std::vector<relata::Instance> roots = {victim};
  absl::StatusOr<Removal> removal = Removal::Plan(schema, store, native, roots);
  if (!removal.ok() || !options.force) return removal;
  for (const relata::Plan::Deletion& d : removal->plan().deletions()) {
    if (d.instance.of() != schema.package) continue;
    for (relata::Instance p : store.Linked(d.instance, schema.package_protections)) {
      roots.push_back(p);
    }
  }
  return Removal::Plan(schema, store, native, std::move(roots));
}

absl::Status Explain(const Options& options, const PackageSchema& schema,
                     const relata::Store& store, const Removal& removal) {
  std::optional<relata::Instance> victim = removal.longest();
  if (!options.explain.empty()) {
    absl::StatusOr<relata::Instance> named = FindByName(schema, store, options.explain);
    if (!named.ok()) return named.status();
    if (!removal.Takes(*named)) {
      Print(Concat("  ", Title(schema, store, *named), " does not go.\n"));
      return absl::OkStatus();
    }
    victim = *named;
  }
  if (!victim.has_value()) return absl::OkStatus();
  PrintHeading(Concat("Why ", Title(schema, store, *victim), " goes"));
  PrintExplanation(schema, store, removal, *victim);
  return absl::OkStatus();
}

absl::Status TryOnFork(relata::Store& store, const relata::Plan& plan,
                       std::optional<relata::Store>& fork) {
  const Stopwatch forking;
  absl::StatusOr<relata::Store> forked = store.Fork();
  const std::string fork_time = forking.ToString();
  if (!forked.ok()) return forked.status();
  const relata::StoreStats fresh = forked->Stats();
  const Stopwatch applying;
  if (absl::Status applied = forked->Apply(plan); !applied.ok()) return applied;
  const std::string apply_time = applying.ToString();
  const relata::StoreStats written = forked->Stats();
  // Long text is shared block by block, whatever is written, and so is left out here.
  const auto own = [](const relata::StoreStats& stats) {
    return stats.bytes - stats.text_bytes - stats.shared_bytes;
  };
  Table table({"on a fork", "time", "shared", "its own"});
  table.Add({"forked", fork_time, Size(fresh.shared_bytes), Size(own(fresh))});
  table.Add({"plan applied", apply_time, Size(written.shared_bytes), Size(own(written))});
  Print(table.ToString());
  fork.emplace(*std::move(forked));
  return absl::OkStatus();
}

absl::Status Commit(const PackageSchema& schema, relata::Store& store, const relata::Plan& plan,
                    const relata::Store& fork) {
  const absl::StatusOr<relata::Store> before = store.Fork();
  if (!before.ok()) return before.status();
  const std::size_t unsatisfied = CountUnsatisfied(schema, store);
  const Stopwatch applying;
  const absl::StatusOr<relata::ChangeSet> changes =
      store.Transact([&] { return store.Apply(plan); });
  if (!changes.ok()) return changes.status();
  Print(Concat("  The same plan, applied in one transaction with its change set: ",
               Counted(changes->rows.size(), "row", "rows"), " in ", applying.ToString(), "\n"));
  PrintDifference(schema, *before, store);
  if (absl::Status same = CheckSame(store, fork, "the fork"); !same.ok()) return same;
  const Stopwatch checking;
  if (absl::Status sound = store.CheckInvariants(); !sound.ok()) return sound;
  Print(Concat("  The graph holds what the fork holds, and has checked itself in ",
               checking.ToString(), ".\n"));
  const std::size_t left = CountUnsatisfied(schema, store);
  if (left > unsatisfied) {
    return absl::InternalError(
        Concat(std::to_string(left - unsatisfied),
               " hard requirements were satisfied before the deletion and are not any more"));
  }
  Print("  No package that stays has lost what it cannot do without.\n");
  return absl::OkStatus();
}

// Preview, explain, try, commit, keep.
int Delete(const Options& options, const PackageSchema& schema, relata::Store& store,
           const PackageFile& file, relata::Instance victim, Outputs& outputs) {
  const Stopwatch planning;
  absl::StatusOr<Removal> removal = PlanRemoval(options, schema, store, file.native, victim);
  if (!removal.ok()) return Complain(removal.status());
  const std::string plan_time = planning.ToString();
  PrintHeading(
      Concat("If ", Title(schema, store, victim), " were deleted (planned in ", plan_time, ")"));
  PrintRemoval(schema, store, *removal, options.rows);
  if (absl::Status s = Explain(options, schema, store, *removal); !s.ok()) return Complain(s);

  PrintHeading("Diagrams");
  for (const auto& [name, dot] : {std::pair{"schema", relata::SchemaDiagram(schema.schema)},
                                  std::pair{"plan", relata::PlanDiagram(removal->plan(), store)}}) {
    absl::Status s = WriteDiagram(dot, outputs.directory + "/" + name);
    if (!s.ok()) return Complain(s);
  }
  if (removal->plan().blocked()) {
    Print("\nNothing was deleted: it is blocked. --force takes protections away first.\n");
    return kBlocked;
  }
  if (options.dry_run) {
    Print("\nNothing was deleted: --dry-run.\n");
    return kDone;
  }

  PrintHeading("First on a fork");
  std::optional<relata::Store> fork;
  if (absl::Status s = TryOnFork(store, removal->plan(), fork); !s.ok()) return Complain(s);
  PrintHeading("And then for good");
  absl::Status s = Commit(schema, store, removal->plan(), *fork);
  if (s.ok()) s = outputs.Keep(store);
  if (!s.ok()) return Complain(s);
  return kDone;
}

int Run(const Options& options) {
  std::string path = options.file;
  if (path.empty()) {
    std::error_code error;
    path = std::filesystem::exists(kStatusFile, error) ? kStatusFile : kSample;
  }
  const absl::StatusOr<PackageSchema> schema = MakePackageSchema();
  if (!schema.ok()) return Complain(schema.status());
  const absl::StatusOr<PackageFile> file = ReadWithProgress(path);
  if (!file.ok()) {
    return Complain(file.status(), absl::IsInvalidArgument(file.status()) ? kMalformed : kFailed);
  }
  absl::StatusOr<relata::Store> store = LoadWithProgress(*schema, *file);
  if (!store.ok()) {
    return Complain(store.status(), absl::IsInvalidArgument(store.status()) ? kMalformed : kFailed);
  }
  PrintHeading("What is in the graph");
  PrintGraph(*schema, *store);
  PrintHeading("What may go");
  PrintOtherPlans(*schema, *store);

  absl::StatusOr<Outputs> outputs = OpenOutputs(options, *schema);
  if (!outputs.ok()) return Complain(outputs.status());
  if (outputs->database.has_value() || !outputs->snapshot.empty()) {
    PrintHeading("Kept");
    if (absl::Status kept = outputs->Keep(*store); !kept.ok()) return Complain(kept);
  }

  const Stopwatch choosing;
  const absl::StatusOr<std::optional<relata::Instance>> victim =
      FindVictim(options, *schema, *store, file->native);
  if (!victim.ok()) return Complain(victim.status());
  if (options.to_delete.empty() && victim->has_value()) {
    Print(Concat("\nChosen to be deleted, in ", choosing.ToString(), ": ",
                 Title(*schema, *store, **victim), ", which takes the most with it within ",
                 "--share.\n"));
  }
  int code = kDone;
  if (victim->has_value()) {
    code = Delete(options, *schema, *store, *file, **victim, *outputs);
  } else {
    Print("\nNo package takes another one with it within --share; name one with --delete.\n");
  }
  if (code != kFailed) Print(Concat("\nAll that was written is in ", outputs->directory, "\n"));
  return code;
}

}  // namespace
}  // namespace package_graph

int main(int argc, char** argv) {
  package_graph::Options options;
  if (const std::optional<int> code = package_graph::ParseOptions(argc, argv, options)) {
    return *code;
  }
  return package_graph::Run(options);
}
