/* What Windows does not offer: making a world, choosing which of its processes this thread is, making things fail, and reading
   what came of it. For C11 and C++11.

   procreg_world* world = procreg_world_create(NULL);      a machine and a process `main`, as if by a first start
   procreg_become(world, procreg_process_named(world, "main"));
   WerSetFlags(WER_FAULT_REPORTING_FLAG_QUEUE);            is a call of `main`
   procreg_crash(world, procreg_process_named(world, "main"), NULL);
   ... procreg_report_count(world) == 1
   procreg_world_destroy(world);

   Threads. Calls and events of a world may be made from many threads at once; each is atomic. Creating, restarting and destroying a
   world, and reading it (everything from "Reading" on), must not run beside them.
   Errors. A function of this header that is asked for something unusable does nothing, returns what its comment says and leaves a text in
   procreg_error(). Memory that really runs out ends the program.
   Structs. All zero is the default everywhere. Pointers in what is passed are read during the call only; those in what is returned live as
   long as the world, and until it is restarted. Names of processes, threads, machines, profiles and options are UTF-8. */
#ifndef PROCREG_CONTROL_H
#define PROCREG_CONTROL_H

#include "windef.h"

#define PROCREG_CONTROL_VERSION 1

PROCREG_BEGIN

/* --- How a world begins --- */

typedef struct procreg_world procreg_world;

/* A process object of one world, for ever: never reused. 0 is nobody. */
typedef uint64_t procreg_process;

typedef PROCREG_ENUM(procreg_maybe){PROCREG_DEFAULT, PROCREG_NO, PROCREG_YES} procreg_maybe;
typedef PROCREG_ENUM(procreg_process_kind){PROCREG_ORDINARY, PROCREG_SYSTEM_IDLE, PROCREG_SYSTEM,
                                           PROCREG_CSRSS} procreg_process_kind;
typedef PROCREG_ENUM(procreg_filter_state){PROCREG_FILTER_LOADED, PROCREG_FILTER_ABSENT,
                                           PROCREG_FILTER_UNLOADED} procreg_filter_state;

/* Bytes begin to end - 1; begin < end. */
typedef struct procreg_range {
  uint64_t begin, end;
} procreg_range;

typedef struct procreg_ranges {
  const procreg_range* items;
  size_t count;
} procreg_ranges;

#define PROCREG_REGISTERS 15 /* rax rcx rdx rbx rbp rsi rdi r8 ... r15 */
typedef struct procreg_stack {
  procreg_range range;
  uint64_t stack_pointer, instruction_pointer;
  uint64_t registers[PROCREG_REGISTERS];
} procreg_stack;

/* Of threads 0, 1, ...; those after the last one have the default stack. */
typedef struct procreg_stacks {
  const procreg_stack* items;
  size_t count;
} procreg_stacks;

/* What each listed user may be granted; others nothing. */
typedef struct procreg_dacl_entry {
  PCWSTR user;
  DWORD mask;
} procreg_dacl_entry;
typedef struct procreg_dacl {
  const procreg_dacl_entry* items;
  size_t count;
} procreg_dacl;

typedef struct procreg_loaded_module {
  PCWSTR name; /* the whole path */
  uint64_t base;
  uint32_t size; /* at least 1 */
  uint32_t checksum, timestamp;
  const uint16_t* version; /* four numbers; NULL: it has none */
  const GUID* debug_id;    /* NULL: it has no debug record */
  uint32_t debug_age;
  const char* debug_pdb;
} procreg_loaded_module;
typedef struct procreg_loaded_modules {
  const procreg_loaded_module* items;
  size_t count;
} procreg_loaded_modules;

/* What every process has, however it begins. A null pointer is the default. */
typedef struct procreg_inputs {
  PCWSTR user;      /* default: user1; of a child: its parent's */
  const DWORD* pid; /* default: the next free one */
  int is_protected;
  const procreg_dacl* dacl; /* default: its own user everything */
  uint32_t threads;         /* 0: one */
  const char* const*
      thread_names; /* NULL, or one a thread, each may be NULL; thread k is also called <process>.<k + 1> */
  PCWSTR package;
  procreg_maybe local_folder_usable, dumpable;
  const procreg_stacks* stacks;
  const procreg_ranges *data, *private_ranges, *mapped;
  const procreg_loaded_modules* loaded_modules;
} procreg_inputs;

typedef struct procreg_process_spec {
  const char* name;
  const char* machine; /* NULL: the first one */
  procreg_process_kind kind;
  int se_debug;
  procreg_inputs inputs;
} procreg_process_spec;

typedef struct procreg_machine_spec {
  const char* name;
  procreg_filter_state filter;
} procreg_machine_spec;

typedef struct procreg_limits {
  uint32_t entries, metadata, dump_collection, modules; /* 0 to 65535 */
} procreg_limits;

typedef PROCREG_ENUM(procreg_deed){PROCREG_SUCCEEDS, PROCREG_FAILS, PROCREG_TERMINATES} procreg_deed;
typedef struct procreg_signature_deed {
  procreg_deed deed;
  PCWSTR name, value; /* of the parameter, when it succeeds */
} procreg_signature_deed;

/* How the runtime exception modules of a dll behave; by default they can be loaded and decline. */
typedef struct procreg_module_behaviour {
  PCWSTR dll;
  int cannot_be_loaded;
  procreg_deed event;
  PCWSTR claims;  /* the name of the event; NULL: declines */
  uint32_t count; /* of signature parameters that it says it has; at least as many are needed below, up to 10 */
  const procreg_signature_deed* signatures;
  size_t signature_count;
  procreg_deed debugger;
  PCWSTR custom; /* NULL: none */
  int automatic;
} procreg_module_behaviour;

/* An answer to an open question of the specification: `procreg list choices` names both. */
typedef struct procreg_option {
  const char* choice;
  const char* option;
} procreg_option;

typedef struct procreg_world_spec {
  const char* profile; /* NULL: "documented" */
  const procreg_option* options;
  size_t option_count;
  const procreg_machine_spec* machines; /* default: "local", filter loaded */
  size_t machine_count;
  const procreg_process_spec* processes; /* default: "main" */
  size_t process_count;
  int no_processes; /* really none */
  const procreg_limits* limits;
  const PCWSTR* existing_files;
  size_t existing_file_count;
  const PCWSTR* helper_modules;
  size_t helper_module_count;
  const procreg_module_behaviour* module_behaviours;
  size_t module_behaviour_count;
  int additional_data_requested, user_documents_requested, force_queue;
} procreg_world_spec;

PROCREG_API int procreg_control_version(void) PROCREG_NOEXCEPT; /* PROCREG_CONTROL_VERSION of the library */
PROCREG_API const char* procreg_version(void) PROCREG_NOEXCEPT; /* of procreg, "0.1.0" */
PROCREG_API const char* procreg_error(void)
    PROCREG_NOEXCEPT; /* of this thread's last refusal; "" when there was none */

/* NULL is the default world. NULL: unusable. */
PROCREG_API procreg_world* procreg_world_create(const procreg_world_spec* spec) PROCREG_NOEXCEPT;
/* Begins another world in its place and memory, faster than creating one; whatever belonged to the former one is gone, also which process
   threads were. 0: unusable, and the world is as it was. */
PROCREG_API int procreg_world_restart(procreg_world* world, const procreg_world_spec* spec) PROCREG_NOEXCEPT;
PROCREG_API void procreg_world_destroy(procreg_world* world) PROCREG_NOEXCEPT;

/* --- Who calls --- */

/* The process of this name now; 0: there is none, or not yet. "w.restarted1" is the first that WER made in place of w. */
PROCREG_API procreg_process procreg_process_named(procreg_world* world, const char* name) PROCREG_NOEXCEPT;
PROCREG_API const char* procreg_process_name(procreg_world* world, procreg_process process) PROCREG_NOEXCEPT;
/* Its pid, and those of its threads when it began; 0: unknown process, no such thread. The k-th from 0. */
PROCREG_API DWORD procreg_process_pid(procreg_world* world, procreg_process process) PROCREG_NOEXCEPT;
PROCREG_API DWORD procreg_process_thread(procreg_world* world, procreg_process process, uint32_t k) PROCREG_NOEXCEPT;

/* From now on calls of this thread are made by that process, or by nobody (process 0): a call by nobody, or by a process that cannot
   make one, is not run (see procreg_last_outcome). 0: no such process. */
PROCREG_API int procreg_become(procreg_world* world, procreg_process process) PROCREG_NOEXCEPT;
/* The same for every thread that has not chosen itself. */
PROCREG_API int procreg_become_by_default(procreg_world* world, procreg_process process) PROCREG_NOEXCEPT;

/* --- What came of this thread's last call or event --- */

typedef PROCREG_ENUM(procreg_outcome_kind){
    PROCREG_ANSWERED,       /* the function returned its value */
    PROCREG_ENDED_CALLER,   /* the calling process is no more */
    PROCREG_RAISED,         /* an exception was raised in the caller: `value` */
    PROCREG_NOT_RUN,        /* the caller cannot make calls now, or is nobody */
    PROCREG_APPLIED,        /* of an event */
    PROCREG_NOT_APPLICABLE, /* of an event, or of a process that the world cannot create */
    PROCREG_UNUSABLE        /* not simulated or not usable: procreg_error() */
} procreg_outcome_kind;

typedef struct procreg_outcome {
  procreg_outcome_kind kind;
  uint64_t value;   /* the code or handle that was answered, the exception code */
  uint32_t written; /* bit i: output i was written, in the order of the parameters */
  uint64_t made;    /* the process, thread or handle that was made; 0: none */
  DWORD last_error; /* after a function that has one */
  size_t restarted; /* how many processes WER made in place of others */
} procreg_outcome;
/* Stays where it is as long as the thread lives, and is what its next call or event makes it. */
PROCREG_API const procreg_outcome* procreg_last_outcome(void) PROCREG_NOEXCEPT;

typedef struct procreg_restart {
  procreg_process process; /* 0: there is no i-th */
  const char* machine;
  DWORD pid, thread;
} procreg_restart;
/* The i-th process that WER made in that step. */
PROCREG_API procreg_restart procreg_last_restart(procreg_world* world, size_t i) PROCREG_NOEXCEPT;
/* What the first process is called that WER makes in this thread's next call or event; without it w.restarted1 and so on. 0: unusable. */
PROCREG_API int procreg_name_next_restart(procreg_world* world, const char* name) PROCREG_NOEXCEPT;

/* Is told when a function of Windows could not have returned as it does here: the outcome is PROCREG_ENDED_CALLER, PROCREG_RAISED or
   PROCREG_NOT_RUN. It may leave with longjmp over C frames, or return, and the function then returns a failure. NULL: nobody. For
   this thread. */
typedef void (*procreg_end_handler)(void* context, const procreg_outcome* outcome);
PROCREG_API void procreg_on_end(procreg_end_handler handler, void* context) PROCREG_NOEXCEPT;

/* --- Calls that Windows spells otherwise, by the process of this thread --- */

typedef struct procreg_new_process {
  const char* name;
  int inherit_handles;
  const HANDLE* parent_handle; /* default: the caller is the parent */
  int inheritable_result;
  procreg_inputs inputs;
} procreg_new_process;

typedef struct procreg_created {
  procreg_process process;
  HANDLE hProcess, hThread;
  DWORD dwProcessId, dwThreadId;
} procreg_created;
/* CreateProcess. `created` is written on TRUE. */
PROCREG_API BOOL procreg_create_process(const procreg_new_process* how, procreg_created* created) PROCREG_NOEXCEPT;

typedef PROCREG_ENUM(procreg_object_type){PROCREG_THREAD = 1, PROCREG_EVENT, PROCREG_FILE,
                                          PROCREG_TOKEN} procreg_object_type;
/* CreateEvent and the like. `mask` NULL: all access. */
PROCREG_API HANDLE procreg_new_object(procreg_object_type type, const DWORD* mask, BOOL inheritable) PROCREG_NOEXCEPT;

/* What an open of a file by the calling process would carry. */
typedef struct procreg_opened {
  int has_id, has_version;
  GUID id;
  DWORD csv_flags;
  uint64_t version_high, version_low;
} procreg_opened;
/* `ea`: the value of the extended attribute ClusteredApplicationInstance, NULL: none. `opened` is written as far as the call says. */
PROCREG_API NTSTATUS procreg_open_tag(const uint8_t* ea, size_t ea_size, procreg_opened* opened) PROCREG_NOEXCEPT;

/* --- Events. 1: applied. 0: not applicable. -1: unusable. --- */

/* `tid` NULL: the next one. `name` may be NULL. The thread made is procreg_last_outcome().made. */
PROCREG_API int procreg_create_thread(procreg_world* world, procreg_process process, const char* name,
                                      const DWORD* tid) PROCREG_NOEXCEPT;
PROCREG_API int procreg_exit_thread(procreg_world* world, procreg_process process, DWORD tid) PROCREG_NOEXCEPT;
PROCREG_API int procreg_stop_answering(procreg_world* world, procreg_process process) PROCREG_NOEXCEPT;
PROCREG_API int procreg_answer(procreg_world* world, procreg_process process) PROCREG_NOEXCEPT;
PROCREG_API int procreg_close_hung(procreg_world* world, procreg_process process) PROCREG_NOEXCEPT;
/* `tid` NULL: in its oldest thread. */
PROCREG_API int procreg_crash(procreg_world* world, procreg_process process, const DWORD* tid) PROCREG_NOEXCEPT;
typedef PROCREG_ENUM(procreg_user_action){PROCREG_CHECK, PROCREG_CLOSE, PROCREG_DEBUG} procreg_user_action;
/* What the user answers to the report's window. `restart` by default: yes. */
PROCREG_API int procreg_user_choice(procreg_world* world, procreg_process process, procreg_user_action action,
                                    procreg_maybe restart) PROCREG_NOEXCEPT;
PROCREG_API int procreg_user_cancel(procreg_world* world, procreg_process process) PROCREG_NOEXCEPT;
PROCREG_API int procreg_callback_returns(procreg_world* world, procreg_process process) PROCREG_NOEXCEPT;
/* How many allocations its WER heap has room for; PROCREG_UNLIMITED. */
#define PROCREG_UNLIMITED UINT64_MAX
PROCREG_API int procreg_set_heap_capacity(procreg_world* world, procreg_process process,
                                          uint64_t allocations) PROCREG_NOEXCEPT;
/* The n-th from now on fails; n from 1. */
PROCREG_API int procreg_fail_allocation(procreg_world* world, procreg_process process, uint32_t n) PROCREG_NOEXCEPT;
PROCREG_API int procreg_fail_recovery_api(procreg_world* world, procreg_process process, uint32_t n) PROCREG_NOEXCEPT;
/* `machine` NULL: the first one. */
PROCREG_API int procreg_filter_load(procreg_world* world, const char* machine) PROCREG_NOEXCEPT;
PROCREG_API int procreg_filter_unload(procreg_world* world, const char* machine) PROCREG_NOEXCEPT;
PROCREG_API int procreg_fail_ccf_allocation(procreg_world* world, const char* machine, uint32_t n) PROCREG_NOEXCEPT;
PROCREG_API int procreg_advance_time(procreg_world* world, uint64_t ms) PROCREG_NOEXCEPT;

/* --- Reading --- */

typedef PROCREG_ENUM(procreg_process_state){PROCREG_RUNNING, PROCREG_HUNG, PROCREG_CRASHED, PROCREG_IN_RECOVERY,
                                            PROCREG_EXITED} procreg_process_state;
/* A process object that is gone counts as exited. */
PROCREG_API procreg_process_state procreg_state_of(procreg_world* world, procreg_process process) PROCREG_NOEXCEPT;
PROCREG_API uint64_t procreg_now(procreg_world* world) PROCREG_NOEXCEPT; /* ms */

typedef PROCREG_ENUM(procreg_cause){PROCREG_CAUSE_CRASH, PROCREG_CAUSE_HANG} procreg_cause;
typedef PROCREG_ENUM(procreg_dump_kind){PROCREG_MINI_DUMP, PROCREG_HEAP_DUMP, PROCREG_TRIAGE_DUMP} procreg_dump_kind;
typedef PROCREG_ENUM(procreg_file_status){PROCREG_FILE_NOT_REQUESTED, PROCREG_FILE_MISSING,
                                          PROCREG_FILE_ADDED} procreg_file_status;
typedef PROCREG_ENUM(procreg_block_status){PROCREG_BLOCK_NOT_REQUESTED, PROCREG_BLOCK_INCLUDED, PROCREG_BLOCK_PARTIAL,
                                           PROCREG_BLOCK_ABSENT} procreg_block_status;
typedef PROCREG_ENUM(procreg_not_collected_reason){PROCREG_PROCESS_MISSING,
                                                   PROCREG_ACCESS_DENIED} procreg_not_collected_reason;
typedef PROCREG_ENUM(procreg_module_outcome){PROCREG_MODULE_NOT_RUN,     PROCREG_MODULE_NOT_LISTED,
                                             PROCREG_MODULE_LOAD_FAILED, PROCREG_MODULE_FAILED,
                                             PROCREG_MODULE_DECLINED,    PROCREG_MODULE_CLAIMED} procreg_module_outcome;
typedef PROCREG_ENUM(procreg_recovery_outcome){PROCREG_TIMED_OUT, PROCREG_FINISHED_TRUE, PROCREG_FINISHED_FALSE,
                                               PROCREG_CRASHED_AGAIN, PROCREG_RECOVERY_EXITED} procreg_recovery_outcome;

typedef struct procreg_dump {
  const char* process_name; /* "" for a process without a name */
  procreg_process process;
  DWORD pid;
  procreg_dump_kind kind;
  DWORD mask;                               /* MINIDUMP_TYPE bits */
  DWORD extra_thread, extra_thread_missing; /* 0: none */
  const procreg_range* ranges;              /* of memory */
  size_t range_count;
} procreg_dump;
typedef struct procreg_reported_file {
  PCWSTR path;
  DWORD type, flags;
  procreg_file_status status;
} procreg_reported_file;
typedef struct procreg_reported_block {
  uint64_t address;
  uint32_t size;
  procreg_block_status status;
} procreg_reported_block;
typedef struct procreg_text_pair {
  PCWSTR name, value;
} procreg_text_pair;
typedef struct procreg_not_collected {
  DWORD pid;
  procreg_not_collected_reason reason;
} procreg_not_collected;
typedef struct procreg_reported_module {
  PCWSTR dll;
  uint64_t context;
  procreg_module_outcome outcome;
} procreg_reported_module;

typedef struct procreg_report {
  uint32_t id;   /* from 1 */
  uint64_t time; /* ms */
  const char* process_name;
  procreg_process process;
  DWORD pid;
  procreg_cause cause;
  DWORD thread; /* 0 for a hang */
  PCWSTR event;
  const procreg_text_pair* signature;
  size_t signature_count;
  DWORD flags;
  int has_hold;
  DWORD hold_ms;
  int queued;
  const procreg_reported_module* modules;
  size_t module_count;
  PCWSTR debugger; /* NULL: the default one */
  int debugger_is_automatic;
  const procreg_dump* dumps; /* the primary one first */
  size_t dump_count;
  const procreg_not_collected* not_collected;
  size_t not_collected_count;
  const procreg_text_pair* metadata;
  size_t metadata_count;
  const procreg_reported_file* files;
  size_t file_count;
  const procreg_reported_block* blocks;
  size_t block_count;
  const procreg_reported_block* excluded; /* without a status */
  size_t excluded_count;
  PCWSTR app_local_dump; /* NULL: none */
  procreg_dump_kind app_local_dump_kind;
  int recovered; /* recovery has ended, as the next two say */
  procreg_recovery_outcome recovery;
  int recovery_cancelled;
  DWORD restarted_pid; /* 0: no process was made in its place */
  PCWSTR restarted_command_line;
} procreg_report;

PROCREG_API size_t procreg_report_count(procreg_world* world) PROCREG_NOEXCEPT;
/* The i-th from 0, as it is now. Its lists live until the same report is asked for again. NULL: there is none. */
PROCREG_API const procreg_report* procreg_report_at(procreg_world* world, size_t i) PROCREG_NOEXCEPT;

/* --- The whole visible state, for comparing worlds (api/snapshot.h says what each word means) --- */

/* How many words the snapshot has now; it is written when it fits. */
PROCREG_API size_t procreg_snapshot_words(procreg_world* world, uint64_t* words, size_t capacity) PROCREG_NOEXCEPT;
/* What the words' indexes of texts and names stand for. Names from 1: name 0 is none. NULL: there is no such index. */
PROCREG_API size_t procreg_text_count(procreg_world* world) PROCREG_NOEXCEPT;
PROCREG_API PCWSTR procreg_text(procreg_world* world, size_t index, size_t* length) PROCREG_NOEXCEPT;
PROCREG_API size_t procreg_name_count(procreg_world* world) PROCREG_NOEXCEPT;
PROCREG_API const char* procreg_name(procreg_world* world, size_t index) PROCREG_NOEXCEPT;
/* What thread k of that process was called; "" when it had no name but its number. */
PROCREG_API const char* procreg_name_of_thread(procreg_world* world, size_t index, uint32_t k) PROCREG_NOEXCEPT;

PROCREG_END

#endif
