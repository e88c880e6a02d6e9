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

TEST(Characterise, RecoversThePredefinedProfilesWhole) {
  for (const std::string_view name : profile_names()) {
    const Profile hidden = *find_profile(name);
    const Character character = character_of(hidden);
    EXPECT_TRUE(character.whole()) << character_text(character);
    EXPECT_EQ(character.knowledge.profiles.front().profile(), hidden) << name;
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

TEST(Characterise, ShowsForEveryOtherOptionAScriptThatRulesItOut) {
  const Profile hidden = windows11_profile();
  const Character character = character_of(hidden);
  for (const Characterised& choice : character.choices) {
    EXPECT_EQ(choice.evidence.size() + 1, choices()[choice.choice].options.size()) << choices()[choice.choice].name;
    for (const Evidence& evidence : choice.evidence) {
      Profile other = hidden;
      other.option[choice.choice] = evidence.against;
      EXPECT_TRUE(told_apart(evidence.script, hidden, other, true)) << choices()[choice.choice].name;
    }
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

TEST(ProfileFile, IsReadBackAsItWasFound) {
  const Profile hidden = windows11_profile();
  const auto read = read_profile(profile_json(character_of(hidden), "mine"), "mine.json");
  ASSERT_TRUE(std::holds_alternative<Script::NamedProfile>(read));
  EXPECT_EQ(std::get<Script::NamedProfile>(read).profile, hidden);
  EXPECT_EQ(std::get<Script::NamedProfile>(read).label, "mine");
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
