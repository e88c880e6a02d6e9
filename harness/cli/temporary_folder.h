// For tests of commands: an empty folder as the current one, sessions that print into strings, subjects that lie.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <variant>

#include "harness/cli/interrupt.h"
#include "harness/cli/session.h"
#include "harness/subject/subject.h"

namespace procreg::cli {

class InTemporaryFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = (std::filesystem::temp_directory_path() / "procreg-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    folder_ = path;
    std::filesystem::current_path(folder_);
  }
  void TearDown() override {
    interrupt(false);
    std::filesystem::current_path(before_);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static void write(const std::filesystem::path& path, const std::string& content) {
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << content;
  }
  static std::string content(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  Session session(harness::SubjectFactory subject = harness::implementation) {
    return {out, err, std::move(subject), {}, nullptr, nullptr};
  }

  std::ostringstream out{};
  std::ostringstream err{};
  const std::filesystem::path before_{std::filesystem::current_path()};  // the repository's root

 private:
  std::filesystem::path folder_{};
};

// Answers E_OUTOFMEMORY where a full table is to be reported.
class FullMeansOutOfMemory : public harness::Wrapped {
 public:
  FullMeansOutOfMemory() : Wrapped{harness::implementation()} {}
  Answer perform(const Step& step) override {
    Answer answer = inner_->perform(step);
    if (answer.result == Result{Hresult::WER_E_INSUFFICIENT_BUFFER}) answer.result = Hresult::E_OUTOFMEMORY;
    return answer;
  }
};

// Forgets every unregistration: the answer is right, the state is not.
class KeepsWhatIsUnregistered : public harness::Wrapped {
 public:
  KeepsWhatIsUnregistered() : Wrapped{harness::implementation()} {}
  Answer perform(const Step& step) override {
    if (!std::holds_alternative<WerUnregisterAdditionalProcess>(step)) return inner_->perform(step);
    Answer answer;
    answer.result = Hresult::S_OK;
    return answer;
  }
};

template <class Lying>
harness::SubjectFactory lying() {
  return [] { return std::make_unique<Lying>(); };
}

// Two threads after one step.
inline constexpr auto two_threads = R"({
  "format": "procreg-scenario/1",
  "steps": [
    { "event": "AdvanceTime", "ms": 1 }
  ],
  "parallel": [
    [{ "event": "AdvanceTime", "ms": 1 }],
    [{ "event": "AdvanceTime", "ms": 2 }]
  ]
}
)";

// Three registrations in a world where two are the limit.
inline constexpr auto third_process_refused = R"({
  "format": "procreg-scenario/1",
  "name": "a third additional process is refused",
  "clauses": ["WER-AP-11"],
  "world": { "limits": { "dumpCollection": 2 } },
  "steps": [
    { "call": "CreateProcess", "by": "main", "as": "w1", "threads": ["ui"] },
    { "call": "CreateProcess", "by": "main", "as": "w2" },
    { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "w1", "captureExtraInfoForThreadId": "w1.ui" },
    { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "w2", "captureExtraInfoForThreadId": 0 },
    { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "@process1", "captureExtraInfoForThreadId": 0, "returns": "WER_E_INSUFFICIENT_BUFFER" },
    { "event": "Crash", "process": "main" }
  ]
}
)";

}  // namespace procreg::cli
