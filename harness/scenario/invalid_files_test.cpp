// The two folders of invalid files: what is said of each stands beside it in a file .expected.
#include <gtest/gtest.h>

#include "harness/scenario/files.h"
#include "harness/scenario/golden_files.h"

namespace procreg::harness {
namespace {

std::string errors_of(const std::string& path) {
  const ReadResult result = read_script_file(path);
  std::string out;
  if (const auto* errors = std::get_if<std::vector<InputError>>(&result))
    for (const InputError& error : *errors) out += text(error) + "\n";
  return out;
}

std::string expected_path(const std::string& path) {
  return path.substr(0, path.size() - std::string{".json"}.size()) + ".expected";
}

class InvalidFiles : public testing::TestWithParam<const char*> {};

TEST_P(InvalidFiles, AreRefusedWithTheErrorsBesideThem) {
  for (const std::string& path : scenario_files(GetParam())) {
    const std::string errors = errors_of(path);
    EXPECT_NE(errors, "") << path << " is accepted";
    EXPECT_EQ(errors, golden(expected_path(path), errors)) << path;
  }
}

TEST_P(InvalidFiles, AreAtLeastTwelve) { EXPECT_GE(scenario_files(GetParam()).size(), 12U); }

INSTANTIATE_TEST_SUITE_P(Folders, InvalidFiles,
                         testing::Values("scenarios/invalid/schema", "scenarios/invalid/procreg"),
                         [](const auto& folder) { return std::string{folder.index == 0 ? "Schema" : "Procreg"}; });

TEST(ConformanceFiles, AreReadAndWrittenBackStably) {
  const auto paths = scenario_files("scenarios/conformance");
  ASSERT_FALSE(paths.empty());
  for (const std::string& path : paths) {
    const ReadResult first = read_script_file(path);
    ASSERT_TRUE(std::holds_alternative<Script>(first)) << errors_of(path);
    const std::string written = write_script(std::get<Script>(first));
    const ReadResult second = read_script(written, path);
    ASSERT_TRUE(std::holds_alternative<Script>(second)) << written;
    EXPECT_TRUE(std::get<Script>(second).steps == std::get<Script>(first).steps) << path;
    EXPECT_TRUE(std::get<Script>(second).expectations == std::get<Script>(first).expectations) << path;
    EXPECT_EQ(write_script(std::get<Script>(second)), written) << path;
  }
}

}  // namespace
}  // namespace procreg::harness
