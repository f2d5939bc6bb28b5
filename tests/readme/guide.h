// The sections of the guide (README.md, examples/guide), as functions; made by extract.cc.
#ifndef RELATA_TESTS_README_GUIDE_H_
#define RELATA_TESTS_README_GUIDE_H_

#include <string>
#include <vector>

namespace relata::testing {

struct GuideSection {
  std::string title;
  void (*run)();
  std::string printed;  // to std::cout, says the guide
};

std::vector<GuideSection> Guide();

}  // namespace relata::testing

#endif  // RELATA_TESTS_README_GUIDE_H_
