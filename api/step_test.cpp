#include "api/step.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace procreg {
namespace {

TEST(StepTable, HasOneRowAKindInTheOrderOfTheVariant) {
  ASSERT_EQ(steps().size(), step_kinds);
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < step_kinds; ++i) {
    EXPECT_EQ(steps()[i].make().index(), i);
    EXPECT_TRUE(names.insert(steps()[i].name).second) << steps()[i].name;
    EXPECT_EQ(find_step(steps()[i].name), &steps()[i]);
  }
  EXPECT_EQ(find_step("WerRegisterNothing"), nullptr);
}

TEST(StepTable, NamesParametersAsTheDocumentationDoes) {
  const StepInfo* call = find_step("RegisterAppInstance");
  ASSERT_NE(call, nullptr);
  EXPECT_TRUE(call->call);
  std::string names;
  for (const FieldInfo& field : call->fields) names += std::string{field.name} + " ";
  EXPECT_EQ(names, "by ProcessHandle AppInstanceId ChildrenInheritAppInstance ");
  EXPECT_EQ(find_step("CreateProcess")->fields[7].name, "protected");
  ASSERT_NE(find_step("Answer"), nullptr);
  EXPECT_FALSE(find_step("Answer")->call);
}

TEST(StepTable, BeginsCallsWithTheirCallerAndEventsWithWhatTheyHappenTo) {
  for (const StepInfo& step : steps()) {
    ASSERT_FALSE(step.fields.empty()) << step.name;
    const ValueKind first = step.fields[0].kind;
    EXPECT_EQ(step.call, first == ValueKind::caller || first == ValueKind::given_caller) << step.name;
  }
}

TEST(StepTable, KeepsOutputsInsideTheAnswerWithoutOverlap) {
  for (const StepInfo& step : steps()) {
    std::set<int> used;
    for (const OutInfo& out : step.outs)
      for (int word = out.word; word < out.word + (out.kind == OutKind::guid ? 2 : 1); ++word) {
        EXPECT_LT(word, static_cast<int>(Answer{}.out.size())) << step.name;
        EXPECT_TRUE(used.insert(word).second) << step.name << ' ' << out.name;
      }
  }
}

TEST(Step, IsEqualExactlyWhenKindAndEveryFieldAre) {
  const Step one = TerminateProcess{.hProcess = {HandleValue{4}}, .uExitCode = Dword{1}};
  EXPECT_TRUE(one == one);
  const Step other_code = TerminateProcess{.hProcess = {HandleValue{4}}, .uExitCode = Dword{2}};
  EXPECT_FALSE(one == other_code);
  const Step other_kind = CloseHandle{.hObject = {HandleValue{4}}};
  EXPECT_FALSE(one == other_kind);
}

TEST(Step, CanBeWrittenThroughItsRows) {
  Step step = find_step("CloseHandle")->make();
  static_cast<HandleRef*>(info(step).fields[1].at(address(step)))->raw = HandleValue{8};
  EXPECT_EQ(std::get<CloseHandle>(step).hObject.raw, HandleValue{8});
}

TEST(Tables, GiveEqualTextsEqualIndices) {
  Tables tables;
  EXPECT_EQ(tables.text(u"user1"), default_user);
  const TextRef other = tables.text(u"user2");
  EXPECT_NE(other, default_user);
  EXPECT_EQ(tables.text(u"user2"), other);
  EXPECT_EQ(tables.at(other), u"user2");
}

TEST(Guid, ComparesBytewise) {
  EXPECT_LT((Guid{1, 0}), (Guid{2, 0}));
  EXPECT_LT((Guid{1, 9}), (Guid{2, 0}));
  EXPECT_LT((Guid{0, 1}), (Guid{0, 2}));
}

}  // namespace
}  // namespace procreg
