/* A program in plain C that links the library: every header compiles, and one story goes through. Exit status 0, or 1 with the line that
   failed. */
#include <stdio.h>
#include <string.h>

#include <procreg/control.h>
#include <procreg/errhandlingapi.h>
#include <procreg/handleapi.h>
#include <procreg/processthreadsapi.h>
#include <procreg/recovery.h>
#include <procreg/smbclnt.h>
#include <procreg/werapi.h>

#define EXPECT(condition)                                            \
  do {                                                               \
    if (!(condition)) {                                              \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      return 1;                                                      \
    }                                                                \
  } while (0)

static int before_any_world(void) {
  EXPECT(GetCurrentProcessId() == 1000);
  EXPECT(WerRegisterFile(u"C:\\log.txt", WerRegFileTypeOther, WER_FILE_ANONYMOUS_DATA) == S_OK);
  EXPECT(WerUnregisterFile(u"c:\\LOG.TXT") == S_OK);
  return 0;
}

static int fill_the_table(procreg_world* world) {
  static const char* const names[] = {"w1", "w2", "w3", "w4", "w5"};
  for (int i = 0; i < 5; ++i) {
    const procreg_new_process how = {.name = names[i]};
    procreg_created created;
    EXPECT(procreg_create_process(&how, &created) == TRUE);
    EXPECT(created.dwProcessId == procreg_process_pid(world, created.process));
    const HRESULT expected = i < WER_MAX_REGISTERED_DUMPCOLLECTION ? S_OK : WER_E_INSUFFICIENT_BUFFER;
    EXPECT(WerRegisterAdditionalProcess(created.dwProcessId, 0) == expected);
  }
  return 0;
}

static int read_the_report(procreg_world* world) {
  EXPECT(procreg_report_count(world) == 1);
  const procreg_report* report = procreg_report_at(world, 0);
  EXPECT(report != NULL && procreg_report_at(world, 1) == NULL);
  EXPECT(strcmp(report->process_name, "main") == 0 && report->cause == PROCREG_CAUSE_CRASH);
  EXPECT(report->dump_count == 5 && strcmp(report->dumps[4].process_name, "w4") == 0);
  EXPECT(report->dumps[4].kind == PROCREG_TRIAGE_DUMP);
  return 0;
}

static int fifth_process(void) {
  procreg_world* world = procreg_world_create(NULL);
  const procreg_process self = procreg_process_named(world, "main");
  EXPECT(world != NULL && self != 0 && procreg_become(world, self));
  if (fill_the_table(world) != 0) return 1;
  EXPECT(procreg_crash(world, self, NULL) == 1);
  EXPECT(WerSetFlags(0) == E_UNEXPECTED && procreg_last_outcome()->kind == PROCREG_NOT_RUN);
  if (read_the_report(world) != 0) return 1;
  procreg_world_destroy(world);
  return 0;
}

int main(void) { return before_any_world() || fifth_process() ? 1 : 0; }
