#include "impl/smb/create_contexts.h"

#include <algorithm>
#include <concepts>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t header_bytes = 16;

constexpr std::array<std::uint8_t, 16> app_instance_id_name{0x45, 0xBC, 0xA6, 0x6A, 0xEF, 0xA7, 0xF7, 0x4A,
                                                            0x90, 0x08, 0xFA, 0x46, 0x2E, 0x14, 0x4D, 0x74};
constexpr std::array<std::uint8_t, 16> app_instance_version_name{0xB9, 0x82, 0xD0, 0xB7, 0x3B, 0x56, 0x07, 0x4F,
                                                                 0xA0, 0x7B, 0x52, 0x4A, 0x81, 0x16, 0xA0, 0x10};
constexpr std::array<std::uint8_t, 4> durable_request_name{'D', 'H', '2', 'Q'};
constexpr std::array<std::uint8_t, 4> durable_reconnect_name{'D', 'H', '2', 'C'};

constexpr std::size_t aligned(std::size_t offset) { return (offset + 7) / 8 * 8; }

template <std::unsigned_integral T>
T little_endian(Bytes bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value |= std::uint64_t{bytes[at + i]} << 8 * i;
  return static_cast<T>(value);
}

std::uint64_t big_endian(Bytes bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | bytes[at + i];
  return value;
}

Guid guid_in(Bytes bytes, std::size_t at) { return {big_endian(bytes, at), big_endian(bytes, at + 8)}; }

template <std::unsigned_integral T>
void put(std::span<std::uint8_t> out, std::size_t at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out[at + i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> 8 * i);
}

void put(std::span<std::uint8_t> out, std::size_t at, const Guid& guid) {
  for (std::size_t i = 0; i < 8; ++i) {
    out[at + i] = static_cast<std::uint8_t>(guid.high >> (56 - 8 * i));
    out[at + 8 + i] = static_cast<std::uint8_t>(guid.low >> (56 - 8 * i));
  }
}

// --- The data of each kind ---

constexpr std::size_t longest_data = 36;
using Data = std::array<std::uint8_t, longest_data>;

Data data_of(const Guid& id) {
  Data data{};
  put(data, 0, std::uint16_t{20});
  put(data, 4, id);
  return data;
}

Data data_of(const VersionPair& version) {
  Data data{};
  put(data, 0, std::uint16_t{24});
  put(data, 8, version.high);
  put(data, 16, version.low);
  return data;
}

std::uint32_t flags(bool persistent) { return persistent ? SMB2_DHANDLE_FLAG_PERSISTENT : 0; }

Data data_of(const DurableRequestContext& request) {
  Data data{};
  put(data, 0, request.timeout_ms);
  put(data, 4, flags(request.persistent));
  put(data, 16, request.create_guid);
  return data;
}

Data data_of(const DurableReconnectContext& reconnect) {
  Data data{};
  put(data, 0, reconnect.durable_id);
  put(data, 8, reconnect.volatile_id);
  put(data, 16, reconnect.create_guid);
  put(data, 32, flags(reconnect.persistent));
  return data;
}

// At most one context of each kind, with the memory of its data.
class RawContexts {
 public:
  explicit RawContexts(const CreateContexts& contexts) {
    add(ContextKind::app_instance_id, contexts.app_instance_id, contexts.app_instance_id_length);
    add(ContextKind::app_instance_version, contexts.app_instance_version, contexts.app_instance_version_length);
    add(ContextKind::durable_request, contexts.durable_request, 32);
    add(ContextKind::durable_reconnect, contexts.durable_reconnect, 36);
  }
  RawContexts(const RawContexts&) = delete;
  RawContexts& operator=(const RawContexts&) = delete;

  std::span<const RawContext> all() const { return {raw_.data(), count_}; }

 private:
  template <class Value>
  void add(ContextKind kind, const std::optional<Value>& value, std::uint32_t length) {
    if (!value) return;
    Data& data = data_[count_] = data_of(*value);
    raw_[count_++] = {wire_name(kind), Bytes{data}.first(context_lengths[static_cast<std::size_t>(kind)]), length};
  }

  std::array<Data, context_kinds> data_{};
  std::array<RawContext, context_kinds> raw_{};
  std::size_t count_{};
};

std::size_t data_offset(const RawContext& context) { return header_bytes + aligned(context.name.size()); }
std::size_t end_of(const RawContext& context) {
  return data_offset(context) + std::max<std::size_t>(context.length, context.data.size());
}

void encode(const RawContext& context, std::span<std::uint8_t> out, std::size_t next) {
  put(out, 0, static_cast<std::uint32_t>(next));
  put(out, 4, static_cast<std::uint16_t>(header_bytes));
  put(out, 6, static_cast<std::uint16_t>(context.name.size()));
  put(out, 10, static_cast<std::uint16_t>(data_offset(context)));
  put(out, 12, context.length);
  std::copy(context.name.begin(), context.name.end(), out.begin() + header_bytes);
  std::copy(context.data.begin(), context.data.end(), out.subspan(data_offset(context)).begin());
}

// --- Decoding ---

struct Header {
  std::size_t next{};
  std::size_t name_offset{};
  std::size_t name_length{};
  std::size_t data_offset{};
  std::size_t data_length{};
  std::size_t name_end() const { return name_offset + name_length; }
  std::size_t data_end() const { return data_offset + data_length; }
  bool has_data() const { return data_length != 0 || data_offset != 0; }
};

Header header_in(Bytes bytes) {
  return {.next = little_endian<std::uint32_t>(bytes, 0),
          .name_offset = little_endian<std::uint16_t>(bytes, 4),
          .name_length = little_endian<std::uint16_t>(bytes, 6),
          .data_offset = little_endian<std::uint16_t>(bytes, 10),
          .data_length = little_endian<std::uint32_t>(bytes, 12)};
}

using Fault = std::optional<ContextFault>;

Fault fault_of_next(const Header& header, std::size_t left) {
  if (header.next == 0) return std::nullopt;
  if (header.next % 8 != 0) return ContextFault::next_misaligned;
  if (header.next < header_bytes) return ContextFault::next_in_header;
  return header.next > left ? Fault{ContextFault::next_outside} : std::nullopt;
}

// `extent`: bytes of the context.
Fault fault_of_name(const Header& header, std::size_t extent) {
  if (header.name_offset % 8 != 0) return ContextFault::name_misaligned;
  if (header.name_offset < header_bytes) return ContextFault::name_in_header;
  if (header.name_end() > extent) return ContextFault::name_outside;
  return header.name_length < 4 ? Fault{ContextFault::name_too_short} : std::nullopt;
}

Fault fault_of_data(const Header& header, std::size_t extent) {
  if (!header.has_data()) return std::nullopt;
  if (header.data_offset % 8 != 0) return ContextFault::data_misaligned;
  if (header.data_offset < header_bytes) return ContextFault::data_in_header;
  if (header.data_end() > extent) return ContextFault::data_outside;
  const bool apart = header.data_end() <= header.name_offset || header.name_end() <= header.data_offset;
  return apart ? std::nullopt : Fault{ContextFault::data_in_name};
}

// `context`: all bytes of one.
ContextData data_in(Bytes context, const Header& header) {
  if (!header.has_data()) return {};
  const std::size_t end = header.data_end() <= header.name_offset ? header.name_offset : context.size();
  return {context.subspan(header.data_offset, header.data_length),
          context.subspan(header.data_end(), end - header.data_end())};
}

std::optional<ContextKind> kind_of(Bytes name) {
  for (std::size_t i = 0; i < context_kinds; ++i) {
    const auto kind = static_cast<ContextKind>(i);
    if (std::ranges::equal(name, wire_name(kind))) return kind;
  }
  return std::nullopt;
}

// Takes the context that `left` begins with, and moves `left` to the next one, if there is one.
Fault take(Bytes& left, DecodedContexts& contexts) {
  if (left.size() < header_bytes) return ContextFault::header_outside;
  const Header header = header_in(left);
  if (const Fault fault = fault_of_next(header, left.size())) return fault;
  const Bytes context = left.first(header.next == 0 ? left.size() : header.next);
  if (const Fault fault = fault_of_name(header, context.size())) return fault;
  if (const Fault fault = fault_of_data(header, context.size())) return fault;
  if (const auto kind = kind_of(context.subspan(header.name_offset, header.name_length))) {
    if (contexts[*kind]) return ContextFault::repeated;
    contexts[*kind] = data_in(context, header);
  }
  left = header.next == 0 ? Bytes{} : left.subspan(header.next);
  return header.next != 0 && left.empty() ? Fault{ContextFault::header_outside} : std::nullopt;
}

DecodedContexts refused(ContextFault fault) {
  DecodedContexts contexts;
  contexts.fault = fault;
  return contexts;
}

// The data of a kind if they have its size.
std::optional<Bytes> sized(const DecodedContexts& contexts, ContextKind kind) {
  if (!contexts[kind] || has_wrong_size(contexts, kind)) return std::nullopt;
  return contexts[kind]->bytes;
}

bool is_persistent(std::uint32_t flags) { return (flags & SMB2_DHANDLE_FLAG_PERSISTENT) != 0; }

VersionPair version_in(Bytes data) {
  return {little_endian<std::uint64_t>(data, 8), little_endian<std::uint64_t>(data, 16)};
}

}  // namespace

std::span<const std::uint8_t> wire_name(ContextKind kind) {
  switch (kind) {
    case ContextKind::app_instance_id:
      return app_instance_id_name;
    case ContextKind::app_instance_version:
      return app_instance_version_name;
    case ContextKind::durable_request:
      return durable_request_name;
    case ContextKind::durable_reconnect:
      break;
  }
  return durable_reconnect_name;
}

std::size_t encoded_size(std::span<const RawContext> contexts) {
  std::size_t size = 0;
  for (const RawContext& context : contexts) size = aligned(size) + end_of(context);
  return size;
}

void encode(std::span<const RawContext> contexts, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < contexts.size(); ++i) {
    const bool last = i + 1 == contexts.size();
    const std::size_t next = aligned(end_of(contexts[i]));
    encode(contexts[i], out, last ? 0 : next);
    if (!last) out = out.subspan(next);
  }
}

EncodedContexts::EncodedContexts(const CreateContexts& contexts) {
  const RawContexts raw{contexts};
  size_ = encoded_size(raw.all());
  if (size_ > short_.size()) long_.resize(size_);
  encode(raw.all(), long_.empty() ? std::span{short_} : std::span{long_});
}

DecodedContexts decode_contexts(std::span<const std::uint8_t> bytes) {
  DecodedContexts contexts;
  for (std::size_t count = 1; !bytes.empty(); ++count) {
    if (count > contexts_max) return refused(ContextFault::too_many);
    if (const Fault fault = take(bytes, contexts)) return refused(*fault);
  }
  return contexts;
}

bool has_wrong_size(const DecodedContexts& contexts, ContextKind kind) {
  return contexts[kind] && contexts[kind]->bytes.size() != context_lengths[static_cast<std::size_t>(kind)];
}

std::optional<Guid> app_instance_id(const DecodedContexts& contexts) {
  const auto data = sized(contexts, ContextKind::app_instance_id);
  return data ? std::optional{guid_in(*data, 4)} : std::nullopt;
}

std::optional<VersionPair> app_instance_version(const DecodedContexts& contexts) {
  const auto data = sized(contexts, ContextKind::app_instance_version);
  return data ? std::optional{version_in(*data)} : std::nullopt;
}

std::optional<DurableRequestContext> durable_request(const DecodedContexts& contexts) {
  const auto data = sized(contexts, ContextKind::durable_request);
  if (!data) return std::nullopt;
  return DurableRequestContext{.timeout_ms = little_endian<std::uint32_t>(*data, 0),
                               .persistent = is_persistent(little_endian<std::uint32_t>(*data, 4)),
                               .create_guid = guid_in(*data, 16)};
}

std::optional<DurableReconnectContext> durable_reconnect(const DecodedContexts& contexts) {
  const auto data = sized(contexts, ContextKind::durable_reconnect);
  if (!data) return std::nullopt;
  return DurableReconnectContext{.durable_id = little_endian<std::uint64_t>(*data, 0),
                                 .volatile_id = little_endian<std::uint64_t>(*data, 8),
                                 .create_guid = guid_in(*data, 16),
                                 .persistent = is_persistent(little_endian<std::uint32_t>(*data, 32))};
}

std::optional<VersionPair> app_instance_version_unchecked(const DecodedContexts& contexts) {
  const auto& context = contexts[ContextKind::app_instance_version];
  if (!context) return std::nullopt;
  std::array<std::uint8_t, 24> whole{};
  const std::size_t own = std::min(context->bytes.size(), whole.size());
  const std::size_t more = std::min(context->behind.size(), whole.size() - own);
  std::copy_n(context->bytes.begin(), own, whole.begin());
  std::copy_n(context->behind.begin(), more, whole.begin() + static_cast<std::ptrdiff_t>(own));
  return version_in(whole);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
