// SMB2 create contexts as bytes ([MS-SMB2] 2.2.13.2; names and data of smb.md 1.3).
//
// One context: Next u32, NameOffset u16, NameLength u16, Reserved u16, DataOffset u16, DataLength u32, then its name and its data,
// each at a multiple of 8 bytes from the beginning of the context; Next is where the next one begins, 0 for the last.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "api/ids.h"
#include "api/smb.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

enum class ContextKind : std::uint8_t { app_instance_id, app_instance_version, durable_request, durable_reconnect };
inline constexpr std::size_t context_kinds = 4;
inline constexpr std::size_t contexts_max = 32;  // of one request; a server knows fewer than 20 names
// Bytes of the data of a context of each kind.
inline constexpr std::array<std::uint32_t, context_kinds> context_lengths{20, 24, 32, 36};
inline constexpr std::uint32_t SMB2_DHANDLE_FLAG_PERSISTENT = 0x2;

// --- Values ---

struct DurableRequestContext {
  std::uint32_t timeout_ms{};
  bool persistent{};
  Guid create_guid{};
  friend bool operator==(const DurableRequestContext&, const DurableRequestContext&) = default;
};

struct DurableReconnectContext {
  std::uint64_t durable_id{};   // FileId.Persistent
  std::uint64_t volatile_id{};  // FileId.Volatile
  Guid create_guid{};
  bool persistent{};
  friend bool operator==(const DurableReconnectContext&, const DurableReconnectContext&) = default;
};

// What a client sends. A length other than the right one is what the context claims as DataLength: data beyond the structure is 0;
// a structure that is longer than it claims still lies there whole.
struct CreateContexts {
  std::optional<Guid> app_instance_id{};
  std::uint32_t app_instance_id_length{20};
  std::optional<VersionPair> app_instance_version{};
  std::uint32_t app_instance_version_length{24};
  std::optional<DurableRequestContext> durable_request{};
  std::optional<DurableReconnectContext> durable_reconnect{};
};

// --- Encoding ---

// The bytes of a request. Those of lengths as they should be need no allocation.
class EncodedContexts {
 public:
  explicit EncodedContexts(const CreateContexts& contexts);
  std::span<const std::uint8_t> bytes() const { return {long_.empty() ? short_.data() : long_.data(), size_}; }

 private:
  std::array<std::uint8_t, 256> short_{};
  std::vector<std::uint8_t> long_{};
  std::size_t size_{};
};

// One context as it goes on the wire: `data` is followed by zeros up to `length`.
struct RawContext {
  std::span<const std::uint8_t> name{};
  std::span<const std::uint8_t> data{};
  std::uint32_t length{};  // DataLength
};
std::span<const std::uint8_t> wire_name(ContextKind kind);
std::size_t encoded_size(std::span<const RawContext> contexts);
// `out` has encoded_size(contexts) bytes, all 0.
void encode(std::span<const RawContext> contexts, std::span<std::uint8_t> out);

// --- Decoding ---

// Why a server refuses the contexts of a request, with 0xC000000D.
enum class ContextFault : std::uint8_t {
  header_outside,   // fewer than the 16 bytes of a header are left
  next_misaligned,  // Next is no multiple of 8
  next_in_header,   // Next points into the header of its own context
  next_outside,     // Next points behind the bytes of the request
  name_misaligned,
  name_in_header,
  name_outside,  // the name reaches into the next context or leaves the bytes of the request
  name_too_short,
  data_misaligned,
  data_in_header,
  data_outside,  // likewise the data
  data_in_name,  // name and data of a context overlap
  repeated,      // two contexts of one kind
  too_many,      // more than contexts_max
};

// Data of a context, somewhere in the bytes that were decoded.
struct ContextData {
  std::span<const std::uint8_t> bytes{};
  std::span<const std::uint8_t> behind{};  // what lies between them and the end of the context
};

// The contexts of a request by kind; those of other names are not kept. Their order is gone (SMB-OPEN-13).
struct DecodedContexts {
  std::array<std::optional<ContextData>, context_kinds> of{};
  std::optional<ContextFault> fault{};  // then there is none

  const std::optional<ContextData>& operator[](ContextKind kind) const { return of[static_cast<std::size_t>(kind)]; }
  std::optional<ContextData>& operator[](ContextKind kind) { return of[static_cast<std::size_t>(kind)]; }
};

// Any bytes; nothing is read outside of them, nothing allocated. Sizes of data are not judged: a context that a server does not
// look at may have any (SMB-OPEN-07). Reserved fields and padding are not looked at.
DecodedContexts decode_contexts(std::span<const std::uint8_t> bytes);

// True: of this kind and not of its size (SMB-OPEN-11).
bool has_wrong_size(const DecodedContexts& contexts, ContextKind kind);

// The data as a value; nullopt: no such context, or of another size. Inner sizes and reserved fields are not looked at.
std::optional<Guid> app_instance_id(const DecodedContexts& contexts);
std::optional<VersionPair> app_instance_version(const DecodedContexts& contexts);
std::optional<DurableRequestContext> durable_request(const DecodedContexts& contexts);
std::optional<DurableReconnectContext> durable_reconnect(const DecodedContexts& contexts);
// Of whatever size (SMB-VER-11): what lies behind data that is too short is read too; what is not there is 0.
std::optional<VersionPair> app_instance_version_unchecked(const DecodedContexts& contexts);

}  // namespace procreg::impl::inline PROCREG_SYNC
