#include <fmt/format.h>

#include <algorithm>

#include "harness/concurrent/timeline.h"
#include "harness/concurrent/timeline_parts.h"
#include "harness/scenario/files.h"

namespace procreg::harness {

namespace {

// Pixels.
constexpr std::size_t row = 14;  // a call or return
constexpr std::size_t axis = 52;
constexpr std::size_t head = 64;
constexpr std::size_t gap = 10;
constexpr std::size_t character = 7;
constexpr std::size_t widest_lane = 330;
constexpr std::size_t narrowest_lane = 90;
constexpr std::size_t all_lanes = 1440;

constexpr std::string_view style =
    "svg,body{background:var(--back);color:var(--ink);font:11px ui-monospace,Menlo,Consolas,monospace}"
    ":root{--back:#fff;--ink:#1b1f24;--faint:#6b7280;--line:#d5d9df;--placed:#dbeafe;--placed-line:#3b82f6;"
    "--stuck:#fee2e2;--stuck-line:#dc2626;--other:#f3f4f6;--other-line:#9ca3af}"
    "@media(prefers-color-scheme:dark){:root{--back:#15181d;--ink:#e6e8eb;--faint:#9aa3af;--line:#333a44;"
    "--placed:#1d3356;--placed-line:#60a5fa;--stuck:#5b1d1d;--stuck-line:#f87171;--other:#23282f;--other-line:#6b7280}}"
    "a{color:var(--placed-line)}text{fill:var(--ink)}.f{fill:var(--faint)}.g{stroke:var(--line)}rect{rx:3px;stroke-"
    "width:1.2px}"
    ".p rect{fill:var(--placed);stroke:var(--placed-line)}.x rect{fill:var(--stuck);stroke:var(--stuck-line);"
    "stroke-width:2.4px}.o rect{fill:var(--other);stroke:var(--other-line)}.n rect{stroke-dasharray:4 3}"
    "g:hover>rect{stroke-width:3px}";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? '?' : c;
    }
  return out;
}

// As much as fits, and never half a character.
std::string cut(std::string_view text, std::size_t characters) {
  if (text.size() <= characters) return std::string{text};
  std::size_t end = characters > 2 ? characters - 2 : 0;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string{text.substr(0, end)} + "..";
}

class Picture {
 public:
  Picture(const RecordedRace& race, const Explanation& explanation)
      : race_{race},
        explanation_{explanation},
        marks_{timeline::marks(race, explanation)},
        threads_{std::max<std::size_t>(timeline::threads(race), 1)},
        lane_{std::clamp(all_lanes / threads_, narrowest_lane, widest_lane)} {
    for (const timeline::Event& event : timeline::events(race.history)) places_.push_back(event.at);
  }

  std::string svg(std::string_view attributes) const {
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\"{2}>\n",
        axis + threads_ * lane_ + gap, bottom() + row, attributes);
    out += fmt::format("<style>{}</style>\n", style) + legend() + lanes();
    for (std::size_t thread = 0; thread < threads_; ++thread) out += lane(thread);
    return out + "</svg>\n";
  }

 private:
  // Rows are calls and returns that are there, however far apart their places in the order are.
  std::size_t y(std::uint64_t at) const {
    const auto place = std::lower_bound(places_.begin(), places_.end(), at) - places_.begin();
    return head + static_cast<std::size_t>(place) * row;
  }
  std::size_t bottom() const { return head + (places_.size() + 1) * row; }
  std::size_t x(std::size_t thread) const { return axis + thread * lane_; }

  std::string legend() const {
    std::string out = fmt::format("<text x=\"8\" y=\"16\" font-weight=\"bold\">{}</text>\n",
                                  escaped(fmt::format("{}: {}", race_.script.name, timeline::verdict(explanation_))));
    const auto entry = [&](std::size_t at, std::string_view kind, std::string_view words) {
      out += fmt::format(
          "<g class=\"{}\"><rect x=\"{}\" y=\"26\" width=\"14\" height=\"10\"/><text class=\"f\" x=\"{}\" "
          "y=\"35\">{}</text></g>\n",
          kind, at, at + 20, words);
    };
    entry(8, "p", "[n] n-th of an order");
    entry(190, "x", "[!] cannot come next");
    entry(370, "o", "not ordered");
    entry(490, "o n", "never returned");
    return out;
  }

  std::string lanes() const {
    std::string out;
    for (std::size_t thread = 0; thread < threads_; ++thread)
      out +=
          fmt::format("<text class=\"f\" x=\"{0}\" y=\"{1}\">thread {2}</text><path class=\"g\" d=\"M{3} {4}V{5}\"/>\n",
                      x(thread) + 2, head - 8, thread, x(thread) - 4, head - 4, bottom());
    constexpr std::size_t between_numbers = 10;
    for (std::size_t i = 0; i < places_.size(); i += between_numbers)
      out += fmt::format("<text class=\"f\" x=\"4\" y=\"{}\">{}</text>\n", head + i * row + 10, places_[i]);
    return out;
  }

  std::string lane(std::size_t thread) const {
    std::string out = fmt::format("<g transform=\"translate({} 0)\">\n", x(thread));
    for (std::size_t i = 0; i < race_.history.size(); ++i)
      if (race_.history[i].thread == thread) out += box(i);
    return out + "</g>\n";
  }

  std::string box(std::size_t index) const {
    const Operation& operation = race_.history[index];
    const std::string& mark = marks_[index];
    const std::string words = text(race_.script, operation.step);
    const std::string answer = timeline::answer(race_.script.tables, operation);
    const std::size_t top = y(operation.called) + 1;
    const std::size_t end = operation.answer ? y(operation.returned) + row - 2 : bottom();
    const std::size_t fits = (lane_ - gap - 6) / character;
    const std::string first = mark == "!" && explanation_.stuck.front().operation == index ? " id=\"stuck\"" : "";
    std::string out = fmt::format("<g class=\"{}{}\"{}><title>{}\n=> {}{}</title>",
                                  mark.empty()  ? "o"
                                  : mark == "!" ? "x"
                                                : "p",
                                  operation.answer ? "" : " n", first, escaped(words), escaped(answer), note(mark));
    out += fmt::format("<rect y=\"{}\" width=\"{}\" height=\"{}\"/>", top, lane_ - gap, end - top);
    out += lines(fmt::format("[{}] {}", mark, words), fits, top, (end - top + 2) / row - 1);
    out +=
        fmt::format("<text class=\"f\" x=\"4\" y=\"{}\">{}</text></g>\n", end - 3, escaped(cut("=> " + answer, fits)));
    return out;
  }

  // At most `most` lines, of which the last one is cut where it does not fit.
  static std::string lines(std::string_view text, std::size_t fits, std::size_t top, std::size_t most) {
    std::string out;
    for (std::size_t line = 1; !text.empty(); ++line) {
      const std::size_t space = text.size() > fits && line < most ? text.rfind(' ', fits) : std::string_view::npos;
      const std::string part = space == std::string_view::npos ? cut(text, fits) : std::string{text.substr(0, space)};
      out += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>", line == 1 ? 4 : 16, top + line * row - 4, escaped(part));
      if (space == std::string_view::npos) break;
      text.remove_prefix(space + 1);
    }
    return out;
  }

  static std::string note(const std::string& mark) {
    return mark.empty() ? "" : mark == "!" ? "\ncannot come next" : fmt::format("\nnumber {} of the order", mark);
  }

  const RecordedRace& race_;
  const Explanation& explanation_;
  std::vector<std::string> marks_;
  std::vector<std::uint64_t> places_{};  // of calls and returns, ascending
  std::size_t threads_;
  std::size_t lane_;
};

}  // namespace

std::string timeline_svg(const RecordedRace& race, const Explanation& explanation) {
  return Picture{race, explanation}.svg("");
}

std::string timeline_html(const RecordedRace& race, const Explanation& explanation) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light "
      "dark\">\n"
      "<title>{}</title>\n<style>body{{margin:16px}}pre{{white-space:pre-wrap;max-width:120ch}}</style></head><body>\n"
      "<pre>{}</pre>\n{}{}</body></html>\n",
      escaped(race.script.name), escaped(explanation_text(race, explanation)),
      explanation.stuck.empty() ? "" : "<p><a href=\"#stuck\">To the first of these</a></p>\n",
      Picture{race, explanation}.svg(""));
}

}  // namespace procreg::harness
