#include "harness/subject/control_functions.h"

namespace procreg::harness {

namespace {

class Loading {
 public:
  explicit Loading(const SharedLibrary& library) : library_{library} {}

  template <class F>
  void operator()(F*& function, const char* name) {
    function = reinterpret_cast<F*>(library_.find(name));
    if (function == nullptr && missing_.empty()) missing_ = name;
  }
  const std::string& missing() const { return missing_; }

 private:
  const SharedLibrary& library_;
  std::string missing_{};
};

}  // namespace

std::string ControlFunctions::load(const SharedLibrary& library) {
  Loading load{library};
  load(control_version, "procreg_control_version");
  if (control_version == nullptr) return "none";
  if (control_version() != PROCREG_CONTROL_VERSION)
    return "the control functions are of version " + std::to_string(control_version()) + ", and version " +
           std::to_string(PROCREG_CONTROL_VERSION) + " is known here";
  load(version, "procreg_version");
  load(error, "procreg_error");
  load(world_create, "procreg_world_create");
  load(world_restart, "procreg_world_restart");
  load(world_destroy, "procreg_world_destroy");
  load(process_named, "procreg_process_named");
  load(process_pid, "procreg_process_pid");
  load(process_thread, "procreg_process_thread");
  load(become, "procreg_become");
  load(last_outcome, "procreg_last_outcome");
  load(last_restart, "procreg_last_restart");
  load(name_next_restart, "procreg_name_next_restart");
  load(create_process, "procreg_create_process");
  load(new_object, "procreg_new_object");
  load(open_tag, "procreg_open_tag");
  load(create_thread, "procreg_create_thread");
  load(exit_thread, "procreg_exit_thread");
  load(stop_answering, "procreg_stop_answering");
  load(answer, "procreg_answer");
  load(close_hung, "procreg_close_hung");
  load(crash, "procreg_crash");
  load(user_choice, "procreg_user_choice");
  load(user_cancel, "procreg_user_cancel");
  load(callback_returns, "procreg_callback_returns");
  load(set_heap_capacity, "procreg_set_heap_capacity");
  load(fail_allocation, "procreg_fail_allocation");
  load(fail_recovery_api, "procreg_fail_recovery_api");
  load(filter_load, "procreg_filter_load");
  load(filter_unload, "procreg_filter_unload");
  load(fail_ccf_allocation, "procreg_fail_ccf_allocation");
  load(advance_time, "procreg_advance_time");
  load(snapshot_words, "procreg_snapshot_words");
  load(text_count, "procreg_text_count");
  load(text, "procreg_text");
  load(name_count, "procreg_name_count");
  load(name, "procreg_name");
  load(name_of_thread, "procreg_name_of_thread");
  return load.missing().empty() ? "" : "it has procreg_control_version and not " + load.missing();
}

}  // namespace procreg::harness
