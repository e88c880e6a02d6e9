#include "scenarios/properties/report_folders.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <span>

#include "harness/scenario/json_text.h"
#include "harness/scenario/json_tree.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/snapshot_tree.h"

namespace procreg::scenarios {
namespace {

namespace fs = std::filesystem;
namespace json = harness::json;
using Shape = SnapNode::Shape;

const SnapNode& reports_node() { return snapshot_layout().children[1]; }

// --- Words ---

std::size_t end_of(const SnapNode& node, std::span<const std::uint64_t> words, std::size_t at) {
  const bool counted = node.shape == Shape::list || node.shape == Shape::optional;
  for (std::uint64_t left = counted ? words[at++] : 1; left > 0; --left) {
    for (const SnapField& field : node.fields)
      at += (field.nullable ? 1U : 0U) + (field.kind == SnapKind::guid ? 2U : 1U);
    for (const SnapNode& child : node.children) at = end_of(child, words, at);
  }
  return at;
}

// Where the words of the list of reports begin and end.
std::pair<std::size_t, std::size_t> reports_in(std::span<const std::uint64_t> words) {
  const SnapNode& world = snapshot_layout();
  const std::size_t begin = end_of(world.children[0], words, world.fields.size());
  return {begin, end_of(reports_node(), words, begin)};
}

// --- report.json ---

// How many members the JSON object of a record has.
std::size_t members_of(const SnapNode& node) {
  std::size_t members = node.fields.size();
  for (const SnapNode& child : node.children) members += child.shape == Shape::inline_record ? members_of(child) : 1;
  return members;
}

// Writes the words of a JSON value; each function answers false when it is not what the layout says.
class ReadBack {
 public:
  ReadBack(const WorldSpec& world, const Tables& tables) : world_{world}, tables_{tables} {}

  bool record(const SnapNode& node, const json::Node& value) {
    return value.is(json::Kind::object) && json::count(value) == members_of(node) && content(node, value);
  }
  SnapshotWords words() && { return std::move(words_); }
  // Of the dumps.
  const std::set<std::string>& files() const { return files_; }

 private:
  bool content(const SnapNode& node, const json::Node& object) {
    for (const SnapField& field : node.fields) {
      const json::Node* member = json::member(object, field.name);
      if (member == nullptr || !value(field, *member)) return false;
    }
    return std::all_of(node.children.begin(), node.children.end(), [&](const SnapNode& each) {
      if (each.shape == Shape::inline_record) return content(each, object);
      const json::Node* member = json::member(object, each.name);
      return member != nullptr && child(each, *member);
    });
  }

  bool child(const SnapNode& node, const json::Node& value) {
    if (node.shape == Shape::record) return record(node, value);
    if (node.shape == Shape::list) return list(node, value);
    words_.push_back(value.is(json::Kind::null) ? 0 : 1);
    return value.is(json::Kind::null) || record(node, value);
  }

  bool list(const SnapNode& node, const json::Node& list) {
    if (!list.is(json::Kind::array)) return false;
    words_.push_back(json::count(list));
    for (const json::Node& element : json::children(list))
      if (!(harness::bare_values(node) ? value(node.fields[0], element)
            : node.name == "dumps"     ? dump(node, element)
                                       : record(node, element)))
        return false;
    return true;
  }

  // It has one member more than the snapshot says: the name of its file, which no other has.
  bool dump(const SnapNode& node, const json::Node& value) {
    const json::Node* file = json::member(value, "file");
    return file != nullptr && file->is(json::Kind::text) && files_.insert(std::string{file->text}).second &&
           json::count(value) == members_of(node) + 1 && content(node, value);
  }

  bool value(const SnapField& field, const json::Node& value) {
    if (field.nullable) words_.push_back(value.is(json::Kind::null) ? 0 : 1);
    const auto word =
        field.nullable && value.is(json::Kind::null) ? std::optional<std::uint64_t>{0} : word_of(field, value);
    words_.push_back(word.value_or(0));
    return word.has_value();
  }

  std::optional<std::uint64_t> word_of(const SnapField& field, const json::Node& value) {
    switch (field.kind) {
      case SnapKind::boolean:
        return value.is(json::Kind::boolean) ? std::optional<std::uint64_t>{value.truth} : std::nullopt;
      case SnapKind::machine:
        return machine(value);
      case SnapKind::text:
        return value.is(json::Kind::text) ? std::optional{text(value.text)} : std::nullopt;
      case SnapKind::enumeration:
        return place(field.names(), value);
      case SnapKind::hex:
        return value.is(json::Kind::text) ? harness::hex_number(value.text) : std::nullopt;
      default:
        return value.is(json::Kind::text) ? harness::hex_number(value.text) : number(value);
    }
  }
  static std::optional<std::uint64_t> number(const json::Node& value) {
    return value.is(json::Kind::integer) && !value.negative ? std::optional{value.number} : std::nullopt;
  }
  template <class Words>
  static std::optional<std::uint64_t> place(const Words& words, const json::Node& value) {
    const auto found = std::find(words.begin(), words.end(), value.text);
    return value.is(json::Kind::text) && found != words.end()
               ? std::optional{static_cast<std::uint64_t>(found - words.begin())}
               : std::nullopt;
  }
  std::optional<std::uint64_t> machine(const json::Node& value) const {
    std::vector<std::string> names;
    for (const MachineSpec& machine : world_.machines) names.push_back(machine.name);
    return place(names, value);
  }
  // A text that no table has is one more than all: no report speaks of it.
  std::uint64_t text(const std::string& content) const {
    const std::u16string wanted = json::utf16(content);
    std::uint32_t index = 0;
    while (index < tables_.texts() && tables_.at(TextRef{index}) != wanted) ++index;
    return index;
  }

  const WorldSpec& world_;
  const Tables& tables_;
  std::set<std::string> files_{};
  SnapshotWords words_{};
};

// --- Report.wer ---

std::optional<std::u16string> decoded(const std::string& bytes) {
  if (!bytes.starts_with("\xFF\xFE") || bytes.size() % 2 != 0) return std::nullopt;
  std::u16string text;
  for (std::size_t i = 2; i < bytes.size(); i += 2)
    text += static_cast<char16_t>(static_cast<unsigned char>(bytes[i]) | static_cast<unsigned char>(bytes[i + 1]) << 8);
  return text;
}

bool only_pairs_of_surrogates(std::u16string_view text) {
  const auto is = [&](std::size_t i, char16_t first) { return i < text.size() && (text[i] & 0xFC00) == first; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is(i, 0xDC00)) return false;
    if (is(i, 0xD800) && !is(++i, 0xDC00)) return false;
  }
  return true;
}

using Lines = std::map<std::u16string_view, std::u16string_view>;

// Lines `key=value` from Version to the last field of a report, each key once, without another control character.
std::optional<Lines> lines_of(std::u16string_view text) {
  if (!text.starts_with(u"Version=1\r\n") || !only_pairs_of_surrogates(text)) return std::nullopt;
  Lines lines;
  std::u16string_view last;
  while (!text.empty()) {
    const std::size_t end = text.find(u"\r\n");
    if (end == std::u16string_view::npos) return std::nullopt;
    last = text.substr(0, end);
    text.remove_prefix(end + 2);
    const bool has_control = std::any_of(last.begin(), last.end(), [](char16_t unit) { return unit < 0x20; });
    const std::size_t equals = last.find(u'=');
    if (has_control || equals == std::u16string_view::npos) return std::nullopt;
    if (!lines.emplace(last.substr(0, equals), last.substr(equals + 1)).second) return std::nullopt;
  }
  return last.starts_with(u"Procreg.Restarted.CommandLine=") ? std::optional{std::move(lines)} : std::nullopt;
}

bool is_surrogate(char16_t unit) { return (unit & 0xF800) == 0xD800; }

// A text as docs/report-folder.md says that Report.wer shows it.
std::u16string on_a_line(std::u16string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    char16_t& unit = text[i];
    if (unit < 0x20) {
      unit = static_cast<char16_t>(unit + 0x2400);
    } else if (unit == 0x7F) {
      unit = 0x2421;
    } else if ((unit > 0x7F && unit < 0xA0) || unit == 0x2028 || unit == 0x2029) {
      unit = 0xFFFD;
    } else if (is_surrogate(unit)) {
      const bool is_pair = i + 1 < text.size() && only_pairs_of_surrogates({&unit, 2});
      if (is_pair) ++i;
      if (!is_pair) unit = 0xFFFD;
    }
  }
  return text;
}

// Compares the fields of report.json, all that are in no list, with Report.wer.
class SameInBoth {
 public:
  explicit SameInBoth(const Lines& lines) : lines_{lines} {}

  bool report(const json::Node& report) const {
    return same("EventType", json::member(report, "event")->text) && fields("Procreg.", reports_node(), &report);
  }

 private:
  // Without an object all are empty.
  bool fields(const std::string& at, const SnapNode& node, const json::Node* object) const {
    const auto in = [&](std::string_view name) { return object == nullptr ? nullptr : json::member(*object, name); };
    return std::all_of(node.fields.begin(), node.fields.end(),
                       [&](const SnapField& field) {
                         return same(at + capitalised(field.name), shown(field, in(field.name)));
                       }) &&
           std::all_of(node.children.begin(), node.children.end(), [&](const SnapNode& child) {
             if (child.shape == Shape::list) return true;
             if (child.shape == Shape::inline_record) return fields(at, child, object);
             const json::Node* value = in(child.name);
             return fields(at + capitalised(child.name) + '.', child,
                           value != nullptr && value->is(json::Kind::null) ? nullptr : value);
           });
  }
  static std::string capitalised(std::string_view name) {
    std::string text{name};
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
  }
  static std::string shown(const SnapField& field, const json::Node* value) {
    if (value == nullptr || value->is(json::Kind::null)) return "";
    if (value->is(json::Kind::boolean)) return value->truth ? "1" : "0";
    if (value->is(json::Kind::integer)) return std::to_string(value->number);
    const bool is_large = field.kind == SnapKind::number;  // too large for a number of JSON
    return is_large ? std::to_string(harness::hex_number(value->text).value_or(0)) : value->text;
  }
  bool same(const std::string& key, const std::string& value) const {
    const auto line = lines_.find(json::utf16(key));
    return line != lines_.end() && line->second == on_a_line(json::utf16(value));
  }

  const Lines& lines_;
};

// --- Folders ---

std::string content(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string right_name(const json::Node& report) {
  const auto part = [&](std::string_view name) { return json::member(report, name); };
  return fmt::format("{}_{}_{}", part("id")->number, part("cause")->text, part("process")->number);
}

// The two files of a report and those of its dumps, each of which is a minidump.
bool has_exactly(const fs::path& folder, std::set<std::string> dumps) {
  for (const std::string& dump : dumps)
    if (content(folder / dump).substr(0, 4) != "MDMP") return false;
  dumps.insert({"report.json", "Report.wer"});
  std::set<std::string> found;
  for (const auto& entry : fs::directory_iterator{folder}) found.insert(entry.path().filename().string());
  return found == dumps;
}

struct ShownReport {
  std::uint64_t id{};
  SnapshotWords words{};
};

std::optional<ShownReport> report_shown(const fs::path& folder, const WorldSpec& world, const Tables& tables) {
  const json::Document document = json::parse(content(folder / "report.json"));
  const auto wer = decoded(content(folder / "Report.wer"));
  if (document.nodes.empty() || !wer) return std::nullopt;
  const auto lines = lines_of(*wer);
  ReadBack read{world, tables};
  const json::Node& report = document.nodes.front();
  if (!read.record(reports_node(), report) || folder.filename() != right_name(report)) return std::nullopt;
  if (!lines || !SameInBoth{*lines}.report(report) || !has_exactly(folder, read.files())) return std::nullopt;
  return ShownReport{json::member(report, "id")->number, std::move(read).words()};
}

fs::path own_folder() {
  std::error_code error;
  std::string made = (fs::temp_directory_path(error) / "procreg-reports-XXXXXX").string();
  return error || mkdtemp(made.data()) == nullptr ? fs::path{} : fs::path{made};
}

}  // namespace

std::optional<SnapshotWords> reports_shown(const fs::path& archive, const WorldSpec& world, const Tables& tables) {
  std::map<std::uint64_t, SnapshotWords> reports;
  for (const auto& entry : fs::directory_iterator{archive}) {
    auto report = report_shown(entry.path(), world, tables);
    if (!report || !reports.emplace(report->id, std::move(report->words)).second) return std::nullopt;
  }
  SnapshotWords words{reports.size()};
  for (const auto& [id, report] : reports) words.insert(words.end(), report.begin(), report.end());
  return words;
}

ShownByFolders::ShownByFolders(std::unique_ptr<harness::Subject> inner) : Wrapped{std::move(inner)} {
  if (inner_->reports() == nullptr) {
    unusable_ = "the subject writes no report folders";
    return;
  }
  const fs::path own = own_folder();
  if (own.empty()) unusable_ = "no temporary folder can be made";
  folder_ = own / "0";
}

ShownByFolders::~ShownByFolders() {
  inner_.reset();
  std::error_code ignored;
  if (unusable_.empty()) fs::remove_all(folder_.parent_path(), ignored);
}

void ShownByFolders::reset(const WorldSpec& world, const Tables& tables, const Profile& profile) {
  world_ = world;
  tables_ = &tables;
  std::error_code ignored;
  const fs::path before = std::exchange(folder_, folder_.parent_path() / std::to_string(++worlds_));
  const std::string problem = inner_->reports()->keep_in(folder_.string());
  if (!problem.empty()) throw std::runtime_error{problem};
  fs::remove_all(before, ignored);
  inner_->reset(world, tables, profile);
}

bool ShownByFolders::snapshot(SnapshotWords& words) {
  SnapshotWords own;
  if (!inner_->snapshot(own)) return false;
  const std::string problem = inner_->reports()->failure();
  if (!problem.empty()) throw std::runtime_error{problem};
  const auto [begin, end] = reports_in(own);
  const auto at = [&](std::size_t word) { return own.begin() + static_cast<std::ptrdiff_t>(word); };
  const auto shown = reports_shown(folder_ / "ReportArchive", world_, *tables_);
  agrees_ = shown && std::equal(shown->begin(), shown->end(), at(begin), at(end));
  words.insert(words.end(), own.begin(), at(begin));
  if (shown) words.insert(words.end(), shown->begin(), shown->end());
  words.insert(words.end(), at(end), own.end());
  return true;
}

}  // namespace procreg::scenarios
