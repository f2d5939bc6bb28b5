// Statuses in tests: what must succeed, and what must fail in a certain way.
#ifndef RELATA_TESTS_STATUS_TESTING_H_
#define RELATA_TESTS_STATUS_TESTING_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/status.h"

namespace relata::testing {

// The value; ends the process with the status if there is none.
template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::cerr << "expected a value, got " << result.status() << std::endl;
    std::abort();
  }
  return *std::move(result);
}

inline ::testing::AssertionResult IsOk(const absl::Status& status) {
  if (status.ok()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << status.ToString();
}
template <typename T>
::testing::AssertionResult IsOk(const absl::StatusOr<T>& result) {
  return IsOk(result.status());
}

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// Whether it failed with this code, and a message that contains `part`.
template <typename R>
::testing::AssertionResult FailsWith(const R& result, absl::StatusCode code,
                                     const std::string& part = "") {
  const absl::Status& status = StatusOf(result);
  if (status.code() == code && std::string(status.message()).find(part) != std::string::npos) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "expected " << absl::StatusCodeToString(code)
                                       << " with \"" << part << "\", got " << status.ToString();
}
template <typename R>
::testing::AssertionResult FailsWith(const R& result, ErrorKind kind,
                                     const std::string& part = "") {
  const absl::Status& status = StatusOf(result);
  if (!status.ok() && KindOf(status) == kind &&
      std::string(status.message()).find(part) != std::string::npos) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "expected kind " << static_cast<int>(kind) << " with \""
                                       << part << "\", got " << status.ToString();
}

}  // namespace relata::testing

#endif  // RELATA_TESTS_STATUS_TESTING_H_
