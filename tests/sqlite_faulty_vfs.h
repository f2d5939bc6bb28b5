// A file system for SQLite that fails on demand: at the n-th call that reads, writes, syncs, opens
// or deletes, once or from then on. It stands before SQLite's own and is the default for new
// connections while the object lives.
#ifndef RELATA_TESTS_SQLITE_FAULTY_VFS_H_
#define RELATA_TESTS_SQLITE_FAULTY_VFS_H_

#include <sqlite3.h>

#include <cstring>

namespace relata::testing {

class FaultyVfs {
 public:
  struct Plan {
    long fail_at = 0;  // counted from 1; 0 never fails
    bool from_then_on = false;
    int write_error = SQLITE_IOERR_WRITE;
    bool fail_after_deleting = false;  // only deletes fail, and after having deleted
  };

  FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    real_of() = real_;
    vfs_.zName = "relata-faulty";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.pNext = nullptr;
    vfs_.xOpen = &Open;
    vfs_.xDelete = &Delete;
    sqlite3_vfs_register(&vfs_, 1);
    Disarm();
  }
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;
  ~FaultyVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
  }

  void Arm(const Plan& plan) { state() = State{plan, 0, true}; }
  void Disarm() { state().armed = false; }
  // Calls counted since the last Arm.
  long calls() const { return state().calls; }

 private:
  struct State {
    Plan plan;
    long calls = 0;
    bool armed = false;
  };
  // The real file follows it in memory.
  struct File {
    sqlite3_file base;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static State& state() {
    static State s;
    return s;
  }
  static sqlite3_vfs*& real_of() {
    static sqlite3_vfs* vfs = nullptr;
    return vfs;
  }
  static bool Fails() {
    State& s = state();
    if (!s.armed || s.plan.fail_after_deleting) return false;
    ++s.calls;
    return s.calls == s.plan.fail_at ||
           (s.plan.from_then_on && s.plan.fail_at > 0 && s.calls > s.plan.fail_at);
  }
  static sqlite3_file* Real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

  static int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    file->pMethods = nullptr;
    if (Fails()) return SQLITE_CANTOPEN;
    std::memset(Real(file), 0, static_cast<std::size_t>(real_of()->szOsFile));
    const int code = real_of()->xOpen(real_of(), name, Real(file), flags, out);
    if (Real(file)->pMethods != nullptr) file->pMethods = Methods();
    return code;
  }
  static int Delete(sqlite3_vfs*, const char* name, int sync) {
    if (Fails()) return SQLITE_IOERR_DELETE;
    const int code = real_of()->xDelete(real_of(), name, sync);
    State& s = state();
    if (s.armed && s.plan.fail_after_deleting) {
      ++s.calls;
      // From here on, nothing works: what happened cannot even be read back.
      s.plan.fail_after_deleting = false;
      s.plan.fail_at = 1;
      return SQLITE_IOERR_DELETE;
    }
    return code;
  }

  static const sqlite3_io_methods* Methods() {
    static const sqlite3_io_methods methods = [] {
      sqlite3_io_methods m{};
      // Version 1 has no shared memory: what is tested here keeps a rollback journal.
      m.iVersion = 1;
      m.xClose = [](sqlite3_file* f) { return Real(f)->pMethods->xClose(Real(f)); };
      m.xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
        return Fails() ? SQLITE_IOERR_READ : Real(f)->pMethods->xRead(Real(f), to, size, at);
      };
      m.xWrite = [](sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
        return Fails() ? state().plan.write_error
                       : Real(f)->pMethods->xWrite(Real(f), from, size, at);
      };
      m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
        return Fails() ? SQLITE_IOERR_TRUNCATE : Real(f)->pMethods->xTruncate(Real(f), size);
      };
      m.xSync = [](sqlite3_file* f, int flags) {
        return Fails() ? SQLITE_IOERR_FSYNC : Real(f)->pMethods->xSync(Real(f), flags);
      };
      m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
        return Fails() ? SQLITE_IOERR_FSTAT : Real(f)->pMethods->xFileSize(Real(f), size);
      };
      m.xLock = [](sqlite3_file* f, int lock) { return Real(f)->pMethods->xLock(Real(f), lock); };
      m.xUnlock = [](sqlite3_file* f, int lock) {
        return Real(f)->pMethods->xUnlock(Real(f), lock);
      };
      m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
        return Real(f)->pMethods->xCheckReservedLock(Real(f), out);
      };
      m.xFileControl = [](sqlite3_file* f, int op, void* argument) {
        return Real(f)->pMethods->xFileControl(Real(f), op, argument);
      };
      m.xSectorSize = [](sqlite3_file* f) { return Real(f)->pMethods->xSectorSize(Real(f)); };
      m.xDeviceCharacteristics = [](sqlite3_file* f) {
        return Real(f)->pMethods->xDeviceCharacteristics(Real(f));
      };
      return m;
    }();
    return &methods;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
};

}  // namespace relata::testing

#endif  // RELATA_TESTS_SQLITE_FAULTY_VFS_H_
