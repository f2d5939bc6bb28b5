#include "graph/literal_range.h"

#include <cmath>
#include <variant>

#include "graph/cell_order.h"

namespace relata::internal {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr IntegerRange kNoInteger{1, 0};
constexpr RealRange kNoReal{1, 0};

IntegerRange Above(std::int64_t bound) {
  return bound == kGreatest ? kNoInteger : IntegerRange{bound + 1, kGreatest};
}
IntegerRange Below(std::int64_t bound) {
  return bound == kLeast ? kNoInteger : IntegerRange{kLeast, bound - 1};
}

// The comparison with a number between two integers, or beyond all of them, as one with the
// greatest integer below it.
IntegerRange AroundFraction(Comparison comparison, double number) {
  const bool greater =
      comparison == Comparison::kGreater || comparison == Comparison::kGreaterEqual;
  if (comparison == Comparison::kEqual) return kNoInteger;
  if (number >= 0x1p63) return greater ? kNoInteger : IntegerRange();
  if (number < -0x1p63) return greater ? IntegerRange() : kNoInteger;
  const auto below = static_cast<std::int64_t>(std::floor(number));
  return greater ? Above(below) : IntegerRange{kLeast, below};
}

}  // namespace

IntegerRange IntegersThat(Comparison comparison, const ValueView& number) {
  std::int64_t bound = 0;
  if (const auto* integer = std::get_if<std::int64_t>(&number)) {
    bound = *integer;
  } else {
    const double real = std::get<double>(number);
    if (real != std::floor(real) || real >= 0x1p63 || real < -0x1p63) {
      return AroundFraction(comparison, real);
    }
    bound = static_cast<std::int64_t>(real);
  }
  switch (comparison) {
    case Comparison::kEqual:
      return {bound, bound};
    case Comparison::kLess:
      return Below(bound);
    case Comparison::kLessEqual:
      return {kLeast, bound};
    case Comparison::kGreater:
      return Above(bound);
    default:
      return {bound, kGreatest};
  }
}

RealRange RealsThat(Comparison comparison, const ValueView& number) {
  double bound = 0;
  int order = 0;  // of the number, compared with the bound
  if (const auto* integer = std::get_if<std::int64_t>(&number)) {
    bound = static_cast<double>(*integer);
    order = CompareNumbers(*integer, bound);
  } else {
    bound = std::get<double>(number);
  }
  switch (comparison) {
    case Comparison::kEqual:
      return order == 0 ? RealRange{bound, bound} : kNoReal;
    case Comparison::kLess:
    case Comparison::kLessEqual: {
      const bool in = order > 0 || (order == 0 && comparison == Comparison::kLessEqual);
      if (!in && bound == -kInfinity) return kNoReal;
      return {-kInfinity, in ? bound : std::nextafter(bound, -kInfinity)};
    }
    default: {
      const bool in = order < 0 || (order == 0 && comparison == Comparison::kGreaterEqual);
      if (!in && bound == kInfinity) return kNoReal;
      return {in ? bound : std::nextafter(bound, kInfinity), kInfinity};
    }
  }
}

}  // namespace relata::internal
