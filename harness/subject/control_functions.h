// The control functions of a loaded library: those of procreg/control.h that a subject uses.
#pragma once

#include "harness/subject/c_world.h"
#include "harness/subject/shared_library.h"

namespace procreg::harness {

template <auto Function>
using FunctionOf = std::remove_pointer_t<decltype(Function)>;

struct ControlFunctions {
  // As the header declares them.
  FunctionOf<&procreg_control_version>* control_version{};
  FunctionOf<&procreg_version>* version{};
  FunctionOf<&procreg_error>* error{};
  FunctionOf<&procreg_world_create>* world_create{};
  FunctionOf<&procreg_world_restart>* world_restart{};
  FunctionOf<&procreg_world_destroy>* world_destroy{};
  FunctionOf<&procreg_process_named>* process_named{};
  FunctionOf<&procreg_process_pid>* process_pid{};
  FunctionOf<&procreg_process_thread>* process_thread{};
  FunctionOf<&procreg_become>* become{};
  FunctionOf<&procreg_last_outcome>* last_outcome{};
  FunctionOf<&procreg_last_restart>* last_restart{};
  FunctionOf<&procreg_name_next_restart>* name_next_restart{};
  FunctionOf<&procreg_create_process>* create_process{};
  FunctionOf<&procreg_new_object>* new_object{};
  FunctionOf<&procreg_open_tag>* open_tag{};
  FunctionOf<&procreg_create_thread>* create_thread{};
  FunctionOf<&procreg_exit_thread>* exit_thread{};
  FunctionOf<&procreg_stop_answering>* stop_answering{};
  FunctionOf<&procreg_answer>* answer{};
  FunctionOf<&procreg_close_hung>* close_hung{};
  FunctionOf<&procreg_crash>* crash{};
  FunctionOf<&procreg_user_choice>* user_choice{};
  FunctionOf<&procreg_user_cancel>* user_cancel{};
  FunctionOf<&procreg_callback_returns>* callback_returns{};
  FunctionOf<&procreg_set_heap_capacity>* set_heap_capacity{};
  FunctionOf<&procreg_fail_allocation>* fail_allocation{};
  FunctionOf<&procreg_fail_recovery_api>* fail_recovery_api{};
  FunctionOf<&procreg_filter_load>* filter_load{};
  FunctionOf<&procreg_filter_unload>* filter_unload{};
  FunctionOf<&procreg_fail_ccf_allocation>* fail_ccf_allocation{};
  FunctionOf<&procreg_advance_time>* advance_time{};
  FunctionOf<&procreg_snapshot_words>* snapshot_words{};
  FunctionOf<&procreg_text_count>* text_count{};
  FunctionOf<&procreg_text>* text{};
  FunctionOf<&procreg_name_count>* name_count{};
  FunctionOf<&procreg_name>* name{};
  FunctionOf<&procreg_name_of_thread>* name_of_thread{};

  // "" when the library has all of them in this version; "none" when it has none; else what is wrong with them.
  std::string load(const SharedLibrary& library);
};

}  // namespace procreg::harness
