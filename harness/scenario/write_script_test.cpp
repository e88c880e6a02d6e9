#include <gtest/gtest.h>

#include <random>

#include "harness/scenario/files.h"
#include "harness/scenario/format.h"
#include "harness/scenario/write_steps.h"

namespace procreg::harness {
namespace {

// Random scripts over all kinds of steps and values; every value is one that a file can hold.
class Scripts {
 public:
  explicit Scripts(std::uint32_t seed) : random_{seed} {}

  Script script(std::size_t steps) {
    script_ = {};
    script_.name = "random";
    script_.names = {{"main", {}}};
    processes_ = {{1, 1, false}};
    threads_.clear();
    handles_.clear();
    for (std::size_t i = 0; i < steps; ++i) add_step();
    return script_;
  }

 private:
  struct Process {
    std::uint16_t base;
    std::uint16_t threads;
    bool made;
  };

  std::uint64_t below(std::uint64_t end) {
    const std::uint64_t high = random_();
    const std::uint64_t low = random_();
    return (high << 32 | low) % end;
  }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }
  std::uint32_t dword() {
    return chance(2) ? static_cast<std::uint32_t>(below(5)) : static_cast<std::uint32_t>(below(1ULL << 32));
  }
  std::uint64_t qword() { return chance(2) ? dword() : below(~0ULL); }
  template <class T>
  const T& one_of(const std::vector<T>& values) {
    return values[below(values.size())];
  }

  void add_step() {
    const StepInfo& kind = steps()[below(step_kinds)];
    Step step = kind.make();
    entry_ = {};
    threads_of_entry_ = 1;
    as_ = nullptr;
    for (const FieldInfo& field : kind.fields) fill(field.kind, field.at(address(step)));
    if (as_ != nullptr) bind(kind);
    script_.steps.push_back(step);
    script_.expectations.push_back(chance(3) ? expectation(kind) : Expectation{});
  }

  Expectation expectation(const StepInfo& kind) {
    Expectation out;
    const std::uint64_t value = kind.answers == ResultKind::boolean ? below(2) : dword();
    out.returns = kind.call && kind.answers != ResultKind::returned && kind.answers != ResultKind::no_return
                      ? Result{kind.answers, value}
                      : Result{kind.answers};
    if (kind.call && chance(2)) out.lastError = dword();
    if (chance(4)) out.report = "{ \"dumps\": [ { \"process\": \"main\" } ] }";
    if (chance(4)) out.leaves = "{ \"/machines/local/processes/main/wer\": null, \"/now\": 5 }";
    return out;
  }

  void bind(const StepInfo& kind) {
    const auto base = static_cast<std::uint16_t>(script_.names.size() + 1);
    as_->base = base;
    script_.names.push_back(entry_);
    if (kind.name == "CreateProcess" || can_restart(kind.make()))
      processes_.push_back({base, threads_of_entry_, kind.name == "CreateProcess"});
    else
      (kind.name == "CreateThread" ? threads_ : handles_).push_back(base);
  }

  void fill(ValueKind kind, void* at) {
    switch (kind) {
      case ValueKind::caller:
        as<Caller>(at).name = process_name();
        return;
      case ValueKind::target:
        as<Target>(at).name = process_name();
        return;
      case ValueKind::machine:
        return;
      case ValueKind::binds:
        return name(as<Binds>(at));
      case ValueKind::pid:
        return pid(as<PidRef>(at));
      case ValueKind::tid:
        return tid(as<TidRef>(at));
      case ValueKind::handle:
        return handle(as<HandleRef>(at));
      case ValueKind::dword:
        as<Dword>(at) = Dword{dword()};
        return;
      case ValueKind::ping:
        as<Ping>(at) = Ping{dword()};
        return;
      case ValueKind::byte_count:
        as<ByteCount>(at) = ByteCount{dword()};
        return;
      case ValueKind::fault_flags:
        as<FaultFlags>(at) = FaultFlags{dword()};
        return;
      case ValueKind::file_type:
        as<FileType>(at) = FileType{dword()};
        return;
      case ValueKind::duration:
        as<Duration>(at) = Duration{qword()};
        return;
      case ValueKind::address:
        as<Address>(at) = Address{qword()};
        return;
      case ValueKind::boolean:
        as<Bool>(at) = static_cast<Bool>(static_cast<std::int32_t>(dword()));
        return;
      case ValueKind::countdown:
        as<Countdown>(at) = Countdown{static_cast<std::uint32_t>(1 + below(0xFFFFFFFF))};
        return;
      case ValueKind::capacity:
        if (chance(2)) as<Capacity>(at).allocations = dword();
        return;
      case ValueKind::flag:
        as<Flag>(at).set = chance(2);
        return;
      case ValueKind::mask:
        as<AccessMask>(at) = mask();
        return;
      case ValueKind::guid:
        return guid(as<GuidIn>(at));
      case ValueKind::text:
        if (!chance(4)) as<TextIn>(at).value = script_.tables.text(up_to_nul(some_text()));
        return;
      case ValueKind::size_in_out:
        if (!chance(4)) as<SizeInOut>(at).value = dword();
        return;
      case ValueKind::out_pointer:
        as<OutPointer>(at).valid = chance(2);
        return;
      case ValueKind::object_type:
        as<ObjectType>(at) = static_cast<ObjectType>(1 + below(4));
        return;
      case ValueKind::user_action:
        as<UserAction>(at) = static_cast<UserAction>(below(3));
        return;
      case ValueKind::thread_count:
        return threads(as<ThreadCount>(at));
      default:
        break;
    }
    if (chance(2)) fill_given(kind, at);
  }

  void fill_given(ValueKind kind, void* at) {
    switch (kind) {
      case ValueKind::given_pid_number:
        as<Given<Pid>>(at).value = Pid{static_cast<std::uint32_t>(8 + 4 * below(1000))};
        return;
      case ValueKind::given_tid_number:
        as<Given<Tid>>(at).value = Tid{static_cast<std::uint32_t>(4 + 4 * below(100000))};
        return;
      case ValueKind::given_tid:
        return tid(as<Given<TidRef>>(at).value.emplace());
      case ValueKind::given_handle:
        return handle(as<Given<HandleRef>>(at).value.emplace());
      case ValueKind::given_text:
        as<Given<TextRef>>(at).value = script_.tables.text(some_text());
        return;
      case ValueKind::given_dacl:
        as<Given<DaclRef>>(at).value = script_.tables.dacl(some_dacl());
        return;
      case ValueKind::given_stacks:
        as<Given<StacksRef>>(at).value = script_.tables.stacks(some_stacks());
        return;
      case ValueKind::given_ranges:
        as<Given<RangesRef>>(at).value = script_.tables.ranges(some_ranges());
        return;
      case ValueKind::given_bytes:
        as<Given<BytesRef>>(at).value = script_.tables.bytes(some_bytes());
        return;
      case ValueKind::given_bool:
        as<Given<bool>>(at).value = chance(2);
        return;
      case ValueKind::given_mask:
        as<Given<AccessMask>>(at).value = mask();
        return;
      default:
        FAIL() << "no value for this kind";
    }
  }

  // One that WER restarted has a part of the name of the first of its chain.
  NameRef process_name() {
    const std::uint16_t base = one_of(processes_).base;
    if (!chance(4)) return {base, itself_part};
    return name_ref(restarted_name(GivenName{base}, static_cast<std::uint32_t>(1 + below(restart_names_max))));
  }
  void name(Binds& binds) {
    if (chance(3) || script_.names.size() > 60) return;
    static const std::vector<std::string> stems{"w", "a name", "\xC3\xA9", "\"q\"", "a/b~c", "restarted1", "-", "0x"};
    std::string stem = one_of(stems);
    if (stem == "0x") stem = "x";
    entry_.name = stem + std::to_string(script_.names.size());
    as_ = &binds;
  }
  void threads(ThreadCount& count) {
    count.count = static_cast<std::uint16_t>(1 + below(3));
    threads_of_entry_ = count.count;
    if (as_ == nullptr || chance(2)) return;
    for (std::uint16_t k = 0; k < count.count; ++k) entry_.thread_names.push_back("t" + std::to_string(k));
  }
  void pid(PidRef& ref) {
    if (chance(2))
      ref.name = process_name();
    else
      ref.raw = Pid{chance(2) ? number(unowned_pid) + dword() % 100 : dword()};
  }
  void tid(TidRef& ref) {
    const Process process = one_of(processes_);
    if (chance(3))
      ref.name = {process.base, static_cast<std::uint16_t>(first_thread_part + below(process.threads))};
    else if (chance(4))
      ref.name = thread_name(restarted_name(GivenName{process.base}, 2), 0);
    else if (!threads_.empty() && chance(2))
      ref.name = {one_of(threads_), itself_part};
    else
      ref.raw = Tid{chance(2) ? number(unowned_tid) + dword() % 100 : dword()};
  }
  void handle(HandleRef& ref) {
    const Process process = one_of(processes_);
    if (process.made && chance(3))
      ref.name = {process.base, chance(2) ? handle_part : thread_handle_part};
    else if (!handles_.empty() && chance(3))
      ref.name = {one_of(handles_), itself_part};
    else if (chance(3))
      ref.raw = chance(2) ? current_process : current_thread;
    else
      ref.raw = HandleValue{chance(2) ? number(unowned_handle) + dword() % 100 : qword()};
  }
  AccessMask mask() { return AccessMask{dword()} & ~forbidden_mask_bits; }
  void guid(GuidIn& guid) {
    if (chance(5)) return;
    const std::uint64_t high = qword();
    const std::uint64_t low = qword();
    guid.value = Guid{high, low};
  }
  // What a function is given: it ends at its first NUL.
  static std::u16string up_to_nul(const std::u16string& text) { return text.substr(0, text.find(u'\0')); }

  std::u16string some_text() {
    static constexpr char16_t units[] = {u'a',    u'"',      u'\\',     u'\n',     u'\0', u'\x7F',
                                         u'\xE9', u'\xD800', u'\xDC00', u'\xFFFF', u'/',  u'~'};
    std::u16string text;
    for (std::uint64_t i = below(6); i > 0; --i) text += units[below(std::size(units))];
    return text;
  }
  Dacl some_dacl() {
    Dacl dacl;
    for (std::uint64_t i = below(3); i > 0; --i) {
      const TextRef user = script_.tables.text(some_text() + std::u16string(i, u'!'));
      dacl.push_back({user, mask()});
    }
    return dacl;
  }
  Range some_range() {
    const std::uint64_t begin = qword();
    return {begin, begin + 1 + below(~begin)};
  }
  Ranges some_ranges() {
    Ranges ranges;
    for (std::uint64_t i = below(3); i > 0; --i) ranges.push_back(some_range());
    return ranges;
  }
  Stacks some_stacks() {
    Stacks stacks;
    for (std::uint32_t k = 0; chance(2); ++k) {
      stacks.push_back(default_stack(k));
      if (chance(3)) continue;
      stacks.back().range = some_range();
      stacks.back().stack_pointer = qword();
      stacks.back().instruction_pointer = qword();
      stacks.back().registers[below(general_registers.size())] = qword();
    }
    return stacks;
  }
  std::vector<std::uint8_t> some_bytes() {
    std::vector<std::uint8_t> bytes;
    for (std::uint64_t i = below(5); i > 0; --i) bytes.push_back(static_cast<std::uint8_t>(below(256)));
    return bytes;
  }
  template <class T>
  static T& as(void* at) {
    return *static_cast<T*>(at);
  }

  std::mt19937 random_;
  Script script_{};
  std::vector<Process> processes_{};
  std::vector<std::uint16_t> threads_{};
  std::vector<std::uint16_t> handles_{};
  GivenNameEntry entry_{};
  std::uint16_t threads_of_entry_{};
  Binds* as_{};
};

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
