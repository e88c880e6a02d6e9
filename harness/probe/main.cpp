// procreg-probe.exe: the system that it runs on as a subject of procreg (docs/windows-probe.md).
#include <fcntl.h>
#include <fmt/format.h>
#include <io.h>

#include <cstdio>

#include "harness/probe/agent.h"
#include "harness/probe/windows_subject.h"
#include "harness/subject/library.h"
#include "harness/wire/serve.h"

namespace {

using namespace procreg::harness;

constexpr const char* usage =
    "usage: procreg-probe.exe [--functions DLL] [--machine-wide]\n"
    "       procreg-probe.exe --library DLL\n"
    "\n"
    "Speaks the subject protocol of procreg on standard input and output and calls the functions of this system.\n"
    "  --functions DLL   call the functions of DLL where it has them\n"
    "  --machine-wide    allow steps that change what other programs of this machine see: versions of application\n"
    "                    instances, which are reset before each scenario. Never on a cluster node that is in service\n"
    "  --library DLL     judge DLL alone, in this process, with worlds of its own if it is procreg.dll\n";

// As in harness/cli/exit_status.h.
enum Status : int { fine = 0, unusable_arguments = 3, failed = 4 };

struct Arguments {
  std::wstring agent{};  // the name of the pipe
  std::wstring functions{};
  std::wstring library{};
  bool machine_wide{};
  bool help{};
  std::wstring wrong{};
};

Arguments arguments_of(int count, wchar_t** given) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::wstring_view word = given[i];
    if (word == L"--help" || word == L"-h")
      arguments.help = true;
    else if (word == L"--machine-wide")
      arguments.machine_wide = true;
    else if (word == L"--agent" && i + 1 < count)
      arguments.agent = given[++i];
    else if (word == L"--functions" && i + 1 < count)
      arguments.functions = given[++i];
    else if (word == L"--library" && i + 1 < count)
      arguments.library = given[++i];
    else
      arguments.wrong = word;
  }
  return arguments;
}

std::wstring own_path() {
  std::wstring path(32768, L'\0');
  path.resize(::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return path;
}

Status serve(ForeignSubject& subject) {
  _setmode(_fileno(stdin), _O_BINARY);
  _setmode(_fileno(stdout), _O_BINARY);
  return wire::serve(subject, _fileno(stdin), _fileno(stdout)) ? fine : failed;
}

// In the code page of this system, which is what its function for loading takes.
std::string narrow(const std::wstring& path) {
  std::string narrow(path.size() * 4, '\0');
  const int size = ::WideCharToMultiByte(CP_ACP, 0, path.data(), static_cast<int>(path.size()), narrow.data(),
                                         static_cast<int>(narrow.size()), nullptr, nullptr);
  narrow.resize(static_cast<std::size_t>(size));
  return narrow;
}

Status serve_library(const std::wstring& path) { return serve(*library_subject(narrow(path))); }

Status serve_system(const Arguments& arguments, const probe::Functions& functions) {
  probe::WindowsSubject subject{{.agent = {own_path(), arguments.functions}, .machine_wide = arguments.machine_wide},
                                functions};
  return serve(subject);
}

}  // namespace

int wmain(int count, wchar_t** given) {
  const Arguments arguments = arguments_of(count, given);
  if (arguments.help) {
    std::fputs(usage, stdout);
    return fine;
  }
  if (!arguments.wrong.empty()) {
    std::fwprintf(stderr, L"procreg-probe: no argument %ls\n", arguments.wrong.c_str());
    std::fputs(usage, stderr);
    return unusable_arguments;
  }
  if (!arguments.library.empty()) return serve_library(arguments.library);
  const probe::Functions functions{arguments.functions};
  if (!functions.failure().empty()) {
    std::fwprintf(stderr, L"procreg-probe: cannot load %ls: %hs\n", arguments.functions.c_str(),
                  functions.failure().c_str());
    return unusable_arguments;
  }
  if (arguments.agent.empty()) return serve_system(arguments, functions);
  probe::AgentChannel channel{arguments.agent.c_str()};
  if (!channel) return failed;
  probe::Agent{std::move(channel), functions}.run();
  return fine;
}
