// Saving and loading files: every call to the system may fail, the process may be killed, and the
// file that was there before is still there or the new one is, whole.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/atomic_file.h"
#include "relata/persistence/snapshot.h"
#include "tests/snapshot_world.h"

namespace relata {
namespace {

namespace fs = std::filesystem;
using snapshot_internal::FileCalls;
using snapshot_internal::ReadWholeFile;
using snapshot_internal::WriteFileAtomically;

class SnapshotFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "relata-snapshot-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ / "club.snapshot";
  }
  void TearDown() override {
    std::error_code ignored;
    fs::permissions(folder_, fs::perms::owner_all, ignored);
    fs::remove_all(folder_, ignored);
  }

  static std::string Contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  // The names in the folder.
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  const Schema schema_ = SnapshotWorld::MakeSchema();
  fs::path folder_;
  fs::path path_;
};

TEST_F(SnapshotFileTest, WhatIsSavedLoadsInEitherFormat) {
  const Store store = SnapshotWorld::MakeStore(schema_);
  for (const SnapshotFormat format : {SnapshotFormat::kBinary, SnapshotFormat::kJson}) {
    ASSERT_TRUE(SaveSnapshot(store, path_, format).ok());
    EXPECT_EQ(Contents(path_), SnapshotWorld::Must(EncodeSnapshot(store, format)));
    const absl::StatusOr<Store> loaded = LoadSnapshot(schema_, path_);
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_TRUE(SnapshotWorld::Must(Store::Diff(store, *loaded)).empty());
    EXPECT_EQ(Files(), std::vector<std::string>{"club.snapshot"});
  }
}

TEST_F(SnapshotFileTest, ARelativePathWithoutAFolderIsSaved) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  const absl::Status saved = SaveSnapshot(Store(schema_), "plain");
  fs::current_path(before);
  EXPECT_TRUE(saved.ok()) << saved;
  EXPECT_TRUE(fs::exists(folder_ / "plain"));
}

TEST_F(SnapshotFileTest, ADamagedFileIsDataLossThatNamesThePath) {
  ASSERT_TRUE(WriteFileAtomically(path_, "no snapshot").ok());
  const absl::Status status = LoadSnapshot(schema_, path_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(status.message().find(path_.string()), absl::string_view::npos) << status;
}

TEST_F(SnapshotFileTest, PathsThatCannotBeReadOrWrittenSayWhy) {
  const std::string file = folder_ / "file";
  ASSERT_TRUE(WriteFileAtomically(file, "x").ok());
  struct Case {
    std::string path;
    absl::StatusCode load;
    absl::StatusCode save;
  };
  using Code = absl::StatusCode;
  for (const Case& c : std::vector<Case>{
           {folder_ / "none" / "x", Code::kNotFound, Code::kNotFound},
           {file + "/x", Code::kNotFound, Code::kNotFound},
           {folder_, Code::kFailedPrecondition, Code::kFailedPrecondition},
           {"/dev/full", Code::kFailedPrecondition, Code::kFailedPrecondition},
           {"", Code::kInvalidArgument, Code::kInvalidArgument},
           {folder_.string() + std::string("/a\0b", 4), Code::kInvalidArgument,
            Code::kInvalidArgument},
           {folder_ / std::string(300, 'x'), Code::kInvalidArgument, Code::kInvalidArgument}}) {
    const absl::Status load = LoadSnapshot(schema_, c.path).status();
    EXPECT_EQ(load.code(), c.load) << load;
    const absl::Status save = SaveSnapshot(Store(schema_), c.path);
    EXPECT_EQ(save.code(), c.save) << save;
    if (c.save == Code::kInvalidArgument && c.path.size() < 300) continue;
    EXPECT_NE(load.message().find(c.path), absl::string_view::npos) << load;
    EXPECT_NE(save.message().find(c.path), absl::string_view::npos) << save;
  }
  EXPECT_EQ(LoadSnapshot(schema_, folder_ / "none").status().code(), Code::kNotFound);
  EXPECT_EQ(Files(), std::vector<std::string>{"file"});
}

TEST_F(SnapshotFileTest, APipeIsRefusedAndDoesNotHang) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(LoadSnapshot(schema_, path_).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(SaveSnapshot(Store(schema_), path_).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(fs::is_fifo(path_));
}

TEST_F(SnapshotFileTest, AFolderThatMayNotBeWrittenIsPermissionDenied) {
  ASSERT_TRUE(WriteFileAtomically(path_, "old").ok());
  // The superuser may write anywhere, so a child without those rights tries.
  ASSERT_EQ(chmod(folder_.c_str(), 0555), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) _exit(2);
    _exit(WriteFileAtomically(path_, "new").code() == absl::StatusCode::kPermissionDenied ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(Contents(path_), "old");
}

TEST_F(SnapshotFileTest, AReplacedFileKeepsItsPermissions) {
  ASSERT_TRUE(WriteFileAtomically(path_, "old").ok());
  for (const mode_t mode : {mode_t{0600}, mode_t{0640}, mode_t{0666}}) {
    ASSERT_EQ(chmod(path_.c_str(), mode), 0);
    ASSERT_TRUE(WriteFileAtomically(path_, "new").ok());
    struct stat entry;
    ASSERT_EQ(stat(path_.c_str(), &entry), 0);
    EXPECT_EQ(entry.st_mode & 07777, mode);
  }
}

TEST_F(SnapshotFileTest, ASymbolicLinkStaysAndItsTargetIsReplaced) {
  const fs::path link = folder_ / "link";
  ASSERT_TRUE(WriteFileAtomically(path_, "old").ok());
  fs::create_symlink("club.snapshot", link);
  ASSERT_TRUE(WriteFileAtomically(link, "new").ok());
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(Contents(path_), "new");

  fs::remove(path_);
  EXPECT_EQ(WriteFileAtomically(link, "newer").code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(fs::is_symlink(link));
}

#if !RELATA_SANITIZED  // sanitizers end the process instead
TEST_F(SnapshotFileTest, AFileLargerThanAnyMemoryIsResourceExhausted) {
  if (Contents("/proc/sys/vm/overcommit_memory") == "1\n") {
    GTEST_SKIP() << "this system promises memory that it does not have";
  }
  ASSERT_TRUE(WriteFileAtomically(path_, "").ok());
  if (truncate(path_.c_str(), off_t{1} << 43) != 0) {
    GTEST_SKIP() << "this file system has no files of that size";
  }
  const absl::Status status = LoadSnapshot(schema_, path_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
}
#endif

// Fails the nth call with an error, and makes every write short and every other call interrupted.
class FailingCalls : public FileCalls {
 public:
  FailingCalls(int nth, int error) : nth_(nth), error_(error) {}
  int calls() const { return calls_; }
  bool renamed() const { return renamed_; }

  int Open(const char* path, int flags, mode_t mode) override {
    return Fails() ? -1 : FileCalls::Open(path, flags, mode);
  }
  ssize_t Write(int file, const void* bytes, std::size_t size) override {
    if (Interrupted() || Fails()) return -1;
    return FileCalls::Write(file, bytes, std::min<std::size_t>(size, 100));
  }
  int Chmod(int file, mode_t mode) override { return Fails() ? -1 : FileCalls::Chmod(file, mode); }
  int Sync(int file) override { return Interrupted() || Fails() ? -1 : FileCalls::Sync(file); }
  int Close(int file) override {
    // As on Linux: the file is closed even when this fails.
    const int closed = FileCalls::Close(file);
    return Fails() ? -1 : closed;
  }
  int Rename(const char* from, const char* to) override {
    if (Fails()) return -1;
    renamed_ = true;
    return FileCalls::Rename(from, to);
  }

 private:
  bool Fails() {
    errno = error_;
    return ++calls_ == nth_;
  }
  bool Interrupted() {
    errno = EINTR;
    return (interrupted_ = !interrupted_);
  }
  int nth_;
  int error_;
  int calls_ = 0;
  bool interrupted_ = false;
  bool renamed_ = false;
};

int OpenFiles() {
  int open = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    static_cast<void>(entry);
    ++open;
  }
  return open;
}

TEST_F(SnapshotFileTest, WhicheverCallFailsTheOldContentsStayOrTheNewOnesAreWhole) {
  const std::string new_contents(1050, 'n');
  const int open_files = OpenFiles();
  for (const auto& [error, code] :
       std::vector<std::pair<int, absl::StatusCode>>{{ENOSPC, absl::StatusCode::kResourceExhausted},
                                                     {EDQUOT, absl::StatusCode::kResourceExhausted},
                                                     {EACCES, absl::StatusCode::kPermissionDenied},
                                                     {EROFS, absl::StatusCode::kPermissionDenied},
                                                     {EIO, absl::StatusCode::kInternal}}) {
    bool all_done = false;
    int nth = 1;
    for (; !all_done; ++nth) {
      ASSERT_LT(nth, 100);
      SCOPED_TRACE("call " + std::to_string(nth) + ", errno " + std::to_string(error));
      ASSERT_TRUE(WriteFileAtomically(path_, "old").ok());
      FailingCalls calls(nth, error);
      const absl::Status status = WriteFileAtomically(path_, new_contents, calls);
      all_done = calls.calls() < nth;
      // The close of the synced folder is the last call, and of no consequence.
      if (status.ok()) {
        EXPECT_TRUE(all_done || calls.calls() == nth);
      } else {
        EXPECT_EQ(status.code(), code) << status;
        EXPECT_NE(status.message().find(path_.string()), absl::string_view::npos) << status;
      }
      EXPECT_EQ(Contents(path_), calls.renamed() ? new_contents : "old") << status;
      if (!status.ok() && calls.renamed()) {
        EXPECT_NE(status.message().find("new contents are in place"), absl::string_view::npos);
      }
      EXPECT_EQ(Files(), std::vector<std::string>{"club.snapshot"});
      EXPECT_EQ(OpenFiles(), open_files);
    }
    // open, chmod, 11 writes, sync, close, rename, open, sync, close
    EXPECT_EQ(nth - 2, 19);
  }
}

TEST_F(SnapshotFileTest, AFileThatWouldBeTooLargeIsResourceExhausted) {
  ASSERT_TRUE(WriteFileAtomically(path_, "old").ok());
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {10000, 10000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    const absl::Status status = WriteFileAtomically(path_, std::string(100000, 'n'));
    _exit(status.code() == absl::StatusCode::kResourceExhausted ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(Contents(path_), "old");
  EXPECT_EQ(Files(), std::vector<std::string>{"club.snapshot"});
}

TEST_F(SnapshotFileTest, AProcessKilledWhileSavingLeavesAWholeSnapshot) {
  const Model coach = *schema_.FindModel("coach");
  Store store = SnapshotWorld::MakeStore(schema_);
  ASSERT_TRUE(SaveSnapshot(store, path_).ok());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(4);
  std::size_t last = store.Count(coach);
  int kills = 0, left_behind = 0;
  while (kills < 200 && std::chrono::steady_clock::now() < deadline) {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      // Saves a growing store for ever, and says so at the first.
      for (std::uint32_t n = 0;; ++n) {
        UuidValue code;
        code.bytes[1] = static_cast<std::uint8_t>(n >> 8);
        code.bytes[2] = static_cast<std::uint8_t>(n);
        code.bytes[3] = 1;
        if (!store.Create(coach, {{"code", code}}).ok()) _exit(1);
        if (!SaveSnapshot(store, path_).ok()) _exit(2);
        if (n == 0 && write(ready[1], "r", 1) != 1) _exit(3);
      }
    }
    close(ready[1]);
    char byte = 0;
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    usleep(static_cast<useconds_t>(kills * 37 % 3000));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    ++kills;
    const absl::StatusOr<Store> loaded = LoadSnapshot(schema_, path_);
    ASSERT_TRUE(loaded.ok()) << "kill " << kills << ": " << loaded.status();
    EXPECT_GT(loaded->Count(coach), last);
    for (const std::string& name : Files()) {
      if (name == "club.snapshot") continue;
      ++left_behind;
      fs::remove(folder_ / name);
    }
  }
  EXPECT_GT(kills, 3);
  RecordProperty("kills", kills);
  RecordProperty("temporary_files_left_behind", left_behind);
}

}  // namespace
}  // namespace relata
