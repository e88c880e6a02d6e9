// Topic: how long texts may be and of what: paths, metadata keys and values, under all options.
#include <string>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"
#include "scenarios/properties/xml_names.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

// The longest text that a documented limit accepts.
std::size_t longest(const Profile& profile, std::size_t limit) {
  return profile[choice::string_limits] == StringLimits::characters ? limit : limit - 1;
}

// Lengths around the limit, and some far from it.
std::size_t any_length(Story& story, std::size_t limit) {
  const std::uint32_t which = story.below(8);
  if (which == 7) return 65536;
  if (which == 6) return story.between(1, static_cast<std::uint32_t>(limit));
  return limit + which - 3;
}

// Length is counted in code units, so a pair of surrogates counts twice.
std::u16string text_of(Story& story, std::size_t length, bool pairs_allowed) {
  std::u16string text(length, u'l');
  if (!pairs_allowed || length < 3 || story.coin()) return text;
  text[length - 2] = 0xD801;
  text[length - 1] = 0xDC00;
  return text;
}

bool keys_are_checked(const Story& story) {
  return story.profile()[choice::unregister_invalid_key] == UnregisterInvalidKey::as_register;
}

void paths(Story& story) {
  story.any(choice::string_limits);
  story.any(choice::unregister_invalid_key);
  const bool own_code = story.any(choice::file_path_too_long_code) == FilePathTooLongCode::filename_too_long;
  const std::size_t length = any_length(story, MAX_PATH);
  const TextIn path = story.text(text_of(story, length, true));
  const Result too_long = own_code ? HR_FILENAME_EXCED_RANGE : E_INVALIDARG;
  if (length > longest(story.profile(), MAX_PATH)) {
    story.must_be(story.reg_file(main, path), too_long, "a path is too long");
    story.must(!story.of(main).wer, "and not stored");
    story.must_be(story.reg_file(main, path, 3), E_INVALIDARG, "a wrong type is found first");
    story.must_be(story.reg_file(main, path, 1, 8), E_INVALIDARG, "and so is a wrong flag");
    return story.must_be(story.unreg_file(main, path), keys_are_checked(story) ? too_long : WER_E_NOT_FOUND,
                         "unregistering it is by the choice");
  }
  story.must_be(story.reg_file(main, path), S_OK, "a path is short enough");
  story.must(story.there(story.of(main).wer).files.at(0).path == *path.value, "and stored as it is");
  story.must_be(story.unreg_file(main, path), S_OK, "and found again");
}

void keys(Story& story) {
  story.any(choice::string_limits);
  story.any(choice::unregister_invalid_key);
  const auto charset = story.any(choice::metadata_key_charset);
  const std::size_t length = any_length(story, WER_METADATA_KEY_MAX_LENGTH);
  const TextIn key = story.text(text_of(story, length, charset == MetadataKeyCharset::xml_name));
  const TextIn value = story.text(u"v");
  const bool fits = length <= longest(story.profile(), WER_METADATA_KEY_MAX_LENGTH);
  story.must_be(story.reg_metadata(main, key, value), fits ? S_OK : E_INVALIDARG, "the length of a key decides");
  if (fits) story.must(story.there(story.of(main).wer).metadata.at(0).key == *key.value, "it is stored as it is");
  const Result refusal = keys_are_checked(story) ? E_INVALIDARG : WER_E_NOT_FOUND;
  story.must_be(story.unreg_metadata(main, key), fits ? S_OK : refusal, "it is found again, or is by the choice");
}

void values(Story& story) {
  story.any(choice::string_limits);
  const std::size_t length = any_length(story, WER_METADATA_VALUE_MAX_LENGTH);
  const TextIn key = story.text(u"key");
  const TextIn value = story.text(text_of(story, length, false));
  const bool fits = length <= longest(story.profile(), WER_METADATA_VALUE_MAX_LENGTH);
  story.must_be(story.reg_metadata(main, key, value), fits ? S_OK : E_INVALIDARG, "the length of a value decides");
  if (fits) story.must(story.there(story.of(main).wer).metadata.at(0).value == *value.value, "it is stored as it is");
  story.must_be(story.unreg_metadata(main, key), fits ? S_OK : WER_E_NOT_FOUND, "iff it was accepted there is a pair");
}

void restart_lines(Story& story) {
  story.any(choice::string_limits);
  const std::size_t length = any_length(story, RESTART_MAX_CMD_LINE);
  const TextIn line = story.text(text_of(story, length, true));
  const TextIn old = story.text(u"/old");
  const bool replaces = story.coin();
  if (replaces) story.must_be(story.reg_restart(main, old, 3), S_OK, "a short line is registered");
  const bool fits = length <= longest(story.profile(), RESTART_MAX_CMD_LINE);
  story.must_be(story.reg_restart(main, line), fits ? S_OK : E_INVALIDARG, "the length of a line decides");
  const auto& wer = story.of(main).wer;
  if (!fits && !replaces) return story.must(!wer, "and nothing is registered");
  const RestartEntry& restart = story.there(story.there(wer).restart);
  story.must(restart.commandLine == *(fits ? line : old).value, "it is stored as it is, or the old one stays");
  story.must(restart.flags == (fits ? 0U : 3U), "with its flags");
  if (!fits) return;
  const auto need = static_cast<std::uint32_t>(length + 1);
  story.must_be(story.get_restart(main, need - 1).result, WER_E_INSUFFICIENT_BUFFER,
                "one character less has no room for it");
  const Answer& answer = story.get_restart(main, need);
  story.must(answer.result == S_OK && answer.out[0] == line.value->index && answer.out[1] == need,
             "with its NUL it fits");
}

// Under all profiles its limit counts the NUL.
void local_dump_paths(Story& story) {
  story.any(choice::string_limits);
  story.spec(main).package = story.user(u"package");
  const std::size_t length = any_length(story, WER_MAX_LOCAL_DUMP_SUBPATH_LENGTH);
  const TextIn path = story.text(text_of(story, length, true));
  const TextIn old = story.text(u"old");
  const bool replaces = story.coin();
  if (replaces) story.must_be(story.reg_local_dump(main, old), S_OK, "a short path is registered");
  const bool fits = length < WER_MAX_LOCAL_DUMP_SUBPATH_LENGTH;
  story.must_be(story.reg_local_dump(main, path), fits ? S_OK : E_INVALIDARG, "the length of a path decides");
  const auto& wer = story.of(main).wer;
  if (!fits && !replaces) return story.must(!wer, "and nothing is registered");
  story.must(story.there(wer).head.appLocalDump == *(fits ? path : old).value,
             "it is stored as it is, or the old one stays");
}

// Mostly at the edges of ranges; never NUL, which ends a text.
char32_t any_code_point(Story& story) {
  const std::uint32_t which = story.below(8);
  if (which == 0) return story.between(1, 0x10FFFF);
  if (which == 1) return story.between(0xD800, 0xDFFF);  // a surrogate
  if (which < 5) return story.between(0x20, 0x7E);
  const bool starts = story.below(3) != 0;
  const std::span<const CodePoints> ranges = starts ? name_start_chars() : more_name_chars();
  const CodePoints range = ranges[story.below(static_cast<std::uint32_t>(ranges.size()))];
  const bool last = story.coin();
  return (last ? range.last : range.first) + story.below(3) - 1;
}

std::u16string any_key_text(Story& story) {
  std::u16string text;
  const bool starts_well = story.coin();
  if (starts_well) text.push_back(static_cast<char16_t>(story.one_of({U'k', U'_', U'X', U'\u00E9'})));
  for (std::uint32_t left = story.below(3); left > 0; --left) text += encoded(any_code_point(story));
  return text;
}

void key_names(Story& story) {
  const auto charset = story.any(choice::metadata_key_charset);
  story.any(choice::unregister_invalid_key);
  const std::u16string name = any_key_text(story);
  const TextIn key = story.text(name);
  const TextIn value = story.text(u"v");
  const bool is = is_name(name, charset);
  story.must_be(story.reg_metadata(main, key, value), is ? S_OK : E_INVALIDARG, "a key is a name by the choice");
  const Result refusal = keys_are_checked(story) ? E_INVALIDARG : WER_E_NOT_FOUND;
  story.must_be(story.unreg_metadata(main, key), is ? S_OK : refusal, "so it is when it is unregistered");
}

void value_characters(Story& story) {
  const TextIn key = story.text(u"key");
  const std::uint32_t at_an_edge = story.one_of({0x20U, 0x7EU, 0x1FU, 0x7FU, 0x09U, 0xA0U, 0x120U, 0xFF21U, 0xD800U});
  const std::uint32_t anything = story.between(1, 0xFFFF);
  const auto unit = static_cast<char16_t>(story.coin() ? at_an_edge : anything);
  std::u16string text(story.below(4), u'v');
  text.insert(story.below(static_cast<std::uint32_t>(text.size() + 1)), 1, unit);
  const bool printable = unit >= 0x20 && unit <= 0x7E;
  const TextIn value = story.text(text);
  story.must_be(story.reg_metadata(main, key, value), printable ? S_OK : E_INVALIDARG, "values are printable ASCII");
}

}  // namespace

Suite string_limits() {
  static const harness::Property all[] = {
      {"A file path is as long as string-limits says, and a longer one answers by file-path-too-long-code",
       about<"WER-ALL-19", "WER-ALL-20", "WER-FILE-02", "WER-FILE-03", "WER-FILE-04", "WER-FILE-12">(),
       run<paths, 300>},
      {"A metadata key is as long as string-limits says", about<"WER-ALL-20", "WER-META-02", "WER-META-13">(),
       run<keys, 300>},
      {"A metadata value is as long as string-limits says", about<"WER-ALL-20", "WER-META-04">(), run<values>},
      {"A restart line is as long as string-limits says, and read back whole",
       about<"WER-ALL-20", "WER-REC-14", "WER-REC-16", "WER-REC-21">(), run<restart_lines, 300>},
      {"The path of an app-local dump has 63 characters at most, under every profile",
       about<"WER-ALD-02", "WER-ALD-04">(), run<local_dump_paths>},
      {"A metadata key is a name by the tables of XML, or by those of the ASCII subset",
       about<"WER-META-03", "WER-META-13">(), run<key_names, 1000>},
      {"A metadata value is printable ASCII", about<"WER-META-05">(), run<value_characters>},
  };
  return all;
}

}  // namespace procreg::scenarios
