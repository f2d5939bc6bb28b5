// conformance PATH...: runs scenarios and says which of them fail. `--help` lists the options.
//
// Exits 0 when every scenario passes, 1 when one fails, 2 when a file, a scenario or the command
// line is wrong. What is malformed counts as failed, and the rest is run all the same.
#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <system_error>
#include <vector>

#include "tests/conformance/runner.h"
#include "tests/conformance/scenario.h"

namespace relata::conformance {
namespace {

// Where database files are written: in memory if the system has such a place, since every flush is
// synced and none has to outlive this process.
std::filesystem::path ScratchParent() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code ignored;
  const bool usable = std::getenv("TMPDIR") == nullptr &&
                      std::filesystem::is_directory(memory, ignored) &&
                      std::filesystem::space(memory, ignored).available > (std::uintmax_t{1} << 24);
  return usable ? memory : std::filesystem::temp_directory_path();
}

// A folder of this process alone, deleted with this object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::random_device random;
    do {
      path_ = ScratchParent() / ("relata-conformance-" + std::to_string(random()));
    } while (!std::filesystem::create_directories(path_));
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

int Main(int argc, char** argv) {
  CLI::App app(
      "Runs conformance scenarios in memory and against a fresh SQLite file. Prints a line for "
      "each "
      "that fails, and a count.");
  std::vector<std::string> paths;
  std::string filter;
  bool verbose = false;
  bool flush_each_step = false;
  app.add_option("PATH", paths, "Files, and folders of *.json at any depth")->required();
  app.add_option("--filter", filter, "Run only scenarios whose file or id contains this text")
      ->type_name("SUBSTRING");
  app.add_flag("--verbose", verbose, "Print a line for each scenario that passes, too");
  app.add_flag("--flush-each-step", flush_each_step,
               "Write and compare the database after every step, not only the last");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const ScratchFolder folder;
  const RunOptions options{.folder = folder.path(), .flush_each_step = flush_each_step};
  std::size_t passed = 0;
  std::size_t failed = 0;
  bool malformed = false;
  const auto run_file = [&](const std::string& file) {
    for (const Scenario& scenario : ReadScenarios(file)) {
      if (file.find(filter) == std::string::npos && scenario.id.find(filter) == std::string::npos) {
        continue;
      }
      try {
        const auto failure = RunScenario(scenario, options);
        ++(failure.has_value() ? failed : passed);
        if (failure.has_value()) {
          std::cout << "FAILED " << file << ": " << scenario.id << ": " << *failure << std::endl;
        } else if (verbose) {
          std::cout << "passed " << file << ": " << scenario.id << std::endl;
        }
      } catch (const Malformed& error) {
        std::cout << "MALFORMED " << error.what() << std::endl;
        malformed = true;
        ++failed;
      }
    }
  };
  for (const std::string& file : ListFiles(paths)) {
    try {
      run_file(file);
    } catch (const Malformed& error) {
      std::cout << "MALFORMED " << error.what() << std::endl;
      malformed = true;
      ++failed;
    }
  }
  std::cout << passed << " passed, " << failed << " failed" << std::endl;
  return malformed ? 2 : failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace relata::conformance

int main(int argc, char** argv) {
  try {
    return relata::conformance::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "conformance: " << error.what() << std::endl;
    return 2;
  }
}
