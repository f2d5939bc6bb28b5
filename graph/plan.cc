#include "relata/plan.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace relata {

absl::Status Plan::status() const {
  if (!blocked()) return absl::OkStatus();
  std::vector<Problem> problems;
  for (const Blocker& blocker : blockers_) {
    problems.push_back({blocker.kind, schema_.models()[blocker.instance.model].name, blocker.key,
                        blocker.attributes, blocker.message});
  }
  std::string last_line;
  if (total_blockers_ > blockers_.size()) {
    last_line = absl::StrCat("and ", total_blockers_ - blockers_.size(), " more");
  }
  return internal::ProblemsError(absl::StrCat(total_blockers_, " things stand in the way:"),
                                 problems, last_line);
}

std::vector<Plan::ModelCount> Plan::Counts() const {
  std::vector<ModelCount> all(schema_.models().size());
  for (const Deletion& d : deletions_) ++all[d.instance.model].deleted;
  for (const Assignment& a : assignments_) ++all[a.instance.model].assigned;
  std::vector<ModelCount> counts;
  for (std::uint32_t m = 0; m < all.size(); ++m) {
    all[m].model = Model{m};
    if (all[m].deleted + all[m].assigned > 0) counts.push_back(all[m]);
  }
  return counts;
}

absl::StatusOr<std::vector<Plan::Deletion>> Plan::Explain(Instance victim) const {
  const auto found = std::find_if(deletions_.begin(), deletions_.end(),
                                  [&](const Deletion& d) { return d.instance == victim; });
  if (found == deletions_.end()) {
    const std::string model = victim.model < schema_.models().size()
                                  ? schema_.models()[victim.model].name
                                  : std::string("instance");
    return absl::NotFoundError(
        absl::StrCat("the plan does not delete this ", model, ": nothing to explain"));
  }
  std::vector<Deletion> chain{*found};
  while (chain.back().cause != kRoot) chain.push_back(deletions_[chain.back().cause]);
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::string Plan::Summary() const {
  std::string text;
  const auto item = [&](std::size_t count, const ModelInfo& model, const std::string& what) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", count, " ",
                    count == 1 ? model.singular : model.plural, " ", what);
  };
  std::vector<std::size_t> gone(schema_.models().size());
  for (const Deletion& d : deletions_) ++gone[d.instance.model];
  for (std::size_t m = 0; m < gone.size(); ++m) {
    if (gone[m] > 0) item(gone[m], schema_.models()[m], gone[m] == 1 ? "goes" : "go");
  }
  // By model and attribute: how many are set to null, how many to something else.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<std::size_t, std::size_t>> changes;
  for (const Assignment& a : assignments_) {
    auto& [nulled, changed] = changes[{a.instance.model, a.attribute}];
    ++(a.after.is_null() ? nulled : changed);
  }
  for (const auto& [where, counts] : changes) {
    const ModelInfo& model = schema_.models()[where.first];
    const std::string& name = model.attributes[where.second].name;
    const auto [nulled, changed] = counts;
    if (nulled > 0) item(nulled, model, absl::StrCat(nulled == 1 ? "loses " : "lose ", name));
    if (changed > 0) {
      item(changed, model, absl::StrCat(changed == 1 ? "gets" : "get", " another ", name));
    }
  }
  if (text.empty()) text = "nothing changes";
  if (blocked()) {
    absl::StrAppend(&text, "\nblocked: ", status().message());
  }
  return text;
}

}  // namespace relata
