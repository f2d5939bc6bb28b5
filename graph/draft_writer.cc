#include "graph/draft_writer.h"

#include <utility>

#include "graph/arcs.h"
#include "graph/describe.h"
#include "graph/errors.h"

namespace relata::internal {

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
    frames_[frames_.size() - 2].parents.push_back(
        {.association = frame.origin->association, .instance = frame.instance});
  }
  frames_.pop_back();
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
  const bool clears = given.first_row == kNoPart && (given.is_value || given.only);
  if (belongs_to(at.association)) {
    if (clears) frame.parents.push_back({at.association, std::nullopt, at.whole});
    return absl::OkStatus();
  }
  // To one, what is given takes the place of another when its turn comes.
  const bool only = given.only && !info(at.association).to_one();
  return clears || only ? UnlinkOthers(frame, at) : absl::OkStatus();
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
      instance = Known(target, Given(target, row));
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
    frame.parents.push_back({.association = at.association, .instance = *instance});
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
  const bool seeks = !frame.instance.has_value() && node(frame.row).or_update;
  AttributeValues values = seeks ? frame.values : std::move(frame.values);
  RELATA_RETURN_IF_ERROR(AddLinks(frame, values));
  if (seeks) {
    frame.instance = Known(frame.model, Last(values));
    if (frame.instance.has_value() && !frame.parents.empty()) {
      // Of one that exists, links write less.
      values = frame.values;
      RELATA_RETURN_IF_ERROR(AddLinks(frame, values));
    }
  }
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
    MeetScopeOf(state_, frame.model, kNoSlot, info(frame.origin->association).scope, values);
    return CreateRow(state_, frame.model.index, values);
  }
  if (!frame.origin.has_value() && !source_.has_value()) {
    return CreateRow(state_, frame.model.index, values);
  }
  auto accessor = OriginOf(frame);
  if (!accessor.ok()) return accessor.status();
  if (frame.origin.has_value() && accessor->info().to_one()) {
    RELATA_RETURN_IF_ERROR(accessor->Keep({}, Unlink::kClear));
  }
  return accessor->Create(std::move(values), frame.through);
}

absl::Status DraftWriter::LinkToOrigin(const Frame& frame) {
  if (frame.origin.has_value() ? belongs_to(frame.origin->association) : !source_.has_value()) {
    return absl::OkStatus();
  }
  auto accessor = OriginOf(frame);
  if (!accessor.ok()) return accessor.status();
  // As for a new row: only what is nested takes the place of another.
  if (!frame.origin.has_value()) return accessor->Attach(frame.instance->slot, frame.through);
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

AttributeValues DraftWriter::Given(Model model, std::uint32_t row) const {
  AttributeValues values;
  AttributeValues links;  // win, as in Write
  for (std::uint32_t i = node(row).first_part; i != kNoPart; i = part(i).next) {
    if (const auto attribute = AttributeOf(model, part(i).name); attribute.has_value()) {
      values.push_back({*attribute, part(i).value.view()});
      continue;
    }
    const auto association = BelongsToOf(model, i);
    if (!association.has_value()) continue;
    const DraftPart& given = part(i);
    std::optional<Target> parent;
    if (given.first_row != kNoPart) {
      parent = node(given.first_row).existing;
    } else if (!given.is_value && !given.only) {
      continue;
    } else if (!given.value.is_null()) {
      parent = Target(Key(given.value));
    }
    const ForeignKey key = info(*association).foreign_key;
    const auto found = parent.has_value() ? Find(info(*association).target, *parent)
                                          : absl::StatusOr<Instance>(absl::NotFoundError(""));
    if (found.ok() && Refer(state_, key, found->slot, links).ok()) {
      MeetScopeOf(state_, model, kNoSlot, info(*association).source_scope, links);
      continue;
    }
    // Nothing, or what is still to be created: no row has it.
    for (const std::uint32_t a : state_.foreign_key(key).attributes) {
      links.push_back({a, ValueView()});
    }
  }
  values.insert(values.end(), links.begin(), links.end());
  return Last(values);
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

}  // namespace relata::internal
