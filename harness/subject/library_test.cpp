#include "harness/subject/library.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "harness/scenario/files.h"
#include "harness/subject/subject.h"

namespace procreg::harness {
namespace {

using testing::HasSubstr;

// The library's own numbers of processes and the object ids that the specification gives out.
class Numbers {
 public:
  void know(ProcessKey key, std::uint64_t number) { numbers_[key] = number; }
  std::uint64_t of(ProcessKey key) const {
    const auto found = numbers_.find(key);
    return found == numbers_.end() ? number(key.object) : found->second;
  }

  Step translated(Step step) const {
    std::visit(
        [this](auto& fields) {
          std::decay_t<decltype(fields)>::fields::each([&](auto field) { translate(fields.*(field.member)); });
        },
        step);
    return step;
  }

 private:
  void translate(Ref<ProcessKey>& ref) const {
    if (ref.raw != nobody) ref.raw.object = ObjectId{of(ref.raw)};
  }
  void translate(Given<Caller>& given) const {
    if (given.value) translate(*given.value);
  }
  template <class T>
  requires(!std::is_base_of_v<Ref<ProcessKey>, T>) void translate(T&) const {}

  std::map<ProcessKey, std::uint64_t> numbers_{};
};

std::string shown(const Script& script, const Step& step, const Answer& answer) {
  return fmt::format("{} made {:#x}", answer_json(script, step, answer), answer.made);
}

// One script on the library and on the implementation in process; "" or what differed.
class Comparison {
 public:
  Comparison(ForeignSubject& library, Subject& implementation) : library_{library}, implementation_{implementation} {}

  std::string run(Script script, const Profile& profile) {
    script_ = std::move(script);
    implementation_.reset(script_.world, script_.tables, profile);
    auto begun = library_.reset(script_, &profile);
    if (const auto* stopped = std::get_if<Stopped>(&begun)) return "does not begin: " + stopped->message;
    numbers_ = {};
    bindings_.clear(script_.names.size());
    bindings_.bind_world(script_.world);
    if (std::string wrong = begin(std::get<0>(begun)); !wrong.empty()) return wrong;
    for (std::size_t i = 0; i < script_.steps.size(); ++i)
      if (std::string wrong = step(script_.steps[i]); !wrong.empty())
        return fmt::format("{}\n  step {}: {}", wrong, i, text(script_, script_.steps[i]));
    return {};
  }
  std::size_t steps() const { return steps_; }

 private:
  std::string begin(const std::vector<BegunProcess>& begun) {
    std::vector<std::uint64_t> objects(script_.world.machines.size());
    for (std::size_t i = 0; i < begun.size(); ++i) {
      const ProcessSpec& spec = script_.world.processes[i];
      const ProcessKey key{spec.machine, ObjectId{++objects[number(spec.machine)]}};
      numbers_.know(key, begun[i].process);
      const auto& bound = bindings_.at(spec.name);
      if (begun[i].pid != bound.pid || begun[i].threads.size() != bound.threads ||
          begun[i].threads.front() != bound.first_tid)
        return fmt::format("process {} begins otherwise", i);
    }
    return snapshots();
  }

  std::string step(const Step& named) {
    ++steps_;
    const Step resolved = bindings_.resolve(named);
    const Answer expected = implementation_.perform(resolved);
    std::vector<ForeignAnswer> answers;
    const Step translated = numbers_.translated(resolved);
    if (const auto stopped = library_.perform({&translated, 1}, answers)) return "stopped: " + stopped->message;
    bindings_.bind(resolved, expected);
    const Answer got = in_our_ids(resolved, expected, answers.at(0));
    if (!(got == expected))
      return fmt::format("{} is answered, not {}", shown(script_, resolved, got), shown(script_, resolved, expected));
    return snapshots();
  }

  // The library has its own numbers of processes, and does not name what WER restarts.
  Answer in_our_ids(const Step& step, const Answer& expected, const ForeignAnswer& given) {
    Answer got = given.answer;
    if (const auto first = restarted(step, expected); first && !given.restarted.empty()) {
      numbers_.know(first->process, number(given.restarted.front().process.object));
      got.made = expected.made;
      got.out[2] = expected.out[2];
    } else if (const auto* created = std::get_if<CreateProcess>(&step); created != nullptr && got.made != 0) {
      numbers_.know({created->by.raw.machine, ObjectId{expected.made}}, got.made);
      got.made = expected.made;
    }
    return got;
  }

  std::string snapshots() {
    words_.clear();
    implementation_.snapshot(words_);
    const std::string expected = snapshot_json(script_, words_);
    const auto got = library_.snapshot();
    if (const auto* stopped = std::get_if<Stopped>(&got)) return "no snapshot: " + stopped->message;
    const auto& json = std::get<std::string>(got);
    if (json == expected) return {};
    const auto at = static_cast<std::size_t>(
        std::mismatch(json.begin(), json.end(), expected.begin(), expected.end()).first - json.begin());
    const std::size_t from = at < 60 ? 0 : at - 60;
    return fmt::format("the snapshot has ...{}...\n  and not ...{}...", json.substr(from, 160),
                       expected.substr(from, 160));
  }

  ForeignSubject& library_;
  Subject& implementation_;
  Script script_{};
  Bindings bindings_{};
  Numbers numbers_{};
  SnapshotWords words_{};
  std::size_t steps_{};
};

std::vector<std::string> conformance_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{"scenarios/conformance"})
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Profile> profiles_of(const Script& script) {
  std::vector<Profile> profiles;
  for (const auto& named : script.profiles) profiles.push_back(named.profile);
  if (profiles.empty()) profiles = {documented_profile(), windows11_profile()};
  return profiles;
}

TEST(ProcregsLibrary, AnswersAndShowsWhatTheImplementationDoesInEveryScenarioThatItCanPerform) {
  const auto library = library_subject(PROCREG_LIBRARY);
  const auto implementation = harness::implementation();
  const Abilities* abilities = library->abilities();
  ASSERT_NE(abilities, nullptr) << library->failure().message;
  Comparison comparison{*library, *implementation};
  std::size_t performed = 0;
  std::map<std::string, std::size_t> not_applicable;
  for (const std::string& file : conformance_files()) {
    const auto read = read_script_file(file);
    ASSERT_TRUE(std::holds_alternative<Script>(read)) << file;
    const auto& script = std::get<Script>(read);
    if (const std::string lack = what_it_lacks(*abilities, script); !lack.empty()) {
      ++not_applicable[lack];
      continue;
    }
    ++performed;
    for (const Profile& profile : profiles_of(script))
      EXPECT_EQ(comparison.run(script, profile), "") << file << "\n  under " << profile;
  }
  EXPECT_GT(performed, 800U);
  for (const auto& [lack, count] : not_applicable)
    EXPECT_TRUE(lack.starts_with("Smb") || lack.starts_with("Csv") || lack == "several threads at once")
        << count << " scenarios want " << lack;
  std::printf("%zu scenarios, %zu steps\n", performed, comparison.steps());
}

TEST(ProcregsLibrary, SaysWhatItIs) {
  const auto library = library_subject(PROCREG_LIBRARY);
  const Abilities* abilities = library->abilities();
  ASSERT_NE(abilities, nullptr);
  EXPECT_EQ(abilities->name, "library:" PROCREG_LIBRARY);
  EXPECT_FALSE(abilities->version.empty());
  EXPECT_TRUE(abilities->profile && abilities->snapshot && abilities->raw_ids);
  EXPECT_EQ(abilities->steps[Step{SmbCreate{}}.index()], Can::no);
  EXPECT_EQ(abilities->steps[Step{Crash{}}.index()], Can::yes);
}

TEST(ProcregsLibrary, CannotBeGivenATextWithNulInside) {
  const auto library = library_subject(PROCREG_LIBRARY);
  Script script;
  script.names = {{"main", {}}};
  script.world.processes.front().user = script.tables.text(std::u16string_view{u"a\0b", 3});
  const auto begun = library->reset(script, nullptr);
  ASSERT_TRUE(std::holds_alternative<Stopped>(begun));
  EXPECT_EQ(std::get<Stopped>(begun).why, Stopped::Why::cannot);
}

// A world that a scenario file could not describe: the library refuses it in words.
TEST(ProcregsLibrary, SaysWhyItCannotBegin) {
  const auto library = library_subject(PROCREG_LIBRARY);
  Script script;
  script.names = {{"main", {}}};
  script.world.limits.entries = 65536;
  const auto begun = library->reset(script, nullptr);
  ASSERT_TRUE(std::holds_alternative<Stopped>(begun));
  EXPECT_EQ(std::get<Stopped>(begun).message, "a limit is at most 65535");
}

class OtherLibrary : public testing::Test {
 protected:
  void SetUp() override {
    script_.names = {{"main", {}}};
    const auto begun = library_->reset(script_, nullptr);
    ASSERT_TRUE(std::holds_alternative<std::vector<BegunProcess>>(begun)) << std::get<Stopped>(begun).message;
    begun_ = std::get<0>(begun);
  }
  template <class T>
  T by_main(T step) {
    step.by.raw = {MachineIndex{}, ObjectId{begun_.at(0).process}};
    return step;
  }
  std::optional<Stopped> perform(const Step& step) { return library_->perform({&step, 1}, answers_); }
  Answer answer_to(const Step& step) {
    EXPECT_FALSE(perform(step));
    return answers_.at(0).answer;
  }

  std::unique_ptr<ForeignSubject> library_{library_subject(PROCREG_OTHER_LIBRARY)};
  Script script_{};
  std::vector<BegunProcess> begun_{};
  std::vector<ForeignAnswer> answers_{};
};

TEST_F(OtherLibrary, IsThisProcess) {
  ASSERT_EQ(begun_.size(), 1U);
  EXPECT_EQ(begun_.front().pid, Pid{static_cast<std::uint32_t>(getpid())});
  EXPECT_EQ(begun_.front().threads.size(), 1U);
}

TEST_F(OtherLibrary, CanWhatItExportsAndNoEvents) {
  const Abilities& abilities = *library_->abilities();
  const auto can = [&](const Step& step) { return abilities.steps[step.index()]; };
  EXPECT_EQ(can(WerRegisterFile{}), Can::yes);
  EXPECT_EQ(can(CloseHandle{}), Can::yes);
  EXPECT_EQ(can(WerSetFlags{}), Can::missing);
  EXPECT_EQ(can(ExitProcess{}), Can::no);
  EXPECT_EQ(can(Crash{}), Can::no);
  EXPECT_EQ(can(CreateProcess{}), Can::no);
  EXPECT_FALSE(abilities.profile || abilities.snapshot || abilities.raw_ids);
  EXPECT_TRUE(abilities.world.empty());
}

TEST_F(OtherLibrary, IsCalled) {
  const TextIn path{script_.tables.text(u"C:\\a.log")};
  EXPECT_EQ(answer_to(by_main(WerRegisterFile{{}, path, FileType{2}, {}})), Answer{.result = Hresult::S_OK});
  EXPECT_EQ(answer_to(by_main(WerUnregisterFile{{}, path})), Answer{.result = Hresult::S_OK});
  EXPECT_EQ(answer_to(by_main(WerUnregisterFile{{}, path})), Answer{.result = Hresult::WER_E_NOT_FOUND});
  EXPECT_EQ(answer_to(by_main(CloseHandle{})), (Answer{.result = FALSE_, .lastError = 6}));
  EXPECT_EQ(answer_to(WerUnregisterFile{}), Answer{.result = not_runnable}) << "of nobody";
}

TEST_F(OtherLibrary, StopsAtWhatItHasNot) {
  const auto missing = perform(by_main(WerSetFlags{}));
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->why, Stopped::Why::missing);
  EXPECT_THAT(missing->message, HasSubstr("WerSetFlags"));
  const auto event = perform(Crash{});
  ASSERT_TRUE(event);
  EXPECT_EQ(event->why, Stopped::Why::cannot);
}

TEST(Library, ThatIsNoneIsNotStarted) {
  const auto library = library_subject("CMakeLists.txt");
  EXPECT_EQ(library->abilities(), nullptr);
  EXPECT_EQ(library->failure().why, Stopped::Why::not_started);
  EXPECT_THAT(library->failure().message, HasSubstr("CMakeLists.txt"));
  Script script;
  EXPECT_TRUE(std::holds_alternative<Stopped>(library->reset(script, nullptr)));
}

TEST(Library, WithoutAnyDocumentedFunctionIsNotStarted) {
  const auto library = library_subject("/lib/x86_64-linux-gnu/libm.so.6");
  EXPECT_EQ(library->abilities(), nullptr);
  EXPECT_THAT(library->failure().message, HasSubstr("none of the documented functions"));
}

}  // namespace
}  // namespace procreg::harness
