// Queries: what the shop is asked. The time is that of one query, the size the number of orders.
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/shop.h"
#include "bench/shop_worlds.h"
#include "bench/workloads.h"
#include "bench/worlds.h"

namespace relata::bench {
namespace shop {

Input::Input(std::int64_t count) {
  std::mt19937_64 random(8);
  const std::int64_t customers = count / 10;
  for (std::int64_t i = 0; i < customers; ++i) cities.push_back(Below(random, kCities));
  for (std::int64_t id = 1; id <= count; ++id) {
    orders.push_back(Order{id, 1 + Below(random, customers), Below(random, kStatuses),
                           Below(random, kDays), Below(random, 1'000'000)});
    for (std::int64_t i = 0; i < 3; ++i) {
      lines.push_back(Line{3 * (id - 1) + i + 1, id, 1 + Below(random, kMostQuantity)});
    }
  }
}

namespace {

template <World W>
struct Filled {
  Filled(const std::string& group, std::int64_t size) { world.Fill(Shared<Input>(group, size)); }
  W world;
};

// Asks a question for some values, and sums up the answers.
template <World W, typename F>
void Add(const std::string& operation, const std::string& implementation, std::int64_t size,
         std::int64_t values, std::int64_t step, F ask) {
  Register({"Queries", operation, implementation, size},
           [=, group = absl::StrCat("Queries/", size)](Stopwatch& watch) {
             W& world = Shared<Filled<W>>(group, group, size).world;
             std::uint64_t sum = 0;
             watch.Time([&] {
               for (std::int64_t i = 0; i < values; ++i) {
                 sum += static_cast<std::uint64_t>(ask(world, i * step));
               }
             });
             return Measured{values, Mix(sum)};
           });
}

template <World W>
void RegisterAll(const std::string& who, std::int64_t size) {
  Add<W>("equality", who, size, 10, 10,
         [](W& world, std::int64_t status) { return world.AmountOfStatus(status, false); });
  Add<W>("equality_indexed", who, size, 10, 10,
         [](W& world, std::int64_t status) { return world.AmountOfStatus(status, true); });
  Add<W>("range", who, size, 10, 1000,
         [](W& world, std::int64_t day) { return world.AmountFromDay(day, false); });
  Add<W>("range_indexed", who, size, 10, 1000,
         [](W& world, std::int64_t day) { return world.AmountFromDay(day, true); });
  Add<W>("include", who, size, 10, 10,
         [](W& world, std::int64_t city) { return world.QuantityOfCity(city); });
  Add<W>("top_ten", who, size, 3, 0, [](W& world, std::int64_t) { return world.TopTen(); });
  Add<W>("group", who, size, 3, 0, [](W& world, std::int64_t) { return world.CountByStatus(); });
}

}  // namespace
}  // namespace shop

void RegisterQueries(Scale scale) {
  for (const std::int64_t size : SizesFor(scale, 2000, {100'000})) {
    shop::RegisterAll<shop::Relata>("relata", size);
    shop::RegisterAll<shop::Handwritten>("handwritten", size);
    shop::RegisterAll<shop::Sqlite>("sqlite", size);
  }
}

}  // namespace relata::bench
