#include "launcher.h"

#include <procreg/errhandlingapi.h>
#include <procreg/handleapi.h>

#include <algorithm>

bool Launcher::add_log(PCWSTR path) {
  const HRESULT result = WerRegisterFile(path, WerRegFileTypeOther, WER_FILE_ANONYMOUS_DATA);
  if (FAILED(result)) error_ = "the log is not in reports";
  return SUCCEEDED(result);
}

Launcher::Started Launcher::start(const std::string& name) {
  const Worker worker = spawn_(name);
  if (worker.process == nullptr) return Started::not_started;
  workers_.push_back(worker);
  return report_worker(worker) ? Started::reported : Started::unreported;
}

bool Launcher::report_worker(const Worker& worker) {
  switch (WerRegisterAdditionalProcess(worker.pid, worker.thread)) {
    case S_OK:
      return true;
    case WER_E_INSUFFICIENT_BUFFER:
      error_ = "a report has no room for more workers";
      return false;
    case WER_E_INVALID_STATE:
      error_ = "the launcher is recovering";
      return false;
    case E_OUTOFMEMORY:
      error_ = "out of memory";
      return false;
    default:
      error_ = "the worker is not in reports";
      return false;
  }
}

bool Launcher::tag(const Worker& worker, GUID instance) {
  switch (RegisterAppInstance(worker.process, &instance, TRUE)) {
    case ERROR_SUCCESS:
      return true;
    case ERROR_NOT_FOUND:
      error_ = "this machine is no node of a cluster";
      return false;
    case ERROR_ACCESS_DENIED:
      error_ = "the worker may not be tagged";
      return false;
    case ERROR_OBJECT_ALREADY_EXISTS:
      error_ = "the worker is tagged already";
      return false;
    case ERROR_NOT_ENOUGH_MEMORY:
      error_ = "out of memory";
      return false;
    default:
      error_ = "the worker is not tagged";
      return false;
  }
}

bool Launcher::adopt(DWORD pid) {
  const HANDLE process = OpenProcess(PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
  if (process == nullptr) {
    error_ = GetLastError() == ERROR_ACCESS_DENIED ? "the worker is somebody else's" : "there is no such worker";
    return false;
  }
  workers_.push_back({process, pid, 0});
  return report_worker(workers_.back());
}

void Launcher::forget(const Worker& worker) {
  WerUnregisterAdditionalProcess(worker.pid);
  CloseHandle(worker.process);
  const auto same = [&](const Worker& other) { return other.pid == worker.pid; };
  workers_.erase(std::remove_if(workers_.begin(), workers_.end(), same), workers_.end());
}
