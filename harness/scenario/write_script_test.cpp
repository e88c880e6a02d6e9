#include <gtest/gtest.h>

#include "harness/scenario/files.h"
#include "harness/scenario/format.h"
#include "harness/scenario/random_scripts.h"
#include "harness/scenario/write_steps.h"

namespace procreg::harness {
namespace {

std::string first_error(const ReadResult& result) {
  const auto* errors = std::get_if<std::vector<InputError>>(&result);
  return errors == nullptr ? "" : text(errors->front());
}

TEST(WriteScript, TwentyThousandRandomStepsAreReadBackAsTheyWere) {
  Scripts scripts{1};
  std::size_t steps = 0;
  std::array<std::size_t, step_kinds> seen{};
  while (steps < 20000) {
    const Script script = scripts.script(100);
    const std::string written = write_script(script);
    const ReadResult result = read_script(written, "random");
    ASSERT_TRUE(std::holds_alternative<Script>(result)) << first_error(result) << "\n" << written;
    const Script& read = std::get<Script>(result);
    ASSERT_EQ(read.steps.size(), script.steps.size());
    for (std::size_t i = 0; i < script.steps.size(); ++i) {
      ASSERT_TRUE(read.steps[i] == script.steps[i]) << step_json(script, script.steps[i]) << "\n"
                                                    << step_json(read, read.steps[i]);
      ASSERT_EQ(step_json(read, read.steps[i]), step_json(script, script.steps[i]));
      ++seen[script.steps[i].index()];
    }
    EXPECT_TRUE(read.names == script.names);
    ASSERT_EQ(read.expectations.size(), script.expectations.size());
    for (std::size_t i = 0; i < script.steps.size(); ++i)
      ASSERT_TRUE(read.expectations[i] == script.expectations[i])
          << step_json(script, script.steps[i], script.expectations[i]) << "\n"
          << step_json(read, read.steps[i], read.expectations[i]);
    EXPECT_EQ(write_script(read), written);
    steps += script.steps.size();
  }
  for (std::size_t kind = 0; kind < step_kinds; ++kind) EXPECT_GT(seen[kind], 100U) << procreg::steps()[kind].name;
}

Script script_with_everything() {
  Script script;
  script.name = "everything";
  script.why = "every part of a file once";
  script.clauses = {"WER-AP-11", "OBJ-PROC-02"};
  script.world_given = true;
  script.world.machines = {{"a", FilterState::loaded}, {"b", FilterState::absent}};
  script.world.limits.entries = 7;
  script.world.forceQueue = true;
  script.world.userDocumentsRequested = true;
  Tables& tables = script.tables;
  script.world.existingFiles = {tables.text(u"C:\\a.txt"), tables.text(u"C:\\b.txt")};
  script.world.helperModules = {tables.text(u"m.dll")};
  const ModuleSignature signature{CallbackDeed::succeeds, tables.text(u"name"), tables.text(u"value")};
  script.world.moduleBehaviours = {
      {.dll = tables.text(u"m.dll"),
       .claims = tables.text(u"Mine"),
       .count = 2,
       .signatures = {signature, {.deed = CallbackDeed::terminates}},
       .custom = tables.text(u"dbg.exe"),
       .automatic = true},
      {.dll = tables.text(u"n.dll"), .loadable = false, .event = CallbackDeed::fails, .debugger = CallbackDeed::fails},
      {.dll = tables.text(u"o.dll"), .event = CallbackDeed::fails, .claims = tables.text(u"Mine")}};
  script.names = {{"p", {"ui", "io"}}, {"q", {}}};
  ProcessSpec p{.name = 1};
  p.threads.count = 2;
  p.se_debug = true;
  p.dacl = script.tables.dacl({{script.tables.text(u"user2"), PROCESS_TERMINATE}});
  ProcessSpec q{.name = 2};
  q.machine = MachineIndex{1};
  q.kind = ProcessKind::system;
  q.package = script.tables.text(u"Contoso");
  q.localFolderUsable = false;
  q.dumpable = true;
  Stack stack{.range = {0x5000, 0x6000}, .stack_pointer = 0x5800, .instruction_pointer = 0x10};
  stack.registers[0] = 0x5008;
  q.stacks = tables.stacks({default_stack(0), stack});
  q.data = no_ranges;
  q.private_ = tables.ranges({{0x1000, 0x3000}, {0x2000, 0x4000}});
  q.mapped = tables.ranges({{0x7000, ~std::uint64_t{0}}});
  script.world.processes = {p, q};
  const Profile changed =
      windows11_profile().with(choice::app_instance_zero_guid, AppInstanceZeroGuid::invalid_parameter);
  script.profiles = {{"documented", documented_profile()},
                     {"windows11 with app-instance-zero-guid=invalid-parameter", changed}};
  Crash crash;
  crash.process.name = {1, itself_part};
  crash.thread.value.emplace().name = {1, first_thread_part + 1};
  script.steps = {crash};
  return script;
}

constexpr std::string_view everything = R"({
  "format": "procreg-scenario/1",
  "name": "everything",
  "why": "every part of a file once",
  "clauses": ["WER-AP-11", "OBJ-PROC-02"],
  "profile": [ "documented", { "base": "windows11", "choices": { "app-instance-zero-guid": "invalid-parameter" } } ],
  "world": {
    "machines": [
      { "name": "a" },
      { "name": "b", "ccf": "absent" }
    ],
    "processes": [
      { "name": "p", "privileges": ["SeDebug"], "dacl": { "user2": "0x1" }, "threads": ["ui", "io"] },
      { "name": "q", "machine": "b", "kind": "system", "package": "Contoso", "localFolderUsable": false, "dumpable": true, "stacks": [ null, { "range": ["0x5000", "0x6000"], "stackPointer": "0x5800", "instructionPointer": "0x10", "registers": { "rax": "0x5008" } } ], "data": [], "private": [["0x1000", "0x3000"], ["0x2000", "0x4000"]], "mapped": [["0x7000", "0xFFFFFFFFFFFFFFFF"]] }
    ],
    "limits": { "entries": 7 },
    "existingFiles": ["C:\\a.txt", "C:\\b.txt"],
    "helperModules": ["m.dll"],
    "moduleBehaviours": [
      { "dll": "m.dll", "event": { "claims": "Mine", "count": 2 }, "signatures": [["name", "value"], "terminates"], "debugger": { "custom": "dbg.exe", "automatic": true } },
      { "dll": "n.dll", "loadable": false, "event": "fails", "debugger": "fails" },
      { "dll": "o.dll", "event": { "claims": "Mine", "count": 0, "fails": true } }
    ],
    "userDocumentsRequested": true,
    "forceQueue": true
  },
  "steps": [
    { "event": "Crash", "process": "p", "thread": "p.io" }
  ]
}
)";

TEST(WriteScript, WritesEveryPartOfAFile) { EXPECT_EQ(write_script(script_with_everything()), everything); }

TEST(WriteScript, WhatItWritesIsReadBackWhole) {
  const ReadResult result = read_script(everything, "everything.json");
  ASSERT_TRUE(std::holds_alternative<Script>(result)) << first_error(result);
  const Script& read = std::get<Script>(result);
  const Script script = script_with_everything();
  EXPECT_EQ(read.name, script.name);
  EXPECT_EQ(read.why, script.why);
  EXPECT_EQ(read.clauses, script.clauses);
  EXPECT_TRUE(read.profiles == script.profiles);
  EXPECT_EQ(read.world_given, script.world_given);
  EXPECT_TRUE(read.names == script.names);
  EXPECT_EQ(read.world.moduleBehaviours.size(), 3U);
  EXPECT_EQ(read.tables.at(read.world.processes[1].stacks), script.tables.at(script.world.processes[1].stacks));
  EXPECT_EQ(read.lines, std::vector<std::uint32_t>{28});
  EXPECT_EQ(write_script(read), everything);
}

constexpr std::string_view two_threads = R"({
  "format": "procreg-scenario/1",
  "steps": [
    { "call": "CreateProcess", "by": "main", "as": "w", "threads": ["ui"] }
  ],
  "parallel": [
    [
      { "call": "CreateProcess", "by": "main", "as": "mine" },
      { "call": "CloseHandle", "by": "main", "hObject": "mine.handle" }
    ],
    [
      { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "w", "captureExtraInfoForThreadId": "w.ui" }
    ]
  ],
  "schedule": [
    { "thread": 1, "point": "lock \"gate\"", "occurrence": 2 },
    { "thread": 0, "point": "call", "occurrence": 1 }
  ]
}
)";

TEST(WriteScript, WritesThreadsAndTheirScheduleAsTheyAreRead) {
  const ReadResult result = read_script(two_threads, "two_threads.json");
  ASSERT_TRUE(std::holds_alternative<Script>(result)) << first_error(result);
  const Script& read = std::get<Script>(result);
  ASSERT_EQ(read.parallel.size(), 2U);
  EXPECT_EQ(read.steps.size(), 1U);
  EXPECT_EQ(read.parallel[0].size(), 2U);
  EXPECT_EQ(read.parallel[1].size(), 1U);
  EXPECT_EQ(std::get<CloseHandle>(read.parallel[0][1]).hObject.name, (NameRef{3, handle_part}));
  EXPECT_EQ(read.schedule, (std::vector<ScheduleSwitch>{{1, "lock \"gate\"", 2}, {0, "call", 1}}));
  EXPECT_EQ(write_script(read), two_threads);
}

TEST(WriteScript, WritesThreadsThatNothingPrecedes) {
  Script script;
  script.names = {{"main", {}}};
  script.parallel = {{AdvanceTime{.ms = Duration{1}}}};
  const ReadResult result = read_script(write_script(script), "");
  ASSERT_TRUE(std::holds_alternative<Script>(result)) << first_error(result);
  EXPECT_TRUE(std::get<Script>(result).parallel == script.parallel);
}

TEST(WriteScript, LeavesOutTheDefaultWorld) {
  Script script;
  script.names = {{"main", {}}};
  script.steps = {AdvanceTime{.ms = Duration{1}}};
  EXPECT_EQ(write_script(script),
            "{\n  \"format\": \"procreg-scenario/1\",\n  \"steps\": [\n    { \"event\": \"AdvanceTime\", \"ms\": 1 }\n "
            " ]\n}\n");
  script.world.limits = tiny_limits;
  EXPECT_NE(write_script(script).find("\"limits\": \"tiny\""), std::string::npos);
}

TEST(StepText, IsOneLineOfAReport) {
  Script script;
  script.names = {{"main", {}}, {"w", {"ui"}}};
  WerRegisterAdditionalProcess call;
  call.by.name = {1, itself_part};
  call.processId.name = {2, itself_part};
  EXPECT_EQ(text(script, call), "main: WerRegisterAdditionalProcess(processId=w, captureExtraInfoForThreadId=0)");
  call.captureExtraInfoForThreadId.name = {2, first_thread_part};
  call.processId = {.raw = Pid{0xF0000008}};
  EXPECT_EQ(text(script, call),
            "main: WerRegisterAdditionalProcess(processId=@process2, captureExtraInfoForThreadId=w.ui)");
  CreateProcess create;
  create.by.name = {1, itself_part};
  create.as = {2};
  create.user.value = script.tables.text(u"user2");
  EXPECT_EQ(text(script, create), "main: CreateProcess(as=w, user=\"user2\", threads=[\"ui\"])");
  EXPECT_EQ(text(script, AdvanceTime{.ms = Duration{5}}), "AdvanceTime(ms=5)");
}

TEST(AnswerJson, ShowsTextsAndWhatWasRestarted) {
  Script script;
  Answer settings;
  settings.result = Result{Hresult::S_OK};
  settings.written = 1;
  settings.out[0] = script.tables.text(u"/again").index;
  EXPECT_EQ(answer_json(script, GetApplicationRestartSettings{}, settings),
            R"({ "returns": "S_OK", "out": { "pwzCommandline": "/again" } })");
  Answer choice;
  choice.result = applied;
  tell(choice, {.process = {{}, ObjectId{2}}, .name = GivenName{1}, .pid = Pid{1004}, .thread = Tid{0x10004}});
  EXPECT_EQ(answer_json(script, UserChoice{}, choice),
            R"({ "returns": "applied", "restarted": { "process": 1004, "thread": 65540 } })");
}

TEST(AnswerJson, ShowsWhatWasWritten) {
  Answer answer;
  answer.result = Result{Hresult::E_INVALIDARG};
  EXPECT_EQ(answer_json(Script{}, WerRegisterAdditionalProcess{}, answer), R"({ "returns": "E_INVALIDARG" })");
  answer.result = TRUE_;
  answer.written = 1;
  answer.out[0] = 259;
  answer.lastError = 5;
  EXPECT_EQ(answer_json(Script{}, GetExitCodeProcess{}, answer),
            R"({ "returns": "TRUE", "out": { "lpExitCode": 259 }, "lastError": 5 })");
  Answer tag;
  tag.result = Result{NtStatus::STATUS_SUCCESS};
  tag.written = 3;
  tag.out = {0x0123456789ABCDEF, 0x0011223344556677, 1, 0};
  EXPECT_EQ(
      answer_json(Script{}, OpenTag{}, tag),
      R"({ "returns": "STATUS_SUCCESS", "out": { "id": "67452301-ab89-efcd-0011-223344556677", "csvFlags": 1 } })");
}

}  // namespace
}  // namespace procreg::harness
