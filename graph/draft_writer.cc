#include "graph/draft_writer.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/arcs.h"
#include "graph/describe.h"
#include "graph/errors.h"
#include "graph/nearest_name.h"

namespace relata::internal {
namespace {

constexpr std::size_t kShownLevels = 12;  // of a path, before its middle is left out

}  // namespace

DraftWriter::DraftWriter(StoreState& state, const Draft& draft)
    : state_(state), draft_(draft), instances_(draft.size()) {}

absl::Status DraftWriter::Create(Model model) { return Run({.model = model}); }

absl::Status DraftWriter::CreateBy(Instance source, Association association,
                                   const Values& through) {
  const auto accessor = Accessor::Make(state_, source, association);
  if (!accessor.ok()) return accessor.status();
  const auto values = accessor->ResolveThrough(through);
  if (!values.ok()) return values.status();
  source_.emplace(source, association);
  return Run({.model = accessor->info().target, .through = *values});
}

absl::Status DraftWriter::Update(Instance instance) {
  RELATA_RETURN_IF_ERROR(CheckAlive(state_, instance));
  if (node(0).or_update) {
    return absl::InvalidArgumentError("an update takes values of the instance, not an Upsert");
  }
  return Run({.model = instance.of(), .instance = instance});
}

absl::Status DraftWriter::Run(Frame root) {
  if (node(0).existing.has_value()) {
    return absl::InvalidArgumentError(
        "the draft is of a row that exists already: use Store::Update for what it is to become, "
        "or Store::Add to link it");
  }
  frames_.push_back(std::move(root));
  while (!frames_.empty()) RELATA_RETURN_IF_ERROR(Step());
  return absl::OkStatus();
}

absl::Status DraftWriter::Step() {
  Frame& frame = frames_.back();
  if (!frame.resolved) RELATA_RETURN_IF_ERROR(Resolve(frame));
  while (frame.part < frame.parts.size()) {
    const Part part = frame.parts[frame.part];
    if (!belongs_to(part.association) && !frame.written) RELATA_RETURN_IF_ERROR(Write(frame));
    if (!frame.begun) RELATA_RETURN_IF_ERROR(Begin(frame, part));
    if (frame.next_row != kNoPart) return Advance(frame, part);
    frame.begun = false;
    ++frame.part;
  }
  if (!frame.written) RELATA_RETURN_IF_ERROR(Write(frame));
  instances_[frame.row] = *frame.instance;
  if (frame.origin.has_value() && belongs_to(frame.origin->association)) {
    frames_[frames_.size() - 2].parents.push_back({frame.origin->association, frame.instance});
  }
  frames_.pop_back();
  return absl::OkStatus();
}

// ----- names

absl::Status DraftWriter::Resolve(Frame& frame) {
  if (node(frame.row).existing.has_value()) {
    const auto instance = Find(frame.model, *node(frame.row).existing);
    if (!instance.ok()) return AtRow(instance.status());
    frame.instance = *instance;
  }
  RELATA_RETURN_IF_ERROR(ResolveThrough(frame, node(frame.row).through));
  for (std::uint32_t i = node(frame.row).first_part; i != kNoPart; i = part(i).next) {
    RELATA_RETURN_IF_ERROR(ResolvePart(frame, i));
  }
  std::stable_partition(frame.parts.begin(), frame.parts.end(),
                        [&](const Part& part) { return belongs_to(part.association); });
  frame.resolved = true;
  return absl::OkStatus();
}

absl::Status DraftWriter::ResolvePart(Frame& frame, std::uint32_t index) {
  const DraftName& name = part(index).name;
  const Schema& schema = state_.schema();
  const ModelInfo& model = schema[frame.model];
  switch (name.kind()) {
    case DraftName::Kind::kField:
      if (name.model() == frame.model) return ResolveValue(frame, name.attribute(), index);
      return AtRow(WrongModelError(state_, name.model(), frame.model));
    case DraftName::Kind::kAssociation:
      if (name.association().index >= schema.associations().size()) {
        return AtRow(
            absl::InvalidArgumentError("the association handle is not of this store's schema"));
      }
      if (info(name.association()).source == frame.model) {
        return ResolveAssociation(frame, name.association(), index);
      }
      return AtName(index,
                    absl::InvalidArgumentError(absl::StrCat(schema.Describe(name.association()),
                                                            " is no association of ", model.name)));
    case DraftName::Kind::kText:
      break;
  }
  if (const auto attribute = model.FindAttribute(name.text()); attribute.has_value()) {
    return ResolveValue(frame, *attribute, index);
  }
  std::vector<std::string> known;
  for (const AttributeInfo& attribute : model.attributes) known.push_back(attribute.name);
  for (const Association association : model.associations) {
    if (info(association).name == name.text()) {
      return ResolveAssociation(frame, association, index);
    }
    known.push_back(info(association).name);
  }
  if (frame.origin.has_value() &&
      info(frame.origin->association).kind == AssociationKind::kBelongsToMany) {
    const std::string& join = schema[info(frame.origin->association).through].name;
    if (join == name.text()) return ResolveNestedThrough(frame, index);
    known.push_back(join);
  }
  return AtName(index, absl::InvalidArgumentError(absl::StrCat(
                           "model '", model.name, "' has no attribute or association '",
                           name.text(), "'", NearestName(name.text(), known))));
}

absl::Status DraftWriter::ResolveValue(Frame& frame, std::uint32_t attribute, std::uint32_t index) {
  const AttributeInfo& info = state_.model(frame.model.index).attributes[attribute];
  if (part(index).first_row != kNoPart || part(index).only) {
    return AtName(index, absl::InvalidArgumentError(
                             absl::StrCat("expected ", std::string(TypeName(info.type)),
                                          ", got instances: name an association to link them")));
  }
  for (const AttributeValue& earlier : frame.values) {
    if (earlier.attribute == attribute) {
      return AtRow(absl::InvalidArgumentError(
          absl::StrCat(state_.model(frame.model.index).name, ".", info.name, " is given twice")));
    }
  }
  frame.values.push_back({attribute, part(index).value.view()});
  return absl::OkStatus();
}

absl::Status DraftWriter::ResolveAssociation(Frame& frame, Association association,
                                             std::uint32_t index) {
  for (const Part& earlier : frame.parts) {
    if (earlier.association == association) {
      return AtName(index, absl::InvalidArgumentError("the association is given twice"));
    }
  }
  if (info(association).to_one() && part(index).first_row != part(index).last_row) {
    return AtName(index,
                  absl::InvalidArgumentError(absl::StrCat(state_.schema().Describe(association),
                                                          " is to one, got several rows")));
  }
  frame.parts.push_back({association, index});
  return absl::OkStatus();
}

absl::Status DraftWriter::ResolveThrough(Frame& frame, const Values& through) {
  if (through.empty()) return absl::OkStatus();
  if (!frame.origin.has_value() ||
      info(frame.origin->association).kind != AssociationKind::kBelongsToMany) {
    return AtRow(absl::InvalidArgumentError(
        "values for a join row were given, but it is not linked by a belongsToMany"));
  }
  const auto values =
      internal::Resolve(state_, info(frame.origin->association).through.index, through);
  if (!values.ok()) return AtRow(values.status());
  frame.through.insert(frame.through.end(), values->begin(), values->end());
  return absl::OkStatus();
}

absl::Status DraftWriter::ResolveNestedThrough(Frame& frame, std::uint32_t index) {
  const std::uint32_t row = part(index).first_row;
  const std::uint32_t m = info(frame.origin->association).through.index;
  if (row == kNoPart || row != part(index).last_row || node(row).existing.has_value()) {
    return AtName(index,
                  absl::InvalidArgumentError(absl::StrCat("expected values for the join row: {\"",
                                                          NameOf(index), "\", {{...}}}")));
  }
  for (std::uint32_t i = node(row).first_part; i != kNoPart; i = part(i).next) {
    if (!part(i).is_value || part(i).name.kind() != DraftName::Kind::kText) {
      return AtName(index, absl::InvalidArgumentError(absl::StrCat(
                               NameOf(i), ": a join row takes values by name and nothing else")));
    }
    const auto attribute = state_.schema().FindAttribute(Model{m}, part(i).name.text());
    if (!attribute.ok()) return AtName(index, attribute.status());
    frame.through.push_back({*attribute, part(i).value.view()});
  }
  return absl::OkStatus();
}

// ----- what a row is linked to

absl::Status DraftWriter::Begin(Frame& frame, const Part& at) {
  const DraftPart& given = part(at.index);
  frame.begun = true;
  frame.next_row = given.first_row;
  frame.next_position = 0;
  if (given.is_value && !given.value.is_null()) {
    const auto connected = Connect(frame, at, Target(Key(given.value)), {});
    return connected.ok() ? absl::OkStatus() : AtName(at.index, connected.status());
  }
  const bool nothing = given.first_row == kNoPart;
  if (belongs_to(at.association)) {
    if (nothing) frame.parents.push_back({at.association, std::nullopt});
    return absl::OkStatus();
  }
  const bool clears = nothing && (given.is_value || info(at.association).to_one());
  if (!clears && !given.only) return absl::OkStatus();
  return UnlinkOthers(frame, at);
}

// Unlinks first what is not to stay, so that a key that it holds is free for what comes.
absl::Status DraftWriter::UnlinkOthers(const Frame& frame, const Part& at) {
  const Model target = info(at.association).target;
  std::vector<std::uint32_t> kept;
  for (std::uint32_t row = part(at.index).first_row; row != kNoPart; row = node(row).next) {
    std::optional<Instance> instance;
    if (node(row).existing.has_value()) {
      // One that is not found is told when its turn comes.
      const auto found = Find(target, *node(row).existing);
      if (found.ok()) instance = *found;
    } else if (node(row).or_update) {
      AttributeValues values;
      for (std::uint32_t i = node(row).first_part; i != kNoPart; i = part(i).next) {
        const auto attribute = AttributeOf(target, part(i).name);
        if (attribute.has_value()) values.push_back({*attribute, part(i).value.view()});
      }
      instance = Known(target, values);
    }
    if (instance.has_value()) kept.push_back(instance->slot);
  }
  auto accessor = Accessor::Make(state_, *frame.instance, at.association);
  if (!accessor.ok()) return AtName(at.index, accessor.status());
  const absl::Status status = accessor->Keep(kept, Unlink::kClear);
  return status.ok() ? status : AtName(at.index, status);
}

absl::Status DraftWriter::Advance(Frame& frame, const Part& at) {
  const std::uint32_t row = frame.next_row;
  const std::uint32_t position = frame.next_position++;
  frame.next_row = node(row).next;
  if (!node(row).existing.has_value() || node(row).first_part != kNoPart) {
    frames_.push_back(
        {.row = row, .model = info(at.association).target, .origin = at, .position = position});
    return absl::OkStatus();
  }
  const auto connected = Connect(frame, at, *node(row).existing, node(row).through);
  if (!connected.ok()) return AtElement(at, position, connected.status());
  instances_[row] = *connected;
  return absl::OkStatus();
}

absl::StatusOr<Instance> DraftWriter::Connect(Frame& frame, const Part& at, const Target& target,
                                              const Values& through) {
  const auto instance = Find(info(at.association).target, target);
  if (!instance.ok()) return instance.status();
  if (belongs_to(at.association)) {
    frame.parents.push_back({at.association, *instance});
    if (!through.empty()) {
      return absl::InvalidArgumentError("values for a join row were given, but there is none");
    }
    return instance;
  }
  auto accessor = Accessor::Make(state_, *frame.instance, at.association);
  if (!accessor.ok()) return accessor.status();
  const auto values = accessor->ResolveThrough(through);
  if (!values.ok()) return values.status();
  const absl::Status status = accessor->Add({{instance->slot, {}}}, *values);
  if (!status.ok()) return status;
  return instance;
}

// ----- the row itself

absl::Status DraftWriter::Write(Frame& frame) {
  frame.written = true;
  AttributeValues values = std::move(frame.values);
  for (const Parent& parent : frame.parents) {
    const ForeignKey key = info(parent.association).foreign_key;
    absl::Status status;
    if (!parent.instance.has_value()) {
      for (const std::uint32_t a : state_.foreign_key(key).attributes) {
        values.push_back({a, ValueView()});
      }
    } else if (status = CheckAlive(state_, *parent.instance); status.ok()) {
      status = Refer(state_, key, parent.instance->slot, values);
      MeetScopeOfNew(state_, frame.model, info(parent.association).source_scope, values);
    }
    if (!status.ok()) return AtRow(status);
  }
  const DraftNode& of = node(frame.row);
  if (!frame.instance.has_value() && of.or_update)
    frame.instance = Known(frame.model, Last(values));
  if (frame.instance.has_value()) {
    absl::Status status = CheckAlive(state_, *frame.instance);
    // What it referred to instead, unless it is mentioned.
    AttributeValues cleared;
    for (const Parent& parent : frame.parents) {
      if (!parent.instance.has_value() || !status.ok()) continue;
      ClearOthers(state_, info(parent.association).foreign_key, frame.instance->slot, cleared);
    }
    values.insert(values.begin(), cleared.begin(), cleared.end());
    if (status.ok() && !values.empty()) status = UpdateRow(state_, *frame.instance, Last(values));
    if (status.ok()) status = LinkToOrigin(frame);
    if (!status.ok()) return AtRow(status);
  } else {
    const auto created = CreateInstance(frame, std::move(values));
    if (!created.ok()) return AtRow(created.status());
    frame.instance = *created;
  }
  // What it belongs to is to meet the scope by which it does.
  for (const Parent& parent : frame.parents) {
    if (!parent.instance.has_value() || info(parent.association).scope.empty()) continue;
    auto accessor = Accessor::Make(state_, *frame.instance, parent.association);
    if (!accessor.ok()) return AtRow(accessor.status());
    const absl::Status status = accessor->Add({{parent.instance->slot, {}}}, {});
    if (!status.ok()) return AtRow(status);
  }
  return absl::OkStatus();
}

absl::StatusOr<Instance> DraftWriter::CreateInstance(const Frame& frame, AttributeValues values) {
  if (frame.origin.has_value() && belongs_to(frame.origin->association)) {
    MeetScopeOfNew(state_, frame.model, info(frame.origin->association).scope, values);
    return CreateRow(state_, frame.model.index, values);
  }
  if (!frame.origin.has_value() && !source_.has_value()) {
    return CreateRow(state_, frame.model.index, values);
  }
  auto accessor = OriginOf(frame);
  if (!accessor.ok()) return accessor.status();
  return accessor->Create(std::move(values), frame.through);
}

absl::Status DraftWriter::LinkToOrigin(const Frame& frame) {
  if (frame.origin.has_value() ? belongs_to(frame.origin->association) : !source_.has_value()) {
    return absl::OkStatus();
  }
  auto accessor = OriginOf(frame);
  if (!accessor.ok()) return accessor.status();
  return accessor->Add({{frame.instance->slot, {}}}, frame.through);
}

absl::StatusOr<Accessor> DraftWriter::OriginOf(const Frame& frame) {
  if (!frame.origin.has_value()) return Accessor::Make(state_, source_->first, source_->second);
  return Accessor::Make(state_, *frames_[frames_.size() - 2].instance, frame.origin->association);
}

absl::StatusOr<Instance> DraftWriter::Find(Model model, const Target& target) const {
  const auto slot = FindTarget(state_, model, target);
  if (!slot.ok()) return slot.status();
  return state_.InstanceAt(model.index, *slot);
}

std::optional<std::uint32_t> DraftWriter::AttributeOf(Model model, const DraftName& name) const {
  switch (name.kind()) {
    case DraftName::Kind::kText:
      return state_.model(model.index).FindAttribute(name.text());
    case DraftName::Kind::kField:
      if (name.model() == model) return name.attribute();
      break;
    case DraftName::Kind::kAssociation:
      break;
  }
  return std::nullopt;
}

std::optional<Instance> DraftWriter::Known(Model model, const AttributeValues& values) const {
  for (std::uint32_t k = 0; k < state_.model(model.index).keys.size(); ++k) {
    KeyViews views;
    const std::vector<std::uint32_t>& attributes = state_.model(model.index).keys[k].attributes;
    for (const std::uint32_t a : attributes) {
      for (const AttributeValue& v : values) {
        if (v.attribute != a) continue;
        const auto normal = NormalizeFor(state_, model.index, a, v.value);
        if (normal.ok()) views.push_back(*normal);
      }
    }
    if (views.size() != attributes.size()) continue;
    const std::uint32_t slot = state_.FindKey(model.index, k, views);
    if (slot != kNoSlot) return state_.InstanceAt(model.index, slot);
  }
  return std::nullopt;
}

// ----- where

absl::Status DraftWriter::AtRow(const absl::Status& status) const {
  return frames_.size() == 1 ? status : Prefixed(Path(), status);
}

absl::Status DraftWriter::AtName(std::uint32_t part, const absl::Status& status) const {
  return Prefixed(absl::StrCat(Path(), ".", NameOf(part)), status);
}

absl::Status DraftWriter::AtElement(const Part& part, std::uint32_t position,
                                    const absl::Status& status) const {
  return Prefixed(absl::StrCat(Path(), ".", ElementOf(part, position)), status);
}

std::string DraftWriter::Path() const {
  std::string path = state_.schema()[frames_.front().model].name;
  const std::size_t levels = frames_.size();
  for (std::size_t i = 1; i < levels; ++i) {
    if (levels > kShownLevels && i == kShownLevels / 2) {
      const std::size_t left_out = levels - kShownLevels;
      absl::StrAppend(&path, ".(", left_out, " levels)");
      i += left_out;
    }
    absl::StrAppend(&path, ".", ElementOf(*frames_[i].origin, frames_[i].position));
  }
  return path;
}

std::string DraftWriter::NameOf(std::uint32_t index) const {
  const DraftName& name = part(index).name;
  switch (name.kind()) {
    case DraftName::Kind::kText:
      return name.text();
    case DraftName::Kind::kAssociation:
      return info(name.association()).name;
    case DraftName::Kind::kField:
      return state_.schema()[name.model()].attributes[name.attribute()].name;
  }
  return std::string();
}

std::string DraftWriter::ElementOf(const Part& at, std::uint32_t position) const {
  const std::string& name = info(at.association).name;
  return info(at.association).to_one() ? name : absl::StrCat(name, "[", position, "]");
}

}  // namespace relata::internal
