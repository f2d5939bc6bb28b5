// Every section of the guide (README.md, examples/guide) compiles, runs, and prints what stands
// below it.
#include <gtest/gtest.h>

#include <iostream>
#include <sstream>
#include <streambuf>

#include "tests/readme/guide.h"

namespace relata {
namespace {

TEST(ReadmeGuideTest, EverySectionPrintsWhatItSays) {
  for (const testing::GuideSection& section : testing::Guide()) {
    std::ostringstream printed;
    std::streambuf* const console = std::cout.rdbuf(printed.rdbuf());
    section.run();
    std::cout.rdbuf(console);
    EXPECT_EQ(printed.str(), section.printed) << "in the section \"" << section.title << "\"";
    EXPECT_FALSE(section.printed.empty()) << section.title << " shows nothing";
  }
}

}  // namespace
}  // namespace relata
