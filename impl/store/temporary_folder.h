// A folder of its own for a test, and what stands in it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace procreg::impl {

class WithTemporaryFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = (std::filesystem::temp_directory_path() / "procreg-store-XXXXXX").string();
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    top_ = path;
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(top_, ignored);
  }

  static std::string content(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  // Paths of all files below, from there, with their contents; folders end in / and have none.
  static std::map<std::string, std::string> all_below(const std::filesystem::path& folder) {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
      const std::string name = entry.path().lexically_relative(folder).string();
      entry.is_directory() ? found[name + '/'] = "" : found[name] = content(entry.path());
    }
    return found;
  }

  const std::filesystem::path& top() const { return top_; }
  std::filesystem::path folder() const { return top_ / "reports"; }

 private:
  std::filesystem::path top_{};
};

}  // namespace procreg::impl
