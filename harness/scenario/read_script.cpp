#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/suggestion.h"

namespace procreg::harness {

namespace {

using json::Node;

void read_format(Reading& in, const Node& root) {
  const Node* format = member(root, "format");
  if (format == nullptr)
    in.errors.at(root,
                 fmt::format("the key \"format\" is missing: this is no scenario (\"format\": \"{}\")", format_name));
  else if (!format->is(json::Kind::text) || format->text != format_name)
    in.errors.at(*format, fmt::format("\"{}\" is expected, not {}", format_name, json::described(*format)));
}

void read_clause(Reading& in, const Node& value) {
  const auto id = read_text(in, value, "the id of a clause");
  if (!id) return;
  if (!Clause::find(*id)) {
    std::vector<std::string_view> known;
    for (const ClauseInfo& clause : clauses()) known.push_back(clause.id);
    in.errors.at(value, unknown("clause", *id, known));
  }
  std::vector<std::string>& ids = in.script.clauses;
  if (std::find(ids.begin(), ids.end(), *id) != ids.end())
    in.errors.at(value, fmt::format("the clause {} stands twice in the list", json::quote(*id)));
  ids.emplace_back(*id);
}

void read_clauses(Reading& in, const Node& list) {
  if (!expect(in, list, json::Kind::array, "a list of clauses")) return;
  for (const Node& clause : json::children(list)) read_clause(in, clause);
}

void read_title(Reading& in, const Node& root, std::string_view key, std::string& out) {
  const Node* value = member(root, key);
  if (value == nullptr) return;
  if (const auto text = read_text(in, *value, "a text")) out = *text;
}

// The line each step begins on, counted once through the file.
std::vector<std::uint32_t> lines_of(std::string_view text, const Node& steps) {
  std::vector<std::uint32_t> lines;
  std::uint32_t line = 1;
  std::size_t seen = 0;
  for (const Node& step : json::children(steps)) {
    const std::string_view between = text.substr(seen, step.offset - seen);
    line += static_cast<std::uint32_t>(std::count(between.begin(), between.end(), '\n'));
    seen = step.offset;
    lines.push_back(line);
  }
  return lines;
}

std::string too_large() {
  return fmt::format("the file is larger than {} bytes, the most that is read", file_bytes_max);
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::vector<InputError> unreadable(const std::string& path, const std::string& why) {
  return {InputError{path, 0, 0, "", why}};
}

// A pointer on one line: keys may hold anything.
std::string shown(const std::string& pointer) {
  const std::string quoted = json::quote(pointer);
  return quoted.substr(1, quoted.size() - 2);
}

std::string error_text(int error) { return std::generic_category().message(error); }

}  // namespace

std::string text(const InputError& error) {
  if (error.line == 0) return fmt::format("{}: {}", error.file, error.message);
  const std::string pointer = error.pointer.empty() ? "" : shown(error.pointer) + ": ";
  return fmt::format("{}:{}:{}: {}{}", error.file, error.line, error.column, pointer, error.message);
}

void read_scenario(Reading& in, const json::Node& root) {
  if (!expect(in, root, json::Kind::object, "a scenario (an object)")) return;
  read_format(in, root);
  if (!in.errors.none()) return;
  refuse_unknown_keys(in, root, file_keys, {});
  read_title(in, root, "name", in.script.name);
  read_title(in, root, "why", in.script.why);
  if (const Node* list = member(root, "clauses")) read_clauses(in, *list);
  if (const Node* value = member(root, "profile")) read_profiles(in, *value);
  read_world(in, member(root, "world"));
  const Node* threads = member(root, "parallel");
  if (const Node* list = member(root, "steps"))
    read_steps(in, *list, threads != nullptr);
  else
    in.errors.at(root, "the key \"steps\" is missing");
  read_parallel(in, threads, member(root, "schedule"));
}

ReadResult read_script(std::string_view json, std::string_view file_name) {
  if (json.size() > file_bytes_max) return unreadable(std::string{file_name}, too_large());
  Script script;
  script.file = file_name;
  Errors errors{json, file_name};
  const json::Document document = json::parse(json);
  errors.add(document.problems);
  if (!errors.none()) return errors.take();

  const Node& root = document.nodes.front();
  Reading in{errors, script};
  read_scenario(in, root);
  if (!errors.none()) return errors.take();
  script.lines = lines_of(json, *member(root, "steps"));
  const auto none = [](const Expectation& expectation) { return expectation.none(); };
  if (std::all_of(script.expectations.begin(), script.expectations.end(), none)) script.expectations.clear();
  return script;
}

std::variant<std::string, std::vector<InputError>> read_whole_file(const std::string& path) {
  errno = 0;
  const std::unique_ptr<std::FILE, Close> file{std::fopen(path.c_str(), "rb")};
  if (file == nullptr) return unreadable(path, "cannot be read: " + error_text(errno));
  std::string content;
  std::array<char, 1U << 16> part;
  while (const std::size_t read = std::fread(part.data(), 1, part.size(), file.get())) {
    content.append(part.data(), read);
    if (content.size() > file_bytes_max) return unreadable(path, too_large());
  }
  if (std::ferror(file.get()) != 0) return unreadable(path, "cannot be read: " + error_text(errno));
  return content;
}

ReadResult read_script_file(const std::string& path) { return read_file(path, read_script); }

ReadResult read_sequential_script_file(const std::string& path) {
  ReadResult read = read_script_file(path);
  const auto* script = std::get_if<Script>(&read);
  if (script == nullptr || script->parallel.empty()) return read;
  return unreadable(path, fmt::format("has a parallel part: run it with `procreg race {}`", path));
}

}  // namespace procreg::harness
