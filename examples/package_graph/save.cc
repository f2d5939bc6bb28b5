#include "examples/package_graph/save.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "examples/package_graph/text.h"
#include "relata/persistence/snapshot.h"

namespace package_graph {
namespace {

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

std::string SizeOfFile(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  return error ? "of unknown size" : Size(size);
}

// Whether the program ran and was content. Without a shell, so that any path will do.
bool RunDot(const std::string& dot, const std::string& svg) {
  std::string arguments[] = {"dot", "-Tsvg", "-o", svg, dot};
  char* argv[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(),
                  arguments[3].data(), arguments[4].data(), nullptr};
  pid_t child = 0;
  if (posix_spawnp(&child, "dot", nullptr, nullptr, argv, environ) != 0) return false;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

absl::StatusOr<std::string> MakeOutputDirectory(const std::string& wanted) {
  std::error_code error;
  if (!wanted.empty()) {
    std::filesystem::create_directories(wanted, error);
    if (error) {
      return absl::InternalError(
          Concat("cannot make the directory ", wanted, ": ", error.message()));
    }
    return wanted;
  }
  const std::filesystem::path temporary = std::filesystem::temp_directory_path(error);
  std::string name = ((error ? "/tmp" : temporary) / "package_graph-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    return absl::InternalError(
        Concat("cannot make the directory ", name, ": ", std::strerror(errno)));
  }
  return name;
}

absl::Status CheckSame(const relata::Store& store, const relata::Store& other,
                       const std::string& name) {
  const absl::StatusOr<relata::ChangeSet> difference = relata::Store::Diff(store, other);
  if (!difference.ok()) return difference.status();
  if (difference->empty()) return absl::OkStatus();
  return absl::DataLossError(
      Concat(name, " does not hold what the graph holds:\n", difference->Summary(store.schema())));
}

absl::StatusOr<Database> Database::Open(const std::string& path, const PackageSchema& schema) {
  absl::StatusOr<relata::SqliteDatabase> database =
      relata::SqliteDatabase::Open(path, schema.schema);
  if (!database.ok()) return database.status();
  const absl::StatusOr<relata::Store> earlier = database->Load();
  if (!earlier.ok()) return earlier.status();
  return Database(path, schema.schema, *std::move(database));
}

absl::Status Database::FlushAndCheck(relata::Store& store) {
  const Stopwatch flushing;
  const absl::StatusOr<relata::FlushReport> report = database_.Flush(store);
  if (!report.ok()) return report.status();
  Print(Concat("  SQLite: ", Thousands(report->created), " rows created, ",
               Thousands(report->updated), " updated, ", Thousands(report->deleted), " deleted in ",
               flushing.ToString(), "\n"));
  const Stopwatch loading;
  absl::StatusOr<relata::SqliteDatabase> second = relata::SqliteDatabase::Open(path_, schema_);
  if (!second.ok()) return second.status();
  const absl::StatusOr<relata::Store> loaded = second->Load();
  if (!loaded.ok()) return loaded.status();
  if (absl::Status same = CheckSame(store, *loaded, path_); !same.ok()) return same;
  Print(Concat("  SQLite: loaded again and compared, all rows are equal, in ", loading.ToString(),
               "; ", path_, " has ", SizeOfFile(path_), "\n"));
  return absl::OkStatus();
}

absl::Status SaveAndCheckSnapshot(const relata::Store& store, const std::string& path) {
  const Stopwatch saving;
  if (absl::Status saved = relata::SaveSnapshot(store, path); !saved.ok()) return saved;
  Print(Concat("  Snapshot: saved in ", saving.ToString(), "\n"));
  const Stopwatch loading;
  const absl::StatusOr<relata::Store> loaded = relata::LoadSnapshot(store.schema(), path);
  if (!loaded.ok()) return loaded.status();
  if (absl::Status same = CheckSame(store, *loaded, path); !same.ok()) return same;
  Print(Concat("  Snapshot: loaded again and compared, all rows are equal, in ", loading.ToString(),
               "; ", path, " has ", SizeOfFile(path), "\n"));
  return absl::OkStatus();
}

absl::Status WriteDiagram(const std::string& dot, const std::string& stem) {
  const std::string path = stem + ".dot";
  std::ofstream file(path, std::ios::binary);
  file << dot;
  file.close();
  if (!file) return absl::InternalError(Concat("cannot write ", path));
  const std::string svg = stem + ".svg";
  const bool drawn = RunDot(path, svg);
  Print(Concat("  ", path, drawn ? Concat(" and ", svg) : "", "\n"));
  return absl::OkStatus();
}

}  // namespace package_graph
