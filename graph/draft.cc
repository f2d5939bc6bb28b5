#include "relata/draft.h"

#include <utility>

namespace relata {

using internal::DraftNode;
using internal::DraftPart;
using internal::kNoPart;

Draft::Draft() : rows_(1) {}

Draft::Draft(std::initializer_list<DraftEntry> entries) : Draft() { Write(entries); }

Draft::Draft(Model model, std::initializer_list<DraftEntry> entries) : Draft() {
  rows_[0].model = model;
  Write(entries);
}

Draft::Draft(Target existing, std::initializer_list<DraftEntry> entries) : Draft() {
  rows_[0].through = existing.through();
  rows_[0].existing = std::move(existing);
  Write(entries);
}

DraftRow Draft::root() { return DraftRow(this, 0); }

void Draft::SetAll(const Values& values) {
  for (const NamedValue& named : values) root().Set(named.name, named.value);
}

void Draft::Write(std::initializer_list<DraftEntry> entries) {
  for (const DraftEntry& entry : entries) {
    const std::uint32_t part = AddPart(0, entry.name());
    parts_[part].only = entry.value().only();
    if (entry.value().value().has_value()) {
      parts_[part].is_value = true;
      parts_[part].value = *entry.value().value();
    }
    for (const DraftTarget& target : entry.value().rows()) Graft(part, target.draft());
  }
}

std::uint32_t Draft::AddPart(std::uint32_t row, DraftName name) {
  const auto part = static_cast<std::uint32_t>(parts_.size());
  parts_.push_back({.name = std::move(name)});
  DraftNode& node = rows_[row];
  (node.last_part == kNoPart ? node.first_part : parts_[node.last_part].next) = part;
  node.last_part = part;
  return part;
}

std::uint32_t Draft::AddRow(std::uint32_t part) {
  const auto row = static_cast<std::uint32_t>(rows_.size());
  rows_.emplace_back();
  DraftPart& of = parts_[part];
  (of.last_row == kNoPart ? of.first_row : rows_[of.last_row].next) = row;
  of.last_row = row;
  return row;
}

std::uint32_t Draft::PartOf(std::uint32_t row, const DraftName& name) {
  for (std::uint32_t part = rows_[row].first_part; part != kNoPart; part = parts_[part].next) {
    if (!parts_[part].is_value && parts_[part].name == name) return part;
  }
  return AddPart(row, name);
}

void Draft::Graft(std::uint32_t part, const Draft& draft) {
  if (&draft == this) return Graft(part, Draft(draft));
  const auto rows = static_cast<std::uint32_t>(rows_.size());
  const auto parts = static_cast<std::uint32_t>(parts_.size());
  const auto moved = [](std::uint32_t index, std::uint32_t by) {
    return index == kNoPart ? kNoPart : index + by;
  };
  AddRow(part);
  rows_.resize(rows);
  for (DraftNode node : draft.rows_) {
    node.first_part = moved(node.first_part, parts);
    node.last_part = moved(node.last_part, parts);
    node.next = moved(node.next, rows);
    rows_.push_back(std::move(node));
  }
  for (DraftPart copy : draft.parts_) {
    copy.first_row = moved(copy.first_row, rows);
    copy.last_row = moved(copy.last_row, rows);
    copy.next = moved(copy.next, parts);
    parts_.push_back(std::move(copy));
  }
}

const DraftRow& DraftRow::Set(DraftName name, Value value) const {
  const std::uint32_t part = draft_->AddPart(row_, std::move(name));
  draft_->parts_[part].is_value = true;
  draft_->parts_[part].value = std::move(value);
  return *this;
}

DraftRow DraftRow::Create(const DraftName& association) const {
  return DraftRow(draft_, draft_->AddRow(draft_->PartOf(row_, association)));
}

DraftRow DraftRow::Connect(const DraftName& association, Target target) const {
  const DraftRow row = Create(association);
  row.Through(target.through());
  draft_->rows_[row.row_].existing = std::move(target);
  return row;
}

DraftRow DraftRow::Add(const DraftName& association, const Draft& draft) const {
  const auto row = static_cast<std::uint32_t>(draft_->rows_.size());
  draft_->Graft(draft_->PartOf(row_, association), draft);
  return DraftRow(draft_, row);
}

const DraftRow& DraftRow::Only(const DraftName& association) const {
  draft_->parts_[draft_->PartOf(row_, association)].only = true;
  return *this;
}

const DraftRow& DraftRow::Through(const Values& values) const {
  Values& through = draft_->rows_[row_].through;
  through.insert(through.end(), values.begin(), values.end());
  return *this;
}

const DraftRow& DraftRow::OrUpdate() const {
  draft_->rows_[row_].or_update = true;
  return *this;
}

const DraftRow& DraftRow::Of(Model model) const {
  draft_->rows_[row_].model = model;
  return *this;
}

DraftTarget With(Draft draft, const Values& through) {
  draft.root().Through(through);
  return draft;
}

Draft Upsert(Draft draft) {
  draft.root().OrUpdate();
  return draft;
}

DraftValue Only(DraftValue value) {
  value.only_ = true;
  return value;
}

}  // namespace relata
