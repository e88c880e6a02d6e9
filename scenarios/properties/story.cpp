#include "scenarios/properties/story.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "harness/generate/world.h"

namespace procreg::scenarios {
namespace {

constexpr std::size_t names_max = 200;  // of one act; far more than any story binds

template <class Id>
Ref<Id> named(Name name, std::uint16_t part) {
  return {.raw = {}, .name = {name.base, part}};
}

// `documented` or `windows11`, with up to three covered choices answered otherwise.
Profile drawn_profile(Draws& draws) {
  Profile profile = draws.below(2) == 0 ? documented_profile() : windows11_profile();
  for (std::uint32_t left = draws.below(4); left > 0; --left) {
    const std::uint32_t index = draws.below(choice_count);
    const ChoiceInfo& choice = choices()[index];
    if (!choice.covered) continue;
    profile.option[index] = static_cast<std::uint8_t>(draws.below(static_cast<std::uint32_t>(choice.options.size())));
  }
  return profile;
}

harness::Script empty_script() {
  harness::Script script;
  script.world_given = true;
  script.names.push_back({.name = "main", .thread_names = {}});
  return script;
}

}  // namespace

PidRef pid(Name process) { return named<Pid>(process, itself_part); }
PidRef pid(std::uint32_t number) { return {.raw = Pid{number}, .name = {}}; }
PidRef nobody_pid(std::uint32_t k) { return pid(number(unowned_pid) + 4 * k); }
TidRef thread(Name process, std::uint16_t k) {
  return named<Tid>(process, static_cast<std::uint16_t>(first_thread_part + k));
}
TidRef tid(Name thread) { return named<Tid>(thread, itself_part); }
TidRef tid(std::uint32_t number) { return {.raw = Tid{number}, .name = {}}; }
HandleRef handle(Name made) { return named<HandleValue>(made, itself_part); }
HandleRef handle_of(Name process) { return named<HandleValue>(process, handle_part); }
HandleRef thread_handle_of(Name process) { return named<HandleValue>(process, thread_handle_part); }
HandleRef handle(HandleValue value) { return {.raw = value, .name = {}}; }
Caller caller(Name process) { return {{.raw = {}, .name = {process.base, itself_part}}}; }
ConnectionRef connection(Name made) { return {named<ConnectionKey>(made, itself_part)}; }
OpenRef opened(Name made) { return {named<OpenKey>(made, itself_part)}; }
CsvOpenRef csv_opened(Name made) { return {named<CsvOpenId>(made, itself_part)}; }

Story::Story(harness::Subject& subject, Draws& draws)
    : subject_{subject}, draws_{draws}, profile_{drawn_profile(draws)}, script_{empty_script()} {}

std::uint32_t Story::any_number() {
  switch (below(4)) {
    case 0:
      return below(16);
    case 1:
      return below(1000) + 1000;
    case 2:
      return 0xFFFFFFFFU - below(16);
    default: {
      const std::uint32_t high = below(0x10000);
      return high << 16 | below(0x10000);
    }
  }
}

std::uint64_t Story::any_address() {
  const std::uint32_t edge = below(4);
  const std::uint64_t offset = any_number();
  switch (edge) {
    case 0:
      return offset;
    case 1:
      return ~std::uint64_t{0} - offset;
    case 2:
      return (std::uint64_t{1} << 63) + (coin() ? offset : ~offset + 1);
    default:
      return offset << 32 | any_number();
  }
}

// --- The world ---

TextIn Story::text(std::u16string_view text) {
  const std::size_t known = script_.tables.texts();
  const TextRef ref = script_.tables.text(text);
  must(!begun_ || script_.tables.texts() == known, "all texts are given before the first step");
  return {ref};
}

BytesRef Story::bytes(std::vector<std::uint8_t> bytes) {
  const bool known = std::find(bytes_.begin(), bytes_.end(), bytes) != bytes_.end();
  must(!begun_ || known, "all bytes are given before the first step");
  if (!known) bytes_.push_back(bytes);
  return script_.tables.bytes(std::move(bytes));
}

StacksRef Story::stacks(Stacks stacks) {
  must(!begun_, "memory is described before the first step");
  return script_.tables.stacks(std::move(stacks));
}

RangesRef Story::ranges(Ranges ranges) {
  must(!begun_, "memory is described before the first step");
  return script_.tables.ranges(std::move(ranges));
}

Name Story::named(Kind kind) {
  constexpr char letters[] = {'p', 'p', 'r', 't', 'h', 'c', 'o', 'v'};
  script_.names.push_back(
      {.name = fmt::format("{}{}", letters[static_cast<std::size_t>(kind.of)], script_.names.size() + 1),
       .thread_names = {}});
  kinds_.push_back(kind);
  return {static_cast<std::uint16_t>(script_.names.size())};
}

// Finds a name that is used for what it does not stand for.
struct Story::NameChecker {
  const Story& story;

  Kind of(NameRef ref) const { return story.kind({ref.base}); }
  static bool is_process(Kind kind) { return kind.of <= Kind::Of::restarted; }

  bool fits(const PidRef& ref) const { return is_process(of(ref.name)); }
  bool fits(const Ref<ProcessKey>& ref) const { return is_process(of(ref.name)); }
  bool fits(const HandleRef& ref) const {
    return of(ref.name).of == (ref.name.part == itself_part ? Kind::Of::handle : Kind::Of::process);
  }
  bool fits(const TidRef& ref) const {
    if (ref.name.part == itself_part) return of(ref.name).of == Kind::Of::thread;
    return is_process(of(ref.name)) && ref.name.part - first_thread_part < story.threads({ref.name.base});
  }

  bool fits(const Ref<ConnectionKey>& ref) const { return of(ref.name).of == Kind::Of::connection; }
  bool fits(const Ref<OpenKey>& ref) const { return of(ref.name).of == Kind::Of::open; }
  bool fits(const Ref<CsvOpenId>& ref) const { return of(ref.name).of == Kind::Of::csv_open; }

  bool operator()(const Given<Reconnect>& given) const { return !given.value || (*this)(given.value->handle); }
  template <class T>
  bool operator()(const T& value) const {
    if constexpr (requires { value.name.base; }) {
      return !value.name || fits(value);
    } else if constexpr (requires { value.value->name.base; }) {
      return !value.value || (*this)(*value.value);
    } else {
      return true;
    }
  }
};

void Story::must_be_a_scenario(const Step& step) const {
  const auto check = [this](const auto& fields) {
    std::decay_t<decltype(fields)>::fields::each(
        [&](auto field) { must(NameChecker{*this}(fields.*(field.member)), "a name is used for what it stands for"); });
  };
  std::visit(check, step);
}

Name Story::process(ProcessSpec spec) {
  must(!begun_, "the world is complete before the first step");
  const Name name = named({Kind::Of::process_of_world, 0, 0});
  spec.name = name.base;
  script_.world.processes.push_back(spec);
  return name;
}

ProcessSpec& Story::spec(Name process) { return script_.world.processes.at(process.base - 1U); }

MachineIndex Story::add_machine(FilterState ccf) {
  script_.world.machines.push_back({.name = fmt::format("machine{}", script_.world.machines.size() + 1), .ccf = ccf});
  return MachineIndex{static_cast<std::uint8_t>(script_.world.machines.size() - 1)};
}

// --- Steps ---

void Story::begin() {
  begun_ = true;
  subject_.reset(script_.world, script_.tables, profile_);
  bindings_.clear(names_max);
  bindings_.bind_world(script_.world);
}

const Answer& Story::perform(Step step) {
  if (!begun_) begin();
  must_be_a_scenario(step);
  script_.steps.push_back(step);
  answer_ = subject_.perform(bindings_.resolve(step));
  bindings_.bind(step, answer_);
  remember_made(step);
  seen_.reset();
  ++steps_;
  return answer_;
}

// --- What the subject shows ---

const Seen& Story::seen() {
  if (!begun_) begin();
  if (seen_) return *seen_;
  SnapshotWords words;
  has_snapshot_ = subject_.snapshot(words);
  must(has_snapshot_, "the subject has a snapshot");
  seen_ = scenarios::seen(words);
  must(seen_.has_value(), "the snapshot has the layout of the specification");
  must(seen_->machines.size() == script_.world.machines.size(), "the snapshot shows all machines");
  return *seen_;
}

const SeenProcess* Story::find(Name process) {
  const Seen& now = seen();
  return now.process(key(process));
}

const SeenProcess& Story::of(Name process) {
  const SeenProcess* found = find(process);
  must(found != nullptr, fmt::format("{} has a process object", script_.names.at(process.base - 1U).name));
  return *found;
}

const SnapHandle* Story::entry(Name process, Name made) { return of(process).handle(value_of(made)); }

const SnapTag* Story::tag_of(Name process) {
  const Seen& now = seen();
  return now.machines.at(number_of(key(process).machine)).tag(key(process).object);
}

bool Story::is(Name process, ProcessState state) {
  const SeenProcess* found = find(process);
  return found == nullptr ? state == ProcessState::Exited : found->head.state == state;
}

const SeenReport& Story::last_report() {
  must(!seen().reports.empty(), "there is a report");
  must(!seen().reports.back().dumps.empty(), "with a primary dump");
  return seen().reports.back();
}

const harness::Bindings::Bound& Story::bound(Name name) {
  if (!begun_) begin();
  return bindings_.at(name.base);
}

// --- What has to hold ---

void Story::must(bool holds, std::string_view what) {
  if (!holds) throw Broken{std::string{what}};
}

void Story::must_be(Result got, Result want, std::string_view what) {
  if (got != want)
    throw Broken{fmt::format("{}: answered {}, expected {}", what, procreg::text(got), procreg::text(want))};
}

void Story::must_be_unchanged(const Seen& before, std::string_view what, Forgive forgive) {
  Seen then = before;
  Seen now = seen();
  if (forgive != nullptr) {
    forgive(then);
    forgive(now);
  }
  must(same(then, now), what);
}

// --- Acts ---

void Story::next_act() {
  past_.push_back(finished_act());
  script_.steps.clear();
  script_.names.resize(script_.world.processes.size());
  kinds_.resize(script_.world.processes.size());
  seen_.reset();
  begun_ = false;
}

harness::Script Story::finished_act() const {
  harness::Script act = script_;
  act.profiles = {{.label = harness::profile_label(profile_), .profile = profile_}};
  return act;
}

std::vector<harness::Script> Story::acts() const {
  std::vector<harness::Script> acts = past_;
  if (!script_.steps.empty()) acts.push_back(finished_act());
  return acts;
}

}  // namespace procreg::scenarios
