#include "harness/wire/answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/names.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/value_text.h"
#include "harness/scenario/write_steps.h"
#include "harness/wire/steps.h"
#include "harness/wire/wrong.h"

namespace procreg::harness::wire {

namespace {

// --- Writing ---

void write_result(std::string& out, Result result) {
  if (result.kind == ResultKind::handle) return append_number(out, result.value);
  out += '"';
  out += text(result);
  out += '"';
}

void write_bytes(std::string& out, const OutWords& words) {
  std::vector<std::uint8_t> first(std::min<std::uint64_t>(words[0], bytes_shown));
  for (std::size_t i = 0; i < first.size(); ++i) first[i] = static_cast<std::uint8_t>(words[2 + i / 8] >> 8 * (i % 8));
  if (words[0] <= bytes_shown) {
    out += json::quote(hex_text(first));
    return;
  }
  out += fmt::format(R"({{"bytes":{},"digest":{},"first":"{}"}})", words[0], json::hex(words[1]), hex_text(first));
}

void write_tids(std::string& out, std::string_view key, const std::vector<Tid>& tids) {
  out += key;
  for (std::size_t i = 0; i < tids.size(); ++i) {
    out += i == 0 ? '[' : ',';
    append_number(out, number(tids[i]));
  }
  out += tids.empty() ? "[]" : "]";
}

void write_outs(std::string& out, const Script& script, const Step& step, const Answer& answer) {
  char before = '{';
  out += ",\"out\":";
  const auto outs = info(step).outs;
  for (std::size_t i = 0; i < outs.size(); ++i) {
    if (!was_written(answer, i)) continue;
    out += fmt::format("{}\"{}\":", before, outs[i].name);
    before = ',';
    if (outs[i].kind == OutKind::bytes)
      write_bytes(out, answer.out);
    else
      out += out_json(script.tables, outs[i], answer);
  }
  out += '}';
}

void write_restarted(std::string& out, const Script& script, const std::vector<Restarted>& restarted) {
  for (std::size_t i = 0; i < restarted.size(); ++i) {
    const Restarted& made = restarted[i];
    out += i == 0 ? ",\"restarted\":[{" : ",{";
    const std::size_t machine = number(made.process.machine);
    if (machine != 0) out += fmt::format("\"machine\":{},", json::quote(script.world.machines[machine].name));
    out += fmt::format("\"process\":{},\"pid\":{},\"threads\":[{}]}}", number(made.process.object), number(made.pid),
                       number(made.thread));
  }
  if (!restarted.empty()) out += ']';
}

bool returns_alone(const ForeignAnswer& given) {
  const Answer& answer = given.answer;
  return answer.lastError == 0 && answer.written == 0 && answer.made == 0 && given.restarted.empty();
}

// --- Reading ---

Result read_result(const Value& value, const Step& step) {
  const ResultKind kind = info(step).answers;
  if (value.IsString()) {
    if (const auto result = result_named(text_of(value), kind)) return *result;
  } else if (value.IsUint64() && (kind == ResultKind::handle || value.GetUint64() <= dword_max)) {
    const bool number = kind == ResultKind::hresult || kind == ResultKind::win32 || kind == ResultKind::ntstatus;
    if (number || kind == ResultKind::handle) return {kind, value.GetUint64()};
    if (kind == ResultKind::boolean) return value.GetUint64() != 0 ? TRUE_ : FALSE_;
  } else if (value.IsBool() && kind == ResultKind::boolean) {
    return value.GetBool() ? TRUE_ : FALSE_;
  } else if (value.IsNull() && kind == ResultKind::handle) {
    return Result{null_handle};
  }
  throw Wrong{fmt::format("{} does not return {}", info(step).name, shown(value))};
}

// Bytes of which the subject tells no more than their number, digest and beginning.
OutWords digested(const Value& value) {
  OutWords words{};
  const Value* const bytes = member(value, "bytes");
  const Value* const digest = member(value, "digest");
  const Value* const first = member(value, "first");
  if (bytes == nullptr || digest == nullptr || first == nullptr || !first->IsString() ||
      first->GetStringLength() != 2 * bytes_shown)
    throw Wrong{fmt::format("bytes are hex text, not {}", shown(value))};
  words[0] = read_integer(*bytes, qword_max, "bytes");
  words[1] = read_integer(*digest, qword_max, "digest");
  for (std::size_t i = 0; i < bytes_shown; ++i) {
    const auto byte = hex_number("0x" + std::string{text_of(*first).substr(2 * i, 2)});
    if (!byte) throw Wrong{fmt::format("bytes are hex text, not {}", shown(value))};
    words[2 + i / 8] |= *byte << 8 * (i % 8);
  }
  return words;
}

OutWords read_bytes_out(const Value& value) {
  if (!value.IsString()) return digested(value);
  const std::string_view text = text_of(value);
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto byte = text.size() - i < 2 ? std::nullopt : hex_number("0x" + std::string{text.substr(i, 2)});
    if (!byte) throw Wrong{fmt::format("bytes are hex text, not {}", shown(value))};
    bytes.push_back(static_cast<std::uint8_t>(*byte));
  }
  return out_of_bytes(bytes);
}

std::uint64_t read_word(const OutInfo& out, const Value& value, Script& script) {
  const auto names = names_of(out.kind);
  switch (out.kind) {
    case OutKind::boolean:
      if (value.IsBool()) return value.GetBool() ? 1 : 0;
      return read_integer(value, 1, out.name);
    case OutKind::text:
      if (!value.IsString()) throw Wrong{fmt::format("{} is a text, not {}", out.name, shown(value))};
      return script.tables.text(json::utf16(text_of(value))).index;
    case OutKind::ntstatus: {
      const auto status = value.IsString() ? result_named(text_of(value), ResultKind::ntstatus) : std::nullopt;
      return status ? status->value : read_integer(value, dword_max, out.name);
    }
    case OutKind::address:
    case OutKind::handle:
      if (value.IsNull()) return 0;
      [[fallthrough]];
    case OutKind::qword:
      return read_integer(value, qword_max, out.name);
    default:
      break;
  }
  if (names.empty()) return read_integer(value, dword_max, out.name);
  const auto found = value.IsString() ? std::find(names.begin(), names.end(), text_of(value)) : names.end();
  if (found == names.end()) throw Wrong{fmt::format("{} is never {}", out.name, shown(value))};
  return static_cast<std::uint64_t>(found - names.begin());
}

void read_out(const OutInfo& out, const Value& value, Script& script, OutWords& words) {
  if (out.kind == OutKind::bytes) {
    words = read_bytes_out(value);
  } else if (out.kind == OutKind::guid) {
    const auto guid = value.IsString() ? guid_named(text_of(value)) : std::nullopt;
    if (!guid) throw Wrong{fmt::format("{} is a GUID, not {}", out.name, shown(value))};
    words[out.word] = guid->high;
    words[out.word + 1U] = guid->low;
  } else if (out.kind == OutKind::version) {
    if (!value.IsArray() || value.Size() != 2)
      throw Wrong{fmt::format("{} is a version [high, low], not {}", out.name, shown(value))};
    words[out.word] = read_integer(value[0], qword_max, out.name);
    words[out.word + 1U] = read_integer(value[1], qword_max, out.name);
  } else {
    words[out.word] = read_word(out, value, script);
  }
}

void read_outs(const Value& outs, const Step& step, Script& script, Answer& answer) {
  if (!outs.IsObject()) throw Wrong{fmt::format("out is an object, not {}", shown(outs))};
  const auto rows = info(step).outs;
  for (const auto& each : outs.GetObject()) {
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const OutInfo& out) { return out.name == text_of(each.name); });
    if (row == rows.end()) throw Wrong{fmt::format("{} has no output {}", info(step).name, shown(each.name))};
    read_out(*row, each.value, script, answer.out);
    answer.written |= 1U << (row - rows.begin());
  }
}

std::vector<Tid> read_tids(const Value& value) {
  if (!value.IsArray() || value.Empty()) throw Wrong{fmt::format("threads is a list of tids, not {}", shown(value))};
  std::vector<Tid> tids;
  for (const Value& tid : value.GetArray())
    tids.push_back(Tid{static_cast<std::uint32_t>(read_integer(tid, dword_max, "a tid"))});
  return tids;
}

BegunProcess read_process(const Value& value) {
  BegunProcess process;
  process.process = read_integer(needed_member(value, "process"), qword_max, "process");
  if (process.process == 0) throw Wrong{"no process has the number 0"};
  process.pid = Pid{static_cast<std::uint32_t>(read_integer(needed_member(value, "pid"), dword_max, "pid"))};
  process.threads = read_tids(needed_member(value, "threads"));
  return process;
}

std::vector<Restarted> read_restarted(const Value& list, const Script& script) {
  if (!list.IsArray()) throw Wrong{fmt::format("restarted is a list, not {}", shown(list))};
  std::vector<Restarted> restarted;
  for (const Value& value : list.GetArray()) {
    const BegunProcess process = read_process(value);
    const Value* const named = member(value, "machine");
    const auto machine = named == nullptr ? MachineIndex{} : machine_named(script, *named);
    if (!machine) throw Wrong{fmt::format("there is no machine {}", shown(*named))};
    restarted.push_back({{*machine, ObjectId{process.process}}, {}, process.pid, process.threads.front()});
  }
  return restarted;
}

// What was made where the subject does not say so.
std::uint64_t usually_made(const Step& step, const Answer& answer) {
  if (std::holds_alternative<CreateProcess>(step)) return answer.out[2];
  if (std::holds_alternative<DuplicateHandle>(step)) return answer.out[0];
  return answer.result.kind == ResultKind::handle ? answer.result.value : 0;
}

void read_members(const Value& object, Script& script, const Step& step, ForeignAnswer& given) {
  bool made = false;
  given.answer.result = read_result(needed_member(object, "returns"), step);
  for (const auto& each : object.GetObject()) {
    const std::string_view key = text_of(each.name);
    if (key == "out") {
      read_outs(each.value, step, script, given.answer);
    } else if (key == "lastError") {
      given.answer.lastError = static_cast<std::uint32_t>(read_integer(each.value, dword_max, key));
    } else if (key == "made") {
      given.answer.made = read_integer(each.value, qword_max, key);
      made = true;
    } else if (key == "threads") {
      given.threads = read_tids(each.value);
    } else if (key == "restarted") {
      given.restarted = read_restarted(each.value, script);
    } else if (key != "returns") {
      throw Wrong{fmt::format("an answer has no key \"{}\"", key)};
    }
  }
  if (!made) given.answer.made = usually_made(step, given.answer);
}

}  // namespace

void write_answer(std::string& out, const Script& script, const Step& step, const ForeignAnswer& given) {
  const Answer& answer = given.answer;
  if (returns_alone(given)) return write_result(out, answer.result);
  out += "{\"returns\":";
  write_result(out, answer.result);
  if (answer.written != 0) write_outs(out, script, step, answer);
  if (answer.lastError != 0) out += fmt::format(",\"lastError\":{}", answer.lastError);
  if (given.restarted.empty() && answer.made != 0) {
    out += ",\"made\":";
    append_number(out, answer.made);
  }
  if (given.threads.size() > 1) write_tids(out, ",\"threads\":", given.threads);
  write_restarted(out, script, given.restarted);
  out += '}';
}

std::string read_answer(const Value& value, Script& script, const Step& step, ForeignAnswer& given) try {
  given = {};
  if (value.IsObject()) {
    read_members(value, script, step, given);
  } else {
    given.answer.result = read_result(value, step);
    given.answer.made = usually_made(step, given.answer);
  }
  return {};
} catch (Wrong& wrong) {
  return std::move(wrong.message);
}

void write_processes(std::string& out, const std::vector<BegunProcess>& processes) {
  out += "{\"processes\":[";
  for (const BegunProcess& process : processes) {
    if (out.back() == '}') out += ',';
    out += "{\"process\":";
    append_number(out, process.process);
    out += ",\"pid\":";
    append_number(out, number(process.pid));
    write_tids(out, ",\"threads\":", process.threads);
    out += '}';
  }
  out += "]}";
}

std::string read_processes(const Value& result, const Script& script, std::vector<BegunProcess>& processes) try {
  const Value& list = needed_member(result, "processes");
  processes.clear();
  if (!list.IsArray()) throw Wrong{fmt::format("processes is a list, not {}", shown(list))};
  for (const Value& process : list.GetArray()) processes.push_back(read_process(process));
  const auto& specs = script.world.processes;
  if (processes.size() != specs.size())
    throw Wrong{fmt::format("the world has {} processes, and {} are answered", specs.size(), processes.size())};
  for (std::size_t i = 0; i < specs.size(); ++i)
    if (processes[i].threads.size() != specs[i].threads.count)
      throw Wrong{fmt::format("process {} of the world has {} threads, and {} are answered", i + 1,
                              specs[i].threads.count, processes[i].threads.size())};
  return {};
} catch (Wrong& wrong) {
  return std::move(wrong.message);
}

}  // namespace procreg::harness::wire
