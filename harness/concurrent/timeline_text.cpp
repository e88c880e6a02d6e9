#include <fmt/format.h>

#include <algorithm>

#include "harness/concurrent/timeline.h"
#include "harness/concurrent/timeline_parts.h"
#include "harness/report/divergence_report.h"
#include "harness/report/lines.h"
#include "harness/scenario/files.h"

namespace procreg::harness {

namespace timeline {

std::vector<std::string> marks(const RecordedRace& race, const Explanation& explanation) {
  std::vector<std::string> marks(race.history.size());
  std::size_t place = 0;
  for (const std::uint32_t operation : explanation.ordered) marks[operation] = std::to_string(++place);
  for (const auto& stuck : explanation.stuck) marks[stuck.operation] = "!";
  return marks;
}

std::size_t threads(const RecordedRace& race) {
  std::size_t count = race.script.parallel.size();
  for (const Operation& operation : race.history) count = std::max(count, std::size_t{operation.thread} + 1);
  return count;
}

std::string answer(const Tables& tables, const Operation& operation) {
  return operation.answer ? answer_text(tables, operation.step, *operation.answer) : "never returned";
}

std::vector<Event> events(const History& history) {
  std::vector<Event> events;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    events.push_back({history[i].called, i, true});
    if (history[i].answer) events.push_back({history[i].returned, i, false});
  }
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
  return events;
}

std::string verdict(const Explanation& explanation) {
  switch (explanation.verdict) {
    case Linearizable::yes:
      return "linearizable";
    case Linearizable::no:
      return "not linearizable";
    case Linearizable::ran_out:
      break;
  }
  return "not decided";
}

}  // namespace timeline

namespace {

using timeline::Event;

constexpr std::size_t width = 120;
constexpr std::size_t axis = 6;  // "  at  "
constexpr std::size_t wide_lanes = 4;
constexpr std::size_t operations_shown = 40;
constexpr std::size_t ordered_shown = 8;

// Lines of at most `most` characters, of which all but the first leave room for an indent; broken at spaces, or
// behind a parenthesis that opens, where there are any.
std::vector<std::string> folded(std::string_view text, std::size_t most, std::size_t indent = 0) {
  std::vector<std::string> lines;
  while (text.size() > most) {
    const std::size_t space = text.rfind(' ', most);
    const std::size_t opening = text.rfind('(', most - 1);
    std::size_t end = space == std::string_view::npos ? 0 : space;
    if (opening != std::string_view::npos) end = std::max(end, opening + 1);
    if (end == 0) end = most;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(text[end] == ' ' ? end + 1 : end);
    if (lines.size() == 1) most -= indent;
  }
  lines.emplace_back(text);
  return lines;
}

std::string trimmed(std::string line) {
  line.resize(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

bool overlap(const Operation& a, const Operation& b) {
  return (!a.answer || b.called < a.returned) && (!b.answer || a.called < b.returned);
}

// Whether an operation is drawn: all of a short history; else what cannot be ordered, what it met, and the last ones that
// were ordered before it.
std::vector<bool> shown(const RecordedRace& race, const Explanation& explanation) {
  const History& history = race.history;
  std::vector<bool> out(history.size(), history.size() <= operations_shown);
  const std::size_t last = std::min(explanation.ordered.size(), ordered_shown);
  std::for_each(explanation.ordered.end() - static_cast<std::ptrdiff_t>(last), explanation.ordered.end(),
                [&](std::uint32_t operation) { out[operation] = true; });
  for (const auto& stuck : explanation.stuck)
    for (std::size_t i = 0; i < history.size(); ++i)
      if (overlap(history[i], history[stuck.operation])) out[i] = true;
  return out;
}

// Draws events one after another; a subclass knows what a line looks like.
class Drawing {
 public:
  Drawing(const RecordedRace& race, const Explanation& explanation)
      : race_{race},
        marks_{timeline::marks(race, explanation)},
        shown_{shown(race, explanation)},
        inside_(timeline::threads(race)) {}
  virtual ~Drawing() = default;

  std::string text() {
    std::string out = head();
    std::size_t hidden = 0;
    for (const Event& event : timeline::events(race_.history)) {
      inside_[race_.history[event.operation].thread] = event.call;
      if (!shown_[event.operation]) {
        ++hidden;
        continue;
      }
      out += gap(hidden) + line(event);
      hidden = 0;
    }
    out += gap(hidden);
    for (std::uint32_t i = 0; i < race_.history.size(); ++i)
      if (!race_.history[i].answer && shown_[i]) out += line({never, i, false});
    return out;
  }

 protected:
  virtual std::string head() const = 0;
  virtual std::string line(const Event& event) const = 0;

  const Operation& operation(const Event& event) const { return race_.history[event.operation]; }
  std::string words(const Event& event) const {
    if (!event.call) return "=> " + timeline::answer(race_.script.tables, operation(event));
    const std::string& mark = marks_[event.operation];
    return fmt::format("[{}] {}", mark, procreg::harness::text(race_.script, operation(event).step));
  }
  static std::string place(const Event& event) {
    return event.at == never ? "      " : fmt::format("{:>4}  ", event.at);
  }
  std::size_t threads() const { return inside_.size(); }
  bool inside(std::size_t thread) const { return inside_[thread]; }

 private:
  static std::string gap(std::size_t hidden) {
    return hidden == 0 ? ""
                       : fmt::format("      ... {}\n",
                                     hidden == 1 ? "one call or return" : fmt::format("{} calls and returns", hidden));
  }

  const RecordedRace& race_;
  std::vector<std::string> marks_;
  std::vector<bool> shown_;
  std::vector<bool> inside_;
};

// Lanes side by side.
class Lanes final : public Drawing {
 public:
  using Drawing::Drawing;

 private:
  std::size_t lane() const { return (width - axis) / threads() - 2; }

  std::string head() const override {
    std::string out = "  at  ";
    for (std::size_t thread = 0; thread < threads(); ++thread)
      out += fmt::format("{:<{}}  ", fmt::format("thread {}", thread), lane());
    return trimmed(out);
  }

  std::string line(const Event& event) const override {
    std::string out;
    bool first = true;
    for (const std::string& words : folded(Drawing::words(event), lane(), 4)) {
      std::string row = first ? place(event) : "      ";
      for (std::size_t thread = 0; thread < threads(); ++thread) {
        const bool here = thread == operation(event).thread;
        const std::string text = here ? (first ? words : "|   " + words) : inside(thread) ? "|" : "";
        row += fmt::format("{:<{}}  ", text, lane());
      }
      out += trimmed(row);
      first = false;
    }
    return out;
  }
};

// A column a thread, and the text beside them.
class Columns final : public Drawing {
 public:
  using Drawing::Drawing;

 private:
  std::string head() const override { return "  at  threads\n"; }

  std::string line(const Event& event) const override {
    std::string bars;
    for (std::size_t thread = 0; thread < threads(); ++thread) {
      const bool here = thread == operation(event).thread;
      bars += here ? (event.call ? '>' : '<') : inside(thread) ? '|' : '.';
    }
    const std::string words = fmt::format("{} {}", operation(event).thread, Drawing::words(event));
    const std::size_t left = axis + bars.size() + 2;
    std::string out;
    bool first = true;
    for (const std::string& part : folded(words, width - left)) {
      out += trimmed(first ? fmt::format("{}{}  {}", place(event), bars, part) : std::string(left, ' ') + part);
      first = false;
    }
    return out;
  }
};

std::string stuck_text(const RecordedRace& race, const Explanation::Stuck& stuck) {
  const Operation& operation = race.history[stuck.operation];
  const std::string head = fmt::format("[!] thread {}, {}", operation.thread, text(race.script, operation.step));
  std::string out = fmt::format("    {}\n", fmt::join(folded(head, width - 8), "\n        "));
  const ClauseInfo& clause = info(stuck.decided);
  const auto row = [&](std::string_view word, const std::string& value) {
    out += fmt::format("        {:<10} {}\n", word, fmt::join(folded(value, width - 19), "\n                   "));
  };
  row("answered", timeline::answer(race.script.tables, operation));
  row("the model", answer_text(race.script.tables, operation.step, stuck.model));
  row("by", fmt::format("{}  {}: {}", clause.id, clause.condition, clause.effect));
  return out;
}

}  // namespace

std::string timeline_text(const RecordedRace& race, const Explanation& explanation) {
  if (timeline::threads(race) <= wide_lanes) return Lanes{race, explanation}.text();
  return Columns{race, explanation}.text();
}

std::string explanation_text(const RecordedRace& race, const Explanation& explanation) {
  if (explanation.verdict == Linearizable::ran_out) return "Time or memory ran out before there was an answer.\n";
  if (explanation.verdict == Linearizable::yes)
    return "The numbers are an order in which the model gives the same answers.\n";
  if (explanation.stuck.empty()) {
    std::string out =
        "The numbers are an order in which the model gives the same answers, but no such order leaves what the "
        "subject\n"
        "shows at the end. This one differs from it in (model | subject):\n";
    for (const std::string& difference : explanation.differences)
      out += fmt::format("    {}\n", fmt::join(folded(difference, width - 8), "\n        "));
    return out;
  }
  const std::size_t placed = explanation.ordered.size();
  std::string out = placed == 0 ? "No operation can come first, though one of these would have to:\n"
                    : placed == 1
                        ? "[1] can come first, and no order goes further: one of these would have to follow.\n"
                        : fmt::format(
                              "[1] to [{}] can come in this order, and no order goes further: one of "
                              "these would have to follow.\n",
                              placed);
  for (const auto& stuck : explanation.stuck) out += stuck_text(race, stuck);
  return out;
}

}  // namespace procreg::harness
