// Random scripts, for tests of what is written and read back.
#pragma once

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "harness/scenario/field_value.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/script.h"
#include "harness/scenario/smb_rules.h"

namespace procreg::harness {

// Random scripts over all kinds of steps and values; every value is one that a file can hold.
class Scripts {
 public:
  explicit Scripts(std::uint32_t seed) : random_{seed} {}

  Script script(std::size_t steps) {
    script_ = {};
    script_.name = "random";
    script_.names = {{"main", {}}};
    processes_ = {{1, 1, false}};
    threads_.clear();
    for (auto* names : {&handles_, &connections_, &opens_, &csv_opens_}) names->clear();
    rules_.emplace(script_.world.machines, script_.tables, [](NameRef) { return MachineIndex{}; });
    for (std::size_t i = 0; i < steps; ++i) add_step();
    return script_;
  }

 private:
  struct Process {
    std::uint16_t base;
    std::uint16_t threads;
    bool made;
  };

  std::uint64_t below(std::uint64_t end) {
    const std::uint64_t high = random_();
    const std::uint64_t low = random_();
    return (high << 32 | low) % end;
  }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }
  std::uint32_t dword() {
    return chance(2) ? static_cast<std::uint32_t>(below(5)) : static_cast<std::uint32_t>(below(1ULL << 32));
  }
  std::uint64_t qword() { return chance(2) ? dword() : below(~0ULL); }
  template <class T>
  const T& one_of(const std::vector<T>& values) {
    return values[below(values.size())];
  }

  // In place of a step that uses what no step makes: the one that makes it.
  const StepInfo& kind_for(const StepInfo& kind) const {
    const auto uses = [&kind](ValueKind value) {
      return std::any_of(kind.fields.begin(), kind.fields.end(),
                         [value](const FieldInfo& field) { return field.kind == value; });
    };
    if (uses(ValueKind::open) && opens_.empty()) return *find_step(connections_.empty() ? "SmbConnect" : "SmbCreate");
    if (uses(ValueKind::connection) && connections_.empty()) return *find_step("SmbConnect");
    if (uses(ValueKind::csv_open) && csv_opens_.empty()) return *find_step("CsvOpen");
    return kind;
  }
  // What fields must not be beside each other goes.
  void make_valid(Step& step) {
    if (auto* write = std::get_if<SmbWrite>(&step)) write->offset = FileOffset{below(file_size_max - 8)};
    auto* create = std::get_if<SmbCreate>(&step);
    if (create == nullptr) return;
    if (create->ea.value && !create->by.value) fill(create->by.value.emplace());
    drop_meaningless(*create);
    if (create->hold.value == HoldKind::handle_lease && !create->leaseKey.value) fill(create->leaseKey.value.emplace());
    if (opens_.empty()) create->dh2c.value.reset();
    lacks_name_ = !create->conn.name;
  }

  void add_step() {
    const StepInfo& kind = kind_for(steps()[below(step_kinds)]);
    Step step = kind.make();
    entry_ = {};
    threads_of_entry_ = 1;
    as_ = nullptr;
    lacks_name_ = false;
    const Tables before = script_.tables;
    each_value(step, [this](auto& value) { fill(value); });
    make_valid(step);
    if (lacks_name_ || !rules_->next(step).empty()) {
      script_.tables = before;  // nothing is in the tables that no step has
      return;
    }
    if (as_ != nullptr) bind(kind, step);
    script_.steps.push_back(step);
    script_.expectations.push_back(chance(3) ? expectation(kind) : Expectation{});
  }

  Expectation expectation(const StepInfo& kind) {
    Expectation out;
    const std::uint64_t value = kind.answers == ResultKind::boolean ? below(2) : dword();
    out.returns = kind.call && kind.answers != ResultKind::returned && kind.answers != ResultKind::no_return
                      ? Result{kind.answers, value}
                      : Result{kind.answers};
    if (kind.call && chance(2)) out.lastError = dword();
    if (chance(4)) out.report = "{ \"dumps\": [ { \"process\": \"main\" } ] }";
    if (chance(4)) out.leaves = "{ \"/machines/local/processes/main/wer\": null, \"/now\": 5 }";
    return out;
  }

  void bind(const StepInfo& kind, Step& step) {
    const auto base = static_cast<std::uint16_t>(script_.names.size() + 1);
    each_value(step, [base](auto& value) {
      if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Binds>) value.base = base;
    });
    script_.names.push_back(entry_);
    if (kind.name == "SmbConnect") return connections_.push_back(base);
    if (kind.name == "SmbCreate") return opens_.push_back(base);
    if (kind.name == "CsvOpen") return csv_opens_.push_back(base);
    if (kind.name == "CreateProcess" || can_restart(kind.make()))
      processes_.push_back({base, threads_of_entry_, kind.name == "CreateProcess"});
    else
      (kind.name == "CreateThread" ? threads_ : handles_).push_back(base);
  }

  // --- One for each type of value ---

  void fill(Caller& by) { by.name = process_name(); }
  void fill(Target& process) { process.name = process_name(); }
  void fill(MachineRef&) {}
  void fill(Binds& as) { name(as); }
  void fill(PidRef& ref) { pid(ref); }
  void fill(TidRef& ref) { tid(ref); }
  void fill(HandleRef& ref) { handle(ref); }
  void fill(ConnectionRef& ref) { ref.name = thing(connections_); }
  void fill(OpenRef& ref) { ref.name = thing(opens_); }
  void fill(CsvOpenRef& ref) { ref.name = thing(csv_opens_); }
  void fill(Bool& value) { value = static_cast<Bool>(static_cast<std::int32_t>(dword())); }
  void fill(Countdown& n) { n = Countdown{static_cast<std::uint32_t>(1 + below(0xFFFFFFFF))}; }
  void fill(Capacity& n) {
    if (chance(2)) n.allocations = dword();
  }
  void fill(Flag& flag) { flag.set = chance(2); }
  void fill(bool& value) { value = chance(2); }
  void fill(AccessMask& value) { value = mask(); }
  void fill(Guid& guid) {
    guid.high = qword();
    guid.low = qword();
  }
  void fill(GuidIn& guid) {
    if (!chance(5)) fill(guid.value.emplace());
  }
  void fill(TextIn& text) {
    if (!chance(4)) text.value = script_.tables.text(up_to_nul(some_text()));
  }
  void fill(SizeInOut& size) {
    if (!chance(4)) size.value = dword();
  }
  void fill(OutPointer& pointer) { pointer.valid = chance(2); }
  void fill(ObjectType& type) { type = static_cast<ObjectType>(1 + below(4)); }
  void fill(UserAction& action) { action = static_cast<UserAction>(below(3)); }
  void fill(ThreadCount& count) { threads(count); }
  void fill(TextRef& ref) { ref = script_.tables.text(some_text()); }
  void fill(RequiredText& text) { fill(text.ref); }
  void fill(BytesRef& ref) { ref = script_.tables.bytes(some_bytes()); }
  void fill(RequiredBytes& bytes) { fill(bytes.ref); }
  void fill(DaclRef& ref) { ref = script_.tables.dacl(some_dacl()); }
  void fill(StacksRef& ref) { ref = script_.tables.stacks(some_stacks()); }
  void fill(RangesRef& ref) { ref = script_.tables.ranges(some_ranges()); }
  void fill(LoadedModulesRef& ref) { ref = script_.tables.loaded_modules(some_modules()); }
  void fill(Pid& given) { given = Pid{static_cast<std::uint32_t>(8 + 4 * below(1000))}; }
  void fill(Tid& given) { given = Tid{static_cast<std::uint32_t>(4 + 4 * below(100000))}; }
  void fill(FileRights& rights) { rights = FileRights{dword() & FILE_ALL_RIGHTS}; }
  void fill(ShareAccess& access) { access = ShareAccess{static_cast<std::uint32_t>(below(8))}; }
  void fill(ContextLength& length) { length = ContextLength{static_cast<std::uint32_t>(below(0x10000))}; }
  void fill(Dialect& dialect) { dialect = static_cast<Dialect>(below(5)); }
  void fill(Flavour& flavour) { flavour = static_cast<Flavour>(below(4)); }
  void fill(HoldKind& hold) { hold = static_cast<HoldKind>(below(3)); }
  void fill(Disposition& disposition) { disposition = static_cast<Disposition>(below(3)); }
  void fill(LockKind& kind) { kind = static_cast<LockKind>(below(3)); }
  void fill(VersionPair& version) {
    version.high = qword();
    version.low = qword();
  }
  void fill(DurableRequest& request) {
    fill(request.createGuid);
    request.timeoutMs = dword();
    request.persistent = chance(2);
  }
  void fill(Reconnect& reconnect) {
    fill(reconnect.handle);
    if (chance(2)) fill(reconnect.createGuid.emplace());
    reconnect.persistent = chance(2);
  }
  template <class T>
  void fill(Given<T>& given) {
    if (chance(2)) fill(given.value.emplace());
  }
  // Numbers without a meaning of their own.
  template <class T>
  requires std::is_enum_v<T>
  void fill(T& value) { value = static_cast<T>(sizeof(T) == 8 ? qword() : dword()); }

  NameRef thing(const std::vector<std::uint16_t>& bases) {
    lacks_name_ = lacks_name_ || bases.empty();
    return bases.empty() ? NameRef{} : NameRef{one_of(bases), itself_part};
  }

  // One that WER restarted has a part of the name of the first of its chain.
  NameRef process_name() {
    const std::uint16_t base = one_of(processes_).base;
    if (!chance(4)) return {base, itself_part};
    return name_ref(restarted_name(GivenName{base}, static_cast<std::uint32_t>(1 + below(restart_names_max))));
  }
  void name(Binds& binds) {
    if (chance(3) || script_.names.size() > 60) return;
    static const std::vector<std::string> stems{"w", "a name", "\xC3\xA9", "\"q\"", "a/b~c", "restarted1", "-", "0x"};
    std::string stem = one_of(stems);
    if (stem == "0x") stem = "x";
    entry_.name = stem + std::to_string(script_.names.size());
    as_ = &binds;
  }
  void threads(ThreadCount& count) {
    count.count = static_cast<std::uint16_t>(1 + below(3));
    threads_of_entry_ = count.count;
    if (as_ == nullptr || chance(2)) return;
    for (std::uint16_t k = 0; k < count.count; ++k) entry_.thread_names.push_back("t" + std::to_string(k));
  }
  void pid(PidRef& ref) {
    if (chance(2))
      ref.name = process_name();
    else
      ref.raw = Pid{chance(2) ? number(unowned_pid) + dword() % 100 : dword()};
  }
  void tid(TidRef& ref) {
    const Process process = one_of(processes_);
    if (chance(3))
      ref.name = {process.base, static_cast<std::uint16_t>(first_thread_part + below(process.threads))};
    else if (chance(4))
      ref.name = thread_name(restarted_name(GivenName{process.base}, 2), 0);
    else if (!threads_.empty() && chance(2))
      ref.name = {one_of(threads_), itself_part};
    else
      ref.raw = Tid{chance(2) ? number(unowned_tid) + dword() % 100 : dword()};
  }
  void handle(HandleRef& ref) {
    const Process process = one_of(processes_);
    if (process.made && chance(3))
      ref.name = {process.base, chance(2) ? handle_part : thread_handle_part};
    else if (!handles_.empty() && chance(3))
      ref.name = {one_of(handles_), itself_part};
    else if (chance(3))
      ref.raw = chance(2) ? current_process : current_thread;
    else
      ref.raw = HandleValue{chance(2) ? number(unowned_handle) + dword() % 100 : qword()};
  }
  AccessMask mask() { return AccessMask{dword()} & ~forbidden_mask_bits; }
  // What a function is given: it ends at its first NUL.
  static std::u16string up_to_nul(const std::u16string& text) { return text.substr(0, text.find(u'\0')); }

  std::u16string some_text() {
    static constexpr char16_t units[] = {u'a',    u'"',      u'\\',     u'\n',     u'\0', u'\x7F',
                                         u'\xE9', u'\xD800', u'\xDC00', u'\xFFFF', u'/',  u'~'};
    std::u16string text;
    for (std::uint64_t i = below(6); i > 0; --i) text += units[below(std::size(units))];
    return text;
  }
  Dacl some_dacl() {
    Dacl dacl;
    for (std::uint64_t i = below(3); i > 0; --i) {
      const TextRef user = script_.tables.text(some_text() + std::u16string(i, u'!'));
      dacl.push_back({user, mask()});
    }
    return dacl;
  }
  Range some_range() {
    const std::uint64_t begin = qword();
    return {begin, begin + 1 + below(~begin)};
  }
  Ranges some_ranges() {
    Ranges ranges;
    for (std::uint64_t i = below(3); i > 0; --i) ranges.push_back(some_range());
    return ranges;
  }
  Stacks some_stacks() {
    Stacks stacks;
    for (std::uint32_t k = 0; chance(2); ++k) {
      stacks.push_back(default_stack(k));
      if (chance(3)) continue;
      stacks.back().range = some_range();
      stacks.back().stack_pointer = qword();
      stacks.back().instruction_pointer = qword();
      stacks.back().registers[below(general_registers.size())] = qword();
    }
    return stacks;
  }
  LoadedModules some_modules() {
    LoadedModules modules;
    for (std::uint64_t i = below(3); i > 0; --i) {
      LoadedModule& module = modules.emplace_back();
      module.name = up_to_nul(some_text());
      module.base = i << 32 | below(1000);
      module.size = 1 + dword() / 2;
      if (chance(2)) module.version = {1, 0, 0xFFFF, static_cast<std::uint16_t>(below(0x10000))};
      if (chance(2)) module.checksum = dword();
      if (chance(2)) module.timestamp = dword();
      if (chance(2)) fill(module.debug.emplace());
    }
    return modules;
  }
  void fill(DebugRecord& debug) {
    fill(debug.id);
    debug.age = dword();
    debug.pdb = json::utf8(up_to_nul(some_text()));
  }
  std::vector<std::uint8_t> some_bytes() {
    std::vector<std::uint8_t> bytes;
    for (std::uint64_t i = below(5); i > 0; --i) bytes.push_back(static_cast<std::uint8_t>(below(256)));
    return bytes;
  }

  std::mt19937 random_;
  Script script_{};
  std::vector<Process> processes_{};
  std::vector<std::uint16_t> threads_{};
  std::vector<std::uint16_t> handles_{};
  std::vector<std::uint16_t> connections_{};
  std::vector<std::uint16_t> opens_{};
  std::vector<std::uint16_t> csv_opens_{};
  std::optional<SmbRules> rules_{};
  bool lacks_name_{};
  GivenNameEntry entry_{};
  std::uint16_t threads_of_entry_{};
  Binds* as_{};
};

}  // namespace procreg::harness
