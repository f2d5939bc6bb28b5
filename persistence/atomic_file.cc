#include "persistence/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace relata::snapshot_internal {

int FileCalls::Open(const char* path, int flags, mode_t mode) { return open(path, flags, mode); }
ssize_t FileCalls::Write(int file, const void* bytes, std::size_t size) {
  return write(file, bytes, size);
}
int FileCalls::Chmod(int file, mode_t mode) { return fchmod(file, mode); }
int FileCalls::Sync(int file) { return fsync(file); }
int FileCalls::Close(int file) { return close(file); }
int FileCalls::Rename(const char* from, const char* to) { return rename(from, to); }
int FileCalls::Unlink(const char* path) { return unlink(path); }

namespace {

absl::Status ErrnoStatus(const std::string& what, const std::string& path, int error) {
  const std::string message =
      absl::StrCat("cannot ", what, " ", path, ": ", std::generic_category().message(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(message);
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(message);
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return absl::ResourceExhaustedError(message);
    case ENAMETOOLONG:
    case ELOOP:
      return absl::InvalidArgumentError(message);
    default:
      return absl::InternalError(message);
  }
}

absl::Status CheckPath(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("a path must not be empty or hold a NUL character");
  }
  return absl::OkStatus();
}

// The file that the path stands for, past symbolic links; the path itself when there is none yet.
absl::StatusOr<std::string> Resolve(const std::string& path) {
  struct stat entry;
  if (lstat(path.c_str(), &entry) != 0 || !S_ISLNK(entry.st_mode)) return path;
  const std::unique_ptr<char, decltype(&std::free)> target(realpath(path.c_str(), nullptr),
                                                           &std::free);
  if (target == nullptr) return ErrnoStatus("follow the symbolic link", path, errno);
  return std::string(target.get());
}

// Repeats a call that a signal has interrupted.
template <typename Call>
auto Uninterrupted(Call call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

// An open file that closes itself on the way out of an error.
class File {
 public:
  File(int file, FileCalls& calls) : file_(file), calls_(calls) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (file_ >= 0) calls_.Close(file_);
  }
  int get() const { return file_; }
  int Close() { return calls_.Close(std::exchange(file_, -1)); }

 private:
  int file_;
  FileCalls& calls_;
};

// Fills the temporary file, and closes it.
absl::Status Fill(File& file, const std::string& path, std::string_view bytes,
                  std::optional<mode_t> mode, FileCalls& calls) {
  if (mode.has_value() && calls.Chmod(file.get(), *mode) != 0) {
    return ErrnoStatus("set the permissions of", path, errno);
  }
  while (!bytes.empty()) {
    const ssize_t written =
        Uninterrupted([&] { return calls.Write(file.get(), bytes.data(), bytes.size()); });
    if (written < 0) return ErrnoStatus("write", path, errno);
    // A disk that takes nothing and gives no reason would keep this loop for ever.
    if (written == 0) return ErrnoStatus("write", path, ENOSPC);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (Uninterrupted([&] { return calls.Sync(file.get()); }) != 0) {
    return ErrnoStatus("sync", path, errno);
  }
  // Not repeated when interrupted: Linux has closed the file even so, and it is synced.
  if (file.Close() != 0 && errno != EINTR) return ErrnoStatus("close", path, errno);
  return absl::OkStatus();
}

// Makes a rename in the folder of `path` last.
absl::Status SyncFolder(const std::string& path, FileCalls& calls) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "."
                             : slash == 0               ? "/"
                                                        : path.substr(0, slash);
  const int opened = Uninterrupted(
      [&] { return calls.Open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0); });
  if (opened >= 0) {
    File file(opened, calls);
    // EINVAL: a file system that does not sync folders has nothing to sync.
    if (Uninterrupted([&] { return calls.Sync(opened); }) == 0 || errno == EINVAL) {
      return absl::OkStatus();
    }
    const int error = errno;
    return ErrnoStatus(
        "sync the folder, so the new contents are in place but may not survive a "
        "power cut, of",
        path, error);
  }
  return ErrnoStatus(
      "open the folder to sync it, so the new contents are in place but may not "
      "survive a power cut, of",
      path, errno);
}

std::string TemporaryName(const std::string& path) {
  static std::atomic<std::uint64_t> number{0};
  return absl::StrCat(path, ".tmp-", getpid(), "-", number.fetch_add(1));
}

}  // namespace

absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes) {
  FileCalls calls;
  return WriteFileAtomically(path, bytes, calls);
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes,
                                 FileCalls& calls) {
  if (absl::Status good = CheckPath(path); !good.ok()) return good;
  const absl::StatusOr<std::string> target = Resolve(path);
  if (!target.ok()) return target.status();
  std::optional<mode_t> mode;
  struct stat old;
  if (stat(target->c_str(), &old) == 0) {
    if (!S_ISREG(old.st_mode)) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot replace ", path, ": it is no regular file"));
    }
    mode = old.st_mode & 07777;
  }

  // A file of that name can only be left from a killed process that had this one's id.
  std::string temporary;
  int opened = -1;
  do {
    temporary = TemporaryName(*target);
    // Private until it has the permissions of the file that it replaces.
    opened = calls.Open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                        mode.has_value() ? 0600 : 0666);
  } while (opened < 0 && (errno == EINTR || errno == EEXIST));
  if (opened < 0) return ErrnoStatus("create a file beside", path, errno);
  File file(opened, calls);

  absl::Status done = Fill(file, path, bytes, mode, calls);
  if (done.ok() && calls.Rename(temporary.c_str(), target->c_str()) != 0) {
    done = ErrnoStatus("replace", path, errno);
  }
  if (!done.ok()) {
    calls.Unlink(temporary.c_str());
    return done;
  }
  return SyncFolder(*target, calls);
}

absl::StatusOr<FileContents> ReadWholeFile(const std::string& path) {
  if (absl::Status good = CheckPath(path); !good.ok()) return good;
  // Not blocking, for a path that turns out to be a pipe; a regular file does not mind.
  const int opened =
      Uninterrupted([&] { return open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); });
  if (opened < 0) return ErrnoStatus("open", path, errno);
  FileCalls calls;
  const File file(opened, calls);
  struct stat entry;
  if (fstat(opened, &entry) != 0) return ErrnoStatus("read", path, errno);
  if (!S_ISREG(entry.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot read ", path, ": it is no regular file"));
  }
  FileContents contents;
  const auto size = static_cast<std::size_t>(entry.st_size);
  // Not filled with zeros only to be overwritten. A file of many holes may exceed any memory.
  try {
    contents.bytes = {static_cast<char*>(internal::AllocateLarge(size)), FreeContents{size}};
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        absl::StrCat("cannot read ", path, ": no memory for its ", entry.st_size, " bytes"));
  }
  while (contents.size < size) {
    char* to = contents.bytes.get() + contents.size;
    const ssize_t got = Uninterrupted([&] { return read(opened, to, size - contents.size); });
    if (got < 0) return ErrnoStatus("read", path, errno);
    if (got == 0) break;  // it has become shorter meanwhile; what was read is judged as it is
    contents.size += static_cast<std::size_t>(got);
  }
  return contents;
}

}  // namespace relata::snapshot_internal
