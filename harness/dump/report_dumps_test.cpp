// The dumps of every report of the conformance suite, read by what shares nothing with their writer, against the model's report
// and state just before and the contents that docs/dumps.md gives to simulated memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>

#include "api/memory.h"
#include "harness/dump/memory_map.h"
#include "harness/dump/minidump_file.h"
#include "harness/scenario/files.h"
#include "harness/scenario/script.h"
#include "harness/subject/subject.h"
#include "model/system.h"

namespace procreg::harness::dump {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t program = 0x140000000;
constexpr std::uint64_t edge = 32768;

std::uint64_t scrambled(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

// --- Which modules a process has ---

using Version = std::array<std::uint16_t, 4>;

std::array<std::uint8_t, 16> debug_id(std::uint64_t a, std::uint64_t b) {
  std::array<std::uint8_t, 16> id{};
  std::memcpy(id.data(), &a, sizeof a);
  std::memcpy(id.data() + 8, &b, sizeof b);
  return id;
}

std::array<std::uint8_t, 16> debug_id(const Guid& guid) {
  std::array<std::uint8_t, 16> id{};
  for (std::size_t i = 0; i < 8; ++i) {
    id[i] = static_cast<std::uint8_t>(guid.high >> (8 * (7 - i)));
    id[i + 8] = static_cast<std::uint8_t>(guid.low >> (8 * (7 - i)));
  }
  return id;
}

Module usual_module(std::uint64_t base, std::uint32_t size, std::string_view folder, const std::string& name,
                    std::string_view ending, const Version& version, std::uint64_t key) {
  Module module{.base = base, .size = size};
  for (const std::string_view part : {folder, std::string_view{name}, ending})
    module.name.append(part.begin(), part.end());
  module.has_version = true;
  for (const std::uint16_t part : version) module.file_version = module.file_version << 16 | part;
  module.code_view = CodeView{.signature = CodeView::pdb70,
                              .guid = debug_id(scrambled(key), scrambled(key + 1)),
                              .age = 1,
                              .pdb = name + ".pdb"};
  return module;
}

std::vector<Module> usual_modules(const model::Process& process, std::uint64_t key) {
  const auto object = number(process.birth.object);
  return {usual_module(program, 0x20000, "C:\\Program Files\\Simulated\\", "process-" + std::to_string(object), ".exe",
                       {1, 0, static_cast<std::uint16_t>(object), 0}, key + 3),
          usual_module(0x7FFD00000000, 0xC0000, "C:\\Windows\\System32\\", "kernel32", ".dll", {10, 0, 0, 1}, 1),
          usual_module(0x7FFE00000000, 0x1F0000, "C:\\Windows\\System32\\", "ntdll", ".dll", {10, 0, 0, 1}, 3)};
}

Module given_module(const LoadedModule& given) {
  Module module{
      .base = given.base, .size = given.size, .checksum = given.checksum, .time = given.timestamp, .name = given.name};
  module.has_version = given.version.has_value();
  for (const std::uint16_t part : given.version.value_or(Version{}))
    module.file_version = module.file_version << 16 | part;
  if (given.debug)
    module.code_view = CodeView{.signature = CodeView::pdb70,
                                .guid = debug_id(given.debug->id),
                                .age = given.debug->age,
                                .pdb = given.debug->pdb};
  return module;
}

std::vector<Module> modules_of(const model::Process& process, std::uint64_t key, const Tables& tables) {
  if (!process.birth.loaded_modules) return usual_modules(process, key);
  std::vector<Module> modules;
  for (const LoadedModule& given : tables.at(*process.birth.loaded_modules)) modules.push_back(given_module(given));
  return modules;
}

std::uint64_t key_of(const model::Process& process, std::uint8_t machine) {
  return scrambled(number(process.birth.object) * 0x9E3779B97F4A7C15 + machine);
}

using Span = std::pair<std::uint64_t, std::uint64_t>;
using Spans = std::vector<Span>;

// Those that touch or overlap as one.
Spans merged(Spans spans) {
  std::sort(spans.begin(), spans.end());
  Spans all;
  for (const Span& span : spans) {
    if (!all.empty() && span.first <= all.back().second)
      all.back().second = std::max(all.back().second, span.second);
    else
      all.push_back(span);
  }
  return all;
}

// --- What simulated memory holds ---

class Contents {
 public:
  Contents(const model::Process& process, std::uint64_t key, const std::vector<Module>& modules, const Tables& tables)
      : key_{key}, modules_{modules} {
    for (const model::Thread& thread : process.threads) {
      const Stack stack = stack_of(tables.at(process.birth.stacks), thread.k);
      add_edges(stack.range);
      add_frames(stack);
    }
    for (const RangesRef ranges : {process.birth.data, process.birth.private_, process.birth.mapped})
      for (const Range& range : tables.at(ranges)) add_edges(range);
    filled_ = merged(filled_);
  }

  std::uint8_t at(std::uint64_t address) const {
    const std::uint64_t aligned = address / 8 * 8;
    const auto frame = frames_.find(aligned);
    const auto after = std::upper_bound(filled_.begin(), filled_.end(), Span{address, ~std::uint64_t{0}});
    const bool filled = after != filled_.begin() && address < std::prev(after)->second;
    const std::uint64_t word = frame != frames_.end() ? frame->second : filled ? scrambled(key_ + aligned) : 0;
    return static_cast<std::uint8_t>(word >> (address % 8 * 8));
  }

 private:
  void add_edges(const Range& range) {
    const std::uint64_t size = std::min(edge, range.end - range.begin);
    filled_.emplace_back(range.begin, range.begin + size);
    filled_.emplace_back(range.end - size, range.end);
  }
  void add_frames(const Stack& stack) {
    const std::uint64_t top = std::clamp(stack.stack_pointer, stack.range.begin, stack.range.end);
    const auto fits = [&](std::uint64_t at, std::uint64_t size) {
      return at % 8 == 0 && at >= top && at <= stack.range.end && stack.range.end - at >= size;
    };
    const std::uint64_t rbp = stack.registers[4];
    std::uint64_t frame = fits(rbp, 16) ? rbp : fits(top, 32) ? top + 16 : 0;
    if (frame != top && fits(top, 8)) frames_.try_emplace(top, code(0, 0x1010));
    const std::uint64_t returns[] = {code(0, 0x1040), code(0, 0x1120), code(1, 0x7374), code(2, 0x4CC91)};
    for (std::size_t i = 0; i < 4; ++i) {
      if (frame == 0 || !fits(frame, 16)) return;
      const std::uint64_t next = i < 3 && fits(frame + 64, 16) ? frame + 64 : 0;
      frames_.try_emplace(frame, next);
      frames_.try_emplace(frame + 8, returns[i]);
      frame = next;
    }
  }
  std::uint64_t code(std::size_t module, std::uint64_t offset) const {
    if (modules_.empty()) return program + offset;
    const Module& in = module < modules_.size() ? modules_[module] : modules_.back();
    return in.base + (offset < in.size ? offset : in.size - 1);
  }

  std::uint64_t key_;
  const std::vector<Module>& modules_;
  Spans filled_{};
  std::map<std::uint64_t, std::uint64_t> frames_{};
};

// --- One dump ---

// Times are the last ones of the format where they are later.
std::uint64_t seconds(std::uint64_t ms) { return std::min<std::uint64_t>(ms / 1000, 0xFFFFFFFF); }

const model::Process& process_of(ObjectId object, const model::Machine& machine) {
  const auto found = std::find_if(machine.processes.begin(), machine.processes.end(),
                                  [&](const model::Process& process) { return process.birth.object == object; });
  if (found == machine.processes.end()) throw std::logic_error{"a process is dumped that was not there"};
  return *found;
}

// Everything that is wrong with the file of one dump.
class Check {
 public:
  Check(const model::Report& report, std::size_t place, const model::State& state, const Tables& tables)
      : report_{report},
        dump_{report.dumps[place]},
        primary_{place == 0},
        process_{process_of(report.dumps[place].incarnation, state.machines[number(report.head.machine)])},
        tables_{tables},
        key_{key_of(process_, number(report.head.machine))},
        modules_{modules_of(process_, key_, tables)},
        contents_{process_, key_, modules_, tables} {}

  std::vector<std::string> of(const ByteSource& source) {
    source_ = &source;
    auto read = read_minidump(source);
    if (const auto* why = std::get_if<std::string>(&read)) return {*why};
    found_ = std::move(std::get<Minidump>(read));
    problems_ = found_.faults;
    problems_.insert(problems_.end(), found_.oddities.begin(), found_.oddities.end());
    head();
    threads();
    names_and_information();
    modules();
    memory();
    return problems_;
  }

 private:
  bool expect(bool holds, const std::string& what) {
    if (!holds) problems_.push_back(what);
    return holds;
  }
  template <class A, class B>
  void same(const A& found, const B& expected, const std::string& what) {
    expect(found == expected,
           what + ": " + testing::PrintToString(found) + " in place of " + testing::PrintToString(expected));
  }

  void head() {
    same(found_.header.flags, number(dump_.mask), "flags");
    same(found_.header.time, seconds(report_.head.time), "time");
    if (!expect(found_.system && found_.misc, "system and misc")) return;
    same(found_.system->architecture, architecture_amd64, "architecture");
    same(found_.misc->pid, number(dump_.process), "pid");
    same(found_.misc->created, seconds(process_.core.start_time), "time of creation");
    const bool crashed = primary_ && report_.head.cause == Cause::crash;
    same(found_.exception.has_value(), crashed, "exception");
    if (!crashed || !found_.exception) return;
    same(found_.exception->thread, number(report_.head.thread), "thread of the exception");
    same(found_.exception->code, 0xC0000005U, "exception code");
    expect(found_.exception->context.registers.has_value(), "context of the exception");
  }

  Stack stack_of_thread(std::size_t i) const {
    return stack_of(tables_.at(process_.birth.stacks), process_.threads[i].k);
  }

  void threads() {
    same(found_.threads.size(), process_.threads.size(), "threads");
    for (std::size_t i = 0; i < std::min(found_.threads.size(), process_.threads.size()); ++i)
      thread(found_.threads[i], number(process_.threads[i].tid), stack_of_thread(i));
  }
  void thread(const Thread& thread, std::uint32_t tid, const Stack& stack) {
    same(thread.id, tid, "thread id");
    const std::uint64_t top = std::clamp(stack.stack_pointer, stack.range.begin, stack.range.end);
    if (expect(thread.context.registers.has_value(), "context")) {
      same(thread.context.registers->flags & 0xFF001F, 0x10001FU, "context flags");
      same(thread.context.registers->rip, stack.instruction_pointer, "rip");
      for (std::size_t r = 0; r < 16; ++r)
        same(thread.context.registers->general[r], r == 4 ? top : stack.registers[r < 4 ? r : r - 1], general_names[r]);
    }
    const std::uint64_t begin = captured(thread.id) ? stack.range.begin : top;
    same(thread.stack_begin, begin, "begin of the stack");
    same(thread.stack.size, held_from(begin, stack.range.end), "size of the stack");
    bytes(thread.stack, begin);
  }
  bool captured(std::uint32_t tid) const { return tid != 0 && tid == number(dump_.extra_thread); }

  // How much of [begin, end) the report says the dump has, up to the first byte that it has not.
  std::uint64_t held_from(std::uint64_t begin, std::uint64_t end) const {
    for (const Range& range : dump_.ranges)
      if (range.begin <= begin && begin < range.end) return std::min(end, range.end) - begin;
    return 0;
  }

  void names_and_information() {
    std::set<std::uint32_t> named;
    std::set<std::uint32_t> informed;
    for (const ThreadName& name : found_.thread_names) expect(named.insert(name.id).second, "a name twice");
    for (const ThreadInfo& info : found_.thread_infos) expect(informed.insert(info.id).second, "information twice");
    for (const model::Thread& thread : process_.threads) {
      const std::uint32_t tid = number(thread.tid);
      same(named.erase(tid) > 0, primary_ || captured(tid), "a thread's name");
      same(informed.erase(tid) > 0, dump_.kind == DumpKind::heap || captured(tid), "a thread's information");
    }
    expect(named.empty() && informed.empty(), "threads that are not there");
  }

  void modules() {
    same(found_.modules.size(), modules_.size(), "modules");
    for (std::size_t i = 0; i < std::min(found_.modules.size(), modules_.size()); ++i)
      module(found_.modules[i], modules_[i]);
  }
  void module(const Module& found, const Module& expected) {
    same(found.base, expected.base, "base of a module");
    same(found.size, expected.size, "size of a module");
    expect(found.name == expected.name, "name of a module");
    same(found.has_version, expected.has_version, "whether a module has a version");
    same(found.file_version, expected.file_version, "version of a module");
    same(found.product_version, expected.file_version, "version of a product");
    if (process_.birth.loaded_modules) {
      same(found.checksum, expected.checksum, "checksum of a module");
      same(found.time, expected.time, "time of a module");
    }
    same(found.code_view.has_value(), expected.code_view.has_value(), "whether a module has a CodeView record");
    if (!found.code_view || !expected.code_view) return;
    same(found.code_view->signature, expected.code_view->signature, "CodeView record");
    same(found.code_view->guid, expected.code_view->guid, "debug id");
    same(found.code_view->age, expected.code_view->age, "age");
    same(found.code_view->pdb, expected.code_view->pdb, "PDB");
  }

  // The list holds the ranges of the report, no byte more, no byte less.
  void memory() {
    Spans held;
    for (const MemoryRange& range : found_.memory) {
      held.emplace_back(range.begin, range.begin + range.bytes.size);
      bytes(range.bytes, range.begin);
    }
    Spans reported;
    for (const Range& range : dump_.ranges) reported.emplace_back(range.begin, range.end);
    same(merged(held), reported, "memory");
    Spans regions;
    for (const MemoryInfo& info : found_.memory_info) {
      regions.emplace_back(info.begin, info.begin + info.size);
      same(info.state, 0x1000U, "state of a region");
    }
    const Spans mapped = merged(regions);
    for (const auto& range : reported)
      expect(
          std::any_of(mapped.begin(), mapped.end(),
                      [&](const auto& region) { return region.first <= range.first && range.second <= region.second; }),
          "memory that is in no region");
  }

  // Of much memory its first and last bytes, and some between.
  void bytes(const Location& where, std::uint64_t address) {
    if (!expect(where.in_file, "bytes in the file")) return;
    constexpr std::uint64_t part = 40 * 1024;
    const std::uint64_t size = where.size;
    if (size <= 2 * part) return part_of(where, address, 0, size);
    part_of(where, address, 0, part);
    part_of(where, address, size / 2, 4096);
    part_of(where, address, size - part, part);
  }
  void part_of(const Location& where, std::uint64_t address, std::uint64_t skipped, std::uint64_t size) {
    std::vector<std::byte> held(static_cast<std::size_t>(size));
    if (!expect(source_->read(where.offset + skipped, held), "bytes that can be read")) return;
    for (std::size_t i = 0; i < held.size(); ++i)
      if (!expect(static_cast<std::uint8_t>(held[i]) == contents_.at(address + skipped + i), "bytes of memory")) return;
  }

  const model::Report& report_;
  const model::Dump& dump_;
  bool primary_;
  const model::Process& process_;
  const Tables& tables_;
  std::uint64_t key_;
  std::vector<Module> modules_;
  Contents contents_;
  const ByteSource* source_{};
  Minidump found_{};
  std::vector<std::string> problems_{};
};

// --- All dumps of all scenarios ---

std::string folder_of(const model::Report& report) {
  const std::string cause = report.head.cause == Cause::crash ? "crash" : "hang";
  return std::to_string(number(report.head.id)) + "_" + cause + "_" + std::to_string(number(report.head.process));
}

std::string name_of(const model::Report& report, std::size_t place) {
  const model::Dump& dump = report.dumps[place];
  const std::string kind = dump.kind == DumpKind::mini ? "mini" : dump.kind == DumpKind::heap ? "heap" : "triage";
  return std::to_string(place + 1) + "_" + kind + "_" + std::to_string(number(dump.process)) + ".dmp";
}

class ReportDumps : public testing::Test {
 protected:
  // Is shown a dump of a report: its file, and what it is held against.
  using Visit = std::function<void(const fs::path&, Check&)>;

  ReportDumps() {
    std::string path = (fs::temp_directory_path() / "procreg-dumps-XXXXXX").string();
    if (mkdtemp(path.data()) != nullptr) folder_ = path;
  }
  ~ReportDumps() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void run(const Script& script, const Profile& profile, const Visit& visit) {
    const auto subject = implementation();
    const fs::path place = folder_ / "reports";
    ASSERT_EQ(subject->reports()->keep_in(place.string()), "");
    subject->reset(script.world, script.tables, profile);
    model::System model{script.world, script.tables, profile};
    Bindings bindings;
    bindings.clear(script.names.size());
    bindings.bind_world(script.world);
    std::size_t visited = 0;
    for (const Step& step : script.steps) {
      const Step resolved = bindings.resolve(step);
      const model::State before = model.state();
      subject->perform(resolved);
      bindings.bind_all(step, model.perform(resolved));
      for (; visited < model.state().reports.size(); ++visited) {
        const model::Report& report = model.state().reports[visited];
        for (std::size_t i = 0; i < report.dumps.size(); ++i) {
          Check check{report, i, before, script.tables};
          visit(place / "ReportArchive" / folder_of(report) / name_of(report, i), check);
        }
      }
    }
    EXPECT_EQ(subject->reports()->failure(), "");
    fs::remove_all(place);
  }

 private:
  fs::path folder_{};
};

TEST_F(ReportDumps, OfTheWholeSuiteHoldWhatTheModelsReportsSay) {
  ASSERT_TRUE(fs::is_directory("scenarios/conformance"));
  std::size_t dumps = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{"scenarios/conformance"}) {
    if (entry.path().extension() != ".json") continue;
    const ReadResult read = read_script_file(entry.path().string());
    ASSERT_TRUE(std::holds_alternative<Script>(read)) << entry.path();
    for (const Profile& profile : {documented_profile(), windows11_profile()})
      run(std::get<Script>(read), profile, [&](const fs::path& file, Check& check) {
        const auto opened = open_file(file.string());
        ASSERT_TRUE(std::holds_alternative<std::unique_ptr<ByteSource>>(opened)) << file;
        EXPECT_THAT(check.of(*std::get<0>(opened)), testing::IsEmpty()) << entry.path() << ": " << file.filename();
        ++dumps;
      });
  }
  EXPECT_GT(dumps, 500U);
}

// --- Many threads ---

std::string a_crash_of_many_threads(std::uint32_t count) {
  std::string stacks;
  for (std::uint64_t k = 0; k < count; ++k) {
    const std::uint64_t begin = 0x10000000 + k * 0x100;
    stacks += (k > 0 ? ", " : "") + std::string{"{ \"range\": ["} + std::to_string(begin) + ", " +
              std::to_string(begin + 0x80) + "], \"stackPointer\": " + std::to_string(begin + 0x20) +
              ", \"instructionPointer\": " + std::to_string(k) + " }";
  }
  return R"({ "format": "procreg-scenario/1", "world": { "processes": [ { "name": "main", "threads": )" +
         std::to_string(count) + R"(, "stacks": [)" + stacks +
         R"(] } ] }, "steps": [ { "event": "Crash", "process": "main" } ] })";
}

TEST_F(ReportDumps, OfAProcessWithAsManyThreadsAsThereMayBe) {
  const ReadResult read = read_script(a_crash_of_many_threads(thread_count_max), "many-threads.json");
  ASSERT_TRUE(std::holds_alternative<Script>(read));
  std::size_t dumps = 0;
  run(std::get<Script>(read), documented_profile(), [&](const fs::path& file, Check& check) {
    const auto opened = open_file(file.string());
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<ByteSource>>(opened)) << file;
    EXPECT_THAT(check.of(*std::get<0>(opened)), testing::IsEmpty());
    ++dumps;
  });
  EXPECT_EQ(dumps, 1U);
}

// --- A writer that errs ---

constexpr auto a_crash = R"({
  "format": "procreg-scenario/1",
  "world": { "processes": [ { "name": "main", "threads": 2, "stacks": [
    { "range": ["0x7000000000", "0x7000001000"], "stackPointer": "0x7000000800", "instructionPointer": "0x140001010",
      "registers": { "rbp": "0x7000000820" } } ] } ] },
  "steps": [ { "event": "Crash", "process": "main" } ]
})";

// The bytes of a dump, and where in them things stand.
class Bytes {
 public:
  explicit Bytes(std::string bytes) : bytes_{std::move(bytes)} {}

  std::uint32_t& u32(std::uint64_t at) { return *reinterpret_cast<std::uint32_t*>(bytes_.data() + at); }
  // Of the n-th entry of the directory with this type.
  std::uint64_t entry(StreamType type) {
    for (std::uint64_t at = u32(12);; at += 12)
      if (u32(at) == static_cast<std::uint32_t>(type)) return at;
  }
  std::uint64_t stream(StreamType type) { return u32(entry(type) + 8); }
  std::uint64_t thread(std::uint64_t i) { return stream(StreamType::thread_list) + 4 + 48 * i; }
  std::uint64_t module(std::uint64_t i) { return stream(StreamType::module_list) + 4 + 108 * i; }
  std::uint64_t range(std::uint64_t i) { return stream(StreamType::memory_list) + 4 + 16 * i; }
  std::uint32_t end() const { return static_cast<std::uint32_t>(bytes_.size()); }
  void cut() { bytes_.resize(bytes_.size() / 2); }

  std::span<const std::byte> all() const { return std::as_bytes(std::span{bytes_}); }

 private:
  std::string bytes_;
};

struct Error {
  const char* name;
  void (*make)(Bytes&);
};
constexpr Error errors[] = {
    {"signature", [](Bytes& dump) { ++dump.u32(0); }},
    {"version", [](Bytes& dump) { ++dump.u32(4); }},
    {"truncation", [](Bytes& dump) { dump.cut(); }},
    {"one thread more", [](Bytes& dump) { ++dump.u32(dump.stream(StreamType::thread_list)); }},
    {"a stream twice", [](Bytes& dump) { dump.u32(dump.entry(StreamType::comment_w)) = 7; }},
    {"a stream past the end", [](Bytes& dump) { dump.u32(dump.entry(StreamType::module_list) + 8) = dump.end(); }},
    {"a stack past the end", [](Bytes& dump) { dump.u32(dump.thread(0) + 36) = dump.end(); }},
    {"a stack 8 bytes on", [](Bytes& dump) { dump.u32(dump.thread(0) + 36) += 8; }},
    {"a context of 1000 bytes", [](Bytes& dump) { dump.u32(dump.thread(0) + 40) = 1000; }},
    {"a context without flags", [](Bytes& dump) { dump.u32(dump.u32(dump.thread(0) + 44) + 0x30) = 0; }},
    {"a context of x86", [](Bytes& dump) { dump.u32(dump.u32(dump.thread(0) + 44) + 0x30) = 0x1007F; }},
    {"a module's name past the end", [](Bytes& dump) { dump.u32(dump.module(0) + 20) = dump.end(); }},
    {"a name of odd length", [](Bytes& dump) { ++dump.u32(dump.u32(dump.module(0) + 20)); }},
    {"memory past the end", [](Bytes& dump) { dump.u32(dump.range(0) + 12) = dump.end(); }},
    {"ranges that overlap",
     [](Bytes& dump) {
       dump.u32(dump.range(1)) = dump.u32(dump.range(0)) + 16;
       dump.u32(dump.range(1) + 4) = dump.u32(dump.range(0) + 4);
     }},
    {"one range more", [](Bytes& dump) { ++dump.u32(dump.stream(StreamType::memory_list)); }},
    {"regions of 40 bytes", [](Bytes& dump) { dump.u32(dump.stream(StreamType::memory_info_list) + 4) = 40; }},
    {"an exception of nobody", [](Bytes& dump) { dump.u32(dump.stream(StreamType::exception)) = 4; }},
    {"an exception without context",
     [](Bytes& dump) { dump.u32(dump.stream(StreamType::exception) + 164) = dump.end(); }},
    {"a thread's name past the end",
     [](Bytes& dump) { dump.u32(dump.stream(StreamType::thread_names) + 8) = dump.end(); }},
    {"a thread twice", [](Bytes& dump) { dump.u32(dump.thread(1)) = dump.u32(dump.thread(0)); }},
    {"an unknown CodeView record", [](Bytes& dump) { ++dump.u32(dump.u32(dump.module(0) + 80)); }},
    {"modules that overlap",
     [](Bytes& dump) {
       dump.u32(dump.module(1)) = dump.u32(dump.module(0));
       dump.u32(dump.module(1) + 4) = dump.u32(dump.module(0) + 4);
     }},
    {"a module without size", [](Bytes& dump) { dump.u32(dump.module(0) + 8) = 0; }},
};
static_assert(std::size(errors) == 24);

TEST_F(ReportDumps, EachErrorOfAWriterIsNoticed) {
  const ReadResult read = read_script(a_crash, "a-crash.json");
  ASSERT_TRUE(std::holds_alternative<Script>(read));
  std::size_t noticed = 0;
  run(std::get<Script>(read), documented_profile(), [&](const fs::path& path, Check& check) {
    std::ifstream file{path, std::ios::binary};
    const std::string whole{std::istreambuf_iterator<char>{file}, {}};
    const Bytes good{whole};
    ASSERT_THAT(check.of(BytesInMemory{good.all()}), testing::IsEmpty());
    for (const Error& error : errors) {
      Bytes wrong{whole};
      error.make(wrong);
      const bool found = !check.of(BytesInMemory{wrong.all()}).empty();
      EXPECT_TRUE(found) << error.name;
      noticed += found ? 1 : 0;
    }
  });
  EXPECT_EQ(noticed, 24U);
}

}  // namespace
}  // namespace procreg::harness::dump
