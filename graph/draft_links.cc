// What a row of a draft belongs to, as values for its foreign keys and their discriminators. Two
// links that want the same attribute to be different are a mistake: whichever came last would win.
#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "graph/arcs.h"
#include "graph/describe.h"
#include "graph/draft_writer.h"
#include "graph/errors.h"

namespace relata::internal {
namespace {

// Of several values for an attribute the last, or what it has without one: in a row that exists, or
// by default in a new one (kNoSlot).
ValueView ValueOf(const StoreState& state, Model model, std::uint32_t slot, std::uint32_t attribute,
                  const AttributeValues& values) {
  for (std::size_t i = values.size(); i-- > 0;) {
    if (values[i].attribute == attribute) return values[i].value;
  }
  return slot != kNoSlot ? state.View(model.index, slot, attribute)
                         : state.model(model.index).attributes[attribute].default_value.view();
}

bool AreAlternatives(const Arc& arc, ForeignKey a, ForeignKey b) {
  const auto has = [&](ForeignKey f) {
    return std::any_of(arc.alternatives.begin(), arc.alternatives.end(),
                       [&](const Arc::Alternative& alternative) { return alternative.f == f; });
  };
  return a != b && has(a) && has(b);
}

}  // namespace

absl::Status DraftWriter::Conflict(Association a, Association b, std::string_view why) const {
  return AtRow(absl::InvalidArgumentError(
      absl::StrCat(state_.schema().Describe(a), " and ", state_.schema().Describe(b),
                   " are both given, and ", Asv(why), ": leave one of them out")));
}

absl::Status DraftWriter::Claim(Claims& claims, Association association, Model model,
                                const AttributeValues& link,
                                const std::vector<ScopeEntry>& scope) const {
  const std::size_t earlier = claims.size();
  const auto name = [&](std::uint32_t attribute) {
    return state_.model(model.index).attributes[attribute].name;
  };
  for (std::size_t i = 0; i < earlier; ++i) {
    const AttributeValue& claim = claims[i].value;
    for (const AttributeValue& own : link) {
      if (own.attribute != claim.attribute || Equal(own.value, claim.value)) continue;
      return Conflict(claims[i].by, association,
                      absl::StrCat(name(own.attribute), " would be ", ToString(claim.value),
                                   " for one and ", ToString(own.value), " for the other"));
    }
    for (const ScopeEntry& entry : scope) {
      if (entry.attribute != claim.attribute || Allows(entry, claim.value)) continue;
      return Conflict(claims[i].by, association,
                      absl::StrCat(name(entry.attribute), " would be ", ToString(claim.value),
                                   " for one and ", entry.values[0].ToString(), " for the other"));
    }
  }
  for (const AttributeValue& own : link) claims.push_back({own, association});
  return absl::OkStatus();
}

// The row that is around this one may be what it belongs to as well, and wins over a null for it.
absl::Status DraftWriter::CheckOrigin(const Frame& frame, Claims claims) const {
  if (claims.empty() || (!frame.origin.has_value() && !source_.has_value())) {
    return absl::OkStatus();
  }
  const Association association =
      frame.origin.has_value() ? frame.origin->association : source_->second;
  const AssociationInfo& origin = info(association);
  if (origin.kind != AssociationKind::kHasOne && origin.kind != AssociationKind::kHasMany) {
    return absl::OkStatus();
  }
  const Instance source =
      frame.origin.has_value() ? *frames_[frames_.size() - 2].instance : source_->first;
  for (const Arc& arc : state_.arcs(frame.model.index)) {
    for (const LinkClaim& claim : claims) {
      if (AreAlternatives(arc, info(claim.by).foreign_key, origin.foreign_key)) {
        return Conflict(association, claim.by,
                        absl::StrCat(state_.schema().Describe(arc.one_of), " refers to one"));
      }
    }
  }
  AttributeValues link;
  // One that cannot be referred to is told when the row is linked to it.
  if (!Refer(state_, origin.foreign_key, source.slot, link).ok()) return absl::OkStatus();
  return Claim(claims, association, frame.model, link, origin.scope);
}

absl::Status DraftWriter::AddLinks(const Frame& frame, AttributeValues& values) const {
  const std::uint32_t slot = frame.instance.has_value() ? frame.instance->slot : kNoSlot;
  const auto value_of = [&](std::uint32_t attribute) {
    return ValueOf(state_, frame.model, slot, attribute, values);
  };
  Claims claims;
  for (const Parent& parent : frame.parents) {
    if (!parent.instance.has_value()) continue;
    const AssociationInfo& of = info(parent.association);
    AttributeValues link;
    absl::Status status = CheckAlive(state_, *parent.instance);
    if (status.ok()) status = Refer(state_, of.foreign_key, parent.instance->slot, link);
    if (!status.ok()) return AtRow(status);
    RELATA_RETURN_IF_ERROR(Claim(claims, parent.association, frame.model, link, of.source_scope));
    values.insert(values.end(), link.begin(), link.end());
    MeetScopeOf(state_, frame.model, slot, of.source_scope, values);
    for (const ScopeEntry& entry : of.source_scope) {
      claims.push_back({{entry.attribute, value_of(entry.attribute)}, parent.association});
    }
  }
  RELATA_RETURN_IF_ERROR(CheckOrigin(frame, claims));
  for (const Parent& parent : frame.parents) {
    if (parent.instance.has_value()) continue;
    const AssociationInfo& of = info(parent.association);
    const auto allows = [&](const ScopeEntry& entry) {
      return Allows(entry, value_of(entry.attribute));
    };
    // A key that is of another model leaves nothing to unlink.
    if (!parent.whole && !std::all_of(of.source_scope.begin(), of.source_scope.end(), allows)) {
      continue;
    }
    const std::size_t before = values.size();
    const LinkClaim* other = nullptr;
    for (const std::uint32_t a : ClearedBy(state_, of.foreign_key)) {
      const auto claim = std::find_if(claims.begin(), claims.end(),
                                      [&](const LinkClaim& c) { return c.value.attribute == a; });
      if (claim == claims.end()) {
        values.push_back({a, ValueView()});
      } else {
        other = &*claim;
      }
    }
    if (values.size() == before && other != nullptr) {
      return Conflict(other->by, parent.association, "one foreign key is of both");
    }
  }
  return absl::OkStatus();
}

}  // namespace relata::internal
