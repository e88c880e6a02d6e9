#include "harness/judge/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/names.h"
#include "harness/scenario/files.h"

namespace procreg::harness {

namespace {

constexpr std::array<std::string_view, findings> names{"conforms",        "violates",       "differs", "contradicts",
                                                       "not-implemented", "not-applicable", "failed",  "undecided"};

// ERROR_CALL_NOT_IMPLEMENTED, and E_NOTIMPL.
constexpr std::uint32_t call_not_implemented = 120;
constexpr std::uint32_t e_notimpl = 0x80004001;

bool says_not_implemented(const Answer& answer) {
  switch (answer.result.kind) {
    case ResultKind::hresult:
      return answer.result.value == e_notimpl || answer.result.value == (0x80070000U | call_not_implemented);
    case ResultKind::win32:
      return answer.result.value == call_not_implemented;
    case ResultKind::boolean:
    case ResultKind::handle:
      return answer.result.value == 0 && answer.lastError == call_not_implemented;
    default:
      return false;
  }
}

ForeignAnswer answer_of_nobody(const Step& step) {
  ForeignAnswer answer;
  answer.answer.result = info(step).call ? not_runnable : not_applicable;
  return answer;
}

void stop(Judgement& judgement, std::size_t place, Finding finding, std::string reason) {
  judgement.finding = finding;
  judgement.step = place;
  judgement.reason = std::move(reason);
}

void stop(Judgement& judgement, std::size_t place, const Stopped& stopped) {
  const Finding finding = stopped.why == Stopped::Why::cannot    ? Finding::not_applicable
                          : stopped.why == Stopped::Why::missing ? Finding::not_implemented
                                                                 : Finding::failed;
  if (finding == Finding::failed) judgement.failure = stopped.why;
  stop(judgement, place, finding, stopped.message);
}

// The process whose number is `by` or `process` of a step, when the step has one that a name stands for.
struct Actor {
  bool nobody_acts{};
  void operator()(const Ref<ProcessKey>& ref) { nobody_acts |= ref.name && ref.raw == nobody; }
  void operator()(const Given<Caller>& given) {
    if (given.value) (*this)(*given.value);
  }
  template <class T>
  requires(!std::is_base_of_v<Ref<ProcessKey>, T>) void operator()(const T&) {}
};

std::vector<Contradiction> apart(const Possible& here, const Possible& earlier, const Knowledge* knowledge) {
  std::vector<Contradiction> out;
  for (std::size_t i = 0; i < choice_count; ++i)
    if ((here.options[i] & earlier.options[i]) == 0)
      out.push_back({i, here.options[i], earlier.options[i], knowledge != nullptr ? knowledge->shown[i] : ""});
  return out;
}

}  // namespace

std::string_view name(Finding finding) { return names[static_cast<std::size_t>(finding)]; }

bool breaks_a_clause(Finding finding) {
  return finding == Finding::violates || finding == Finding::differs || finding == Finding::contradicts;
}

Clause Mismatch::clause() const {
  const Allowed& nearest = allowed.front();
  if (what != Difference::last_error) return nearest.decided;
  const Clause unchanged = Clause("OBJ-HND-13");
  const bool succeeded = std::find(nearest.applied.begin(), nearest.applied.end(), unchanged) != nearest.applied.end();
  return succeeded ? unchanged : Clause("OBJ-HND-12");
}

bool Mismatch::writes_when_refusing() const {
  return what == Difference::output && allowed.front().answer.written == 0 && subject.answer.written != 0;
}

Finding finding_of(const Mismatch& mismatch) {
  const bool documented = info(mismatch.clause()).basis == Basis::documented && !mismatch.writes_when_refusing();
  return documented ? Finding::violates : Finding::differs;
}

Judgement Judge::run(const Script& script, const Profile& profile) {
  knowledge_ = nullptr;
  return judged(script, {Possible::exactly(profile)}, &profile);
}

Judgement Judge::run(const Script& script, Knowledge& knowledge) {
  knowledge_ = &knowledge;
  Judgement judgement = judged(script, knowledge.profiles, nullptr);
  if (!candidates_.empty() && judgement.finding != Finding::undecided) learn(knowledge);
  return judgement;
}

// What the candidates that are left say of the profile.
void Judge::learn(Knowledge& knowledge) const {
  const Possible before = hull(knowledge.profiles);
  std::vector<Possible> left;
  for (const auto& candidate : candidates_) left.push_back(candidate->possible());
  knowledge.profiles = merged(std::move(left));
  const Possible now = hull(knowledge.profiles);
  for (std::size_t i = 0; i < choice_count; ++i)
    if (now.options[i] != before.options[i]) knowledge.shown[i] = script_.file;
}

// A failure within a message of several steps: which of them it was, shows one step a message.
Judgement Judge::judged(const Script& script, const std::vector<Possible>& from, const Profile* told) {
  Judgement judgement = once(script, from, told);
  const bool unclear = judgement.finding == Finding::failed && judgement.failure != Stopped::Why::flooded &&
                       in_message_ > 1 && batch_ > 1;
  if (!unclear) return judgement;
  const std::size_t batch = std::exchange(batch_, 1);
  Judgement again = once(script, from, told);
  batch_ = batch;
  return again.finding == Finding::failed ? again : judgement;
}

Judgement Judge::once(const Script& script, const std::vector<Possible>& from, const Profile* told) {
  Judgement judgement;
  in_message_ = 0;
  candidates_.clear();
  script_ = script;
  abilities_ = subject_.abilities();
  if (abilities_ == nullptr) {
    stop(judgement, 0, subject_.failure());
  } else if (const std::string lack = what_it_lacks(*abilities_, script_); !lack.empty()) {
    stop(judgement, 0, Finding::not_applicable, fmt::format("the subject cannot perform {}", lack));
  } else if (begin(judgement, from, told)) {
    steps(judgement);
  }
  return judgement;
}

bool Judge::begin(Judgement& judgement, const std::vector<Possible>& from, const Profile* told) {
  const auto begun = subject_.reset(script_, abilities_->profile ? told : nullptr);
  if (const auto* stopped = std::get_if<Stopped>(&begun)) {
    stop(judgement, 0, *stopped);
    return false;
  }
  names_.clear(script_.names.size());
  names_.bind_world(script_.world, std::get<std::vector<BegunProcess>>(begun));
  seen_.clear();
  handles_.clear();
  for (const Possible& possible : from) candidates_.push_back(std::make_unique<Candidate>(script_, possible));
  return true;
}

void Judge::steps(Judgement& judgement) {
  for (std::size_t place = 0; place < script_.steps.size();) {
    const Message message = next_message(place);
    if (!sent(judgement, message)) return;
    place = message.end;
    if (!message.ambiguous.empty()) return stop(judgement, place, Finding::not_applicable, message.ambiguous);
  }
}

// As many steps as need nothing that one of them makes.
Judge::Message Judge::next_message(std::size_t from) const {
  Message message;
  const std::size_t most = abilities_->snapshot ? 1 : batch_;
  for (message.end = from; message.end < script_.steps.size() && message.end - from < most; ++message.end) {
    const Step& step = script_.steps[message.end];
    if (depends(step, from, message.end)) break;
    message.ambiguous = ambiguous(step);
    if (!message.ambiguous.empty()) break;
    const Step resolved = names_.resolve(step);
    if (unsent(resolved)) continue;
    message.steps.push_back(resolved);
    message.places.push_back(message.end);
  }
  return message;
}

bool Judge::depends(const Step& step, std::size_t from, std::size_t to) const {
  bool found = false;
  each_name(step, [&](NameRef name, bool is_handle) {
    for (std::size_t i = from; i < to && name; ++i) {
      const std::uint16_t given = given_by(script_.steps[i]);
      found = found || given == name.base || (is_restart(name) && can_restart(script_.steps[i]));
      // What is made may have the value of a handle that was closed.
      found = found || (is_handle && given != 0 && !abilities_->raw_ids);
    }
  });
  return found;
}

bool Judge::unsent(const Step& resolved) const {
  Actor actor;
  std::visit(
      [&actor](const auto& fields) {
        std::decay_t<decltype(fields)>::fields::each([&](auto field) { actor(fields.*(field.member)); });
      },
      resolved);
  return actor.nobody_acts;
}

bool Judge::sent(Judgement& judgement, const Message& message) {
  std::optional<Stopped> stopped;
  in_message_ = message.steps.size();
  if (!message.steps.empty()) stopped = subject_.perform(message.steps, answers_);
  std::size_t answered = 0;
  for (std::size_t place = seen_.size(); place < message.end; ++place) {
    const bool asked = answered < message.places.size() && message.places[answered] == place;
    if (asked && answered == answers_.size()) {
      if (!stopped) stopped = {Stopped::Why::nonsense, "it stopped without a reason"};
      const bool declined = stopped->why == Stopped::Why::cannot || stopped->why == Stopped::Why::missing;
      if (declined) stopped->message = fmt::format("{}: {}", info(script_.steps[place]).name, stopped->message);
      stop(judgement, place, *stopped);
      return false;
    }
    const ForeignAnswer answer = asked ? std::move(answers_[answered++]) : answer_of_nobody(script_.steps[place]);
    if (!look(judgement, place, answer)) return false;
  }
  return true;
}

bool Judge::look(Judgement& judgement, std::size_t place, const ForeignAnswer& answer) {
  const Step& step = script_.steps[place];
  seen_.push_back({answer, {}});
  Seen& seen = seen_.back();
  if (abilities_->snapshot && !take_snapshot(judgement, seen)) return false;
  Trial trial = try_step(std::move(candidates_), script_, step, seen);
  candidates_.clear();
  ++judgement.steps;
  if (trial.kept.empty() || trial.too_many) {
    mismatch(judgement, place, std::move(trial));
    return false;
  }
  candidates_ = std::move(trial.kept);
  judgement.coverage.note(candidates_.front()->ruling(), step.index());
  keep(place);
  std::string two_things = clash(place);
  if (two_things.empty()) return true;
  stop(judgement, place, Finding::violates, std::move(two_things));
  return false;
}

bool Judge::take_snapshot(Judgement& judgement, Seen& seen) {
  auto taken = subject_.snapshot();
  if (const auto* stopped = std::get_if<Stopped>(&taken)) {
    stop(judgement, seen_.size() - 1, *stopped);
    return false;
  }
  seen.snapshot = std::move(std::get<std::string>(taken));
  return true;
}

// The step went well: what it made has its name on both sides.
void Judge::keep(std::size_t place) {
  const Step& step = script_.steps[place];
  const Candidate& model = *candidates_.front();
  names_.bind(names_.resolve(step), seen_[place].answer,
              {model.ruling().restarted.data(), model.ruling().restarted.size()});
  if (const std::uint16_t name = given_by(step); name != 0 && model.bindings().at(name).is) {
    const auto owner = std::visit(
        [&](const auto& fields) {
          if constexpr (Call<std::decay_t<decltype(fields)>> && requires { fields.by.raw; })
            return model.bindings().process(fields.by.name);
          else
            return nobody;
        },
        step);
    if (owner != nobody) handles_.emplace_back(name, owner);
  }
}

void Judge::mismatch(Judgement& judgement, std::size_t place, Trial trial) {
  if (trial.too_many)
    return stop(judgement, place, Finding::undecided,
                fmt::format("more than {} worlds and profiles explain what it answers", candidates_max));
  std::vector<std::size_t> order(trial.allowed.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const Profile base = documented_profile();
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return trial.allowed[a].possible.unlike(base) < trial.allowed[b].possible.unlike(base);
  });
  Mismatch found{.what = trial.what[order.front()], .subject = seen_[place].answer};
  for (const std::size_t i : order) found.allowed.push_back(std::move(trial.allowed[i]));
  if (found.what == Difference::snapshot) {
    Candidate& nearest = *trial.lost[order.front()];
    SnapshotWords words;
    nearest.perform(script_.steps[place]);
    nearest.snapshot(words);
    nearest.undo();
    found.differences = snapshots_differ(snapshot_json(script_, words), seen_[place].snapshot);
  }
  if (knowledge_ != nullptr) found.contradictions = contradictions(place, trial.lost);
  const bool unimplemented = says_not_implemented(found.subject.answer);
  const Finding finding = unimplemented                   ? Finding::not_implemented
                          : !found.contradictions.empty() ? Finding::contradicts
                                                          : finding_of(found);
  stop(judgement, place, finding,
       unimplemented ? fmt::format("{} says that it is not implemented", info(script_.steps[place]).name) : "");
  judgement.mismatch = std::move(found);
}

std::vector<Contradiction> Judge::contradictions(std::size_t place, const Candidates& lost) {
  auto found = with_earlier(place);
  return found.empty() ? with_itself(place, lost) : found;
}

// Judged once more as if nothing had been known before this script.
std::vector<Contradiction> Judge::with_earlier(std::size_t place) const {
  Candidates fresh;
  fresh.push_back(std::make_unique<Candidate>(script_, Possible::everything()));
  for (std::size_t i = 0; i <= place; ++i) {
    Trial trial = try_step(std::move(fresh), script_, script_.steps[i], seen_[i]);
    fresh = std::move(trial.kept);
    if (fresh.empty() || trial.too_many) return {};
  }
  // None of them is among the profiles that were left, so there is a choice in which each pair differs.
  std::vector<Contradiction> nearest;
  for (const auto& candidate : fresh) {
    for (const Possible& earlier : knowledge_->profiles) {
      auto found = apart(candidate->possible(), earlier, knowledge_);
      if (nearest.empty() || (!found.empty() && found.size() < nearest.size())) nearest = std::move(found);
    }
  }
  return nearest;
}

// This one step as if nothing had been known.
std::vector<Contradiction> Judge::with_itself(std::size_t place, const Candidates& lost) const {
  for (const auto& candidate : lost) {
    Candidates loosened;
    loosened.push_back(candidate->loosened());
    const Trial trial = try_step(std::move(loosened), script_, script_.steps[place], seen_[place]);
    for (const auto& kept : trial.kept)
      if (auto found = apart(kept->possible(), candidate->possible(), nullptr); !found.empty()) return found;
  }
  return {};
}

// What a name stands for is no other live thing: "" or which two it are.
std::string Judge::clash(std::size_t place) const {
  const std::uint16_t name = given_by(script_.steps[place]);
  const Candidate& model = *candidates_.front();
  if (name == 0 || !model.bindings().at(name).is) return {};
  const auto& made = names_.at(name);
  const auto& in_model = model.bindings().at(name);
  const auto both = [&](std::uint16_t other, std::string_view what) {
    return fmt::format("{} and {} have one {}", text(script_.names, {other, itself_part}),
                       text(script_.names, {name, itself_part}), what);
  };
  for (std::uint16_t other = 1; other < names_.size(); ++other) {
    const auto& there = model.bindings().at(other);
    if (other == name || !there.is || in_model.process == nobody || there.process.machine != in_model.process.machine)
      continue;
    const model::Process* const process = model::find(model.state(), there.process);
    if (process == nullptr || !model::live(*process)) continue;
    if (names_.at(other).pid == made.pid) return both(other, "pid");
    if (names_.at(other).process == made.process) return both(other, "number");
  }
  return {};
}

// A handle's value is given out again after it was closed: whose value, differs from subject to subject. A step that uses
// such a name means one thing in the specification's numbering and another one in the subject's.
std::string Judge::ambiguous(const Step& step) const {
  if (abilities_->raw_ids) return {};
  std::string why;
  const Bindings& model = candidates_.front()->bindings();
  each_name(step, [&](NameRef used, bool is_handle) {
    const auto one =
        std::find_if(handles_.begin(), handles_.end(), [&](const auto& h) { return h.first == used.base; });
    if (!is_handle || one == handles_.end() || !why.empty()) return;
    for (auto later = one + 1; later != handles_.end(); ++later) {
      if (later->second != one->second) continue;
      const NameRef other{later->first, used.part};
      if (model.handle(used) == model.handle(other) || names_.handle(used) == names_.handle(other))
        why = fmt::format("{} is closed, and its value is that of {} now", text(script_.names, used),
                          text(script_.names, other));
    }
  });
  return why;
}

}  // namespace procreg::harness
