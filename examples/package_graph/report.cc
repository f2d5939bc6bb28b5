#include "examples/package_graph/report.h"

#include <cstdio>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "examples/package_graph/names.h"
#include "examples/package_graph/package_file.h"
#include "examples/package_graph/text.h"

namespace package_graph {
namespace {

using relata::Instance;

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

void PrintMore(std::size_t all, std::size_t shown) {
  if (all > shown) Print(Concat("  ... and ", Thousands(all - shown), " more\n"));
}

void PrintModels(const PackageSchema& s, const relata::StoreStats& stats) {
  Table table({"model", "rows", "row bytes", "index bytes", "bytes a row"});
  std::size_t row_bytes = 0;
  std::size_t index_bytes = 0;
  for (const relata::StoreStats::ModelStats& m : stats.models) {
    const std::size_t bytes = m.row_bytes + m.index_bytes;
    table.Add({s.schema[m.model].name, Thousands(m.rows), Size(m.row_bytes), Size(m.index_bytes),
               m.rows == 0 ? "-" : Thousands(bytes / m.rows)});
    row_bytes += m.row_bytes;
    index_bytes += m.index_bytes;
  }
  table.Rule();
  table.Add({"all", Thousands(stats.rows), Size(row_bytes), Size(index_bytes),
             Thousands((row_bytes + index_bytes) / std::max<std::size_t>(stats.rows, 1))});
  Print(table.ToString());
  Print(Concat("  With ", Size(stats.text_bytes), " of long text: ", Size(stats.bytes),
               " in all, for ", Thousands(stats.rows), " rows and ", Thousands(stats.links),
               " links.\n"));
}

// The declaration of a foreign key that is seen from its owner.
std::optional<relata::Association> OwnersView(const relata::Schema& schema,
                                              const relata::ForeignKeyInfo& foreign_key) {
  for (relata::Association a : foreign_key.associations) {
    if (schema[a].kind == relata::AssociationKind::kBelongsTo) return a;
  }
  return std::nullopt;
}

void PrintLinks(const PackageSchema& s, const relata::Store& store) {
  Table table({"foreign key", "<refers to", "<when that goes", "links"});
  for (std::uint32_t i = 0; i < s.schema.foreign_keys().size(); ++i) {
    const relata::ForeignKeyInfo& info = s.schema.foreign_keys()[i];
    const std::optional<relata::Association> association = OwnersView(s.schema, info);
    std::size_t links = 0;
    for (Instance row : store.All(info.owner)) {
      if (association && !store.Linked(row, *association).empty()) ++links;
    }
    table.Add({LinkName(s, relata::ForeignKey{i}), s.schema[info.target].name,
               std::string(relata::ActionName(info.on_delete)), Thousands(links)});
  }
  Print(table.ToString());
}

void PrintKinds(const PackageSchema& s, const relata::Store& store) {
  struct Count {
    std::size_t elements = 0;
    std::size_t alternatives = 0;
    std::size_t several = 0;
    std::size_t satisfied = 0;
  };
  std::map<std::string_view, Count> counts;
  for (Instance requirement : store.All(s.requirement)) {
    Count& count = counts[store.Get(requirement, s.requirement_kind)];
    std::size_t satisfied = 0;
    std::size_t alternatives = 0;
    for (Instance a : store.Linked(requirement, s.requirement_alternatives)) {
      ++alternatives;
      const bool can = !store.Linked(a, s.alternative_satisfier).empty() ||
                       !store.Linked(a, s.alternative_virtual).empty();
      satisfied += can ? 1 : 0;
    }
    ++count.elements;
    count.alternatives += alternatives;
    count.several += satisfied > 1 ? 1 : 0;
    count.satisfied += satisfied > 0 ? 1 : 0;
  }
  Table table(
      {"what packages ask for", "elements", "alternatives", "satisfied here", "by several"});
  for (std::size_t k = 0; k < kKinds; ++k) {
    const std::string_view kind = KindName(Kind{static_cast<std::uint8_t>(k)});
    const auto found = counts.find(kind);
    if (found == counts.end()) continue;
    const Count& count = found->second;
    table.Add({std::string(kind), Thousands(count.elements), Thousands(count.alternatives),
               Thousands(count.satisfied), Thousands(count.several)});
  }
  Print(table.ToString());
}

// The row of `model` with the most targets of an association.
std::optional<Instance> Largest(const relata::Store& store, relata::Model model,
                                relata::Association association) {
  std::optional<Instance> largest;
  std::size_t most = 0;
  for (Instance row : store.All(model)) {
    const absl::StatusOr<std::size_t> count = store.Count(row, association);
    if (count.ok() && *count > most) {
      most = *count;
      largest = row;
    }
  }
  return largest;
}

std::string Described(const relata::Plan& plan, const relata::Schema& schema) {
  if (plan.blocked()) {
    return Concat("refused: ", Counted(plan.total_blockers(), "row stands", "rows stand"),
                  " in the way");
  }
  std::string text;
  for (const relata::Plan::ModelCount& c : plan.Counts()) {
    if (c.deleted > 0) {
      text += Concat(text.empty() ? "" : "; ", Counted(c.deleted, "row", "rows"), " of ",
                     schema[c.model].name, c.deleted == 1 ? " goes" : " go");
    }
    if (c.assigned > 0) {
      text +=
          Concat(text.empty() ? "" : "; ", Counted(c.assigned, "attribute", "attributes"), " of ",
                 schema[c.model].name, c.assigned == 1 ? " becomes null" : " become null");
    }
  }
  return text;
}

void PrintVictims(const PackageSchema& s, const relata::Store& store, const relata::Plan& plan,
                  std::size_t rows) {
  std::vector<Instance> packages;
  for (const relata::Plan::Deletion& d : plan.deletions()) {
    if (d.instance.of() == s.package) packages.push_back(d.instance);
  }
  if (packages.empty()) return;
  Table table({"package that goes", "<version", "<section"});
  for (std::size_t i = 0; i < packages.size() && i < rows; ++i) {
    table.Add({std::string(store.Get(packages[i], s.package_name)),
               std::string(store.Get(packages[i], s.package_version)),
               std::string(store.Get(*store.Linked(packages[i], s.package_section).begin(),
                                     s.section_name))});
  }
  Print(table.ToString());
  PrintMore(packages.size(), rows);
}

// One row for each key: a composite one has several attributes.
void PrintNulled(const PackageSchema& s, const relata::Store& store, const relata::Plan& plan,
                 std::size_t rows) {
  std::vector<const relata::Plan::Assignment*> keys;
  for (const relata::Plan::Assignment& a : plan.assignments()) {
    const bool same =
        !keys.empty() && keys.back()->instance == a.instance && keys.back()->via == a.via;
    if (!same) keys.push_back(&a);
  }
  if (keys.empty()) return;
  Table table({"key that becomes null", "<row", "<was", "<because of"});
  for (std::size_t i = 0; i < keys.size() && i < rows; ++i) {
    table.Add({LinkName(s, keys[i]->via), Title(s, store, keys[i]->instance),
               keys[i]->before.ToString(),
               Concat("ON DELETE ", relata::ActionName(keys[i]->action))});
  }
  Print(table.ToString());
  PrintMore(keys.size(), rows);
}

}  // namespace

void PrintHeading(std::string_view text) { Print(Concat("\n", text, "\n")); }

void PrintGraph(const PackageSchema& schema, const relata::Store& store) {
  PrintModels(schema, store.Stats());
  PrintHeading("How it is linked");
  PrintLinks(schema, store);
  PrintHeading("What it says");
  PrintKinds(schema, store);
  Print(Concat("  Hard requirements that nothing here satisfies: ",
               Thousands(CountUnsatisfied(schema, store)), "\n"));
}

void PrintOtherPlans(const PackageSchema& schema, const relata::Store& store) {
  const std::optional<Instance> section = Largest(store, schema.section, schema.section_packages);
  const std::optional<Instance> maintainer =
      Largest(store, schema.maintainer, schema.maintainer_packages);
  Table table({"if this went", "<then"});
  for (const std::optional<Instance>& row : {section, maintainer}) {
    if (!row.has_value()) continue;
    const absl::StatusOr<relata::Plan> plan = store.PlanDelete(*row);
    table.Add({Title(schema, store, *row),
               plan.ok() ? Described(*plan, schema.schema) : std::string(plan.status().message())});
  }
  Print(table.ToString());
}

void PrintRemoval(const PackageSchema& schema, const relata::Store& store, const Removal& removal,
                  std::size_t rows) {
  const relata::Plan& plan = removal.plan();
  Table table({"model", "rows", "would go", "would stay", "attributes nulled"});
  for (const relata::Plan::ModelCount& c : plan.Counts()) {
    const std::size_t all = store.Count(c.model);
    table.Add({schema.schema[c.model].name, Thousands(all), Thousands(c.deleted),
               Thousands(all - c.deleted), Thousands(c.assigned)});
  }
  Print(table.ToString());
  if (removal.found() > 0) {
    Print(Concat("  Cascades take what needs all of several rows. ",
                 Counted(removal.found(), "row", "rows"),
                 " needed one of several and lost the last: found in ",
                 Counted(removal.rounds(), "round", "rounds"), " of planning.\n"));
  }
  PrintVictims(schema, store, plan, rows);
  PrintNulled(schema, store, plan, rows);
  if (!plan.blocked()) return;
  Print(Concat("  It is blocked by ", Counted(plan.total_blockers(), "row", "rows"), ":\n"));
  std::size_t shown = 0;
  for (const relata::Plan::Blocker& blocker : plan.blockers()) {
    if (shown == rows) break;
    Print(Concat("    ", blocker.message, "\n"));
    ++shown;
  }
  PrintMore(plan.total_blockers(), shown);
}

namespace {

// Foreign keys in the order of the chain, those in a row that are the same with their number.
class Links {
 public:
  void Add(const std::string& name) {
    if (!names_.empty() && names_.back().first == name) {
      ++names_.back().second;
    } else {
      names_.emplace_back(name, 1);
    }
  }
  std::string Take() {
    std::string text;
    for (const auto& [name, count] : names_) {
      text += Concat(text.empty() ? "" : ", ", name);
      if (count > 1) text += Concat(" (", Thousands(count), " times)");
    }
    names_.clear();
    return text;
  }

 private:
  std::vector<std::pair<std::string, std::size_t>> names_;
};

std::string LostLast(const PackageSchema& s, const relata::Store& store, Instance instance) {
  if (instance.of() == s.requirement) {
    return Concat(RequirementText(s, store, instance), ": none of them is left");
  }
  if (instance.of() == s.alternative) {
    return Concat(Title(s, store, instance), ": no provider of this version is left");
  }
  return Concat(Title(s, store, instance), ": no provider is left");
}

}  // namespace

void PrintExplanation(const PackageSchema& schema, const relata::Store& store,
                      const Removal& removal, Instance victim) {
  const std::vector<Step> steps = removal.Explain(victim);
  std::size_t packages = 0;
  std::string reason;  // of the next package of the chain
  Links links;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    const relata::Model model = step.instance.of();
    if (step.why == Step::Why::kCascade) links.Add(LinkName(schema, step.via));
    if (step.why == Step::Why::kLostLast) {
      reason += Concat(reason.empty() ? "" : "; ", LostLast(schema, store, step.instance));
      links.Add("(its last one)");
    }
    const bool named = model == schema.requirement && step.why == Step::Why::kCascade &&
                       steps[i - 1].instance.of() == schema.alternative;
    if (named) {
      reason += Concat(reason.empty() ? "" : "; ", RequirementText(schema, store, step.instance));
    }
    if (model != schema.package && i + 1 < steps.size() && i > 0) continue;
    if (i == 0) {
      reason = step.why == Step::Why::kAsked ? "it was asked for" : reason;
    } else if (reason.empty()) {
      reason = "it is a part of what goes";
    }
    Print(Concat("  ", std::to_string(++packages), ". ", Title(schema, store, step.instance),
                 "\n     ", reason, "\n"));
    if (const std::string by = links.Take(); !by.empty()) Print(Concat("     by ", by, "\n"));
    reason.clear();
  }
}

void PrintDifference(const PackageSchema& schema, const relata::Store& before,
                     const relata::Store& after) {
  Table table({"model", "before", "after", "gone"});
  for (std::uint32_t i = 0; i < schema.schema.models().size(); ++i) {
    const std::size_t had = before.Count(relata::Model{i});
    const std::size_t has = after.Count(relata::Model{i});
    if (had == has) continue;
    table.Add(
        {schema.schema.models()[i].name, Thousands(had), Thousands(has), Thousands(had - has)});
  }
  Print(table.ToString());
}

}  // namespace package_graph
