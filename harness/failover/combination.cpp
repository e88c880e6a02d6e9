#include "harness/failover/combination.h"

#include <fmt/format.h>

#include "api/smb.h"

namespace procreg::harness {
namespace {

using enum FailoverPart;

constexpr std::string_view dialects[] = {"2.0.2", "2.1", "3.0", "3.0.2", "3.1.1"};
constexpr std::string_view kinds_of_dialect[] = {"2.1", "3.0.2", "3.1.1"};
constexpr Dialect first_dialects[] = {Dialect::smb_2_1, Dialect::smb_3_0_2, Dialect::smb_3_1_1};
constexpr std::string_view same_or_not[] = {"same", "different"};
constexpr std::string_view ids[] = {"equal", "zero", "different", "absent"};
constexpr std::string_view versions[] = {"absent", "(0,0)",          "less by high",   "less by low",
                                         "equal",  "greater by low", "greater by high"};
constexpr std::string_view yes_or_no[] = {"yes", "no"};
constexpr std::string_view profiles[] = {"documented", "windows11"};

constexpr FailoverDimension dimensions[] = {
    {"path", "the second create names the same file or another one", same_or_not, false},
    {"second dialect", "what the second client asks for; the connection has the lower one of this and the server's",
     dialects, true},
    {"server dialect", "maxDialect of the server", dialects, true},
    {"second AI", "the id of the second create beside that of the first: equal, both all-zero, different, or absent",
     ids, false},
    {"share", "the same share or another one of the same local path", same_or_not, false},
    {"client GUID", "the second client's, beside the first one's", same_or_not, false},
    {"first AI", "whether the first create has an id", yes_or_no, false},
    {"first DH2Q", "whether the first create asks for durability, not persistent", yes_or_no, false},
    {"first dialect", "what the first client asks for: one of each kind, without contexts, without versions, with all",
     kinds_of_dialect, true},
    {"first AV", "whether the first create has a version, which is (7,5)", yes_or_no, false},
    {"second AV",
     "the version of the second create: absent, (0,0), or compared with (7,5), also where the first create has none",
     versions, false},
    {"second DH2Q", "whether the second create asks for durability, with a CreateGuid of its own", yes_or_no, false},
    {"second may read", "whether the acl lets the second user read; it asks for GENERIC_WRITE only", yes_or_no, false},
    {"profile", "the profile, whose flavour the server has", profiles, false},
};
static_assert(std::size(dimensions) == failover_parts);

constexpr std::uint64_t top_bit = std::uint64_t{1} << 63;  // greater only when compared unsigned
constexpr VersionPair version_of_first{7, 5};
constexpr VersionPair second_versions[] = {{},           {0, 0},      {6, ~std::uint64_t{0}}, {7, 4}, {7, 5},
                                           {7, top_bit}, {top_bit, 0}};

constexpr Guid guid_of(std::uint64_t k) { return {0x1111111100000000U + k, 0x4242424242424242U}; }
constexpr Guid application = guid_of(1);
constexpr Guid another_application = guid_of(2);
constexpr Guid first_client = guid_of(3);
constexpr Guid second_client = guid_of(4);

enum : std::uint16_t { first_connection = 1, second_connection, first_open, second_open };

constexpr std::uint32_t write_only = file_write_rights;

ConnectionRef connection(std::uint16_t base) { return {{.raw = {}, .name = {base, itself_part}}}; }

bool says_yes(const Combination& combination, FailoverPart part) { return combination[part] == 0; }
bool is_zero(const Combination& combination) { return ids[combination[second_id]] == "zero"; }

}  // namespace

std::span<const FailoverDimension> failover_dimensions() { return dimensions; }
const FailoverDimension& info(FailoverPart part) { return dimensions[static_cast<std::size_t>(part)]; }

std::size_t combination_count() {
  std::size_t count = 1;
  for (const FailoverDimension& dimension : dimensions) count *= dimension.values.size();
  return count;
}

Combination combination_at(std::size_t number) {
  Combination combination;
  for (std::size_t i = failover_parts; i-- > 0; number /= dimensions[i].values.size())
    combination.values[i] = static_cast<std::uint8_t>(number % dimensions[i].values.size());
  return combination;
}

std::size_t number_of(const Combination& combination) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < failover_parts; ++i)
    number = number * dimensions[i].values.size() + combination.values[i];
  return number;
}

std::string text(const Combination& combination) {
  std::string out;
  for (std::size_t i = 0; i < failover_parts; ++i)
    out += fmt::format("{}{} {}", i == 0 ? "" : "; ", dimensions[i].name, dimensions[i].values[combination.values[i]]);
  return out;
}

FailoverScripts::FailoverScripts() {
  script_.name = "Two clients open a file one after the other";
  script_.world_given = true;
  script_.world.machines = {{.name = "a"}, {.name = "b"}};
  script_.world.processes.clear();
  script_.names = {{"ca", {}}, {"cb", {}}, {"first", {}}, {"second", {}}};
  const auto text = [this](std::u16string_view content) { return RequiredText{script_.tables.text(content)}; };
  texts_ = {.server = text(u"s"),
            .data = text(u"data"),
            .other = text(u"other"),
            .folder = text(u"C:\\data"),
            .file = text(u"f"),
            .another = text(u"g"),
            .whole_path = text(u"C:\\data\\f"),
            .reader = text(u"user1"),
            .writer = text(u"user2")};
  written_ = {script_.tables.bytes({0x2A})};
  for (const std::string_view name : profiles) profiles_.push_back({std::string{name}, *find_profile(name)});
}

// The server and what it shares; another share only where it is used.
void FailoverScripts::start(const Combination& combination) {
  SmbServerStart server{.server = texts_.server};
  server.maxDialect.value = static_cast<Dialect>(combination[server_dialect]);
  script_.steps.emplace_back(server);
  script_.steps.emplace_back(SmbShare{.server = texts_.server, .share = texts_.data, .localPath = texts_.folder});
  if (combination[share] != 0)
    script_.steps.emplace_back(SmbShare{.server = texts_.server, .share = texts_.other, .localPath = texts_.folder});
  if (!says_yes(combination, may_read))
    script_.steps.emplace_back(SmbFileAcl{.server = texts_.server,
                                          .localFile = texts_.whole_path,
                                          .user = texts_.writer,
                                          .mask = FileRights{write_only}});
}

void FailoverScripts::connect(const Combination& combination) {
  SmbConnect first{.client = {MachineIndex{0}}, .as = {first_connection}, .server = texts_.server};
  first.clientGuid = first_client;
  first.dialect = first_dialects[combination[first_dialect]];
  script_.steps.emplace_back(first);
  SmbConnect second{.client = {MachineIndex{1}}, .as = {second_connection}, .server = texts_.server};
  second.clientGuid = combination[client_guid] == 0 ? first_client : second_client;
  second.dialect = static_cast<Dialect>(combination[second_dialect]);
  second.user.value = texts_.writer.ref;
  script_.steps.emplace_back(second);
}

Step FailoverScripts::first_create(const Combination& combination) const {
  SmbCreate create{.by = {}, .as = {first_open}, .conn = connection(first_connection)};
  create.share = texts_.data;
  create.path = texts_.file;
  if (says_yes(combination, first_id)) create.ai.value = is_zero(combination) ? zero_guid : application;
  if (says_yes(combination, first_version)) create.av.value = version_of_first;
  if (says_yes(combination, first_durable)) create.dh2q.value = DurableRequest{.createGuid = guid_of(5)};
  return create;
}

Step FailoverScripts::second_create_of(const Combination& combination) const {
  SmbCreate create{.by = {}, .as = {second_open}, .conn = connection(second_connection)};
  create.share = combination[share] == 0 ? texts_.data : texts_.other;
  create.path = combination[path] == 0 ? texts_.file : texts_.another;
  create.desiredAccess.value = FileAccess{FILE_GENERIC_WRITE};
  const std::string_view which = ids[combination[second_id]];
  if (which != "absent")
    create.ai.value = which == "zero" ? zero_guid : which == "equal" ? application : another_application;
  if (combination[second_version] != 0) create.av.value = second_versions[combination[second_version]];
  if (says_yes(combination, second_durable)) create.dh2q.value = DurableRequest{.createGuid = guid_of(6)};
  return create;
}

const Script& FailoverScripts::of(const Combination& combination) {
  script_.steps.clear();
  start(combination);
  connect(combination);
  script_.steps.push_back(first_create(combination));
  script_.steps.push_back(second_create_of(combination));
  SmbWrite write{.by = {}, .h = {{.raw = {}, .name = {first_open, itself_part}}}};
  write.bytes = written_;
  script_.steps.emplace_back(write);
  script_.profiles.assign(1, profiles_[combination[profile]]);
  return script_;
}

}  // namespace procreg::harness
