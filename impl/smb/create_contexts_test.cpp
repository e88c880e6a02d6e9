// Bytes worked out by hand from [MS-SMB2] 2.2.13.2 and smb.md 1.3; every refusal of the decoder.
#include "impl/smb/create_contexts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string_view>

namespace procreg::impl {
namespace {

using Bytes = std::vector<std::uint8_t>;

// "0A 0B 0C": what is no hexadecimal digit is passed over.
Bytes hex(std::string_view text) {
  Bytes out;
  int high = -1;
  for (const char c : text) {
    const auto digit = std::string_view{"0123456789ABCDEF"}.find(c);
    if (digit == std::string_view::npos) continue;
    if (high < 0) {
      high = static_cast<int>(digit);
    } else {
      out.push_back(static_cast<std::uint8_t>(high * 16 + static_cast<int>(digit)));
      high = -1;
    }
  }
  return out;
}

Bytes encoded(const CreateContexts& contexts) {
  const EncodedContexts bytes{contexts};
  return {bytes.bytes().begin(), bytes.bytes().end()};
}

constexpr Guid id{0x0011223344556677, 0x8899AABBCCDDEEFF};
constexpr Guid create_guid{0xF0F1F2F3F4F5F6F7, 0xE0E1E2E3E4E5E6E7};
constexpr VersionPair version{0x0102030405060708, 0x1112131415161718};
constexpr DurableRequestContext durable{.timeout_ms = 30000, .persistent = true, .create_guid = create_guid};
constexpr DurableReconnectContext reconnecting{
    .durable_id = 5, .volatile_id = 0x1234567890, .create_guid = create_guid, .persistent = true};

// --- Bytes ---

TEST(CreateContexts, AnAppInstanceIdTakes52Bytes) {
  EXPECT_EQ(encoded({.app_instance_id = id}), hex("00000000 1000 1000 0000 2000 14000000"
                                                  "45BCA66A EFA7F74A 9008FA46 2E144D74"
                                                  "1400 0000 00112233 44556677 8899AABB CCDDEEFF"));
}

TEST(CreateContexts, AnAppInstanceVersionTakes56Bytes) {
  EXPECT_EQ(encoded({.app_instance_version = version}), hex("00000000 1000 1000 0000 2000 18000000"
                                                            "B982D0B7 3B56074F A07B524A 8116A010"
                                                            "1800 0000 00000000"
                                                            "0807060504030201 1817161514131211"));
}

TEST(CreateContexts, ADurableRequestTakes56Bytes) {
  EXPECT_EQ(encoded({.durable_request = durable}), hex("00000000 1000 0400 0000 1800 20000000"
                                                       "44483251 00000000"
                                                       "30750000 02000000 00000000 00000000"
                                                       "F0F1F2F3F4F5F6F7 E0E1E2E3E4E5E6E7"));
}

TEST(CreateContexts, ADurableReconnectTakes60Bytes) {
  EXPECT_EQ(encoded({.durable_reconnect = reconnecting}), hex("00000000 1000 0400 0000 1800 24000000"
                                                              "44483243 00000000"
                                                              "0500000000000000 9078563412000000"
                                                              "F0F1F2F3F4F5F6F7 E0E1E2E3E4E5E6E7 02000000"));
}

TEST(CreateContexts, FollowEachOtherAtMultiplesOfEight) {
  EXPECT_EQ(encoded({.app_instance_id = id, .app_instance_version = version}),
            hex("38000000 1000 1000 0000 2000 14000000"
                "45BCA66A EFA7F74A 9008FA46 2E144D74"
                "1400 0000 00112233 44556677 8899AABB CCDDEEFF 00000000"
                "00000000 1000 1000 0000 2000 18000000"
                "B982D0B7 3B56074F A07B524A 8116A010"
                "1800 0000 00000000 0807060504030201 1817161514131211"));
}

TEST(CreateContexts, ThatAreNoneTakeNoBytes) {
  EXPECT_EQ(encoded({}), Bytes{});
  const auto decoded = decode_contexts({});
  EXPECT_FALSE(decoded.fault);
  EXPECT_FALSE(app_instance_id(decoded));
}

TEST(CreateContexts, ThatClaimMoreThanTheyHoldAreFilledWithZeros) {
  const Bytes bytes = encoded({.app_instance_id = id, .app_instance_id_length = 22});
  EXPECT_EQ(bytes, hex("00000000 1000 1000 0000 2000 16000000"
                       "45BCA66A EFA7F74A 9008FA46 2E144D74"
                       "1400 0000 00112233 44556677 8899AABB CCDDEEFF 0000"));
}

TEST(CreateContexts, ThatClaimLessThanTheyHoldLieThereWhole) {
  const Bytes bytes = encoded({.app_instance_version = version, .app_instance_version_length = 5});
  EXPECT_EQ(bytes, hex("00000000 1000 1000 0000 2000 05000000"
                       "B982D0B7 3B56074F A07B524A 8116A010"
                       "1800 0000 00000000 0807060504030201 1817161514131211"));
}

// --- There and back ---

Guid random_guid(std::mt19937_64& random) {
  const std::uint64_t high = random();
  return {high, random()};
}

CreateContexts random_contexts(std::mt19937_64& random) {
  CreateContexts contexts;
  const std::uint64_t which = random();
  if ((which & 1) != 0) contexts.app_instance_id = random_guid(random);
  if ((which & 2) != 0) {
    const std::uint64_t high = random();
    contexts.app_instance_version = VersionPair{high, random()};
  }
  if ((which & 4) != 0)
    contexts.durable_request = {static_cast<std::uint32_t>(random()), (which & 16) != 0, random_guid(random)};
  if ((which & 8) != 0) {
    const std::uint64_t durable_id = random();
    const std::uint64_t volatile_id = random();
    contexts.durable_reconnect = {durable_id, volatile_id, random_guid(random), (which & 32) != 0};
  }
  return contexts;
}

TEST(CreateContexts, AreDecodedAsTheyWereEncoded) {
  std::mt19937_64 random{1};
  for (int i = 0; i < 5000; ++i) {
    const CreateContexts contexts = random_contexts(random);
    const EncodedContexts bytes{contexts};
    const auto decoded = decode_contexts(bytes.bytes());
    ASSERT_FALSE(decoded.fault);
    ASSERT_EQ(app_instance_id(decoded), contexts.app_instance_id);
    ASSERT_EQ(app_instance_version(decoded), contexts.app_instance_version);
    ASSERT_EQ(app_instance_version_unchecked(decoded), contexts.app_instance_version);
    ASSERT_EQ(durable_request(decoded), contexts.durable_request);
    ASSERT_EQ(durable_reconnect(decoded), contexts.durable_reconnect);
  }
}

TEST(CreateContexts, OfEveryLengthAreDecodedWithIt) {
  for (const std::uint32_t length : {0U, 1U, 4U, 19U, 20U, 21U, 24U, 25U, 255U, 256U, 65535U, 65536U, 100000U}) {
    const EncodedContexts bytes{{.app_instance_id = id,
                                 .app_instance_id_length = length,
                                 .app_instance_version = version,
                                 .app_instance_version_length = length,
                                 .durable_request = durable}};
    const auto decoded = decode_contexts(bytes.bytes());
    ASSERT_FALSE(decoded.fault) << length;
    EXPECT_EQ(decoded[ContextKind::app_instance_id]->bytes.size(), length);
    EXPECT_EQ(has_wrong_size(decoded, ContextKind::app_instance_id), length != 20);
    EXPECT_EQ(has_wrong_size(decoded, ContextKind::app_instance_version), length != 24);
    EXPECT_EQ(app_instance_id(decoded).has_value(), length == 20);
    EXPECT_EQ(app_instance_version(decoded).has_value(), length == 24);
    EXPECT_EQ(app_instance_version_unchecked(decoded), version) << length;
    EXPECT_EQ(durable_request(decoded), durable);
  }
}

// The four contexts in the order of `kinds`.
Bytes in_order(std::span<const ContextKind> kinds) {
  const Bytes bytes = encoded({.app_instance_id = id,
                               .app_instance_version = version,
                               .durable_request = durable,
                               .durable_reconnect = reconnecting});
  const auto decoded = decode_contexts(bytes);
  std::vector<RawContext> raw;
  for (const ContextKind kind : kinds) {
    const auto data = decoded[kind]->bytes;
    raw.push_back({wire_name(kind), data, static_cast<std::uint32_t>(data.size())});
  }
  Bytes out(encoded_size(raw));
  encode(raw, out);
  return out;
}

TEST(CreateContexts, MeanTheSameInAnyOrder) {
  std::array kinds{ContextKind::app_instance_id, ContextKind::app_instance_version, ContextKind::durable_request,
                   ContextKind::durable_reconnect};
  std::sort(kinds.begin(), kinds.end());
  std::set<Bytes> orders;
  do {
    const Bytes bytes = in_order(kinds);
    orders.insert(bytes);
    const auto decoded = decode_contexts(bytes);
    EXPECT_FALSE(decoded.fault);
    EXPECT_EQ(app_instance_id(decoded), id);
    EXPECT_EQ(app_instance_version(decoded), version);
    EXPECT_EQ(durable_request(decoded), durable);
    EXPECT_EQ(durable_reconnect(decoded), reconnecting);
  } while (std::next_permutation(kinds.begin(), kinds.end()));
  EXPECT_EQ(orders.size(), 24U);
}

TEST(CreateContexts, WithoutDurableFlagsAreNotPersistent) {
  Bytes bytes = encoded({.durable_request = durable});
  bytes[28] = 0xFD;  // Flags: all but 0x2
  EXPECT_EQ(durable_request(decode_contexts(bytes))->persistent, false);
  bytes[28] = 0xFF;
  EXPECT_EQ(durable_request(decode_contexts(bytes))->persistent, true);
}

TEST(CreateContexts, HaveFieldsThatNobodyLooksAt) {
  Bytes bytes = encoded({.app_instance_id = id, .app_instance_version = version});
  for (const std::size_t at : std::initializer_list<std::size_t>{8, 9, 32, 33, 34, 35, 52, 53, 54, 55})
    bytes[at] = 0xEE;  // AI and what pads it
  for (const std::size_t at : std::initializer_list<std::size_t>{64, 65, 88, 89, 90, 91, 92, 93, 94, 95})
    bytes[at] = 0xEE;  // AV
  const auto decoded = decode_contexts(bytes);
  EXPECT_EQ(app_instance_id(decoded), id);
  EXPECT_EQ(app_instance_version(decoded), version);
}

TEST(CreateContexts, OfOtherNamesArePassedOver) {
  const auto own = wire_name(ContextKind::app_instance_id);
  const Bytes longer = [&] {
    Bytes name{own.begin(), own.end()};
    name.push_back(0);
    return name;
  }();
  const Bytes known = hex("4D784163");
  const Bytes data(20, 0x55);
  const std::array raw{RawContext{known, {}, 0}, RawContext{own.first(15), data, 20}, RawContext{longer, data, 20},
                       RawContext{known, data, 9}};
  Bytes bytes(encoded_size(raw));
  encode(raw, bytes);
  const auto decoded = decode_contexts(bytes);
  EXPECT_FALSE(decoded.fault);
  for (const auto& context : decoded.of) EXPECT_FALSE(context);
}

// --- Refusals ---

// AI at 0, AV at 56, 112 bytes.
class CreateContextFaults : public testing::Test {
 protected:
  void set16(std::size_t at, std::uint32_t value) {
    bytes[at] = static_cast<std::uint8_t>(value);
    bytes[at + 1] = static_cast<std::uint8_t>(value >> 8);
  }
  void set32(std::size_t at, std::uint32_t value) {
    set16(at, value & 0xFFFF);
    set16(at + 2, value >> 16);
  }
  std::optional<ContextFault> fault() const {
    const auto decoded = decode_contexts(bytes);
    for (const auto& context : decoded.of) EXPECT_FALSE(decoded.fault && context);
    return decoded.fault;
  }

  static constexpr std::size_t next = 0;
  static constexpr std::size_t name_offset = 4;
  static constexpr std::size_t name_length = 6;
  static constexpr std::size_t data_offset = 10;
  static constexpr std::size_t data_length = 12;
  static constexpr std::size_t second = 56;
  Bytes bytes = encoded({.app_instance_id = id, .app_instance_version = version});
};

TEST_F(CreateContextFaults, NoneAsItIs) { EXPECT_EQ(fault(), std::nullopt); }

TEST_F(CreateContextFaults, EveryTruncation) {
  const Bytes whole = bytes;
  for (std::size_t size = 1; size < whole.size(); ++size) {
    bytes.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_TRUE(fault()) << size;
  }
  bytes.resize(15);
  EXPECT_EQ(fault(), ContextFault::header_outside);
  bytes.assign(whole.begin(), whole.begin() + second + 15);
  EXPECT_EQ(fault(), ContextFault::header_outside);
  bytes.assign(whole.begin(), whole.begin() + second + 16);
  EXPECT_EQ(fault(), ContextFault::name_outside);
  bytes.assign(whole.begin(), whole.end() - 1);
  EXPECT_EQ(fault(), ContextFault::data_outside);
  bytes.assign(whole.begin(), whole.begin() + second);
  EXPECT_EQ(fault(), ContextFault::header_outside) << "Next points where nothing is";
  bytes.assign(whole.begin(), whole.begin() + second - 1);
  EXPECT_EQ(fault(), ContextFault::next_outside);
}

TEST_F(CreateContextFaults, OfNext) {
  const auto with_next = [&](std::uint32_t value) {
    set32(next, value);
    return fault();
  };
  EXPECT_EQ(with_next(55), ContextFault::next_misaligned);
  EXPECT_EQ(with_next(60), ContextFault::next_misaligned);
  EXPECT_EQ(with_next(8), ContextFault::next_in_header);
  EXPECT_EQ(with_next(16), ContextFault::name_outside) << "into its own name";
  EXPECT_EQ(with_next(24), ContextFault::name_outside);
  EXPECT_EQ(with_next(32), ContextFault::data_outside) << "into its own data";
  EXPECT_EQ(with_next(48), ContextFault::data_outside);
  EXPECT_EQ(with_next(120), ContextFault::next_outside);
  EXPECT_EQ(with_next(0xFFFFFFF8), ContextFault::next_outside) << "back, for who adds in 32 bits";
  EXPECT_EQ(with_next(0), std::nullopt) << "the second one is padding now";
  EXPECT_FALSE(app_instance_version(decode_contexts(bytes)));
}

TEST_F(CreateContextFaults, OfTheName) {
  const auto with_name = [&](std::uint32_t offset, std::uint32_t length) {
    set16(name_offset, offset);
    set16(name_length, length);
    return fault();
  };
  EXPECT_EQ(with_name(17, 16), ContextFault::name_misaligned);
  EXPECT_EQ(with_name(0, 16), ContextFault::name_in_header);
  EXPECT_EQ(with_name(8, 16), ContextFault::name_in_header);
  EXPECT_EQ(with_name(56, 16), ContextFault::name_outside) << "in the next context";
  EXPECT_EQ(with_name(48, 16), ContextFault::name_outside) << "that reaches into the next context";
  EXPECT_EQ(with_name(0xFFF8, 0xFFFF), ContextFault::name_outside);
  EXPECT_EQ(with_name(16, 3), ContextFault::name_too_short);
  EXPECT_EQ(with_name(16, 0), ContextFault::name_too_short);
  EXPECT_EQ(with_name(16, 4), std::nullopt) << "the name of another context";
  EXPECT_EQ(with_name(16, 17), ContextFault::data_in_name);
}

TEST_F(CreateContextFaults, OfTheData) {
  const auto with_data = [&](std::uint32_t offset, std::uint32_t length) {
    set16(data_offset, offset);
    set32(data_length, length);
    return fault();
  };
  EXPECT_EQ(with_data(33, 20), ContextFault::data_misaligned);
  EXPECT_EQ(with_data(36, 20), ContextFault::data_misaligned);
  EXPECT_EQ(with_data(0, 20), ContextFault::data_in_header);
  EXPECT_EQ(with_data(8, 20), ContextFault::data_in_header);
  EXPECT_EQ(with_data(16, 20), ContextFault::data_in_name);
  EXPECT_EQ(with_data(24, 20), ContextFault::data_in_name);
  EXPECT_EQ(with_data(56, 20), ContextFault::data_outside);
  EXPECT_EQ(with_data(40, 20), ContextFault::data_outside) << "that reaches into the next context";
  EXPECT_EQ(with_data(32, 25), ContextFault::data_outside);
  EXPECT_EQ(with_data(0xFFF8, 20), ContextFault::data_outside);
  EXPECT_EQ(with_data(32, 0xFFFFFFFF), ContextFault::data_outside);
  EXPECT_EQ(with_data(32, 24), std::nullopt) << "up to the next context";
  EXPECT_EQ(with_data(0, 0), std::nullopt);
  EXPECT_EQ(with_data(56, 0), std::nullopt);
  EXPECT_EQ(with_data(64, 0), ContextFault::data_outside);
  EXPECT_TRUE(has_wrong_size(decode_contexts(encoded({.app_instance_id = id, .app_instance_id_length = 0})),
                             ContextKind::app_instance_id));
}

TEST_F(CreateContextFaults, NoneWhereTheDataComeBeforeTheName) {
  bytes =
      hex("00000000 2800 1000 0000 1000 14000000"
          "1400 0000 00112233 44556677 8899AABB CCDDEEFF 00000000"
          "45BCA66A EFA7F74A 9008FA46 2E144D74");
  EXPECT_EQ(app_instance_id(decode_contexts(bytes)), id);
  set32(data_length, 25);
  EXPECT_EQ(fault(), ContextFault::data_in_name);
}

TEST_F(CreateContextFaults, OfShortVersionsAreReadUpToTheNameBehindThem) {
  bytes =
      hex("00000000 2000 1000 0000 1000 0C000000"
          "1800 0000 00000000 0807060504030201"
          "B982D0B7 3B56074F A07B524A 8116A010");
  EXPECT_EQ(fault(), std::nullopt);
  EXPECT_EQ(app_instance_version_unchecked(decode_contexts(bytes)), (VersionPair{version.high, 0}));
}

TEST_F(CreateContextFaults, OfTwoOfOneKind) {
  std::copy_n(bytes.begin() + 16, 16, bytes.begin() + second + 16);
  EXPECT_EQ(fault(), ContextFault::repeated);
}

TEST_F(CreateContextFaults, OfTooMany) {
  const Bytes name = hex("4D784163");
  std::vector<RawContext> raw(contexts_max, RawContext{name, {}, 0});
  bytes.assign(encoded_size(raw), 0);
  encode(raw, bytes);
  EXPECT_EQ(fault(), std::nullopt);
  raw.push_back(raw.front());
  bytes.assign(encoded_size(raw), 0);
  encode(raw, bytes);
  EXPECT_EQ(fault(), ContextFault::too_many);
}

// What is accepted lies inside of what was given, whichever bytes are wrong.
TEST_F(CreateContextFaults, OrDataInsideTheBytesWhateverIsWrong) {
  std::mt19937_64 random{2};
  std::size_t accepted = 0;
  const auto inside = [&](std::span<const std::uint8_t> part) {
    return part.empty() || (part.data() >= bytes.data() && part.data() + part.size() <= bytes.data() + bytes.size());
  };
  for (int i = 0; i < 30000; ++i) {
    bytes = encoded(random_contexts(random));
    for (std::uint64_t changes = random() % 3; changes > 0 && !bytes.empty(); --changes) {
      const std::size_t at = random() % bytes.size();
      bytes[at] = static_cast<std::uint8_t>(random() % 2 == 0 ? random() : random() % 64 * 8);
    }
    const auto decoded = decode_contexts(bytes);
    if (!decoded.fault) ++accepted;
    for (const auto& context : decoded.of) ASSERT_TRUE(!context || (inside(context->bytes) && inside(context->behind)));
  }
  EXPECT_GT(accepted, 3000U);
  EXPECT_LT(accepted, 29000U);
}

}  // namespace
}  // namespace procreg::impl
