#include "examples/package_graph/progress.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace package_graph {
namespace {

constexpr unsigned kBarWidth = 40;
constexpr unsigned kLineStep = 25;  // percent between two lines where there is no terminal

}  // namespace

Progress::Progress(std::FILE* out, std::string title, std::size_t total)
    : out_(out),
      terminal_(isatty(fileno(out)) != 0),
      title_(std::move(title)),
      total_(std::max<std::size_t>(total, 1)) {
  if (terminal_) Draw(0);
}

void Progress::Update(std::size_t done) {
  const auto percent = static_cast<unsigned>(std::min(done, total_) * 100 / total_);
  const unsigned step = terminal_ ? 1 : kLineStep;
  if (percent / step == shown_ / step) return;
  shown_ = percent;
  if (terminal_) {
    Draw(percent);
  } else if (percent < 100) {
    std::fprintf(out_, "  %s: %u%%\n", title_.c_str(), percent / step * step);
  }
}

void Progress::Finish(const std::string& result) {
  if (terminal_) std::fputs("\r\033[K", out_);
  std::fprintf(out_, "  %s: %s in %s\n", title_.c_str(), result.c_str(), watch_.ToString().c_str());
  std::fflush(out_);
}

void Progress::Draw(unsigned percent) const {
  const unsigned full = percent * kBarWidth / 100;
  const std::string bar = std::string(full, '#') + std::string(kBarWidth - full, '.');
  std::fprintf(out_, "\r  %s  [%s] %3u%%", title_.c_str(), bar.c_str(), percent);
  std::fflush(out_);
}

}  // namespace package_graph
