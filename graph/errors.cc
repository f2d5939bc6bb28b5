#include "graph/errors.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace relata {
namespace {

// What a status of relata carries:
//
//   payload := kind:char problem*
//   problem := kind:char model key back:number length:number count:number name{count}
//   model, key, name := length:number bytes{length}
//   number := decimal digits, and a space
//
// A kind is 'A' and as many letters on as the enumerator's value. The message of a problem is a
// part of the status's message, which begins `back` bytes before its end: what is put in front of
// the whole moves nothing. The names are those of the attributes.
constexpr char kPayload[] = "relata/error-kind";

char LetterOf(ErrorKind kind) { return static_cast<char>('A' + static_cast<int>(kind)); }
ErrorKind KindOfLetter(char letter) { return static_cast<ErrorKind>(letter - 'A'); }

std::string Number(std::size_t number) { return absl::StrCat(number, " "); }
std::string Bytes(const std::string& bytes) { return absl::StrCat(bytes.size(), " ", bytes); }

// Takes a payload apart; ends the list at the first thing that it cannot read.
class PayloadReader {
 public:
  PayloadReader(std::string_view payload, std::string_view message)
      : rest_(payload), message_(message) {}

  std::optional<Problem> Next() {
    if (rest_.empty()) return std::nullopt;
    Problem problem;
    problem.kind = KindOfLetter(rest_[0]);
    rest_.remove_prefix(1);
    problem.model = TakeBytes();
    problem.key = TakeBytes();
    const std::size_t back = TakeNumber();
    const std::size_t length = TakeNumber();
    if (back > message_.size()) return std::nullopt;
    problem.message = message_.substr(message_.size() - back, length);
    for (std::size_t count = TakeNumber(); count > 0 && !rest_.empty(); --count) {
      problem.attributes.push_back(TakeBytes());
    }
    return problem;
  }

 private:
  std::size_t TakeNumber() {
    const std::size_t end = rest_.find(' ');
    std::uint64_t number = 0;
    if (end == std::string_view::npos ||
        !absl::SimpleAtoi(internal::Asv(rest_.substr(0, end)), &number)) {
      rest_ = {};
      return 0;
    }
    rest_.remove_prefix(end + 1);
    return static_cast<std::size_t>(number);
  }
  std::string TakeBytes() {
    const std::size_t length = TakeNumber();
    std::string bytes(rest_.substr(0, length));
    rest_.remove_prefix(bytes.size());
    return bytes;
  }

  std::string_view rest_;
  std::string_view message_;
};

absl::StatusCode CodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kForeignKey:
    case ErrorKind::kNotNull:
    case ErrorKind::kCheck:
    case ErrorKind::kRefused:
      return absl::StatusCode::kFailedPrecondition;
    case ErrorKind::kUnique:
      return absl::StatusCode::kAlreadyExists;
    case ErrorKind::kAssociation:
    case ErrorKind::kCyclicDependency:
    case ErrorKind::kNotAssociated:
    case ErrorKind::kValidation:
      return absl::StatusCode::kInvalidArgument;
    case ErrorKind::kNone:
      break;
  }
  return absl::StatusCode::kInternal;
}

}  // namespace

ErrorKind KindOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value() || payload->empty()) return ErrorKind::kNone;
  return KindOfLetter((*payload)[0]);
}

std::vector<Problem> ProblemsOf(const absl::Status& status) {
  std::vector<Problem> problems;
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value() || payload->empty()) return problems;
  const std::string bytes(*payload);
  const absl::string_view message = status.message();
  PayloadReader reader(std::string_view(bytes).substr(1), {message.data(), message.size()});
  while (std::optional<Problem> problem = reader.Next()) problems.push_back(*std::move(problem));
  return problems;
}

namespace internal {

absl::Status KindError(ErrorKind kind, std::string_view message) {
  absl::Status status(CodeOf(kind), Asv(message));
  status.SetPayload(kPayload, absl::Cord(std::string(1, LetterOf(kind))));
  return status;
}

absl::Status ProblemsError(std::string_view heading, std::span<const Problem> problems,
                           std::string_view last_line) {
  const bool alone = problems.size() == 1 && last_line.empty();
  std::string message(alone ? std::string_view() : heading);
  const ErrorKind kind = problems[0].kind;
  std::vector<std::size_t> starts;
  for (const Problem& problem : problems) {
    if (!alone) absl::StrAppend(&message, "\n  ");
    starts.push_back(message.size());
    message += problem.message;
  }
  if (!last_line.empty()) absl::StrAppend(&message, "\n  ", Asv(last_line));
  std::string payload(1, LetterOf(kind));
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const Problem& problem = problems[i];
    absl::StrAppend(&payload, std::string(1, LetterOf(problem.kind)), Bytes(problem.model),
                    Bytes(problem.key), Number(message.size() - starts[i]),
                    Number(problem.message.size()), Number(problem.attributes.size()));
    for (const std::string& attribute : problem.attributes) {
      absl::StrAppend(&payload, Bytes(attribute));
    }
  }
  absl::Status status(kind == ErrorKind::kNone ? absl::StatusCode::kInvalidArgument : CodeOf(kind),
                      message);
  status.SetPayload(kPayload, absl::Cord(payload));
  return status;
}

absl::Status Prefixed(std::string_view where, const absl::Status& status) {
  absl::Status prefixed(status.code(), absl::StrCat(Asv(where), ": ", status.message()));
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { prefixed.SetPayload(url, payload); });
  return prefixed;
}

}  // namespace internal
}  // namespace relata
