#include "graph/columns.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/arcs.h"
#include "graph/cells.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/text_cell.h"

namespace relata::internal {
namespace {

bool IsNullAt(const Column& column, std::size_t i) {
  return !column.nulls.empty() && (column.nulls[i / 8] >> (i % 8) & 1) != 0;
}

// Whether a character of valid UTF-8 begins there, or the text ends.
bool IsBoundary(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
}

// Where a column stands after the rows that have been written: of text, where the next one begins.
struct Place {
  std::size_t text = 0;
  bool is_valid = false;  // so is every text; otherwise one or another is not
};

// Masks for the first n bytes of a text cell, n up to 15, begin at kFirstBytes + 16 - n.
constexpr std::uint8_t kFirstBytes[32] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

// A text of fewer bytes than a cell, of which at least 16 can be read.
void PutShortText(char* cell, const char* text, std::size_t size) {
  std::uint64_t words[2];
  std::uint64_t masks[2];
  std::memcpy(words, text, sizeof(words));
  std::memcpy(masks, kFirstBytes + kTextCellSize - size, sizeof(masks));
  words[0] &= masks[0];
  words[1] &= masks[1];
  std::memcpy(cell, words, sizeof(words));
  cell[kTextCellSize - 1] = static_cast<char>(size);
}

class ColumnLoader {
 public:
  ColumnLoader(StoreState& state, std::uint32_t m, std::size_t rows,
               std::span<const Column> columns)
      : state_(state),
        m_(m),
        info_(state.model(m)),
        layout_(state.layout(m)),
        rows_(rows),
        columns_(columns),
        places_(columns.size()),
        bytes_(layout_.blank) {
    std::fill_n(bytes_.begin() + layout_.nulls_offset, layout_.nulls_size, '\0');
  }

  absl::Status Run() {
    for (std::uint32_t a = 0; a < columns_.size(); ++a) {
      RELATA_RETURN_IF_ERROR(CheckShape(a));
    }
    for (done_ = 0; done_ < rows_; done_ += fresh_.count) {
      const auto fresh = state_.AddRows(m_, rows_ - done_, bytes_.data());
      if (!fresh.ok()) return fresh.status();
      fresh_ = *fresh;
      for (std::uint32_t a = 0; a < columns_.size(); ++a) RELATA_RETURN_IF_ERROR(Write(a));
      if (!state_.arcs(m_).empty()) RELATA_RETURN_IF_ERROR(CheckAllArcs());
      RELATA_RETURN_IF_ERROR(EnterKeys());
      state_.LinkNewRows(m_, fresh_);
    }
    return absl::OkStatus();
  }

 private:
  char* RowAt(std::uint32_t i) const {
    return fresh_.first + static_cast<std::size_t>(i) * layout_.stride;
  }
  absl::Status RowError(std::uint32_t i, const absl::Status& status) const {
    return Prefixed(absl::StrCat("row ", fresh_.slot + i + 1, " of model ", info_.name), status);
  }
  absl::Status Misfit(std::uint32_t a, std::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat(info_.name, ".", info_.attributes[a].name, ": ", Asv(what)));
  }

  // That there is one value for each row, of the attribute's type.
  absl::Status CheckShape(std::uint32_t a) {
    const Column& column = columns_[a];
    const Type type = info_.attributes[a].type;
    std::size_t values = column.integers.size();
    if (type == Type::kDouble) values = column.doubles.size();
    if (type == Type::kUuid) values = column.uuids.size();
    if (IsTextCell(type)) {
      values = column.lengths.size();
      std::size_t end = 0;
      bool apart = true;  // every text ends where a character does
      for (const std::int64_t length : column.lengths) {
        if (static_cast<std::uint64_t>(length) > column.bytes.size() - end) {
          return Misfit(a, "the lengths of a column do not fit its bytes");
        }
        end += static_cast<std::size_t>(length);
        apart &= IsBoundary(column.bytes, end);
      }
      if (end != column.bytes.size()) {
        return Misfit(a, "the lengths of a column do not fit its bytes");
      }
      places_[a].is_valid = type == Type::kBytes || (apart && IsUtf8(column.bytes));
    }
    if (values != rows_ || (!column.nulls.empty() && column.nulls.size() != (rows_ + 7) / 8)) {
      return Misfit(a, absl::StrCat("a column of ", values, " values (", TypeNameOf(type),
                                    ") is given for ", rows_, " rows"));
    }
    return absl::OkStatus();
  }
  static std::string TypeNameOf(Type type) { return std::string(TypeName(type)); }

  absl::Status Write(std::uint32_t a) {
    const Column& column = columns_[a];
    if (!column.nulls.empty()) RELATA_RETURN_IF_ERROR(WriteNulls(a));
    switch (info_.attributes[a].type) {
      case Type::kInteger:
        Copy(a, column.integers.data() + done_);
        if (info_.attributes[a].auto_increment) NoteKeys(column);
        return absl::OkStatus();
      case Type::kTimestamp:
        Copy(a, column.integers.data() + done_);
        return absl::OkStatus();
      case Type::kBoolean:
        return WriteBooleans(a);
      case Type::kDouble:
        return WriteDoubles(a);
      case Type::kUuid:
        Copy(a, column.uuids.data() + done_);
        return absl::OkStatus();
      case Type::kText:
      case Type::kBytes:
        return WriteTexts(a);
    }
    return absl::OkStatus();
  }

  absl::Status WriteNulls(std::uint32_t a) {
    const CellLayout& cell = layout_.cells[a];
    for (std::uint32_t i = 0; i < fresh_.count; ++i) {
      if (!IsNullAt(columns_[a], done_ + i)) continue;
      if (!info_.attributes[a].nullable) return RowError(i, NotNullError(state_, m_, a));
      SetNull(RowAt(i), cell, true);
    }
    return absl::OkStatus();
  }

  template <typename T>
  void Copy(std::uint32_t a, const T* values) {
    char* at = fresh_.first + layout_.cells[a].offset;
    for (std::uint32_t i = 0; i < fresh_.count; ++i, at += layout_.stride) {
      std::memcpy(at, values + i, sizeof(T));
    }
  }

  // What the judgement of one value alone says, if it says anything.
  absl::Status Refused(std::uint32_t a, std::uint32_t i, const ValueView& value) const {
    return RowError(i, NormalizeFor(state_, m_, a, value).status());
  }

  absl::Status WriteBooleans(std::uint32_t a) {
    const std::int64_t* values = columns_[a].integers.data() + done_;
    for (std::uint32_t i = 0; i < fresh_.count; ++i) {
      if (IsNullAt(columns_[a], done_ + i)) continue;
      if (values[i] != 0 && values[i] != 1) {
        return RowError(i, Misfit(a, absl::StrCat("a BOOLEAN is 0 or 1, not ", values[i])));
      }
      RowAt(i)[layout_.cells[a].offset] = static_cast<char>(values[i]);
    }
    return absl::OkStatus();
  }

  absl::Status WriteDoubles(std::uint32_t a) {
    const double* values = columns_[a].doubles.data() + done_;
    for (std::uint32_t i = 0; i < fresh_.count; ++i) {
      if (IsNullAt(columns_[a], done_ + i)) continue;
      if (std::isnan(values[i])) return Refused(a, i, values[i]);
      const double stored = values[i] + 0.0;  // -0.0 is kept as 0.0
      std::memcpy(RowAt(i) + layout_.cells[a].offset, &stored, sizeof(stored));
    }
    return absl::OkStatus();
  }

  absl::Status WriteTexts(std::uint32_t a) {
    const Column& column = columns_[a];
    Place& place = places_[a];
    char* cell = fresh_.first + layout_.cells[a].offset;
    for (std::uint32_t i = 0; i < fresh_.count; ++i, cell += layout_.stride) {
      const auto size = static_cast<std::size_t>(column.lengths[done_ + i]);
      const std::string_view text = column.bytes.substr(place.text, size);
      if (!place.is_valid && !IsUtf8(text)) return Refused(a, i, text);
      const std::size_t left = column.bytes.size() - place.text;
      place.text += size;
      if (IsNullAt(column, done_ + i)) continue;
      if (size < kTextCellSize && left >= kTextCellSize) {
        PutShortText(cell, text.data(), size);
      } else {
        MakeText(cell, text);
      }
    }
    return absl::OkStatus();
  }

  void NoteKeys(const Column& column) {
    const auto* first = column.integers.data() + done_;
    state_.NoteKey(m_, *std::max_element(first, first + fresh_.count));
  }

  absl::Status CheckAllArcs() {
    for (std::uint32_t i = 0; i < fresh_.count; ++i) {
      const char* row = RowAt(i);
      const absl::Status holds =
          CheckArcs(state_, m_, [&](std::uint32_t a) { return IsNull(row, layout_.cells[a]); });
      if (!holds.ok()) return RowError(i, holds);
    }
    return absl::OkStatus();
  }

  absl::Status EnterKeys() {
    for (std::uint32_t k = 0; k < info_.keys.size(); ++k) {
      const std::uint32_t entered = state_.IndexNewRows(m_, k, fresh_);
      if (entered == fresh_.count) continue;
      const KeyViews views = state_.Views(m_, fresh_.slot + entered, info_.keys[k].attributes);
      return RowError(entered, UniqueError(state_, m_, k, views));
    }
    return absl::OkStatus();
  }

  StoreState& state_;
  const std::uint32_t m_;
  const ModelInfo& info_;
  const RowLayout& layout_;
  const std::size_t rows_;
  const std::span<const Column> columns_;
  std::vector<Place> places_;
  std::vector<char> bytes_;  // a row without values, none of which is null
  std::size_t done_ = 0;
  StoreState::NewRows fresh_;
};

}  // namespace

absl::Status AppendColumns(StoreState& state, Model model, std::size_t rows,
                           std::span<const Column> columns) {
  return ColumnLoader(state, model.index, rows, columns).Run();
}

}  // namespace relata::internal
