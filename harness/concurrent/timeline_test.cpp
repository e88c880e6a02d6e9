#include "harness/concurrent/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "harness/concurrent/history_file.h"
#include "model/system.h"

namespace procreg::harness {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr ProcessKey main_process{MachineIndex{0}, ObjectId{1}};
Caller main_calls() { return {{main_process, {1, itself_part}}}; }
Step registers(std::uint32_t pid) {
  return WerRegisterAdditionalProcess{.by = main_calls(), .processId = {Pid{pid}, {}}};
}
Step unregisters(std::uint32_t pid) {
  return WerUnregisterAdditionalProcess{.by = main_calls(), .processId = {Pid{pid}, {}}};
}
constexpr Result ok{Hresult::S_OK};

RecordedRace race_of(std::size_t threads, History history) {
  RecordedRace race;
  race.script.name = "a race";
  race.script.profiles = {{"documented", documented_profile()}};
  race.script.names = {{"main", {}}};
  race.script.parallel.resize(threads);
  for (const Operation& operation : history) race.script.parallel[operation.thread].push_back(operation.step);
  race.history = std::move(history);
  return race;
}
Operation operation(std::uint16_t thread, Step step, Result result, std::uint64_t called, std::uint64_t returned) {
  return {thread, step, Answer{.result = result}, called, returned};
}

// Two threads take the same entry out, and both are told that it was there.
RecordedRace twice() {
  return race_of(2, {operation(0, registers(40), ok, 0, 1), operation(0, unregisters(40), ok, 2, 4),
                     operation(1, unregisters(40), ok, 3, 5)});
}

SnapshotWords snapshot_before(const RecordedRace& race) {
  SnapshotWords words;
  model::snapshot_of(prepared(race.script, profile_of(race)).state, race.script.tables, words);
  return words;
}

Explanation explained(const RecordedRace& race) { return explain(race, judge(race)); }

std::string all_text(const RecordedRace& race) {
  const Explanation why = explained(race);
  return timeline_text(race, why) + '\n' + explanation_text(race, why);
}

std::size_t longest_line(const std::string& text) {
  std::istringstream lines{text};
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

TEST(ATimeline, MarksWhatCannotBeOrdered) {
  EXPECT_EQ(all_text(twice()),
            R"(  at  thread 0                                                 thread 1
   0  [1] main: WerRegisterAdditionalProcess(processId=40,
      |   captureExtraInfoForThreadId=0)
   1  => S_OK
   2  [2] main: WerUnregisterAdditionalProcess(processId=40)
   3  |                                                        [!] main: WerUnregisterAdditionalProcess(processId=40)
   4  => S_OK                                                  |
   5                                                           => S_OK

[1] to [2] can come in this order, and no order goes further: one of these would have to follow.
    [!] thread 1, main: WerUnregisterAdditionalProcess(processId=40)
        answered   S_OK
        the model  WER_E_NOT_FOUND
        by         WER-AP-32  processId not in the caller's list (also: only in the list of another process):
                   WER_E_NOT_FOUND
)");
}

TEST(ATimeline, OfAHistoryThatHasAnOrderNumbersIt) {
  const RecordedRace race =
      race_of(2, {operation(0, registers(40), ok, 0, 3), operation(1, unregisters(40), ok, 1, 2)});
  const std::string text = all_text(race);
  EXPECT_THAT(text, HasSubstr("[1] main: WerRegister"));
  EXPECT_THAT(text, HasSubstr("[2] main: WerUnregister"));
  EXPECT_THAT(text, HasSubstr("are an order in which the model gives the same answers.\n"));
}

TEST(ATimeline, ShowsHowTheEndDiffers) {
  RecordedRace race = race_of(2, {operation(0, registers(40), ok, 0, 1)});
  race.end = snapshot_before(race);
  const std::string text = all_text(race);
  EXPECT_THAT(text, HasSubstr("[1] main: WerRegister"));
  EXPECT_THAT(text, HasSubstr("no such order leaves what the subject"));
  EXPECT_THAT(text, HasSubstr("/machines/local/processes/main/wer"));
}

TEST(ATimeline, TellsOfOperationsThatNeverReturned) {
  RecordedRace race = twice();
  race.history[2].answer.reset();
  EXPECT_THAT(all_text(race), HasSubstr("=> never returned\n"));
  EXPECT_THAT(timeline_svg(race, explained(race)), HasSubstr("class=\"o n\"><title>"));
}

TEST(ATimeline, OfManyThreadsHasAColumnForEach) {
  History history;
  for (std::uint16_t thread = 0; thread < 12; ++thread)
    history.push_back(operation(thread, registers(40 + 4U * thread), ok, thread, 100U + thread));
  const std::string text = all_text(race_of(12, history));
  EXPECT_THAT(text, HasSubstr("   0  >...........  0 ["));
  EXPECT_THAT(text, HasSubstr("  11  |||||||||||>  11 ["));
  EXPECT_LE(longest_line(text), 120U);
}

RecordedRace long_race(std::size_t operations) {
  History history;
  for (std::size_t i = 0; i < operations; ++i) {
    const auto thread = static_cast<std::uint16_t>(i % 4);
    const Step step = i % 8 < 4 ? registers(40 + 4U * thread) : unregisters(40 + 4U * thread);
    history.push_back(operation(thread, step, ok, 8 * (i / 4) + i % 4, 8 * (i / 4) + 4 + i % 4));
  }
  return race_of(4, history);
}

TEST(ATimeline, OfALongViolationShowsWhereItLies) {
  RecordedRace race = long_race(400);
  race.history[301].answer->result = Hresult::E_FAIL;
  const std::string text = all_text(race);
  EXPECT_THAT(text, HasSubstr("[!]"));
  EXPECT_THAT(text, HasSubstr("E_FAIL"));
  EXPECT_THAT(text, HasSubstr("calls and returns\n"));
  EXPECT_LE(longest_line(text), 120U);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 120);
}

TEST(ADrawing, OfThreeThousandOperationsTakesLessThanTwoMegabytes) {
  const RecordedRace race = long_race(3'000);
  const Explanation why = explained(race);
  ASSERT_EQ(why.verdict, Linearizable::yes);
  EXPECT_LT(timeline_svg(race, why).size(), 2'000'000U);
  EXPECT_LT(timeline_html(race, why).size(), 2'000'000U);
}

TEST(ADrawing, NeedsNothingElse) {
  const std::string html = timeline_html(twice(), explained(twice()));
  EXPECT_THAT(html, HasSubstr("<title>main: WerUnregisterAdditionalProcess(processId=40)\n=> S_OK"));
  EXPECT_THAT(html, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_THAT(html, Not(HasSubstr("href=\"http")));
  EXPECT_THAT(html, HasSubstr("<a href=\"#stuck\">"));
  EXPECT_THAT(html, HasSubstr("<g class=\"x\" id=\"stuck\">"));
  EXPECT_THAT(html, Not(HasSubstr("src=")));
}

TEST(ADrawing, EscapesWhatItIsGiven) {
  RecordedRace race = twice();
  race.script.name = "<script>\"&";
  EXPECT_THAT(timeline_html(race, explained(race)), HasSubstr("&lt;script&gt;&quot;&amp;"));
  EXPECT_THAT(timeline_html(race, explained(race)), Not(HasSubstr("<script>")));
}

// --- Files ---

const std::vector<InputError>& errors(const ReadHistoryResult& result) {
  return std::get<std::vector<InputError>>(result);
}
std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

TEST(AHistoryFile, ReadsBackAsItWasWritten) {
  const std::string file = write_history(twice());
  const auto read = read_history(file, "a.json");
  ASSERT_TRUE(std::holds_alternative<RecordedRace>(read)) << text(errors(read).front());
  const auto& race = std::get<RecordedRace>(read);
  EXPECT_EQ(write_history(race), file);
  EXPECT_EQ(race.history.size(), 3U);
  EXPECT_EQ(race.history[2].answer, twice().history[2].answer);
  EXPECT_EQ(judge(race).verdict, Linearizable::no);
}

TEST(AHistoryFile, KeepsEveryOutput) {
  Answer answer;
  answer.result = TRUE_;
  answer.written = 0b1111;
  answer.out = {4, 8, 1004, 0x10004};
  answer.made = 2;
  answer.lastError = 5;
  Answer opened;
  opened.result = NtStatus::STATUS_SUCCESS;
  opened.written = 0b11;
  opened.out = {0x1122334455667788U, 0x99AABBCCDDEEFF00U, 7, 0};
  RecordedRace race = race_of(2, {{0, CreateProcess{.by = main_calls()}, answer, 0, 1},
                                  {1, OpenTag{.by = main_calls()}, opened, 2, 3},
                                  {1, Crash{.process = {{main_process, {1, itself_part}}}}, {}, 4, 0}});
  const SnapshotWords words = snapshot_before(race);
  race.end = words;
  const auto read = read_history(write_history(race), "a.json");
  ASSERT_TRUE(std::holds_alternative<RecordedRace>(read)) << text(errors(read).front());
  const auto& again = std::get<RecordedRace>(read);
  EXPECT_EQ(again.history[0].answer, answer);
  EXPECT_EQ(again.history[1].answer, opened);
  EXPECT_EQ(again.history[2].answer, std::nullopt);
  EXPECT_EQ(again.end, words);
}

// A script that was generated has more texts than it uses.
TEST(AHistoryFile, KeepsTheTextsOfItsEnd) {
  Tables tables;
  tables.text(u"nothing uses this");
  const TextRef path = tables.text(u"C:\\a.txt");
  WerRegisterFile registers_file;
  registers_file.by = main_calls();
  registers_file.pwzFile.value = path;
  registers_file.regFileType = FileType{1};
  RecordedRace race = race_of(1, {operation(0, registers_file, ok, 0, 1)});
  race.script.tables = tables;
  model::System system{race.script.world, race.script.tables, documented_profile()};
  system.perform(registers_file);
  race.end.emplace();
  system.snapshot(*race.end);
  const auto read = read_history(write_history(race), "a.json");
  ASSERT_TRUE(std::holds_alternative<RecordedRace>(read)) << text(errors(read).front());
  const auto& again = std::get<RecordedRace>(read);
  EXPECT_EQ(snapshot_json(again.script, *again.end), snapshot_json(race.script, *race.end));
  EXPECT_NE(*again.end, *race.end);
}

TEST(AHistoryFile, KeepsWhatWasRestartedAndRefusesWhatNothingCouldBe) {
  Answer closed{.result = applied};
  tell(closed, {.process = {MachineIndex{0}, ObjectId{2}},
                .name = restarted_name(GivenName{1}, 1),
                .pid = Pid{1004},
                .thread = Tid{0x10004}});
  const Target target{{main_process, {1, itself_part}}};
  const RecordedRace race = race_of(1, {{0, UserChoice{.process = target}, closed, 0, 1}});
  const std::string file = write_history(race);
  const auto read = read_history(file, "a.json");
  ASSERT_TRUE(std::holds_alternative<RecordedRace>(read)) << text(errors(read).front());
  EXPECT_EQ(std::get<RecordedRace>(read).history[0].answer, closed);
  for (const std::string_view wrong :
       {"[0, 2, 65535, 1004, 65540]", "[7, 2, 1, 1004, 65540]", "[0, 2, 196609, 1004, 65540]"})
    EXPECT_FALSE(std::holds_alternative<RecordedRace>(
        read_history(replaced(file, "[0, 2, 536870913, 1004, 65540]", wrong), "a.json")))
        << wrong;
}

TEST(AHistoryFile, ThatIsWrongIsRefusedWithTheReason) {
  const std::string good = write_history(twice());
  const std::pair<std::string, std::string> wrong[] = {
      {replaced(good, "procreg-history/1", "procreg-history/9"), "this is no history"},
      {replaced(good, "\"operations\"", "\"operation\""), "operation"},
      {replaced(good, "\"parallel\"", "\"parallels\""), "at least one step"},
      {replaced(good, "\"profile\": \"documented\"", "\"profile\": [\"documented\", \"windows11\"]"),
       "exactly one profile"},
      {replaced(good, "\"thread\": 1", "\"thread\": 2"), "out of range"},
      {replaced(good, "\"called\": 3", "\"called\": 2"), "have this place"},
      {replaced(good, "\"called\": 2, \"returned\": 4", "\"called\": 4, \"returned\": 2"), "not after the call"},
      {replaced(good, "\"returned\": 1,", "\"returned\": 9,"), "has not returned"},
      {replaced(good, "\"returned\": 1,", ""), "\"returned\" is missing"},
      {replaced(good, "\"step\": \"main: WerR", "\"step\": \"mine: WerR"), "the scenario says"},
      {replaced(good, "{ \"returns\": \"S_OK\" }", "{ \"returns\": \"TRUE\" }"), "no answer of"},
      {replaced(good, "{ \"returns\": \"S_OK\" }", "{ \"returns\": \"S_OK\", \"out\": { \"x\": 1 } }"), "no output"},
      {replaced(good, "\n  ]\n}", "\n  ],\n  \"end\": [1]\n}"), "not the words of a snapshot"},
      {"[]", "a history (an object)"},
      {"{", ""},
  };
  for (const auto& [file, reason] : wrong) {
    const auto read = read_history(file, "a.json");
    ASSERT_TRUE(std::holds_alternative<std::vector<InputError>>(read)) << file;
    EXPECT_THAT(text(errors(read).front()), HasSubstr(reason)) << file;
    EXPECT_GT(errors(read).front().line, 0U);
  }
}

// --- Cutting down ---

TEST(CuttingDown, TakesWhatCameLaterAndWhatSharesNothing) {
  RecordedRace race = twice();
  race.script.world.processes = {ProcessSpec{.name = 1}, ProcessSpec{.name = 2}};
  race.script.world_given = true;
  race.script.names.push_back({"other", {}});
  race.script.parallel.resize(3);
  const Step elsewhere = WerRegisterAdditionalProcess{.by = {{{MachineIndex{0}, ObjectId{2}}, {2, itself_part}}},
                                                      .processId = {Pid{40}, {}}};
  race.history.insert(race.history.begin(), operation(2, elsewhere, ok, 0, 1));
  for (std::size_t i = 1; i < race.history.size(); ++i) {
    race.history[i].called += 2;
    race.history[i].returned += 2;
  }
  race.history.push_back(operation(0, registers(44), ok, 20, 21));
  ASSERT_EQ(judge(race).verdict, Linearizable::no);
  const RecordedRace small = cut_down(race);
  EXPECT_EQ(judge(small).verdict, Linearizable::no);
  EXPECT_EQ(small.history.size(), 3U);
  EXPECT_EQ(small.script.parallel.size(), 2U);
}

TEST(CuttingDown, LeavesWhatHasAnOrderAsItIs) {
  const RecordedRace fine = race_of(1, {operation(0, registers(40), ok, 0, 1)});
  EXPECT_EQ(cut_down(fine).history.size(), 1U);
}

}  // namespace
}  // namespace procreg::harness
