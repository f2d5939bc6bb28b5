#include "graph/before.h"

#include <queue>
#include <span>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/judge.h"
#include "graph/link_changes.h"
#include "graph/observers.h"

namespace relata::internal {
namespace {

// What becomes of links that somebody wants to hear of: found by doing it and undoing it, so that
// whatever leads to a link changing is covered.
std::vector<LinkChange> TryLinks(StoreState& state, const std::function<void()>& write) {
  std::vector<Association> wanted = state.observers()->BeforeLinks();
  if (wanted.empty()) return {};
  state.BeginSavepoint(false);
  write();
  std::vector<LinkChange> links = LinksSince(state, state.savepoints().back(), std::move(wanted));
  state.RollBack();
  for (LinkChange& link : links) {
    for (Instance* end : {&link.source_instance, &link.target_instance}) {
      if (!CheckAlive(state, *end).ok()) *end = Instance{end->model, kNoSlot, 0};  // to be created
    }
  }
  return links;
}

absl::Status AskLinks(Observers::Asking& asking, const std::vector<LinkChange>& links,
                      LinkChange::Kind kind) {
  for (const LinkChange& link : links) {
    if (link.kind == kind) RELATA_RETURN_IF_ERROR(asking.Link(link));
  }
  return absl::OkStatus();
}

bool Changes(const RowView& row, const AttributeValues& values) {
  for (const AttributeValue& v : values) {
    if (row.Changes(v.attribute)) return true;
  }
  return false;
}

}  // namespace

absl::Status CheckGuard(const StoreState& state) {
  if (state.in_callback()) return ReadOnlyError();
  return state.observers() == nullptr ? absl::OkStatus() : state.observers()->CheckBounds();
}

absl::Status AskNew(StoreState& state, std::uint32_t m, const std::vector<ValueView>& row,
                    const std::function<void()>& write) {
  Observers::Asking asking(*state.observers());
  const std::vector<LinkChange> links = TryLinks(state, write);
  RELATA_RETURN_IF_ERROR(AskLinks(asking, links, LinkChange::Kind::kUnlink));
  RELATA_RETURN_IF_ERROR(
      asking.Row(Observers::RowEvent::kCreate, RowViewAccess::OfNew(state, m, row)));
  return AskLinks(asking, links, LinkChange::Kind::kLink);
}

absl::Status AskUpdate(StoreState& state, Instance instance, const AttributeValues& values,
                       const std::function<void()>& write) {
  const RowView row = RowViewAccess::OfUpdate(state, instance, values);
  if (!Changes(row, values)) return absl::OkStatus();
  Observers::Asking asking(*state.observers());
  const std::vector<LinkChange> links = TryLinks(state, write);
  RELATA_RETURN_IF_ERROR(AskLinks(asking, links, LinkChange::Kind::kUnlink));
  RELATA_RETURN_IF_ERROR(asking.Row(Observers::RowEvent::kUpdate, row));
  return AskLinks(asking, links, LinkChange::Kind::kLink);
}

absl::Status AskPlan(StoreState& state, const Plan& plan, const std::function<void()>& write) {
  const Observers& observers = *state.observers();
  Observers::Asking asking(*state.observers());
  const std::vector<LinkChange> links = TryLinks(state, write);
  RELATA_RETURN_IF_ERROR(AskLinks(asking, links, LinkChange::Kind::kUnlink));
  if (observers.WantsRows(Observers::RowEvent::kDelete)) {
    for (const std::uint32_t i : DeletionOrder(state, plan)) {
      RELATA_RETURN_IF_ERROR(
          asking.Row(Observers::RowEvent::kDelete,
                     RowViewAccess::OfUpdate(state, plan.deletions()[i].instance, {})));
    }
  }
  if (observers.WantsRows(Observers::RowEvent::kUpdate)) {
    absl::flat_hash_map<Instance, std::size_t> places;
    std::vector<std::pair<Instance, AttributeValues>> rows;
    for (const Plan::Assignment& a : plan.assignments()) {
      const auto [place, fresh] = places.emplace(a.instance, rows.size());
      if (fresh) rows.push_back({a.instance, {}});
      rows[place->second].second.push_back({a.attribute, a.after.view()});
    }
    for (const auto& [instance, values] : rows) {
      const RowView row = RowViewAccess::OfUpdate(state, instance, values);
      if (!Changes(row, values)) continue;
      RELATA_RETURN_IF_ERROR(asking.Row(Observers::RowEvent::kUpdate, row));
    }
  }
  return AskLinks(asking, links, LinkChange::Kind::kLink);
}

std::vector<std::uint32_t> DeletionOrder(const StoreState& state, const Plan& plan) {
  const std::span<const Plan::Deletion> rows = plan.deletions();
  const auto id = [](std::uint32_t m, std::uint32_t slot) {
    return (std::uint64_t{m} << 32) | slot;
  };
  absl::flat_hash_map<std::uint64_t, std::uint32_t> places;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    places.emplace(id(rows[i].instance.model, rows[i].instance.slot), i);
  }
  // The rows that go and that a row refers to, other than itself.
  const auto for_parents = [&](std::uint32_t i, const auto& visit) {
    const Instance row = rows[i].instance;
    for (const ForeignKey f : state.model(row.model).foreign_keys) {
      const std::uint32_t parent = state.Child(f, row.slot).parent;
      if (parent >= kDanglingSlot) continue;
      const auto found = places.find(id(state.foreign_key(f).target.index, parent));
      if (found != places.end() && found->second != i) visit(found->second);
    }
  };
  std::vector<std::uint32_t> waits_for(rows.size());  // how many rows that refer to it
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    for_parents(i, [&](std::uint32_t parent) { ++waits_for[parent]; });
  }
  std::priority_queue<std::uint32_t> ready;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    if (waits_for[i] == 0) ready.push(i);
  }
  std::vector<std::uint32_t> order;
  order.reserve(rows.size());
  std::vector<bool> done(rows.size());
  std::size_t last = rows.size();  // from here on all are done
  while (order.size() < rows.size()) {
    if (ready.empty()) {  // a circle
      while (done[last - 1]) --last;
      ready.push(static_cast<std::uint32_t>(last - 1));
    }
    const std::uint32_t i = ready.top();
    ready.pop();
    done[i] = true;
    order.push_back(i);
    for_parents(i, [&](std::uint32_t parent) {
      if (--waits_for[parent] == 0 && !done[parent]) ready.push(parent);
    });
  }
  return order;
}

}  // namespace relata::internal
