// The package graph of this machine against what dpkg and apt say of it. Skipped where they are
// not, or know of no packages.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "examples/package_graph/load.h"
#include "examples/package_graph/names.h"
#include "examples/package_graph/package_file.h"
#include "examples/package_graph/package_schema.h"
#include "examples/package_graph/removal.h"
#include "examples/package_graph/text.h"
#include "gtest/gtest.h"
#include "tests/status_testing.h"

namespace package_graph {
namespace {

using ::relata::Instance;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

constexpr char kStatusFile[] = "/var/lib/dpkg/status";
// What apt knows besides the status file is left out: packages that could be installed would
// change its answers.
constexpr char kInstalledOnly[] =
    " -o Dir::State::lists=/nonexistent -o Dir::Etc::sourcelist=/dev/null"
    " -o Dir::Etc::sourceparts=/dev/null -o Dir::Cache::pkgcache='' -o Dir::Cache::srcpkgcache='' ";

std::vector<std::string> LinesOf(const std::string& command) {
  std::vector<std::string> lines;
  std::FILE* const pipe = popen(Concat("LC_ALL=C ", command, " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return lines;
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  pclose(pipe);
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool Has(const std::string& program) {
  return std::system(Concat("command -v ", program, " >/dev/null 2>&1").c_str()) == 0;
}

class PackageGraphDpkgTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(kStatusFile, std::ios::binary);
    if (!in || !Has("dpkg-query") || LinesOf("dpkg-query -W").empty()) {
      GTEST_SKIP() << "dpkg has no packages here";
    }
    schema_ = Must(MakePackageSchema());
    file_ = Must(ReadPackages(kStatusFile, std::string(std::istreambuf_iterator<char>(in), {})));
    store_.emplace(Must(LoadGraph(schema_, file_)));
  }

  // The packages with a requirement of one of `kinds` that names `name`, of no certain
  // architecture: apt counts "python3:any" as another package than "python3".
  std::set<std::string> WhoAsksFor(std::string_view name, const std::set<std::string>& kinds) {
    std::set<std::string> who;
    for (Instance requirement : store_->All(schema_.requirement)) {
      if (!kinds.contains(std::string(store_->Get(requirement, schema_.requirement_kind)))) {
        continue;
      }
      for (Instance a : store_->Linked(requirement, schema_.requirement_alternatives)) {
        if (store_->Get(a, schema_.alternative_name) != name ||
            store_->Get(a, schema_.alternative_architecture).has_value()) {
          continue;
        }
        const Instance package = *store_->Linked(requirement, schema_.requirement_package).begin();
        who.emplace(store_->Get(package, schema_.package_name));
      }
    }
    return who;
  }

  PackageSchema schema_;
  PackageFile file_;
  std::optional<relata::Store> store_;
};

TEST_F(PackageGraphDpkgTest, TheGraphHoldsThePackagesThatDpkgHolds) {
  std::multiset<std::string> ours;
  for (Instance package : store_->All(schema_.package)) {
    ours.insert(Concat(store_->Get(package, schema_.package_name), " ",
                       store_->Get(package, schema_.package_version), " ",
                       store_->Get(package, schema_.package_architecture)));
  }
  std::multiset<std::string> theirs;
  for (const std::string& line :
       LinesOf("dpkg-query -W -f '${db:Status-Status} ${Package} ${Version} ${Architecture}\\n'")) {
    if (line.starts_with("installed ")) theirs.insert(line.substr(line.find(' ') + 1));
  }
  EXPECT_EQ(ours, theirs);
}

TEST_F(PackageGraphDpkgTest, EveryInstalledPackageHasAllItNeeds) {
  if (!LinesOf("dpkg --audit").empty()) GTEST_SKIP() << "dpkg says that packages are broken here";
  EXPECT_EQ(CountUnsatisfied(schema_, *store_), 0u);
}

TEST_F(PackageGraphDpkgTest, AptNamesTheSameReverseDependencies) {
  if (!Has("apt-cache")) GTEST_SKIP() << "no apt here";
  std::size_t compared = 0;
  for (const char* name : {"libc6", "perl-base", "debconf", "zlib1g", "python3", "libssl3"}) {
    const std::vector<std::string> lines =
        LinesOf(Concat("apt-cache", kInstalledOnly,
                       "--installed --no-recommends --no-suggests --no-enhances --no-conflicts "
                       "--no-breaks --no-replaces rdepends ",
                       name));
    std::set<std::string> theirs;
    for (const std::string& line : lines) {
      // "  name" or " |name"; headings begin in the first column.
      if (!line.starts_with(' ')) continue;
      const std::string who = line.substr(line.find_first_not_of(" |"));
      theirs.insert(who.substr(0, who.find(':')));
    }
    EXPECT_EQ(WhoAsksFor(name, {"Depends", "Pre-Depends"}), theirs) << name;
    compared += theirs.size();
  }
  if (compared == 0) GTEST_SKIP() << "apt knows nothing of the packages here";
}

TEST_F(PackageGraphDpkgTest, AptWouldRemoveTheSamePackages) {
  if (!Has("apt-get")) GTEST_SKIP() << "no apt here";
  if (LinesOf(Concat("apt-get", kInstalledOnly, "-s check")).empty()) {
    GTEST_SKIP() << "apt cannot read the packages here";
  }
  // Every so manyth package, and the one that the program would choose.
  std::vector<Instance> roots;
  const std::size_t step = store_->Count(schema_.package) / 20 + 1;
  std::size_t position = 0;
  for (Instance package : store_->All(schema_.package)) {
    if (position++ % step == 0) roots.push_back(package);
  }
  if (const auto chosen = Must(ChoosePackage(schema_, *store_, file_.native, 0.1))) {
    roots.push_back(*chosen);
  }
  std::size_t compared = 0;
  for (Instance root : roots) {
    const Removal removal = Must(Removal::Plan(schema_, *store_, file_.native, {root}));
    if (removal.plan().blocked()) continue;
    std::set<std::string> ours;
    for (const relata::Plan::Deletion& d : removal.plan().deletions()) {
      if (d.instance.of() == schema_.package) {
        ours.emplace(store_->Get(d.instance, schema_.package_name));
      }
    }
    const std::string name = Concat(store_->Get(root, schema_.package_name), ":",
                                    store_->Get(root, schema_.package_architecture));
    std::set<std::string> theirs;
    for (const std::string& line : LinesOf(Concat(
             "apt-get", kInstalledOnly, "-s -o APT::Get::AutomaticRemove=false remove ", name))) {
      if (!line.starts_with("Remv ")) continue;
      const std::string who = line.substr(5, line.find(' ', 5) - 5);
      theirs.insert(who.substr(0, who.find(':')));
    }
    if (theirs.empty()) continue;  // apt never removes itself, and refuses instead
    EXPECT_EQ(ours, theirs) << name;
    ++compared;
  }
  if (compared == 0) GTEST_SKIP() << "apt refuses to remove anything here";
}

}  // namespace
}  // namespace package_graph
