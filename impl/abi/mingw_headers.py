"""Compares the headers for C with those of mingw-w64, where these have the same names.

usage: mingw_headers.py SOURCE_ROOT HOST_C_COMPILER MINGW_C++_COMPILER BUILD_FOLDER; exit status 0 when all that both have is the same
and mingw-w64 lacks nothing but what is listed here.
"""

import pathlib
import re
import subprocess
import sys

HEADERS = ["windef", "errhandlingapi", "handleapi", "processthreadsapi", "werapi", "recovery", "smbclnt"]
# Its werapi.h uses three names that it does not declare.
SYSTEM = """#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#define WER_MAX_PREFERRED_MODULES_BUFFER 256
typedef HANDLE HREPORT;
typedef void* PWER_SUBMIT_RESULT;
#include <werapi.h>
"""
TYPES = ["DWORD", "UINT", "ULONG", "LONG", "HRESULT", "NTSTATUS", "BOOL", "UINT64", "PVOID", "HANDLE", "WCHAR", "GUID",
         "WER_REGISTER_FILE_TYPE", "APPLICATION_RECOVERY_CALLBACK"]
ENUMERATORS = ["WerRegFileTypeUserDocument", "WerRegFileTypeOther", "WerRegFileTypeMax"]
# No calls of the tables: their types as the pages have them.
PLAIN = {"GetCurrentProcess": "void*()", "GetCurrentProcessId": "unsigned long()", "GetLastError": "unsigned long()",
         "SetLastError": "void(unsigned long)"}

# What mingw-w64 (Debian 12) does not have: nobody but the pages says that these are right.
LACKED_FUNCTIONS = {
    "QueryAppInstanceVersion", "RegisterAppInstance", "RegisterAppInstanceVersion", "ResetAllAppInstanceVersions",
    "SetAppInstanceCsvFlags", "WerRegisterAdditionalProcess", "WerRegisterAppLocalDump", "WerRegisterCustomMetadata",
    "WerRegisterExcludedMemoryBlock", "WerSetMaxProcessHoldMilliseconds", "WerUnregisterAdditionalProcess",
    "WerUnregisterAppLocalDump", "WerUnregisterCustomMetadata", "WerUnregisterExcludedMemoryBlock",
}
LACKED_CONSTANTS = {
    "SET_APPINSTANCE_CSV_FLAGS_VALID_ONLY_IF_CSV_COORDINATOR", "WER_E_INSUFFICIENT_BUFFER", "WER_E_INVALID_STATE",
    "WER_E_NOT_FOUND", "WER_FAULT_REPORTING_ALWAYS_SHOW_UI", "WER_FAULT_REPORTING_CRITICAL",
    "WER_FAULT_REPORTING_DISABLE_SNAPSHOT_CRASH", "WER_FAULT_REPORTING_DISABLE_SNAPSHOT_HANG",
    "WER_FAULT_REPORTING_DURABLE", "WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION",
    "WER_FAULT_REPORTING_FLAG_NOHEAP", "WER_FAULT_REPORTING_FLAG_NO_HEAP_ON_QUEUE", "WER_FAULT_REPORTING_FLAG_QUEUE",
    "WER_FAULT_REPORTING_FLAG_QUEUE_UPLOAD", "WER_FAULT_REPORTING_NO_UI", "WER_FILE_ANONYMOUS_DATA",
    "WER_FILE_COMPRESSED", "WER_FILE_DELETE_WHEN_DONE", "WER_MAX_LOCAL_DUMP_SUBPATH_LENGTH", "WER_MAX_MEM_BLOCK_SIZE",
    "WER_MAX_PARAM_COUNT", "WER_MAX_REGISTERED_DUMPCOLLECTION", "WER_MAX_REGISTERED_ENTRIES",
    "WER_MAX_REGISTERED_METADATA", "WER_MAX_REGISTERED_RUNTIME_EXCEPTION_MODULES", "WER_METADATA_KEY_MAX_LENGTH",
    "WER_METADATA_VALUE_MAX_LENGTH",
}
# No names of Windows, or no constants for a compiler (a pointer).
OURS_ALONE = re.compile(r"PROCREG_|WINAPI$|VOID$|HRESULT_FROM_WIN32$|SUCCEEDED$|FAILED$|INVALID_HANDLE_VALUE$")


def read(root, name):
    return (root / "impl/abi/include/procreg" / f"{name}.h").read_text(encoding="utf-8")


def constants(root):
    names = [name for header in HEADERS for name in re.findall(r"^#define (\w+)\b", read(root, header), re.MULTILINE)]
    return sorted({name for name in names if not OURS_ALONE.match(name)}) + ENUMERATORS


def functions(root):
    declared = re.compile(r"^PROCREG_API [^;(]*?(\w+)\(", re.MULTILINE)
    return sorted({name for header in HEADERS for name in declared.findall(read(root, header))})


def run(*command, text=""):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def our_values(root, compiler, folder, names):
    """What our headers say, from a program of this machine."""
    lines = [f"#include <procreg/{header}.h>" for header in HEADERS] + ["#include <stdio.h>", "int main(void) {"]
    lines += [f'  printf("{name} %llu\\n", (unsigned long long)(uintptr_t)({name}));' for name in names]
    lines += [f'  printf("sizeof_{name} %zu\\n", sizeof({name}));' for name in TYPES] + ["  return 0;", "}", ""]
    program = str(folder / "our_constants")
    status, _, errors = run(compiler, "-std=c11", f"-I{root}/impl/abi/include", "-x", "c", "-", "-o", program,
                            text="\n".join(lines))
    if status != 0:
        sys.exit(f"our headers do not compile: {errors}")
    return dict(line.split() for line in run(program)[1].splitlines())


def known_there(mingw, names):
    """Those of the names that mingw-w64 knows: as a macro, or as a word of what it declares."""
    probe = "".join(f"#ifdef {name}\nyes_{name}\n#endif\n" for name in names)
    status, text, errors = run(mingw, "-E", "-P", "-x", "c++", "-", text=SYSTEM + probe)
    if status != 0:
        sys.exit(f"mingw-w64's headers do not compile: {errors}")
    words = set(re.findall(r"\w+", text))
    return {name for name in names if f"yes_{name}" in words or name in words}


def comparison(root, names, values, present):
    lines = ['#include "api/c_signature.h"', SYSTEM]
    for name in names:
        if name in present:
            lines.append(f'static_assert((DWORD)(ULONG_PTR)({name}) == (DWORD){values[name]}ULL, "{name}");')
    for name in TYPES:
        lines.append(f'static_assert(sizeof({name}) == {values["sizeof_" + name]}, "size of {name}");')
    for name in functions(root):
        if name in PLAIN:
            lines.append(f'static_assert(std::is_same_v<decltype({name}), {PLAIN[name]}>, "{name}");')
        elif name in present:
            lines.append(f'static_assert(procreg::is_prototype_of<decltype({name}), procreg::{name}>, "{name}");')
    return "\n".join(lines) + "\n"


def differing(root, mingw, text):
    status, _, errors = run(mingw, "-std=c++20", "-fsyntax-only", f"-I{root}", "-x", "c++", "-", text=text)
    names = re.findall(r"static assertion failed: (.*)", errors)
    return names if names or status == 0 else [errors]


def compare(root, host, mingw, folder):
    names = constants(root)
    values = our_values(root, host, folder, names)
    wanted = set(names) | set(functions(root))
    present = known_there(mingw, wanted)
    problems = [f"{name}: differs from mingw-w64's" for name in
                differing(root, mingw, comparison(root, names, values, present))]
    lacked, expected = wanted - present, LACKED_FUNCTIONS | LACKED_CONSTANTS
    problems += [f"{name}: mingw-w64 lacks it, which was not known" for name in sorted(lacked - expected)]
    problems += [f"{name}: mingw-w64 has it, and is said to lack it" for name in sorted(expected - lacked)]
    print(f"{len(wanted)} functions and constants, {len(present)} compared with mingw-w64's, which lacks the others")
    # A comparison that notices nothing would be none.
    wrong = dict(values, MAX_PATH="261", sizeof_GUID="12")
    if differing(root, mingw, comparison(root, names, wrong, present)) != ["MAX_PATH", "size of GUID"]:
        problems.append("two values that were made wrong on purpose are not noticed")
    return problems


def main(root, host, mingw, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    problems = compare(pathlib.Path(root), host, mingw, folder)
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
