#include "harness/characterise/characterise.h"

#include <algorithm>
#include <bit>

#include "harness/characterise/told_apart.h"
#include "harness/report/divergence_report.h"

namespace procreg::harness {

namespace {

class Characterisation {
 public:
  Characterisation(ForeignSubject& subject, const Abilities& abilities, const std::vector<Script>& scripts,
                   const CharacteriseOptions& options)
      : abilities_{abilities}, options_{options}, judge_{subject}, pool_{scripts, abilities} {
    spent_.resize(pool_.size());
  }

  Character run() {
    while (round()) {
    }
    show();
    character_.interrupted = stopped();
    return std::move(character_);
  }

 private:
  bool stopped() const { return options_.interrupted && options_.interrupted(); }
  Knowledge& knowledge() { return character_.knowledge; }

  // Each open question once, with what is known by now. True: something new is known.
  bool round() {
    bool learned = false;
    for (std::size_t choice = 0; choice < choice_count && !stopped(); ++choice) {
      if (options_.progress) options_.progress(choice, choice_count);
      while (ask(choice)) learned = true;
    }
    return (between_products() || learned) && !stopped();
  }

  // A script that rules out an option of a choice, with all others as they are known or likely.
  bool ask(std::size_t choice) {
    for (const Possible& product : std::vector<Possible>{knowledge().profiles}) {
      if (product.decided(choice)) continue;
      const Profile likely = product.nearest(documented_profile());
      for (std::uint8_t option = 0; option < choices()[choice].options.size(); ++option) {
        if ((product.options[choice] >> option & 1U) == 0 || option == likely.option[choice]) continue;
        if (decide(likely, product.with(choice, option).nearest(likely), choice)) return true;
      }
    }
    return false;
  }

  // Combinations that are left over against each other.
  bool between_products() {
    const std::vector<Possible> products = knowledge().profiles;
    for (std::size_t i = 0; i + 1 < products.size(); ++i) {
      const Profile a = products[i].nearest(documented_profile());
      const Profile b = products[i + 1].nearest(documented_profile());
      for (std::size_t choice = 0; choice < choice_count; ++choice)
        if (a.option[choice] != b.option[choice] && decide(a, b, choice)) return true;
    }
    return false;
  }

  bool decide(const Profile& a, const Profile& b, std::size_t choice) {
    while (const auto found = pool_.find(a, b, choice, spent_)) {
      spent_[found->index] = true;
      const std::vector<Possible> before = knowledge().profiles;
      run(*found->script);
      if (knowledge().profiles != before) return true;
      if (stopped()) return false;
    }
    return false;
  }

  const Judgement& run(const Script& script) {
    last_ = judge_.run(script, knowledge());
    ++character_.scripts;
    character_.steps += last_.steps;
    if (breaks_a_clause(last_.finding)) character_.disagreements.push_back({judge_.script(), last_});
    return last_;
  }

  // For each option that is ruled out the shortest script that rules it out, run once more.
  void show() {
    const Possible known = hull(knowledge().profiles);
    for (std::size_t choice = 0; choice < choice_count; ++choice) {
      Characterised shown{.choice = choice, .options = known.options[choice]};
      for (std::uint8_t option = 0; option < choices()[choice].options.size() && !stopped(); ++option)
        if ((known.options[choice] >> option & 1U) == 0) evidence(shown, option);
      character_.choices.push_back(std::move(shown));
      if (options_.progress) options_.progress(choice, choice_count);
    }
  }

  void evidence(Characterised& shown, std::uint8_t against) {
    const Profile is = knowledge().profiles.front().nearest(documented_profile());
    Profile other = is;
    other.option[shown.choice] = against;
    const auto found = pool_.find(is, other, shown.choice, std::vector<bool>(pool_.size()));
    if (!found) return;
    Script script = shortest(*found->script, found->step, is, other, abilities_);
    const auto step = told_apart(script, is, other, abilities_.snapshot);
    if (!step) return;
    const Judgement& judgement = run(script);
    if (judgement.finding != Finding::conforms) return;
    Evidence evidence{.against = against, .script = judge_.script()};
    evidence.answer = answer_text(script.tables, script.steps[*step], judge_.answer(*step).answer);
    evidence.would_answer = would_answer(script, *step, other);
    shown.evidence.push_back(std::move(evidence));
  }

  static std::string would_answer(const Script& script, std::size_t last, const Profile& profile) {
    Candidate model{script, Possible::exactly(profile)};
    for (std::size_t i = 0; i < last; ++i) {
      model.perform(script.steps[i]);
      model.keep();
    }
    model.perform(script.steps[last]);
    return answer_text(script.tables, script.steps[last], model.ruling().answer);
  }

  const Abilities& abilities_;
  const CharacteriseOptions& options_;
  Judge judge_;
  Pool pool_;
  std::vector<bool> spent_{};
  Judgement last_{};
  Character character_{};
};

}  // namespace

bool Character::whole() const {
  return failure.empty() && disagreements.empty() && knowledge.profiles.size() == 1 &&
         std::all_of(choices.begin(), choices.end(),
                     [](const Characterised& choice) { return std::has_single_bit(choice.options); });
}

Character characterise(ForeignSubject& subject, const std::vector<Script>& scripts,
                       const CharacteriseOptions& options) {
  const Abilities* const abilities = subject.abilities();
  if (abilities == nullptr) {
    Character none;
    none.failure = subject.failure().message;
    return none;
  }
  return Characterisation{subject, *abilities, scripts, options}.run();
}

}  // namespace procreg::harness
