// The patterns of LIKE: % any number of characters, _ one, the case of ASCII letters ignored. A
// character is a code point of UTF-8.
#ifndef RELATA_GRAPH_LIKE_H_
#define RELATA_GRAPH_LIKE_H_

#include <string>
#include <string_view>
#include <vector>

namespace relata::internal {

class LikePattern {
 public:
  explicit LikePattern(std::string_view pattern);

  // O(text * pattern) at worst, O(text) for a pattern with no more than one % in its middle.
  bool Matches(std::string_view text) const;

 private:
  // What stands between two %: characters (in lower case) and _.
  struct Piece {
    std::string text;
    bool wild = false;  // holds a _
  };
  // The end of what `piece` matches at the very beginning of text.substr(at), or npos.
  static std::size_t MatchAt(const Piece& piece, std::string_view text, std::size_t at);
  // The end of its first match from `at` on.
  static std::size_t FindFrom(const Piece& piece, std::string_view text, std::size_t at);
  static bool MatchesEnd(const Piece& piece, std::string_view text, std::size_t from);

  std::vector<Piece> pieces_;  // at least one; with a % between every two
};

}  // namespace relata::internal

#endif  // RELATA_GRAPH_LIKE_H_
