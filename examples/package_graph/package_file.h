// The packages of a dpkg status file or of `apt-cache dumpavail`: checked, and as the file says.
// Knows nothing of graphs.
#ifndef EXAMPLES_PACKAGE_GRAPH_PACKAGE_FILE_H_
#define EXAMPLES_PACKAGE_GRAPH_PACKAGE_FILE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "examples/package_graph/relations.h"

namespace package_graph {

// What one package says about others. The order is that of the list of names below.
enum class Kind : std::uint8_t {
  kPreDepends,
  kDepends,
  kRecommends,
  kSuggests,
  kEnhances,
  kConflicts,
  kBreaks,
  kReplaces,
  kProvides,
};
inline constexpr std::size_t kKinds = 9;
// As the field is called: "Pre-Depends".
std::string_view KindName(Kind kind);
// Without which a package is of no use: Pre-Depends and Depends.
inline bool IsHard(Kind kind) { return kind <= Kind::kDepends; }
// Whether it is a wish to have the other package: the hard ones, Recommends, Suggests, Enhances.
inline bool IsRequirement(Kind kind) { return kind <= Kind::kEnhances; }

// Views into the text of the file. What is missing is empty.
struct PackageRecord {
  std::string_view name;
  std::string_view version;
  std::string_view architecture;
  std::string_view section;     // "misc" where none is given
  std::string_view maintainer;  // "Name <address>"
  std::string_view source;      // the name of the source package, if it is another one
  std::string_view multi_arch;  // "same", "foreign" or "allowed"
  std::string_view priority;
  std::optional<std::int64_t> installed_size;  // in KiB
  bool essential = false;
  bool is_protected = false;
  std::array<std::vector<Alternatives>, kKinds> relations;  // by Kind
  std::size_t line = 0;
};

struct PackageFile {
  std::shared_ptr<const std::string> text;  // what the records view
  std::string file;
  std::vector<PackageRecord> packages;
  std::size_t skipped = 0;  // paragraphs whose Status is not "installed"
  std::string_view native;  // the architecture of this system, as far as the file tells
};

// Reads the packages that are installed, or all of them where no Status is given. `progress` is
// told the number of bytes read now and then. InvalidArgument, "FILE:LINE: ...", for a file that
// is malformed, lacks a field that a package must have, or holds a package twice.
absl::StatusOr<PackageFile> ReadPackages(
    std::string file, std::string text, const std::function<void(std::size_t)>& progress = nullptr);

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_PACKAGE_FILE_H_
