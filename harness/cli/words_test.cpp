#include "harness/cli/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/foreign.h"

namespace procreg::cli {
namespace {

using testing::HasSubstr;

template <class T>
std::string refusal(const std::variant<T, BadArgument>& word) {
  const auto* bad = std::get_if<BadArgument>(&word);
  return bad == nullptr ? "accepted" : bad->message;
}

TEST(ProfileWord, IsThePredefinedProfileWithThatName) {
  const auto profile = std::get<0>(profile_word("windows11"));
  EXPECT_EQ(profile.label, "windows11");
  EXPECT_EQ(profile.profile, windows11_profile());
}

TEST(ProfileWord, MaySetOptions) {
  const auto profile =
      std::get<0>(profile_word("documented:app-instance-zero-guid=invalid-parameter,reregistration=first-wins"));
  EXPECT_EQ(profile.label, "documented with app-instance-zero-guid=invalid-parameter reregistration=first-wins");
  EXPECT_EQ(profile.profile, documented_profile()
                                 .with(choice::app_instance_zero_guid, AppInstanceZeroGuid::invalid_parameter)
                                 .with(choice::reregistration, Reregistration::first_wins));
}

TEST(ProfileWord, MayBeALabelFromAReport) {
  const auto given = std::get<0>(profile_word("documented:reregistration=first-wins"));
  const auto again = std::get<0>(profile_word(given.label));
  EXPECT_EQ(given, again);
}

TEST(ProfileWord, ThatIsUnknownIsRefusedWithTheKnownOnes) {
  EXPECT_THAT(refusal(profile_word("windows12")), HasSubstr("windows11"));
  EXPECT_THAT(refusal(profile_word("")), HasSubstr("profile"));
  EXPECT_THAT(refusal(profile_word("documented:reregistration")), HasSubstr("choice=option"));
  EXPECT_THAT(refusal(profile_word("documented:reregistratoin=first-wins")), HasSubstr("\"reregistration\""));
  EXPECT_THAT(refusal(profile_word("documented:reregistration=firstwins")), HasSubstr("\"first-wins\""));
}

TEST(ClauseWord, ThatIsUnknownIsRefusedWithNearOnes) {
  EXPECT_EQ(std::get<0>(clause_word("WER-AP-11")), Clause("WER-AP-11"));
  EXPECT_THAT(refusal(clause_word("WER-PA-11")), HasSubstr("\"WER-AP-11\""));
}

TEST(SpoilableClause, DecidesOrShapes) {
  EXPECT_EQ(refusal(spoilable_clause("WER-AP-11")), "accepted");
  EXPECT_EQ(refusal(spoilable_clause("WER-AP-19")), "accepted");
  EXPECT_THAT(refusal(spoilable_clause("WER-AP-10")), HasSubstr("is a law"));
  EXPECT_THAT(refusal(spoilable_clause("SMB-OPEN-14")), HasSubstr("is a law"));
}

TEST(SubjectWord, KnowsTheImplementationAndWhatComesLater) {
  EXPECT_EQ(refusal(subject_word("impl")), "accepted");
  EXPECT_THAT(refusal(foreign_word("library:", {})), HasSubstr("'library:' needs a path"));
  EXPECT_THAT(refusal(foreign_word("program:", {})), HasSubstr("'program:' needs a command"));
  EXPECT_TRUE(is_foreign("program:x"));
  EXPECT_FALSE(is_foreign("impl"));
  EXPECT_THAT(refusal(seconds_word("0")), HasSubstr("is not a number of seconds"));
  EXPECT_THAT(refusal(seconds_word("1x")), HasSubstr("is not a number of seconds"));
  EXPECT_EQ(std::get<std::chrono::milliseconds>(seconds_word("0.5")).count(), 500);
  EXPECT_THAT(refusal(subject_word("imp")), HasSubstr("\"impl\""));
}

}  // namespace
}  // namespace procreg::cli
