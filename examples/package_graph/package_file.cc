#include "examples/package_graph/package_file.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "examples/package_graph/control_file.h"
#include "examples/package_graph/debian_version.h"
#include "examples/package_graph/text.h"

namespace package_graph {
namespace {

constexpr std::array<std::string_view, kKinds> kKindNames = {
    "Pre-Depends", "Depends", "Recommends", "Suggests", "Enhances",
    "Conflicts",   "Breaks",  "Replaces",   "Provides"};

constexpr std::size_t kBytesBetweenProgress = 1 << 18;

// "install ok installed": wanted, flag, state.
bool IsInstalled(std::string_view status) {
  const std::size_t last = status.find_last_of(" \t");
  return status.substr(last == std::string_view::npos ? 0 : last + 1) == "installed";
}

// What the paragraph must say, in one line.
absl::StatusOr<std::string_view> Required(const ControlReader& reader, const Paragraph& paragraph,
                                          std::string_view name) {
  const ControlField* field = paragraph.Find(name);
  if (field == nullptr) {
    const ControlField* package = paragraph.Find("Package");
    const std::string what =
        package == nullptr ? "this paragraph" : Concat("package ", package->value);
    return reader.Error(paragraph.line, Concat(what, " has no field ", name));
  }
  if (field->value.empty()) {
    return reader.Error(field->line, Concat("the field ", name, " is empty"));
  }
  return field->value;
}

bool Says(const Paragraph& paragraph, std::string_view name, std::string_view value) {
  const ControlField* field = paragraph.Find(name);
  return field != nullptr && field->value == value;
}

std::string_view ValueOr(const Paragraph& paragraph, std::string_view name,
                         std::string_view otherwise = {}) {
  const ControlField* field = paragraph.Find(name);
  return field == nullptr || field->value.empty() ? otherwise : field->value;
}

absl::Status ReadRelations(const ControlReader& reader, const Paragraph& paragraph,
                           PackageRecord& record) {
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    const ControlField* field = paragraph.Find(kKindNames[kind]);
    if (field == nullptr) continue;
    RelationRules rules;
    rules.alternatives = IsRequirement(Kind{static_cast<std::uint8_t>(kind)}) &&
                         Kind{static_cast<std::uint8_t>(kind)} != Kind::kEnhances;
    rules.only_equals = Kind{static_cast<std::uint8_t>(kind)} == Kind::kProvides;
    const std::optional<RelationError> error =
        ParseRelations(field->value, rules, record.relations[kind]);
    if (error.has_value()) {
      return reader.Error(*field, error->at,
                          Concat(kKindNames[kind], " of ", record.name, ": ", error->message));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PackageRecord> ReadPackage(const ControlReader& reader, const Paragraph& paragraph) {
  PackageRecord record;
  record.line = paragraph.line;
  for (auto [name, place] : {std::pair{"Package", &record.name},
                             {"Version", &record.version},
                             {"Architecture", &record.architecture}}) {
    absl::StatusOr<std::string_view> value = Required(reader, paragraph, name);
    if (!value.ok()) return value.status();
    *place = *value;
  }
  if (!IsVersion(record.version)) {
    const ControlField& field = *paragraph.Find("Version");
    return reader.Error(field.line,
                        Concat("\"", Shortened(record.version, 40), "\" is no version"));
  }
  record.section = ValueOr(paragraph, "Section", "misc");
  record.maintainer = ValueOr(paragraph, "Maintainer");
  record.source = ValueOr(paragraph, "Source");
  record.source = record.source.substr(0, record.source.find(' '));  // a version may follow
  record.multi_arch = ValueOr(paragraph, "Multi-Arch");
  record.priority = ValueOr(paragraph, "Priority");
  record.essential = Says(paragraph, "Essential", "yes");
  record.is_protected = Says(paragraph, "Protected", "yes") || Says(paragraph, "Important", "yes");
  if (const ControlField* size = paragraph.Find("Installed-Size")) {
    std::int64_t number = 0;
    const char* const end = size->value.data() + size->value.size();
    const auto [rest, error] = std::from_chars(size->value.data(), end, number);
    if (error != std::errc() || rest != end || number < 0) {
      return reader.Error(size->line,
                          Concat("expected a number of KiB in Installed-Size but found \"",
                                 Shortened(size->value, 40), "\""));
    }
    record.installed_size = number;
  }
  if (absl::Status read = ReadRelations(reader, paragraph, record); !read.ok()) return read;
  return record;
}

// dpkg's own architecture, or else the one that most packages have.
std::string_view NativeArchitecture(const std::vector<PackageRecord>& packages) {
  std::map<std::string_view, std::size_t> counts;
  for (const PackageRecord& package : packages) {
    if (package.architecture == "all") continue;
    if (package.name == "dpkg") return package.architecture;
    ++counts[package.architecture];
  }
  std::string_view most = "all";
  std::size_t highest = 0;
  for (const auto& [architecture, count] : counts) {
    if (count > highest) std::tie(most, highest) = std::tie(architecture, count);
  }
  return most;
}

}  // namespace

std::string_view KindName(Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

absl::StatusOr<PackageFile> ReadPackages(std::string file, std::string text,
                                         const std::function<void(std::size_t)>& progress) {
  PackageFile packages;
  packages.file = file;
  packages.text = std::make_shared<const std::string>(std::move(text));
  ControlReader reader(std::move(file), *packages.text);

  using Identity = std::tuple<std::string_view, std::string_view, std::string_view>;
  absl::flat_hash_map<Identity, std::size_t> lines;
  Paragraph paragraph;
  std::size_t told = 0;
  for (;;) {
    absl::StatusOr<bool> more = reader.Next(paragraph);
    if (!more.ok()) return more.status();
    if (progress && (!*more || reader.offset() - told >= kBytesBetweenProgress)) {
      told = reader.offset();
      progress(told);
    }
    if (!*more) break;
    const ControlField* status = paragraph.Find("Status");
    if (status != nullptr && !IsInstalled(status->value)) {
      absl::StatusOr<std::string_view> name = Required(reader, paragraph, "Package");
      if (!name.ok()) return name.status();
      ++packages.skipped;
      continue;
    }
    absl::StatusOr<PackageRecord> record = ReadPackage(reader, paragraph);
    if (!record.ok()) return record.status();
    const auto [first, added] =
        lines.try_emplace({record->name, record->architecture, record->version}, record->line);
    if (!added) {
      return reader.Error(record->line, Concat("package ", record->name, " ", record->version, " (",
                                               record->architecture,
                                               ") stands here for the second time; the "
                                               "first was on line ",
                                               std::to_string(first->second)));
    }
    packages.packages.push_back(*std::move(record));
  }
  if (packages.packages.empty()) {
    return absl::InvalidArgumentError(
        Concat(packages.file,
               ":1: holds no installed package; expected paragraphs as in "
               "/var/lib/dpkg/status or in the output of apt-cache dumpavail"));
  }
  packages.native = NativeArchitecture(packages.packages);
  return packages;
}

}  // namespace package_graph
