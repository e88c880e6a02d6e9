#include "impl/dump/simulated_modules.h"

#include <algorithm>
#include <array>

#include "impl/dump/mixed.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

using Version = std::array<std::uint16_t, 4>;
using DebugId = std::array<std::uint8_t, 16>;

constexpr std::uint64_t program_base = 0x140000000;
constexpr std::uint64_t kernel32_base = 0x7FFD00000000;
constexpr std::uint64_t ntdll_base = 0x7FFE00000000;

DebugId debug_id_of(std::uint64_t key) {
  DebugId id{};
  const std::array<std::uint64_t, 2> words{mixed(key), mixed(key + 1)};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(words[i / 8] >> (i % 8 * 8));
  return id;
}

// As it lies in memory.
DebugId bytes_of(const Guid& guid) {
  DebugId bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>((i < 8 ? guid.high : guid.low) >> (56 - i % 8 * 8));
  return bytes;
}

}  // namespace

void SimulatedModules::make(const Dump& dump, std::uint64_t key, const Tables& tables) {
  images_.clear();
  if (dump.process.loaded_modules)
    add_given(tables.at(*dump.process.loaded_modules));
  else
    add_usual(number(dump.head.incarnation), key);
}

void SimulatedModules::add_given(const LoadedModules& modules) {
  for (const LoadedModule& module : modules) {
    ModuleImage& image = images_.emplace_back();
    image.base = module.base;
    image.size = module.size;
    image.checksum = module.checksum;
    image.timestamp = module.timestamp;
    image.is_program = images_.size() == 1;
    image.name = module.name;
    image.version = module.version;
    if (module.debug) image.debug = DebugImage{bytes_of(module.debug->id), module.debug->age, module.debug->pdb};
  }
}

void SimulatedModules::add_usual(std::uint64_t object, std::uint64_t key) {
  const std::string name = "process-" + std::to_string(object);
  program_ = widened("C:\\Program Files\\Simulated\\" + name + ".exe");
  program_pdb_ = name + ".pdb";
  images_ = {{.base = program_base,
              .size = 0x20000,
              .timestamp = static_cast<std::uint32_t>(mixed(key + 2) >> 33),
              .is_program = true,
              .name = program_,
              .version = Version{1, 0, static_cast<std::uint16_t>(object), 0},
              .debug = DebugImage{debug_id_of(key + 3), 1, program_pdb_}},
             {.base = kernel32_base,
              .size = 0xC0000,
              .checksum = 0xC5A3E,
              .timestamp = 0x2E5B3C71,
              .name = u"C:\\Windows\\System32\\kernel32.dll",
              .version = Version{10, 0, 0, 1},
              .debug = DebugImage{debug_id_of(1), 1, "kernel32.pdb"}},
             {.base = ntdll_base,
              .size = 0x1F0000,
              .checksum = 0x1F9D2C,
              .timestamp = 0x1A4F7E35,
              .name = u"C:\\Windows\\System32\\ntdll.dll",
              .version = Version{10, 0, 0, 1},
              .debug = DebugImage{debug_id_of(3), 1, "ntdll.pdb"}}};
}

std::uint64_t SimulatedModules::code_at(const CodePlace& place) const {
  if (images_.empty()) return program_base + place.offset;
  const ModuleImage& module = images_[std::min(place.module, images_.size() - 1)];
  return module.base + std::min<std::uint64_t>(place.offset, module.size - 1);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
