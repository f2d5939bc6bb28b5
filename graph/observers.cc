#include "graph/observers.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/change_sets.h"
#include "graph/errors.h"
#include "graph/link_changes.h"
#include "relata/store.h"

namespace relata {

// ----- Subscription

Subscription::Subscription(std::weak_ptr<internal::Observers> observers, std::uint64_t id)
    : observers_(std::move(observers)), id_(id) {}

Subscription::Subscription(Subscription&& other) noexcept
    : observers_(std::exchange(other.observers_, {})), id_(std::exchange(other.id_, 0)) {}

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this == &other) return *this;
  Cancel();
  observers_ = std::exchange(other.observers_, {});
  id_ = std::exchange(other.id_, 0);
  return *this;
}

Subscription::~Subscription() { Cancel(); }

void Subscription::Cancel() {
  if (const auto observers = observers_.lock(); observers != nullptr) observers->Cancel(id_);
  observers_.reset();
  id_ = 0;
}

bool Subscription::active() const {
  const auto observers = observers_.lock();
  return observers != nullptr && observers->Has(id_);
}

namespace internal {
namespace {

std::string Called(const std::string& name) {
  return name.empty() ? "an observer without a name" : absl::StrCat("observer '", name, "'");
}

// What a callback says; what it throws as a status.
template <typename Callback, typename... Arguments>
absl::Status Call(const Callback& callback, Arguments&&... arguments) {
  try {
    return callback(std::forward<Arguments>(arguments)...);
  } catch (const std::exception& error) {
    return absl::UnknownError(absl::StrCat("it threw: ", error.what()));
  } catch (...) {
    return absl::UnknownError("it threw what is no std::exception");
  }
}

std::string Reason(const absl::Status& status) {
  return status.message().empty() ? "" : absl::StrCat(": ", status.message());
}

const auto& CallbackOf(const ModelObserver& observer, Observers::RowEvent event) {
  switch (event) {
    case Observers::RowEvent::kCreate:
      return observer.before_create;
    case Observers::RowEvent::kUpdate:
      return observer.before_update;
    case Observers::RowEvent::kDelete:
      break;
  }
  return observer.before_delete;
}

const auto& CallbackOf(const AssociationObserver& observer, LinkChange::Kind kind) {
  return kind == LinkChange::Kind::kLink ? observer.before_link : observer.before_unlink;
}

const char* Verb(Observers::RowEvent event) {
  switch (event) {
    case Observers::RowEvent::kCreate:
      return " refuses to create ";
    case Observers::RowEvent::kUpdate:
      return " refuses to change ";
    case Observers::RowEvent::kDelete:
      break;
  }
  return " refuses to delete ";
}

ChangeSet RestrictedTo(const ChangeSet& changes, std::uint32_t m) {
  ChangeSet some;
  for (const RowChange& row : changes.rows) {
    if (row.model.index == m) some.rows.push_back(row);
  }
  for (const SequenceChange& sequence : changes.sequences) {
    if (sequence.model.index == m) some.sequences.push_back(sequence);
  }
  return some;
}

}  // namespace

Observers::~Observers() = default;

Subscription Observers::Subscribe(StoreState& state, Watcher watcher) {
  const std::shared_ptr<Observers>& observers = state.MakeObservers();
  const std::uint64_t id = observers->next_id_++;
  observers->entries_.push_back(std::make_shared<Entry>(Entry{id, std::move(watcher)}));
  state.SetObserved(true);
  return Subscription(observers, id);
}

void Observers::Cancel(std::uint64_t id) {
  for (const std::shared_ptr<Entry>& entry : entries_) {
    if (entry->id == id) entry->active = false;
  }
  if (visits_ == 0) Leave();
}

bool Observers::Has(std::uint64_t id) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const auto& entry) { return entry->id == id && entry->active; });
}

// Ends a visit, and with the outermost the entries that were cancelled.
void Observers::Leave() {
  if (visits_ > 0) --visits_;
  if (visits_ > 0) return;
  // What an entry's functions hold may cancel others when it goes: out of the list first.
  std::vector<std::shared_ptr<Entry>> gone;
  for (auto& entry : entries_) {
    if (!entry->active) gone.push_back(std::move(entry));
  }
  std::erase(entries_, nullptr);
  if (entries_.empty()) state_->SetObserved(false);
}

template <typename Visit>
void Observers::ForEach(std::uint64_t first_new, const Visit& visit) {
  Enter();
  // By position: a callback may add entries.
  for (std::size_t i = 0; i < entries_.size() && entries_[i]->id < first_new; ++i) {
    const std::shared_ptr<Entry> entry = entries_[i];
    if (entry->active) visit(*entry);
  }
  Leave();
}

// ----- before

bool Observers::WantsRows(RowEvent event) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    const auto* of = std::get_if<OfModel>(&entry->watcher);
    return of != nullptr && CallbackOf(of->observer, event) != nullptr;
  });
}

std::vector<Association> Observers::BeforeLinks() const {
  std::vector<Association> wanted;
  for (const auto& entry : entries_) {
    const auto* of = std::get_if<OfAssociation>(&entry->watcher);
    if (of == nullptr) continue;
    if (of->observer.before_link == nullptr && of->observer.before_unlink == nullptr) continue;
    wanted.push_back(of->association);
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

Observers::Asking::Asking(Observers& observers)
    : observers_(observers), first_new_(observers.next_id_) {
  observers_.Enter();
}

Observers::Asking::~Asking() { observers_.Leave(); }

absl::Status Observers::Asking::Row(RowEvent event, const RowView& row) {
  absl::Status refusal;
  const StoreState::Callback callback(*observers_.state_);
  observers_.ForEach(first_new_, [&](const Entry& entry) {
    const auto* of = std::get_if<OfModel>(&entry.watcher);
    if (!refusal.ok() || of == nullptr || of->model != row.model().index) return;
    const auto& ask = CallbackOf(of->observer, event);
    if (ask == nullptr) return;
    const absl::Status said = Call(ask, row);
    if (said.ok()) return;
    const Problem problem{
        ErrorKind::kRefused,
        observers_.state_->model(of->model).name,
        row.is_new() ? "" : row.store().KeyOf(row.instance()).ToString(),
        {},
        absl::StrCat(Called(of->observer.name), Verb(event), row.Describe(), Reason(said))};
    refusal = ProblemsError({}, {&problem, 1});
  });
  return refusal;
}

absl::Status Observers::Asking::Link(const LinkChange& change) {
  absl::Status refusal;
  const StoreState::Callback callback(*observers_.state_);
  observers_.ForEach(first_new_, [&](const Entry& entry) {
    const auto* of = std::get_if<OfAssociation>(&entry.watcher);
    if (!refusal.ok() || of == nullptr || of->association != change.association) return;
    const auto& ask = CallbackOf(of->observer, change.kind);
    if (ask == nullptr) return;
    const absl::Status said = Call(ask, *observers_.state_->door(), change);
    if (said.ok()) return;
    const Schema& schema = observers_.state_->schema();
    const AssociationInfo& info = schema[change.association];
    const bool link = change.kind == LinkChange::Kind::kLink;
    refusal = KindError(
        ErrorKind::kRefused,
        absl::StrCat(Called(of->observer.name), link ? " refuses to link " : " refuses to unlink ",
                     schema[info.source].name, " ", change.source.ToString(),
                     link ? " to " : " from ", schema[info.target].name, " ",
                     change.target.ToString(), " (", schema.Describe(change.association), ")",
                     Reason(said)));
  });
  return refusal;
}

// ----- after

bool Observers::WantsCommits() const {
  return std::any_of(entries_.begin(), entries_.end(), [](const auto& entry) {
    return std::visit(
        [](const auto& watcher) {
          if constexpr (requires { watcher.observer; }) {
            return watcher.observer.after_commit != nullptr;
          } else {
            return watcher.after_commit != nullptr;
          }
        },
        entry->watcher);
  });
}

void Observers::NoteCommit() {
  if (!WantsCommits()) return;
  const StoreState::Savepoint& since = state_->savepoints().back();
  Commit commit;
  commit.first_new = next_id_;
  commit.depth = telling_ ? depth_ + 1 : 0;
  commit.changes = ChangesSince(*state_, since);
  std::vector<Association> wanted;
  for (const auto& entry : entries_) {
    const auto* of = std::get_if<OfAssociation>(&entry->watcher);
    if (of != nullptr && of->observer.after_commit != nullptr) wanted.push_back(of->association);
  }
  commit.links = LinksSince(*state_, since, std::move(wanted));
  if (commit.changes.empty() && commit.links.empty()) return;
  commits_.push_back(std::move(commit));
}

void Observers::TellCommits() {
  if (telling_) return;
  telling_ = true;
  told_ = 0;
  Enter();
  while (!commits_.empty()) {
    Commit commit = std::move(commits_.front());
    commits_.pop_front();
    depth_ = commit.depth;
    ++told_;
    ForEach(commit.first_new, [&](const Entry& entry) { Tell(commit, entry); });
  }
  telling_ = false;
  depth_ = 0;
  Leave();
}

const ChangeSet& Observers::Commit::Of(std::uint32_t m) {
  for (const auto& [model, of] : of_models) {
    if (model == m) return *of;
  }
  of_models.emplace_back(m, std::make_unique<const ChangeSet>(RestrictedTo(changes, m)));
  return *of_models.back().second;
}

const std::vector<LinkChange>& Observers::Commit::Of(Association association) {
  for (const auto& [a, of] : of_associations) {
    if (a == association) return *of;
  }
  std::vector<LinkChange> some;
  for (const LinkChange& change : links) {
    if (change.association == association) some.push_back(change);
  }
  of_associations.emplace_back(association,
                               std::make_unique<const std::vector<LinkChange>>(std::move(some)));
  return *of_associations.back().second;
}

void Observers::Tell(Commit& commit, const Entry& entry) {
  Store& store = *state_->door();
  if (const auto* of = std::get_if<OfModel>(&entry.watcher)) {
    if (of->observer.after_commit == nullptr) return;
    const ChangeSet& changes = commit.Of(of->model);
    if (changes.rows.empty()) return;
    NoteFailure(of->observer.name, Call(of->observer.after_commit, store, changes));
  } else if (const auto* links = std::get_if<OfAssociation>(&entry.watcher)) {
    if (links->observer.after_commit == nullptr) return;
    const std::vector<LinkChange>& changes = commit.Of(links->association);
    if (changes.empty()) return;
    NoteFailure(links->observer.name, Call(links->observer.after_commit, store, changes));
  } else if (const auto* all = std::get_if<StoreObserver>(&entry.watcher)) {
    if (all->after_commit == nullptr || commit.changes.empty()) return;
    NoteFailure(all->name, Call(all->after_commit, store, commit.changes));
  }
}

absl::Status Observers::CheckBounds() const {
  if (!telling_ || (depth_ < kMaxDepth && told_ < kMaxCommits)) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "observers keep answering commits with changes of their own (", depth_, " deep, ", told_,
      " in all): let them settle, or make many changes in one transaction"));
}

void Observers::NoteFailure(const std::string& name, const absl::Status& status) {
  if (status.ok() || failures_.size() == kMaxFailures) return;
  failures_.emplace_back(status.code(),
                         absl::StrCat(Called(name), " failed after a commit", Reason(status)));
}

std::vector<absl::Status> Observers::TakeFailures() { return std::exchange(failures_, {}); }

}  // namespace internal
}  // namespace relata
