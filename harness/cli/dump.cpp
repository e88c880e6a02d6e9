#include "harness/cli/dump.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "harness/dump/byte_source.h"
#include "harness/dump/describe.h"
#include "harness/dump/describe_json.h"
#include "harness/dump/memory_map.h"
#include "harness/dump/minidump_file.h"
#include "harness/report/results.h"

namespace procreg::cli {
namespace {

using harness::Verdict;
using harness::dump::ByteSource;
using harness::dump::Location;
using harness::dump::MemoryBytes;
using harness::dump::MemoryMap;
using harness::dump::Minidump;
using harness::dump::Thread;

// Hexadecimal or decimal.
std::optional<std::uint64_t> either_base(std::string_view word) {
  const bool hex = word.starts_with("0x") || word.starts_with("0X");
  return hex ? number_of(word.substr(2), 16) : number_of(word);
}

// The bytes of a thread's stack, as far as they are printed: those that the thread itself points at.
MemoryBytes stack_bytes(const ByteSource& source, const Thread& thread) {
  Minidump only_this;
  const std::uint64_t size = std::min<std::uint64_t>(thread.stack.size, WantedMemory::size_max);
  only_this.memory.push_back({thread.stack_begin, {size, thread.stack.offset, thread.stack.in_file}, false});
  return bytes_at(source, MemoryMap{only_this, MemoryMap::Stacks::left_out}, thread.stack_begin,
                  static_cast<std::size_t>(size));
}

std::string hexdump_part(std::string_view heading, const MemoryBytes& memory) {
  std::string text = fmt::format("{}\n{}", heading, hexdump(memory));
  for (const MemoryBytes::Gap& gap : memory.missing)
    text += fmt::format("Not in the dump: 0x{:016X}..0x{:016X}, {} bytes\n", gap.begin, gap.end, gap.end - gap.begin);
  return text + '\n';
}

std::string heading_of(const MemoryBytes& memory) {
  return fmt::format("Memory 0x{:016X}..0x{:016X}", memory.begin, memory.begin + memory.bytes.size());
}

std::string stack_heading(const Thread& thread, const MemoryBytes& memory) {
  std::string text = fmt::format("Stack of thread {}", thread.id);
  if (thread.context.registers) text += fmt::format(", rsp 0x{:016X}", thread.context.registers->rsp());
  if (memory.bytes.size() < thread.stack.size)
    text += fmt::format(", the first {} of {} bytes", memory.bytes.size(), thread.stack.size);
  return text;
}

class Dump {
 public:
  Dump(const DumpRequest& request, const Session& session) : request_{request}, session_{session} {}

  ExitStatus run() {
    for (const std::string& file : request_.files) print_file(file);
    return exit_status(harness::worst(verdicts_));
  }

 private:
  bool wants_bytes() const { return !request_.memory.empty() || request_.stack; }

  void complain(const std::string& file, std::string_view message) {
    session_.err << fmt::format("procreg: {}: {}\n", file, message);
    verdicts_.push_back(Verdict::unusable_input);
  }

  void no_dump(const std::string& file, const std::string& why) {
    complain(file, why);
    if (request_.json) session_.out << harness::dump::unusable_json(file, why) << '\n';
  }

  void print_file(const std::string& file) {
    const auto opened = harness::dump::open_file(file);
    if (const auto* why = std::get_if<std::string>(&opened)) return no_dump(file, *why);
    const ByteSource& source = *std::get<0>(opened);
    const auto read = harness::dump::read_minidump(source);
    if (const auto* why = std::get_if<std::string>(&read)) return no_dump(file, *why);
    const Minidump& dump = std::get<Minidump>(read);
    for (const std::string& fault : dump.faults) complain(file, fault);
    verdicts_.push_back(request_.strict && !dump.oddities.empty() ? Verdict::diverges : Verdict::conforms);
    if (!request_.json) session_.out << file << "\n\n";
    if (wants_bytes()) return print_bytes(file, source, dump);
    session_.out << (request_.json ? harness::dump::describe_json(file, dump) + '\n' : harness::dump::describe(dump));
  }

  void print_bytes(const std::string& file, const ByteSource& source, const Minidump& dump) {
    std::vector<MemoryBytes> found;
    std::string text;
    if (!request_.memory.empty()) {
      const MemoryMap map{dump, MemoryMap::Stacks::included};
      for (const WantedMemory& wanted : request_.memory) {
        found.push_back(bytes_at(source, map, wanted.address, wanted.size));
        text += hexdump_part(heading_of(found.back()), found.back());
      }
    }
    if (const Thread* thread = request_.stack ? thread_with_stack(file, dump) : nullptr) {
      found.push_back(stack_bytes(source, *thread));
      text += hexdump_part(stack_heading(*thread, found.back()), found.back());
    }
    if (request_.json) {
      session_.out << memory_json(file, dump, found) << '\n';
    } else {
      session_.out << text << (request_.strict ? describe_findings(dump) : "");
    }
  }

  // nullptr, which is told, where there is no such thread or nothing of its stack.
  const Thread* thread_with_stack(const std::string& file, const Minidump& dump) {
    const auto found = std::find_if(dump.threads.begin(), dump.threads.end(),
                                    [&](const Thread& thread) { return thread.id == *request_.stack; });
    if (found == dump.threads.end()) {
      complain(file, fmt::format("--stack: no thread {}", *request_.stack));
      return nullptr;
    }
    if (found->stack.size == 0 || !found->stack.in_file) {
      complain(file, fmt::format("--stack: thread {} points at no bytes of a stack", *request_.stack));
      return nullptr;
    }
    return &*found;
  }

  const DumpRequest& request_;
  const Session& session_;
  std::vector<Verdict> verdicts_{};
};

}  // namespace

std::variant<WantedMemory, BadArgument> memory_word(std::string_view word) {
  const std::size_t colon = std::min(word.find(':'), word.size());
  const auto address = either_base(word.substr(0, colon));
  const auto size = colon == word.size() ? WantedMemory::size_default : either_base(word.substr(colon + 1));
  if (!address || !size) return BadArgument{fmt::format("--memory: '{}' is not of the form ADDRESS[:LENGTH]", word)};
  if (*size < 1 || *size > WantedMemory::size_max)
    return BadArgument{
        fmt::format("--memory: '{}': its length is not a number from 1 to {}", word, WantedMemory::size_max)};
  if (*address + *size < *address) return BadArgument{fmt::format("--memory: '{}' goes past the last address", word)};
  return WantedMemory{*address, static_cast<std::size_t>(*size)};
}

std::variant<std::uint32_t, BadArgument> thread_word(std::string_view word) {
  const auto id = either_base(word);
  if (id && *id <= 0xFFFFFFFF) return static_cast<std::uint32_t>(*id);
  return BadArgument{fmt::format("--stack: '{}' is not the id of a thread", word)};
}

ExitStatus dump(const DumpRequest& request, const Session& session) { return Dump{request, session}.run(); }

}  // namespace procreg::cli
