// The subject that is a program, with programs that fail in every way there is: broken_subjects.py.
#include "harness/subject/program.h"

#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "harness/judge/judge.h"
#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

using testing::HasSubstr;

constexpr std::string_view broken = "exec python3 harness/subject/broken_subjects.py ";

Script script_of(const std::string& name, const std::string& steps) {
  auto read = read_script(R"({"format":"procreg-scenario/1","name":")" + name + R"(","steps":[)" + steps + "]}",
                          name + ".json");
  return std::get<Script>(std::move(read));
}

std::string file_call(std::string_view path) {
  return std::string{R"({"call":"WerRegisterFile","by":"main","pwzFile":"C:\\)"} + std::string{path} +
         R"(","regFileType":1,"dwFlags":0})";
}

Script bad() {
  return script_of("bad",
                   file_call("a") + "," + R"({"call":"CreateProcess","by":"main","as":"w"})" + "," + file_call("b"));
}
Script good() {
  return script_of("good",
                   file_call("a") + "," + R"({"call":"CreateProcess","by":"main","as":"w"})" + "," + file_call("b"));
}

struct Found {
  Judgement bad;
  Judgement good;  // of the scenario after it
  std::string log;
};

// Judges a scenario in which the fault is, and then one in which it is not.
Found judged(const std::string& mode, ProgramLimits limits = {.message = std::chrono::milliseconds{500}}) {
  const auto subject = program_subject(std::string{broken} + mode + " bad", limits);
  Judge judge{*subject};
  Knowledge knowledge;
  Found found;
  found.bad = judge.run(bad(), knowledge);
  found.good = judge.run(good(), knowledge);
  found.log = subject->log();
  return found;
}

struct Row {
  std::string_view mode;
  Stopped::Why why;
  std::string_view message;
};

TEST(ProgramSubject, EachWayToFailHasItsOwnMessageAndCostsOneScenario) {
  const Row rows[] = {
      {"dies", Stopped::Why::died, "it ended with status 3 before it answered perform"},
      {"killed", Stopped::Why::died, "it was ended by signal 9 (Killed) before it answered perform"},
      {"leaves-children", Stopped::Why::died, "it ended with status 3 before it answered perform"},
      {"closes-output", Stopped::Why::died, "it closed its output before it answered perform"},
      {"hangs", Stopped::Why::hung, "it did not answer perform within 0.5 s"},
      {"hangs-at-reset", Stopped::Why::hung, "it did not answer reset within 0.5 s"},
      {"floods", Stopped::Why::flooded, "it answered perform with more than 67108864 bytes and no end of a line"},
      {"nonsense", Stopped::Why::nonsense, "it answered perform with no JSON"},
      {"wrong-shape", Stopped::Why::nonsense, "it answered perform with no list of answers"},
      {"wrong-id", Stopped::Why::nonsense, "it answered perform with the answer to another request"},
      {"unknown-word", Stopped::Why::nonsense, "WerRegisterFile does not return \"S_OKAY\""},
      {"too-many-answers", Stopped::Why::nonsense, "answers to"},
      {"too-few-answers", Stopped::Why::nonsense, "answers too few"},
      {"error", Stopped::Why::nonsense, "it answered perform with the error \"the disk is full\""},
      {"floods-stderr-forever", Stopped::Why::hung, "it did not answer perform within 0.5 s"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.mode);
    const Found found = judged(std::string{row.mode});
    EXPECT_EQ(found.bad.finding, Finding::failed);
    EXPECT_EQ(found.bad.failure, row.why);
    EXPECT_THAT(found.bad.reason, HasSubstr(std::string{row.message}));
    EXPECT_EQ(found.good.finding, Finding::conforms) << found.good.reason;
  }
}

TEST(ProgramSubject, WhatIsSaidWronglyIsAFindingAndNoFailure) {
  const auto finding = [](const std::string& mode) { return judged(mode).bad.finding; };
  EXPECT_EQ(finding("refuses-everything"), Finding::not_applicable);
  EXPECT_EQ(finding("lacks-functions"), Finding::not_implemented);
  EXPECT_EQ(finding("not-implemented"), Finding::not_implemented);
  EXPECT_EQ(finding("same-id-twice"), Finding::violates);
  EXPECT_EQ(finding("floods-stderr"), Finding::conforms);
}

TEST(ProgramSubject, TheLogHoldsTheEndOfStandardError) {
  const Found found = judged("floods-stderr");
  EXPECT_EQ(found.good.finding, Finding::conforms);
  EXPECT_GT(found.log.size(), 100'000U);
  EXPECT_LE(found.log.size(), std::size_t{3} << 20);
}

TEST(ProgramSubject, ThatCannotBeStartedSaysSo) {
  for (const auto& [command, message] :
       {std::pair{"/no/such/program 2>/dev/null", "it ended with status 127 before it answered initialize"},
        std::pair{"python3 harness/subject/broken_subjects.py dies-at-start",
                  "it ended with status 3 before it answered initialize"},
        std::pair{"python3 harness/subject/broken_subjects.py wrong-protocol", "the protocol is procreg-subject/1"},
        std::pair{"python3 harness/subject/broken_subjects.py declares-unknown-step", "there is no step"}}) {
    const auto subject = program_subject(command);
    EXPECT_EQ(subject->abilities(), nullptr) << command;
    EXPECT_THAT(subject->failure().message, HasSubstr(message));
  }
}

TEST(ProgramSubject, AScenarioMayTakeOnlySoLong) {
  std::string steps = file_call("0");
  for (int i = 1; i < 40; ++i) steps += "," + file_call(std::to_string(i));
  const auto subject = program_subject(std::string{broken} + "slow", {.scenario = std::chrono::milliseconds{200}});
  Judge judge{*subject};
  judge.batch(1);
  Knowledge knowledge;
  const Judgement judgement = judge.run(script_of("slow", steps), knowledge);
  EXPECT_EQ(judgement.failure, Stopped::Why::hung);
  EXPECT_EQ(judgement.reason, "the scenario was not over after 0.2 s");
  EXPECT_LT(judgement.step, 12U);
}

TEST(ProgramSubject, NothingOfItLivesOn) {
  // `stays` ignores the end of its input, `shutdown` and SIGTERM.
  std::string pid_file = testing::TempDir() + "procreg_program_test.pid";
  const std::string command = "echo $$ > " + pid_file + "; " + std::string{broken} + "stays";
  pid_t pid = 0;
  {
    const auto subject = program_subject(command);
    ASSERT_NE(subject->abilities(), nullptr);
    std::FILE* const file = std::fopen(pid_file.c_str(), "r");
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(std::fscanf(file, "%d", &pid), 1);
    std::fclose(file);
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_NE(::kill(pid, 0), 0);
  std::filesystem::remove(pid_file);
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) ++count;
  return count;
}

TEST(ProgramSubject, TenThousandScenariosLeaveNothingOpen) {
  const auto subject = program_subject("python3 harness/subject/reference_subject.py");
  Judge judge{*subject};
  Knowledge knowledge;
  EXPECT_EQ(judge.run(good(), knowledge).finding, Finding::conforms);
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(judge.run(good(), knowledge).finding, Finding::conforms) << i;
  EXPECT_EQ(open_descriptors(), before);
}

TEST(ProgramSubject, AHundredThatDieLeaveNothingOpenAndNoZombies) {
  const auto subject = program_subject("exit 3");
  EXPECT_EQ(subject->abilities(), nullptr);
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(subject->abilities(), nullptr);
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace procreg::harness
