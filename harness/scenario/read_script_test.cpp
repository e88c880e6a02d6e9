#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

// The errors of a file called f.json, one a line; "" when it is accepted.
std::string errors_of(std::string_view json) {
  const ReadResult result = read_script(json, "f.json");
  std::string out;
  if (const auto* errors = std::get_if<std::vector<InputError>>(&result))
    for (const InputError& error : *errors) out += (out.empty() ? "" : "\n") + text(error);
  return out;
}

std::string file_errors_of(const std::string& path) {
  const ReadResult result = read_script_file(path);
  const auto* errors = std::get_if<std::vector<InputError>>(&result);
  return errors == nullptr ? "" : text(errors->front());
}

std::string with_steps(std::string_view steps) {
  return "{\"format\": \"procreg-scenario/1\", \"steps\": [\n" + std::string{steps} + "\n]}";
}

std::string with(std::string_view member) {
  return "{\"format\": \"procreg-scenario/1\", " + std::string{member} +
         ",\n\"steps\": [{\"event\": \"AdvanceTime\", \"ms\": 1}]}";
}

struct TemporaryFolder {
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "procreg-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

// --- No JSON at all ---

TEST(BadInput, AnEmptyFileIsRefused) {
  EXPECT_EQ(errors_of(""), "f.json:1:1: the file is empty");
  EXPECT_EQ(errors_of(" \n"), "f.json:1:1: the file is empty");
}

TEST(BadInput, AMalformedFileIsRefusedWhereItGoesWrong) {
  EXPECT_EQ(errors_of("{\"format\": \"procreg-scenario/1\",\n  \"steps\": [1,]}"),
            "f.json:2:15: /steps: this is no JSON: syntax error while parsing value - unexpected ']'; expected '[', "
            "'{', or a literal");
  EXPECT_EQ(errors_of("{} x"),
            "f.json:1:4: this is no JSON: syntax error while parsing value - invalid literal; expected end of input");
}

TEST(BadInput, AnyTruncationOfAFileIsRefused) {
  const std::string whole =
      with_steps(R"({"call": "CreateProcess", "by": "main", "as": "é\ud83d\ude00", "threads": ["ui"]})");
  ASSERT_EQ(errors_of(whole), "");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(errors_of(std::string_view{whole}.substr(0, size)), "") << size;
  EXPECT_EQ(errors_of(std::string_view{whole}.substr(0, whole.size() - 1)),
            "f.json:3:2: this is no JSON: syntax error while parsing object - unexpected end of input; expected '}'");
}

TEST(BadInput, BytesThatAreNoUtf8AreRefused) {
  EXPECT_EQ(errors_of(with("\"name\": \"a\xFFz\"")),
            "f.json:1:44: this is no JSON: syntax error while parsing value - invalid string: ill-formed UTF-8 byte");
  EXPECT_NE(errors_of(with("\"name\": \"\xED\xA0\x80\"")), "");  // a surrogate
  EXPECT_NE(errors_of(with("\"name\": \"\xC0\x80\"")), "");      // not the shortest form
}

TEST(BadInput, ANulByteIsRefusedAlsoBehindTheEnd) {
  const std::string good = with("\"name\": \"a\"");
  ASSERT_EQ(errors_of(good), "");
  EXPECT_EQ(errors_of(good + std::string{"\0 {", 3}), "f.json:2:46: this is no JSON: a NUL byte");
}

TEST(BadInput, DeepNestingIsRefused) {
  const std::string deep(100000, '[');
  EXPECT_EQ(errors_of(deep).substr(0, 12), "f.json:1:33:");
  EXPECT_NE(errors_of(deep).find("nested more than 32 deep"), std::string::npos);
}

TEST(BadInput, ManyValuesAreRefused) {
  std::string many = "[0";
  while (many.size() < file_bytes_max - 2) many += ",0";
  EXPECT_NE(errors_of(many + "]").find("more than 2000000 values"), std::string::npos);
}

TEST(BadInput, AKeyThatStandsTwiceIsRefusedAtItsSecondPlace) {
  EXPECT_EQ(errors_of("{\"format\": \"procreg-scenario/1\",\n \"name\": \"a\",\n \"name\": \"b\", \"steps\": []}"),
            "f.json:3:2: /name: the key \"name\" stands twice");
}

TEST(BadInput, AHundredMegabytesAreRefusedWithoutBeingRead) {
  const TemporaryFolder folder;
  const std::string path = (folder.path / "huge.json").string();
  { const std::ofstream file{path}; }
  std::filesystem::resize_file(path, 100'000'000);
  EXPECT_EQ(file_errors_of(path), path + ": the file is larger than 16777216 bytes, the most that is read");
  EXPECT_NE(errors_of(std::string(file_bytes_max + 1, ' ')).find("larger than"), std::string::npos);
}

TEST(BadInput, FilesThatCannotBeReadAreReportedWithTheReason) {
  const TemporaryFolder folder;
  const std::string absent = (folder.path / "absent.json").string();
  EXPECT_EQ(file_errors_of(absent), absent + ": cannot be read: No such file or directory");
  EXPECT_EQ(file_errors_of(folder.path.string()), folder.path.string() + ": cannot be read: Is a directory");
  if (::geteuid() == 0) return;  // root may read anything
  const std::string closed = (folder.path / "closed.json").string();
  { const std::ofstream file{closed}; }
  ::chmod(closed.c_str(), 0);
  EXPECT_EQ(file_errors_of(closed), closed + ": cannot be read: Permission denied");
}

// --- JSON that is no scenario ---

TEST(BadInput, AValueOfAnotherTypeIsRefusedWithWhatIsExpected) {
  const struct {
    std::string_view value;
    std::string_view error;
  } rows[] = {
      {"null", "the name of a process is expected, not null"},
      {"true", "the name of a process is expected, not true"},
      {"1.5", "the name of a process is expected, not 1.5"},
      {"{}", "the name of a process is expected, not an object"},
      {"[\"main\"]", "the name of a process is expected, not a list"},
      {"\"CURRENT_PROCESS\"", "no earlier step and nothing in \"world\" binds the name \"CURRENT_PROCESS\""},
      {"\"main.1\"", "\"main.1\" is a thread, and a process is expected here"},
      {"\"main.\"", "\"main\" has 1 thread, so \"main.\" stands for nothing"},
      {"\"main.01\"", "\"main\" has 1 thread, so \"main.01\" stands for nothing"},
      {"\"Main\"", "no earlier step and nothing in \"world\" binds the name \"Main\"; did you mean \"main\"?"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(errors_of(with_steps("{\"event\": \"Crash\", \"process\": " + std::string{row.value} + "}")),
              "f.json:2:31: /steps/0/process: " + std::string{row.error});
  EXPECT_EQ(errors_of(with_steps("{\"event\": \"AdvanceTime\", \"ms\": 1e400}")),
            "f.json:2:36: /steps/0: this is no JSON: number overflow parsing '1e400'");
}

TEST(BadInput, NumbersAreCheckedAtTheirBounds) {
  const auto pid = [](std::string_view value) {
    return errors_of(with_steps(
        "{\"call\": \"WerUnregisterAdditionalProcess\", \"by\": \"main\", \"processId\": " + std::string{value} + "}"));
  };
  for (const std::string_view good :
       {"0", "-0", "4294967295", "\"0x0\"", "\"0xfFFFFFFF\"", "\"0x00000000FFFFFFFF\"", "\"@process67108863\""})
    EXPECT_EQ(pid(good), "") << good;
  for (const std::string_view bad :
       {"-1", "4294967296", "18446744073709551616", "1.0", "1e2", "\"0x\"", "\"0x100000000\"", "\"0X1\"", "\"0x1g\"",
        "\"0x00000000000000001\"", "\"12\"", "\"@process0\"", "\"@process01\"", "\"@process67108864\"", "\"@process\"",
        "\"@process-1\"", "\"@thread1\"", "null", "\"\""})
    EXPECT_NE(pid(bad), "") << bad;
}

TEST(BadInput, IntegersThatDoublesCannotHoldAreWrittenInHex) {
  const auto time = [](std::string_view value) {
    return errors_of(with_steps("{\"event\": \"AdvanceTime\", \"ms\": " + std::string{value} + "}"));
  };
  EXPECT_EQ(time("9007199254740992"), "");
  EXPECT_EQ(time("\"0xFFFFFFFFFFFFFFFF\""), "");
  EXPECT_NE(time("9007199254740993"), "");
  EXPECT_NE(time("\"0x10000000000000000\""), "");
}

TEST(BadInput, AtMostTwentyErrorsAreListed) {
  std::string steps;
  for (int i = 0; i < 50; ++i)
    steps += std::string{i == 0 ? "" : ","} + "{\"event\": \"Crush\", \"process\": \"main\"}\n";
  const ReadResult result = read_script(with_steps(steps), "f.json");
  ASSERT_EQ(std::get<std::vector<InputError>>(result).size(), 20U);
  EXPECT_EQ(text(std::get<std::vector<InputError>>(result)[19]),
            "f.json:21:12: /steps/19/event: unknown event \"Crush\"; did you mean \"Crash\"?");
}

TEST(Texts, OfTheWorldEndAtTheirFirstNul) {
  const ReadResult read = read_script(R"({ "format": "procreg-scenario/1",
    "world": { "existingFiles": ["C:\\a\u0000b"], "helperModules": ["m\u0000x"],
               "moduleBehaviours": [ { "dll": "m\u0000", "event": { "claims": "E\u0000", "count": 0 } } ] },
    "steps": [ { "event": "AdvanceTime", "ms": 1 } ] })",
                                      "f.json");
  ASSERT_TRUE(std::holds_alternative<Script>(read));
  const WorldSpec& world = std::get<Script>(read).world;
  const Tables& tables = std::get<Script>(read).tables;
  EXPECT_EQ(tables.at(world.existingFiles.front()), u"C:\\a");
  EXPECT_EQ(tables.at(world.helperModules.front()), u"m");
  EXPECT_EQ(tables.at(world.moduleBehaviours.front().dll), u"m");
  EXPECT_EQ(tables.at(*world.moduleBehaviours.front().claims), u"E");
}

TEST(Texts, OfManyAreFoundAgain) {
  Tables tables;
  for (int again = 0; again < 2; ++again)
    for (std::uint32_t i = 0; i < 1000; ++i)
      EXPECT_EQ(tables.text(std::u16string(1 + i, u'x')).index, AppHang.index + 1 + i);
  EXPECT_EQ(tables.text(u""), empty_text);
}

TEST(BadInput, ColumnsCountCharacters) {
  EXPECT_EQ(errors_of(with_steps("{\"event\": \"Crash\", \"process\": \"main\", \"éé\": 1, \"x\": 2}")),
            "f.json:2:39: /steps/0/éé: unknown key \"éé\"; known: \"event\", \"process\", \"thread\", \"restartedAs\", "
            "\"returns\", "
            "\"report\", \"leaves\"\n"
            "f.json:2:48: /steps/0/x: unknown key \"x\"; known: \"event\", \"process\", \"thread\", \"restartedAs\", "
            "\"returns\", "
            "\"report\", \"leaves\"");
}

TEST(BadInput, AnyKeyIsShownOnOneLine) {
  EXPECT_EQ(errors_of("{\"format\": \"procreg-scenario/1\", \"steps\": [{\"\\n\\ud800/~\": 1}], \"a\\u0000\": 2}"),
            "f.json:1:44: /steps/0: a step has one of the keys \"call\" and \"event\"\n"
            "f.json:1:64: /a\\u0000: unknown key \"a\\u0000\"; known: \"format\", \"name\", \"why\", \"clauses\", "
            "\"profile\", "
            "\"world\", \"steps\", \"parallel\", \"schedule\"");
  EXPECT_EQ(
      errors_of(with_steps("{\"event\": \"UserCancel\", \"process\": \"main\", \"\\n\\ud800/~\": 1}")).substr(0, 36),
      "f.json:2:44: /steps/0/\\n\\ud800~1~0: ");
}

TEST(BadInput, PidsOfTheWorldThatMeetAreRefusedAlsoWhenOneWasAssigned) {
  EXPECT_EQ(
      errors_of(
          with(R"("world": {"processes": [{"name": "a", "pid": 2000}, {"name": "b"}, {"name": "c", "pid": 2004}]})")),
      "f.json:1:101: /world/processes/2: this process and process 2 of the list have the same pid 2004 on one machine");
  EXPECT_EQ(errors_of(with(R"("world": {"machines": [{"name": "x"}, {"name": "y"}],
    "processes": [{"name": "a", "pid": 2000}, {"name": "b", "machine": "y", "pid": 2000}]})")),
            "");
  EXPECT_NE(errors_of(with(R"("world": {"processes": [{"name": "a", "pid": 3489660924}, {"name": "b"}]})")), "");
  EXPECT_NE(errors_of(with(R"("world": {"processes": [{"name": "a", "pid": 3489660928}]})")), "");
}

TEST(BadInput, ChangingAnyByteNeverDoesHarm) {
  const std::string whole = with_steps(
      R"({"call": "CreateProcess", "by": "main", "as": "w", "dacl": {"u\ud800": "0x1"}, "threads": ["ui"], "returns": "TRUE",
    "out": {"dwProcessId": "w"}, "leaves": {"/machines/local/processes/w/threads": [["w.ui"]]}})");
  ASSERT_EQ(errors_of(whole), "");
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const char other : {'"', '\\', '{', '}', '[', ']', ',', '0', '-', '.', '\x01', '\x80'}) {
      std::string changed = whole;
      changed[i] = other;
      const ReadResult result = read_script(changed, "f.json");
      const auto* script = std::get_if<Script>(&result);
      EXPECT_EQ(script == nullptr ? 1U : script->steps.size(), 1U);
    }
}

// --- What is accepted ---

TEST(Texts, KeepUnpairedSurrogatesAndNul) {
  const ReadResult result = read_script(
      with_steps(R"({"call": "CreateProcess", "by": "main", "user": "a\u0000\ud800\\ud800\ud83d\ude00\udc00\"/\/é"})"),
      "");
  ASSERT_TRUE(std::holds_alternative<Script>(result));
  const Script& script = std::get<Script>(result);
  const std::u16string expected =
      std::u16string{u"a\0", 2} + u'\xD800' + u"\\ud800\xD83D\xDE00" + u'\xDC00' + u"\"//\u00E9";
  EXPECT_TRUE(script.tables.at(*std::get<CreateProcess>(script.steps[0]).user.value) == expected);
}

TEST(Texts, GivenToAFunctionEndAtTheirFirstNul) {
  const ReadResult result = read_script(
      with_steps(R"({"call": "WerRegisterCustomMetadata", "by": "main", "key": "a\u0000b", "value": "\u0000"})"), "");
  ASSERT_TRUE(std::holds_alternative<Script>(result));
  const Script& script = std::get<Script>(result);
  const auto& call = std::get<WerRegisterCustomMetadata>(script.steps[0]);
  EXPECT_TRUE(script.tables.at(call.key.value.value()) == u"a");
  EXPECT_TRUE(script.tables.at(call.value.value.value()).empty());
}

TEST(Names, OfThreadsMeanTheSameByNumberAndByName) {
  const ReadResult result =
      read_script(with_steps(R"({"call": "CreateProcess", "by": "main", "as": "w", "threads": ["ui", "io"]},
    {"event": "Crash", "process": "w", "thread": "w.2"}, {"event": "Crash", "process": "w", "thread": "w.io"})"),
                  "");
  ASSERT_TRUE(std::holds_alternative<Script>(result));
  const Script& script = std::get<Script>(result);
  EXPECT_TRUE(script.steps[1] == script.steps[2]);
  EXPECT_EQ(std::get<Crash>(script.steps[1]).thread.value->name, (NameRef{2, first_thread_part + 1}));
  EXPECT_EQ(script.lines, (std::vector<std::uint32_t>{2, 3, 3}));
}

TEST(Schedules, CountOccurrencesFromOneWhenTheyDoNotSay) {
  const ReadResult result = read_script(
      with(R"("parallel": [[{"event": "AdvanceTime", "ms": 1}]], "schedule": [{"thread": 0, "point": "call"}])"), "");
  ASSERT_TRUE(std::holds_alternative<Script>(result));
  EXPECT_EQ(std::get<Script>(result).schedule, (std::vector<ScheduleSwitch>{{0, "call", 1}}));
}

TEST(Results, AreReadByTheFamilyOfTheFunction) {
  const auto returns = [](std::string_view call, std::string_view value) {
    return errors_of(with_steps(std::string{call} + ", \"returns\": " + std::string{value} + "}")).empty();
  };
  const std::string_view hresult = R"({"call": "WerUnregisterAdditionalProcess", "by": "main", "processId": 4)";
  const std::string_view win32 =
      R"({"call": "RegisterAppInstance", "by": "main", "ProcessHandle": null, "AppInstanceId": null, "ChildrenInheritAppInstance": 0)";
  const std::string_view handle = R"({"call": "NewObject", "by": "main", "type": "Event")";
  const std::string_view none = R"({"call": "ExitProcess", "by": "main", "uExitCode": 0)";
  const std::string_view boolean = R"({"call": "TerminateProcess", "by": "main", "hProcess": null, "uExitCode": 0)";
  const std::string_view event = R"({"event": "Crash", "process": "main")";
  for (const std::string_view good : {"\"S_OK\"", "\"0x80070057\"", "0", "\"not-runnable\""})
    EXPECT_TRUE(returns(hresult, good)) << good;
  for (const std::string_view bad :
       {"\"ERROR_SUCCESS\"", "\"TRUE\"", "\"applied\"", "\"returned\"", "null", "true", "-1"})
    EXPECT_FALSE(returns(hresult, bad)) << bad;
  for (const std::string_view good : {"5010", "\"ERROR_SUCCESS\"", "\"exception:0xC0000005\""})
    EXPECT_TRUE(returns(win32, good)) << good;
  EXPECT_FALSE(returns(win32, "\"S_OK\""));
  for (const std::string_view good : {"null", "\"NULL\"", "4", "\"0x4\""}) EXPECT_TRUE(returns(handle, good)) << good;
  for (const std::string_view good : {"\"no-return\"", "\"not-runnable\""}) EXPECT_TRUE(returns(none, good)) << good;
  for (const std::string_view bad : {"0", "\"returned\""}) EXPECT_FALSE(returns(none, bad)) << bad;
  for (const std::string_view good : {"\"TRUE\"", "\"FALSE\"", "\"no-return\""})
    EXPECT_TRUE(returns(boolean, good)) << good;
  for (const std::string_view good : {"\"applied\"", "\"not-applicable\""}) EXPECT_TRUE(returns(event, good)) << good;
  for (const std::string_view bad : {"\"not-runnable\"", "\"S_OK\"", "0"}) EXPECT_FALSE(returns(event, bad)) << bad;
}

TEST(Profiles, AreNamedByTheirBaseAndWhatDiffers) {
  const ReadResult result =
      read_script(with(R"("profile": {"choices": {"app-instance-zero-guid": "invalid-parameter"}})"), "");
  ASSERT_TRUE(std::holds_alternative<Script>(result));
  const Script& script = std::get<Script>(result);
  ASSERT_EQ(script.profiles.size(), 1U);
  EXPECT_EQ(script.profiles[0].label, "documented with app-instance-zero-guid=invalid-parameter");
  EXPECT_EQ(script.profiles[0].profile,
            documented_profile().with(choice::app_instance_zero_guid, AppInstanceZeroGuid::invalid_parameter));
}

}  // namespace
}  // namespace procreg::harness
