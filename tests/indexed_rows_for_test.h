// Rows in a store's own pages, for tests of indexes that the test fills itself.
#ifndef RELATA_TESTS_INDEXED_ROWS_FOR_TEST_H_
#define RELATA_TESTS_INDEXED_ROWS_FOR_TEST_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "graph/indexed_rows.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/schema_builder.h"
#include "tests/status_testing.h"

namespace relata::testing {

class RowsForTest {
 public:
  // One attribute of each type; an index over all of them, in this order.
  explicit RowsForTest(const std::vector<Type>& types) : state_(MakeSchema(types)) {
    for (std::uint32_t a = 1; a <= types.size(); ++a) attributes_.push_back(a);
  }

  // Returns the row's slot.
  std::uint32_t Add(const std::vector<Value>& values) {
    internal::AttributeValues row;
    for (std::size_t i = 0; i < values.size(); ++i) {
      row.push_back({attributes_[i], values[i].view()});
    }
    return Must(internal::CreateRow(state_, 0, row)).slot;
  }
  std::vector<Value> ValuesOf(std::uint32_t slot) const {
    std::vector<Value> values;
    for (const std::uint32_t a : attributes_)
      values.push_back(Value::From(state_.View(0, slot, a)));
    return values;
  }
  internal::IndexedRows indexed() const {
    return internal::IndexedRows(state_.views()[0], state_.layout(0), attributes_);
  }

 private:
  static Schema MakeSchema(const std::vector<Type>& types) {
    std::vector<NamedAttribute> attributes;
    for (std::size_t i = 0; i < types.size(); ++i) {
      attributes.push_back({"a" + std::to_string(i), Attribute(types[i])});
    }
    SchemaBuilder builder;
    builder.Define("row", attributes);
    return Must(std::move(builder).Build());
  }

  internal::StoreState state_;
  std::vector<std::uint32_t> attributes_;
};

inline std::vector<ValueView> ViewsOf(const std::vector<Value>& values) {
  std::vector<ValueView> views;
  for (const Value& value : values) views.push_back(value.view());
  return views;
}

}  // namespace relata::testing

#endif  // RELATA_TESTS_INDEXED_ROWS_FOR_TEST_H_
