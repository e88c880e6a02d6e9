// Linked with an implementation in which registrations can be lost (cmake/mutant.cmake), so that there is something to report.
#include "harness/cli/race_schedules.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <sstream>

#include "harness/cli/replay.h"
#include "harness/cli/temporary_folder.h"
#include "harness/scenario/files.h"

namespace procreg::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RaceSchedules : public InTemporaryFolder {
 protected:
  // A scenario of another fault than the one that is planted here.
  std::string other_fault(const std::string& name) const {
    return (before_ / "harness/concurrent/mutants" / (name + ".json")).string();
  }
};
using ReplayParallel = RaceSchedules;

struct Printed {
  ExitStatus status;
  std::string out;
  std::string err;
};

template <class Command, class Request>
Printed run(Command command, const Request& request) {
  std::ostringstream out;
  std::ostringstream err;
  const ExitStatus status = command(request, Session{.out = out, .err = err});
  return {status, out.str(), err.str()};
}

TEST_F(RaceSchedules, ReportsSavesAndReplaysWhatItFinds) {
  const ScheduleRequest request{.rounds = 2000, .schedules = 40, .save = "found"};
  const Printed printed = run(race_schedules, request);
  EXPECT_EQ(printed.status, ExitStatus::diverges);
  EXPECT_THAT(printed.err, IsEmpty());
  EXPECT_THAT(printed.out, HasSubstr("not-linearizable"));
  EXPECT_THAT(printed.out, HasSubstr("the schedule\n    1  thread 0 runs until it stands at 'lock process gate'"));
  EXPECT_THAT(printed.out, HasSubstr("again  procreg replay "));
  EXPECT_THAT(printed.out, HasSubstr("DIVERGES"));

  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator{request.save}) files.push_back(entry.path().string());
  ASSERT_EQ(files.size(), 1U);
  const Printed replayed = run(replay, ReplayRequest{.paths = files});
  EXPECT_EQ(replayed.status, ExitStatus::diverges);
  EXPECT_THAT(replayed.out, HasSubstr("thread 1 runs to its end"));
  const Printed searched = run(race_schedules, ScheduleRequest{.file = files[0]});
  EXPECT_EQ(searched.status, ExitStatus::diverges);
}

TEST_F(RaceSchedules, SaysTheSameAsJson) {
  const Printed printed = run(race_schedules, ScheduleRequest{.rounds = 2000, .schedules = 40, .json = true});
  EXPECT_EQ(printed.status, ExitStatus::diverges);
  auto read = harness::read_campaign(printed.out, "printed");
  ASSERT_TRUE(std::holds_alternative<harness::Campaign>(read));
  EXPECT_EQ(std::get<harness::Campaign>(read).verdict, harness::Verdict::diverges);
}

TEST_F(RaceSchedules, AFailureThatCannotBeSavedIsAFailureOfOurs) {
  write("taken", "a file, no folder");
  const Printed printed = run(race_schedules, ScheduleRequest{.rounds = 2000, .schedules = 40, .save = "taken"});
  EXPECT_EQ(printed.status, ExitStatus::failed);
  EXPECT_THAT(printed.err, HasSubstr("taken"));
  EXPECT_THAT(printed.out, HasSubstr("\"parallel\""));  // nothing is lost
}

TEST_F(RaceSchedules, RefusesWhatCannotBeRaced) {
  const std::string file = "alone.json";
  write(file, R"({ "format": "procreg-scenario/1", "steps": [ { "event": "AdvanceTime", "ms": 1 } ] })");
  EXPECT_THAT(run(race_schedules, ScheduleRequest{.file = file}).err, HasSubstr("no \"parallel\""));
  EXPECT_EQ(run(race_schedules, ScheduleRequest{.file = file}).status, ExitStatus::unusable);
  EXPECT_EQ(run(race_schedules, ScheduleRequest{.file = "nowhere.json"}).status, ExitStatus::unusable);
  const std::string racing = other_fault("entry-is-torn");
  EXPECT_THAT(run(race_schedules, ScheduleRequest{.file = racing, .shard = {1, 2}}).err,
              HasSubstr("cannot be divided"));
}

TEST_F(ReplayParallel, SearchesEveryScheduleWhereTheOwnOneNoLongerFits) {
  const std::string file = other_fault("tag-is-checked-and-then-made");
  const Printed printed = run(replay, ReplayRequest{.paths = {file}});
  EXPECT_EQ(printed.status, ExitStatus::conforms);
  EXPECT_THAT(printed.out, HasSubstr("the schedule no longer fits: switch 1: thread 0 has ended"));
  EXPECT_THAT(printed.out, HasSubstr("none left out"));
}

TEST_F(ReplayParallel, NeedsTheSubjectThatCanBeScheduled) {
  const std::string file = other_fault("entry-is-torn");
  const Printed printed = run(replay, ReplayRequest{.subject = "library:x", .paths = {file}});
  EXPECT_THAT(printed.err, HasSubstr("only the subject impl"));
  EXPECT_EQ(printed.status, ExitStatus::nothing_ran);
}

}  // namespace
}  // namespace procreg::cli
