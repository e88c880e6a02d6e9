// Steps and answers as text: lines of reports, objects of scenario files.
#include <fmt/format.h>

#include <algorithm>

#include "api/names.h"
#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/smb_rules.h"
#include "harness/scenario/value_text.h"
#include "harness/scenario/write_steps.h"

namespace procreg::harness {

namespace {

// The reader refuses some fields beside others where they mean nothing (api/smb_steps.h); so they are not written.
Step as_readable(Step step) {
  if (auto* create = std::get_if<SmbCreate>(&step)) {
    drop_meaningless(*create);
    if (create->hold.value == HoldKind::handle_lease && !create->leaseKey.value) create->leaseKey.value = zero_guid;
  }
  return step;
}

// Calls f(field, value as JSON) for every field of the step that its JSON needs.
template <class F>
void each_value(const Script& script, const Step& given, F&& f) {
  const Step step = as_readable(given);
  const GivenNameEntry* made = made_by(script, step);
  for (const FieldInfo& field : info(step).fields) {
    const void* value = field.see(address(step));
    if (!is_default(field.kind, value, made)) f(field, value_text(script, field.kind, value, made));
  }
}

json::Object object_of(const Script& script, const Step& step) {
  json::Object object;
  object.add(info(step).call ? "call" : "event", json::quote(info(step).name));
  json::Object group;
  std::string_view of_group;
  const auto end_group = [&] {
    if (!group.empty()) object.add(of_group, group.text());
    group = {};
  };
  each_value(script, step, [&](const FieldInfo& field, const std::string& value) {
    if (field.group != of_group) end_group();
    of_group = field.group;
    (field.group.empty() ? object : group).add(field.name, value);
  });
  end_group();
  return object;
}

// A result as the value of `returns`.
std::string result_json(Result result) {
  const std::string word = text(result);
  const bool number = result.kind == ResultKind::win32 && word.find_first_not_of("0123456789") == std::string::npos;
  return number ? word : json::quote(word);
}

// All bytes, or the first of them with their number and digest.
std::string bytes_text(const OutWords& words) {
  std::vector<std::uint8_t> shown(std::min<std::uint64_t>(words[0], bytes_shown));
  for (std::size_t i = 0; i < shown.size(); ++i) shown[i] = static_cast<std::uint8_t>(words[2 + i / 8] >> 8 * (i % 8));
  if (words[0] <= bytes_shown) return hex_text(shown);
  return fmt::format("{}... ({} bytes, digest {:016x})", hex_text(shown), words[0], words[1]);
}

std::string unquoted(const std::string& value) {
  return !value.empty() && value.front() == '"' ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::string out_json(const Tables& tables, const OutInfo& out, const Answer& answer) {
  const std::uint64_t word = answer.out[out.word];
  switch (out.kind) {
    case OutKind::boolean:
      return word != 0 ? "true" : "false";
    case OutKind::guid:
      return json::quote(guid_text({word, answer.out[out.word + std::size_t{1}]}));
    case OutKind::address:
      return json::hex(word);
    case OutKind::ntstatus:
      return json::quote(text(Result{ResultKind::ntstatus, word}));
    case OutKind::version:
      return version_text({word, answer.out[out.word + std::size_t{1}]});
    case OutKind::bytes:
      return json::quote(bytes_text(answer.out));
    case OutKind::text:
      return word < tables.texts() ? json::quote(tables.at(TextRef{static_cast<std::uint32_t>(word)}))
                                   : json::quote(fmt::format("text {}", word));
    default:
      return word < names_of(out.kind).size() ? json::quote(names_of(out.kind)[word]) : json::integer(word);
  }
}

bool was_written(const Answer& answer, std::size_t out) { return (answer.written >> out & 1U) != 0; }

std::string step_json(const Script& script, const Step& step) { return object_of(script, step).text(); }

std::string step_json(const Script& script, const Step& step, const Expectation& expectation) {
  json::Object object = object_of(script, step);
  if (expectation.returns) object.add("returns", result_json(*expectation.returns));
  if (!expectation.out.empty()) object.add("out", expectation.out);
  if (expectation.lastError) object.add("lastError", std::to_string(*expectation.lastError));
  if (!expectation.report.empty()) object.add("report", expectation.report);
  if (!expectation.leaves.empty()) object.add("leaves", expectation.leaves);
  return object.text();
}

std::string answer_json(const Script& script, const Step& step, const Answer& answer) {
  json::Object object;
  object.add("returns", result_json(answer.result));
  json::Object outs;
  std::size_t index = 0;
  for (const OutInfo& out : info(step).outs)
    if (was_written(answer, index++)) outs.add(out.name, out_json(script.tables, out, answer));
  if (!outs.empty()) object.add("out", outs.text());
  if (answer.lastError != 0) object.add("lastError", std::to_string(answer.lastError));
  if (const auto made = restarted(step, answer))
    object.add("restarted", json::Object{}
                                .add("process", json::integer(number(made->pid)))
                                .add("thread", json::integer(number(made->thread)))
                                .text());
  return object.text();
}

std::string text(const Script& script, const Step& step) {
  std::string caller;
  std::string arguments;
  constexpr std::array texts{ValueKind::given_text, ValueKind::text, ValueKind::required_text};
  each_value(script, step, [&](const FieldInfo& field, const std::string& json) {
    const bool is_text = std::find(texts.begin(), texts.end(), field.kind) != texts.end();
    const std::string value = is_text ? json : unquoted(json);
    if (field.kind == ValueKind::caller || field.kind == ValueKind::given_caller)
      caller = value + ": ";
    else
      arguments += fmt::format("{}{}={}", arguments.empty() ? "" : ", ", field.name, value);
  });
  return fmt::format("{}{}({})", caller, info(step).name, arguments);
}

}  // namespace procreg::harness
