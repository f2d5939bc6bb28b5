// Carries a draft out on a store, step by step: what it takes one after the other, deepest first,
// is kept on a list, so the depth of a draft costs memory and no stack. Every step judges itself;
// who calls wraps them in a transaction and rolls back on an error (rules R9, R13, R17).
#ifndef RELATA_GRAPH_DRAFT_WRITER_H_
#define RELATA_GRAPH_DRAFT_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/accessor.h"
#include "graph/operations.h"
#include "graph/store_state.h"
#include "relata/draft.h"

namespace relata::internal {

class DraftWriter {
 public:
  // REQUIRES: both outlive this.
  DraftWriter(StoreState& state, const Draft& draft);

  // Exactly one of these is called, once. The root becomes a new row of a model, a new row that is
  // linked to `source`, or is what becomes of `instance`.
  absl::Status Create(Model model);
  absl::Status CreateBy(Instance source, Association association, const Values& through);
  absl::Status Update(Instance instance);

  // By row of the draft, when it has succeeded.
  std::vector<Instance> TakeInstances() && { return std::move(instances_); }

 private:
  // What a row gives to one of its associations.
  struct Part {
    Association association;
    std::uint32_t index = kNoPart;  // in the draft
    bool whole = false;             // it is given to all of several alternatives
  };
  // What a row belongs to, when it is there.
  struct Parent {
    Association association;
    std::optional<Instance> instance;  // none: the key becomes null
    bool whole = false;                // whichever of several models it is of
  };
  // What a link makes an attribute of the row be.
  struct LinkClaim {
    AttributeValue value;
    Association by;
  };
  using Claims = std::vector<LinkClaim>;
  // A row under way, and how it hangs on the row of the frame below.
  struct Frame {
    std::uint32_t row = 0;  // of the draft
    Model model{};
    std::optional<Part> origin{};
    std::uint32_t position = 0;          // in the list of the origin
    std::optional<Instance> instance{};  // one that exists, or as soon as it is created
    AttributeValues values{};
    AttributeValues through{};
    std::vector<Parent> parents{};
    absl::InlinedVector<Part, 2> parts{};  // what it belongs to first
    bool resolved = false;
    bool written = false;
    // How far it has come: the part, whether that has begun, and its row that is next.
    std::uint32_t part = 0;
    bool begun = false;
    std::uint32_t next_row = kNoPart;
    std::uint32_t next_position = 0;
  };

  const DraftNode& node(std::uint32_t row) const { return draft_.rows()[row]; }
  const DraftPart& part(std::uint32_t index) const { return draft_.parts()[index]; }
  const AssociationInfo& info(Association association) const {
    return state_.schema().associations()[association.index];
  }
  bool belongs_to(Association association) const {
    return info(association).kind == AssociationKind::kBelongsTo;
  }

  absl::Status Run(Frame root);
  // Carries the frame on top further, until another comes to lie on it or it is done.
  absl::Status Step();

  // Names to attributes and associations.
  absl::Status Resolve(Frame& frame);
  absl::Status ResolvePart(Frame& frame, std::uint32_t index);
  absl::Status ResolveValue(Frame& frame, std::uint32_t attribute, std::uint32_t index);
  absl::Status ResolveAssociation(Frame& frame, Association association, std::uint32_t index);
  absl::Status ResolveOneOf(Frame& frame, OneOf one_of, std::uint32_t index);
  absl::StatusOr<std::optional<Model>> ModelOf(const DraftNode& row) const;
  // Values of a join row: of With, or nested under the join model's name.
  absl::Status ResolveThrough(Frame& frame, const Values& through);
  absl::Status ResolveNestedThrough(Frame& frame, std::uint32_t index);

  // Begins a part: what is unlinked, and what is given as a key.
  absl::Status Begin(Frame& frame, const Part& part);
  absl::Status UnlinkOthers(const Frame& frame, const Part& part);
  // Connects the next row of a part, or lays a frame for it on top.
  absl::Status Advance(Frame& frame, const Part& part);
  absl::StatusOr<Instance> Connect(Frame& frame, const Part& part, const Target& target,
                                   const Values& through);

  // What the row belongs to, as values for its foreign keys (draft_links.cc). InvalidArgument: two
  // links, or one and that to the row around it, that cannot both be.
  absl::Status AddLinks(const Frame& frame, AttributeValues& values) const;
  absl::Status CheckOrigin(const Frame& frame, Claims claims) const;
  absl::Status Claim(Claims& claims, Association association, Model model,
                     const AttributeValues& link, const std::vector<ScopeEntry>& scope) const;
  absl::Status Conflict(Association a, Association b, std::string_view why) const;

  // Creates or updates the row itself, and links it to where it comes from.
  absl::Status Write(Frame& frame);
  absl::StatusOr<Instance> CreateInstance(const Frame& frame, AttributeValues values);
  absl::Status LinkToOrigin(const Frame& frame);
  // The accessor by which the frame on top hangs on what is below.
  absl::StatusOr<Accessor> OriginOf(const Frame& frame);

  absl::StatusOr<Instance> Find(Model model, const Target& target) const;
  // The attribute of a model that a name means, if it means one.
  std::optional<std::uint32_t> AttributeOf(Model model, const DraftName& name) const;
  // The belongsTo of a model that a part means, if it means one.
  std::optional<Association> BelongsToOf(Model model, std::uint32_t part) const;
  // What a row that has not come up yet gives its attributes, by value or by what it belongs to.
  AttributeValues Given(Model model, std::uint32_t row) const;
  // The instance that has a unique key of which the values give every attribute.
  std::optional<Instance> Known(Model model, const AttributeValues& values) const;

  // The status, with where it came from in front: the row of the frame on top, or a name in it.
  absl::Status AtRow(const absl::Status& status) const;
  absl::Status AtName(std::uint32_t part, const absl::Status& status) const;
  absl::Status AtElement(const Part& part, std::uint32_t position,
                         const absl::Status& status) const;
  std::string Path() const;
  std::string NameOf(std::uint32_t part) const;
  std::string ElementOf(const Part& part, std::uint32_t position) const;

  StoreState& state_;
  const Draft& draft_;
  std::optional<std::pair<Instance, Association>> source_;  // of the root
  std::vector<Frame> frames_;
  std::vector<Instance> instances_;
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_DRAFT_WRITER_H_
