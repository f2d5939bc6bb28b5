// Where the inline accessors of Store find the rows that handles name, and how they read and write
// their cells. Not part of the public API; everything here may change.
#ifndef RELATA_INTERNAL_ROW_ACCESS_H_
#define RELATA_INTERNAL_ROW_ACCESS_H_

#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "relata/handle.h"
#include "relata/internal/table_view.h"
#include "relata/internal/undo_records.h"
#include "relata/internal/write_gate.h"
#include "relata/live_instance.h"
#include "relata/value.h"

namespace relata::internal {

// Values of T lie in the row itself.
template <typename T>
concept InRow = !std::same_as<T, std::string_view> && !std::same_as<T, BytesView>;

// Of one store, or of none. Copied freely; good for as long as the store's state.
struct RowAccess {
  const TableView* tables = nullptr;  // one for each model
  const StoreWalk* walks = nullptr;   // one for each association
  WriteGate* gate = &closed_gate;
  std::uint32_t models = 0;
  std::uint32_t associations = 0;

  const StoreWalk& WalkOf(Association association) const {
    if (association.index >= associations) [[unlikely]]
      DieOfForeignAssociation(association.index, associations);
    return walks[association.index];
  }

  // The row of an instance, or nullptr when the handle is stale or of another store.
  const char* Find(const Instance& instance) const {
    if (instance.model >= models) return nullptr;
    const TableView& table = tables[instance.model];
    if (instance.slot >= table.slots) return nullptr;
    const char* row = table.Row(instance.slot);
    return StampOf(row) == instance.stamp && instance.stamp != 0 ? row : nullptr;
  }
  // The row of an instance of `model`; ends the process when it is gone or of another model.
  const char* RowOf(const Instance& instance, std::uint32_t model) const {
    const char* row = instance.model == model ? Find(instance) : nullptr;
    if (row == nullptr) [[unlikely]]
      DieOfStaleHandle(instance.of());
    return row;
  }
  // The same without a look-up, unless any row of the store went or was moved since.
  const char* RowOf(const LiveInstance& instance, std::uint32_t model) const {
    if (instance.model == model && instance.era_ == gate->era) [[likely]]
      return instance.row_;
    return RowOf(static_cast<const Instance&>(instance), model);
  }

  template <typename T>
  static T Read(const char* row, const FieldPlace& place) {
    if constexpr (Unwrapped<T>::kOptional) {
      if (static_cast<std::uint8_t>(row[place.null_byte]) & place.null_mask) return std::nullopt;
    }
    return ReadCell<typename Unwrapped<T>::type>(row + place.offset);
  }

  // Writes a value that nothing else depends on. False, with nothing changed, when there is more to
  // it, or something wrong with it.
  template <typename T>
  bool Write(const Instance& instance, const FieldPlace& place, const T& value) const {
    if (instance.model != place.model) return false;
    const char* row = Find(instance);
    return row != nullptr && WriteRow(instance, row, place, value);
  }
  template <typename T>
  bool Write(const LiveInstance& instance, const FieldPlace& place, const T& value) const {
    if (instance.model != place.model) return false;
    if (instance.era_ != gate->era) [[unlikely]]
      return Write(static_cast<const Instance&>(instance), place, value);
    return WriteRow(instance, instance.row_, place, value);
  }

 private:
  template <typename T>
  bool WriteRow(const Instance& instance, const char* found, const FieldPlace& place,
                const T& value) const {
    if (place.unjudged_in != gate->schema || !IsStorable(value)) return false;
    if (const std::uint32_t guard = gate->Guard(); guard != 0) {
      constexpr std::uint32_t kManageable = WriteGate::kLogging | WriteGate::kShared;
      if ((guard & ~kManageable) != 0 || !tables[place.model].own) return false;
      if ((guard & WriteGate::kLogging) != 0) LogValue<T>(instance, found, place);
    }
    char* row = const_cast<char*>(found);  // in a page of the store's own
    if constexpr (Unwrapped<T>::kOptional) {
      const auto nulls = static_cast<std::uint8_t>(row[place.null_byte]);
      row[place.null_byte] =
          static_cast<char>(value.has_value() ? nulls & ~place.null_mask : nulls | place.null_mask);
      if (!value.has_value()) return true;
      Store(row + place.offset, *value);
    } else {
      Store(row + place.offset, value);
    }
    return true;
  }
  template <typename T>
  void LogValue(const Instance& instance, const char* row, const FieldPlace& place) const {
    constexpr auto kBytes = UndoRecord::Kind::kBytes;
    if constexpr (Unwrapped<T>::kOptional) {
      gate->undo->AddBytes<1>(kBytes, instance.model, instance.slot, place.null_byte,
                              row + place.null_byte);
    }
    gate->undo->AddBytes<sizeof(typename Unwrapped<T>::type)>(kBytes, instance.model, instance.slot,
                                                              place.offset, row + place.offset);
  }
  template <typename T>
  static bool IsStorable(const T& value) {
    if constexpr (std::same_as<T, double>) return !std::isnan(value);
    if constexpr (std::same_as<T, std::optional<double>>) {
      return !value.has_value() || !std::isnan(*value);
    }
    return true;
  }
  template <InRow T>
  static void Store(char* cell, T value) {
    if constexpr (std::same_as<T, double>) value += 0.0;  // -0.0 is kept as 0.0
    std::memcpy(cell, &value, sizeof(T));
  }
};

}  // namespace relata::internal

#endif  // RELATA_INTERNAL_ROW_ACCESS_H_
