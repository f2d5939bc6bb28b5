// What a store holds and costs.
#include "absl/container/flat_hash_set.h"
#include "graph/store_state.h"
#include "graph/text_cell.h"
#include "relata/store.h"

namespace relata {

StoreStats Store::Stats() const {
  using internal::kDanglingSlot;
  StoreStats stats;
  absl::flat_hash_set<const char*> blocks;
  for (std::uint32_t m = 0; m < rows_.models; ++m) {
    const internal::Table& table = state_->table(m);
    const internal::RowLayout& layout = state_->layout(m);
    StoreStats::ModelStats& model = stats.models.emplace_back();
    model.model = Model{m};
    model.rows = table.rows;
    model.row_bytes = table.pages.size() * table.pages.page_bytes();
    for (const internal::KeyIndex& key : table.keys) {
      model.index_bytes += key.bytes();
      stats.shared_bytes += key.shared_bytes();
    }
    for (const internal::SecondaryIndex& index : table.indexes) {
      std::visit(
          [&](const auto& kind) {
            model.index_bytes += kind.bytes();
            stats.shared_bytes += kind.shared_bytes();
          },
          index);
    }
    stats.shared_bytes += table.pages.SharedPages() * table.pages.page_bytes();
    for (const Instance instance : All(Model{m})) {
      const char* row = state_->Row(m, instance.slot);
      for (const std::uint32_t offset : layout.text_cells) {
        const std::size_t bytes = internal::TextBlockBytes(row + offset);
        if (bytes > 0 && blocks.insert(internal::LoadAs<const char*>(row + offset)).second) {
          stats.text_bytes += bytes;
        }
      }
      for (const ForeignKey f : state_->model(m).foreign_keys) {
        stats.links += state_->Child(f, instance.slot).parent < kDanglingSlot;
      }
    }
    stats.rows += model.rows;
    stats.bytes += model.row_bytes + model.index_bytes;
  }
  for (std::uint32_t i = 0; i < state_->foreign_keys().size(); ++i) {
    stats.bytes += state_->dangling(ForeignKey{i}).heads.bytes();
    stats.shared_bytes += state_->dangling(ForeignKey{i}).heads.shared_bytes();
  }
  stats.bytes += stats.text_bytes;
  return stats;
}

}  // namespace relata
