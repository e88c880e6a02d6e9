#include "harness/fuzzing/contexts_input.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace procreg::fuzzing {
namespace {

using impl::context_kinds;
using impl::ContextKind;
using impl::DecodedContexts;
using impl::RawContext;
using Bytes = std::span<const std::uint8_t>;

bool lies_in(Bytes part, Bytes whole) {
  if (part.empty()) return true;
  constexpr std::less_equal<const std::uint8_t*> not_behind;
  return not_behind(whole.data(), part.data()) && not_behind(part.data() + part.size(), whole.data() + whole.size());
}

bool lie_in(const DecodedContexts& contexts, Bytes whole) {
  return std::all_of(contexts.of.begin(), contexts.of.end(), [&](const auto& context) {
    return !context || (lies_in(context->bytes, whole) && lies_in(context->behind, whole));
  });
}

std::vector<std::uint8_t> encoded(const DecodedContexts& contexts, const ContextCoding& coding) {
  std::vector<RawContext> raw;
  for (std::size_t i = 0; i < context_kinds; ++i) {
    if (!contexts.of[i]) continue;
    const Bytes data = contexts.of[i]->bytes;
    raw.push_back(
        {impl::wire_name(ContextKind{static_cast<std::uint8_t>(i)}), data, static_cast<std::uint32_t>(data.size())});
  }
  std::vector<std::uint8_t> bytes(impl::encoded_size(raw));
  coding.encode(raw, bytes);
  return bytes;
}

bool same_data(const DecodedContexts& a, const DecodedContexts& b) {
  for (std::size_t i = 0; i < context_kinds; ++i) {
    if (a.of[i].has_value() != b.of[i].has_value()) return false;
    if (a.of[i] && !std::ranges::equal(a.of[i]->bytes, b.of[i]->bytes)) return false;
  }
  return true;
}

// Those of their size.
impl::CreateContexts values(const DecodedContexts& contexts) {
  return {.app_instance_id = impl::app_instance_id(contexts),
          .app_instance_version = impl::app_instance_version(contexts),
          .durable_request = impl::durable_request(contexts),
          .durable_reconnect = impl::durable_reconnect(contexts)};
}

bool same_values(const impl::CreateContexts& a, const impl::CreateContexts& b) {
  return a.app_instance_id == b.app_instance_id && a.app_instance_version == b.app_instance_version &&
         a.durable_request == b.durable_request && a.durable_reconnect == b.durable_reconnect;
}

}  // namespace

std::string contexts_problem(std::span<const std::uint8_t> input, const ContextCoding& coding) {
  const DecodedContexts first = coding.decode(input);
  if (first.fault) {
    const bool some = std::any_of(first.of.begin(), first.of.end(), [](const auto& context) { return context; });
    return some ? "a refusal leaves contexts" : "";
  }
  if (!lie_in(first, input)) return "data outside of the input";
  const auto bytes = encoded(first, coding);
  const DecodedContexts second = coding.decode(bytes);
  if (second.fault) return "what was accepted is refused when it is encoded again";
  if (!same_data(first, second)) return "what is decoded again differs";
  const impl::EncodedContexts third{values(first)};
  return same_values(values(first), values(coding.decode(third.bytes()))) ? "" : "values that are decoded again differ";
}

}  // namespace procreg::fuzzing
