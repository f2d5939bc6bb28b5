// A second twin: SQLite itself, in memory, with foreign keys on and the tables that relata
// generates for a schema. It is given the statements that say in SQL what the store is told to do.
#ifndef RELATA_TESTS_SQLITE_TWIN_H_
#define RELATA_TESTS_SQLITE_TWIN_H_

#include <sqlite3.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "relata/schema.h"
#include "tests/model_store.h"

namespace relata::testing {

class SqliteTwin {
 public:
  // `create_statements` make the tables of the schema.
  SqliteTwin(Schema schema, const std::vector<std::string>& create_statements);

  // An independent database with the same contents. REQUIRES: no transaction is open.
  std::unique_ptr<SqliteTwin> Clone() const;

  // Why the statement was refused.
  enum class Verdict { kDone, kForeignKey, kUnique, kNotNull, kOther };
  Verdict Create(Model model, const std::vector<ModelStore::Assign>& values);
  Verdict Update(Model model, const std::vector<Key>& keys,
                 const std::vector<ModelStore::Assign>& values);
  Verdict Delete(Model model, const std::vector<Key>& keys);
  // Transactions, named by how many are open around them.
  Verdict Begin(std::size_t depth);
  Verdict Commit(std::size_t depth);
  Verdict Rollback(std::size_t depth);

  // How the rows differ from the twin's; empty when they do not.
  std::string Difference(const ModelStore& twin) const;
  // What SQLite said last.
  const std::string& message() const { return message_; }

 private:
  struct Closer {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };
  SqliteTwin(Schema schema, std::unique_ptr<sqlite3, Closer> db);
  static std::unique_ptr<sqlite3, Closer> OpenInMemory();
  Verdict Run(const std::string& sql);
  Verdict Change(const std::string& sql);
  std::string Where(Model model, const std::vector<Key>& keys) const;
  std::vector<std::vector<Value>> Rows(const ModelInfo& model) const;

  Schema schema_;
  std::unique_ptr<sqlite3, Closer> db_;
  std::string message_;
};

}  // namespace relata::testing

#endif  // RELATA_TESTS_SQLITE_TWIN_H_
