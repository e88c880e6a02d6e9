// Starts workers and sees to it that a crash of the launcher tells of them.
#pragma once

#include <procreg/processthreadsapi.h>
#include <procreg/smbclnt.h>
#include <procreg/werapi.h>

#include <functional>
#include <string>
#include <vector>

struct Worker {
  HANDLE process{};
  DWORD pid{};
  DWORD thread{};
};

// How the system starts a program; process NULL: it did not.
using Spawn = std::function<Worker(const std::string& name)>;

class Launcher {
 public:
  explicit Launcher(Spawn spawn) : spawn_{std::move(spawn)} {}

  // Called at the beginning. False: the launcher goes on without its log in the report.
  bool add_log(PCWSTR path);

  enum class Started {
    reported,    // a dump of the worker will be in the launcher's report
    unreported,  // the worker runs, and the report has no room or no memory for it
    not_started
  };
  Started start(const std::string& name);

  // A clustered worker's files fail over with this id. False, with the reason in error(): they do not.
  bool tag(const Worker& worker, GUID instance);
  // Takes a worker that somebody else started under our wing.
  bool adopt(DWORD pid);

  // The worker is done: its dump is not wanted any more.
  void forget(const Worker& worker);

  const std::vector<Worker>& workers() const { return workers_; }
  const std::string& error() const { return error_; }

 private:
  bool report_worker(const Worker& worker);

  Spawn spawn_;
  std::vector<Worker> workers_{};
  std::string error_{};
};
