#include "harness/subject/library.h"

#include "harness/subject/controlled_world.h"
#include "harness/subject/own_process.h"

namespace procreg::harness {

namespace {

// The functions of Windows that a library has, by kind of step.
using Functions = std::array<void*, step_kinds>;

template <class T>
inline constexpr std::size_t kind = [] {
  return []<class... All>(std::type_identity<std::variant<All...>>) {
    std::size_t i = 0;
    std::size_t found = sizeof...(All);
    ((std::is_same_v<All, T> ? void(found = i) : void(), ++i), ...);
    return found;
  }(std::type_identity<Step>{});
}();

template <class F>
void for_each_kind(F&& f) {
  [&]<class... All>(std::type_identity<std::variant<All...>>) {
    (f(std::type_identity<All>{}), ...);
  }(std::type_identity<Step>{});
}

class LibrarySubject final : public ForeignSubject {
 public:
  explicit LibrarySubject(std::string path) : path_{std::move(path)} {}

  const Abilities* abilities() override {
    if (!library_) load();
    return failure_.message.empty() ? &abilities_ : nullptr;
  }
  const Stopped& failure() const override { return failure_; }

  std::variant<std::vector<BegunProcess>, Stopped> reset(Script& script, const Profile* profile) override {
    if (abilities() == nullptr) return failure_;
    caller_.emplace(CCaller{script.tables, get_last_error_, nullptr, 0});
    if (world_) return world_->reset(script, profile != nullptr ? *profile : documented_profile());
    return std::vector{this_process()};
  }

  std::optional<Stopped> perform(std::span<const Step> steps, std::vector<ForeignAnswer>& answers) override {
    answers.resize(steps.size());  // those that are there keep their memory
    for (std::size_t i = 0; i < steps.size(); ++i) {
      answers[i].threads.clear();
      answers[i].restarted.clear();
      if (!perform_any(steps[i], answers[i])) {
        answers.resize(i);
        return std::exchange(stopped_, {});
      }
    }
    return std::nullopt;
  }

  std::variant<std::string, Stopped> snapshot() override {
    if (world_) return world_->snapshot();
    return Stopped{Stopped::Why::cannot, "the library has no snapshots"};
  }

 private:
  void load() {
    library_.emplace(path_);
    if (!library_->failure().empty()) return fail(library_->failure());
    const std::string problem = control_.load(*library_);
    const bool controlled = problem.empty();
    if (!controlled && problem != "none") return fail(path_ + " cannot be controlled: " + problem);
    find_functions();
    if (controlled) {
      world_.emplace(control_);
      get_last_error_ = nullptr;  // the outcome of a call has it, and asking again is another call
    } else if (functions_found_ == 0) {
      return fail(path_ + " has none of the documented functions");
    }
    describe(controlled);
  }
  void fail(std::string message) { failure_ = {Stopped::Why::not_started, std::move(message)}; }

  void find_functions() {
    for_each_kind([this]<class T>(std::type_identity<T>) {
      if constexpr (CFunction<T>) {
        functions_[kind<T>] = library_->find(std::string{steps()[kind<T>].name}.c_str());
        functions_found_ += functions_[kind<T>] != nullptr ? 1 : 0;
      }
    });
    get_last_error_ = reinterpret_cast<std::uint32_t (*)()>(library_->find("GetLastError"));
  }

  void describe(bool controlled) {
    abilities_.name = "library:" + path_;
    if (controlled) abilities_.version = control_.version();
    abilities_.raw_ids = abilities_.profile = abilities_.snapshot = controlled;
    if (controlled) abilities_.world = parts_of_worlds();
    for_each_kind([this, controlled]<class T>(std::type_identity<T>) {
      abilities_.fields[kind<T>] = optional_fields(kind<T>);
      abilities_.steps[kind<T>] = can<T>(controlled);
    });
  }

  template <class T>
  Can can(bool controlled) const {
    if constexpr (Controlled<T>) return controlled ? Can::yes : Can::no;
    if constexpr (!CFunction<T>) return Can::no;
    if constexpr (CFunction<T>) {
      // This process would end, or its last error could not be read.
      const bool ends = std::is_same_v<T, ExitProcess>;
      const bool is_mute = c_function::has_last_error<T> && get_last_error_ == nullptr;
      if (!controlled && (ends || is_mute)) return Can::no;
    }
    return functions_[kind<T>] != nullptr ? Can::yes : Can::missing;
  }

  // False: stopped_ says why.
  bool perform_any(const Step& step, ForeignAnswer& answer) {
    return std::visit([&](const auto& fields) { return perform_one(fields, answer); }, step);
  }
  template <class T>
  bool perform_one(const T& fields, ForeignAnswer& answer) {
    if constexpr (CFunction<T>) {
      if (functions_[kind<T>] == nullptr)
        return stop(Stopped::Why::missing, "the library has no function " + std::string{steps()[kind<T>].name});
      if (!world_) return call_alone(fields, answer);
      world_->prepare(fields);
      answer.answer = call(fields);
      return world_->complete(fields, answer) || stop(world_->unusable());
    } else if constexpr (Controlled<T>) {
      answer.answer = {};  // a call returns all of its own
      if (world_) return world_->perform(fields, answer) || stop(world_->unusable());
    }
    return stop(Stopped::Why::cannot, "no function of the library is this step");
  }
  bool stop(Stopped::Why why, std::string message) {
    stopped_ = Stopped{why, std::move(message)};
    return false;
  }
  bool stop(std::string unusable) { return stop(Stopped::Why::cannot, std::move(unusable)); }

  template <CFunction T>
  Answer call(const T& fields) {
    return call_c<T>(reinterpret_cast<c_signature<T>*>(functions_[kind<T>]), fields, *caller_);
  }

  // A call of this very process; one of anybody else is made by nobody.
  template <CFunction T>
  bool call_alone(const T& fields, ForeignAnswer& answer) {
    if constexpr (std::is_same_v<T, TerminateProcess>)
      if (fields.hProcess.raw == current_process) return stop(Stopped::Why::cannot, "this process would end with it");
    answer.answer = fields.by.raw == nobody ? Answer{.result = not_runnable} : call(fields);
    return true;
  }

  std::string path_;
  std::optional<SharedLibrary> library_{};
  Stopped failure_{};
  std::optional<Stopped> stopped_{};
  Abilities abilities_{};
  Functions functions_{};
  std::size_t functions_found_{};
  std::uint32_t (*get_last_error_)(){};
  std::optional<CCaller> caller_{};
  ControlFunctions control_{};
  std::optional<ControlledWorld> world_{};  // of a library with control functions; before the library goes
};

}  // namespace

std::unique_ptr<ForeignSubject> library_subject(std::string path) {
  return std::make_unique<LibrarySubject>(std::move(path));
}

}  // namespace procreg::harness
