// The bytes of a fuzzer as the create contexts of an SMB2 request.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "impl/smb/create_contexts.h"

namespace procreg::fuzzing {

struct ContextCoding {
  impl::DecodedContexts (*decode)(std::span<const std::uint8_t>) = impl::decode_contexts;
  void (*encode)(std::span<const impl::RawContext>, std::span<std::uint8_t>) = impl::encode;
};

// What is wrong with decoding the input: a refusal that leaves contexts, data outside of the input, or contexts that are not
// encoded and decoded again to the same. "" when all is well.
std::string contexts_problem(std::span<const std::uint8_t> input, const ContextCoding& coding = {});

}  // namespace procreg::fuzzing
