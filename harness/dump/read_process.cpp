// The streams about the process as a whole: system, process, exception, handles, texts.
#include <fmt/format.h>

#include <algorithm>

#include "harness/dump/names.h"
#include "harness/dump/reader.h"

namespace procreg::harness::dump {
namespace {

constexpr std::size_t parameters_max = 15;

bool is_plain(char16_t unit) { return (unit >= 0x20 && unit < 0x7F) || unit == '\n' || unit == '\r' || unit == '\t'; }

// Bytes that are text of 8 bits with nothing or zeros behind it.
std::optional<std::u16string> ascii_text(std::string_view bytes) {
  bytes = bytes.substr(0, bytes.find_last_not_of('\0') + 1);
  std::u16string text;
  for (const char byte : bytes) text += static_cast<unsigned char>(byte);
  return std::all_of(text.begin(), text.end(), is_plain) ? std::optional{text} : std::nullopt;
}

// Whether surrogates come in pairs and nothing stands for no character.
bool is_text(std::u16string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char16_t unit = text[i];
    const bool high = unit >= 0xD800 && unit < 0xDC00;
    if (high && (i + 1 == text.size() || text[i + 1] < 0xDC00 || text[i + 1] >= 0xE000)) return false;
    if (unit >= 0xDC00 && unit < 0xE000) return false;
    if ((unit < 0x80 && !is_plain(unit)) || unit >= 0xFFFE) return false;
    if (high) ++i;
  }
  return true;
}

std::optional<std::u16string> utf16_text(const Fields& fields) {
  if (fields.size() % 2 != 0) return std::nullopt;
  std::u16string text;
  for (std::size_t i = 0; i < fields.size(); i += 2) text += static_cast<char16_t>(fields.u16(i));
  if (!text.empty() && text.front() == 0xFEFF) text.erase(0, 1);
  text.resize(text.find_last_not_of(u'\0') + 1);
  return is_text(text) ? std::optional{text} : std::nullopt;
}

// Most pairs of bytes are some character, so what nobody calls text must look like it: spaces, digits, points.
std::optional<std::u16string> likely_text(std::optional<std::u16string> text) {
  if (!text || static_cast<std::size_t>(std::count_if(text->begin(), text->end(), is_plain)) < (text->size() + 3) / 4)
    return std::nullopt;
  return text;
}

std::optional<std::u16string> text_in(StreamType type, const Fields& fields) {
  if (type == StreamType::comment_w) return utf16_text(fields);
  const auto ascii = ascii_text(fields.chars());
  return ascii || type == StreamType::comment_a ? ascii : likely_text(utf16_text(fields));
}

}  // namespace

void read_system(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr Place place{"system info"};
  const auto read = reader.head(place, stream, 56);
  if (!read) return;
  const Fields fields = read->fields();
  System system{.architecture = fields.u16(0),
                .level = fields.u16(2),
                .revision = fields.u16(4),
                .processors = fields.u8(6),
                .product = fields.u8(7),
                .major = fields.u32(8),
                .minor = fields.u32(12),
                .build = fields.u32(16),
                .platform = fields.u32(20),
                .service_pack = reader.name(place.of("service pack"), fields.u32(24)),
                .suites = fields.u16(28)};
  if (fields.u32(24) == 0) reader.odd(place.of("service pack"), "its offset is 0: LLVM takes the header for its name");
  for (std::size_t i = 0; i < system.processor.size(); ++i) system.processor[i] = fields.u8(32 + i);
  dump.system = std::move(system);
}

void read_misc(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr Place place{"misc info"};
  const auto read = reader.head(place, stream, 24);
  if (!read) return;
  const Fields fields = read->fields();
  dump.misc = Misc{.size = fields.u32(0),
                   .flags = fields.u32(4),
                   .pid = fields.u32(8),
                   .created = fields.u32(12),
                   .user_seconds = fields.u32(16),
                   .kernel_seconds = fields.u32(20)};
  if (dump.misc->size != stream.size)
    reader.odd(place, fmt::format("says that it has {} bytes and has {}", dump.misc->size, stream.size));
}

void read_exception(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr Place place{"exception"};
  const auto read = reader.head(place, stream, 168);
  if (!read) return;
  const Fields fields = read->fields();
  Exception exception{.thread = fields.u32(0),
                      .code = fields.u32(8),
                      .flags = fields.u32(12),
                      .nested = fields.u64(16),
                      .address = fields.u64(24),
                      .parameter_count = fields.u32(32)};
  if (exception.parameter_count > parameters_max)
    reader.odd(place, fmt::format("{} parameters, and {} are the limit", exception.parameter_count, parameters_max));
  for (std::size_t i = 0; i < std::min<std::size_t>(exception.parameter_count, parameters_max); ++i)
    exception.parameters.push_back(fields.u64(40 + 8 * i));
  exception.context = read_context(reader, place.of("context"), fields.u32(160), fields.u32(164), dump);
  dump.exception = std::move(exception);
}

void read_handles(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr Place place{"handle data", "handle"};
  const auto read = reader.head({place.list}, stream, 16);
  if (!read) return;
  const Fields head = read->fields();
  const ListLayout layout{head.u32(0), head.u32(4), head.u32(8)};
  if (layout.header < 16 || layout.entry < 32)
    return reader.fault({place.list}, fmt::format("a head of {} bytes and entries of {}, where 16 and 32 are needed",
                                                  layout.header, layout.entry));
  if (layout.entry != 32 && layout.entry != 40)
    reader.odd({place.list}, fmt::format("entries of {} bytes, where the format has 32 or 40", layout.entry));
  const Entries entries = reader.entries({place.list}, stream, layout);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Fields fields = entries[i];
    const Place entry{place.list, place.entry, i + 1};
    Handle handle{.value = fields.u64(0)};
    handle.type = reader.name(entry.of("type name"), fields.u32(8));
    handle.name = reader.name(entry.of("object name"), fields.u32(12));
    handle.attributes = fields.u32(16);
    handle.access = fields.u32(20);
    handle.handles = fields.u32(24);
    handle.pointers = fields.u32(28);
    dump.handles.push_back(std::move(handle));
  }
}

void read_text(Reader& reader, const Stream& stream, Minidump& dump) {
  Text text{.type = stream.type, .bytes = stream.bytes};
  const std::string name = stream_name(stream.type);
  if (stream.bytes.size <= text_bytes_max)
    if (const auto read = reader.block({name}, stream.bytes.offset, stream.bytes.size))
      text.text = text_in(stream.type, read->fields());
  dump.texts.push_back(std::move(text));
}

}  // namespace procreg::harness::dump
