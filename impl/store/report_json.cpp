#include "impl/store/report_json.h"

#include <optional>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::uint64_t exact_integer_max = std::uint64_t{1} << 53;  // above it a number is a text, 0x...

void append_utf8(std::string& out, char32_t code) {
  const auto byte = [&](char32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
  }
  byte(0x80 | (code & 0x3F));
}

void append_escape(std::string& out, char16_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (const int shift : {12, 8, 4, 0}) out += digits[unit >> shift & 0xF];
}

// A character that is no pair of surrogates.
void append_character(std::string& out, char16_t unit) {
  constexpr std::string_view short_ones = "\"\\\n\t\r";
  constexpr std::string_view letters = "\"\\ntr";
  const std::size_t found = unit < 0x80 ? short_ones.find(static_cast<char>(unit)) : std::string_view::npos;
  if (found != std::string_view::npos) {
    out += {'\\', letters[found]};
  } else if (unit < 0x20 || unit == 0x7F || is_high_surrogate(unit) || is_low_surrogate(unit)) {
    append_escape(out, unit);
  } else {
    append_utf8(out, unit);
  }
}

class JsonText {
 public:
  std::string take() && { return std::move(out_ += '\n'); }

  void key(std::string_view key) {
    next();
    out_ += '"';
    out_ += key;
    out_ += "\": ";
    keyed_ = true;
  }

  void object(auto members) { bracketed('{', '}', members); }
  void list(auto elements) { bracketed('[', ']', elements); }

  void value(bool truth) { put(truth ? "true" : "false"); }
  void value(std::uint64_t number) {
    if (number > exact_integer_max) return value(Hex{number});
    put(decimal(number));
  }
  void value(Hex number) { put('"' + hexadecimal(number.value) + '"'); }
  void value(std::string_view word) { put('"' + std::string{word} + '"'); }
  void value(std::u16string_view text) {
    next();
    out_ += '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (is_high_surrogate(text[i]) && i + 1 < text.size() && is_low_surrogate(text[i + 1])) {
        const char32_t high = text[i] - 0xD800U;
        append_utf8(out_, 0x10000 + (high << 10) + (text[++i] - 0xDC00U));
      } else {
        append_character(out_, text[i]);
      }
    }
    out_ += '"';
  }
  void null() { put("null"); }

 private:
  void bracketed(char open, char close, auto content) {
    next();
    out_ += open;
    ++depth_;
    first_ = true;
    content();
    --depth_;
    if (!first_) line();
    out_ += close;
    first_ = false;
  }
  void put(std::string_view text) {
    next();
    out_ += text;
  }
  // Before every key, and every value that has none.
  void next() {
    if (keyed_) {
      keyed_ = false;
      return;
    }
    if (!first_) out_ += ',';
    first_ = false;
    if (depth_ > 0) line();
  }
  void line() {
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string out_{};
  std::size_t depth_{};
  bool first_{true};   // in the innermost brackets nothing stands yet
  bool keyed_{false};  // a key waits for its value
};

class ReportWriter {
 public:
  ReportWriter(const ReportTexts& texts, std::span<const DumpFile> files) : texts_{texts}, files_{files} {}

  std::string write(const Report& report) && {
    json_.object([&] { members(report); });
    return std::move(json_).take();
  }

 private:
  void members(const Report& report) {
    fields(report.head);
    list("signature", report.signature);
    fields(report.flags);
    list("modules", report.modules);
    object("debugger", report.debugger);
    dumps(report);
    not_collected(report);
    list("metadata", report.metadata);
    list("files", report.files);
    list("blocks", report.blocks);
    list("excluded", report.excluded);
    optional("appLocalDump", report.app_local_dump);
    optional("recovery", report.recovery);
    optional("restarted", report.restarted);
  }

  void dumps(const Report& report) {
    json_.key("dumps");
    json_.list([&] {
      for (std::size_t i = 0; i < report.dumps.size(); ++i)
        json_.object([&] {
          fields(report.dumps[i]);
          if (!files_.empty()) file(files_[i]);
        });
    });
  }
  void file(const DumpFile& file) {
    json_.key("file");
    if (!file.written) return json_.null();
    json_.value(std::string_view{file.name});
  }

  // And what the disk has refused.
  void not_collected(const Report& report) {
    json_.key("notCollected");
    json_.list([&] {
      for (const NotCollectedEntry& entry : report.not_collected) json_.object([&] { fields(entry); });
      for (std::size_t i = 0; i < files_.size(); ++i) {
        if (files_[i].written) continue;
        json_.object([&] {
          json_.key("process");
          value(report.dumps[i].head.process);
          json_.key("reason");
          json_.value(write_failed);
        });
      }
    });
  }

  template <class T>
  void value(const T& value) {
    json_.value(plain(value, texts_));
  }
  template <class T>
  void value(const std::optional<T>& value) {
    if (!value) return json_.null();
    this->value(*value);
  }

  template <Described Record>
  void fields(const Record& record) {
    Record::fields::each([&](auto field) {
      json_.key(field.name);
      value(record.*(field.member));
    });
  }
  // The lists stand before the extra threads (wer.md 5).
  void fields(const Dump& dump) {
    DumpHead::fields::each([&](auto field) {
      if constexpr (std::is_same_v<decltype(field), Field<&DumpHead::extraThread>>) {
        json_.key("threads");
        json_.list([&] {
          for (const DumpedThread& thread : dump.threads) value(thread.tid);
        });
        list("ranges", dump.ranges);
      }
      json_.key(field.name);
      value(dump.head.*(field.member));
    });
  }

  template <class Record>
  void object(std::string_view key, const Record& record) {
    json_.key(key);
    json_.object([&] { fields(record); });
  }
  template <class Record>
  void optional(std::string_view key, const std::optional<Record>& record) {
    if (record) return object(key, *record);
    json_.key(key);
    json_.null();
  }
  template <class Record>
  void list(std::string_view key, std::span<const Record> records) {
    json_.key(key);
    json_.list([&] {
      for (const Record& record : records) json_.object([&] { fields(record); });
    });
  }

  const ReportTexts& texts_;
  std::span<const DumpFile> files_;
  JsonText json_{};
};

}  // namespace

std::string report_json(const Report& report, const ReportTexts& texts, std::span<const DumpFile> files) {
  return ReportWriter{texts, files}.write(report);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
