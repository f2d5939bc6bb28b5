// The cereal archives of a snapshot's body: little-endian on every machine, and bounded when read.
//
// Promise: ByteReader never reads past its bytes and never allocates. A count is believed only when
// the bytes that are left could hold that many elements. What it refuses, it throws as a
// cereal::Exception whose text ends with the place; whoever reads with it catches that.
//
//   u8, i64, ...   fixed width, little-endian; double as the bits of IEEE 754 binary64
//   bool           one byte, 0 or 1
//   size           LEB128: 7 bits a byte, low ones first, in as few bytes as possible
//   bytes          size byte*
//
// Sized things are read as views of the input. There is no support for pointers, containers or
// polymorphic types, so no input can ask for any.
#ifndef RELATA_PERSISTENCE_SNAPSHOT_ARCHIVE_H_
#define RELATA_PERSISTENCE_SNAPSHOT_ARCHIVE_H_

#include <bit>
#include <cereal/cereal.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace relata::snapshot_internal {

// Either a number of elements or a length.
struct Size {
  std::uint64_t value = 0;
  // How few bytes one element takes: what a reader judges the value by.
  std::uint64_t least = 1;
};

// The bits of a number in the order of the file, which is its own inverse.
template <typename T>
T LittleEndian(T value) {
  if constexpr (std::endian::native == std::endian::big && sizeof(T) > 1) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    for (std::size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(bytes[i], bytes[sizeof(T) - 1 - i]);
    std::memcpy(&value, bytes, sizeof(T));
  }
  return value;
}

template <typename T>
concept FixedWidth = std::is_integral_v<T> && !std::is_same_v<T, bool>;

class ByteWriter : public cereal::OutputArchive<ByteWriter, cereal::AllowEmptyClassElision> {
 public:
  ByteWriter() : cereal::OutputArchive<ByteWriter, cereal::AllowEmptyClassElision>(this) {}

  void Put(const void* bytes, std::size_t size) {
    bytes_.append(static_cast<const char*>(bytes), size);
  }
  std::string Take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader : public cereal::InputArchive<ByteReader, cereal::AllowEmptyClassElision> {
 public:
  explicit ByteReader(std::string_view bytes)
      : cereal::InputArchive<ByteReader, cereal::AllowEmptyClassElision>(this),
        bytes_(bytes),
        left_(bytes) {}

  std::size_t left() const { return left_.size(); }
  std::string_view Take(std::uint64_t size) {
    if (size > left_.size()) {
      Refuse(std::to_string(size) + " bytes are announced, " + std::to_string(left_.size()) +
             " are left");
    }
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  // " at byte 17 of 99"
  std::string Place() const {
    return " at byte " + std::to_string(bytes_.size() - left_.size()) + " of " +
           std::to_string(bytes_.size());
  }
  [[noreturn]] void Refuse(const std::string& why) const { throw cereal::Exception(why + Place()); }

 private:
  std::string_view bytes_;
  std::string_view left_;
};

template <FixedWidth T>
void CEREAL_SAVE_FUNCTION_NAME(ByteWriter& archive, const T& value) {
  const T bits = LittleEndian(value);
  archive.Put(&bits, sizeof(bits));
}

template <FixedWidth T>
void CEREAL_LOAD_FUNCTION_NAME(ByteReader& archive, T& value) {
  std::memcpy(&value, archive.Take(sizeof(T)).data(), sizeof(T));
  value = LittleEndian(value);
}

inline void CEREAL_SAVE_FUNCTION_NAME(ByteWriter& archive, const double& value) {
  archive(std::bit_cast<std::uint64_t>(value));
}

inline void CEREAL_LOAD_FUNCTION_NAME(ByteReader& archive, double& value) {
  std::uint64_t bits = 0;
  archive(bits);
  value = std::bit_cast<double>(bits);
}

inline void CEREAL_SAVE_FUNCTION_NAME(ByteWriter& archive, const bool& value) {
  archive(static_cast<std::uint8_t>(value));
}

inline void CEREAL_LOAD_FUNCTION_NAME(ByteReader& archive, bool& value) {
  std::uint8_t byte = 0;
  archive(byte);
  if (byte > 1) archive.Refuse("a boolean is neither 0 nor 1");
  value = byte == 1;
}

inline void CEREAL_SAVE_FUNCTION_NAME(ByteWriter& archive, const Size& size) {
  std::uint64_t rest = size.value;
  for (; rest >= 0x80; rest >>= 7) archive(static_cast<std::uint8_t>(rest | 0x80));
  archive(static_cast<std::uint8_t>(rest));
}

inline void CEREAL_LOAD_FUNCTION_NAME(ByteReader& archive, Size& size) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    std::uint8_t byte = 0;
    archive(byte);
    if (shift == 63 && byte > 1) archive.Refuse("a size exceeds 64 bits");
    if (shift > 0 && byte == 0) archive.Refuse("a size is longer than it need be");
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  if (value > archive.left() / size.least) {
    archive.Refuse("a size of " + std::to_string(value) + " does not fit the " +
                   std::to_string(archive.left()) + " bytes left");
  }
  size.value = value;
}

inline void CEREAL_SAVE_FUNCTION_NAME(ByteWriter& archive, const std::string_view& bytes) {
  archive(Size{bytes.size()});
  archive.Put(bytes.data(), bytes.size());
}

inline void CEREAL_LOAD_FUNCTION_NAME(ByteReader& archive, std::string_view& bytes) {
  Size size;
  archive(size);
  bytes = archive.Take(size.value);
}

}  // namespace relata::snapshot_internal

CEREAL_REGISTER_ARCHIVE(relata::snapshot_internal::ByteWriter)
CEREAL_REGISTER_ARCHIVE(relata::snapshot_internal::ByteReader)
CEREAL_SETUP_ARCHIVE_TRAITS(relata::snapshot_internal::ByteReader,
                            relata::snapshot_internal::ByteWriter)

#endif  // RELATA_PERSISTENCE_SNAPSHOT_ARCHIVE_H_
