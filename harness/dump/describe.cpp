#include "harness/dump/describe.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/dump/landmarks.h"
#include "harness/dump/memory_map.h"
#include "harness/dump/names.h"
#include "harness/report/lines.h"

namespace procreg::harness::dump {
namespace {

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

constexpr std::string_view indent = "  ";

std::string address(std::uint64_t value) { return fmt::format("0x{:016X}", value); }
std::string short_hex(std::uint64_t value) { return fmt::format("0x{:X}", value); }
std::string range(std::uint64_t begin, std::uint64_t size) {
  return fmt::format("0x{:016X}..0x{:016X}", begin, end_of(begin, size));
}
std::string joined(std::string_view a, std::string_view b) {
  return fmt::format("{}{}{}", a, b.empty() ? "" : "  ", b);
}
std::string in_quotes(std::u16string_view text) { return text.empty() ? "" : fmt::format("\"{}\"", printable(text)); }

std::string indented(std::string_view text, std::string_view by) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.append(by).append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::size_t columns(const Rows& rows) {
  std::size_t most = 0;
  for (const Row& row : rows) most = std::max(most, row.size());
  return most;
}

// Rows in aligned columns; those in `right` are flush right.
std::string aligned(Rows rows, std::initializer_list<std::size_t> right = {}) {
  for (const std::size_t column : right) {
    std::size_t width = 0;
    for (const Row& row : rows) width = std::max(width, row[column].size());
    for (Row& row : rows) row[column].insert(0, width - row[column].size(), ' ');
  }
  return indented(text(Table{std::vector<std::string>(columns(rows)), std::move(rows)}), indent);
}

std::string part(std::string_view heading, std::string_view body) {
  return body.empty() ? "" : fmt::format("{}\n{}\n", heading, body);
}

std::string place_of(const Location& bytes) {
  return fmt::format("{} bytes at offset 0x{:X}{}", bytes.size, bytes.offset,
                     bytes.in_file ? "" : " (not in the file)");
}

std::string header_part(const Minidump& dump) {
  const Header& header = dump.header;
  return part("Header", aligned({{"version", fmt::format("0x{:08X}", header.version)},
                                 {"written", header.time == 0 ? "no time" : time_text(header.time)},
                                 {"flags", joined(short_hex(header.flags), dump_flag_names(header.flags))},
                                 {"checksum", short_hex(header.checksum)},
                                 {"size", counted(dump.file_size, "byte")}}));
}

std::string streams_part(const Minidump& dump) {
  Rows rows;
  for (const Stream& stream : dump.streams)
    rows.push_back({stream_name(stream.type),
                    stream.type < StreamType{0x10000} ? std::to_string(static_cast<std::uint32_t>(stream.type)) : "",
                    std::to_string(stream.bytes.size), fmt::format("bytes at offset 0x{:X}", stream.bytes.offset),
                    stream.bytes.in_file ? "" : "not in the file"});
  std::string heading = fmt::format("Streams: {}, directory at offset 0x{:X}", rows.size(), dump.header.directory);
  if (dump.unused_streams != 0) heading += fmt::format(", and {} unused", counted(dump.unused_streams, "entry"));
  return fmt::format("{}\n{}\n", heading, aligned(std::move(rows), {1, 2}));
}

std::string named(std::string_view name, std::uint64_t number) {
  return name.empty() ? fmt::format("unknown ({})", number) : std::string{name};
}

std::string processor_text(const std::array<std::uint8_t, 24>& bytes) { return hex_text({bytes.begin(), bytes.end()}); }

std::string system_part(const Minidump& dump) {
  if (!dump.system) return {};
  const System& system = *dump.system;
  Rows rows{{"processor", fmt::format("{}, level {}, revision 0x{:04X}",
                                      named(architecture_name(system.architecture), system.architecture), system.level,
                                      system.revision)},
            {"processors", std::to_string(system.processors)},
            {"features", processor_text(system.processor)},
            {"system", fmt::format("{} {}.{}.{}", named(platform_name(system.platform), system.platform), system.major,
                                   system.minor, system.build)},
            {"product", named(product_name(system.product), system.product)},
            {"suites", short_hex(system.suites)}};
  if (!system.service_pack.empty()) rows.push_back({"service pack", in_quotes(system.service_pack)});
  return part("System", aligned(std::move(rows)));
}

std::string process_part(const Minidump& dump) {
  if (!dump.misc) return {};
  const Misc& misc = *dump.misc;
  Rows rows;
  if ((misc.flags & Misc::has_pid) != 0) rows.push_back({"pid", std::to_string(misc.pid)});
  if ((misc.flags & Misc::has_times) != 0) {
    rows.push_back({"created", time_text(misc.created)});
    rows.push_back({"user time", fmt::format("{} s", misc.user_seconds)});
    rows.push_back({"kernel time", fmt::format("{} s", misc.kernel_seconds)});
  }
  rows.push_back({"misc info", fmt::format("{} bytes, flags 0x{:X}", misc.size, misc.flags)});
  return part("Process", aligned(std::move(rows)));
}

std::string registers_text(const Registers& registers, const Landmarks& landmarks) {
  const auto& general = registers.general;
  std::string text = fmt::format("rip {:016X}  {}", registers.rip, landmarks.module_at(registers.rip));
  text.resize(text.find_last_not_of(' ') + 1);
  for (std::size_t i = 0; i < general.size(); ++i)
    text += fmt::format("{}{:<3} {:016X}", i % 4 == 0 ? "\n" : "  ", general_names[i], general[i]);
  const auto& segments = registers.segments;
  text += fmt::format(
      "\ncs {:04X}  ds {:04X}  es {:04X}  fs {:04X}  gs {:04X}  ss {:04X}  eflags {:08X}  mxcsr {:08X}\n", segments[0],
      segments[1], segments[2], segments[3], segments[4], segments[5], registers.eflags, registers.mxcsr);
  if (std::any_of(registers.debug.begin(), registers.debug.end(), [](std::uint64_t value) { return value != 0; }))
    text +=
        fmt::format("dr0 {:X}  dr1 {:X}  dr2 {:X}  dr3 {:X}  dr6 {:X}  dr7 {:X}\n", registers.debug[0],
                    registers.debug[1], registers.debug[2], registers.debug[3], registers.debug[4], registers.debug[5]);
  return text;
}

std::string context_text(const Context& context) {
  if (!context.registers) return joined(place_of(context.bytes), "no registers of x86-64");
  return fmt::format("{}, flags 0x{:X}", place_of(context.bytes), context.registers->flags);
}

std::string exception_part(const Minidump& dump, const Landmarks& landmarks) {
  if (!dump.exception) return {};
  const Exception& exception = *dump.exception;
  std::string parameters;
  for (const std::uint64_t parameter : exception.parameters) parameters += fmt::format(" 0x{:X}", parameter);
  Rows rows{{"thread", joined(std::to_string(exception.thread), in_quotes(landmarks.thread_name(exception.thread)))},
            {"code", joined(fmt::format("0x{:08X}", exception.code), exception_name(exception.code))},
            {"flags", short_hex(exception.flags)},
            {"address", joined(address(exception.address), landmarks.module_at(exception.address))}};
  if (!parameters.empty()) rows.push_back({"parameters", joined(parameters.substr(1), parameter_words(exception))});
  if (exception.nested != 0) rows.push_back({"nested record", address(exception.nested)});
  const bool of_thread = std::any_of(dump.threads.begin(), dump.threads.end(), [&](const Thread& thread) {
    return thread.id == exception.thread && thread.context.bytes == exception.context.bytes;
  });
  rows.push_back({"context", joined(context_text(exception.context), of_thread ? "that of the thread" : "")});
  std::string body = aligned(std::move(rows));
  if (exception.context.registers && !of_thread)
    body += indented(registers_text(*exception.context.registers, landmarks), "    ");
  return part("Exception", body);
}

std::string stack_text(const Thread& thread) {
  if (thread.stack.size == 0) return fmt::format("{}  no bytes", address(thread.stack_begin));
  return joined(range(thread.stack_begin, thread.stack.size), place_of(thread.stack));
}

Rows info_rows(const ThreadInfo& info, const Landmarks& landmarks) {
  constexpr std::uint32_t still_alive = 0x103;
  Rows rows{{"start", joined(address(info.start), landmarks.module_at(info.start))},
            {"created", file_time_text(info.created)},
            {"exit status", joined(short_hex(info.exit_status), info.exit_status == still_alive ? "alive" : "")},
            {"times", fmt::format("user {}, kernel {}", duration_text(info.user), duration_text(info.kernel))},
            {"affinity", short_hex(info.affinity)}};
  if (info.exited != 0) rows.push_back({"exited", file_time_text(info.exited)});
  if (info.flags != 0) rows.push_back({"marks", thread_flag_names(info.flags)});
  if (info.error != 0) rows.push_back({"dump error", short_hex(info.error)});
  return rows;
}

std::string thread_text(const Thread& thread, std::size_t number, const Landmarks& landmarks) {
  std::string text = joined(fmt::format("{}  thread {} (0x{:X})", number, thread.id, thread.id),
                            in_quotes(landmarks.thread_name(thread.id))) +
                     '\n';
  if (thread.context.registers) text += indented(registers_text(*thread.context.registers, landmarks), "     ");
  Rows rows{{"stack", stack_text(thread)},
            {"context", context_text(thread.context)},
            {"teb", address(thread.teb)},
            {"priority", fmt::format("{} in class {}, suspended {}", static_cast<std::int32_t>(thread.priority),
                                     short_hex(thread.priority_class), counted(thread.suspend_count, "time"))}};
  if (const ThreadInfo* info = landmarks.thread_info(thread.id)) {
    const Rows more = info_rows(*info, landmarks);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return text + indented(aligned(std::move(rows)), "   ");
}

std::string threads_part(const Minidump& dump, const Landmarks& landmarks) {
  if (dump.find(StreamType::thread_list) == nullptr) return {};
  std::string body;
  for (std::size_t i = 0; i < dump.threads.size(); ++i)
    body += indented(thread_text(dump.threads[i], i + 1, landmarks), indent);
  return fmt::format("Threads: {}\n{}\n", dump.threads.size(), body);
}

// Names and times of threads that the thread list does not have: threads that have ended, for one.
std::string other_threads_part(const Minidump& dump, const Landmarks& landmarks) {
  std::vector<std::uint32_t> listed;
  for (const Thread& thread : dump.threads) listed.push_back(thread.id);
  std::sort(listed.begin(), listed.end());
  const auto is_listed = [&](std::uint32_t id) { return std::binary_search(listed.begin(), listed.end(), id); };
  std::string body;
  for (const ThreadInfo& info : dump.thread_infos)
    if (!is_listed(info.id))
      body += fmt::format("  thread {} (0x{:X})\n{}", info.id, info.id,
                          indented(aligned(info_rows(info, landmarks)), "   "));
  for (const ThreadName& name : dump.thread_names)
    if (!is_listed(name.id)) body += fmt::format("  thread {} (0x{:X})  {}\n", name.id, name.id, in_quotes(name.name));
  return part("Other threads", body);
}

std::string code_view_text(const CodeView& view) {
  if (view.signature == CodeView::pdb70)
    return fmt::format("{}  age {}  {}", guid_text(view.guid), view.age, printable(view.pdb));
  if (view.signature == CodeView::elf) return fmt::format("build id {}", hex_text(view.build_id));
  return fmt::format("CodeView record of {}", place_of(view.bytes));
}

std::string modules_part(const Minidump& dump) {
  if (dump.find(StreamType::module_list) == nullptr) return {};
  Rows rows;
  for (const Module& module : dump.modules) {
    rows.push_back({std::to_string(rows.size() + 1), range(module.base, module.size),
                    module.has_version ? version_text(module.file_version) : "no version", printable(module.name)});
  }
  const std::string table = aligned(std::move(rows), {0});
  std::string details;
  Rows symbols;
  for (std::size_t i = 0; i < dump.modules.size(); ++i)
    if (dump.modules[i].code_view)
      symbols.push_back({std::to_string(i + 1), code_view_text(*dump.modules[i].code_view)});
  if (!symbols.empty()) details = "  symbols\n" + indented(aligned(std::move(symbols), {0}), indent);
  return fmt::format("Modules: {}\n{}{}\n", dump.modules.size(), table, details);
}

std::string unloaded_part(const Minidump& dump) {
  Rows rows;
  for (const UnloadedModule& module : dump.unloaded)
    rows.push_back({range(module.base, module.size), printable(module.name)});
  return part(fmt::format("Unloaded modules: {}", dump.unloaded.size()), aligned(std::move(rows)));
}

std::string memory_part(const Minidump& dump, const Landmarks& landmarks) {
  std::uint64_t bytes = 0;
  Rows rows;
  for (const MemoryRange& memory : dump.memory) {
    bytes = end_of(bytes, memory.bytes.size);
    const std::string stack = landmarks.stack_at(memory.begin);
    rows.push_back({std::to_string(rows.size() + 1), range(memory.begin, memory.bytes.size),
                    std::to_string(memory.bytes.size), fmt::format("bytes at offset 0x{:X}", memory.bytes.offset),
                    memory.wide ? "64" : "", stack.empty() ? landmarks.module_at(memory.begin) : stack,
                    memory.bytes.in_file ? "" : "not in the file"});
  }
  const bool wide =
      std::any_of(dump.memory.begin(), dump.memory.end(), [](const MemoryRange& memory) { return memory.wide; });
  if (!wide)
    for (Row& row : rows) row.erase(row.begin() + 4);
  return part(fmt::format("Memory: {}, {}", counted(dump.memory.size(), "range"), counted(bytes, "byte")),
              aligned(std::move(rows), {0, 2}));
}

std::string memory_info_part(const Minidump& dump) {
  Rows rows;
  for (const MemoryInfo& info : dump.memory_info)
    rows.push_back({range(info.begin, info.size), state_name(info.state), memory_type_name(info.type),
                    protection_name(info.protection),
                    info.allocation == 0 ? ""
                                         : joined(fmt::format("allocated at 0x{:X}", info.allocation),
                                                  protection_name(info.allocation_protection))});
  return part(fmt::format("Memory info: {}", counted(dump.memory_info.size(), "region")), aligned(std::move(rows)));
}

std::string handles_part(const Minidump& dump) {
  Rows rows;
  for (const Handle& handle : dump.handles)
    rows.push_back({short_hex(handle.value), printable(handle.type), fmt::format("access 0x{:08X}", handle.access),
                    fmt::format("attributes 0x{:X}", handle.attributes), counted(handle.handles, "handle"),
                    counted(handle.pointers, "pointer"), printable(handle.name)});
  return part(fmt::format("Handles: {}", dump.handles.size()), aligned(std::move(rows), {0}));
}

// Each line of a text by itself, so that what is in it cannot look like a part of the description.
std::string lines_of(std::u16string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(u'\n'), text.size());
    std::u16string_view line = text.substr(0, end);
    if (line.ends_with(u'\r')) line.remove_suffix(1);
    out += fmt::format("  | {}\n", printable(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out.empty() ? "  (empty)\n" : out;
}

std::string texts_part(const Minidump& dump) {
  std::string out;
  for (const Text& text : dump.texts) {
    const char* why = text.bytes.size > text_bytes_max ? "too long to show" : "not text";
    out += part(stream_name(text.type),
                text.text ? lines_of(*text.text) : fmt::format("  0x{:X} bytes, {}\n", text.bytes.size, why));
  }
  return out;
}

std::string list_part(std::string_view heading, const std::vector<std::string>& lines) {
  std::string body;
  for (const std::string& line : lines) body += fmt::format("  {}\n", line);
  return part(heading, body);
}

}  // namespace

std::string describe_findings(const Minidump& dump) {
  return list_part("Noticed", dump.oddities) + list_part("Cannot be read", dump.faults);
}

std::string describe(const Minidump& dump) {
  const Landmarks landmarks{dump};
  return header_part(dump) + streams_part(dump) + system_part(dump) + process_part(dump) +
         exception_part(dump, landmarks) + threads_part(dump, landmarks) + other_threads_part(dump, landmarks) +
         modules_part(dump) + unloaded_part(dump) + memory_part(dump, landmarks) + memory_info_part(dump) +
         handles_part(dump) + texts_part(dump) + describe_findings(dump);
}

}  // namespace procreg::harness::dump
