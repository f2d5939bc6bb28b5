// Whole files, written so that a reader sees the old contents or the new ones and never a mixture,
// whatever fails or is killed meanwhile.
//
// Promise: when WriteFileAtomically returns OK, the new contents are on the disk under the path,
// and survive a power cut. When it returns an error, the path holds what it held, and nothing new
// stands beside it; one error (the folder could not be synced) says that it holds the new contents,
// whole. A process that is killed in the middle may leave a file named PATH.tmp-PID-N behind, which
// nothing reads.
#ifndef RELATA_PERSISTENCE_ATOMIC_FILE_H_
#define RELATA_PERSISTENCE_ATOMIC_FILE_H_

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relata/internal/large_memory.h"

namespace relata::snapshot_internal {

// The calls to the system that writing a file is made of, so that tests can make each of them fail.
// As the POSIX functions of these names: -1, and errno says why.
class FileCalls {
 public:
  virtual ~FileCalls() = default;
  virtual int Open(const char* path, int flags, mode_t mode);
  virtual ssize_t Write(int file, const void* bytes, std::size_t size);
  virtual int Chmod(int file, mode_t mode);
  virtual int Sync(int file);
  virtual int Close(int file);
  virtual int Rename(const char* from, const char* to);
  virtual int Unlink(const char* path);
};

// Replaces or creates the file. A file that is replaced keeps its permissions; a symbolic link
// stays, and what it points to is replaced. Codes as for SaveSnapshot.
absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes);
absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes, FileCalls& calls);

struct FreeContents {
  void operator()(char* memory) const { internal::FreeLarge(memory, room); }
  std::size_t room = 0;
};
struct FileContents {
  std::unique_ptr<char, FreeContents> bytes;
  std::size_t size = 0;
  std::string_view view() const { return {bytes.get(), size}; }
};

// The contents of a regular file. Codes as for LoadSnapshot.
absl::StatusOr<FileContents> ReadWholeFile(const std::string& path);

}  // namespace relata::snapshot_internal

#endif  // RELATA_PERSISTENCE_ATOMIC_FILE_H_
