// The shop with each of the implementations.
#ifndef RELATA_BENCH_SHOP_WORLDS_H_
#define RELATA_BENCH_SHOP_WORLDS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "bench/must.h"
#include "bench/pool.h"
#include "bench/shop.h"
#include "bench/sqlite.h"
#include "relata/relata.h"

namespace relata::bench::shop {

class Relata {
 public:
  Relata() : store_(MakeSchema()) {
    const Schema& schema = store_.schema();
    order_id_ = Must(schema.FieldOf<std::int64_t>(order_, "id"));
    amount_ = Must(schema.FieldOf<std::int64_t>(order_, "amount"));
    quantity_ = Must(schema.FieldOf<std::int64_t>(line_, "quantity"));
  }
  void Fill(const Input& input) {
    Loader loader(store_.schema());
    for (std::size_t i = 0; i < input.cities.size(); ++i) {
      Must(loader.Append(
          customer_, std::array<ValueView, 2>{static_cast<std::int64_t>(i + 1), input.cities[i]}));
    }
    for (const Order& o : input.orders) {
      Must(loader.Append(order_, std::array<ValueView, 7>{o.id, o.customer, o.status, o.status,
                                                          o.day, o.day, o.amount}));
    }
    for (const Line& l : input.lines) {
      Must(loader.Append(line_, std::array<ValueView, 3>{l.id, l.order, l.quantity}));
    }
    store_ = Must(std::move(loader).Finish());
  }
  std::int64_t AmountOfStatus(std::int64_t status, bool indexed) const {
    return AmountOf(Query(order_).Where(order_[indexed ? "status" : "batch"] == status));
  }
  std::int64_t AmountFromDay(std::int64_t day, bool indexed) const {
    const AttributeRef attribute = order_[indexed ? "day" : "week"];
    return AmountOf(Query(order_).Where(attribute >= day && attribute < day + 100));
  }
  std::int64_t QuantityOfCity(std::int64_t city) const {
    const Query query = Query(customer_)
                            .Where(customer_["city"] == city)
                            .Include(Include(orders_)
                                         .Where(order_["day"] >= kDays / 2)
                                         .Include(Include(lines_).Where(line_["quantity"] > 90)));
    const Rows customers = Must(store_.Select(query));
    std::int64_t sum = 0;
    for (const Row& customer : customers) {
      for (const Row& order : customer.Included(orders_)) {
        for (const Row& line : order.Included(lines_)) sum += line.Get(quantity_);
      }
    }
    return sum;
  }
  std::uint64_t TopTen() const {
    const Rows top =
        Must(store_.Select(Query(order_).OrderBy(order_["amount"], kDescending).Limit(10)));
    std::uint64_t sum = 0;
    std::uint64_t place = 0;
    for (const Row& order : top) sum += Mix(place++, order.Get(order_id_));
    return sum;
  }
  std::uint64_t CountByStatus() const {
    std::uint64_t sum = 0;
    for (const relata::Group& group :
         Must(store_.GroupBy(Query(order_), {order_["status"]}, {CountAll()}))) {
      sum += Mix(*group.keys[0].get_if<std::int64_t>(), *group.values[0].get_if<std::int64_t>());
    }
    return sum;
  }

 private:
  std::int64_t AmountOf(const Query& query) const {
    const Rows rows = Must(store_.Select(query));
    std::int64_t sum = 0;
    for (const Row& order : rows) sum += order.Get(amount_);
    return sum;
  }
  Schema MakeSchema() {
    SchemaBuilder builder;
    customer_ = builder.Define(
        "customer",
        {{"id", Integer().PrimaryKey()}, {"city", Integer().NotNull().Index(IndexKind::kHashed)}});
    order_ = builder.Define("order", {{"id", Integer().PrimaryKey()},
                                      {"customerId", Integer().NotNull()},
                                      {"status", Integer().NotNull().Index(IndexKind::kHashed)},
                                      {"batch", Integer().NotNull()},
                                      {"day", Integer().NotNull().Index()},
                                      {"week", Integer().NotNull()},
                                      {"amount", Integer().NotNull()}});
    line_ = builder.Define("line", {{"id", Integer().PrimaryKey()},
                                    {"orderId", Integer().NotNull()},
                                    {"quantity", Integer().NotNull()}});
    orders_ = builder.HasMany(customer_, order_);
    lines_ = builder.HasMany(order_, line_);
    return Must(std::move(builder).Build());
  }

  Model customer_, order_, line_;
  Association orders_, lines_;
  Field<std::int64_t> order_id_, amount_, quantity_;
  Store store_;
};

class Handwritten {
 public:
  void Fill(const Input& input) {
    customer_ids_.reserve(input.cities.size());
    order_ids_.reserve(input.orders.size());
    line_ids_.reserve(input.lines.size());
    for (std::size_t i = 0; i < input.cities.size(); ++i) {
      const std::uint32_t row = customers_.Add({static_cast<std::int64_t>(i + 1), input.cities[i]});
      customer_ids_.emplace(static_cast<std::int64_t>(i + 1), row);
      by_city_[input.cities[i]].push_back(row);
    }
    for (const Order& o : input.orders) {
      const std::uint32_t customer = customer_ids_.find(o.customer)->second;
      const std::uint32_t row = orders_.Add({o.id, o.status, o.status, o.day, o.day, o.amount,
                                             customer, customers_[customer].first_order});
      customers_[customer].first_order = row;
      order_ids_.emplace(o.id, row);
      by_status_[o.status].push_back(row);
      by_day_.emplace(o.day, row);
    }
    for (const Line& l : input.lines) {
      const std::uint32_t order = order_ids_.find(l.order)->second;
      const std::uint32_t row = lines_.Add({l.id, l.quantity, order, orders_[order].first_line});
      orders_[order].first_line = row;
      line_ids_.emplace(l.id, row);
    }
  }
  std::int64_t AmountOfStatus(std::int64_t status, bool indexed) const {
    std::int64_t sum = 0;
    if (indexed) {
      const auto found = by_status_.find(status);
      if (found == by_status_.end()) return 0;
      for (const std::uint32_t row : found->second) sum += orders_[row].amount;
    } else {
      for (std::uint32_t row = 0; row < orders_.size(); ++row) {
        if (orders_[row].batch == status) sum += orders_[row].amount;
      }
    }
    return sum;
  }
  std::int64_t AmountFromDay(std::int64_t day, bool indexed) const {
    std::int64_t sum = 0;
    if (indexed) {
      const auto end = by_day_.lower_bound(day + 100);
      for (auto it = by_day_.lower_bound(day); it != end; ++it) sum += orders_[it->second].amount;
    } else {
      for (std::uint32_t row = 0; row < orders_.size(); ++row) {
        const OrderRow& order = orders_[row];
        if (order.week >= day && order.week < day + 100) sum += order.amount;
      }
    }
    return sum;
  }
  std::int64_t QuantityOfCity(std::int64_t city) const {
    std::int64_t sum = 0;
    const auto customers = by_city_.find(city);
    if (customers == by_city_.end()) return 0;
    for (const std::uint32_t customer : customers->second) {
      for (std::uint32_t o = customers_[customer].first_order; o != kNone; o = orders_[o].next) {
        if (orders_[o].day < kDays / 2) continue;
        for (std::uint32_t l = orders_[o].first_line; l != kNone; l = lines_[l].next) {
          if (lines_[l].quantity > 90) sum += lines_[l].quantity;
        }
      }
    }
    return sum;
  }
  std::uint64_t TopTen() const {
    // A heap of the ten best, the worst of them on top.
    using Entry = std::pair<std::int64_t, std::int64_t>;  // -amount, id
    std::vector<Entry> best;
    for (std::uint32_t row = 0; row < orders_.size(); ++row) {
      const Entry entry{-orders_[row].amount, orders_[row].id};
      if (best.size() == 10) {
        if (!(entry < best.front())) continue;
        std::pop_heap(best.begin(), best.end());
        best.pop_back();
      }
      best.push_back(entry);
      std::push_heap(best.begin(), best.end());
    }
    std::sort_heap(best.begin(), best.end());
    std::uint64_t sum = 0;
    for (std::size_t place = 0; place < best.size(); ++place) sum += Mix(place, best[place].second);
    return sum;
  }
  std::uint64_t CountByStatus() const {
    absl::flat_hash_map<std::int64_t, std::int64_t> counts;
    for (std::uint32_t row = 0; row < orders_.size(); ++row) ++counts[orders_[row].status];
    std::uint64_t sum = 0;
    for (const auto& [status, count] : counts) sum += Mix(status, count);
    return sum;
  }

 private:
  struct CustomerRow {
    std::int64_t id, city;
    std::uint32_t first_order = kNone;
  };
  struct OrderRow {
    std::int64_t id, status, batch, day, week, amount;
    std::uint32_t customer, next;
    std::uint32_t first_line = kNone;
  };
  struct LineRow {
    std::int64_t id, quantity;
    std::uint32_t order, next;
  };
  Pool<CustomerRow> customers_;
  Pool<OrderRow> orders_;
  Pool<LineRow> lines_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> customer_ids_, order_ids_, line_ids_;
  absl::flat_hash_map<std::int64_t, std::vector<std::uint32_t>> by_city_, by_status_;
  absl::btree_multimap<std::int64_t, std::uint32_t> by_day_;
};

class Sqlite {
 public:
  void Fill(const Input& input) {
    SqliteStatement customer = db_.Prepare("INSERT INTO customer VALUES (?, ?)");
    SqliteStatement order = db_.Prepare("INSERT INTO purchase VALUES (?, ?, ?3, ?3, ?4, ?4, ?5)");
    SqliteStatement line = db_.Prepare("INSERT INTO line VALUES (?, ?, ?)");
    db_.Execute("BEGIN");
    for (std::size_t i = 0; i < input.cities.size(); ++i) {
      customer.Bind(1, static_cast<std::int64_t>(i + 1)).Bind(2, input.cities[i]).Run();
    }
    for (const Order& o : input.orders) {
      order.Bind(1, o.id).Bind(2, o.customer).Bind(3, o.status).Bind(4, o.day).Bind(5, o.amount);
      order.Run();
    }
    for (const Line& l : input.lines) {
      line.Bind(1, l.id).Bind(2, l.order).Bind(3, l.quantity).Run();
    }
    db_.Execute("COMMIT");
  }
  std::int64_t AmountOfStatus(std::int64_t status, bool indexed) {
    return (indexed ? status_ : batch_).Bind(1, status).One();
  }
  std::int64_t AmountFromDay(std::int64_t day, bool indexed) {
    return (indexed ? day_ : week_).Bind(1, day).Bind(2, day + 100).One();
  }
  std::int64_t QuantityOfCity(std::int64_t city) {
    return city_.Bind(1, city).Bind(2, kDays / 2).One();
  }
  std::uint64_t TopTen() {
    std::uint64_t sum = 0;
    for (std::uint64_t place = 0; top_.Step(); ++place) sum += Mix(place, top_.Integer(0));
    top_.Reset();
    return sum;
  }
  std::uint64_t CountByStatus() {
    std::uint64_t sum = 0;
    while (counts_.Step()) sum += Mix(counts_.Integer(0), counts_.Integer(1));
    counts_.Reset();
    return sum;
  }

 private:
  SqliteDb db_{
      "CREATE TABLE customer (id INTEGER PRIMARY KEY, city INTEGER NOT NULL) STRICT;"
      "CREATE TABLE purchase (id INTEGER PRIMARY KEY,"
      " customerId INTEGER NOT NULL REFERENCES customer ON DELETE CASCADE ON UPDATE CASCADE,"
      " status INTEGER NOT NULL, batch INTEGER NOT NULL, day INTEGER NOT NULL,"
      " week INTEGER NOT NULL, amount INTEGER NOT NULL) STRICT;"
      "CREATE TABLE line (id INTEGER PRIMARY KEY,"
      " orderId INTEGER NOT NULL REFERENCES purchase ON DELETE CASCADE ON UPDATE CASCADE,"
      " quantity INTEGER NOT NULL) STRICT;"
      "CREATE INDEX customer_city ON customer (city);"
      "CREATE INDEX purchase_customer ON purchase (customerId);"
      "CREATE INDEX purchase_status ON purchase (status);"
      "CREATE INDEX purchase_day ON purchase (day);"
      "CREATE INDEX line_order ON line (orderId)"};
  SqliteStatement status_ = db_.Prepare("SELECT sum(amount) FROM purchase WHERE status = ?");
  SqliteStatement batch_ = db_.Prepare("SELECT sum(amount) FROM purchase WHERE batch = ?");
  SqliteStatement day_ = db_.Prepare("SELECT sum(amount) FROM purchase WHERE day >= ? AND day < ?");
  SqliteStatement week_ =
      db_.Prepare("SELECT sum(amount) FROM purchase WHERE week >= ? AND week < ?");
  SqliteStatement city_ = db_.Prepare(
      "SELECT sum(quantity) FROM customer CROSS JOIN purchase ON customerId = customer.id"
      " CROSS JOIN line ON orderId = purchase.id WHERE city = ? AND day >= ? AND quantity > 90");
  SqliteStatement top_ = db_.Prepare("SELECT id FROM purchase ORDER BY amount DESC, id LIMIT 10");
  SqliteStatement counts_ = db_.Prepare("SELECT status, count(*) FROM purchase GROUP BY status");
};

}  // namespace relata::bench::shop

#endif  // RELATA_BENCH_SHOP_WORLDS_H_
