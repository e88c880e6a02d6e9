#include "harness/characterise/characterise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "harness/characterise/profile_file.h"
#include "harness/characterise/told_apart.h"
#include "harness/scenario/golden_files.h"

namespace procreg::harness {
namespace {

using testing::HasSubstr;

const std::vector<Script>& suite() {
  static const std::vector<Script> scripts = [] {
    std::vector<Script> all;
    for (const std::string& path : scenario_files("scenarios/conformance"))
      all.push_back(std::get<Script>(read_script_file(path)));
    return all;
  }();
  return scripts;
}

Profile random_profile(std::uint32_t seed) {
  std::mt19937 random{seed};
  Profile profile;
  for (std::size_t i = 0; i < choice_count; ++i)
    profile.option[i] = static_cast<std::uint8_t>(random() % choices()[i].options.size());
  return profile;
}

Character character_of(const Profile& hidden, bool snapshot = true) {
  const auto subject = stand_in(implementation(), {.own = hidden, .snapshot = snapshot});
  return characterise(*subject, suite());
}

bool allowed(const Knowledge& knowledge, const Profile& profile) {
  return std::any_of(knowledge.profiles.begin(), knowledge.profiles.end(),
                     [&](const Possible& product) { return product.allows(profile); });
}

// No script of the suite tells this profile from one with the other option.
bool never_told_apart(const Profile& hidden, std::size_t choice, std::uint8_t option, bool snapshots) {
  Profile other = hidden;
  other.option[choice] = option;
  return std::none_of(suite().begin(), suite().end(), [&](const Script& script) {
    return script.parallel.empty() && told_apart(script, hidden, other, snapshots);
  });
}

void expect_recovered(const Character& character, const Profile& hidden, bool snapshots) {
  EXPECT_TRUE(allowed(character.knowledge, hidden)) << hidden;
  EXPECT_THAT(character.disagreements, testing::IsEmpty());
  const Possible known = hull(character.knowledge.profiles);
  for (std::size_t choice = 0; choice < choice_count; ++choice)
    for (std::uint8_t option = 0; option < choices()[choice].options.size(); ++option)
      if ((known.options[choice] >> option & 1U) != 0 && option != hidden.option[choice]) {
        EXPECT_TRUE(never_told_apart(hidden, choice, option, snapshots))
            << choices()[choice].name << " is not decided against " << choices()[choice].options[option]
            << ", though a scenario of the suite does; hidden: " << hidden;
      }
}

// For each option that the subject does not take there is a script that rules it out.
void expect_evidence(const Character& character, const Profile& hidden) {
  for (const Characterised& choice : character.choices) {
    EXPECT_EQ(choice.evidence.size() + 1, choices()[choice.choice].options.size()) << choices()[choice.choice].name;
    for (const Evidence& evidence : choice.evidence) {
      Profile other = hidden;
      other.option[choice.choice] = evidence.against;
      EXPECT_TRUE(told_apart(evidence.script, hidden, other, true)) << choices()[choice.choice].name;
    }
  }
}

void expect_read_back(const Character& character, const Profile& hidden) {
  const auto read = read_profile(profile_json(character, "mine"), "mine.json");
  ASSERT_TRUE(std::holds_alternative<Script::NamedProfile>(read));
  EXPECT_EQ(std::get<Script::NamedProfile>(read).profile, hidden);
  EXPECT_EQ(std::get<Script::NamedProfile>(read).label, "mine");
}

TEST(Characterise, RecoversThePredefinedProfilesWholeWithEvidenceAsAFileThatIsReadBack) {
  for (const std::string_view name : profile_names()) {
    const Profile hidden = *find_profile(name);
    const Character character = character_of(hidden);
    EXPECT_TRUE(character.whole()) << character_text(character);
    EXPECT_EQ(character.knowledge.profiles.front().profile(), hidden) << name;
    expect_evidence(character, hidden);
    expect_read_back(character, hidden);
  }
}

TEST(Characterise, RecoversRandomProfilesAsFarAsAnyScenarioShowsThem) {
  for (std::uint32_t seed = 1; seed <= PROCREG_RANDOM_PROFILES; ++seed) {
    const Profile hidden = random_profile(seed);
    expect_recovered(character_of(hidden), hidden, true);
  }
}

TEST(Characterise, RecoversRandomProfilesFromAnswersAlone) {
  for (std::uint32_t seed = 101; seed <= 100 + PROCREG_RANDOM_PROFILES; ++seed) {
    const Profile hidden = random_profile(seed);
    expect_recovered(character_of(hidden, false), hidden, false);
  }
}

TEST(Characterise, SaysWhatCannotBeToldApart) {
  // By answers alone nobody sees which thread is kept of a process registered twice.
  const Character character = character_of(documented_profile(), false);
  EXPECT_FALSE(character.whole());
  EXPECT_THAT(character_text(character),
              HasSubstr("additional-process-duplicate: update or keep-first   (not told apart)"));
}

// Answers by one option of a choice in its first worlds and by another one later.
class Fickle final : public Wrapped {
 public:
  using Wrapped::Wrapped;
  void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override {
    const auto target = ++worlds_ % 2 == 0 ? AdditionalProcessTarget::must_exist : AdditionalProcessTarget::unchecked;
    inner_->reset(world, tables, profile.with(choice::additional_process_target, target));
  }

 private:
  int worlds_{};
};

TEST(Characterise, NamesContradictions) {
  const auto subject =
      stand_in(std::make_unique<Fickle>(implementation()), {.own = documented_profile(), .snapshot = true});
  const Character character = characterise(*subject, suite());
  ASSERT_FALSE(character.disagreements.empty());
  EXPECT_THAT(character_text(character), HasSubstr("additional-process-target: "));
}

// The second entry of one pid meets the budget; an update does not.
TEST(Pool, LooksAgainAtAScriptThatAsksForMoreUnderAnotherOption) {
  const std::string steps =
      R"({"call":"WerRegisterAdditionalProcess","by":"main","processId":"@process1","captureExtraInfoForThreadId":0})";
  auto read = read_script(R"({"format":"procreg-scenario/1","name":"s","world":{"limits":{"entries":1}},"steps":[)" +
                              steps + "," + steps + "]}",
                          "s.json");
  const auto subject = stand_in(implementation(), {.own = documented_profile()});
  Pool pool{{std::get<Script>(std::move(read))}, *subject->abilities()};
  const std::size_t budget = choice::additional_process_entry_budget.index;
  const auto counts = [](const Profile& profile) {
    return profile.with(choice::additional_process_entry_budget, AdditionalProcessEntryBudget::counts);
  };
  const Profile updates = documented_profile();
  const Profile second = updates.with(choice::additional_process_duplicate, AdditionalProcessDuplicate::second_entry);
  EXPECT_FALSE(pool.find(updates, counts(updates), budget, {false}));
  const auto found = pool.find(second, counts(second), budget, {false});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->step, 1U);
  EXPECT_FALSE(pool.find(updates, counts(updates), budget, {false}));
}

TEST(ProfileFile, ErrorsNameThePlace) {
  const auto error = [](std::string_view json) {
    const auto read = read_profile(json, "p.json");
    const auto* errors = std::get_if<std::vector<InputError>>(&read);
    return errors == nullptr ? "" : text(errors->front());
  };
  EXPECT_THAT(error("{"), HasSubstr("p.json:1:"));
  EXPECT_THAT(error("[]"), HasSubstr("a profile { \"format\""));
  EXPECT_THAT(error(R"({"format":"procreg-profile/1","name":"x","base":"documented"})"),
              HasSubstr("\"choices\" is missing"));
  EXPECT_THAT(error(R"({"format":"procreg-profile/2","name":"x","base":"documented","choices":{}})"),
              HasSubstr("the format is \"procreg-profile/1\""));
  EXPECT_THAT(
      error(R"({"format":"procreg-profile/1","name":"x","base":"documented","choices":{"reregistrations":"x"}})"),
      HasSubstr("reregistration"));
  EXPECT_THAT(
      error(R"({"format":"procreg-profile/1","name":"x","base":"documented","choices":{"reregistration":"x"}})"),
      HasSubstr("/choices/reregistration"));
}

}  // namespace
}  // namespace procreg::harness
