// A store with its twins, and the forks of them: what a random run works on.
#ifndef RELATA_TESTS_RANDOM_WORLDS_H_
#define RELATA_TESTS_RANDOM_WORLDS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "relata/store.h"
#include "relata/transaction.h"
#include "tests/model_store.h"
#include "tests/random_run.h"
#include "tests/sqlite_twin.h"

namespace relata::testing {

class World {
 public:
  World(const Schema& schema, ModelStore::Fault fault, std::unique_ptr<SqliteTwin> sqlite);

  // Carries the operation out everywhere, and says what differs; empty when nothing does. What
  // cannot be done now (no transaction is open, no row has the key) is left out.
  std::string Do(const Operation& operation);
  // nullptr inside a transaction, where the store must refuse.
  std::unique_ptr<World> Fork();
  // Everything that can be compared.
  std::string Difference();

  const ModelStore& twin() const { return twin_; }
  const std::optional<bool>& verdict() const { return verdict_; }  // of the last change
  bool sqlite_parted() const { return sqlite_parted_; }

 private:
  World(Store store, const World& from);
  std::string Change(const Operation& operation);
  SqliteTwin::Verdict CreateInSqlite(const Operation& operation, std::int64_t next_key);
  std::string CompareSqlite(SqliteTwin::Verdict verdict, bool ok);
  std::string Begin();
  std::string Commit();
  std::string Rollback();
  std::string CheckHandles();

  Store store_;
  ModelStore twin_;
  std::unique_ptr<SqliteTwin> sqlite_;  // nullptr without one
  bool sqlite_parted_ = false;
  std::map<ModelStore::RowId, Instance> handles_;  // of all rows that there have been
  std::optional<bool> verdict_;
  std::optional<Store> at_begin_;  // as the store was when the outermost transaction began
  std::vector<Transaction> transactions_;
};

}  // namespace relata::testing

#endif  // RELATA_TESTS_RANDOM_WORLDS_H_
