// `loadedModules`: the program and the libraries of a process.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"

namespace procreg::harness {

namespace {

using json::Node;
using Version = std::array<std::uint16_t, 4>;

constexpr std::uint32_t dword_max = std::numeric_limits<std::uint32_t>::max();

void read_dword(Reading& in, const Node& object, std::string_view key, std::uint32_t& out) {
  if (const Node* value = member(object, key))
    out = static_cast<std::uint32_t>(read_integer(in, *value, dword_max).value_or(out));
}

const Node* required(Reading& in, const Node& object, std::string_view key) {
  const Node* value = member(object, key);
  if (value == nullptr) in.errors.at(object, fmt::format("the key \"{}\" is missing", key));
  return value;
}

// "10.0.19041.1"
std::optional<Version> version_of(std::string_view text) {
  Version version{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t part = 0; part < version.size(); ++part) {
    if (part > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, version[part]);
    if (error != std::errc{}) return std::nullopt;
    at = next;
  }
  return at == end ? std::optional{version} : std::nullopt;
}

void read_version(Reading& in, const Node& value, LoadedModule& module) {
  const auto text = read_text(in, value, "a version such as \"10.0.19041.1\"");
  if (!text) return;
  module.version = version_of(*text);
  if (!module.version) in.errors.at(value, "a version is four numbers up to 65535, such as \"10.0.19041.1\"");
}

std::string up_to_nul(std::string_view text) { return std::string{text.substr(0, text.find('\0'))}; }

// Of C:\folder\app.exe: app.pdb.
std::string usual_pdb(std::u16string_view name) {
  const std::string path = json::utf8(name);
  const std::string file = path.substr(path.find_last_of("\\/") + 1);
  return file.substr(0, file.rfind('.')) + ".pdb";
}

void read_debug_record(Reading& in, const Node& value, LoadedModule& module) {
  const Node* id = member(value, "debugId");
  for (const char* key : {"age", "pdb"})
    if (const Node* extra = member(value, key); extra != nullptr && id == nullptr)
      in.errors.at_key(*extra, "this belongs to the key \"debugId\", which is missing");
  if (id == nullptr) return;
  DebugRecord& debug = module.debug.emplace();
  debug.pdb = usual_pdb(module.name);
  debug.id = read_guid(in, *id).value_or(Guid{});
  read_dword(in, value, "age", debug.age);
  if (const Node* pdb = member(value, "pdb"))
    debug.pdb = up_to_nul(read_text(in, *pdb, "the name of a file").value_or(""));
}

void read_place(Reading& in, const Node& value, LoadedModule& module) {
  if (const Node* base = required(in, value, "base"))
    module.base = read_integer(in, *base, std::numeric_limits<std::uint64_t>::max()).value_or(0);
  const Node* size = required(in, value, "size");
  if (size == nullptr) return;
  module.size = static_cast<std::uint32_t>(read_integer(in, *size, dword_max).value_or(1));
  if (module.size == 0) in.errors.at(*size, "a module has at least one byte");
  if (module.size > std::numeric_limits<std::uint64_t>::max() - module.base)
    in.errors.at(*size, "the module goes past the last address");
}

std::optional<LoadedModule> read_module(Reading& in, const Node& value) {
  if (!expect(in, value, json::Kind::object, "a module (an object)")) return std::nullopt;
  refuse_unknown_keys(in, value, loaded_module_keys, {});
  LoadedModule module;
  if (const Node* name = required(in, value, "name"))
    module.name = json::utf16(up_to_nul(read_text(in, *name, "the path of a module").value_or("")));
  read_place(in, value, module);
  if (const Node* version = member(value, "version")) read_version(in, *version, module);
  read_dword(in, value, "checksum", module.checksum);
  read_dword(in, value, "timestamp", module.timestamp);
  read_debug_record(in, value, module);
  return module;
}

// Of modules that were all read.
void check_disjoint(Reading& in, const Node& list, const LoadedModules& modules) {
  std::vector<const LoadedModule*> by_base;
  for (const LoadedModule& module : modules) by_base.push_back(&module);
  std::sort(by_base.begin(), by_base.end(),
            [](const LoadedModule* a, const LoadedModule* b) { return a->base < b->base; });
  const auto meet =
      std::adjacent_find(by_base.begin(), by_base.end(),
                         [](const LoadedModule* a, const LoadedModule* b) { return b->base - a->base < a->size; });
  if (meet != by_base.end())
    in.errors.at(list, fmt::format("modules {} and {} overlap", meet[0] - modules.data(), meet[1] - modules.data()));
}

}  // namespace

std::optional<LoadedModulesRef> read_loaded_modules(Reading& in, const json::Node& value) {
  if (!expect(in, value, json::Kind::array, "a list of modules")) return std::nullopt;
  if (json::count(value) > loaded_modules_max) {
    in.errors.at(value, fmt::format("at most {} modules are expected", loaded_modules_max));
    return std::nullopt;
  }
  LoadedModules modules;
  for (const Node& element : json::children(value))
    if (auto module = read_module(in, element)) modules.push_back(std::move(*module));
  check_disjoint(in, value, modules);
  return in.script.tables.loaded_modules(std::move(modules));
}

}  // namespace procreg::harness
