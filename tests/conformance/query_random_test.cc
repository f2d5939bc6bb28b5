// Queries drawn at random, on random schemas and rows: the library against the naive evaluator of
// the scenarios, which looks at every row. Both read the same JSON.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relata/relata.h"
#include "tests/conformance/ask.h"
#include "tests/conformance/query.h"
#include "tests/conformance/rows.h"
#include "tests/random_run.h"
#include "tests/random_schema.h"
#include "tests/status_testing.h"

namespace relata::conformance {
namespace {

using ::relata::testing::Must;
using ::relata::testing::Random;

// Scopes on targets and through models, every type, and one relation reached in several ways.
Schema ScopedSchema(bool indexed) {
  SchemaBuilder builder;
  std::vector<NamedAttribute> post = {{"title", Text()},
                                      {"kind", Text()},
                                      {"stars", Integer()},
                                      {"weight", Double()},
                                      {"open", Boolean()}};
  ModelOptions options;
  if (indexed) {
    post[0].attribute.Index();
    post[1].attribute.Index(IndexKind::kHashed);
    post[2].attribute.Index();
    options.indexes = {{.attributes = {"kind", "stars"}}, {.attributes = {"open", "weight"}}};
  }
  builder.Define("post", std::move(post), options);
  builder.Define("tag", {{"name", Text().NotNull().Unique()}, {"stars", Integer()}});
  builder.Define(
      "tagging",
      {{"id", Integer().PrimaryKey().AutoIncrement()}, {"kind", Text()}, {"rank", Integer()}});
  builder.BelongsTo("post", "post", {.as = "parent"});
  builder.HasMany("post", "post", {.as = "replies", .foreign_key = "parentId"});
  builder.HasMany("post", "post",
                  {.as = "jokes", .foreign_key = "parentId", .scope = {{"kind", "joke"}}});
  builder.HasOne("post", "post",
                 {.as = "answer", .foreign_key = "parentId", .scope = {{"kind", "answer"}}});
  builder.BelongsTo("post", "tag", {.as = "main", .scope = {{"stars", 2}, {"stars", nullptr}}});
  builder.HasMany("tag", "post", {.foreign_key = "mainId"});
  builder.BelongsToMany("post", "tag", {.as = "tags", .through = Through("tagging", false)});
  builder.BelongsToMany("tag", "post", {.as = "posts2", .through = Through("tagging", false)});
  builder.BelongsToMany("post", "tag",
                        {.as = "topics", .through = Through("tagging", false, {{"kind", "joke"}})});
  return Must(std::move(builder).Build());
}

class Drawer {
 public:
  Drawer(std::uint64_t seed, Store& store) : random_(seed), store_(store) {}

  // Rows that refer to each other where they can, and some that are gone again.
  void Fill() {
    const std::vector<ModelInfo>& models = store_.schema().models();
    for (std::size_t i = 0; i < 14 * models.size(); ++i) {
      const Model model{static_cast<std::uint32_t>(random_.Below(models.size()))};
      Values values;
      for (const AttributeInfo& attribute : models[model.index].attributes) {
        if (attribute.auto_increment || random_.Chance(20)) continue;
        values.push_back({attribute.name, Draw(attribute.type)});
      }
      (void)store_.Create(model, values);  // many are refused
    }
    for (std::uint32_t m = 0; m < models.size(); ++m) {
      for (const ForeignKey f : models[m].foreign_keys) Connect(f);
    }
    for (std::uint32_t m = 0; m < models.size(); ++m) {
      std::vector<Instance> rows;
      for (const Instance row : store_.All(Model{m})) rows.push_back(row);
      for (const Instance row : rows) {
        if (random_.Chance(8) && store_.Contains(row)) (void)store_.Delete(row);
      }
      for (int i = 0; i < 2; ++i) (void)store_.Create(Model{m});
    }
  }

  Json DrawQuery(Model model) {
    Json query = Json::object();
    if (random_.Chance(70)) query["where"] = Where(model, 2);
    if (random_.Chance(20)) query["attributes"] = Attributes(model);
    if (random_.Chance(70)) query["include"] = Includes(model, 3);
    Order(model, query);
    return query;
  }

  Random& random() { return random_; }

 private:
  Value Draw(Type type) {
    if (type == Type::kText && random_.Chance(40)) return random_.Chance(50) ? "joke" : "answer";
    return testing::RandomValue(random_, type, 6);
  }

  void Connect(ForeignKey f) {
    const ForeignKeyInfo& info = store_.schema()[f];
    const ModelInfo& owner = store_.schema()[info.owner];
    const ModelInfo& target = store_.schema()[info.target];
    std::vector<Instance> parents;
    for (const Instance row : store_.All(info.target)) parents.push_back(row);
    std::vector<Instance> children;
    for (const Instance row : store_.All(info.owner)) children.push_back(row);
    if (parents.empty()) return;
    for (const Instance child : children) {
      if (random_.Chance(25)) continue;
      const Instance parent = parents[random_.Below(parents.size())];
      if (!store_.Contains(child) || !store_.Contains(parent)) continue;
      Values values;
      for (std::size_t i = 0; i < info.attributes.size(); ++i) {
        values.push_back(
            {owner.attributes[info.attributes[i]].name,
             Value::From(store_.View(parent, target.keys[info.target_key].attributes[i]))});
      }
      (void)store_.Set(child, values);
    }
  }

  Json Literal(Type type) {
    if (random_.Chance(8)) return nullptr;
    if (type == Type::kInteger && random_.Chance(15)) return 2.5;
    if (type == Type::kDouble && random_.Chance(30)) return random_.Below(3);
    return ToJson(Draw(type).view());
  }

  Json List(Type type) {
    Json list = Json::array();
    for (std::size_t n = random_.Below(4); n > 0; --n) list.push_back(Literal(type));
    return list;
  }

  Json Operator(Type type) {
    static const std::vector<const char*> kOperators = {
        "eq", "ne", "gt", "gte", "lt", "lte", "is", "not", "in", "notIn", "between", "notBetween"};
    const std::size_t kind = random_.Below(kOperators.size() + 4);
    if (kind >= kOperators.size() + 2 || (kind >= kOperators.size() && type != Type::kText)) {
      return random_.Chance(30) ? List(type) : Literal(type);
    }
    if (kind >= kOperators.size()) {
      static const std::vector<const char*> kPatterns = {"j%", "%E", "_", "%o%e%", "", "%2"};
      return {{random_.Chance(50) ? "like" : "notLike", kPatterns[random_.Below(6)]}};
    }
    const std::string name = kOperators[kind];
    if (name == "in" || name == "notIn") return {{name, List(type)}};
    if (name == "between" || name == "notBetween") {
      return {{name, Json::array({Literal(type), Literal(type)})}};
    }
    return {{name, Literal(type)}};
  }

  Json Where(Model model, int depth) {
    const std::vector<AttributeInfo>& attributes = store_.schema()[model].attributes;
    Json where = Json::object();
    for (std::size_t n = 1 + random_.Below(2); n > 0; --n) {
      const AttributeInfo& attribute = attributes[random_.Below(attributes.size())];
      where[attribute.name] = Operator(attribute.type);
    }
    if (depth > 0 && random_.Chance(40)) {
      Json list = Json::array();
      for (std::size_t n = random_.Below(3); n > 0; --n) list.push_back(Where(model, depth - 1));
      where[random_.Chance(60) ? "or" : random_.Chance(50) ? "and" : "not"] = list;
    }
    return where;
  }

  Json Attributes(Model model) {
    Json names = Json::array();
    for (const AttributeInfo& attribute : store_.schema()[model].attributes) {
      if (random_.Chance(40)) names.push_back(attribute.name);
    }
    return names;
  }

  Json Includes(Model model, int depth) {
    Json includes = Json::array();
    std::vector<Association> associations = store_.schema()[model].associations;
    for (std::size_t n = random_.Below(3); n > 0 && !associations.empty(); --n) {
      // Each once: the rows are shown under the association's name.
      const std::size_t i = random_.Below(associations.size());
      const AssociationInfo& info = store_.schema()[associations[i]];
      associations.erase(associations.begin() + static_cast<std::ptrdiff_t>(i));
      Json include = {{"association", info.name}};
      if (random_.Chance(50)) include["where"] = Where(info.target, 1);
      if (random_.Chance(50)) include["required"] = random_.Chance(50);
      if (random_.Chance(20)) include["attributes"] = Attributes(info.target);
      if (info.kind == AssociationKind::kBelongsToMany && random_.Chance(50)) {
        include["through"] = Json::object();
        if (random_.Chance(60)) include["through"]["where"] = Where(info.through, 1);
        if (random_.Chance(40)) include["through"]["attributes"] = Attributes(info.through);
      }
      if (depth > 0 && random_.Chance(60)) include["include"] = Includes(info.target, depth - 1);
      Order(info.target, include);
      includes.push_back(include);
    }
    return includes;
  }

  void Order(Model model, Json& level) {
    const std::vector<AttributeInfo>& attributes = store_.schema()[model].attributes;
    if (random_.Chance(50)) {
      Json order = Json::array();
      for (std::size_t n = 1 + random_.Below(2); n > 0; --n) {
        order.push_back(Json::array({attributes[random_.Below(attributes.size())].name,
                                     random_.Chance(50) ? "DESC" : "ASC"}));
      }
      level["order"] = order;
    }
    if (random_.Chance(30)) level["limit"] = random_.Below(4);
    if (random_.Chance(20)) level["offset"] = 1 + random_.Below(2);
  }

  Random random_;
  Store& store_;
};

class QueryRandomTest : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  std::uint64_t seed() const { return testing::SeedFromEnvironment(GetParam()); }

  // What a query selects is what the twin selects; and so of what is linked to a row.
  void Compare(Store& store, Drawer& drawer) {
    const Schema& schema = store.schema();
    for (std::uint32_t m = 0; m < schema.models().size(); ++m) {
      for (int i = 0; i < 12; ++i) CompareOn(store, Model{m}, drawer.DrawQuery(Model{m}));
      std::vector<Instance> rows;
      for (const Instance row : store.All(Model{m})) rows.push_back(row);
      for (const Association association : schema.models()[m].associations) {
        if (rows.empty()) break;
        const Instance row = rows[drawer.random().Below(rows.size())];
        CompareGetter(store, row, association, drawer.DrawQuery(schema[association].target));
      }
    }
  }

 private:
  void CompareOn(const Store& store, Model model, const Json& fields) {
    const std::string about =
        "seed " + std::to_string(seed()) + ", " + store.schema()[model].name + ": " + fields.dump();
    const Query twin = Must(ParseQuery(store.schema(), model, fields));
    const relata::Query query = QueryOf(store.schema(), model, fields);
    const auto rows = store.Select(query);
    ASSERT_TRUE(rows.ok()) << about << ": " << rows.status();
    Expect(Select(store, AllOf(store, model), twin), RowsOf(store, *rows, fields), fields, about);
    EXPECT_EQ(Must(store.Count(query)), rows->Count()) << about;
  }

  void CompareGetter(const Store& store, Instance row, Association association,
                     const Json& fields) {
    const std::string about = "seed " + std::to_string(seed()) + ", " + store.Describe(row) + " " +
                              store.schema().Describe(association) + ": " + fields.dump();
    const Query twin = Must(ParseQuery(store.schema(), store.schema()[association].target, fields));
    const auto rows = store.Select(row, association, GetterOf(store.schema(), association, fields));
    ASSERT_TRUE(rows.ok()) << about << ": " << rows.status();
    Expect(Select(store, LinkedTo(store, row, association), twin), RowsOf(store, *rows, fields),
           fields, about);
  }

  static void Expect(const std::vector<Selected>& selected, const Json& actual, const Json& fields,
                     const std::string& about) {
    Json expected = Json::array();
    for (const Selected& one : selected) expected.push_back(one.shown);
    const bool ordered =
        fields.contains("order") || fields.contains("limit") || fields.contains("offset");
    const auto difference = Difference(expected, actual, ordered);
    EXPECT_FALSE(difference.has_value()) << about << "\n" << *difference;
  }
};

TEST_P(QueryRandomTest, QueriesOnARandomSchemaSelectWhatTheTwinSelects) {
  auto schema = testing::RandomSchema(seed(), false);
  if (!schema.ok()) return;  // some that are drawn are refused
  Store store(*schema);
  Drawer drawer(seed() * 7919, store);
  drawer.Fill();
  Compare(store, drawer);
}

TEST_P(QueryRandomTest, QueriesThroughScopesSelectWhatTheTwinSelects) {
  Store store(ScopedSchema(seed() % 2 == 0));
  Drawer drawer(seed() * 104729, store);
  drawer.Fill();
  Compare(store, drawer);
  ASSERT_TRUE(store.CheckInvariants().ok());
}

// What can be said in two ways selects the same.
TEST_P(QueryRandomTest, ExistsAndRequiredIncludesAndPathsAgree) {
  Store store(ScopedSchema(seed() % 2 == 0));
  Drawer drawer(seed() * 15485863, store);
  drawer.Fill();
  const Schema& schema = store.schema();
  const auto select = [&](const relata::Query& query) {
    return Must(store.Select(query)).Instances();
  };
  for (std::uint32_t m = 0; m < schema.models().size(); ++m) {
    for (const Association association : schema.models()[m].associations) {
      const AssociationInfo& info = schema[association];
      const Json where = drawer.DrawQuery(info.target).value("where", Json());
      const relata::Condition inner = ConditionOf(schema, info.target, where);
      const std::vector<Instance> by_include =
          select(relata::Query(Model{m}).Include(relata::Include(association).Where(inner)));
      EXPECT_EQ(select(relata::Query(Model{m}).Where(Exists(association, inner))), by_include)
          << "seed " << seed() << ", " << schema.Describe(association) << ": " << where.dump();
      EXPECT_EQ(select(relata::Query(Model{m}).Where(!Exists(association, inner))).size(),
                store.Count(Model{m}) - by_include.size());
      if (info.to_one()) {
        const AttributeRef stars = association["stars"];
        EXPECT_EQ(
            select(relata::Query(Model{m}).Where(stars > 2)),
            select(relata::Query(Model{m}).Where(Exists(association, info.target["stars"] > 2))));
        EXPECT_EQ(select(relata::Query(Model{m}).Where(stars.IsNull())),
                  select(relata::Query(Model{m}).Where(
                      !Exists(association, info.target["stars"].IsNotNull()))));
      }
      for (const Instance target : store.All(info.target)) {
        std::vector<Instance> expected;
        for (const Instance row : store.All(Model{m})) {
          if (Must(store.Has(row, association, target))) expected.push_back(row);
        }
        std::vector<Instance> linked =
            select(relata::Query(Model{m}).Where(Linked(association, target)));
        std::sort(linked.begin(), linked.end());
        std::sort(expected.begin(), expected.end());
        EXPECT_EQ(linked, expected) << "seed " << seed() << ", " << schema.Describe(association);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, QueryRandomTest, ::testing::Range<std::uint64_t>(1, 31));

}  // namespace
}  // namespace relata::conformance
