#include "scenarios/properties/smb_site.h"

#include <algorithm>

namespace procreg::scenarios {

using enum NtStatus;

Site::Site(Story& story)
    : story_{story},
      server_{story.required(u"files")},
      names_{story.required(u"data"), story.required(u"more")},
      folders_{story.required(u"C:\\Data"), story.required(u"C:\\More")},
      paths_{story.required(u"one"), story.required(u"Two\\three")},
      local_files_{{{story.required(u"C:\\Data\\one"), story.required(u"C:\\Data\\Two\\three")},
                    {story.required(u"C:\\More\\one"), story.required(u"C:\\More\\Two\\three")}}},
      other_user_{story.required(u"user2")},
      bytes_{story.bytes({0xA0}), story.bytes({0xA1}), story.bytes({0xA2}), story.bytes({0xA3})} {}

void Site::start(SmbServerStart with) const {
  with.server = server_;
  story_.must_be(story_.perform(with).result, applied, "a server starts");
}

void Site::start_any(Dialect lowest) const {
  Flavour flavour = any_flavour(story_);
  if (highest_dialect(flavour) < lowest) flavour = Flavour::generic;
  const Dialect highest = any_dialect(story_, lowest, highest_dialect(flavour));
  start({.maxDialect = {highest}, .flavour = {flavour}});
}

void Site::share(std::uint32_t share, SmbShare with) const {
  with.server = server_;
  with.share = names_.at(share);
  if (with.localPath == RequiredText{}) with.localPath = folders_.at(share);
  story_.must_be(story_.perform(with).result, applied, "a share is made");
}

Name Site::connect(std::uint32_t client, Dialect dialect, SmbConnect with) const {
  with.server = server_;
  with.clientGuid = client_guid(client);
  with.dialect = dialect;
  const Name made = story_.connect(with);
  story_.must_be(story_.last().result, applied, "a client connects");
  return made;
}

Name Site::connect_other_user(std::uint32_t client, Dialect dialect) const {
  return connect(client, dialect, {.user = {other_user_.ref}});
}

SmbCreate Site::on(Name conn, std::uint32_t share, std::uint32_t file) const {
  SmbCreate create;
  create.conn = connection(conn);
  create.share = names_.at(share);
  create.path = paths_.at(file);
  return create;
}

void Site::restrict(std::uint32_t share, std::uint32_t file, std::uint32_t mask) const {
  restrict(other_user_, share, file, mask);
}

void Site::restrict(RequiredText user, std::uint32_t share, std::uint32_t file, std::uint32_t mask) const {
  const SmbFileAcl acl{server_, local_files_.at(share).at(file), user, FileRights{mask}};
  story_.must_be(story_.perform(acl).result, applied, "a user's rights are set");
}

Name Site::make(const SmbCreate& create, std::string_view what) const {
  const Name made = story_.create_file(create);
  story_.must_be(story_.last().result, STATUS_SUCCESS, what);
  return made;
}

void Site::refused(const SmbCreate& create, NtStatus with, std::string_view what) const {
  story_.create_file(create);
  story_.must_be(story_.last().result, with, what);
}

const SeenServer& Site::seen() const { return Story::there(story_.seen().server(server_.ref), "the server is there"); }

const SnapConnection& Site::connection_of(Name conn) const {
  return Story::there(seen().connection(story_.connection_id(conn)), "the connection is there");
}

std::u16string Site::key(std::uint32_t share, std::uint32_t file) const {
  std::u16string key = story_.tables().at(local_files_.at(share).at(file).ref);
  for (char16_t& unit : key)
    if (unit >= u'A' && unit <= u'Z') unit = static_cast<char16_t>(unit - u'A' + u'a');
  return key;
}

std::vector<const SeenOpen*> Site::opens_of(std::uint32_t share, std::uint32_t file) const {
  const std::u16string wanted = key(share, file);
  std::vector<const SeenOpen*> found;
  for (const SeenOpen& open : seen().opens)
    if (open.key == wanted) found.push_back(&open);
  return found;
}

void Site::usable(Name open, std::string_view what) const {
  story_.must_be(story_.read(open, 0, 0).result, STATUS_SUCCESS, what);
}

void Site::dead(Name open, std::string_view what) const {
  story_.must_be(story_.read(open, 0, 0).result, STATUS_FILE_CLOSED, what);
}

void Site::forced(Name open, ForcedClose reason, std::string_view what) const {
  const SeenServer& now = seen();
  story_.must(!now.forced_closes.empty(), what);
  const SnapForcedClose& last = now.forced_closes.back();
  story_.must(last.open == story_.durable_of(open) && last.reason == reason, what);
  story_.must(find(open) == nullptr, what);
}

Flavour any_new_flavour(Story& story) { return story.one_of({Flavour::generic, Flavour::ws2016plus}); }

Flavour any_flavour(Story& story) {
  return story.one_of({Flavour::generic, Flavour::ws2012, Flavour::ws2012r2, Flavour::ws2016plus});
}

Dialect any_dialect(Story& story, Dialect lowest, Dialect highest) {
  return all_dialects[story.between(static_cast<std::uint32_t>(lowest), static_cast<std::uint32_t>(highest))];
}

VersionPair any_version(Story& story) {
  const auto half = [&] { return story.below(4) != 0 ? std::uint64_t{story.below(3)} : story.any_address(); };
  const std::uint64_t high = half();
  return {high, half()};
}

void any_hold(Story& story, SmbCreate& create, std::uint32_t key) {
  const HoldKind hold = story.one_of({HoldKind::none, HoldKind::batch, HoldKind::handle_lease});
  create.hold = {hold};
  if (hold == HoldKind::handle_lease) create.leaseKey = {lease_key(key)};
}

}  // namespace procreg::scenarios
