#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

#include "harness/scenario/files.h"
#include "harness/scenario/golden_files.h"
#include "harness/scenario/random_scripts.h"
#include "harness/wire/abilities.h"
#include "harness/wire/answers.h"
#include "harness/wire/serve.h"
#include "harness/wire/steps.h"

namespace procreg::harness::wire {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Every step of a script under the model's names, with what the implementation answers.
template <class F>
void each_step(const Script& given, F&& f) {
  Script script = given;
  const auto subject = implementation();
  subject->reset(script.world, script.tables, documented_profile());
  Bindings names;
  names.clear(script.names.size());
  names.bind_world(script.world);
  for (const Step& step : script.steps) {
    const Step resolved = names.resolve(step);
    const Answer answer = subject->perform(resolved);
    f(script, resolved, answer);
    names.bind(step, answer);
  }
}

std::vector<Script> all_scripts() {
  std::vector<Script> scripts;
  for (const std::string& path : scenario_files("scenarios/conformance"))
    scripts.push_back(std::get<Script>(read_script_file(path)));
  Scripts random{7};
  for (int i = 0; i < 100; ++i) scripts.push_back(random.script(100));
  return scripts;
}

TEST(WireSteps, AreReadBackAsTheyWereSent) {
  std::size_t steps = 0;
  std::array<std::size_t, step_kinds> seen{};
  for (const Script& script : all_scripts()) {
    Script other;
    other.world = script.world;
    each_step(script, [&](const Script& from, const Step& step, const Answer&) {
      std::string line;
      write_step(line, from, step);
      const std::string sent = line;
      Message message;
      ASSERT_EQ(message.parse(line), "") << sent;
      Step read;
      ASSERT_EQ(read_step(message.root(), other, read), "") << sent;
      std::string again;
      write_step(again, other, read);
      ASSERT_EQ(again, sent);
      ++steps;
      ++seen[step.index()];
    });
  }
  EXPECT_GT(steps, 20'000U);
  for (std::size_t kind = 0; kind < step_kinds; ++kind) EXPECT_GT(seen[kind], 0U) << procreg::steps()[kind].name;
}

TEST(WireSteps, HoldTheNumbersOfTheSubject) {
  Script script;
  script.names = {{"main", {}}};
  WerRegisterAdditionalProcess call;
  call.by.raw = {MachineIndex{}, ObjectId{77}};
  call.processId.raw = Pid{1234};
  std::string line;
  write_step(line, script, call);
  EXPECT_EQ(line,
            R"({"call":"WerRegisterAdditionalProcess","by":77,"processId":1234,"captureExtraInfoForThreadId":0})");
}

TEST(WireAnswers, AreReadBackAsTheyWereSent) {
  std::size_t answers = 0;
  for (Script& script : all_scripts()) {
    each_step(script, [&](Script& from, const Step& step, const Answer& answer) {
      ForeignAnswer sent{answer, {}, {}};
      if (can_restart(step)) sent.answer.made = 0, sent.answer.out = {};
      std::string line;
      write_answer(line, from, step, sent);
      const std::string text = line;
      Message message;
      ASSERT_EQ(message.parse(line), "") << text;
      ForeignAnswer read;
      ASSERT_EQ(read_answer(message.root(), from, step, read), "") << text;
      ASSERT_EQ(read.answer, sent.answer) << text;
      ++answers;
    });
  }
  EXPECT_GT(answers, 20'000U);
}

std::string wrong_answer(std::string json, const Step& step) {
  Script script;
  Message message;
  if (std::string wrong = message.parse(json); !wrong.empty()) return wrong;
  ForeignAnswer answer;
  return read_answer(message.root(), script, step, answer);
}

TEST(WireAnswers, ThatAreNoneSayWhy) {
  const Step flags = WerGetFlags{};
  const Step process = CreateProcess{};
  EXPECT_EQ(wrong_answer(R"("S_OK")", flags), "");
  EXPECT_EQ(wrong_answer(R"("0x80070057")", flags), "");
  EXPECT_EQ(wrong_answer("87", RegisterAppInstance{}), "");
  EXPECT_EQ(wrong_answer(R"("E_NOTIMPL")", flags), "");
  EXPECT_EQ(wrong_answer(R"("S_OKAY")", flags), "WerGetFlags does not return \"S_OKAY\"");
  EXPECT_EQ(wrong_answer("[]", flags), "WerGetFlags does not return []");
  EXPECT_EQ(wrong_answer(R"({"out":{}})", flags), "the key \"returns\" is missing in {\"out\":{}}");
  EXPECT_EQ(wrong_answer(R"({"returns":"S_OK","out":{"pdwflags":1}})", flags),
            "WerGetFlags has no output \"pdwflags\"");
  EXPECT_EQ(wrong_answer(R"({"returns":"S_OK","out":{"pdwFlags":-1}})", flags),
            "pdwFlags is a number from 0 to 4294967295, not -1");
  EXPECT_EQ(wrong_answer(R"({"returns":"S_OK","last":1})", flags), "an answer has no key \"last\"");
  EXPECT_EQ(wrong_answer(R"({"returns":"TRUE","threads":[]})", process), "threads is a list of tids, not []");
}

TEST(WireMessages, KeepUnpairedSurrogates) {
  std::string line = R"(["\ud800x","\udc00","\ud83d\ude00","a\\ud800"])";
  Message message;
  ASSERT_EQ(message.parse(line), "");
  EXPECT_EQ(json_of(message.root()), "[\"\\ud800x\",\"\\udc00\",\"\xF0\x9F\x98\x80\",\"a\\\\ud800\"]");
}

TEST(WireMessages, ThatAreNoJsonNameThePlace) {
  Message message;
  std::string open = R"({"a":)";
  EXPECT_THAT(message.parse(open), StartsWith("at byte 6: "));
  std::string nul{"\"a\0b\"", 5};
  EXPECT_EQ(message.parse(nul), "it holds a NUL byte");
}

TEST(WireAbilities, AreReadBackAsTheyWereSent) {
  Abilities abilities;
  abilities.name = "mine";
  abilities.version = "2";
  perform_everything(abilities);
  abilities.steps[3] = Can::missing;
  abilities.steps[5] = Can::no;
  abilities.fields[5] = 0;
  abilities.fields[3] = 0;
  abilities.fields[step_kind(*find_step("CreateProcess"))] = 0;
  abilities.world = {"machines", "processes.user"};
  abilities.raw_ids = true;
  std::string line;
  write_abilities(line, abilities);
  Message message;
  ASSERT_EQ(message.parse(line), "");
  Abilities read;
  ASSERT_EQ(read_abilities(message.root(), read), "");
  EXPECT_EQ(read.name, "mine");
  EXPECT_EQ(read.steps, abilities.steps);
  EXPECT_EQ(read.fields, abilities.fields);
  EXPECT_EQ(read.world, abilities.world);
  EXPECT_TRUE(read.raw_ids);
  EXPECT_FALSE(read.profile);
}

TEST(WireAbilities, ThatAreNoneSayWhy) {
  const auto wrong = [](std::string json) {
    Message message;
    Abilities read;
    const std::string no_json = message.parse(json);
    return no_json.empty() ? read_abilities(message.root(), read) : no_json;
  };
  EXPECT_EQ(wrong("[]"), "the result of initialize is an object, not []");
  EXPECT_EQ(wrong(R"({"protocol":"x"})"), "the protocol is procreg-subject/1, not \"x\"");
  const std::string head = R"({"protocol":"procreg-subject/1","name":"n",)";
  EXPECT_EQ(wrong(head + R"("steps":["WerRegisterFiles"]})"), "there is no step \"WerRegisterFiles\"");
  EXPECT_EQ(wrong(head + R"("steps":[{"step":"CreateProcess","fields":["x"]}]})"), "CreateProcess has no field \"x\"");
  EXPECT_EQ(wrong(head + R"("steps":"all","world":["x"]})"), "a world has no part \"x\"");
  EXPECT_EQ(wrong(head + R"("steps":"all","rawIds":1})"), "rawIds is true or false, not 1");
}

// What `serve` answers to these lines.
std::string served(const std::string& lines) {
  std::FILE* const in = std::tmpfile();
  std::FILE* const out = std::tmpfile();
  EXPECT_EQ(std::fwrite(lines.data(), 1, lines.size(), in), lines.size());
  std::fflush(in);
  ::lseek(fileno(in), 0, SEEK_SET);
  const auto subject = stand_in(implementation());
  EXPECT_TRUE(serve(*subject, fileno(in), fileno(out)));
  std::string text(static_cast<std::size_t>(::lseek(fileno(out), 0, SEEK_END)), '\0');
  EXPECT_EQ(::pread(fileno(out), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  std::fclose(in);
  std::fclose(out);
  return text;
}

TEST(Serve, AnswersInTurnUntilItIsShutDown) {
  const std::string text = served(
      R"({"jsonrpc":"2.0","id":1,"method":"reset","params":{"world":{}}})"
      "\n"
      R"({"jsonrpc":"2.0","id":"a","method":"perform","params":{"steps":[{"call":"WerRegisterFile","by":1,"pwzFile":null,"regFileType":1,"dwFlags":0}]}})"
      "\n"
      R"({"jsonrpc":"2.0","id":3,"method":"shutdown"})"
      "\n"
      R"({"jsonrpc":"2.0","id":4,"method":"initialize"})"
      "\n");
  EXPECT_EQ(
      text,
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"processes\":[{\"process\":1,\"pid\":1000,\"threads\":[65536]}]}}\n"
      "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"answers\":[\"E_INVALIDARG\"]}}\n"
      "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":null}\n");
}

TEST(Serve, BadRequestsGetErrorsAndItGoesOn) {
  const std::string text = served(
      "nonsense\n"
      "{\"id\":1}\n"
      "{\"id\":2,\"method\":\"dance\"}\n"
      "{\"id\":3,\"method\":\"perform\",\"params\":{\"steps\":[]}}\n"
      "{\"id\":4,\"method\":\"reset\",\"params\":{\"world\":{\"machine\":[]}}}\n"
      "{\"id\":5,\"method\":\"reset\",\"params\":{\"world\":{},\"profile\":{\"x\":\"y\"}}}\n"
      "{\"id\":6,\"method\":\"reset\",\"params\":{\"world\":{}}}\n"
      "{\"id\":7,\"method\":\"perform\",\"params\":{\"steps\":[{\"call\":\"WerRegisterFile\",\"by\":1}]}}\n");
  EXPECT_THAT(text, HasSubstr("\"id\":null,\"error\":{\"code\":-32700,"));
  EXPECT_THAT(text, HasSubstr("\"id\":1,\"error\":{\"code\":-32600,\"message\":\"a request has a method\"}"));
  EXPECT_THAT(text, HasSubstr("\"id\":2,\"error\":{\"code\":-32601,\"message\":\"there is no method dance\"}"));
  EXPECT_THAT(text, HasSubstr("\"id\":3,\"error\":{\"code\":-32600,\"message\":\"reset comes before perform\"}"));
  EXPECT_THAT(text, HasSubstr("\"id\":4,\"error\":{\"code\":-32602,"));
  EXPECT_THAT(text, HasSubstr("\"id\":5,\"error\":{\"code\":-32602,\"message\":\"there is no choice \\\"x\\\"\"}"));
  EXPECT_THAT(text, HasSubstr("\"id\":6,\"result\":"));
  EXPECT_THAT(text, HasSubstr("step 1: WerRegisterFile lacks the key \\\"pwzFile\\\""));
}

}  // namespace
}  // namespace procreg::harness::wire
