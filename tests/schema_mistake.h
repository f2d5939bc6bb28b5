// A mistake of a declaration, and what must be said of it: for the tests that go through them all.
#ifndef RELATA_TESTS_SCHEMA_MISTAKE_H_
#define RELATA_TESTS_SCHEMA_MISTAKE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

#include "relata/schema_builder.h"
#include "tests/status_testing.h"

namespace relata::testing {

struct Mistake {
  const char* name;
  ErrorKind kind;
  const char* message;  // part of it
  std::function<void(SchemaBuilder&)> declare;
};

inline void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

inline std::string NameOf(const ::testing::TestParamInfo<Mistake>& info) { return info.param.name; }

// The schema is refused with the message, and with nothing else: one mistake is told once, and
// makes no others.
inline void ExpectRefused(const Mistake& mistake) {
  SchemaBuilder builder;
  mistake.declare(builder);
  const absl::StatusOr<Schema> schema = std::move(builder).Build();
  EXPECT_EQ(schema.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(FailsWith(schema, mistake.kind, mistake.message));
  const std::string text(schema.status().message());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0) << text;
}

inline void DefineUserAndTask(SchemaBuilder& builder) {
  builder.Define("user", {{"name", Text()}});
  builder.Define("task", {{"title", Text()}});
}

}  // namespace relata::testing

#endif  // RELATA_TESTS_SCHEMA_MISTAKE_H_
