#include "examples/package_graph/load.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "examples/package_graph/resolver.h"
#include "examples/package_graph/text.h"

namespace package_graph {
namespace {

constexpr std::size_t kPackagesBetweenProgress = 1024;

relata::ValueView OrNull(std::string_view text) {
  return text.empty() ? relata::ValueView() : relata::ValueView(text);
}

relata::ValueView IdOrNull(std::int64_t id) {
  return id == 0 ? relata::ValueView() : relata::ValueView(id);
}

// Appends rows of one model, whose values are given in an order of the caller's choice.
class RowWriter {
 public:
  RowWriter(const relata::Schema& schema, relata::Model model,
            std::initializer_list<std::string_view> attributes)
      : model_(model), row_(schema[model].attributes.size()) {
    for (std::string_view name : attributes) {
      absl::StatusOr<std::uint32_t> position = schema.FindAttribute(model, name);
      if (position.ok()) {
        positions_.push_back(*position);
      } else {
        status_.Update(position.status());
      }
    }
  }

  // The id of the next row, for models whose key is one.
  std::int64_t next_id() const { return rows_ + 1; }

  absl::Status Append(relata::Loader& loader, std::initializer_list<relata::ValueView> values) {
    if (!status_.ok()) return status_;
    std::size_t i = 0;
    for (const relata::ValueView& value : values) row_[positions_[i++]] = value;
    ++rows_;
    return loader.Append(model_, row_);
  }

 private:
  relata::Model model_;
  std::vector<relata::ValueView> row_;
  std::vector<std::uint32_t> positions_;
  std::int64_t rows_ = 0;
  absl::Status status_;
};

// One load, from the first row to the last.
class GraphLoader {
 public:
  GraphLoader(const PackageSchema& schema, const PackageFile& file)
      : schema_(schema),
        file_(file),
        resolver_(file),
        loader_(schema.schema),
        sections_(schema.schema, schema.section, {"name"}),
        maintainers_(schema.schema, schema.maintainer, {"address", "name", "email"}),
        virtual_packages_(schema.schema, schema.virtual_package, {"name"}),
        packages_(schema.schema, schema.package,
                  {"name", "architecture", "version", "source", "priority", "multi_arch",
                   "installed_kib", "section_name", "maintainer_address", "last_requirement_id"}),
        protections_(schema.schema, schema.protection,
                     {"id", "reason", "package_name", "package_architecture", "package_version"}),
        provisions_(schema.schema, schema.provision,
                    {"id", "version", "own_name", "virtual_package_name", "package_name",
                     "package_architecture", "package_version"}),
        requirements_(schema.schema, schema.requirement,
                      {"id", "kind", "position", "previous_id", "only_alternative_id",
                       "package_name", "package_architecture", "package_version"}),
        alternatives_(schema.schema, schema.alternative,
                      {"id", "position", "name", "architecture", "relation", "version",
                       "requirement_id", "virtual_package_name", "satisfier_name",
                       "satisfier_architecture", "satisfier_version"}),
        conflicts_(schema.schema, schema.conflict,
                   {"id", "kind", "position", "name", "architecture", "relation", "version",
                    "package_name", "package_architecture", "package_version", "rival_name",
                    "rival_architecture", "rival_version"}) {}

  absl::StatusOr<relata::Store> Load(const std::function<void(std::size_t)>& progress) {
    loader_.Reserve(schema_.package, file_.packages.size());
    if (absl::Status s = AppendVirtualPackages(); !s.ok()) return s;
    for (std::size_t i = 0; i < file_.packages.size(); ++i) {
      if (absl::Status s = AppendPackage(i); !s.ok()) {
        return absl::Status(s.code(),
                            Concat(file_.file, ":", std::to_string(file_.packages[i].line), ": ",
                                   std::string(s.message())));
      }
      const std::size_t done = i + 1;
      if (progress && (done % kPackagesBetweenProgress == 0 || done == file_.packages.size())) {
        progress(done);
      }
    }
    return std::move(loader_).Finish();
  }

 private:
  absl::Status AppendVirtualPackages() {
    for (const Resolver::VirtualPackage& v : resolver_.virtual_packages()) {
      if (absl::Status s = virtual_packages_.Append(loader_, {v.name}); !s.ok()) return s;
      for (const Resolver::Provider& provider : v.providers) {
        const PackageRecord& p = file_.packages[provider.package];
        absl::Status s = provisions_.Append(
            loader_, {provisions_.next_id(), OrNull(provider.version), provider.own_name, v.name,
                      p.name, p.architecture, p.version});
        if (!s.ok()) return s;
      }
    }
    return absl::OkStatus();
  }

  absl::Status AppendPackage(std::size_t index) {
    const PackageRecord& p = file_.packages[index];
    if (sections_seen_.insert(p.section).second) {
      if (absl::Status s = sections_.Append(loader_, {p.section}); !s.ok()) return s;
    }
    if (absl::Status s = AppendMaintainer(p.maintainer); !s.ok()) return s;
    for (auto [is, reason] : {std::pair{p.essential, "essential"}, {p.is_protected, "protected"}}) {
      if (!is) continue;
      absl::Status s = protections_.Append(
          loader_,
          {protections_.next_id(), std::string_view(reason), p.name, p.architecture, p.version});
      if (!s.ok()) return s;
    }
    std::int64_t last_requirement = 0;
    for (std::size_t k = 0; k < kKinds; ++k) {
      const Kind kind{static_cast<std::uint8_t>(k)};
      for (std::size_t i = 0; i < p.relations[k].size() && kind != Kind::kProvides; ++i) {
        const auto position = static_cast<std::int64_t>(i + 1);
        absl::Status s =
            IsRequirement(kind)
                ? AppendRequirement(index, kind, position, p.relations[k][i], last_requirement)
                : AppendConflict(index, kind, position, p.relations[k][i][0]);
        if (!s.ok()) return s;
      }
    }
    const relata::ValueView size =
        p.installed_size ? relata::ValueView(*p.installed_size) : relata::ValueView();
    return packages_.Append(loader_, {p.name, p.architecture, p.version, OrNull(p.source),
                                      OrNull(p.priority), OrNull(p.multi_arch), size, p.section,
                                      OrNull(p.maintainer), IdOrNull(last_requirement)});
  }

  // "Debian Go Team <team@example.org>" is the key, and both of its parts.
  absl::Status AppendMaintainer(std::string_view address) {
    if (address.empty() || !maintainers_seen_.insert(address).second) return absl::OkStatus();
    const std::size_t open = address.find(" <");
    const bool has_email = open != std::string_view::npos && address.ends_with('>');
    const std::string_view name = has_email ? address.substr(0, open) : address;
    const std::string_view email =
        has_email ? address.substr(open + 2, address.size() - open - 3) : std::string_view();
    return maintainers_.Append(loader_, {address, OrNull(name), OrNull(email)});
  }

  // `last` is the id of the hard requirement before this one, 0 for none; this one's afterwards.
  absl::Status AppendRequirement(std::size_t index, Kind kind, std::int64_t position,
                                 const Alternatives& alternatives, std::int64_t& last) {
    const PackageRecord& p = file_.packages[index];
    const std::int64_t id = requirements_.next_id();
    std::size_t satisfied = 0;
    std::int64_t only = 0;
    for (std::size_t i = 0; i < alternatives.size(); ++i) {
      const PackageName& name = alternatives[i];
      const Resolver::Target target = resolver_.Resolve(index, name);
      relata::ValueView virtual_package;
      relata::ValueView satisfier[3];
      if (const auto* virtual_name = std::get_if<std::string_view>(&target)) {
        virtual_package = *virtual_name;
      } else if (const auto* package = std::get_if<std::size_t>(&target)) {
        const PackageRecord& s = file_.packages[*package];
        satisfier[0] = s.name;
        satisfier[1] = s.architecture;
        satisfier[2] = s.version;
      }
      if (!std::holds_alternative<std::monostate>(target)) {
        only = ++satisfied == 1 ? alternatives_.next_id() : 0;
      }
      absl::Status s = alternatives_.Append(
          loader_, {alternatives_.next_id(), static_cast<std::int64_t>(i + 1), name.name,
                    OrNull(name.architecture), OrNull(name.relation), OrNull(name.version), id,
                    virtual_package, satisfier[0], satisfier[1], satisfier[2]});
      if (!s.ok()) return s;
    }
    const std::int64_t previous = IsHard(kind) ? std::exchange(last, id) : 0;
    return requirements_.Append(loader_, {id, KindName(kind), position, IdOrNull(previous),
                                          IdOrNull(only), p.name, p.architecture, p.version});
  }

  absl::Status AppendConflict(std::size_t index, Kind kind, std::int64_t position,
                              const PackageName& name) {
    const PackageRecord& p = file_.packages[index];
    relata::ValueView rival[3];
    if (const std::optional<std::size_t> found = resolver_.FindRival(index, name)) {
      const PackageRecord& r = file_.packages[*found];
      rival[0] = r.name;
      rival[1] = r.architecture;
      rival[2] = r.version;
    }
    return conflicts_.Append(
        loader_, {conflicts_.next_id(), KindName(kind), position, name.name,
                  OrNull(name.architecture), OrNull(name.relation), OrNull(name.version), p.name,
                  p.architecture, p.version, rival[0], rival[1], rival[2]});
  }

  const PackageSchema& schema_;
  const PackageFile& file_;
  Resolver resolver_;
  relata::Loader loader_;
  RowWriter sections_;
  RowWriter maintainers_;
  RowWriter virtual_packages_;
  RowWriter packages_;
  RowWriter protections_;
  RowWriter provisions_;
  RowWriter requirements_;
  RowWriter alternatives_;
  RowWriter conflicts_;
  absl::flat_hash_set<std::string_view> sections_seen_;
  absl::flat_hash_set<std::string_view> maintainers_seen_;
};

}  // namespace

absl::StatusOr<relata::Store> LoadGraph(const PackageSchema& schema, const PackageFile& file,
                                        const std::function<void(std::size_t)>& progress) {
  return GraphLoader(schema, file).Load(progress);
}

}  // namespace package_graph
