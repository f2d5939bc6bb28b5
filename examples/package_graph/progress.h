// Says how far a long step is: a bar that is drawn over on a terminal, plain lines elsewhere.
#ifndef EXAMPLES_PACKAGE_GRAPH_PROGRESS_H_
#define EXAMPLES_PACKAGE_GRAPH_PROGRESS_H_

#include <cstddef>
#include <cstdio>
#include <string>

#include "examples/package_graph/text.h"

namespace package_graph {

class Progress {
 public:
  // Writes to `out`; `title` names the step, `total` is how much there is to do.
  Progress(std::FILE* out, std::string title, std::size_t total);

  // So much is done.
  void Update(std::size_t done);
  // The step is at its end; says how long it took, and what came of it.
  void Finish(const std::string& result);

 private:
  void Draw(unsigned percent) const;

  std::FILE* out_;
  bool terminal_;
  std::string title_;
  std::size_t total_;
  unsigned shown_ = 0;  // percent
  Stopwatch watch_;
};

}  // namespace package_graph

#endif  // EXAMPLES_PACKAGE_GRAPH_PROGRESS_H_
