#include "graph/like.h"

#include <cstddef>

namespace relata::internal {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Past the character that begins at `at`.
std::size_t PastCharacter(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && IsContinuation(text[at])) ++at;
  return at;
}

}  // namespace

LikePattern::LikePattern(std::string_view pattern) : pieces_(1) {
  for (const char c : pattern) {
    if (c == '%') {
      pieces_.emplace_back();
    } else {
      pieces_.back().text.push_back(Lower(c));
      pieces_.back().wild |= c == '_';
    }
  }
}

std::size_t LikePattern::MatchAt(const Piece& piece, std::string_view text, std::size_t at) {
  for (const char c : piece.text) {
    if (at == text.size()) return kNone;
    if (c == '_') {
      at = PastCharacter(text, at);
    } else if (Lower(text[at++]) != c) {
      return kNone;
    }
  }
  return at;
}

std::size_t LikePattern::FindFrom(const Piece& piece, std::string_view text, std::size_t at) {
  for (; at <= text.size(); ++at) {
    // A _ takes whole characters only.
    if (at < text.size() && IsContinuation(text[at])) continue;
    const std::size_t end = MatchAt(piece, text, at);
    if (end != kNone) return end;
  }
  return kNone;
}

bool LikePattern::MatchesEnd(const Piece& piece, std::string_view text, std::size_t from) {
  if (!piece.wild) {
    if (text.size() < from + piece.text.size()) return false;
    return MatchAt(piece, text, text.size() - piece.text.size()) == text.size();
  }
  for (std::size_t at = from; at <= text.size(); ++at) {
    if (at < text.size() && IsContinuation(text[at])) continue;
    if (MatchAt(piece, text, at) == text.size()) return true;
  }
  return false;
}

bool LikePattern::Matches(std::string_view text) const {
  std::size_t at = MatchAt(pieces_[0], text, 0);
  if (pieces_.size() == 1) return at == text.size();
  if (at == kNone) return false;
  for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
    at = FindFrom(pieces_[i], text, at);
    if (at == kNone) return false;
  }
  return MatchesEnd(pieces_.back(), text, at);
}

}  // namespace relata::internal
