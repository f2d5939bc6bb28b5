#include "examples/package_graph/satisfaction.h"

#include "examples/package_graph/debian_version.h"

namespace package_graph {
namespace {

bool ArchitectureFits(std::string_view qualifier, std::string_view asking, const Offer& offer,
                      std::string_view native) {
  const auto real = [&](std::string_view a) { return a == "all" ? native : a; };
  const std::string_view offered = real(offer.architecture);
  if (qualifier.empty()) return offer.multi_arch == "foreign" || offered == real(asking);
  if (qualifier == "any") return offer.multi_arch == "allowed";
  return offered == (qualifier == "native" ? native : real(qualifier));
}

}  // namespace

bool Satisfies(const PackageName& wanted, std::string_view asking, const Offer& offer,
               std::string_view native) {
  if (!ArchitectureFits(wanted.architecture, asking, offer, native)) return false;
  if (wanted.version.empty()) return true;
  return !offer.version.empty() && InRelation(offer.version, wanted.relation, wanted.version);
}

}  // namespace package_graph
