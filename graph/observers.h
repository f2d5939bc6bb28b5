// The observers of one store: who they are, and telling them.
#ifndef RELATA_GRAPH_OBSERVERS_H_
#define RELATA_GRAPH_OBSERVERS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "graph/store_state.h"
#include "relata/change_set.h"
#include "relata/observer.h"

namespace relata::internal {

class Observers {
 public:
  static constexpr std::size_t kMaxDepth = 64;
  static constexpr std::size_t kMaxCommits = 100'000;
  static constexpr std::size_t kMaxFailures = 100;

  explicit Observers(StoreState& state) : state_(&state) {}
  ~Observers();
  Observers(const Observers&) = delete;
  Observers& operator=(const Observers&) = delete;

  struct OfModel {
    std::uint32_t model;
    ModelObserver observer;
  };
  struct OfAssociation {
    Association association;
    AssociationObserver observer;
  };
  using Watcher = std::variant<OfModel, OfAssociation, StoreObserver>;

  static Subscription Subscribe(StoreState& state, Watcher watcher);
  void Cancel(std::uint64_t id);
  bool Has(std::uint64_t id) const;

  // ----- before

  enum class RowEvent { kCreate, kUpdate, kDelete };
  bool WantsRows(RowEvent event) const;
  // The associations whose links somebody wants to hear of before they change, by index.
  std::vector<Association> BeforeLinks() const;
  bool WantsCommits() const;

  // What is asked for one step of an operation: of those who were subscribed when it began.
  class Asking {
   public:
    explicit Asking(Observers& observers);
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking();
    // The refusal, or OK.
    absl::Status Row(RowEvent event, const RowView& row);
    absl::Status Link(const LinkChange& change);

   private:
    Observers& observers_;
    std::uint64_t first_new_;
  };

  // ----- after

  // The outermost savepoint is about to be released: notes what changed since.
  void NoteCommit();
  // It was released: tells of every commit noted, unless that is going on already.
  void TellCommits();
  // ResourceExhausted when observers answer each other without end.
  absl::Status CheckBounds() const;
  std::vector<absl::Status> TakeFailures();

 private:
  struct Entry {
    std::uint64_t id;
    Watcher watcher;
    bool active = true;
  };
  struct Commit {
    std::uint64_t first_new = 0;  // subscriptions from here on came later
    std::size_t depth = 0;        // of answers: 0 for one that no observer made
    ChangeSet changes;
    std::vector<LinkChange> links;
    // What is of one model, and of one association: made for the first observer of it, and shared
    // with all others.
    const ChangeSet& Of(std::uint32_t m);
    const std::vector<LinkChange>& Of(Association association);
    std::vector<std::pair<std::uint32_t, std::unique_ptr<const ChangeSet>>> of_models{};
    std::vector<std::pair<Association, std::unique_ptr<const std::vector<LinkChange>>>>
        of_associations{};
  };

  // Calls `visit` with every active entry older than `first_new`, in order.
  template <typename Visit>
  void ForEach(std::uint64_t first_new, const Visit& visit);
  void Enter() { ++visits_; }
  void Leave();
  void Tell(Commit& commit, const Entry& entry);
  void NoteFailure(const std::string& name, const absl::Status& status);

  StoreState* state_;
  std::vector<std::shared_ptr<Entry>>
      entries_;  // by id; those cancelled during a visit go after it
  std::uint64_t next_id_ = 1;
  int visits_ = 0;
  std::deque<Commit> commits_;
  bool telling_ = false;
  std::size_t depth_ = 0;  // of the commit that is being told of, and its number
  std::size_t told_ = 0;
  std::vector<absl::Status> failures_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_OBSERVERS_H_
