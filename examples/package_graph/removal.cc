#include "examples/package_graph/removal.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "examples/package_graph/satisfaction.h"

namespace package_graph {

using relata::Instance;

namespace {

// The target of an association to one.
std::optional<Instance> One(const relata::Store& store, Instance instance,
                            relata::Association association) {
  const relata::LinkedRange range = store.Linked(instance, association);
  if (range.empty()) return std::nullopt;
  return *range.begin();
}

bool CanBeSatisfied(const PackageSchema& s, const relata::Store& store, Instance alternative) {
  return !store.Linked(alternative, s.alternative_satisfier).empty() ||
         !store.Linked(alternative, s.alternative_virtual).empty();
}

}  // namespace

class RemovalPlanner {
 public:
  RemovalPlanner(const PackageSchema& schema, const relata::Store& store, std::string_view native)
      : s_(schema), store_(store), native_(native) {}

  // Stops after a round whose plan is more than is wanted, if that is known.
  absl::StatusOr<Removal> Plan(std::vector<Instance> roots,
                               const std::function<bool(const relata::Plan&)>& enough = nullptr) {
    for (;;) {
      absl::StatusOr<relata::Plan> plan = store_.PlanDelete(roots);
      if (!plan.ok()) return plan.status();
      removal_.rounds_.push_back(*std::move(plan));
      if (enough && enough(removal_.rounds_.back())) return std::move(removal_);
      const std::vector<Instance> fresh = Record(removal_.rounds_.back());
      const std::size_t known = roots.size();
      for (Instance instance : fresh) Look(instance, roots);
      if (roots.size() == known) return std::move(removal_);
    }
  }

 private:
  // Notes all that goes for the first time in this round, and returns it.
  std::vector<Instance> Record(const relata::Plan& plan) {
    const auto round = static_cast<std::uint32_t>(removal_.rounds_.size() - 1);
    std::vector<Instance> fresh;
    std::vector<std::uint32_t> packages;  // on the chain, for each of the plan's deletions
    packages.reserve(plan.deletions().size());
    std::uint32_t longest =
        removal_.longest_ ? removal_.gone_.find(*removal_.longest_)->second.packages : 0;
    for (const relata::Plan::Deletion& d : plan.deletions()) {
      std::uint32_t chain = d.instance.of() == s_.package ? 1 : 0;
      if (d.cause != relata::Plan::kRoot) {
        chain += packages[d.cause];
      } else if (const auto found = removal_.found_.find(d.instance);
                 found != removal_.found_.end()) {
        chain += removal_.gone_.find(found->second)->second.packages;
      }
      packages.push_back(chain);
      if (!removal_.gone_.try_emplace(d.instance, Removal::Gone{round, chain}).second) continue;
      fresh.push_back(d.instance);
      if (d.instance.of() == s_.package && chain > longest) {
        longest = chain;
        removal_.longest_ = d.instance;
      }
    }
    return fresh;
  }

  // Finds what loses its last support with `gone`.
  void Look(Instance gone, std::vector<Instance>& roots) {
    if (gone.of() == s_.alternative) {
      const Instance requirement = *One(store_, gone, s_.alternative_requirement);
      if (!Goes(requirement) && !HasAlternative(requirement)) Lost(requirement, gone, roots);
    } else if (gone.of() == s_.provision) {
      const Instance name = *One(store_, gone, s_.provision_virtual);
      if (Goes(name)) return;
      const std::vector<Offer> offers = RemainingOffers(name);
      if (offers.empty()) return Lost(name, gone, roots);
      for (Instance alternative : store_.Linked(name, s_.virtual_wanted_by)) {
        if (!Goes(alternative) && !AnySatisfies(offers, alternative)) {
          Lost(alternative, gone, roots);
        }
      }
    }
  }

  bool HasAlternative(Instance requirement) const {
    for (Instance a : store_.Linked(requirement, s_.requirement_alternatives)) {
      if (!Goes(a) && CanBeSatisfied(s_, store_, a)) return true;
    }
    return false;
  }

  std::vector<Offer> RemainingOffers(Instance name) const {
    std::vector<Offer> offers;
    const relata::LinkedRange providers = store_.Linked(name, s_.virtual_providers);
    for (auto i = providers.begin(); i != providers.end(); ++i) {
      if (Goes(i.join())) continue;
      const Instance package = *i;
      offers.push_back({store_.Get(package, s_.package_architecture),
                        store_.Get(package, s_.package_multi_arch).value_or(""),
                        store_.Get(i.join(), s_.provision_version).value_or("")});
    }
    return offers;
  }

  bool AnySatisfies(const std::vector<Offer>& offers, Instance alternative) const {
    const PackageName wanted = {store_.Get(alternative, s_.alternative_name),
                                store_.Get(alternative, s_.alternative_architecture).value_or(""),
                                store_.Get(alternative, s_.alternative_relation).value_or(""),
                                store_.Get(alternative, s_.alternative_version).value_or("")};
    const Instance requirement = *One(store_, alternative, s_.alternative_requirement);
    const Instance asking = *One(store_, requirement, s_.requirement_package);
    const std::string_view architecture = store_.Get(asking, s_.package_architecture);
    return std::any_of(offers.begin(), offers.end(), [&](const Offer& offer) {
      return Satisfies(wanted, architecture, offer, native_);
    });
  }

  bool Goes(Instance instance) const { return removal_.gone_.contains(instance); }

  void Lost(Instance instance, Instance last, std::vector<Instance>& roots) {
    if (removal_.found_.try_emplace(instance, last).second) roots.push_back(instance);
  }

  const PackageSchema& s_;
  const relata::Store& store_;
  std::string_view native_;
  Removal removal_;
};

absl::StatusOr<Removal> Removal::Plan(const PackageSchema& schema, const relata::Store& store,
                                      std::string_view native, std::vector<Instance> roots) {
  return RemovalPlanner(schema, store, native).Plan(std::move(roots));
}

std::vector<Step> Removal::Explain(Instance victim) const {
  std::vector<Step> steps;  // last first, until the end
  for (std::optional<Instance> end = victim; end.has_value();) {
    const auto gone = gone_.find(*end);
    assert(gone != gone_.end());
    // The round in which it first went: its chain there begins at what was found in that round,
    // and what that had lost went in an earlier one.
    const std::vector<relata::Plan::Deletion> chain = *rounds_[gone->second.round].Explain(*end);
    for (std::size_t i = chain.size() - 1; i > 0; --i) {
      steps.push_back({Step::Why::kCascade, chain[i].instance, chain[i].via});
    }
    const auto found = found_.find(chain[0].instance);
    const bool lost = found != found_.end();
    steps.push_back({lost ? Step::Why::kLostLast : Step::Why::kAsked, chain[0].instance, {}});
    end = lost ? std::optional(found->second) : std::nullopt;
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

std::size_t CountUnsatisfied(const PackageSchema& schema, const relata::Store& store) {
  std::size_t count = 0;
  for (Instance requirement : store.All(schema.requirement)) {
    const std::string_view kind = store.Get(requirement, schema.requirement_kind);
    if (kind != "Depends" && kind != "Pre-Depends") continue;
    const relata::LinkedRange range = store.Linked(requirement, schema.requirement_alternatives);
    if (std::none_of(range.begin(), range.end(),
                     [&](Instance a) { return CanBeSatisfied(schema, store, a); })) {
      ++count;
    }
  }
  return count;
}

namespace {

// A quick look at what depends on a package: only over requirements with a single alternative, and
// virtual packages with a single provider.
class Dependents {
 public:
  Dependents(const PackageSchema& schema, const relata::Store& store, std::size_t limit)
      : s_(schema), store_(store), limit_(limit) {}

  // How many packages would go with `package`; 0 when they are more than the limit, or when one of
  // them may not go.
  std::size_t Count(Instance package) {
    seen_.clear();
    packages_.clear();
    Meet(package);
    for (std::size_t next = 0; next < packages_.size(); ++next) {
      // What takes along a package that is out of the question is so itself.
      if (packages_.size() > limit_ || IsProtected(packages_[next]) ||
          out_of_the_question_.contains(packages_[next].slot)) {
        out_of_the_question_.insert(package.slot);
        return 0;
      }
      Visit(packages_[next]);
    }
    return packages_.size();
  }

 private:
  void Visit(Instance package) {
    for (Instance alternative : store_.Linked(package, s_.package_satisfies)) Follow(alternative);
    for (Instance name : store_.Linked(package, s_.package_provides)) {
      const relata::LinkedRange providers = store_.Linked(name, s_.virtual_providers);
      if (std::next(providers.begin()) != providers.end()) continue;
      for (Instance alternative : store_.Linked(name, s_.virtual_wanted_by)) Follow(alternative);
    }
  }

  void Follow(Instance alternative) {
    const Instance requirement = *One(store_, alternative, s_.alternative_requirement);
    const std::string_view kind = store_.Get(requirement, s_.requirement_kind);
    if (kind != "Depends" && kind != "Pre-Depends") return;
    if (One(store_, requirement, s_.requirement_only) != alternative) return;
    Meet(*One(store_, requirement, s_.requirement_package));
  }

  void Meet(Instance package) {
    if (seen_.insert(package.slot).second) packages_.push_back(package);
  }

  bool IsProtected(Instance package) const {
    return !store_.Linked(package, s_.package_protections).empty();
  }

  const PackageSchema& s_;
  const relata::Store& store_;
  std::size_t limit_;
  absl::flat_hash_set<std::uint32_t> out_of_the_question_;  // slots of packages
  absl::flat_hash_set<std::uint32_t> seen_;                 // the same, for one of them
  std::vector<Instance> packages_;
};

}  // namespace

absl::StatusOr<std::optional<Instance>> ChoosePackage(const PackageSchema& schema,
                                                      const relata::Store& store,
                                                      std::string_view native, double share) {
  const auto limit =
      static_cast<std::size_t>(share * static_cast<double>(store.Count(schema.package)));
  Dependents dependents(schema, store, limit);
  std::vector<std::pair<std::size_t, Instance>> candidates;
  for (Instance package : store.All(schema.package)) {
    const std::size_t count = dependents.Count(package);
    if (count > 1) candidates.emplace_back(count, package);
  }
  // The quick look misses what the rounds find, so the real plan decides.
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  // What is over the limit or blocked after one round stays so.
  const auto unfit = [&](const relata::Plan& plan) {
    const auto packages =
        std::count_if(plan.deletions().begin(), plan.deletions().end(),
                      [&](const auto& d) { return d.instance.of() == schema.package; });
    return plan.blocked() || static_cast<std::size_t>(packages) > limit;
  };
  for (const auto& [count, package] : candidates) {
    absl::StatusOr<Removal> removal = RemovalPlanner(schema, store, native).Plan({package}, unfit);
    if (!removal.ok()) return removal.status();
    if (!unfit(removal->plan())) return std::optional(package);
  }
  return std::optional<Instance>();
}

}  // namespace package_graph
