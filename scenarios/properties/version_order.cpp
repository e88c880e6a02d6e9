// Topic: the order of versions, held against numbers of 128 bits, on the machine and on the server.
#include "scenarios/properties/check.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;
using enum Win32Error;

__extension__ using Wide = unsigned __int128;

constexpr Name main = Story::main;

Wide wide(VersionPair version) { return Wide{version.high} << 64 | version.low; }

std::uint64_t near(Story& story, std::uint64_t half) {
  switch (story.below(4)) {
    case 0:
      return half;
    case 1:
      return half + 1;
    case 2:
      return half - 1;
    default:
      return story.any_address();
  }
}

// The same, next to it, in one half or in both; or any.
VersionPair near(Story& story, VersionPair version) {
  const std::uint64_t high = story.coin() ? version.high : near(story, version.high);
  return {high, near(story, version.low)};
}

VersionPair any_wide_version(Story& story) {
  const std::uint64_t high = story.any_address();
  return {high, story.any_address()};
}

void the_gate_compares_wide_numbers(Story& story) {
  story.set(choice::smb_version_zero, SmbVersionZero::real_version);
  const Site site{story};
  site.start({.flavour = {any_new_flavour(story)}});
  site.share();
  const Name conns[] = {site.connect(0), site.connect(1)};
  SmbCreate create = site.on(conns[0]);
  create.ai = {story.guid()};
  VersionPair held = any_wide_version(story);
  create.av = {held};
  Name holder = site.make(create);
  story.must(site.of(holder).is.version == held, "a first version is recorded");
  std::uint32_t by = 1;
  for (std::uint32_t left = story.between(1, 5); left > 0; --left) {
    const VersionPair mine = near(story, held);
    const bool greater = wide(mine) > wide(held);
    create.conn = connection(conns[by]);
    create.av = {mine};
    const Name made = story.create_file(create);
    story.must_be(story.last().result, greater ? STATUS_SUCCESS : STATUS_FILE_FORCED_CLOSED,
                  "a takeover needs a greater version");
    if (!greater) {
      site.usable(holder, "else the holder stays");
      continue;
    }
    story.must(site.of(made).is.version == mine, "and records it");
    holder = made;
    held = mine;
    by = 1 - by;
  }
}

void the_machine_compares_wide_numbers(Story& story) {
  story.set(choice::version_not_greater, VersionNotGreater::fail_invalid_parameter);
  story.set(choice::version_unregistered_guid, VersionUnregisteredGuid::accept);
  const Guid id = story.guid();
  VersionPair held = any_wide_version(story);
  story.must_be(story.set_version(main, {id}, held), ERROR_SUCCESS, "a first version is stored");
  for (std::uint32_t left = story.between(1, 5); left > 0; --left) {
    const VersionPair mine = near(story, held);
    const bool greater = wide(mine) > wide(held);
    story.must_be(story.set_version(main, {id}, mine), greater ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER,
                  "a later one has to be greater");
    if (greater) held = mine;
    story.must(story.there(story.machine().version(id)).version == held, "the greatest is kept");
  }
}

}  // namespace

Suite version_order() {
  static const harness::Property all[] = {
      {"A server lets a version take over iff it is greater as a number of 128 bits",
       about<"SMB-VER-01", "SMB-VER-04", "SMB-VER-07">(), run<the_gate_compares_wide_numbers>},
      {"Where a version has to be greater, it is as a number of 128 bits", about<"CCF-VER-04">(),
       run<the_machine_compares_wide_numbers>},
  };
  return all;
}

}  // namespace procreg::scenarios
