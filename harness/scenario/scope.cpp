#include "harness/scenario/scope.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/suggestion.h"

namespace procreg::harness {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::string_view restart_word = "restarted";

bool restarted(std::string_view part) {
  return part.starts_with(restart_word) && part.size() > restart_word.size() && digit(part[restart_word.size()]);
}

// "restarted2" or "restarted2.1" after a dot.
struct RestartPart {
  std::uint16_t part{};
  bool thread{};
};
std::optional<RestartPart> restart_part(std::string_view suffix) {
  if (!restarted(suffix)) return std::nullopt;
  const std::size_t dot = suffix.find('.');
  const std::string_view digits = suffix.substr(restart_word.size(), dot - std::min(dot, restart_word.size()));
  const bool thread = dot != std::string_view::npos;
  if (thread && suffix.substr(dot) != ".1") return std::nullopt;
  std::uint32_t k = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), k);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.front() == '0' || k > restart_names_max)
    return std::nullopt;
  return RestartPart{static_cast<std::uint16_t>(first_restart_part + 2 * (k - 1) + (thread ? 1 : 0)), thread};
}

Meaning meaning_of(BoundAs kind) {
  switch (kind) {
    case BoundAs::process_of_world:
    case BoundAs::process:
      return Meaning::process;
    case BoundAs::thread:
      return Meaning::thread;
    case BoundAs::handle:
      return Meaning::handle;
    case BoundAs::connection:
      return Meaning::connection;
    case BoundAs::open:
      return Meaning::open;
    case BoundAs::csv_open:
      break;
  }
  return Meaning::csv_open;
}

}  // namespace

std::string_view word_of(Meaning meaning) {
  constexpr std::array<std::string_view, 6> words{"process",    "thread",      "handle",
                                                  "connection", "file handle", "CSV open"};
  return words[static_cast<std::size_t>(meaning)];
}

std::string given_name_problem(std::string_view name) {
  if (name.empty()) return "a name is not empty";
  if (name.find('.') != std::string_view::npos) return "a name has no dot";
  if (name.front() == '@' || digit(name.front())) return "a name does not begin with @ or a digit";
  if (std::find(reserved_words.begin(), reserved_words.end(), name) != reserved_words.end())
    return fmt::format("{} is a reserved word", name);
  return {};
}

std::string thread_name_problem(std::string_view name) {
  if (name == "handle" || name == "threadHandle" || restarted(name))
    return fmt::format("{} means something else after a dot", json::quote(name));
  return given_name_problem(name);
}

std::optional<std::uint16_t> thread_number(const GivenNameEntry& entry, std::string_view suffix) {
  const auto known = std::find(entry.thread_names.begin(), entry.thread_names.end(), suffix);
  if (known != entry.thread_names.end()) return static_cast<std::uint16_t>(known - entry.thread_names.begin());
  std::uint16_t k = 0;
  const auto [end, error] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), k);
  if (error != std::errc{} || end != suffix.data() + suffix.size() || k == 0 || k > thread_count_max ||
      suffix.front() == '0')
    return std::nullopt;
  return static_cast<std::uint16_t>(k - 1);
}

std::optional<NameRef> find_name(const Names& names, std::string_view name) {
  const std::size_t dot = name.find('.');
  const auto same = [given = name.substr(0, dot)](const GivenNameEntry& entry) { return entry.name == given; };
  const auto entry = std::find_if(names.begin(), names.end(), same);
  if (entry == names.end()) return std::nullopt;
  const auto base = static_cast<std::uint16_t>(entry - names.begin() + 1);
  if (dot == std::string_view::npos) return NameRef{base, itself_part};
  const std::string_view suffix = name.substr(dot + 1);
  if (suffix == "handle") return NameRef{base, handle_part};
  if (suffix == "threadHandle") return NameRef{base, thread_handle_part};
  if (const auto restart = restart_part(suffix)) return NameRef{base, restart->part};
  const auto k = thread_number(*entry, suffix);
  return k ? std::optional{NameRef{base, static_cast<std::uint16_t>(first_thread_part + *k)}} : std::nullopt;
}

std::uint16_t Scope::bind(GivenNameEntry entry, BoundAs kind, std::uint16_t threads,
                          std::optional<MachineIndex> machine) {
  if (bound(entry.name) || names_.size() >= names_max) return 0;
  const auto base = static_cast<std::uint16_t>(names_.size() + 1);
  bases_.emplace(entry.name, base);
  names_.push_back(std::move(entry));
  infos_.push_back({kind, threads, thread_, machine});
  return base;
}

bool Scope::visible(std::uint16_t base) const {
  const std::uint16_t thread = infos_[base - 1U].thread;
  return thread == 0 || thread == thread_;
}

std::string Scope::unbound(std::string_view name) const {
  std::string out = fmt::format("no earlier step and nothing in \"world\" binds the name {}", json::quote(name));
  std::vector<std::string_view> known;
  for (const auto& [candidate, base] : bases_)
    if (visible(base)) known.push_back(candidate);
  if (const auto candidates = near(name, known); !candidates.empty())
    out += fmt::format("; did you mean {}?", json::quote(candidates.front()));
  return out;
}

std::variant<Named, std::string> Scope::find(std::string_view name) const {
  const std::size_t dot = name.find('.');
  const std::string_view given = name.substr(0, dot);
  const auto known = bases_.find(given);
  if (known == bases_.end()) return unbound(given);
  if (!visible(known->second))
    return fmt::format(
        "the name {} is bound by another thread, and a thread uses its own names and those of \"steps\" only",
        json::quote(given));
  if (dot != std::string_view::npos) return part(name, known->second, name.substr(dot + 1));
  const Info& info = infos_[known->second - 1U];
  return Named{{known->second, itself_part}, meaning_of(info.kind), info.machine};
}

std::variant<Named, std::string> Scope::part(std::string_view name, std::uint16_t base, std::string_view suffix) const {
  const Info info = infos_[base - 1U];
  const GivenNameEntry& entry = names_[base - 1U];
  if (meaning_of(info.kind) != Meaning::process)
    return fmt::format("{} is no process, so {} stands for nothing", json::quote(entry.name), json::quote(name));
  if (const auto restart = restart_part(suffix))
    return Named{{base, restart->part}, restart->thread ? Meaning::thread : Meaning::process, info.machine};
  if (restarted(suffix))
    return fmt::format("{} is none of \"{}.restarted1\", its thread \"{}.restarted1.1\" and so on up to {}",
                       json::quote(name), entry.name, entry.name, restart_names_max);
  if (suffix == "handle" || suffix == "threadHandle") {
    if (info.kind == BoundAs::process)
      return Named{{base, suffix == "handle" ? handle_part : thread_handle_part}, Meaning::handle, info.machine};
    return fmt::format("nobody has a handle to {}, which no CreateProcess makes", json::quote(entry.name));
  }
  const auto k = thread_number(entry, suffix);
  if (k && *k < info.threads)
    return Named{{base, static_cast<std::uint16_t>(first_thread_part + *k)}, Meaning::thread, info.machine};
  std::vector<std::string_view> known{entry.thread_names.begin(), entry.thread_names.end()};
  if (!k && !known.empty()) return unknown(fmt::format("thread of {}", json::quote(entry.name)), suffix, known);
  return fmt::format("{} has {} thread{}, so {} stands for nothing", json::quote(entry.name), info.threads,
                     info.threads == 1 ? "" : "s", json::quote(name));
}

}  // namespace procreg::harness
