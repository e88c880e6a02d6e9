// Laws of the version functions: whom a version belongs to, how it ends, and which opens carry it.
#include "scenarios/properties/check.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

constexpr Name main = Story::main;

Result registering(const Profile& profile, std::optional<VersionPair> stored, VersionPair now) {
  if (!stored) return ERROR_SUCCESS;
  switch (profile[choice::version_not_greater]) {
    case VersionNotGreater::overwrite:
      return ERROR_SUCCESS;
    case VersionNotGreater::fail_invalid_parameter:
      return now > *stored ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
    default:
      return ERROR_OBJECT_ALREADY_EXISTS;
  }
}

void must_be_stored(Story& story, Name by, Guid id, VersionPair version, std::string_view what) {
  const Answer answer = story.query_version(by, {id});
  story.must_be(answer.result, ERROR_SUCCESS, what);
  story.must(answer.written == 7 && VersionPair{answer.out[0], answer.out[1]} == version && answer.out[2] == 0, what);
  const SnapVersion* stored = story.machine(story.key(by).machine).version(id);
  story.must(stored != nullptr && stored->version == version, what);
}

void tagged(Story& story, Name process, Guid id) {
  story.must_be(story.tag(process, handle(current_process), {id}), ERROR_SUCCESS, "a process is tagged");
}

void zero_is_a_version(Story& story) {
  story.any(choice::version_not_greater);
  const Guid id = story.guid();
  tagged(story, main, id);
  std::optional<VersionPair> stored;
  for (std::uint32_t left = story.between(1, 4); left > 0; --left) {
    const VersionPair version = story.coin() ? VersionPair{} : any_version(story);
    const Result expected = registering(story.profile(), stored, version);
    story.must_be(story.set_version(main, {id}, version), expected, "(0,0) counts like any version");
    if (expected == ERROR_SUCCESS) stored = version;
    must_be_stored(story, main, id, *stored, "and is read back");
    story.must(story.open_tag(main).version == stored, "and carried by opens");
  }
}

void a_version_outlives_its_processes(Story& story) {
  const Name holder = story.process();
  const Guid id = story.guid();
  const VersionPair version = any_version(story);
  tagged(story, holder, id);
  story.must_be(story.set_version(story.coin() ? holder : main, {id}, version), ERROR_SUCCESS, "it has a version");
  if (story.coin()) {
    story.exit(holder);
  } else {
    story.crash(holder);
    story.choose(holder, UserAction::close);
    if (!story.is(holder, ProcessState::Exited)) story.advance(default_durable_timeout_ms);
  }
  story.must(story.is(holder, ProcessState::Exited), "the process exits");
  must_be_stored(story, main, id, version, "the version stays when the tagged process exits");
}

void unloading_loses_the_versions(Story& story) {
  story.set(choice::ccf_unload, CcfUnload::drop_cache);
  story.set(choice::version_unregistered_guid, VersionUnregisteredGuid::accept);
  const bool zero = story.any(choice::version_query_unknown) == VersionQueryUnknown::succeed_zero;
  const std::uint32_t n = story.between(1, 3);
  if (story.coin()) tagged(story, main, Story::guid(0));
  for (std::uint32_t k = 0; k < n; ++k)
    story.must_be(story.set_version(main, {Story::guid(k)}, any_version(story)), ERROR_SUCCESS, "a version is stored");
  story.must(story.machine().versions.size() == n, "each of its own");
  story.unload();
  story.must(story.machine().versions.empty(), "unloading the filter loses the versions");
  story.load();
  story.must(story.machine().versions.empty() && story.machine().tags.empty(), "for good, as it does the tags");
  story.must_be(story.query_version(main, {Story::guid(0)}).result, zero ? ERROR_SUCCESS : ERROR_NOT_FOUND,
                "none is found");
}

// A server of 3.1.1 with both shares, main tagged {g1}, and its connection.
Name tagged_client(Story& story, const Site& site) {
  site.start({.flavour = {any_new_flavour(story)}});
  site.share(0);
  site.share(1);
  tagged(story, main, Story::guid(0));
  return site.connect(0);
}

Name open_by_main(const Site& site, Name conn, std::uint32_t k) {
  SmbCreate create = site.on(conn, k / Site::files, k % Site::files);
  create.by = {caller(main)};
  return site.make(create, "main opens a file");
}

void later_opens_carry_the_new_version(Story& story) {
  story.set(choice::version_not_greater, VersionNotGreater::overwrite);
  story.set(choice::smb_version_zero, SmbVersionZero::real_version);
  const Site site{story};
  const Name conn = tagged_client(story, site);
  std::vector<std::pair<Name, std::optional<VersionPair>>> opens;
  std::optional<VersionPair> version;
  for (std::uint32_t k = 0; k < Site::shares * Site::files; ++k) {
    if (k > 0 || story.coin()) {
      version = any_version(story);
      story.must_be(story.set_version(main, {Story::guid(0)}, *version), ERROR_SUCCESS, "the version changes");
    }
    const Name made = open_by_main(site, conn, k);
    opens.push_back({made, version});
    for (const auto& [open, carried] : opens)
      story.must(site.of(open).is.version == carried && site.of(open).is.appInstanceId == Story::guid(0),
                 "each open has the version of its time");
  }
}

void after_a_reset_opens_carry_no_version(Story& story) {
  story.set(choice::version_reset_scope, VersionResetScope::versions_only);
  story.set(choice::smb_version_zero, SmbVersionZero::real_version);
  const Site site{story};
  const Name conn = tagged_client(story, site);
  const VersionPair version = any_version(story);
  story.must_be(story.set_version(main, {Story::guid(0)}, version), ERROR_SUCCESS, "main has a version");
  const Name before = open_by_main(site, conn, 0);
  story.must_be(story.reset_versions(main), ERROR_SUCCESS, "all versions are reset");
  const Story::Carried carried = story.open_tag(main);
  story.must(carried.id == Story::guid(0) && !carried.version, "later opens carry the id but no version");
  const Name after = open_by_main(site, conn, story.between(1, 3));
  story.must(site.of(after).is.appInstanceId == Story::guid(0) && !site.of(after).is.version, "also over SMB");
  story.must(site.of(before).is.version == version, "an earlier one keeps its version");
}

}  // namespace

Suite version_laws() {
  static const harness::Property all[] = {
      {"(0,0) is an ordinary version on its machine", about<"CCF-VER-05">(), run<zero_is_a_version>},
      {"A version stays when the processes that carry its GUID exit", about<"CCF-VER-09">(),
       run<a_version_outlives_its_processes>},
      {"Unloading a filter that drops its cache loses the versions with the tags", about<"CCF-VER-10">(),
       run<unloading_loses_the_versions>},
      {"A changed version is carried by later opens only", about<"CCF-VER-11">(),
       run<later_opens_carry_the_new_version>},
      {"After a reset opens carry the id but no version", about<"CCF-VER-12">(),
       run<after_a_reset_opens_carry_no_version>},
  };
  return all;
}

}  // namespace procreg::scenarios
