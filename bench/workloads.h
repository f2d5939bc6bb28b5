// The workloads, each in files of its own.
#ifndef RELATA_BENCH_WORKLOADS_H_
#define RELATA_BENCH_WORKLOADS_H_

#include "bench/harness.h"

namespace relata::bench {

void RegisterOo1(Scale scale);          // oo1.cc: OO1, and Attribute on its parts
void RegisterOo7(Scale scale);          // oo7.cc: OO7
void RegisterQueries(Scale scale);      // queries.cc: Queries
void RegisterGroups(Scale scale);       // groups.cc: Groups, n:m
void RegisterVersions(Scale scale);     // versions.cc: Transaction, Versions
void RegisterPersistence(Scale scale);  // persistence.cc: Persistence, if that library is built
void RegisterCascades(Scale scale);     // cascades.cc: Tree, Chain, Star, Hub

inline void RegisterWorkloads(Scale scale) {
  RegisterOo1(scale);
  RegisterOo7(scale);
  RegisterCascades(scale);
  RegisterQueries(scale);
  RegisterGroups(scale);
  RegisterVersions(scale);
#ifdef RELATA_BENCH_PERSISTENCE
  RegisterPersistence(scale);
#endif
}

}  // namespace relata::bench

#endif  // RELATA_BENCH_WORKLOADS_H_
