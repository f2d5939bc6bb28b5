#include "graph/selection.h"

#include <algorithm>
#include <span>

#include "graph/cell_order.h"
#include "graph/cells.h"

namespace relata::internal {
namespace {

bool ShowsSomething(const BoundLevel& include, const char* source) {
  bool shows = false;
  ForSelected(include, nullptr, source, [&](const LinkedRow&) {
    shows = true;
    return false;
  });
  return shows;
}

int CompareTerms(const OrderTerm& term, const char* a, const char* b) {
  if (!term.path.empty()) {
    a = FollowPath(term.path, a);
    b = FollowPath(term.path, b);
    if (a == nullptr || b == nullptr) {
      const bool a_null = a == nullptr || IsNull(a, term.cell);
      const bool b_null = b == nullptr || IsNull(b, term.cell);
      if (a_null || b_null) return static_cast<int>(b_null) - static_cast<int>(a_null);
    }
  }
  return CompareRows(a, b, term.cell);
}

class Order {
 public:
  explicit Order(const BoundLevel& level, const TableView* joins) : level_(level), joins_(joins) {}

  std::uint64_t PrefixOf(const char* row) const {
    const OrderTerm& term = level_.order[0];
    const char* at = term.path.empty() ? row : FollowPath(term.path, row);
    const std::uint64_t prefix = at == nullptr ? 0 : OrderPrefix(at, term.cell);
    return term.descending ? ~prefix : prefix;
  }

  // Whether two rows are equal in all that was asked for, primary keys aside.
  bool AreEqual(const SelectedSlot& a, const SelectedSlot& b) const {
    const char* a_row = level_.table->Row(a.slot);
    const char* b_row = level_.table->Row(b.slot);
    return std::all_of(
        level_.order.begin(),
        level_.order.begin() + static_cast<std::ptrdiff_t>(level_.asked_order),
        [&](const OrderTerm& term) { return CompareTerms(term, a_row, b_row) == 0; });
  }

  bool operator()(const SelectedSlot& a, const SelectedSlot& b) const {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const char* a_row = level_.table->Row(a.slot);
    const char* b_row = level_.table->Row(b.slot);
    for (const OrderTerm& term : level_.order) {
      const int order = CompareTerms(term, a_row, b_row);
      if (order != 0) return (order < 0) != term.descending;
    }
    for (const OrderTerm& term : level_.join_order) {
      const int order = CompareTerms(term, joins_->Row(a.join), joins_->Row(b.join));
      if (order != 0) return order < 0;
    }
    return false;
  }

 private:
  const BoundLevel& level_;
  const TableView* joins_;
};

}  // namespace

bool ShowsAllRequired(const BoundLevel& level, const char* row) {
  return std::all_of(
      level.required_includes.begin(), level.required_includes.end(),
      [&](const BoundLevel::Required& required) {
        const auto includes =
            std::span(level.includes).subspan(required.begin, required.end - required.begin);
        return std::any_of(includes.begin(), includes.end(),
                           [&](const BoundLevel& include) { return ShowsSomething(include, row); });
      });
}

std::vector<SelectedSlot> SortedRows(const BoundLevel& level, const AccessPath* access,
                                     const char* source) {
  const Order order(level, level.walk.walk.threaded());
  std::vector<SelectedSlot> rows;
  const std::size_t wanted = level.limit > BoundLevel::kNoLimit - level.offset
                                 ? BoundLevel::kNoLimit
                                 : level.limit + level.offset;
  if (wanted == 0 || level.limit == 0) return rows;
  const bool in_order = source == nullptr && access->in_order;
  ForAdmitted(level, access, source, [&](const LinkedRow& row) {
    const SelectedSlot selected{order.PrefixOf(row.row), row.slot, row.join};
    if (in_order) {
      // Enough, and all that are equal to the last one: primary keys decide among them.
      if (rows.size() >= wanted && !order.AreEqual(rows.back(), selected)) return false;
      rows.push_back(selected);
    } else if (rows.size() < wanted) {
      rows.push_back(selected);
      // A heap of the best so far, once there are more than are wanted.
      if (rows.size() == wanted) std::make_heap(rows.begin(), rows.end(), order);
    } else if (order(selected, rows.front())) {
      std::pop_heap(rows.begin(), rows.end(), order);
      rows.back() = selected;
      std::push_heap(rows.begin(), rows.end(), order);
    }
    return true;
  });
  std::sort(rows.begin(), rows.end(), order);
  if (rows.size() > wanted) rows.resize(wanted);
  rows.erase(rows.begin(),
             rows.begin() + static_cast<std::ptrdiff_t>(std::min(level.offset, rows.size())));
  return rows;
}

std::size_t CountRows(const BoundQuery& query) {
  const BoundLevel& level = query.root;
  if (query.source == nullptr && query.access.kind == AccessKind::kScan && level.where.always() &&
      level.required_includes.empty()) {
    const std::size_t rows = query.state->table(level.model.index).rows;
    return std::min(rows - std::min(rows, level.offset), level.limit);
  }
  // The order of rows does not change their number.
  std::size_t count = 0;
  ForSelected(level, &query.access, query.source, [&](const LinkedRow&) {
    ++count;
    return true;
  });
  return count;
}

}  // namespace relata::internal
