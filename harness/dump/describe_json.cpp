#include "harness/dump/describe_json.h"

#include <fmt/format.h>

#include <iterator>

#include "harness/dump/names.h"
#include "harness/scenario/json_text.h"

namespace procreg::harness::dump {
namespace {

using json::Array;
using json::hex;
using json::integer;
using json::Object;
using json::quote;

std::string strings(const std::vector<std::string>& texts) {
  Array array;
  for (const std::string& text : texts) array.add(quote(text));
  return array.text();
}

template <class T, class ToText>
std::string list(const std::vector<T>& items, ToText&& to_text) {
  Array array;
  for (const T& item : items) array.add(to_text(item));
  return array.text();
}

std::string location_json(const Location& bytes) {
  Object object;
  object.add("offset", integer(bytes.offset)).add("size", integer(bytes.size));
  if (!bytes.in_file) object.add("inFile", "false");
  return object.text();
}

std::string header_json(const Header& header) {
  Object object;
  object.add("version", hex(header.version));
  object.add("streams", integer(header.streams));
  object.add("directory", integer(header.directory));
  object.add("checksum", hex(header.checksum));
  object.add("time", integer(header.time));
  object.add("flags", hex(header.flags));
  return object.text();
}

std::string stream_json(const Stream& stream) {
  Object object;
  object.add("type", integer(static_cast<std::uint32_t>(stream.type)));
  object.add("name", quote(stream_name(stream.type)));
  object.add("bytes", location_json(stream.bytes));
  return object.text();
}

std::string system_json(const System& system) {
  Object object;
  object.add("architecture", integer(system.architecture));
  object.add("level", integer(system.level));
  object.add("revision", integer(system.revision));
  object.add("processors", integer(system.processors));
  object.add("product", integer(system.product));
  object.add("platform", integer(system.platform));
  object.add("major", integer(system.major));
  object.add("minor", integer(system.minor));
  object.add("build", integer(system.build));
  object.add("suites", hex(system.suites));
  object.add("servicePack", quote(system.service_pack));
  object.add("features", quote(hex_text({system.processor.begin(), system.processor.end()})));
  return object.text();
}

std::string misc_json(const Misc& misc) {
  Object object;
  object.add("size", integer(misc.size)).add("flags", hex(misc.flags));
  if ((misc.flags & Misc::has_pid) != 0) object.add("pid", integer(misc.pid));
  if ((misc.flags & Misc::has_times) == 0) return object.text();
  object.add("created", integer(misc.created));
  object.add("userSeconds", integer(misc.user_seconds));
  object.add("kernelSeconds", integer(misc.kernel_seconds));
  return object.text();
}

std::string registers_json(const Registers& registers) {
  constexpr const char* segments[] = {"cs", "ds", "es", "fs", "gs", "ss"};
  constexpr const char* debug[] = {"dr0", "dr1", "dr2", "dr3", "dr6", "dr7"};
  Object object;
  object.add("rip", hex(registers.rip));
  for (std::size_t i = 0; i < general_names.size(); ++i) object.add(general_names[i], hex(registers.general[i]));
  for (std::size_t i = 0; i < std::size(segments); ++i) object.add(segments[i], hex(registers.segments[i]));
  object.add("eflags", hex(registers.eflags)).add("mxcsr", hex(registers.mxcsr));
  for (std::size_t i = 0; i < std::size(debug); ++i) object.add(debug[i], hex(registers.debug[i]));
  return object.text();
}

std::string context_json(const Context& context) {
  Object object;
  object.add("bytes", location_json(context.bytes));
  if (!context.registers) return object.text();
  object.add("flags", hex(context.registers->flags)).add("registers", registers_json(*context.registers));
  return object.text();
}

std::string exception_json(const Exception& exception) {
  Object object;
  object.add("thread", integer(exception.thread));
  object.add("code", hex(exception.code));
  if (const auto name = exception_name(exception.code); !name.empty()) object.add("name", quote(name));
  object.add("flags", hex(exception.flags));
  object.add("nested", hex(exception.nested));
  object.add("address", hex(exception.address));
  object.add("parameters", list(exception.parameters, [](std::uint64_t parameter) { return hex(parameter); }));
  object.add("context", context_json(exception.context));
  return object.text();
}

std::string thread_json(const Thread& thread) {
  Object object;
  object.add("id", integer(thread.id));
  object.add("suspendCount", integer(thread.suspend_count));
  object.add("priorityClass", hex(thread.priority_class));
  object.add("priority", fmt::format("{}", static_cast<std::int32_t>(thread.priority)));
  object.add("teb", hex(thread.teb));
  object.add("stack", Object{}.add("begin", hex(thread.stack_begin)).add("bytes", location_json(thread.stack)).text());
  object.add("context", context_json(thread.context));
  return object.text();
}

std::string thread_info_json(const ThreadInfo& info) {
  Object object;
  object.add("id", integer(info.id));
  object.add("flags", hex(info.flags));
  object.add("error", hex(info.error));
  object.add("exitStatus", hex(info.exit_status));
  object.add("created", hex(info.created));
  object.add("exited", hex(info.exited));
  object.add("kernelTime", integer(info.kernel));
  object.add("userTime", integer(info.user));
  object.add("start", hex(info.start));
  object.add("affinity", hex(info.affinity));
  return object.text();
}

std::string thread_name_json(const ThreadName& name) {
  return Object{}.add("id", integer(name.id)).add("name", quote(name.name)).text();
}

std::string code_view_json(const CodeView& view) {
  Object object;
  object.add("bytes", location_json(view.bytes)).add("signature", hex(view.signature));
  if (view.signature == CodeView::pdb70)
    object.add("guid", quote(guid_text(view.guid))).add("age", integer(view.age)).add("pdb", quote(view.pdb));
  if (view.signature == CodeView::elf) object.add("buildId", quote(hex_text(view.build_id)));
  return object.text();
}

// What both kinds of modules have.
template <class AnyModule>
Object module_object(const AnyModule& module) {
  Object object;
  object.add("base", hex(module.base));
  object.add("size", integer(module.size));
  object.add("checksum", hex(module.checksum));
  object.add("time", integer(module.time));
  object.add("name", quote(module.name));
  return object;
}

std::string module_json(const Module& module) {
  Object object = module_object(module);
  if (module.has_version) {
    object.add("fileVersion", quote(version_text(module.file_version)));
    object.add("productVersion", quote(version_text(module.product_version)));
  }
  if (module.code_view) object.add("codeView", code_view_json(*module.code_view));
  return object.text();
}

std::string unloaded_json(const UnloadedModule& module) { return module_object(module).text(); }

std::string range_json(const MemoryRange& range) {
  Object object;
  object.add("begin", hex(range.begin));
  object.add("bytes", location_json(range.bytes));
  object.add("stream",
             integer(static_cast<std::uint32_t>(range.wide ? StreamType::memory64_list : StreamType::memory_list)));
  return object.text();
}

std::string memory_info_json(const MemoryInfo& info) {
  Object object;
  object.add("begin", hex(info.begin));
  object.add("size", integer(info.size));
  object.add("state", quote(state_name(info.state)));
  object.add("type", quote(memory_type_name(info.type)));
  object.add("protection", quote(protection_name(info.protection)));
  object.add("allocation", hex(info.allocation));
  object.add("allocationProtection", quote(protection_name(info.allocation_protection)));
  return object.text();
}

std::string handle_json(const Handle& handle) {
  Object object;
  object.add("value", hex(handle.value));
  object.add("type", quote(handle.type));
  object.add("name", quote(handle.name));
  object.add("attributes", hex(handle.attributes));
  object.add("access", hex(handle.access));
  object.add("handles", integer(handle.handles));
  object.add("pointers", integer(handle.pointers));
  return object.text();
}

std::string text_json(const Text& text) {
  Object object;
  object.add("type", integer(static_cast<std::uint32_t>(text.type)));
  object.add("name", quote(stream_name(text.type)));
  object.add("bytes", location_json(text.bytes));
  if (text.text) object.add("text", quote(*text.text));
  return object.text();
}

std::string memory_bytes_json(const MemoryBytes& memory) {
  std::string bytes;
  for (std::size_t i = 0; i < memory.bytes.size(); ++i)
    bytes += memory.has(memory.begin + i) ? fmt::format("{:02X}", std::to_integer<unsigned>(memory.bytes[i])) : "??";
  const auto gap_json = [](const MemoryBytes::Gap& gap) {
    return Object{}.add("begin", hex(gap.begin)).add("size", integer(gap.end - gap.begin)).text();
  };
  Object object;
  object.add("begin", hex(memory.begin));
  object.add("size", integer(memory.bytes.size()));
  object.add("bytes", quote(bytes));
  object.add("missing", list(memory.missing, gap_json));
  return object.text();
}

std::string finished(Object& object, const Minidump& dump) {
  object.add("noticed", strings(dump.oddities)).add("faults", strings(dump.faults));
  return object.text();
}

void add_lists(Object& object, const Minidump& dump) {
  const auto add = [&](std::string_view key, std::initializer_list<StreamType> types, auto&& make) {
    for (const StreamType type : types)
      if (dump.find(type) != nullptr) return void(object.add(key, make()));
  };
  using enum StreamType;
  add("threads", {thread_list}, [&] { return list(dump.threads, thread_json); });
  add("threadInfos", {thread_info_list}, [&] { return list(dump.thread_infos, thread_info_json); });
  add("threadNames", {StreamType::thread_names}, [&] { return list(dump.thread_names, thread_name_json); });
  add("modules", {module_list}, [&] { return list(dump.modules, module_json); });
  add("unloadedModules", {unloaded_module_list}, [&] { return list(dump.unloaded, unloaded_json); });
  add("memory", {memory_list, memory64_list}, [&] { return list(dump.memory, range_json); });
  add("memoryInfo", {memory_info_list}, [&] { return list(dump.memory_info, memory_info_json); });
  add("handles", {handle_data}, [&] { return list(dump.handles, handle_json); });
  if (!dump.texts.empty()) object.add("texts", list(dump.texts, text_json));
}

}  // namespace

std::string describe_json(std::string_view file, const Minidump& dump) {
  Object object;
  object.add("file", quote(file));
  object.add("size", integer(dump.file_size));
  object.add("header", header_json(dump.header));
  object.add("streams", list(dump.streams, stream_json));
  if (dump.system) object.add("system", system_json(*dump.system));
  if (dump.misc) object.add("misc", misc_json(*dump.misc));
  if (dump.exception) object.add("exception", exception_json(*dump.exception));
  add_lists(object, dump);
  return finished(object, dump);
}

std::string memory_json(std::string_view file, const Minidump& dump, const std::vector<MemoryBytes>& memory) {
  Object object;
  object.add("file", quote(file)).add("memory", list(memory, memory_bytes_json));
  return finished(object, dump);
}

std::string unusable_json(std::string_view file, std::string_view why) {
  return Object{}.add("file", quote(file)).add("faults", strings({std::string{why}})).text();
}

}  // namespace procreg::harness::dump
