// Topic: what GetApplicationRestartSettings reads, and into what.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

struct Reading {
  std::optional<std::uint32_t> size{};  // *pcchSize
  bool buffer{};
  bool flags{};
  bool bad_handle{};
};

struct Expected {
  Result result{};
  std::optional<TextRef> line{};
  std::optional<std::uint32_t> size{};
  std::optional<std::uint32_t> flags{};
};

Reading any_reading(Story& story, std::uint32_t need) {
  Reading reading;
  if (story.below(8) != 0) reading.size = story.one_of({0U, 1U, need - 1, need, need + 1, 0xFFFFFFFFU});
  reading.buffer = story.below(3) != 0;
  reading.flags = story.below(4) != 0;
  reading.bad_handle = story.below(8) == 0;
  return reading;
}

Expected expected(const Profile& profile, const std::optional<SeenWer>& wer, const Tables& tables,
                  const Reading& reading) {
  if (!reading.size || (!reading.buffer && *reading.size != 0)) return {.result = E_INVALIDARG};
  if (reading.bad_handle) return {.result = HR_INVALID_HANDLE};
  if (!wer || !wer->restart) {
    Expected absent{.result = WER_E_NOT_FOUND};
    const bool zero = profile[choice::restart_absent_size] == RestartAbsentSize::zero_when_storage_exists;
    if (zero && wer && wer->head.storageExists) absent.size = 0;
    return absent;
  }
  const auto need = static_cast<std::uint32_t>(tables.at(wer->restart->commandLine).size() + 1);
  Expected present{.result = S_OK, .line = {}, .size = need, .flags = {}};
  if (reading.buffer && *reading.size < need) {
    present.result = WER_E_INSUFFICIENT_BUFFER;
    if (*reading.size != 0) present.line = empty_text;
    return present;
  }
  if (reading.buffer) present.line = wer->restart->commandLine;
  if (reading.flags) present.flags = wer->restart->flags;
  return present;
}

void reads(Story& story, HandleRef process, const Reading& reading, std::optional<SeenWer> wer) {
  const HandleRef from = reading.bad_handle ? handle(unowned_handle) : process;
  const Caller by{{.raw = {}, .name = {main.base, itself_part}}};
  const Answer& answer =
      story.perform(GetApplicationRestartSettings{by, from, {reading.buffer}, {reading.size}, {reading.flags}});
  const Expected want = expected(story.profile(), wer, story.tables(), reading);
  story.must_be(answer.result, want.result, "arguments, handle, registration and size decide in this order");
  const auto shown = [&answer](std::size_t i) { return (answer.written >> i & 1U) != 0; };
  story.must(shown(0) == want.line.has_value(), "the buffer is written or not");
  if (want.line) story.must(answer.out[0] == want.line->index, "with the line, or NUL where it has no room");
  story.must(shown(1) == want.size.has_value(), "the size is written or not");
  if (want.size) story.must(answer.out[1] == *want.size, "with the size that is needed");
  story.must(shown(2) == want.flags.has_value(), "the flags are written with success only");
  if (want.flags) story.must(answer.out[2] == *want.flags, "as they are");
}

void a_restart_is_read_as_far_as_there_is_room(Story& story) {
  const bool undefined_bits = story.any(choice::undefined_flag_bits) == UndefinedFlagBits::accept;
  story.any(choice::restart_absent_size);
  const std::uint32_t length = story.one_of({5U, 0U, 1U, 1023U});
  const TextIn line = story.text(std::u16string(length, u'l'));
  const Name other = story.process();
  const bool own = story.coin();
  const Name of = own ? main : other;
  if (story.coin()) story.hold(of, 1);
  const std::uint32_t flags = undefined_bits && story.coin() ? story.any_number() : story.below(16);
  const std::uint32_t which = story.below(4);
  if (which != 0) story.must_be(story.reg_restart(of, line, flags), S_OK, "a restart is registered");
  if (which == 1) story.must_be(story.unreg_restart(of), S_OK, "and unregistered");
  const HandleRef process = own ? handle(current_process) : handle(story.open(main, PROCESS_ALL_ACCESS, pid(other)));
  const Seen before = story.seen();
  for (std::uint32_t left = story.between(1, 3); left > 0; --left)
    reads(story, process, any_reading(story, length + 1), story.of(of).wer);
  story.must_be_unchanged(before, "reading changes nothing");
}

}  // namespace

Suite restart_settings() {
  static const harness::Property all[] = {
      {"A registered restart is read as far as there is room",
       about<"WER-REC-15", "WER-REC-16", "WER-REC-18", "WER-REC-19", "WER-REC-20", "WER-REC-21", "WER-REC-28">(),
       run<a_restart_is_read_as_far_as_there_is_room, 400>},
  };
  return all;
}

}  // namespace procreg::scenarios
