// What queries are asked of: customers with orders, and what is on these.
//
//   customer(id, city)
//   order(id, customerId -> customer, status, batch, day, week, amount)
//   line(id, orderId -> order, quantity)
//
// There is an index on city and status (equality) and on day (ranges); batch holds the same as
// status and week the same as day, without an index.
#ifndef RELATA_BENCH_SHOP_H_
#define RELATA_BENCH_SHOP_H_

#include <concepts>
#include <cstdint>
#include <vector>

#include "bench/harness.h"

namespace relata::bench::shop {

inline constexpr std::int64_t kCities = 100;
inline constexpr std::int64_t kStatuses = 100;
inline constexpr std::int64_t kDays = 10'000;
inline constexpr std::int64_t kMostQuantity = 100;

struct Order {
  std::int64_t id;
  std::int64_t customer;
  std::int64_t status;
  std::int64_t day;
  std::int64_t amount;
};

struct Line {
  std::int64_t id;
  std::int64_t order;
  std::int64_t quantity;
};

struct Input {
  explicit Input(std::int64_t orders);
  std::vector<std::int64_t> cities;  // of customers 1, 2, 3...: a tenth as many as orders
  std::vector<Order> orders;
  std::vector<Line> lines;  // three of each order
};

// What an implementation does.
template <typename W>
concept World = std::default_initializable<W> &&
    requires(W world, const Input& input, std::int64_t value, bool indexed) {
  world.Fill(input);
  // The sum of the amounts of the orders with a status, or in a hundred days from `value` on.
  { world.AmountOfStatus(value, indexed) } -> std::convertible_to<std::int64_t>;
  { world.AmountFromDay(value, indexed) } -> std::convertible_to<std::int64_t>;
  // Of the customers of a city, their orders of the second half of all days, and of these the lines
  // of more than 90: the sum of their quantities.
  { world.QuantityOfCity(value) } -> std::convertible_to<std::int64_t>;
  // The ten orders of the highest amounts, by id where these are equal: a sum of Mix(place, id).
  { world.TopTen() } -> std::convertible_to<std::uint64_t>;
  // For each status the number of its orders: a sum of Mix(status, number).
  { world.CountByStatus() } -> std::convertible_to<std::uint64_t>;
};

}  // namespace relata::bench::shop

#endif  // RELATA_BENCH_SHOP_H_
