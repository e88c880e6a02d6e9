#include "harness/judge/trial.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/json_tree.h"

namespace procreg::harness {

namespace {

bool is_id(OutKind kind) { return kind == OutKind::handle || kind == OutKind::pid || kind == OutKind::tid; }

// Words of an output beside its first one that hold some of its value.
std::size_t words_of(OutKind kind) {
  if (kind == OutKind::bytes) return std::tuple_size_v<OutWords>;
  return kind == OutKind::guid || kind == OutKind::version ? 2 : 1;
}

bool same_result(Result model, Result subject) {
  if (model.kind != subject.kind || model.kind != ResultKind::handle) return model == subject;
  return (model.value == 0) == (subject.value == 0);
}

bool same_out(const OutInfo& out, const OutWords& model, const OutWords& subject) {
  if (is_id(out.kind)) return (model[out.word] == 0) == (subject[out.word] == 0);
  for (std::size_t i = 0; i < words_of(out.kind); ++i)
    if (model[out.word + i] != subject[out.word + i]) return false;
  return true;
}

bool same_outs(const Step& step, const Answer& model, const Answer& subject) {
  if (model.written != subject.written) return false;
  const auto outs = info(step).outs;
  for (std::size_t i = 0; i < outs.size(); ++i)
    if ((model.written >> i & 1U) != 0 && !same_out(outs[i], model.out, subject.out)) return false;
  return true;
}

// A subject in process tells of the first of several restarted processes only.
bool same_restarts(const model::Ruling& ruling, const ForeignAnswer& answer) {
  return ruling.restarted.empty() == answer.restarted.empty() && answer.restarted.size() <= ruling.restarted.size();
}

bool same_made(const Step& step, const model::Ruling& ruling, const ForeignAnswer& answer) {
  if (can_restart(step)) return same_restarts(ruling, answer);
  if ((ruling.answer.made == 0) != (answer.answer.made == 0)) return false;
  const auto* const created = std::get_if<CreateProcess>(&step);
  return created == nullptr || answer.answer.made == 0 || answer.threads.empty() ||
         answer.threads.size() == created->threads.count;
}

class Run {
 public:
  Run(const Script& script, const Step& step, const Seen& seen) : script_{script}, step_{step}, seen_{seen} {}

  void candidate(std::unique_ptr<Candidate> candidate) {
    if (trial_.kept.size() + trial_.lost.size() >= candidates_max) {
      trial_.too_many = true;
      return;
    }
    if (!candidate->perform(step_)) return fork(*candidate);
    if (const auto what = differs(*candidate)) return lose(std::move(candidate), *what);
    trial_.kept.push_back(std::move(candidate));
  }

  Trial take() { return std::move(trial_); }

 private:
  void fork(const Candidate& undecided) {
    const std::size_t choice = undecided.asked();
    const std::uint8_t options = undecided.possible().options[choice];
    const std::uint8_t first = choices()[choice].documented;
    if ((options >> first & 1U) != 0) candidate(undecided.fork(choice, first));
    for (std::uint8_t option = 0; option < choices()[choice].options.size(); ++option)
      if (option != first && (options >> option & 1U) != 0) candidate(undecided.fork(choice, option));
  }

  std::optional<Difference> differs(const Candidate& candidate) {
    if (const auto what = answers_differ(step_, candidate.ruling(), seen_.answer)) return what;
    if (seen_.snapshot.empty()) return std::nullopt;
    words_.clear();
    candidate.snapshot(words_);
    const std::string model = snapshot_json(script_, words_);
    if (model == seen_.snapshot || snapshots_differ(model, seen_.snapshot).empty()) return std::nullopt;
    return Difference::snapshot;
  }

  void lose(std::unique_ptr<Candidate> candidate, Difference what) {
    const model::Ruling& ruling = candidate->ruling();
    trial_.allowed.push_back({.answer = ruling.answer,
                              .decided = ruling.decided,
                              .applied = {ruling.applied.begin(), ruling.applied.end()},
                              .possible = candidate->possible()});
    trial_.what.push_back(what);
    candidate->undo();
    trial_.lost.push_back(std::move(candidate));
  }

  const Script& script_;
  const Step& step_;
  const Seen& seen_;
  Trial trial_{};
  SnapshotWords words_{};
};

// Worlds that are the same under profiles that are a product are one.
bool unite(std::unique_ptr<Candidate>& a, const std::unique_ptr<Candidate>& b) {
  const auto both = united(a->possible(), b->possible());
  if (!both || !a->same_world(*b)) return false;
  a->possible(*both);
  return true;
}

void compare(const json::Node* model, const json::Node* subject, const std::string& place,
             std::vector<std::string>& out) {
  constexpr std::size_t shown = 20;
  const auto text = [](const json::Node* node) { return node == nullptr ? "absent" : json::one_line(*node); };
  const bool objects =
      model != nullptr && subject != nullptr && model->is(json::Kind::object) && subject->is(json::Kind::object);
  const bool lists =
      model != nullptr && subject != nullptr && model->is(json::Kind::array) && subject->is(json::Kind::array);
  if (out.size() >= shown) return;
  if (objects) {
    for (const json::Node& left : json::children(*model))
      compare(&left, json::member(*subject, left.key), place + "/" + json::pointer_segment(left.key), out);
    for (const json::Node& right : json::children(*subject))
      if (json::member(*model, right.key) == nullptr)
        compare(nullptr, &right, place + "/" + json::pointer_segment(right.key), out);
  } else if (lists) {
    const json::Node* left = model->first;
    const json::Node* right = subject->first;
    for (std::size_t i = 0; left != nullptr || right != nullptr; ++i) {
      compare(left, right, fmt::format("{}/{}", place, i), out);
      if (left != nullptr) left = left->next;
      if (right != nullptr) right = right->next;
    }
  } else if (text(model) != text(subject)) {
    out.push_back(fmt::format("{}: {} | {}", place, text(model), text(subject)));
  }
}

}  // namespace

std::optional<Difference> answers_differ(const Step& step, const model::Ruling& ruling, const ForeignAnswer& answer) {
  if (!same_result(ruling.answer.result, answer.answer.result)) return Difference::result;
  if (ruling.answer.lastError != answer.answer.lastError) return Difference::last_error;
  if (!can_restart(step) && !same_outs(step, ruling.answer, answer.answer)) return Difference::output;
  if (!same_made(step, ruling, answer)) return Difference::made;
  return std::nullopt;
}

std::vector<std::string> snapshots_differ(const std::string& model, const std::string& subject) {
  const json::Document left = json::parse(model);
  const json::Document right = json::parse(subject);
  if (!right.problems.empty()) return {"the snapshot is no JSON: " + right.problems.front().message};
  std::vector<std::string> out;
  compare(&left.nodes.front(), &right.nodes.front(), "", out);
  return out;
}

Trial try_step(Candidates candidates, const Script& script, const Step& step, const Seen& seen) {
  Run run{script, step, seen};
  for (auto& candidate : candidates) run.candidate(std::move(candidate));
  Trial trial = run.take();
  for (auto& candidate : trial.kept) candidate->keep();
  unite_all(trial.kept, unite);
  return trial;
}

}  // namespace procreg::harness
