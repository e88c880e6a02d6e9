"""The Windows probe under Wine, told what to do by hand in the subject protocol (docs/subject-protocol.md).

What Wine's own functions answer is no matter here, but for those of processes and handles, which are real on any system. Where a test
needs a function that answers something else, or nothing, it takes those of procreg-probe-functions.dll.
Usage: probe_test.py FOLDER_OF_THE_PROGRAMS WINE_PREFIX
"""

import contextlib
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import time
import unittest

PROGRAM = FUNCTIONS = PREFIX = None
WINE = "/usr/lib/wine/wine64"
STILL_ACTIVE = 259
INVALID_HANDLE, INVALID_PARAMETER, ACCESS_DENIED = 6, 87, 5
NOBODYS_HANDLE, NOBODYS_PID = "0xE0000004", "0xF0000004"


def environment():
    return dict(os.environ, WINEPREFIX=str(PREFIX), WINEDEBUG="-all", DISPLAY="", LC_ALL="C.UTF-8")


def running():
    """The probes of this test and their agents, by what /proc says; ended ones that nobody has reaped yet are none."""
    ours, found = b"WINEPREFIX=" + str(PREFIX).encode(), []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"procreg-probe.exe" not in (process / "cmdline").read_bytes().split(b" ")[0].replace(b"\0", b" "):
                continue
            alive = (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
            if alive and ours in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return found


def ended(limit=10):
    """Waits until none is left."""
    deadline = time.monotonic() + limit
    while running() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not running()


class Probe:
    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [WINE, PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
        )
        self.id = 0

    def send(self, method, **params):
        self.id += 1
        line = json.dumps({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params})
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, method, **params):
        self.send(method, **params)
        message = json.loads(self.process.stdout.readline())
        assert message["id"] == self.id and "error" not in message, message
        return message["result"]

    def initialize(self):
        return self.ask("initialize", protocol="procreg-subject/1", harness="probe_test")

    def reset(self, **world):
        """The number of the first process."""
        self.processes = self.ask("reset", scenario="", world=world)["processes"]
        return self.processes[0]["process"]

    def perform(self, *steps):
        return self.ask("perform", steps=list(steps))

    def call(self, name, by, **fields):
        """What one call answers, as an object."""
        result = self.perform({"call": name, "by": by, **fields})
        if not result["answers"]:
            return result
        answer = result["answers"][0]
        return answer if isinstance(answer, dict) else {"returns": answer}

    def event(self, name, process, **fields):
        answer = self.perform({"event": name, "process": process, **fields})["answers"][0]
        return answer if isinstance(answer, dict) else {"returns": answer}

    def exit_code(self, by, handle):
        return self.call("GetExitCodeProcess", by, hProcess=handle)["out"]["lpExitCode"]

    def end(self):
        self.ask("shutdown")
        return self.process.wait(10)

    def __enter__(self):
        self.abilities = self.initialize()
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def open_process(pid, mask=0x1000, inherit=0):
    return {"dwDesiredAccess": mask, "bInheritHandle": inherit, "dwProcessId": pid}


class Protocol(unittest.TestCase):
    def test_says_what_it_is_and_can_do(self):
        with Probe() as probe:
            able = probe.abilities
            self.assertEqual(able["name"], "windows")
            self.assertRegex(able["version"], r"^Wine \d+\.\d+")
            steps = [step if isinstance(step, str) else step["step"] for step in able["steps"]]
            for name in ("CreateProcess", "OpenProcess", "NewObject", "ExitThread", "WerSetFlags", "RegisterApplicationRestart"):
                self.assertIn(name, steps)
            self.assertIn("RegisterAppInstance", able["missing"])
            for name in ("Crash", "AdvanceTime", "FilterLoad", "SmbCreate", "OpenTag", "CsvOpen", "FailAllocation"):
                self.assertNotIn(name, steps + able["missing"])
            self.assertEqual(able["world"], ["processes", "processes.threads"])
            self.assertFalse(able["rawIds"] or able["profile"] or able["snapshot"])

    def test_ends_when_told_to_and_leaves_nothing(self):
        with Probe() as probe:
            probe.call("CreateProcess", probe.reset())
            self.assertEqual(probe.end(), 0)
        self.assertTrue(ended(), running())

    def test_leaves_nothing_when_its_input_closes_or_it_is_killed(self):
        for end in (lambda process: process.stdin.close(), lambda process: process.send_signal(signal.SIGKILL)):
            with Probe() as probe:
                probe.call("CreateProcess", probe.reset(), threads=3)
                end(probe.process)
                self.assertTrue(ended(), running())

    def test_leaves_nothing_when_it_is_killed_while_a_function_hangs(self):
        with Probe("--functions", FUNCTIONS) as probe:
            main = probe.reset()
            probe.send("perform", steps=[{"call": "WerSetMaxProcessHoldMilliseconds", "by": main, "dwMilliseconds": 600000}])
            self.assertEqual(select.select([probe.process.stdout], [], [], 0.5)[0], [])
            probe.process.send_signal(signal.SIGKILL)
            self.assertTrue(ended(), running())

    def test_unusable_arguments(self):
        for arguments, text in ((["--what"], "no argument --what"), (["--functions", "none.dll"], "cannot load none.dll: error")):
            ran = subprocess.run([WINE, PROGRAM, *arguments], capture_output=True, env=environment(), timeout=60, check=False)
            self.assertEqual(ran.returncode, 3)
            self.assertIn(text, ran.stderr.decode())
        ran = subprocess.run([WINE, PROGRAM, "--help"], capture_output=True, env=environment(), timeout=60, check=False)
        self.assertEqual((ran.returncode, ran.stdout.decode().split()[0]), (0, "usage:"))


class Processes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.probe = cls.enterClassContext(Probe())

    def setUp(self):
        self.main = self.probe.reset()

    def child(self, **fields):
        made = self.probe.call("CreateProcess", self.main, **fields)
        self.assertEqual(made["returns"], "TRUE", made)
        return made

    def test_a_world_has_the_processes_that_it_says_with_their_threads(self):
        self.probe.reset(processes=[{"name": "a", "threads": 3}, {"name": "b"}])
        first, second = self.probe.processes
        self.assertEqual([len(first["threads"]), len(second["threads"])], [3, 1])
        self.assertEqual(len({first["pid"], second["pid"]}), 2)
        opened = self.probe.call("OpenProcess", first["process"], **open_process(second["pid"], 1))
        self.probe.call("TerminateProcess", first["process"], hProcess=opened["returns"], uExitCode=3)
        self.assertEqual(self.probe.call("CloseHandle", second["process"], hObject=opened["returns"]), {"returns": "not-runnable"})

    def test_a_child_is_a_process_that_calls_and_ends(self):
        made = self.child(threads=2)
        child, handle = made["made"], made["out"]["hProcess"]
        self.assertEqual(len(made["threads"]), 2)
        self.assertEqual(made["threads"][0], made["out"]["dwThreadId"])
        self.assertEqual(self.probe.exit_code(self.main, handle), STILL_ACTIVE)
        self.assertEqual(self.probe.call("ExitProcess", child, uExitCode=77), {"returns": "no-return"})
        self.assertEqual(self.probe.exit_code(self.main, handle), 77)
        self.assertEqual(self.probe.call("ExitProcess", child, uExitCode=1), {"returns": "not-runnable"})
        self.assertEqual(self.probe.event("CreateThread", child), {"returns": "not-applicable"})

    def test_another_process_is_ended_at_once(self):
        made = self.child()
        self.assertEqual(self.probe.call("TerminateProcess", self.main, hProcess=made["out"]["hProcess"], uExitCode=7), {"returns": "TRUE"})
        self.assertEqual(self.probe.exit_code(self.main, made["out"]["hProcess"]), 7)
        self.assertEqual(self.probe.call("TerminateProcess", made["made"], hProcess="CURRENT_PROCESS", uExitCode=7), {"returns": "not-runnable"})

    def test_a_process_ends_itself(self):
        made = self.child()
        self.assertEqual(self.probe.call("TerminateProcess", made["made"], hProcess="CURRENT_PROCESS", uExitCode=9), {"returns": "no-return"})
        self.assertEqual(self.probe.exit_code(self.main, made["out"]["hProcess"]), 9)

    def test_a_child_inherits_what_is_inheritable_when_it_is_asked_for(self):
        kept = self.probe.call("NewObject", self.main, type="Event", inheritable=True)["returns"]
        other = self.probe.call("NewObject", self.main, type="File")["returns"]
        heir = self.child(inheritHandles=True)["made"]
        self.assertEqual(self.probe.call("CloseHandle", heir, hObject=kept), {"returns": "TRUE"})
        stranger = self.child()["made"]
        for process, handle in ((heir, other), (stranger, kept)):
            # Either nothing has that number there, or something else does, which is left alone.
            answer = self.probe.call("CloseHandle", process, hObject=handle)
            self.assertIn(answer.get("returns", "FALSE"), ("FALSE",), answer)
            self.assertTrue(answer.get("lastError") == INVALID_HANDLE or "cannot" in answer, answer)

    def test_a_child_may_have_another_parent(self):
        parent = self.child()
        kept = self.probe.call("NewObject", parent["made"], type="Event", inheritable=True)["returns"]
        made = self.child(parentHandle=parent["out"]["hProcess"], inheritHandles=True)
        self.assertEqual(self.probe.call("CloseHandle", made["made"], hObject=kept), {"returns": "TRUE"})
        refused = self.probe.call("CreateProcess", self.main, parentHandle=NOBODYS_HANDLE)
        self.assertEqual(refused, {"returns": "FALSE", "lastError": INVALID_HANDLE})

    def test_handles_have_the_rights_that_were_asked_for(self):
        pid = self.child()["out"]["dwProcessId"]
        weak = self.probe.call("OpenProcess", self.main, **open_process(pid))["returns"]
        refused = self.probe.call("TerminateProcess", self.main, hProcess=weak, uExitCode=1)
        self.assertEqual(refused, {"returns": "FALSE", "lastError": ACCESS_DENIED})
        strong = self.probe.call("OpenProcess", self.main, **open_process(pid, 1))["returns"]
        self.assertEqual(self.probe.call("TerminateProcess", self.main, hProcess=strong, uExitCode=1)["returns"], "TRUE")

    def test_handles_are_duplicated_into_other_processes(self):
        made = self.child()
        event = self.probe.call("NewObject", self.main, type="Event")["returns"]
        copy = self.probe.call(
            "DuplicateHandle", self.main, hSourceProcessHandle="CURRENT_PROCESS", hSourceHandle=event,
            hTargetProcessHandle=made["out"]["hProcess"], dwDesiredAccess=0, bInheritHandle=0, dwOptions=3,
        )  # fmt: skip
        self.assertEqual(copy["returns"], "TRUE")
        self.assertEqual(self.probe.call("CloseHandle", made["made"], hObject=copy["out"]["lpTargetHandle"]), {"returns": "TRUE"})
        self.assertEqual(self.probe.call("CloseHandle", self.main, hObject=event)["lastError"], INVALID_HANDLE)

    def test_each_type_of_object_can_be_made(self):
        for kind in ("Event", "File", "Thread", "Token"):
            made = self.probe.call("NewObject", self.main, type=kind, mask="0x1")
            self.assertGreater(made["returns"], 0)
            refused = self.probe.call("GetExitCodeProcess", self.main, hProcess=made["returns"])
            self.assertEqual(refused["returns"], "FALSE", kind)

    def test_the_last_error_stays_until_another_call_fails(self):
        self.assertEqual(self.probe.call("CloseHandle", self.main, hObject=NOBODYS_HANDLE), {"returns": "FALSE", "lastError": INVALID_HANDLE})
        self.assertEqual(self.probe.call("NewObject", self.main, type="Event")["lastError"], INVALID_HANDLE)
        self.assertEqual(self.probe.call("OpenProcess", self.main, **open_process(NOBODYS_PID)), {"returns": 0, "lastError": INVALID_PARAMETER})

    def test_threads_come_and_go_and_the_last_one_ends_the_process(self):
        made = self.child()
        child, first = made["made"], made["threads"][0] if "threads" in made else made["out"]["dwThreadId"]
        second = self.probe.event("CreateThread", child)["made"]
        third = self.probe.event("CreateThread", child)["made"]
        self.assertEqual(len({first, second, third}), 3)
        self.assertEqual(self.probe.event("ExitThread", child, thread=second), {"returns": "applied"})
        self.assertEqual(self.probe.event("ExitThread", child, thread=second), {"returns": "not-applicable"})
        self.assertEqual(self.probe.event("ExitThread", child, thread=first), {"returns": "applied"})
        self.assertEqual(self.probe.call("CloseHandle", child, hObject=NOBODYS_HANDLE)["lastError"], INVALID_HANDLE)
        self.assertEqual(self.probe.exit_code(self.main, made["out"]["hProcess"]), STILL_ACTIVE)
        self.assertEqual(self.probe.event("ExitThread", child, thread=third), {"returns": "applied"})
        self.assertEqual(self.probe.exit_code(self.main, made["out"]["hProcess"]), 0)

    def test_what_is_not_safe_is_declined(self):
        with Probe() as another:
            another.reset()
            of_another = self.probe.call("OpenProcess", self.main, **open_process(another.processes[0]["pid"]))
        declined = [
            self.probe.call("CloseHandle", self.main, hObject=8),
            of_another,
            self.probe.call(
                "DuplicateHandle", self.main, hSourceProcessHandle="CURRENT_PROCESS", hSourceHandle="CURRENT_PROCESS",
                hTargetProcessHandle="CURRENT_PROCESS", lpTargetHandle=None, dwDesiredAccess=0, bInheritHandle=0, dwOptions=2,
            ),  # fmt: skip
        ]
        for answer, why in zip(declined, ("something else", "another program", "cannot be known"), strict=True):
            self.assertIn(why, answer["cannot"])
        # It goes on.
        self.assertEqual(self.probe.exit_code(self.main, "CURRENT_PROCESS"), STILL_ACTIVE)

    def test_declines_events_that_no_real_system_has(self):
        result = self.probe.perform({"call": "WerSetFlags", "by": self.main, "dwFlags": 0}, {"event": "AdvanceTime", "ms": 1})
        self.assertEqual(len(result["answers"]), 1)
        self.assertEqual(result["cannot"], "a real system has no such step")

    def test_missing_functions_are_told(self):
        result = self.probe.perform({"call": "WerUnregisterAppLocalDump", "by": self.main})
        self.assertEqual(result["answers"], [])
        self.assertIn("missing", result)

    def test_worlds_leave_nothing_to_the_next(self):
        for _ in range(300):
            main = self.probe.reset()
            made = self.probe.call("CreateProcess", main)
            self.assertEqual(made["returns"], "TRUE", made)
            self.assertEqual(self.probe.call("CloseHandle", main, hObject=made["out"]["hProcess"])["returns"], "TRUE")
        self.probe.reset()
        deadline = time.monotonic() + 10
        while len(running()) > 8 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertLessEqual(len(running()), 8)  # the probe, the world, those that wait


class Library(unittest.TestCase):
    """procreg.dll alone behind the protocol."""

    def test_it_has_worlds_of_its_own(self):
        with Probe("--library", str(pathlib.Path(PROGRAM).with_name("procreg.dll"))) as probe:
            able = probe.abilities
            self.assertTrue(able["rawIds"] and able["profile"] and able["snapshot"])
            main = probe.reset()
            self.assertEqual(probe.processes, [{"process": 1, "pid": 1000, "threads": [65536]}])
            made = probe.call("CreateProcess", main)
            self.assertEqual(made["out"], {"hProcess": 4, "hThread": 8, "dwProcessId": 1004, "dwThreadId": 65540})
            register = {"processId": 1004, "captureExtraInfoForThreadId": 0}
            self.assertEqual(probe.call("WerRegisterAdditionalProcess", main, **register), {"returns": "S_OK"})
            self.assertEqual(probe.call("OpenTag", main), {"returns": "STATUS_SUCCESS", "out": {"csvFlags": 0}})
            self.assertEqual(probe.event("Crash", main), {"returns": "applied"})
            self.assertEqual(probe.call("WerSetFlags", main, dwFlags=0), {"returns": "not-runnable"})

    def test_one_that_cannot_be_loaded(self):
        probe = Probe("--library", "none.dll")
        probe.send("initialize", protocol="procreg-subject/1", harness="probe_test")
        self.assertIn("none.dll cannot be loaded: error", json.loads(probe.process.stdout.readline())["error"]["message"])
        probe.__exit__()


class CallsOfFunctions(unittest.TestCase):
    """Those of procreg-probe-functions.dll, which answer what they are for."""

    @classmethod
    def setUpClass(cls):
        cls.probe = cls.enterClassContext(Probe("--functions", FUNCTIONS))

    def setUp(self):
        self.main = self.probe.reset()

    def test_arguments_and_outputs_arrive(self):
        guid = "6c8f2a10-3b5d-4e71-9a02-1f2e3d4c5b6a"
        for process, children, code in (("CURRENT_PROCESS", 1, "ERROR_SUCCESS"), ("CURRENT_PROCESS", 0, "ERROR_OBJECT_ALREADY_EXISTS")):
            answer = self.probe.call("RegisterAppInstance", self.main, ProcessHandle=process, AppInstanceId=guid, ChildrenInheritAppInstance=children)
            self.assertEqual(answer, {"returns": code})
        answer = self.probe.call("RegisterAppInstance", self.main, ProcessHandle=None, AppInstanceId=None, ChildrenInheritAppInstance=0)
        self.assertEqual(answer, {"returns": "ERROR_INVALID_PARAMETER"})
        answer = self.probe.call("QueryAppInstanceVersion", self.main, AppInstanceId=guid)
        self.assertEqual(answer["out"], {"InstanceVersionHigh": "0xFFFFFFFFFFFFFFFF", "InstanceVersionLow": 2, "VersionStatus": "0xFFFFFFFF"})

    def test_texts_arrive(self):
        self.assertEqual(self.probe.call("WerRegisterCustomMetadata", self.main, key="k\u00e4y", value="value"), {"returns": "S_OK"})
        self.assertEqual(self.probe.call("WerRegisterCustomMetadata", self.main, key="kay", value="value"), {"returns": "E_INVALIDARG"})
        self.assertEqual(self.probe.call("WerRegisterCustomMetadata", self.main, key=None, value="value"), {"returns": "E_INVALIDARG"})
        answer = self.probe.call("GetApplicationRestartSettings", self.main, hProcess="CURRENT_PROCESS", pcchSize=20)
        self.assertEqual(answer, {"returns": "S_OK", "out": {"pwzCommandline": "/again", "pcchSize": 7, "pdwFlags": 3}})

    def test_an_exception_is_an_answer_and_its_process_goes_on(self):
        for _ in range(3):
            answer = self.probe.call("WerGetFlags", self.main, hProcess="CURRENT_PROCESS", pdwFlags=None)
            self.assertEqual(answer, {"returns": "exception:0xC0000005"})
        self.assertEqual(self.probe.call("WerGetFlags", self.main, hProcess="CURRENT_PROCESS"), {"returns": "S_OK", "out": {"pdwFlags": 1}})
        self.assertEqual(self.probe.call("WerSetFlags", self.main, dwFlags="0xE1234567"), {"returns": "exception:0xE1234567"})
        self.assertEqual(self.probe.exit_code(self.main, "CURRENT_PROCESS"), STILL_ACTIVE)

    def test_an_exception_on_another_thread_than_the_first(self):
        self.probe.event("CreateThread", self.main)
        self.probe.event("ExitThread", self.main, thread=self.probe.processes[0]["threads"][0])
        answer = self.probe.call("WerGetFlags", self.main, hProcess="CURRENT_PROCESS", pdwFlags=None)
        self.assertEqual(answer, {"returns": "exception:0xC0000005"})

    def test_an_exception_that_nobody_can_catch_is_an_answer(self):
        answer = self.probe.call("WerRegisterMemoryBlock", self.main, pvAddress="0x1000", dwSize=1)
        self.assertEqual(answer, {"returns": "exception:0xC0000409"})
        self.assertEqual(self.probe.exit_code(self.probe.reset(), "CURRENT_PROCESS"), STILL_ACTIVE)

    def test_a_stub_that_says_so_is_missing(self):
        self.assertIn("missing", self.probe.call("WerSetFlags", self.main, dwFlags="0x80000100"))

    def test_a_function_may_end_its_caller(self):
        self.assertEqual(self.probe.call("ApplicationRecoveryFinished", self.main, bSuccess=1), {"returns": "no-return"})

    def test_versions_are_for_machines_that_nobody_else_uses(self):
        names = [step if isinstance(step, str) else step["step"] for step in self.probe.abilities["steps"]]
        self.assertIn("QueryAppInstanceVersion", names)
        self.assertIn("RegisterAppInstanceVersion", self.probe.abilities["missing"])


if __name__ == "__main__":
    folder, PREFIX = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    PROGRAM, FUNCTIONS = str(folder / "procreg-probe.exe"), "Z:" + str(folder / "procreg-probe-functions.dll").replace("/", "\\")
    if not pathlib.Path(PROGRAM).is_file():
        sys.exit(f"{PROGRAM} is not there: ./dev windows builds it")
    if not PREFIX.is_dir():
        # What Wine does when it makes a prefix goes on after the program that it was made for.
        PREFIX.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([WINE, PROGRAM, "--help"], env=environment(), capture_output=True, check=True, timeout=120)
        subprocess.run([pathlib.Path(WINE).with_name("wineserver"), "-w"], env=environment(), check=True, timeout=120)
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
