// The names in a draft: which attributes and associations they mean, and what to call the place of
// a mistake.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/describe.h"
#include "graph/draft_writer.h"
#include "graph/errors.h"
#include "graph/nearest_name.h"
#include "graph/one_of.h"

namespace relata::internal {
namespace {

constexpr std::size_t kShownLevels = 12;  // of a path, before its middle is left out

}  // namespace

// ----- what they mean

absl::Status DraftWriter::Resolve(Frame& frame) {
  if (node(frame.row).existing.has_value()) {
    const auto instance = Find(frame.model, *node(frame.row).existing);
    if (!instance.ok()) return AtRow(instance.status());
    frame.instance = *instance;
  }
  if (node(frame.row).model.value_or(frame.model) != frame.model) {
    return AtRow(WrongModelError(state_, *node(frame.row).model, frame.model));
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
    case DraftName::Kind::kOneOf:
      if (name.one_of().index >= schema.one_ofs().size()) {
        return AtRow(
            absl::InvalidArgumentError("the association handle is not of this store's schema"));
      }
      if (schema[name.one_of()].source == frame.model) {
        return ResolveOneOf(frame, name.one_of(), index);
      }
      return AtName(index, absl::InvalidArgumentError(absl::StrCat(schema.Describe(name.one_of()),
                                                                   " is none of ", model.name)));
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
  for (const OneOf one_of : model.one_ofs) {
    if (schema[one_of].name == name.text()) return ResolveOneOf(frame, one_of, index);
    known.push_back(schema[one_of].name);
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

// Chooses the alternative by the model of what is given. Null is given to all of them.
absl::Status DraftWriter::ResolveOneOf(Frame& frame, OneOf one_of, std::uint32_t index) {
  const DraftPart& given = part(index);
  const std::string name = state_.schema().Describe(one_of);
  const auto refuse = [&](std::string_view why) {
    return AtName(index, absl::InvalidArgumentError(absl::StrCat(name, Asv(why))));
  };
  if (given.first_row == kNoPart) {
    if (given.is_value && !given.value.is_null()) {
      return refuse(
          " takes no key, which names no model: give an instance, or name an alternative");
    }
    for (const Association alternative : state_.schema()[one_of].alternatives) {
      RELATA_RETURN_IF_ERROR(ResolveAssociation(frame, alternative, index));
      frame.parts.back().whole = true;
    }
    return absl::OkStatus();
  }
  if (given.first_row != given.last_row) return refuse(" is to one, got several rows");
  const auto model = ModelOf(node(given.first_row));
  if (!model.ok()) return AtName(index, model.status());
  if (!model->has_value()) {
    return refuse(node(given.first_row).existing.has_value()
                      ? " takes no key, which names no model: give an instance, or name an "
                        "alternative"
                      : ": of which model the new row is is not said: write Draft(model, {...}), "
                        "or name an alternative");
  }
  const auto alternative = AlternativeFor(state_, one_of, **model);
  if (!alternative.ok()) return AtName(index, alternative.status());
  return ResolveAssociation(frame, *alternative, index);
}

// The model that a row says itself that it is of, if it does.
absl::StatusOr<std::optional<Model>> DraftWriter::ModelOf(const DraftNode& row) const {
  if (!row.existing.has_value()) return row.model;
  if (row.existing->is_key()) return std::optional<Model>();
  RELATA_RETURN_IF_ERROR(CheckAlive(state_, row.existing->instance()));
  return std::optional<Model>(row.existing->instance().of());
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

std::optional<std::uint32_t> DraftWriter::AttributeOf(Model model, const DraftName& name) const {
  switch (name.kind()) {
    case DraftName::Kind::kText:
      return state_.model(model.index).FindAttribute(name.text());
    case DraftName::Kind::kField:
      if (name.model() == model) return name.attribute();
      break;
    case DraftName::Kind::kAssociation:
    case DraftName::Kind::kOneOf:
      break;
  }
  return std::nullopt;
}

std::optional<Association> DraftWriter::BelongsToOf(Model model, std::uint32_t index) const {
  const DraftName& name = part(index).name;
  for (const Association association : state_.model(model.index).associations) {
    const bool meant = name.kind() == DraftName::Kind::kText ? info(association).name == name.text()
                                                             : name == DraftName(association);
    if (meant && belongs_to(association)) return association;
  }
  if (part(index).first_row == kNoPart) return std::nullopt;
  const auto of = ModelOf(node(part(index).first_row));
  if (!of.ok() || !of->has_value()) return std::nullopt;
  for (const OneOf one_of : state_.model(model.index).one_ofs) {
    const bool meant = name.kind() == DraftName::Kind::kText
                           ? state_.schema()[one_of].name == name.text()
                           : name == DraftName(one_of);
    if (!meant) continue;
    const auto alternative = AlternativeFor(state_, one_of, **of);
    if (alternative.ok()) return *alternative;
  }
  return std::nullopt;
}

// ----- where they are

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
    case DraftName::Kind::kOneOf:
      return state_.schema()[name.one_of()].name;
    case DraftName::Kind::kField:
      return state_.schema()[name.model()].attributes[name.attribute()].name;
  }
  return std::string();
}

std::string DraftWriter::ElementOf(const Part& at, std::uint32_t position) const {
  const std::string name = NameOf(at.index);
  return info(at.association).to_one() ? name : absl::StrCat(name, "[", position, "]");
}

}  // namespace relata::internal
