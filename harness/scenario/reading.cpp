#include "harness/scenario/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/suggestion.h"

namespace procreg::harness {

namespace {

std::string expected_but(std::string_view expected, const json::Node& value) {
  return fmt::format("{} is expected, not {}", expected, json::described(value));
}

std::string range(std::uint64_t max) { return fmt::format("a number from 0 to {} or \"0x...\"", max); }

bool hex_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

std::uint64_t hex_value(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

// The names of threads stand beside each other: no two alike.
std::optional<Threads> named_threads(Reading& in, const json::Node& list) {
  Threads threads{static_cast<std::uint16_t>(std::min<std::size_t>(json::count(list), thread_count_max)), {}};
  bool good = true;
  if (list.first == nullptr || json::count(list) > thread_count_max) {
    in.errors.at(list, fmt::format("1 to {} threads are expected", thread_count_max));
    return std::nullopt;
  }
  for (const json::Node& element : json::children(list)) {
    const auto name = read_text(in, element, "the name of a thread");
    std::string problem = name ? thread_name_problem(*name) : "";
    if (name && std::find(threads.names.begin(), threads.names.end(), *name) != threads.names.end())
      problem = fmt::format("two threads are called {}", json::quote(*name));
    if (!problem.empty()) in.errors.at(element, problem);
    good = good && name && problem.empty();
    if (name) threads.names.emplace_back(*name);
  }
  return good ? std::optional{threads} : std::nullopt;
}

}  // namespace

void Errors::add(std::size_t offset, std::string pointer, std::string message) {
  if (problems_.size() < listed_max) problems_.push_back({offset, std::move(pointer), std::move(message)});
}

std::vector<InputError> Errors::take() {
  std::stable_sort(problems_.begin(), problems_.end(),
                   [](const json::Problem& a, const json::Problem& b) { return a.offset < b.offset; });
  std::vector<InputError> errors;
  for (json::Problem& problem : problems_) {
    const json::Position position = json::position_of(text_, problem.offset);
    errors.push_back(
        {std::string{file_}, position.line, position.column, std::move(problem.pointer), std::move(problem.message)});
  }
  return errors;
}

bool expect(Reading& in, const json::Node& value, json::Kind kind, std::string_view expected) {
  if (value.is(kind)) return true;
  in.errors.at(value, expected_but(expected, value));
  return false;
}

std::optional<std::uint64_t> hex_number(std::string_view text) {
  if (!text.starts_with("0x") || text.size() < 3 || text.size() > 18 || !hex_digits(text.substr(2)))
    return std::nullopt;
  return hex_value(text.substr(2));
}

std::optional<std::uint64_t> read_integer(Reading& in, const json::Node& value, std::uint64_t max) {
  std::optional<std::uint64_t> number;
  if (value.is(json::Kind::integer)) number = value.number;
  if (value.is(json::Kind::text)) number = hex_number(value.text);
  if (!number) {
    in.errors.at(value, expected_but(range(max), value));
    return std::nullopt;
  }
  if ((value.negative && *number != 0) || *number > max) {
    in.errors.at(value, fmt::format("{} is out of range: {} is expected", json::described(value), range(max)));
    return std::nullopt;
  }
  if (value.is(json::Kind::integer) && *number > json::exact_integer_max) {
    in.errors.at(value, fmt::format("integers above {} are written \"0x...\"", json::exact_integer_max));
    return std::nullopt;
  }
  return number;
}

std::optional<bool> read_boolean(Reading& in, const json::Node& value) {
  if (!expect(in, value, json::Kind::boolean, "true or false")) return std::nullopt;
  return value.truth;
}

std::optional<std::string_view> read_text(Reading& in, const json::Node& value, std::string_view expected) {
  if (!expect(in, value, json::Kind::text, expected)) return std::nullopt;
  return value.text;
}

std::optional<AccessMask> read_mask(Reading& in, const json::Node& value) {
  const auto number = read_integer(in, value, 0xFFFFFFFFU);
  if (!number) return std::nullopt;
  const auto mask = static_cast<AccessMask>(*number);
  if (!any(mask & forbidden_mask_bits)) return mask;
  in.errors.at(value, "no mask has GENERIC_* bits (0xF0000000) or ACCESS_SYSTEM_SECURITY (0x01000000)");
  return std::nullopt;
}

std::optional<DaclRef> read_dacl(Reading& in, const json::Node& value) {
  if (!expect(in, value, json::Kind::object, "an object from users to masks")) return std::nullopt;
  Dacl dacl;
  bool good = true;
  for (const json::Node& user : json::children(value)) {
    const auto mask = read_mask(in, user);
    good = good && mask;
    if (mask) dacl.push_back({in.script.tables.text(json::utf16(user.key)), *mask});
  }
  return good ? std::optional{in.script.tables.dacl(std::move(dacl))} : std::nullopt;
}

std::u16string folded(std::u16string_view path) {
  std::u16string out{path};
  for (char16_t& unit : out)
    if (unit >= u'A' && unit <= u'Z') unit = static_cast<char16_t>(unit - u'A' + u'a');
  return out;
}

TextRef text_up_to_nul(Reading& in, std::string_view text) {
  const std::u16string given = json::utf16(text);
  return in.script.tables.text(given.substr(0, given.find(u'\0')));
}

std::optional<Guid> guid_named(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return std::nullopt;
    if (!dash) digits += text[i];
  }
  if (!hex_digits(digits)) return std::nullopt;
  constexpr std::size_t order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  std::string bytes;
  for (const std::size_t i : order) bytes += digits.substr(2 * i, 2);
  return Guid{hex_value(bytes.substr(0, 16)), hex_value(bytes.substr(16))};
}

std::optional<Guid> read_guid(Reading& in, const json::Node& value) {
  const auto guid = value.is(json::Kind::text) ? guid_named(value.text) : std::nullopt;
  if (!guid) in.errors.at(value, fmt::format("a GUID is expected, not {}", json::described(value)));
  return guid;
}

std::optional<std::uint32_t> read_assignable(Reading& in, const json::Node& value, std::string_view what) {
  const auto number = read_integer(in, value, 0xFFFFFFFFU);
  if (!number) return std::nullopt;
  if (*number % 4 == 0 && *number < assignable_end) return static_cast<std::uint32_t>(*number);
  in.errors.at(value, fmt::format("a given {} is a multiple of 4 below 0x{:X}", what, assignable_end));
  return std::nullopt;
}

std::optional<Threads> read_threads(Reading& in, const json::Node& value) {
  if (value.is(json::Kind::array)) return named_threads(in, value);
  if (value.is(json::Kind::integer) && !value.negative && value.number >= 1 && value.number <= thread_count_max)
    return Threads{static_cast<std::uint16_t>(value.number), {}};
  in.errors.at(value, expected_but(fmt::format("a number from 1 to {} or a list of names", thread_count_max), value));
  return std::nullopt;
}

std::optional<MachineIndex> read_machine(Reading& in, const json::Node& value) {
  std::vector<std::string_view> names;
  for (const MachineSpec& machine : in.script.world.machines) names.emplace_back(machine.name);
  const auto index = read_word(in, value, "machine", names);
  return index ? std::optional{static_cast<MachineIndex>(*index)} : std::nullopt;
}

std::optional<std::size_t> read_word(Reading& in, const json::Node& value, std::string_view what,
                                     std::span<const std::string_view> words) {
  const auto word = read_text(in, value, fmt::format("the name of a {}", what));
  if (!word) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), *word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  in.errors.at(value, unknown(what, *word, words));
  return std::nullopt;
}

bool check_given_name(Reading& in, const json::Node& value) {
  const auto name = read_text(in, value, "a name");
  if (!name) return false;
  std::string problem = given_name_problem(*name);
  if (problem.empty() && in.scope.bound(*name))
    problem = fmt::format("the name {} is bound already", json::quote(*name));
  if (!problem.empty()) in.errors.at(value, problem);
  return problem.empty();
}

const json::Node* needed_member(Reading& in, const json::Node& object, std::string_view key) {
  const json::Node* const found = json::member(object, key);
  if (found == nullptr) in.errors.at(object, fmt::format("the key {} is missing", json::quote(key)));
  return found;
}

void refuse_unknown_keys(Reading& in, const json::Node& object, std::span<const std::string_view> known,
                         std::span<const std::string_view> later) {
  const auto has = [](std::span<const std::string_view> words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  for (const json::Node& member : json::children(object)) {
    if (has(later, member.key))
      in.errors.at_key(member, fmt::format("{} is not supported by this version", json::quote(member.key)));
    else if (!has(known, member.key))
      in.errors.at_key(member, unknown("key", member.key, known));
  }
}

std::optional<std::uint64_t> unowned_number(std::string_view text, Meaning kind) {
  if (kind > Meaning::handle) return std::nullopt;
  const std::string prefix = fmt::format("@{}", word_of(kind));
  if (!text.starts_with(prefix)) return std::nullopt;
  const std::string_view digits = text.substr(prefix.size());
  std::uint64_t k = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), k);
  const std::uint64_t base = kind == Meaning::process  ? number(unowned_pid)
                             : kind == Meaning::thread ? number(unowned_tid)
                                                       : number(unowned_handle);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.front() == '0') return std::nullopt;
  if (k > (0xFFFFFFFFU - base) / 4) return std::nullopt;
  return base + 4 * k;
}

std::optional<NameRef> read_name(Reading& in, const json::Node& value, Meaning wanted) {
  const auto found = in.scope.find(value.text);
  if (const auto* problem = std::get_if<std::string>(&found)) {
    in.errors.at(value, *problem);
    return std::nullopt;
  }
  const Named named = std::get<Named>(found);
  if (named.meaning == wanted) return named.ref;
  const std::string handle = value.text + ".handle";
  const bool has_handle = wanted == Meaning::handle && std::holds_alternative<Named>(in.scope.find(handle));
  const std::string hint = has_handle ? fmt::format("; did you mean {}?", json::quote(handle)) : "";
  in.errors.at(value, fmt::format("{} is a {}, and a {} is expected here{}", json::quote(value.text),
                                  word_of(named.meaning), word_of(wanted), hint));
  return std::nullopt;
}

}  // namespace procreg::harness
