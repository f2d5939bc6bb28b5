// OO7 with relata.
#ifndef RELATA_BENCH_OO7_RELATA_H_
#define RELATA_BENCH_OO7_RELATA_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/must.h"
#include "bench/oo7.h"
#include "relata/relata.h"

namespace relata::bench::oo7 {

class Relata {
 public:
  Relata() : store_(MakeSchema()) {
    const Schema& schema = store_.schema();
    const auto integer = [&](Model model, const char* attribute) {
      return Must(schema.FieldOf<std::int64_t>(model, attribute));
    };
    text_ = Must(schema.FieldOf<std::string_view>(manual_, "text"));
    base_id_ = integer(base_, "id");
    base_date_ = integer(base_, "buildDate");
    component_base_ = integer(component_, "baseId");
    component_composite_ = integer(component_, "compositeId");
    composite_id_ = integer(composite_, "id");
    composite_date_ = integer(composite_, "buildDate");
    document_id_ = integer(document_, "id");
    document_composite_ = integer(document_, "compositeId");
    document_title_ = Must(schema.FieldOf<std::string_view>(document_, "title"));
    document_text_ = Must(schema.FieldOf<std::string_view>(document_, "text"));
    atomic_id_ = integer(atomic_, "id");
    date_ = integer(atomic_, "buildDate");
    x_ = integer(atomic_, "x");
    y_ = integer(atomic_, "y");
    doc_id_ = integer(atomic_, "docId");
    atomic_composite_ = integer(atomic_, "compositeId");
    root_of_ = Must(schema.FieldOf<std::optional<std::int64_t>>(atomic_, "rootOfId"));
    connection_id_ = integer(connection_, "id");
    length_ = integer(connection_, "length");
    from_ = integer(connection_, "fromId");
    to_ = integer(connection_, "toId");
  }

  void Fill(const Design& design) {
    Loader loader(store_.schema());
    const auto null_if_none = [](std::int64_t id) { return id == 0 ? ValueView() : ValueView(id); };
    Must(loader.Append(manual_, std::array<ValueView, 2>{std::int64_t{1}, design.manual}));
    for (const Assembly& a : design.complex_assemblies) {
      Must(loader.Append(complex_, std::array<ValueView, 3>{a.id, a.date, null_if_none(a.super)}));
    }
    for (const Assembly& a : design.base_assemblies) {
      Must(loader.Append(base_, std::array<ValueView, 3>{a.id, a.date, a.super}));
    }
    for (const Composite& c : design.composites) {
      Must(loader.Append(composite_, std::array<ValueView, 2>{c.id, c.date}));
    }
    for (const Component& c : design.components) {
      Must(loader.Append(component_, std::array<ValueView, 2>{c.base, c.composite}));
    }
    for (const Document& d : design.documents) {
      Must(loader.Append(document_, std::array<ValueView, 4>{d.id, d.title, d.text, d.composite}));
    }
    for (const Atomic& a : design.atomics) {
      Must(loader.Append(atomic_,
                         std::array<ValueView, 7>{a.id, a.date, a.x, a.y, a.document, a.composite,
                                                  null_if_none(a.root ? a.composite : 0)}));
    }
    for (const Connection& c : design.connections) {
      Must(loader.Append(connection_, std::array<ValueView, 4>{c.id, c.length, c.from, c.to}));
    }
    store_ = Must(std::move(loader).Finish());
    the_manual_ = *store_.All(manual_).begin();
  }
  void Insert(const Design& design) {
    for (const Composite& c : design.composites) {
      Must(store_.Create(composite_, {composite_id_(c.id), composite_date_(c.date)}));
    }
    for (const Component& c : design.components) {
      Must(store_.Create(component_, {component_base_(c.base), component_composite_(c.composite)}));
    }
    for (const Document& d : design.documents) {
      Must(store_.Create(document_, {document_id_(d.id), document_title_(d.title),
                                     document_text_(d.text), document_composite_(d.composite)}));
    }
    for (const Atomic& a : design.atomics) {
      Must(store_.Create(
          atomic_, {atomic_id_(a.id), date_(a.date), x_(a.x), y_(a.y), doc_id_(a.document),
                    atomic_composite_(a.composite),
                    root_of_(a.root ? std::optional<std::int64_t>(a.composite) : std::nullopt)}));
    }
    for (const Connection& c : design.connections) {
      Must(store_.Create(connection_,
                         {connection_id_(c.id), length_(c.length), from_(c.from), to_(c.to)}));
    }
  }
  void DeleteComposites(std::span<const std::int64_t> ids) {
    for (const std::int64_t id : ids) Must(store_.Delete(Must(store_.TryFind(composite_id_, id))));
    the_manual_ = *store_.All(manual_).begin();  // rows at hand are so until something is deleted
  }

  Visits Traverse(Change change, Of of) {
    Visits visits;
    seen_.resize(std::max(seen_.size(), 2 * store_.Count(atomic_)));
    VisitAssembly(Root(), [&](const LiveInstance& composite) {
      ++epoch_;
      const LiveInstance root = *store_.One(composite, root_part_);
      stack_.assign(1, root);
      seen_[root.slot] = epoch_;
      while (!stack_.empty()) {
        const LiveInstance part = stack_.back();
        stack_.pop_back();
        Visit(part, change, of != Of::kRoots || part == root, of == Of::kAllFourTimes ? 4 : 1,
              visits);
        for (const LiveInstance next : store_.Linked(part, connected_to_)) {
          if (seen_[next.slot] == epoch_) continue;
          seen_[next.slot] = epoch_;
          stack_.push_back(next);
        }
      }
    });
    return visits;
  }
  Visits TraverseRoots() {
    Visits visits;
    VisitAssembly(Root(), [&](const LiveInstance& composite) {
      Visit(*store_.One(composite, root_part_), Change::kNothing, false, 0, visits);
    });
    return visits;
  }
  std::int64_t CountInManual(char c) const {
    const std::string_view text = store_.Get(the_manual_, text_);
    return std::count(text.begin(), text.end(), c);
  }
  bool ManualEndsAsItBegins() const {
    const std::string_view text = store_.Get(the_manual_, text_);
    return text.front() == text.back();
  }
  std::uint64_t Lookup(std::span<const std::int64_t> ids) const {
    std::uint64_t sum = 0;
    for (const std::int64_t id : ids)
      sum += Unsigned(store_.Get(Must(store_.TryFind(atomic_id_, id)), x_));
    return sum;
  }
  std::uint64_t SumFrom(std::int64_t date) const {
    std::uint64_t sum = 0;
    const IndexedRange parts = Must(store_.Between(date_, date, std::nullopt));
    for (const LiveInstance part : parts) sum += Unsigned(store_.Get(part, x_));
    return sum;
  }
  std::uint64_t UsesOfTitles(std::span<const std::string> titles) const {
    std::uint64_t sum = 0;
    for (const std::string& title : titles) {
      const LiveInstance document = Must(store_.TryFind(document_title_, title));
      for (const LiveInstance base : store_.Linked(*store_.One(document, documented_), used_in_)) {
        sum += Unsigned(store_.Get(base, base_id_));
      }
    }
    return sum;
  }
  std::int64_t NewerThanAssembly() const {
    std::int64_t count = 0;
    for (const LiveInstance base : store_.All(base_)) {
      const std::int64_t date = store_.Get(base, base_date_);
      for (const LiveInstance composite : store_.Linked(base, components_)) {
        if (store_.Get(composite, composite_date_) <= date) continue;
        ++count;
        break;
      }
    }
    return count;
  }
  std::uint64_t SumAll() const {
    std::uint64_t sum = 0;
    for (const LiveInstance part : store_.All(atomic_)) sum += Unsigned(store_.Get(part, x_));
    return sum;
  }
  std::int64_t PairsWithDocument() const {
    std::int64_t count = 0;
    for (const LiveInstance part : store_.All(atomic_)) {
      count += store_.TryFind(document_id_, store_.Get(part, doc_id_)).has_value();
    }
    return count;
  }
  std::int64_t RowCount() const {
    std::size_t count = 0;
    for (const Model model :
         {complex_, base_, composite_, component_, document_, atomic_, connection_}) {
      count += store_.Count(model);
    }
    return static_cast<std::int64_t>(count);
  }

 private:
  static std::uint64_t Unsigned(std::int64_t value) { return static_cast<std::uint64_t>(value); }
  LiveInstance Root() const { return *store_.All(complex_).begin(); }

  template <typename F>
  void VisitAssembly(const LiveInstance& complex, const F& visit_composite) {
    for (const LiveInstance sub : store_.Linked(complex, sub_assemblies_)) {
      VisitAssembly(sub, visit_composite);
    }
    for (const LiveInstance base : store_.Linked(complex, base_assemblies_)) {
      for (const LiveInstance composite : store_.Linked(base, components_))
        visit_composite(composite);
    }
  }
  void Visit(const LiveInstance& part, Change change, bool changed, int times, Visits& visits) {
    ++visits.parts;
    visits.sum +=
        Unsigned(store_.Get(part, x_) + 2 * store_.Get(part, y_) + 3 * store_.Get(part, date_));
    if (change == Change::kNothing || !changed) return;
    for (int i = 0; i < times; ++i) {
      ++visits.changes;
      if (change == Change::kSwap) {
        const std::int64_t x = store_.Get(part, x_);
        Must(store_.Set(part, x_, store_.Get(part, y_)));
        Must(store_.Set(part, y_, x));
      } else {
        Must(store_.Set(part, date_, OtherDate(store_.Get(part, date_))));
      }
    }
  }

  Schema MakeSchema() {
    SchemaBuilder builder;
    const Attribute id = Integer().PrimaryKey();
    const Attribute number = Integer().NotNull();
    manual_ = builder.Define("manual", {{"id", id}, {"text", Text().NotNull()}});
    complex_ = builder.Define("complexAssembly",
                              {{"id", id}, {"buildDate", number}, {"superId", Integer()}});
    base_ =
        builder.Define("baseAssembly", {{"id", id}, {"buildDate", number}, {"superId", number}});
    composite_ = builder.Define("compositePart", {{"id", id}, {"buildDate", number}});
    component_ = builder.Define("component", {{"baseId", id}, {"compositeId", id}});
    document_ = builder.Define("document", {{"id", id},
                                            {"title", Text().NotNull().Unique()},
                                            {"text", Text().NotNull()},
                                            {"compositeId", number}});
    atomic_ = builder.Define("atomicPart", {{"id", id},
                                            {"buildDate", Integer().NotNull().Index()},
                                            {"x", number},
                                            {"y", number},
                                            {"docId", number},
                                            {"compositeId", number},
                                            {"rootOfId", Integer()}});
    connection_ = builder.Define(
        "connection", {{"id", id}, {"length", number}, {"fromId", number}, {"toId", number}});

    const auto cascade = [](const char* key, Alias as) {
      return AssociationOptions{
          .as = std::move(as), .foreign_key = key, .on_delete = Action::kCascade};
    };
    sub_assemblies_ = builder.HasMany(complex_, complex_, cascade("superId", {"sub", "subs"}));
    base_assemblies_ = builder.HasMany(complex_, base_, cascade("superId", {"base", "bases"}));
    components_ = builder.BelongsToMany(base_, composite_,
                                        {.as = Alias("part", "parts"),
                                         .foreign_key = "baseId",
                                         .other_key = "compositeId",
                                         .through = "component"});
    used_in_ = builder.BelongsToMany(composite_, base_,
                                     {.as = Alias("use", "uses"),
                                      .foreign_key = "compositeId",
                                      .other_key = "baseId",
                                      .through = "component"});
    documented_ = builder.BelongsTo(document_, composite_, cascade("compositeId", "documented"));
    builder.HasMany(composite_, atomic_, cascade("compositeId", {"atomic", "atomics"}));
    root_part_ = builder.HasOne(composite_, atomic_, cascade("rootOfId", "root"));
    connected_to_ = builder.BelongsToMany(atomic_, atomic_,
                                          {.as = Alias("target", "targets"),
                                           .foreign_key = "fromId",
                                           .other_key = "toId",
                                           .through = Through("connection", false)});
    builder.BelongsToMany(atomic_, atomic_,
                          {.as = Alias("origin", "origins"),
                           .foreign_key = "toId",
                           .other_key = "fromId",
                           .through = Through("connection", false)});
    return Must(std::move(builder).Build());
  }

  Model manual_, complex_, base_, composite_, component_, document_, atomic_, connection_;
  Association sub_assemblies_, base_assemblies_, components_, used_in_, documented_, root_part_,
      connected_to_;
  Field<std::string_view> text_, document_title_, document_text_;
  Field<std::int64_t> base_id_, base_date_, component_base_, component_composite_, composite_id_,
      composite_date_, document_id_, document_composite_, atomic_id_, date_, x_, y_, doc_id_,
      atomic_composite_, connection_id_, length_, from_, to_;
  Field<std::optional<std::int64_t>> root_of_;
  Store store_;
  LiveInstance the_manual_;
  // Which atomic parts were come to in the current composite part, by slot.
  std::vector<std::uint32_t> seen_;
  std::uint32_t epoch_ = 0;
  std::vector<LiveInstance> stack_;
};

}  // namespace relata::bench::oo7

#endif  // RELATA_BENCH_OO7_RELATA_H_
