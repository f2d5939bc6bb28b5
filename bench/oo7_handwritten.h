// OO7 by hand: rows in pools, links threaded through them, as in oo1_handwritten.h.
#ifndef RELATA_BENCH_OO7_HANDWRITTEN_H_
#define RELATA_BENCH_OO7_HANDWRITTEN_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "bench/oo7.h"
#include "bench/pool.h"

namespace relata::bench::oo7 {

class Handwritten {
 public:
  void Fill(const Design& design) {
    manual_ = design.manual;
    for (const Assembly& a : design.complex_assemblies) {
      const std::uint32_t row = complexes_.Add({a.id, a.date});
      complex_ids_.emplace(a.id, row);
      if (a.super == 0) continue;
      ComplexRow& super = complexes_[complex_ids_.find(a.super)->second];
      complexes_[row].next = std::exchange(super.first_complex, row);
    }
    for (const Assembly& a : design.base_assemblies) {
      ComplexRow& super = complexes_[complex_ids_.find(a.super)->second];
      const std::uint32_t row = bases_.Add({a.id, a.date, super.first_base});
      super.first_base = row;
      base_ids_.emplace(a.id, row);
    }
    atomics_.Reserve(design.atomics.size());
    atomic_ids_.reserve(design.atomics.size());
    connections_.Reserve(design.connections.size());
    connection_ids_.reserve(design.connections.size());
    Insert(design);
  }
  void Insert(const Design& design) {
    for (const Composite& c : design.composites) {
      composite_ids_.emplace(c.id, composites_.Add({c.id, c.date}));
    }
    for (const Component& c : design.components) AddComponent(c);
    for (const Document& d : design.documents) {
      const std::uint32_t composite = composite_ids_.find(d.composite)->second;
      const std::uint32_t row = documents_.Add({d.id, composite, d.title, d.text});
      composites_[composite].document = row;
      document_ids_.emplace(d.id, row);
      document_titles_.emplace(d.title, row);
    }
    for (const Atomic& a : design.atomics) {
      const std::uint32_t composite = composite_ids_.find(a.composite)->second;
      CompositeRow& of = composites_[composite];
      const std::uint32_t row =
          atomics_.Add({a.id, a.date, a.x, a.y, a.document, composite, of.first_atomic});
      of.first_atomic = row;
      if (a.root) of.root = row;
      atomic_ids_.emplace(a.id, row);
      dates_.emplace(a.date, row);
    }
    for (const Connection& c : design.connections) AddConnection(c);
  }
  void DeleteComposites(std::span<const std::int64_t> ids) {
    for (const std::int64_t id : ids) {
      const auto found = composite_ids_.find(id);
      const CompositeRow& composite = composites_[found->second];
      while (composite.first_use != kNone) RemoveComponent(composite.first_use);
      DocumentRow& document = documents_[composite.document];
      document_ids_.erase(document.id);
      document_titles_.erase(document.title);
      document = {};
      documents_.Remove(composite.document);
      // Connections do not lead out of a composite part: both of their sides go.
      for (std::uint32_t part = composite.first_atomic; part != kNone; part = atomics_[part].next) {
        for (std::uint32_t c = atomics_[part].first_out; c != kNone; c = connections_[c].next_out) {
          connection_ids_.erase(connections_[c].id);
          connections_.Remove(c);
        }
        dates_.erase({atomics_[part].date, part});
        atomic_ids_.erase(atomics_[part].id);
        atomics_[part].id = 0;
        atomics_.Remove(part);
      }
      composites_.Remove(found->second);
      composite_ids_.erase(found);
    }
  }

  Visits Traverse(Change change, Of of) {
    Visits visits;
    seen_.resize(atomics_.size());
    VisitAssembly(0, [&](std::uint32_t composite) {
      ++epoch_;
      const std::uint32_t root = composites_[composite].root;
      stack_.assign(1, root);
      seen_[root] = epoch_;
      while (!stack_.empty()) {
        const std::uint32_t part = stack_.back();
        stack_.pop_back();
        Visit(part, change, of != Of::kRoots || part == root, of == Of::kAllFourTimes ? 4 : 1,
              visits);
        for (std::uint32_t c = atomics_[part].first_out; c != kNone; c = connections_[c].next_out) {
          const std::uint32_t next = connections_[c].to;
          if (seen_[next] == epoch_) continue;
          seen_[next] = epoch_;
          stack_.push_back(next);
        }
      }
    });
    return visits;
  }
  Visits TraverseRoots() {
    Visits visits;
    VisitAssembly(0, [&](std::uint32_t composite) {
      Visit(composites_[composite].root, Change::kNothing, false, 0, visits);
    });
    return visits;
  }
  std::int64_t CountInManual(char c) const { return std::count(manual_.begin(), manual_.end(), c); }
  bool ManualEndsAsItBegins() const { return manual_.front() == manual_.back(); }
  std::uint64_t Lookup(std::span<const std::int64_t> ids) const {
    std::uint64_t sum = 0;
    for (const std::int64_t id : ids) sum += Unsigned(atomics_[atomic_ids_.find(id)->second].x);
    return sum;
  }
  std::uint64_t SumFrom(std::int64_t date) const {
    std::uint64_t sum = 0;
    for (auto it = dates_.lower_bound({date, 0}); it != dates_.end(); ++it) {
      sum += Unsigned(atomics_[it->second].x);
    }
    return sum;
  }
  std::uint64_t UsesOfTitles(std::span<const std::string> titles) const {
    std::uint64_t sum = 0;
    for (const std::string& title : titles) {
      const DocumentRow& document = documents_[document_titles_.find(title)->second];
      for (std::uint32_t use = composites_[document.composite].first_use; use != kNone;
           use = components_[use].next_use) {
        sum += Unsigned(bases_[components_[use].base].id);
      }
    }
    return sum;
  }
  std::int64_t NewerThanAssembly() const {
    std::int64_t count = 0;
    for (std::uint32_t base = 0; base < bases_.size(); ++base) {  // none is ever removed
      for (std::uint32_t c = bases_[base].first_part; c != kNone; c = components_[c].next_part) {
        if (composites_[components_[c].composite].date <= bases_[base].date) continue;
        ++count;
        break;
      }
    }
    return count;
  }
  std::uint64_t SumAll() const {
    std::uint64_t sum = 0;
    for (std::uint32_t row = 0; row < atomics_.size(); ++row) {
      if (atomics_[row].id != 0) sum += Unsigned(atomics_[row].x);
    }
    return sum;
  }
  std::int64_t PairsWithDocument() const {
    std::int64_t count = 0;
    for (std::uint32_t row = 0; row < atomics_.size(); ++row) {
      if (atomics_[row].id != 0) count += document_ids_.contains(atomics_[row].document);
    }
    return count;
  }
  std::int64_t RowCount() const {
    return static_cast<std::int64_t>(
        complex_ids_.size() + base_ids_.size() + composite_ids_.size() + component_ids_.size() +
        document_ids_.size() + atomic_ids_.size() + connection_ids_.size());
  }

 private:
  struct ComplexRow {
    std::int64_t id, date;
    std::uint32_t first_complex = kNone, first_base = kNone, next = kNone;
  };
  struct BaseRow {
    std::int64_t id, date;
    std::uint32_t next;
    std::uint32_t first_part = kNone;
  };
  struct ComponentRow {
    std::uint32_t base, composite;
    std::uint32_t next_part, previous_part;  // of the same assembly
    std::uint32_t next_use, previous_use;    // of the same composite part
  };
  struct CompositeRow {
    std::int64_t id, date;
    std::uint32_t document = kNone, root = kNone, first_atomic = kNone, first_use = kNone;
  };
  struct DocumentRow {
    std::int64_t id = 0;
    std::uint32_t composite = kNone;
    std::string title, text;
  };
  struct AtomicRow {
    std::int64_t id;  // 0: removed
    std::int64_t date, x, y, document;
    std::uint32_t composite, next;
    std::uint32_t first_out = kNone, first_in = kNone;
  };
  struct ConnectionRow {
    std::int64_t id, length;
    std::uint32_t from, to;
    std::uint32_t next_out, previous_out;
    std::uint32_t next_in, previous_in;
  };

  static std::uint64_t Unsigned(std::int64_t value) { return static_cast<std::uint64_t>(value); }

  void AddComponent(const Component& c) {
    const std::uint32_t base = base_ids_.find(c.base)->second;
    const std::uint32_t composite = composite_ids_.find(c.composite)->second;
    const auto [entry, is_new] = component_ids_.try_emplace({base, composite});
    if (!is_new) return;
    BaseRow& in = bases_[base];
    CompositeRow& of = composites_[composite];
    const std::uint32_t row =
        components_.Add({base, composite, in.first_part, kNone, of.first_use, kNone});
    if (in.first_part != kNone) components_[in.first_part].previous_part = row;
    if (of.first_use != kNone) components_[of.first_use].previous_use = row;
    in.first_part = of.first_use = row;
    entry->second = row;
  }
  void RemoveComponent(std::uint32_t row) {
    const ComponentRow& c = components_[row];
    if (c.next_part != kNone) components_[c.next_part].previous_part = c.previous_part;
    (c.previous_part != kNone ? components_[c.previous_part].next_part
                              : bases_[c.base].first_part) = c.next_part;
    if (c.next_use != kNone) components_[c.next_use].previous_use = c.previous_use;
    (c.previous_use != kNone ? components_[c.previous_use].next_use
                             : composites_[c.composite].first_use) = c.next_use;
    component_ids_.erase({c.base, c.composite});
    components_.Remove(row);
  }
  void AddConnection(const Connection& c) {
    const std::uint32_t from = atomic_ids_.find(c.from)->second;
    const std::uint32_t to = atomic_ids_.find(c.to)->second;
    AtomicRow& source = atomics_[from];
    AtomicRow& target = atomics_[to];
    const std::uint32_t row = connections_.Add(
        {c.id, c.length, from, to, source.first_out, kNone, target.first_in, kNone});
    if (source.first_out != kNone) connections_[source.first_out].previous_out = row;
    if (target.first_in != kNone) connections_[target.first_in].previous_in = row;
    source.first_out = row;
    target.first_in = row;
    connection_ids_.emplace(c.id, row);
  }
  template <typename F>
  void VisitAssembly(std::uint32_t complex, const F& visit_composite) {
    for (std::uint32_t sub = complexes_[complex].first_complex; sub != kNone;
         sub = complexes_[sub].next) {
      VisitAssembly(sub, visit_composite);
    }
    for (std::uint32_t base = complexes_[complex].first_base; base != kNone;
         base = bases_[base].next) {
      for (std::uint32_t c = bases_[base].first_part; c != kNone; c = components_[c].next_part) {
        visit_composite(components_[c].composite);
      }
    }
  }
  void Visit(std::uint32_t row, Change change, bool changed, int times, Visits& visits) {
    AtomicRow& part = atomics_[row];
    ++visits.parts;
    visits.sum += Unsigned(part.x + 2 * part.y + 3 * part.date);
    if (change == Change::kNothing || !changed) return;
    for (int i = 0; i < times; ++i) {
      ++visits.changes;
      if (change == Change::kSwap) {
        std::swap(part.x, part.y);
      } else {
        dates_.erase({part.date, row});
        part.date = OtherDate(part.date);
        dates_.emplace(part.date, row);
      }
    }
  }

  std::string manual_;
  Pool<ComplexRow> complexes_;
  Pool<BaseRow> bases_;
  Pool<ComponentRow> components_;
  Pool<CompositeRow> composites_;
  Pool<DocumentRow> documents_;
  Pool<AtomicRow> atomics_;
  Pool<ConnectionRow> connections_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> complex_ids_, base_ids_, composite_ids_,
      document_ids_, atomic_ids_, connection_ids_;
  absl::flat_hash_map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> component_ids_;
  absl::flat_hash_map<std::string, std::uint32_t> document_titles_;
  absl::btree_set<std::pair<std::int64_t, std::uint32_t>> dates_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t epoch_ = 0;
  std::vector<std::uint32_t> stack_;
};

}  // namespace relata::bench::oo7

#endif  // RELATA_BENCH_OO7_HANDWRITTEN_H_
