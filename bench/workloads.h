// The workloads, each in files of its own.
#ifndef RELATA_BENCH_WORKLOADS_H_
#define RELATA_BENCH_WORKLOADS_H_

#include "bench/harness.h"

namespace relata::bench {

void RegisterOo1(Scale scale);       // oo1.cc: OO1, and Attribute on its parts
void RegisterCascades(Scale scale);  // cascades.cc: Tree, Chain, Star, Hub

inline void RegisterWorkloads(Scale scale) {
  RegisterOo1(scale);
  RegisterCascades(scale);
}

}  // namespace relata::bench

#endif  // RELATA_BENCH_WORKLOADS_H_
