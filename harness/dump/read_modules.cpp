// Modules, loaded and unloaded, with their CodeView records.
#include <fmt/format.h>

#include "harness/dump/reader.h"

namespace procreg::harness::dump {
namespace {

constexpr std::uint64_t module_bytes = 108;
constexpr std::uint32_t version_signature = 0xFEEF04BD;
constexpr std::size_t guid_end = 24;  // signature, GUID, age

std::uint64_t version_at(const Fields& fields, std::size_t at) {
  return std::uint64_t{fields.u32(at)} << 32 | fields.u32(at + 4);
}

void read_pdb(Reader& reader, const Place& place, const Fields& fields, CodeView& view) {
  if (fields.size() < guid_end)
    return reader.fault(place, fmt::format("{} bytes at offset 0x{:X}, where at least {} are needed", fields.size(),
                                           view.bytes.offset, guid_end));
  for (std::size_t i = 0; i < view.guid.size(); ++i) view.guid[i] = fields.u8(4 + i);
  view.age = fields.u32(20);
  const std::string_view name = fields.chars().substr(guid_end);
  if (name.find('\0') == std::string_view::npos) reader.odd(place, "no zero ends the name of the PDB");
  view.pdb = name.substr(0, name.find('\0'));
}

std::optional<CodeView> code_view(Reader& reader, const Place& place, std::uint64_t size, std::uint64_t offset) {
  if (size == 0) return std::nullopt;
  CodeView view;
  view.bytes = reader.locate(place, size, offset);
  if (!view.bytes.in_file) return view;
  if (size < 4 || size > name_bytes_max) {
    reader.fault(place, fmt::format("{} bytes at offset 0x{:X}, where 4 to {} can be", size, offset, name_bytes_max));
    return view;
  }
  const auto read = reader.block(place, offset, size);
  if (!read) return view;
  const Fields fields = read->fields();
  view.signature = fields.u32(0);
  if (view.signature == CodeView::pdb70) {
    read_pdb(reader, place, fields, view);
  } else if (view.signature == CodeView::elf) {
    for (std::size_t i = 4; i < fields.size(); ++i) view.build_id.push_back(fields.u8(i));
  } else {
    reader.odd(place, fmt::format("its signature 0x{:08X} is unknown", view.signature));
  }
  return view;
}

}  // namespace

void read_modules(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr std::string_view list = "module list";
  const Entries entries = reader.counted_entries({list}, stream, module_bytes);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Fields fields = entries[i];
    const Place place{list, "module", i + 1};
    Module module{.base = fields.u64(0), .size = fields.u32(8), .checksum = fields.u32(12), .time = fields.u32(16)};
    module.name = reader.name(place.of("name"), fields.u32(20));
    module.has_version = fields.u32(24) == version_signature;
    module.file_version = version_at(fields, 32);
    module.product_version = version_at(fields, 40);
    module.code_view = code_view(reader, place.of("CodeView record"), fields.u32(76), fields.u32(80));
    dump.modules.push_back(std::move(module));
  }
}

void read_unloaded_modules(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr std::string_view list = "unloaded module list";
  const auto layout = reader.layout({list}, stream, {12, 24, 0});
  if (!layout) return;
  const Entries entries = reader.entries({list}, stream, *layout);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Fields fields = entries[i];
    dump.unloaded.push_back({.base = fields.u64(0),
                             .size = fields.u32(8),
                             .checksum = fields.u32(12),
                             .time = fields.u32(16),
                             .name = reader.name({list, "module", i + 1, "name"}, fields.u32(20))});
  }
}

}  // namespace procreg::harness::dump
