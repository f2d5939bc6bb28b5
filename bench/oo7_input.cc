#include <algorithm>
#include <random>

#include "absl/strings/str_format.h"
#include "bench/oo7.h"

namespace relata::bench::oo7 {
namespace {

using Random = std::mt19937_64;

struct Scale {
  std::int64_t levels;  // of assemblies
  std::int64_t composites;
  std::int64_t parts;  // of a composite part
  std::size_t document_size;
  std::size_t manual_size;
};

// The paper's parameters, and something small to try.
Scale ScaleOf(std::int64_t size) {
  if (size >= 100'000) return {7, 500, 200, 20'000, 1'000'000};
  if (size >= 10'000) return {7, 500, 20, 2000, 100'000};
  return {3, 20, size / 20, 200, 1000};
}

std::string TextOf(std::string_view phrase, std::size_t size) {
  std::string text;
  while (text.size() < size) text += phrase;
  text.resize(size);
  return text;
}

std::int64_t RandomDate(Random& random) { return kFirstDate + Below(random, kDates); }

void AddComposite(Random& random, const Scale& scale, std::int64_t id, Design& design) {
  // A tenth of them is newer than every assembly.
  design.composites.push_back(Composite{id, Below(random, 10) == 0
                                                ? 2 * kFirstDate + Below(random, kDates)
                                                : Below(random, kFirstDate)});
  const std::string title = absl::StrFormat("Composite Part %08d", id);
  design.documents.push_back(
      Document{id, id, title,
               TextOf(absl::StrFormat("I am the documentation for composite part #%08d.\n", id),
                      scale.document_size)});
  const std::int64_t first = (id - 1) * scale.parts + 1;
  for (std::int64_t i = 0; i < scale.parts; ++i) {
    design.atomics.push_back(Atomic{first + i, RandomDate(random), Below(random, 100'000),
                                    Below(random, 100'000), 1 + Below(random, scale.composites), id,
                                    i == 0});
    // A ring, so that all are reached, and two more.
    for (std::int64_t c = 0; c < 3; ++c) {
      const std::int64_t to = c == 0 ? (i + 1) % scale.parts : Below(random, scale.parts);
      design.connections.push_back(
          Connection{(first + i - 1) * 3 + c + 1, Below(random, 1000), first + i, first + to});
    }
  }
}

}  // namespace

std::int64_t Design::row_count() const {
  return static_cast<std::int64_t>(complex_assemblies.size() + base_assemblies.size() +
                                   composites.size() + components.size() + documents.size() +
                                   atomics.size() + connections.size());
}

Input::Input(std::int64_t size) {
  Random random(1993);
  const Scale scale = ScaleOf(size);
  design.manual = TextOf("I am the manual for module #1.\n", scale.manual_size);
  for (std::int64_t id = 1; id <= scale.composites; ++id) AddComposite(random, scale, id, design);
  // Complex assemblies on all levels but the last, three below each.
  std::int64_t id = 0;
  std::int64_t width = 1;
  std::int64_t above = 0;  // the first of the level above
  for (std::int64_t level = 1; level <= scale.levels; ++level, width *= 3) {
    const bool base = level == scale.levels;
    const std::int64_t first = base ? 1 : id + 1;
    for (std::int64_t i = 0; i < width; ++i) {
      auto& assemblies = base ? design.base_assemblies : design.complex_assemblies;
      assemblies.push_back(Assembly{first + i, RandomDate(random), level == 1 ? 0 : above + i / 3});
    }
    above = first;
    id += width;
  }
  for (const Assembly& base : design.base_assemblies) {
    std::vector<std::int64_t> used;
    while (used.size() < 3) {
      const std::int64_t composite = 1 + Below(random, scale.composites);
      if (std::find(used.begin(), used.end(), composite) != used.end()) continue;
      used.push_back(composite);
      design.components.push_back(Component{base.id, composite});
    }
  }
  const auto bases = static_cast<std::int64_t>(design.base_assemblies.size());
  for (std::int64_t i = 1; i <= 5; ++i) {
    const std::int64_t composite = scale.composites + i;
    AddComposite(random, scale, composite, inserted);
    inserted_ids.push_back(composite);
    const std::int64_t first = Below(random, bases);
    for (std::int64_t j = 0; j < std::min<std::int64_t>(10, bases); ++j) {
      inserted.components.push_back(Component{1 + (first + j * 71) % bases, composite});
    }
  }
  for (int i = 0; i < 1000; ++i) {
    ids.push_back(1 + Below(random, static_cast<std::int64_t>(design.atomics.size())));
  }
  for (int i = 0; i < 100; ++i) {
    titles.push_back(design.documents[random() % design.documents.size()].title);
  }
}

}  // namespace relata::bench::oo7
