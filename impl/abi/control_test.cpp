// The control functions: what is refused and how it is said, who calls, and what came of it.
#include <procreg/testing.h>

#include <csetjmp>
#include <thread>

namespace {

using procreg::testing::Returns;
using ::testing::HasSubstr;

// "" when the world begins.
std::string refusal(const procreg_world_spec& spec) {
  procreg_world* world = procreg_world_create(&spec);
  if (world == nullptr) return procreg_error();
  procreg_world_destroy(world);
  return {};
}

std::string refusal_of(const procreg_process_spec& process) {
  procreg_world_spec spec{};
  spec.processes = &process;
  spec.process_count = 1;
  return refusal(spec);
}

std::string refusal_of(const procreg_inputs& inputs) {
  procreg_process_spec process{};
  process.name = "p";
  process.inputs = inputs;
  return refusal_of(process);
}

TEST(Spec, OfTheDefaultWorldIsAllZero) { EXPECT_EQ(refusal({}), ""); }

TEST(Spec, IsRefusedWithAText) {
  procreg_world_spec spec{};
  spec.profile = "windows12";
  EXPECT_EQ(refusal(spec), "there is no profile windows12");
  const procreg_option option{"reregistration", "sometimes"};
  spec = {};
  spec.options = &option;
  spec.option_count = 1;
  EXPECT_EQ(refusal(spec), "reregistration has no option sometimes");
  const procreg_option choice{"weather", "rain"};
  spec.options = &choice;
  EXPECT_EQ(refusal(spec), "there is no choice weather");
  const procreg_limits limits{65536, 8, 4, 16};
  spec = {};
  spec.limits = &limits;
  EXPECT_EQ(refusal(spec), "a limit is at most 65535");
  const PCWSTR files[] = {u"C:\\a", u"c:\\A"};
  spec = {};
  spec.existing_files = files;
  spec.existing_file_count = 2;
  EXPECT_EQ(refusal(spec), "a file exists twice");
  const procreg_machine_spec machines[] = {{"m", PROCREG_FILTER_LOADED}, {"m", PROCREG_FILTER_LOADED}};
  spec = {};
  spec.machines = machines;
  spec.machine_count = 2;
  EXPECT_EQ(refusal(spec), "two machines are called m");
  procreg_module_behaviour module{};
  module.dll = u"x.dll";
  module.claims = u"event";
  module.count = 1;
  spec = {};
  spec.module_behaviours = &module;
  spec.module_behaviour_count = 1;
  EXPECT_EQ(refusal(spec), "a callback is asked for more signature parameters than are given");
}

TEST(Spec, OfAProcessIsRefusedWithAText) {
  procreg_process_spec process{};
  EXPECT_EQ(refusal_of(process), "a name is not empty");
  process.name = "a.b";
  EXPECT_EQ(refusal_of(process), "the name a.b has a dot");
  process.name = "p";
  process.machine = "elsewhere";
  EXPECT_EQ(refusal_of(process), "there is no machine elsewhere");

  const DWORD pid = 1001;
  procreg_inputs inputs{};
  inputs.pid = &pid;
  EXPECT_THAT(refusal_of(inputs), HasSubstr("a multiple of 4"));
  const procreg_range backwards{2, 1};
  const procreg_ranges ranges{&backwards, 1};
  inputs = {};
  inputs.data = &ranges;
  EXPECT_EQ(refusal_of(inputs), "a range does not begin before it ends");
  const procreg_dacl_entry entry{u"user2", 0x80000000};
  const procreg_dacl dacl{&entry, 1};
  inputs = {};
  inputs.dacl = &dacl;
  EXPECT_THAT(refusal_of(inputs), HasSubstr("generic rights"));
  procreg_loaded_module overlapping[2]{};
  overlapping[0].name = overlapping[1].name = u"a.dll";
  overlapping[0].size = overlapping[1].size = 1;
  const procreg_loaded_modules modules{overlapping, 2};
  inputs = {};
  inputs.loaded_modules = &modules;
  EXPECT_EQ(refusal_of(inputs), "two modules overlap");
  inputs = {};
  inputs.threads = 4097;
  EXPECT_EQ(refusal_of(inputs), "a process has at most 4096 threads");
}

class Control : public procreg::testing::WorldTest {};

TEST_F(Control, KeepsTheWorldThatAnUnusableOneWouldReplace) {
  WerRegisterFile(u"C:\\a", WerRegFileTypeOther, 0);
  procreg_world_spec unusable{};
  unusable.profile = "none";
  EXPECT_EQ(procreg_world_restart(world(), &unusable), 0);
  EXPECT_THAT(WerUnregisterFile(u"C:\\a"), Returns(S_OK));
}

TEST_F(Control, EndsWhatThreadsWereWhenTheWorldBeginsAgain) {
  EXPECT_EQ(GetCurrentProcessId(), 1000U);
  ASSERT_EQ(procreg_world_restart(world(), nullptr), 1);
  EXPECT_THAT(WerSetFlags(0), Returns(E_UNEXPECTED));
  EXPECT_EQ(procreg_last_outcome()->kind, PROCREG_NOT_RUN);
  become("main");
  EXPECT_THAT(WerSetFlags(0), Returns(S_OK));
}

TEST_F(Control, GivesThreadsThatChoseNothingTheDefaultProcess) {
  HRESULT before = S_OK;
  std::thread{[&] { before = WerSetFlags(0); }}.join();
  EXPECT_THAT(before, Returns(E_UNEXPECTED));
  ASSERT_EQ(procreg_become_by_default(world(), process("main")), 1);
  HRESULT after = E_FAIL;
  std::thread{[&] { after = WerSetFlags(1); }}.join();
  EXPECT_THAT(after, Returns(S_OK));
  DWORD flags = 0;
  EXPECT_THAT(WerGetFlags(GetCurrentProcess(), &flags), Returns(S_OK));
  EXPECT_EQ(flags, 1U);
}

TEST_F(Control, RefusesToBecomeAProcessThatIsNone) {
  EXPECT_EQ(procreg_become(world(), 77), 0);
  EXPECT_EQ(std::string{procreg_error()}, "the world has no such process");
  EXPECT_EQ(GetCurrentProcessId(), 1000U);
}

TEST_F(Control, RefusesRightsThatAreNotSimulated) {
  EXPECT_EQ(OpenProcess(0x10000000, FALSE, 1000), nullptr);
  EXPECT_EQ(procreg_last_outcome()->kind, PROCREG_UNUSABLE);
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_SUPPORTED));
  EXPECT_THAT(procreg_error(), HasSubstr("generic rights"));
}

TEST_F(Control, KeepsOneLastErrorAProcess) {
  spawn("child");
  EXPECT_EQ(CloseHandle(reinterpret_cast<HANDLE>(0x7000)), FALSE);
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
  become("child");
  EXPECT_EQ(GetLastError(), 0U);
  SetLastError(77);
  EXPECT_EQ(GetLastError(), 77U);
  become("main");
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
}

TEST_F(Control, TellsWhenACallerIsGone) {
  struct Seen {
    procreg_outcome outcome{};
    int times{};
  } seen;
  procreg_on_end(
      [](void* to, const procreg_outcome* outcome) {
        auto& told = *static_cast<Seen*>(to);
        told.outcome = *outcome;
        ++told.times;
      },
      &seen);
  WerSetFlags(0);
  EXPECT_EQ(seen.times, 0);
  ExitProcess(3);
  EXPECT_EQ(seen.times, 1);
  EXPECT_EQ(seen.outcome.kind, PROCREG_ENDED_CALLER);
  procreg_on_end(nullptr, nullptr);
  EXPECT_EQ(state("main"), PROCREG_EXITED);
}

TEST_F(Control, LetsAHandlerLeaveTheFunctionThatCannotReturn) {
  static std::jmp_buf place;
  procreg_on_end([](void*, const procreg_outcome*) { std::longjmp(place, 1); }, nullptr);
  bool returned = false;
  if (setjmp(place) == 0) {
    ExitProcess(0);
    returned = true;
  }
  procreg_on_end(nullptr, nullptr);
  EXPECT_FALSE(returned);
  EXPECT_EQ(procreg_last_outcome()->kind, PROCREG_ENDED_CALLER);
}

TEST_F(Control, TellsOfAnException) {
  const procreg_option raises{"ccf-null-pointer", "access-violation"};
  procreg_world_spec spec{};
  spec.options = &raises;
  spec.option_count = 1;
  begin(spec);
  const DWORD failure = ERROR_GEN_FAILURE;
  EXPECT_THAT(RegisterAppInstance(GetCurrentProcess(), nullptr, FALSE), Returns(failure));
  EXPECT_EQ(procreg_last_outcome()->kind, PROCREG_RAISED);
  EXPECT_EQ(procreg_last_outcome()->value, 0xC0000005U);
}

TEST_F(Control, NamesWhatWerRestarts) {
  advance(60001);
  ASSERT_THAT(RegisterApplicationRestart(u"again", 0), Returns(S_OK));
  crash("main");
  ASSERT_EQ(procreg_name_next_restart(world(), "second"), 1);
  let_close("main");
  EXPECT_EQ(procreg_last_outcome()->restarted, 1U);
  const procreg_restart fresh = procreg_last_restart(world(), 0);
  EXPECT_EQ(fresh.process, process("second"));
  EXPECT_EQ(fresh.pid, pid("second"));
  EXPECT_STREQ(fresh.machine, "local");
  EXPECT_STREQ(procreg_process_name(world(), fresh.process), "second");
}

TEST_F(Control, MakesObjectsAndShowsTags) {
  EXPECT_NE(procreg_new_object(PROCREG_EVENT, nullptr, FALSE), nullptr);
  GUID id{0x01020304, 5, 6, {7}};
  const DWORD success = ERROR_SUCCESS;
  ASSERT_THAT(RegisterAppInstance(GetCurrentProcess(), &id, TRUE), Returns(success));
  procreg_opened opened{};
  EXPECT_EQ(procreg_open_tag(nullptr, 0, &opened), STATUS_SUCCESS);
  EXPECT_TRUE(opened.has_id && !opened.has_version);
  EXPECT_EQ(opened.id.Data1, 0x01020304U);
  const std::uint8_t garbage[] = {1, 2, 3};
  EXPECT_EQ(procreg_open_tag(garbage, 3, nullptr), STATUS_EA_CORRUPT_ERROR);
}

TEST_F(Control, SaysWhatIsUnusableOfAnEvent) {
  EXPECT_EQ(procreg_filter_load(world(), "elsewhere"), -1);
  EXPECT_STREQ(procreg_error(), "there is no machine elsewhere");
  const DWORD tid = 3;
  EXPECT_EQ(procreg_create_thread(world(), process("main"), nullptr, &tid), -1);
  EXPECT_EQ(procreg_crash(nullptr, 1, nullptr), -1);
  EXPECT_EQ(procreg_set_heap_capacity(world(), process("main"), 1ULL << 40), -1);
  EXPECT_EQ(procreg_crash(world(), 0, nullptr), 0);
}

TEST_F(Control, ShowsTheWordsOfItsState) {
  const std::size_t size = procreg_snapshot_words(world(), nullptr, 0);
  ASSERT_GT(size, 10U);
  std::vector<std::uint64_t> before(size);
  std::vector<std::uint64_t> after(size);
  EXPECT_EQ(procreg_snapshot_words(world(), before.data(), size), size);
  advance(7);
  EXPECT_EQ(procreg_snapshot_words(world(), after.data(), size), size);
  EXPECT_EQ(after.at(0), before.at(0) + 7) << "the clock";
  EXPECT_EQ(procreg_now(world()), 7U);
  EXPECT_STREQ(procreg_name(world(), 1), "main");
  EXPECT_EQ(procreg_name(world(), 2), nullptr);
  EXPECT_EQ(procreg_text(world(), procreg_text_count(world()), nullptr), nullptr);
}

TEST_F(Control, NamesProcessesAndTheirThreads) {
  const char* threads[] = {"ui", nullptr};
  procreg_inputs inputs{};
  inputs.threads = 2;
  inputs.thread_names = threads;
  const procreg_created made = spawn("worker", inputs);
  EXPECT_EQ(procreg_process_thread(world(), made.process, 0), made.dwThreadId);
  EXPECT_EQ(procreg_process_thread(world(), made.process, 1), made.dwThreadId + 4);
  EXPECT_EQ(procreg_process_thread(world(), made.process, 2), 0U);
  EXPECT_STREQ(procreg_name_of_thread(world(), 2, 0), "ui");
  EXPECT_STREQ(procreg_name_of_thread(world(), 2, 1), "");
}

}  // namespace
