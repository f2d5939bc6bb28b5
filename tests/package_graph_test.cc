// The package graph: what its schema says of a deletion, against worked examples and a stupid twin.
#include <cstddef>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "examples/package_graph/load.h"
#include "examples/package_graph/names.h"
#include "examples/package_graph/package_file.h"
#include "examples/package_graph/package_schema.h"
#include "examples/package_graph/removal.h"
#include "examples/package_graph/satisfaction.h"
#include "examples/package_graph/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/status_testing.h"

namespace package_graph {
namespace {

using ::relata::Instance;
using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

struct Graph {
  PackageSchema schema;
  PackageFile file;
  relata::Store store;

  Instance Find(std::string_view name) const { return Must(FindByName(schema, store, name)); }
  Removal Remove(std::string_view name) const {
    return Must(Removal::Plan(schema, store, file.native, {Find(name)}));
  }
};

Graph Load(const std::string& text) {
  PackageSchema schema = Must(MakePackageSchema());
  PackageFile file = Must(ReadPackages("f", text));
  relata::Store store = Must(LoadGraph(schema, file));
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
  return {std::move(schema), std::move(file), std::move(store)};
}

// A package "NAME" or "NAME=VERSION" with further fields.
std::string Package(const std::string& name, const std::string& fields = "") {
  const std::size_t equals = name.find('=');
  const std::string version = equals == std::string::npos ? "1" : name.substr(equals + 1);
  return Concat("Package: ", name.substr(0, equals), "\nVersion: ", version,
                "\nArchitecture: all\n", fields, fields.empty() ? "\n" : "\n\n");
}

std::set<std::string> PackagesOf(const Graph& graph, const Removal& removal) {
  std::set<std::string> names;
  for (const relata::Plan::Deletion& d : removal.plan().deletions()) {
    if (d.instance.of() == graph.schema.package) {
      names.emplace(graph.store.Get(d.instance, graph.schema.package_name));
    }
  }
  return names;
}

std::set<std::string> GoneWith(const Graph& graph, std::string_view name) {
  return PackagesOf(graph, graph.Remove(name));
}

// The packages on the chain that explains why `victim` goes.
std::vector<std::string> Chain(const Graph& graph, const Removal& removal,
                               std::string_view victim) {
  std::vector<std::string> names;
  for (const Step& step : removal.Explain(graph.Find(victim))) {
    if (step.instance.of() == graph.schema.package) {
      names.emplace_back(graph.store.Get(step.instance, graph.schema.package_name));
    }
  }
  return names;
}

// ----- one rule at a time

TEST(PackageGraphTest, ADependencyWithoutAnAlternativeTakesItsPackageWithIt) {
  const Graph graph =
      Load(Package("a", "Depends: x, b (>= 1), y") + Package("b", "Pre-Depends: c") + Package("c") +
           Package("x") + Package("y"));
  EXPECT_THAT(GoneWith(graph, "c"), UnorderedElementsAre("a", "b", "c"));
  EXPECT_THAT(GoneWith(graph, "x"), UnorderedElementsAre("a", "x"));
  EXPECT_THAT(GoneWith(graph, "y"), UnorderedElementsAre("a", "y"));
  EXPECT_THAT(GoneWith(graph, "a"), UnorderedElementsAre("a"));
  const Removal removal = graph.Remove("c");
  EXPECT_EQ(removal.rounds(), 1u);  // the schema alone knows
  EXPECT_THAT(Chain(graph, removal, "a"), ElementsAre("c", "b", "a"));
  EXPECT_EQ(*removal.longest(), graph.Find("a"));
}

TEST(PackageGraphTest, AmongAlternativesOnlyTheAlternativeGoes) {
  Graph graph = Load(Package("a", "Depends: x | y") + Package("x") + Package("y"));
  const Removal removal = graph.Remove("x");
  EXPECT_THAT(PackagesOf(graph, removal), ElementsAre("x"));
  ASSERT_TRUE(IsOk(graph.store.Apply(removal.plan())));
  EXPECT_TRUE(IsOk(graph.store.CheckInvariants()));
  EXPECT_EQ(graph.store.Count(graph.schema.alternative), 1u);
  EXPECT_EQ(RequirementText(graph.schema, graph.store,
                            *graph.store.All(graph.schema.requirement).begin()),
            "Depends: y");
  EXPECT_EQ(CountUnsatisfied(graph.schema, graph.store), 0u);
  // The last one takes the package along, although the load had found two.
  EXPECT_THAT(GoneWith(graph, "y"), UnorderedElementsAre("a", "y"));
}

TEST(PackageGraphTest, ThePackageGoesWithItsLastAlternativeAndTheChainSaysSo) {
  const Graph graph =
      Load(Package("base") + Package("x", "Depends: base") + Package("y", "Depends: base") +
           Package("a", "Depends: x | y") + Package("b", "Depends: a"));
  const Removal removal = graph.Remove("base");
  EXPECT_THAT(PackagesOf(graph, removal), UnorderedElementsAre("a", "b", "base", "x", "y"));
  EXPECT_EQ(removal.rounds(), 2u);
  EXPECT_EQ(removal.found(), 1u);
  const std::vector<std::string> chain = Chain(graph, removal, "b");
  ASSERT_EQ(chain.size(), 4u);
  EXPECT_EQ(chain.front(), "base");
  EXPECT_EQ(chain[2], "a");
  EXPECT_EQ(chain.back(), "b");
  EXPECT_EQ(removal.Explain(graph.Find("b"))[0].why, Step::Why::kAsked);
}

TEST(PackageGraphTest, RecommendationsAreDroppedAndTheirPackageStays) {
  Graph graph = Load(Package("a", "Recommends: x\nSuggests: x, y\nEnhances: x") + Package("x") +
                     Package("y"));
  const Removal removal = graph.Remove("x");
  EXPECT_THAT(PackagesOf(graph, removal), ElementsAre("x"));
  ASSERT_TRUE(IsOk(graph.store.Apply(removal.plan())));
  EXPECT_EQ(graph.store.Count(graph.schema.requirement), 1u);  // that for y
}

TEST(PackageGraphTest, AVirtualPackageGoesWithItsLastProvider) {
  const Graph graph = Load(Package("one", "Depends: base\nProvides: v") +
                           Package("two", "Depends: base\nProvides: v") +
                           Package("a", "Depends: v") + Package("base"));
  EXPECT_THAT(GoneWith(graph, "one"), UnorderedElementsAre("one"));
  const Removal removal = graph.Remove("base");
  EXPECT_THAT(PackagesOf(graph, removal), UnorderedElementsAre("a", "base", "one", "two"));
  EXPECT_TRUE(removal.Takes(graph.Find("virtual:v")));
  EXPECT_THAT(GoneWith(graph, "virtual:v"), UnorderedElementsAre("a"));
}

TEST(PackageGraphTest, APackageStandsInForItsOwnNameBesideItsProviders) {
  const Graph graph = Load(Package("v") + Package("other", "Provides: v") +
                           Package("a", "Depends: v") + Package("b", "Depends: v (>= 1)"));
  // What is provided without a version does not satisfy one, so b is left with nothing.
  EXPECT_THAT(GoneWith(graph, "v"), UnorderedElementsAre("b", "v"));
  EXPECT_THAT(GoneWith(graph, "other"), UnorderedElementsAre("other"));
}

TEST(PackageGraphTest, AnAlternativeGoesWhenNoProviderOfItsVersionIsLeft) {
  const Graph graph =
      Load(Package("old", "Provides: v (= 1)") + Package("new", "Provides: v (= 2)") +
           Package("a", "Depends: v") + Package("b", "Depends: v (>= 2)"));
  const Removal removal = graph.Remove("new");
  EXPECT_THAT(PackagesOf(graph, removal), UnorderedElementsAre("b", "new"));
  EXPECT_FALSE(removal.Takes(graph.Find("virtual:v")));
  EXPECT_THAT(GoneWith(graph, "old"), UnorderedElementsAre("old"));
}

TEST(PackageGraphTest, PackagesThatNeedEachOtherGoTogether) {
  const Graph graph = Load(Package("a", "Depends: b") + Package("b", "Depends: a | nothing") +
                           Package("c", "Depends: c"));
  EXPECT_THAT(GoneWith(graph, "a"), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(GoneWith(graph, "b"), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(GoneWith(graph, "c"), UnorderedElementsAre("c"));
}

TEST(PackageGraphTest, AnEssentialPackageBlocksWhatWouldTakeItAlong) {
  Graph graph =
      Load(Package("core", "Essential: yes\nDepends: lib") + Package("lib") + Package("free"));
  const Removal removal = graph.Remove("lib");
  EXPECT_TRUE(removal.plan().blocked());
  EXPECT_EQ(removal.plan().total_blockers(), 1u);
  EXPECT_TRUE(
      FailsWith(graph.store.Apply(removal.plan()), relata::ErrorKind::kForeignKey, "protection"));
  EXPECT_EQ(graph.store.Count(graph.schema.package), 3u);
  EXPECT_FALSE(graph.Remove("free").plan().blocked());

  const Instance protection = *graph.store.All(graph.schema.protection).begin();
  const Removal forced = Must(
      Removal::Plan(graph.schema, graph.store, graph.file.native, {graph.Find("lib"), protection}));
  EXPECT_TRUE(IsOk(graph.store.Apply(forced.plan())));
  EXPECT_EQ(graph.store.Count(graph.schema.package), 1u);
}

TEST(PackageGraphTest, ASectionWithPackagesCannotGo) {
  Graph graph = Load(Package("a", "Section: libs") + Package("b", "Section: misc"));
  EXPECT_TRUE(FailsWith(graph.store.Delete(graph.Find("section:libs")),
                        relata::ErrorKind::kForeignKey, "package"));
  ASSERT_TRUE(IsOk(graph.store.Delete(graph.Find("a"))));
  EXPECT_TRUE(IsOk(graph.store.Delete(graph.Find("section:libs"))));
}

TEST(PackageGraphTest, AMaintainersPackagesAreOrphaned) {
  Graph graph = Load(Package("a", "Maintainer: T <t@example.org>") +
                     Package("b", "Maintainer: T <t@example.org>"));
  EXPECT_EQ(Must(graph.store.Get(graph.Find("maintainer:T <t@example.org>"), "email")),
            relata::Value("t@example.org"));
  ASSERT_TRUE(IsOk(graph.store.Delete(graph.Find("maintainer:T <t@example.org>"))));
  EXPECT_EQ(graph.store.Count(graph.schema.package), 2u);
  EXPECT_TRUE(Must(graph.store.Get(graph.Find("a"), "maintainer_address")).is_null());
}

TEST(PackageGraphTest, AConflictOutlivesItsRival) {
  Graph graph = Load(Package("a", "Breaks: b (<< 2)\nReplaces: b (<< 1)") + Package("b"));
  const Removal removal = graph.Remove("b");
  EXPECT_THAT(PackagesOf(graph, removal), ElementsAre("b"));
  EXPECT_EQ(removal.plan().assignments().size(), 3u);  // the key of the one in whose bounds b is
  ASSERT_TRUE(IsOk(graph.store.Apply(removal.plan())));
  EXPECT_EQ(graph.store.Count(graph.schema.conflict), 2u);
}

TEST(PackageGraphTest, ANameIsFoundOrWhatComesNearIsSaid) {
  const Graph graph = Load(Package("libfoo=1") + Package("libfoo=2") + Package("bar"));
  EXPECT_EQ(graph.Find("libfoo=2"), Must(FindByName(graph.schema, graph.store, "libfoo:all=2")));
  EXPECT_TRUE(FailsWith(FindByName(graph.schema, graph.store, "libfoo"),
                        absl::StatusCode::kInvalidArgument, "libfoo:all=1, libfoo:all=2"));
  EXPECT_TRUE(FailsWith(FindByName(graph.schema, graph.store, "foo"), absl::StatusCode::kNotFound,
                        "there is libfoo 1, libfoo 2"));
  EXPECT_TRUE(FailsWith(FindByName(graph.schema, graph.store, "section:x"),
                        absl::StatusCode::kNotFound, "x"));
}

TEST(PackageGraphTest, TextThatIsNotUtf8IsRefusedWithItsLine) {
  const PackageSchema schema = Must(MakePackageSchema());
  const PackageFile file =
      Must(ReadPackages("f", Package("a") + Package("b", "Maintainer: \xff <x@example.org>")));
  EXPECT_TRUE(FailsWith(LoadGraph(schema, file), absl::StatusCode::kInvalidArgument, "f:5: "));
}

TEST(PackageGraphTest, ThePackageChosenTakesTheMostWithinTheShare) {
  std::string text = Package("all-of-it");
  for (const char* name : {"p", "q", "r"}) text += Package(name, "Depends: all-of-it");
  text += Package("core", "Essential: yes\nDepends: corelib") + Package("corelib");
  text += Package("pp", "Depends: p") + Package("qq", "Depends: q") + Package("qqq", "Depends: q");
  const Graph graph = Load(text);
  const auto choose = [&](double share) {
    return Must(ChoosePackage(graph.schema, graph.store, graph.file.native, share));
  };
  EXPECT_EQ(choose(0.4), graph.Find("q"));
  EXPECT_EQ(choose(1.0), graph.Find("all-of-it"));
  EXPECT_EQ(choose(0.0), std::nullopt);
}

// ----- against a stupid twin

// The packages that go with `root`: one at a time, as long as there is one that lacks something
// which it had at first.
std::set<std::string> TwinGoneWith(const PackageFile& file, std::size_t root) {
  std::vector<bool> here(file.packages.size(), true);
  const auto satisfied = [&](const PackageRecord& asking, const Alternatives& alternatives) {
    for (const PackageName& wanted : alternatives) {
      for (std::size_t i = 0; i < file.packages.size(); ++i) {
        const PackageRecord& p = file.packages[i];
        const auto offers = [&](std::string_view name, std::string_view version) {
          return name == wanted.name &&
                 Satisfies(wanted, asking.architecture, {p.architecture, p.multi_arch, version},
                           file.native);
        };
        if (!here[i]) continue;
        if (offers(p.name, p.version)) return true;
        for (const Alternatives& provided :
             p.relations[static_cast<std::size_t>(Kind::kProvides)]) {
          if (offers(provided[0].name, provided[0].version)) return true;
        }
      }
    }
    return false;
  };
  struct Need {
    std::size_t package;
    const Alternatives* alternatives;
  };
  std::vector<Need> needs;
  for (std::size_t i = 0; i < file.packages.size(); ++i) {
    for (Kind kind : {Kind::kPreDepends, Kind::kDepends}) {
      for (const Alternatives& a : file.packages[i].relations[static_cast<std::size_t>(kind)]) {
        if (satisfied(file.packages[i], a)) needs.push_back({i, &a});
      }
    }
  }
  here[root] = false;
  for (bool changed = true; changed;) {
    changed = false;
    for (const Need& need : needs) {
      if (here[need.package] && !satisfied(file.packages[need.package], *need.alternatives)) {
        here[need.package] = false;
        changed = true;
      }
    }
  }
  std::set<std::string> gone;
  for (std::size_t i = 0; i < here.size(); ++i) {
    if (!here[i]) gone.insert(Concat(file.packages[i].name, "=", file.packages[i].version));
  }
  return gone;
}

// Few names, so that they meet often.
std::string RandomFile(std::mt19937& random) {
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  const auto name = [&] { return std::string(1, static_cast<char>('a' + below(10))) + "x"; };
  const auto relation = [&] {
    std::string text = name();
    const unsigned kind = below(6);
    if (kind == 0) text += Concat(" (>= ", std::to_string(1 + below(3)), ")");
    if (kind == 1) text += Concat(" (<< ", std::to_string(2 + below(2)), ")");
    return text;
  };
  std::string text;
  std::set<std::string> seen;
  for (unsigned i = 0; i < 12; ++i) {
    const std::string package = Concat(name(), "=", std::to_string(1 + below(3)));
    if (!seen.insert(package).second) continue;
    std::string fields;
    const auto add = [&](const char* field, const std::string& value) {
      fields += Concat(fields.empty() ? "" : "\n", field, ": ", value);
    };
    std::string depends;
    for (unsigned d = below(4); d > 0; --d) {
      depends += (depends.empty() ? "" : ", ") + relation();
      for (unsigned a = below(3); a > 0; --a) depends += " | " + relation();
    }
    if (!depends.empty()) add(below(2) == 0 ? "Depends" : "Pre-Depends", depends);
    if (below(3) == 0) add("Recommends", relation());
    if (below(3) == 0) add("Breaks", relation());
    if (below(2) == 0) {
      std::string provides = name();
      if (below(2) == 0) provides += Concat(" (= ", std::to_string(1 + below(3)), ")");
      add("Provides", Concat(provides, ", ", name()));
    }
    text += Package(package, fields);
  }
  return text;
}

TEST(PackageGraphTest, RemovalsAgreeWithAStupidTwin) {
  std::size_t found = 0;
  std::size_t taken = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    Graph graph = Load(RandomFile(random));
    const std::size_t unsatisfied = CountUnsatisfied(graph.schema, graph.store);
    for (std::size_t root = 0; root < graph.file.packages.size(); ++root) {
      const PackageRecord& package = graph.file.packages[root];
      const std::string name = Concat(package.name, "=", package.version);
      const Removal removal = graph.Remove(name);
      std::set<std::string> gone;
      for (const relata::Plan::Deletion& d : removal.plan().deletions()) {
        if (d.instance.of() != graph.schema.package) continue;
        gone.insert(Concat(graph.store.Get(d.instance, graph.schema.package_name), "=",
                           graph.store.Get(d.instance, graph.schema.package_version)));
        const std::vector<Step> steps = removal.Explain(d.instance);
        ASSERT_EQ(steps.front().instance, graph.Find(name));
        ASSERT_EQ(steps.back().instance, d.instance);
      }
      ASSERT_EQ(gone, TwinGoneWith(graph.file, root)) << "seed " << seed << ", root " << name;
      found += removal.found();
      taken += gone.size();

      relata::Store fork = Must(graph.store.Fork());
      ASSERT_TRUE(IsOk(fork.Apply(removal.plan())));
      ASSERT_TRUE(IsOk(fork.CheckInvariants()));
      ASSERT_LE(CountUnsatisfied(graph.schema, fork), unsatisfied);
    }
  }
  EXPECT_GT(found, 500u);
  EXPECT_GT(taken, 3000u);
}

}  // namespace
}  // namespace package_graph
