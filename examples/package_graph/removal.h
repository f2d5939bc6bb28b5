// What goes with a package, planned and explained.
//
// The schema's cascades take all that needs every one of several rows (package_schema.h). What
// needs one of several rows is found here, in rounds: plan the delete; look, among the neighbours
// of what goes, for requirements without an alternative, virtual packages without a provider, and
// alternatives that no remaining provider satisfies; plan again with these as further roots; until
// there are none. The last plan is the whole removal, one operation that relata carries out.
#ifndef EXAMPLES_PACKAGE_GRAPH_REMOVAL_H_
#define EXAMPLES_PACKAGE_GRAPH_REMOVAL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "examples/package_graph/package_schema.h"
#include "relata/relata.h"

namespace package_graph {

// A link of the chain that explains why a row goes.
struct Step {
  enum class Why {
    kAsked,     // it is what the caller wants to delete
    kCascade,   // it refers to the row of the step before, by `via`
    kLostLast,  // the row of the step before was the last one that held it up
  };
  Why why = Why::kAsked;
  relata::Instance instance;
  relata::ForeignKey via;
};

class Removal {
 public:
  // Works out what goes with `roots`, without changing anything. `native` is the architecture that
  // packages for all architectures count as. A removal that is blocked is no error.
  static absl::StatusOr<Removal> Plan(const PackageSchema& schema, const relata::Store& store,
                                      std::string_view native, std::vector<relata::Instance> roots);

  // To be shown, and applied.
  const relata::Plan& plan() const { return rounds_.back(); }
  std::size_t rounds() const { return rounds_.size(); }
  // Rows that had lost their last support, in all rounds.
  std::size_t found() const { return found_.size(); }

  bool Takes(relata::Instance instance) const { return gone_.contains(instance); }
  // The chain from a root of the caller's to `victim`. REQUIRES: Takes(victim).
  std::vector<Step> Explain(relata::Instance victim) const;
  // The package whose chain leads over the most packages; the first one found of several.
  std::optional<relata::Instance> longest() const { return longest_; }

 private:
  friend class RemovalPlanner;
  struct Gone {
    std::uint32_t round = 0;
    std::uint32_t packages = 0;  // on the chain that ends here
  };
  std::vector<relata::Plan> rounds_;
  absl::flat_hash_map<relata::Instance, Gone> gone_;               // what goes, and since when
  absl::flat_hash_map<relata::Instance, relata::Instance> found_;  // and the last one that it lost
  std::optional<relata::Instance> longest_;
};

// A package worth deleting for a demonstration: of those whose removal is not blocked and takes at
// most `share` of all packages with it, one that takes the most. Deterministic. nullopt when no
// package takes another one with it within these bounds.
absl::StatusOr<std::optional<relata::Instance>> ChoosePackage(const PackageSchema& schema,
                                                              const relata::Store& store,
                                                              std::string_view native,
                                                              double share);

// How many hard requirements nothing in the graph satisfies. In a sound system there are none, and
// no removal leaves more of them.
std::size_t CountUnsatisfied(const PackageSchema& schema, const relata::Store& store);

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_REMOVAL_H_
