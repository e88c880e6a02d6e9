#include "impl/store/report_wer.h"

#include <optional>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::string_view ours = "Procreg.";
constexpr char16_t replacement = 0xFFFD;
constexpr char16_t control_pictures = 0x2400;
constexpr char16_t delete_picture = 0x2421;

// WER_REPORT_TYPE
constexpr std::uint64_t WerReportApplicationCrash = 2;
constexpr std::uint64_t WerReportApplicationHang = 3;
// WER_FILE_TYPE
constexpr std::uint64_t WerFileTypeUserDocument = 4;
constexpr std::uint64_t WerFileTypeOther = 5;
constexpr FileType WerRegFileTypeUserDocument{1};

char16_t shown(char16_t unit) noexcept {
  if (unit < 0x20) return static_cast<char16_t>(control_pictures + unit);
  if (unit == 0x7F) return delete_picture;
  const bool ends_a_line = unit == 0x2028 || unit == 0x2029;
  const bool is_control = unit >= 0x80 && unit < 0xA0;
  return ends_a_line || is_control ? replacement : unit;
}

class WerText {
 public:
  void line(std::string_view key, std::string_view value) {
    put(key);
    unit(u'=');
    put(value);
    end();
  }
  void line(std::string_view key, std::u16string_view value) {
    put(key);
    unit(u'=');
    put(value);
    end();
  }
  void line(std::string_view key, bool value) { line(key, value ? std::string_view{"1"} : std::string_view{"0"}); }
  void line(std::string_view key, std::uint64_t value) { line(key, std::string_view{decimal(value)}); }
  void line(std::string_view key, Hex value) { line(key, std::string_view{hexadecimal(value.value)}); }

  std::string take() && { return std::move(bytes_); }

 private:
  void put(std::string_view ascii) {
    for (const char c : ascii) unit(static_cast<char16_t>(c));
  }
  void put(std::u16string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (is_high_surrogate(text[i]) && i + 1 < text.size() && is_low_surrogate(text[i + 1])) {
        unit(text[i]);
        unit(text[++i]);
      } else {
        unit(is_high_surrogate(text[i]) || is_low_surrogate(text[i]) ? replacement : shown(text[i]));
      }
    }
  }
  void end() {
    unit(u'\r');
    unit(u'\n');
  }
  void unit(char16_t unit) {
    bytes_ += static_cast<char>(unit & 0xFF);
    bytes_ += static_cast<char>(unit >> 8);
  }

  std::string bytes_{"\xFF\xFE"};
};

// "Dump", 2 -> "Dump[2]."
std::string place(std::string_view list, std::size_t index) { return std::string{list} + '[' + decimal(index) + "]."; }

std::string capitalised(std::string_view field) {
  std::string text{field};
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string event_time(std::uint64_t ms) { return ms == 0 ? "0" : decimal(ms) + "0000"; }

std::string guid_of(ReportId id) {
  const std::string digits = decimal(number(id));
  return "00000000-0000-0000-0000-" + std::string(12 - digits.size(), '0') + digits;
}

class ReportWriter {
 public:
  ReportWriter(const ReportTexts& texts, std::span<const DumpFile> files) : texts_{texts}, files_{files} {}

  std::string write(const Report& report) && {
    known_to_wer(report);
    known_to_us(report);
    return std::move(wer_).take();
  }

 private:
  void known_to_wer(const Report& report) {
    const ReportHead& head = report.head;
    wer_.line("Version", std::uint64_t{1});
    wer_.line("EventType", texts_.at(head.event));
    wer_.line("EventTime", std::string_view{event_time(head.time)});
    wer_.line("ReportType", head.cause == Cause::crash ? WerReportApplicationCrash : WerReportApplicationHang);
    wer_.line("ReportIdentifier", std::string_view{guid_of(head.id)});
    records("Sig", report.signature);
    records("State", report.metadata);
    std::size_t added = 0;
    for (const ReportedFile& file : report.files)
      if (file.status == FileStatus::added) write_file(place("File", added++), file);
  }

  void write_file(const std::string& at, const ReportedFile& file) {
    wer_.line(at + "Path", texts_.at(file.path));
    wer_.line(at + "Flags", std::uint64_t{file.flags});
    wer_.line(at + "Type", file.type == WerRegFileTypeUserDocument ? WerFileTypeUserDocument : WerFileTypeOther);
  }

  void known_to_us(const Report& report) {
    const std::string at{ours};
    fields(at, report.head);
    fields(at, report.flags);
    records(at + "Module", report.modules);
    fields(at + "Debugger.", report.debugger);
    for (std::size_t i = 0; i < report.dumps.size(); ++i) {
      write_dump(place(at + "Dump", i), report.dumps[i]);
      if (!files_.empty())
        wer_.line(place(at + "Dump", i) + "File", std::string_view{files_[i].written ? files_[i].name : ""});
    }
    records(at + "NotCollected", report.not_collected);
    write_failures(at + "NotCollected", report);
    records(at + "File", report.files);
    records(at + "Block", report.blocks);
    records(at + "Excluded", report.excluded);
    optional(at + "AppLocalDump.", report.app_local_dump);
    optional(at + "Recovery.", report.recovery);
    optional(at + "Restarted.", report.restarted);
  }

  void write_failures(const std::string& list, const Report& report) {
    std::size_t next = report.not_collected.size();
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (files_[i].written) continue;
      value(place(list, next) + "Process", report.dumps[i].head.process);
      wer_.line(place(list, next++) + "Reason", write_failed);
    }
  }

  void write_dump(const std::string& at, const Dump& dump) {
    fields(at, dump.head);
    std::string threads;
    for (const DumpedThread& thread : dump.threads)
      threads += (threads.empty() ? "" : ",") + decimal(number(thread.tid));
    wer_.line(at + "Threads", std::string_view{threads});
    std::string ranges;
    for (const SnapRange& range : dump.ranges)
      ranges += (ranges.empty() ? "" : ",") + hexadecimal(static_cast<std::uint64_t>(range.begin)) + '-' +
                hexadecimal(static_cast<std::uint64_t>(range.end));
    wer_.line(at + "Ranges", std::string_view{ranges});
  }

  template <class T>
  void value(const std::string& key, const T& value) {
    wer_.line(key, plain(value, texts_));
  }
  template <class T>
  void value(const std::string& key, const std::optional<T>& value) {
    if (!value) return wer_.line(key, std::string_view{});
    this->value(key, *value);
  }

  template <Described Record>
  void fields(const std::string& at, const Record& record) {
    Record::fields::each([&](auto field) { value(at + capitalised(field.name), record.*(field.member)); });
  }
  template <class Record>
  void optional(const std::string& at, const std::optional<Record>& record) {
    if (record) return fields(at, *record);
    Record::fields::each([&](auto field) { wer_.line(at + capitalised(field.name), std::string_view{}); });
  }
  template <class Record>
  void records(std::string_view list, std::span<const Record> records) {
    for (std::size_t i = 0; i < records.size(); ++i) fields(place(list, i), records[i]);
  }

  const ReportTexts& texts_;
  std::span<const DumpFile> files_;
  WerText wer_{};
};

}  // namespace

std::string report_wer(const Report& report, const ReportTexts& texts, std::span<const DumpFile> files) {
  return ReportWriter{texts, files}.write(report);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
