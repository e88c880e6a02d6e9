#include "harness/judge/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "harness/judge/judged_suite.h"
#include "harness/report/judged_report.h"
#include "harness/scenario/golden_files.h"

namespace procreg::harness {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Script script_of(const std::string& steps, const std::string& world = "{}") {
  auto read = read_script(
      R"({"format":"procreg-scenario/1","name":"s","world":)" + world + R"(,"steps":[)" + steps + "]}", "s.json");
  return std::get<Script>(std::move(read));
}

const std::string two_processes =
    R"({"call":"CreateProcess","by":"main","as":"a"},{"call":"CreateProcess","by":"main","as":"b"})";

// Changes answers of a subject that is right otherwise.
class Bent final : public ForeignSubject {
 public:
  using Bend = std::function<void(const Step&, ForeignAnswer&)>;
  explicit Bent(Bend bend, StandIn options = {.own = documented_profile(), .snapshot = false})
      : inner_{stand_in(implementation(), std::move(options))}, bend_{std::move(bend)} {
    abilities_ = *inner_->abilities();
  }
  const Abilities* abilities() override { return &abilities_; }
  const Stopped& failure() const override { return inner_->failure(); }
  std::variant<std::vector<BegunProcess>, Stopped> reset(Script& script, const Profile* profile) override {
    return inner_->reset(script, profile);
  }
  std::optional<Stopped> perform(std::span<const Step> steps, std::vector<ForeignAnswer>& answers) override {
    const auto stopped = inner_->perform(steps, answers);
    for (std::size_t i = 0; i < answers.size(); ++i) bend_(steps[i], answers[i]);
    return stopped;
  }
  std::variant<std::string, Stopped> snapshot() override { return inner_->snapshot(); }

  Abilities abilities_{};

 private:
  std::unique_ptr<ForeignSubject> inner_;
  Bend bend_;
};

void nothing(const Step&, ForeignAnswer&) {}

TEST(Judge, TheImplementationConformsUnderTheProfileItIsTold) {
  const auto subject = stand_in(implementation());
  Judge judge{*subject};
  std::size_t runs = 0;
  for (const std::string& path : scenario_files("scenarios/conformance")) {
    const Script script = std::get<Script>(read_script_file(path));
    if (!script.parallel.empty()) continue;
    for (const std::string_view name : profile_names()) {
      const Judgement judgement = judge.run(script, *find_profile(name));
      EXPECT_EQ(judgement.finding, Finding::conforms) << path << " " << judgement.reason;
      ++runs;
    }
  }
  EXPECT_GT(runs, 2000U);
}

TEST(Judge, IdsMayBeAnything) {
  // Every process, pid, tid and handle has another number than the specification would give it.
  class Elsewhere final : public ForeignSubject {
   public:
    Elsewhere() : inner_{stand_in(implementation(), {.own = documented_profile(), .snapshot = false})} {
      abilities_ = *inner_->abilities();
      abilities_.raw_ids = false;
    }
    const Abilities* abilities() override { return &abilities_; }
    const Stopped& failure() const override { return inner_->failure(); }
    std::variant<std::vector<BegunProcess>, Stopped> reset(Script& script, const Profile* profile) override {
      auto begun = std::get<std::vector<BegunProcess>>(inner_->reset(script, profile));
      for (BegunProcess& process : begun) {
        process.process += 7000;
        process.pid = Pid{number(process.pid) + 7000};
        for (Tid& tid : process.threads) tid = Tid{number(tid) + 7000};
      }
      return begun;
    }
    std::optional<Stopped> perform(std::span<const Step> steps, std::vector<ForeignAnswer>& answers) override {
      std::vector<Step> back;
      for (const Step& step : steps) back.push_back(moved(step, -7000));
      const auto stopped = inner_->perform(back, answers);
      for (std::size_t i = 0; i < answers.size(); ++i) move(back[i], answers[i]);
      return stopped;
    }
    std::variant<std::string, Stopped> snapshot() override { return inner_->snapshot(); }

   private:
    static Step moved(Step step, int by) {
      const auto pid = [by](auto& id) {
        using Id = std::decay_t<decltype(id)>;
        const auto raw = number(id);
        if (raw >= 7000 && raw < 0xD0000000U)
          id = Id{static_cast<std::underlying_type_t<Id>>(raw + static_cast<unsigned>(by))};
      };
      std::visit(
          [&](auto& fields) {
            std::decay_t<decltype(fields)>::fields::each([&](auto field) {
              auto& value = fields.*(field.member);
              using T = std::decay_t<decltype(value)>;
              if constexpr (std::is_base_of_v<Ref<ProcessKey>, T>) {
                if (value.raw != nobody) value.raw.object = ObjectId{number(value.raw.object) - 7000};
              } else if constexpr (std::is_same_v<T, Given<Caller>>) {
                if (value.value && value.value->raw != nobody)
                  value.value->raw.object = ObjectId{number(value.value->raw.object) - 7000};
              } else if constexpr (std::is_same_v<T, Given<TidRef>>) {
                if (value.value) pid(value.value->raw);
              } else if constexpr (std::is_same_v<T, PidRef> || std::is_same_v<T, TidRef>) {
                pid(value.raw);
              } else if constexpr (std::is_same_v<T, HandleRef>) {
                if (number(value.raw) >= 7000 && number(value.raw) < 0xD0000000U)
                  value.raw = HandleValue{number(value.raw) - 7000};
              } else if constexpr (std::is_same_v<T, Given<HandleRef>>) {
                if (value.value && number(value.value->raw) >= 7000 && number(value.value->raw) < 0xD0000000U)
                  value.value->raw = HandleValue{number(value.value->raw) - 7000};
              }
            });
          },
          step);
      return step;
    }
    static void move(const Step& step, ForeignAnswer& answer) {
      const auto outs = info(step).outs;
      const bool process = std::holds_alternative<CreateProcess>(step);
      for (std::size_t i = 0; i < outs.size(); ++i) {
        const bool id = outs[i].kind == OutKind::handle || outs[i].kind == OutKind::pid || outs[i].kind == OutKind::tid;
        if (id && (answer.answer.written >> i & 1U) != 0) answer.answer.out[outs[i].word] += 7000;
      }
      for (Tid& tid : answer.threads) tid = Tid{number(tid) + 7000};
      const bool handle = std::holds_alternative<OpenProcess>(step) || std::holds_alternative<NewObject>(step) ||
                          std::holds_alternative<DuplicateHandle>(step);
      if ((process || handle || std::holds_alternative<CreateThread>(step)) && answer.answer.made != 0)
        answer.answer.made += 7000;
      if (answer.answer.result.kind == ResultKind::handle && answer.answer.result.value != 0)
        answer.answer.result.value += 7000;
      for (Restarted& made : answer.restarted) {
        made.process.object = ObjectId{number(made.process.object) + 7000};
        made.pid = Pid{number(made.pid) + 7000};
        made.thread = Tid{number(made.thread) + 7000};
      }
    }

    std::unique_ptr<ForeignSubject> inner_;
    Abilities abilities_{};
  };
  Elsewhere subject;
  Judge judge{subject};
  Knowledge knowledge;
  std::size_t conform = 0;
  for (const std::string& path : scenario_files("scenarios/conformance")) {
    const Script script = std::get<Script>(read_script_file(path));
    const Judgement judgement = judge.run(script, knowledge);
    conform += judgement.finding == Finding::conforms ? 1 : 0;
    EXPECT_TRUE(judgement.finding == Finding::conforms || judgement.finding == Finding::not_applicable)
        << path << " " << name(judgement.finding) << " " << judgement.reason;
  }
  EXPECT_GT(conform, 700U);
}

TEST(Judge, ADocumentedClauseThatIsBrokenIsViolated) {
  Bent subject{[](const Step& step, ForeignAnswer& answer) {
    if (std::holds_alternative<WerRegisterAdditionalProcess>(step)) answer.answer.result = Hresult::E_FAIL;
  }};
  Judge judge{subject};
  Knowledge knowledge;
  const Judgement judgement = judge.run(
      script_of(
          two_processes +
          R"(,{"call":"WerRegisterAdditionalProcess","by":"main","processId":"a","captureExtraInfoForThreadId":0})"),
      knowledge);
  EXPECT_EQ(judgement.finding, Finding::violates);
  EXPECT_EQ(judgement.step, 2U);
  ASSERT_TRUE(judgement.mismatch);
  EXPECT_EQ(judgement.mismatch->what, Difference::result);
  EXPECT_EQ(info(judgement.mismatch->clause()).basis, Basis::documented);
}

TEST(Judge, WhatNoPageDocumentsOnlyDiffers) {
  Bent subject{[](const Step& step, ForeignAnswer& answer) {
    if (std::holds_alternative<CreateThread>(step)) answer.answer.result = not_applicable;
  }};
  Judge judge{subject};
  Knowledge knowledge;
  const Judgement judgement = judge.run(script_of(R"({"event":"CreateThread","process":"main"})"), knowledge);
  EXPECT_EQ(judgement.finding, Finding::differs);
}

TEST(Judge, AnOutputOfARefusedCallAndTheLastErrorOfASuccessOnlyDiffer) {
  const auto judged = [](const Bent::Bend& bend, const std::string& step) {
    Bent subject{bend};
    Judge judge{subject};
    Knowledge knowledge;
    return judge.run(script_of(step), knowledge);
  };
  const Judgement output = judged(
      [](const Step&, ForeignAnswer& answer) { answer.answer.written = 1; },
      R"({"call":"DuplicateHandle","by":"main","hSourceProcessHandle":"@handle1","hSourceHandle":"CURRENT_PROCESS","hTargetProcessHandle":"CURRENT_PROCESS","dwDesiredAccess":1,"bInheritHandle":false,"dwOptions":0})");
  EXPECT_EQ(output.finding, Finding::differs);
  ASSERT_TRUE(output.mismatch);
  EXPECT_TRUE(output.mismatch->writes_when_refusing());
  const Judgement error = judged([](const Step&, ForeignAnswer& answer) { answer.answer.lastError = 87; },
                                 R"({"call":"CreateProcess","by":"main","as":"a"})");
  EXPECT_EQ(error.finding, Finding::differs);
  ASSERT_TRUE(error.mismatch);
  EXPECT_EQ(error.mismatch->clause().id(), "OBJ-HND-13");
}

TEST(Judge, OneWhoTakesTwoOptionsContradictsItself) {
  int worlds = 0;
  Bent subject{[&](const Step& step, ForeignAnswer& answer) {
    if (std::holds_alternative<WerRegisterAdditionalProcess>(step) && ++worlds == 2)
      answer.answer.result = Hresult::E_INVALIDARG;
  }};
  Judge judge{subject};
  Knowledge knowledge;
  Script script = script_of(
      R"({"call":"WerRegisterAdditionalProcess","by":"main","processId":"@process1","captureExtraInfoForThreadId":0})");
  script.file = "first.json";
  EXPECT_EQ(judge.run(script, knowledge).finding, Finding::conforms);
  script.file = "second.json";
  const Judgement judgement = judge.run(script, knowledge);
  EXPECT_EQ(judgement.finding, Finding::contradicts);
  ASSERT_THAT(judgement.mismatch->contradictions, SizeIs(1));
  const Contradiction& found = judgement.mismatch->contradictions.front();
  EXPECT_EQ(choices()[found.choice].name, "additional-process-target");
  EXPECT_EQ(options_text(found.choice, found.here), "must-exist");
  EXPECT_EQ(options_text(found.choice, found.earlier), "unchecked");
  EXPECT_EQ(found.where, "first.json");
}

TEST(Judge, OneWhoTakesTwoOptionsInOneScriptContradictsItselfToo) {
  int calls = 0;
  Bent subject{[&](const Step& step, ForeignAnswer& answer) {
    if (std::holds_alternative<WerRegisterAdditionalProcess>(step) && ++calls == 2)
      answer.answer.result = Hresult::E_INVALIDARG;
  }};
  Judge judge{subject};
  Knowledge knowledge;
  const Judgement judgement = judge.run(
      script_of(
          R"({"call":"WerRegisterAdditionalProcess","by":"main","processId":"@process1","captureExtraInfoForThreadId":0},
             {"call":"WerRegisterAdditionalProcess","by":"main","processId":"@process2","captureExtraInfoForThreadId":0})"),
      knowledge);
  EXPECT_EQ(judgement.finding, Finding::contradicts);
  EXPECT_EQ(judgement.mismatch->contradictions.front().where, "");
}

TEST(Judge, AScriptShowsOfTheProfileNothingUnlessAProfileExplainsAllOfIt) {
  Bent subject{[](const Step& step, ForeignAnswer& answer) {
    if (std::holds_alternative<CreateThread>(step)) answer.answer.result = not_applicable;
  }};
  Judge judge{subject};
  Knowledge knowledge;
  const std::string shows =
      R"({"call":"WerRegisterAdditionalProcess","by":"main","processId":"@process1","captureExtraInfoForThreadId":0})";
  EXPECT_EQ(judge.run(script_of(shows + R"(,{"event":"CreateThread","process":"main"})"), knowledge).finding,
            Finding::differs);
  EXPECT_EQ(knowledge.profiles, std::vector{Possible::everything()});
  EXPECT_THAT(knowledge.shown, Each(IsEmpty()));
  EXPECT_EQ(judge.run(script_of(shows), knowledge).finding, Finding::conforms);
  EXPECT_THAT(knowledge.shown, Contains("s.json"));
}

TEST(Judge, NotImplementedIsTold) {
  for (const Result result : {Result{ResultKind::hresult, 0x80004001}, Result{ResultKind::hresult, 0x80070078}}) {
    Bent subject{[result](const Step& step, ForeignAnswer& answer) {
      if (std::holds_alternative<WerRegisterFile>(step)) answer.answer.result = result;
    }};
    Judge judge{subject};
    Knowledge knowledge;
    const Judgement judgement =
        judge.run(script_of(R"({"call":"WerRegisterFile","by":"main","pwzFile":"C:\\a","regFileType":1,"dwFlags":0})"),
                  knowledge);
    EXPECT_EQ(judgement.finding, Finding::not_implemented);
    EXPECT_THAT(judgement.reason, HasSubstr("WerRegisterFile says that it is not implemented"));
  }
}

TEST(Judge, TwoLiveProcessesHaveTwoPids) {
  Bent subject{[](const Step& step, ForeignAnswer& answer) {
    if (std::holds_alternative<CreateProcess>(step)) answer.answer.out[2] = 1000;
  }};
  subject.abilities_.raw_ids = false;
  Judge judge{subject};
  Knowledge knowledge;
  const Judgement judgement = judge.run(script_of(two_processes), knowledge);
  EXPECT_EQ(judgement.finding, Finding::violates);
  EXPECT_EQ(judgement.reason, "main and a have one pid");
}

TEST(Judge, WhatASubjectCannotPerformIsNotApplicable) {
  const auto reason = [](const std::function<void(Abilities&)>& change, const std::string& steps,
                         const std::string& world = "{}") {
    Bent subject{nothing};
    change(subject.abilities_);
    Judge judge{subject};
    Knowledge knowledge;
    const Judgement judgement = judge.run(script_of(steps, world), knowledge);
    return std::string{name(judgement.finding)} + ": " + judgement.reason;
  };
  const std::string event = R"({"event":"AdvanceTime","ms":1})";
  EXPECT_EQ(reason([](Abilities& a) { a.steps[step_kind(*find_step("AdvanceTime"))] = Can::no; }, event),
            "not-applicable: the subject cannot perform AdvanceTime");
  EXPECT_EQ(reason([](Abilities& a) { a.world.clear(); }, event, R"({"limits":"tiny"})"),
            "not-applicable: the subject cannot perform a world with its own limits");
  EXPECT_EQ(reason([](Abilities& a) { a.world.clear(); }, event, R"({"processes":[{"name":"p"}]})"),
            "not-applicable: the subject cannot perform a world with its own processes");
  EXPECT_EQ(reason([](Abilities& a) { a.fields[step_kind(*find_step("CreateProcess"))] = 0; },
                   R"({"call":"CreateProcess","by":"main","as":"a","user":"u"})"),
            "not-applicable: the subject cannot perform CreateProcess with user");
  const std::string raw = R"({"call":"CloseHandle","by":"main","hObject":12})";
  EXPECT_EQ(reason([](Abilities& a) { a.raw_ids = false; }, raw),
            "not-applicable: the subject cannot perform CloseHandle with an id given as a number");
  EXPECT_THAT(
      reason([](Abilities& a) { a.raw_ids = false; }, R"({"call":"CloseHandle","by":"main","hObject":"@handle1"})"),
      HasSubstr("conforms"));
}

TEST(Judge, AHandleWhoseValueIsGivenOutAgainIsNoQuestionToASubjectWithIdsOfItsOwn) {
  Bent subject{nothing};
  subject.abilities_.raw_ids = false;
  Judge judge{subject};
  Knowledge knowledge;
  const Judgement judgement = judge.run(
      script_of(
          R"({"call":"OpenProcess","by":"main","as":"h","dwDesiredAccess":1,"bInheritHandle":false,"dwProcessId":"main"},
                   {"call":"CloseHandle","by":"main","hObject":"h"},
                   {"call":"OpenProcess","by":"main","as":"i","dwDesiredAccess":1,"bInheritHandle":false,"dwProcessId":"main"},
                   {"call":"CloseHandle","by":"main","hObject":"h"})"),
      knowledge);
  EXPECT_EQ(judgement.finding, Finding::not_applicable);
  EXPECT_EQ(judgement.reason, "h is closed, and its value is that of i now");
  EXPECT_EQ(judgement.steps, 3U);
}

TEST(Judge, SnapshotsThatDifferNameThePlace) {
  class Quiet final : public Wrapped {
   public:
    using Wrapped::Wrapped;
    Answer perform(const Step& step) override {
      Answer answer;
      answer.result = Hresult::S_OK;
      return std::holds_alternative<WerSetFlags>(step) ? answer : inner_->perform(step);
    }
  };
  const auto subject = stand_in(std::make_unique<Quiet>(implementation()));
  Judge judge{*subject};
  const Judgement judgement =
      judge.run(script_of(R"({"call":"WerSetFlags","by":"main","dwFlags":1})"), documented_profile());
  ASSERT_TRUE(judgement.mismatch);
  EXPECT_EQ(judgement.mismatch->what, Difference::snapshot);
  ASSERT_FALSE(judgement.mismatch->differences.empty());
  EXPECT_THAT(judgement.mismatch->differences.front(), HasSubstr("/machines/local/processes/main/wer"));
}

// --- The suite as a whole ---

JudgedSuite suite_of(std::vector<std::pair<Finding, Clause>> found) {
  JudgedSuite suite;
  for (const auto& [finding, clause] : found) {
    JudgedScript script;
    script.script.steps.resize(1);
    script.judgement.finding = finding;
    script.judgement.steps = 1;
    if (!clause.is_none()) {
      script.judgement.mismatch.emplace();
      script.judgement.mismatch->allowed.push_back({.decided = clause});
    }
    suite.scripts.push_back(std::move(script));
  }
  return suite;
}

Verdict verdict_of_all(JudgedSuite suite) {
  conclude(suite);
  return suite.verdict;
}

TEST(JudgedSuite, OnlyDocumentedClausesAndContradictionsCountAgainstAnUnknownProfile) {
  const Clause clause = Clause("WER-AP-11");
  const auto with = [&](Finding finding) { return suite_of({{Finding::conforms, {}}, {finding, clause}}); };
  EXPECT_EQ(verdict_of_all(with(Finding::violates)), Verdict::diverges);
  EXPECT_EQ(verdict_of_all(with(Finding::contradicts)), Verdict::diverges);
  EXPECT_EQ(verdict_of_all(with(Finding::differs)), Verdict::conforms);
  EXPECT_EQ(verdict_of_all(with(Finding::not_implemented)), Verdict::conforms);
  EXPECT_EQ(verdict_of_all(with(Finding::not_applicable)), Verdict::conforms);
  EXPECT_EQ(verdict_of_all(with(Finding::failed)), Verdict::failed);
  EXPECT_EQ(verdict_of_all(with(Finding::undecided)), Verdict::undecided);
}

TEST(JudgedSuite, StrictOrWithAKnownProfileEverythingCounts) {
  for (const bool strict : {true, false}) {
    for (const Finding finding : {Finding::differs, Finding::not_implemented}) {
      JudgedSuite suite = suite_of({{Finding::conforms, {}}, {finding, Clause("WER-AP-11")}});
      suite.strict = strict;
      suite.profile_known = !strict;
      EXPECT_EQ(verdict_of_all(std::move(suite)), Verdict::diverges);
    }
  }
}

TEST(JudgedSuite, ASubjectOfWhichNothingHeldDoesNotConform) {
  EXPECT_EQ(verdict_of_all(suite_of({{Finding::not_implemented, Clause("WER-AP-11")}})), Verdict::undecided);
  EXPECT_EQ(verdict_of_all(suite_of({{Finding::not_applicable, {}}})), Verdict::nothing_ran);
  EXPECT_EQ(verdict_of_all(suite_of({})), Verdict::nothing_ran);
}

TEST(JudgedSuite, AKnownDeviationDoesNotCountAndOneThatHoldsDoes) {
  const Clause clause = Clause("WER-AP-11");
  JudgedSuite suite = suite_of({{Finding::conforms, {}}, {Finding::violates, clause}});
  suite.deviations.listed.push_back({clause, "we have no limit"});
  conclude(suite);
  EXPECT_EQ(suite.verdict, Verdict::conforms);
  ASSERT_NE(suite.scripts.back().known, nullptr);
  EXPECT_THAT(judged_text(suite), HasSubstr("we have no limit"));

  JudgedSuite holds = suite_of({{Finding::conforms, {}}});
  holds.deviations = {"known.json", {{clause, "we have no limit"}}};
  holds.scripts.front().judgement.coverage.decided[clause.index()] = true;
  conclude(holds);
  EXPECT_EQ(holds.verdict, Verdict::diverges);
  EXPECT_THAT(judged_text(holds), HasSubstr("HOLDS, THOUGH LISTED  WER-AP-11"));
}

TEST(Deviations, ErrorsNameThePlace) {
  const auto error = [](std::string_view json) {
    const auto read = read_deviations(json, "known.json");
    const auto* errors = std::get_if<std::vector<InputError>>(&read);
    return errors == nullptr ? "" : text(errors->front());
  };
  EXPECT_EQ(error(R"({"format":"procreg-deviations/1","deviations":[{"clause":"WER-AP-11","reason":"x"}]})"), "");
  EXPECT_THAT(error("{"), HasSubstr("known.json:1:"));
  EXPECT_THAT(error(R"({"format":"procreg-deviations/1"})"), HasSubstr("\"deviations\" is missing"));
  EXPECT_THAT(error(R"({"format":"other","deviations":[]})"), HasSubstr("/format"));
  EXPECT_THAT(error(R"({"format":"procreg-deviations/1","deviations":[{"clause":"WER-AP-111","reason":"x"}]})"),
              HasSubstr("/deviations/0/clause"));
  EXPECT_THAT(error(R"({"format":"procreg-deviations/1","deviations":[{"clause":"WER-AP-11","reason":""}]})"),
              HasSubstr("a reason is not empty"));
  EXPECT_THAT(error(R"({"format":"procreg-deviations/1","deviations":[{"clause":"WER-AP-11","reason":"x"},
                        {"clause":"WER-AP-11","reason":"y"}]})"),
              HasSubstr("listed twice"));
}

}  // namespace
}  // namespace procreg::harness
