"""Runs the program procreg as a user does: usage `cli_test.py PROCREG`, from the root of the repository."""

import contextlib
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree

from in_folder import InFolder

PROCREG = ""
SCENARIO = """{
  "format": "procreg-scenario/1",
  "name": "a process registers itself",
  "clauses": ["WER-AP-17"],
  "steps": [ { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "main", "captureExtraInfoForThreadId": 0 } ]
}
"""


def procreg(*arguments, stdout=subprocess.PIPE, **more):
    return subprocess.run([PROCREG, *map(str, arguments)], stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=100, check=False, **more)


class Arguments(InFolder):
    def test_help_names_every_command_and_the_exit_status(self):
        run = procreg("--help")
        self.assert_ends(run, 0, "conform", "replay", "fuzz", "explore", "race", "merge", "shrink", "explain", "list", "dump", "serve", "characterise", "bench", "Exit status")

    def test_each_command_has_help_with_examples(self):
        for command in ("conform", "replay", "fuzz", "explore", "race", "merge", "shrink", "explain", "list", "dump", "serve", "characterise", "bench"):
            self.assert_ends(procreg(command, "--help"), 0, "Examples:", f"procreg {command}")

    def test_version(self):
        self.assertRegex(procreg("--version").stdout, r"^\d+\.\d+\.\d+\n$")

    def test_what_cannot_be_used_is_named(self):
        for arguments, word in [
            ((), "subcommand"),
            (("conform", "--nope"), "--nope"),
            (("frob",), "frob"),
            (("replay",), "paths"),
            (("conform", "--profile", "windows12"), "windows12"),
            (("conform", "--clause", "WER-AP-1111"), "WER-AP-1111"),
            (("conform", "--spoil", "WER-AP-10"), "law"),
            (("conform", "--spoil", "WER-AP-11", "--spoil-all"), "excludes"),
            (("conform", "--subject", "wine"), "wine"),
            (("fuzz", "--steps", "-1"), "-1"),
            (("fuzz", "--seed", "x"), "x"),
            (("fuzz", "--steps", "99999999999999999999"), "--steps"),
            (("fuzz", "--seconds", "10000000000"), "--seconds"),
            (("fuzz", "--steps", "1", "--seconds", "1"), "excludes"),
            (("fuzz", "--shard", "0/4"), "0/4"),
            (("fuzz", "--shard", "1/-1"), "1/-1"),
            (("fuzz", "--shard", "4/3"), "4/3"),
            (("fuzz", "--shard", "2"), "'2'"),
            (("fuzz", "--scripts", "1", "--steps", "1"), "excludes"),
            (("fuzz", "--scripts", "1", "--seconds", "1"), "excludes"),
            (("fuzz", "--failures", "0"), "--failures"),
            (("merge",), "files"),
            (("merge", "no.json"), "no.json"),
            (("merge", "scenarios/schema/scenario.schema.json"), "format"),
            (("explain", "WER-AP-0"), "did you mean"),
            (("list", "everything"), "everything"),
            (("dump",), "files"),
            (("dump", "no.dmp"), "no.dmp"),
            (("dump", "no.dmp", "--memory", "here"), "'here'"),
            (("dump", "no.dmp", "--memory", "0x1000:0"), "length"),
            (("dump", "no.dmp", "--stack", "main"), "'main'"),
        ]:
            with self.subTest(arguments=arguments):
                self.assert_ends(procreg(*arguments), 3, word)

    def test_what_comes_later_says_so(self):
        for arguments in [
            ("replay", "a.json", "--schedule", "s"),
        ]:
            with self.subTest(arguments=arguments):
                self.assert_ends(procreg(*arguments), 3, "comes with a later version")


class BadInput(InFolder):
    def test_is_named_by_file_and_place(self):
        deep = '{"format": "procreg-scenario/1", "name": ' + "[" * 100_000
        for name, content, word in [
            ("truncated", SCENARIO[:150], ":5:"),
            ("deep", deep, "deep.json:1:"),
            ("latin1", SCENARIO.replace("itself", "its\xe9lf").encode("latin-1"), "latin1.json:3:"),
            ("twice", SCENARIO.replace('"name"', '"format"'), "twice.json:3:"),
            ("typed", SCENARIO.replace('["WER-AP-17"]', "17"), "/clauses"),
            ("unknown-key", SCENARIO.replace('"clauses"', '"clause"'), "unknown-key.json:4:"),
            ("unknown-call", SCENARIO.replace("WerRegisterA", "WerRegistrA"), "/steps/0"),
            ("unknown-clause", SCENARIO.replace("WER-AP-17", "WER-AP-170"), "/clauses/0"),
            ("range", SCENARIO.replace('Id": 0', 'Id": 4294967296'), "/steps/0"),
            ("empty", "", "empty.json:1:"),
        ]:
            with self.subTest(name=name):
                path = self.file(f"{name}.json", content)
                self.assert_ends(procreg("conform", path), 3, str(path), word, "UNUSABLE")

    def test_a_file_that_is_not_there(self):
        self.assert_ends(procreg("conform", self.folder / "no.json"), 3, "no.json")

    def test_a_huge_file_is_refused_quickly(self):
        path = self.folder / "huge.json"
        with open(path, "wb") as file:
            for _ in range(100):
                file.write(b" " * 1_000_000)
        began = time.monotonic()
        self.assert_ends(procreg("conform", path), 3, "huge.json")
        self.assertLess(time.monotonic() - began, 20)

    def test_a_device_without_end_is_refused(self):
        self.assert_ends(procreg("conform", "/dev/zero"), 3, "/dev/zero")

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_a_folder_that_cannot_be_read(self):
        locked = self.folder / "locked"
        locked.mkdir(mode=0)
        self.addCleanup(locked.chmod, 0o700)
        self.assert_ends(procreg("conform", locked), 3, "locked")

    def test_one_bad_file_does_not_stop_the_others(self):
        self.file("a.json", "{")
        self.file("b.json", SCENARIO)
        self.assert_ends(procreg("conform", self.folder), 3, "a.json:1:", "1 conforms, 1 unusable-input")

    def test_an_empty_folder_is_not_green(self):
        self.assert_ends(procreg("conform", self.folder), 5, "NOTHING RAN")


class Dumps(InFolder):
    def setUp(self):
        super().setUp()
        self.header = struct.pack("<IIIIIIQ", 0x504D444D, 0xA793, 0, 32, 0, 0, 0)
        self.dump = self.file("a.dmp", self.header)

    def test_are_described(self):
        self.assert_ends(procreg("dump", self.dump), 0, f"{self.dump}\n\nHeader\n", "Noticed\n", "no ThreadList")
        (line,) = procreg("dump", "--json", self.dump).stdout.splitlines()
        self.assertEqual(json.loads(line)["header"]["directory"], 32)

    def test_what_is_noticed_counts_when_it_is_strict(self):
        self.assert_ends(procreg("dump", "--strict", self.dump), 1, "no ThreadList")

    def test_memory_may_be_asked_for_several_times(self):
        run = procreg("dump", self.dump, "--memory", "0x1000:16", "--memory", "8192")
        self.assert_ends(run, 0, "Not in the dump: 0x0000000000001000..0x0000000000001010, 16 bytes", "Memory 0x0000000000002000")

    def test_a_bad_file_does_not_stop_the_others(self):
        short = self.file("short.dmp", self.header[:-1])
        self.assert_ends(procreg("dump", short, self.dump), 3, "short.dmp: not a minidump: 31 bytes", "Header\n")


class Results(InFolder):
    def setUp(self):
        super().setUp()
        self.scenario = self.file("one.json", SCENARIO)

    def test_json_goes_to_standard_output_or_a_file(self):
        for arguments in [("--json", "-", self.scenario), (self.scenario, "--json"), ("--json", self.scenario), ("--json", self.folder)]:
            with self.subTest(arguments=arguments):
                run = procreg("conform", *arguments)
                self.assert_ends(run, 0)
                self.assertEqual(json.loads(run.stdout)["summary"]["scenarios"], 1)
        report = self.folder / "report" 
        self.assert_ends(procreg("conform", self.scenario, "--json", report), 0, "CONFORMS")
        clauses = {clause["id"]: clause for clause in json.loads(report.read_text())["clauses"]}
        self.assertTrue(clauses["WER-AP-17"]["decided"])
        self.assertEqual(clauses["WER-AP-17"]["scenarios"], [str(self.scenario)])
        self.assertFalse(clauses["WER-AP-11"]["reached"])
        self.assertTrue(clauses["SMB-OPEN-14"]["covered"])

    def test_a_scenario_is_never_taken_for_the_file_to_write(self):
        procreg("conform", "--json", self.scenario)
        self.assertEqual(self.scenario.read_text(), SCENARIO)

    def test_junit_is_xml(self):
        xml_file = self.folder / "report.xml"
        self.file("bad <&\"'.json", "\x01")
        self.assert_ends(procreg("conform", self.folder, "--junit", xml_file), 3)
        suites = xml.etree.ElementTree.parse(xml_file).getroot()
        self.assertEqual([suite.get("name") for suite in suites], ["scenarios", "clauses"])
        self.assertEqual(suites[0].get("errors"), "1")

    def test_a_trace_has_one_object_a_step(self):
        trace = self.folder / "trace.jsonl"
        self.assert_ends(procreg("replay", self.scenario, "--profile", "documented", "--trace", trace), 0, "CONFORMS  1 step\n")
        (line,) = trace.read_text().splitlines()
        step = json.loads(line)
        self.assertEqual((step["clause"], step["model"], step["subject"]), ("WER-AP-17", {"returns": "S_OK"}, {"returns": "S_OK"}))
        self.assertTrue(any("/wer" in change for change in step["changes"]), step["changes"])

    def test_commands_print_json(self):
        step = json.loads(procreg("replay", "--json", "--profile", "documented", self.scenario).stdout)[0]
        self.assertEqual(step["clause"], "WER-AP-17")
        self.assertEqual(json.loads(procreg("fuzz", "--steps", 500, "--json").stdout)["counts"]["steps"], 500)
        self.assertEqual(json.loads(procreg("explain", "WER-AP-11", "--json").stdout)["kind"], ["decides"])
        self.assertIn("impl", procreg("list", "subjects", "--json").stdout)

    def test_progress_is_for_terminals_only(self):
        self.assertEqual(procreg("fuzz", "--steps", 2000).stderr, "")

    def test_the_watchdog_does_not_change_what_is_found(self):
        self.assertRegex(procreg("fuzz", "--steps", 2000, "--fingerprint").stdout, r"^[0-9a-f]{16}\n$")

    def test_a_missing_bench_program_is_named(self):
        alone = self.folder / "procreg"
        alone.write_bytes(pathlib.Path(PROCREG).read_bytes())
        alone.chmod(0o755)
        run = subprocess.run([alone, "bench"], capture_output=True, text=True, timeout=60, check=False)
        self.assert_ends(run, 4, "procreg_bench")


class FullDisk(InFolder):
    def test_results_that_do_not_get_out_are_a_failure(self):
        scenario = self.file("one.json", SCENARIO)
        for arguments in [("conform", scenario), ("conform", scenario, "--json"), ("list", "clauses"), ("explain", "WER-AP-11"), ("--help",)]:
            with self.subTest(arguments=arguments), open("/dev/full", "w", encoding="utf-8") as full:
                self.assert_ends(procreg(*arguments, stdout=full), 4, "cannot write to standard output: No space left on device")

    def test_a_file_that_cannot_be_written_is_a_failure(self):
        scenario = self.file("one.json", SCENARIO)
        for option in ("--json", "--junit"):
            self.assert_ends(procreg("conform", scenario, option, "/dev/full"), 4, "/dev/full", "No space left on device", "CONFORMS")
        self.assertTrue(pathlib.Path("/dev/full").is_char_device())
        self.assert_ends(procreg("replay", scenario, "--trace", "/dev/full"), 4, "/dev/full")

    def test_a_reader_that_went_away_is_a_failure(self):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "w") as closed:
            self.assert_ends(procreg("list", "clauses", stdout=closed), 4, "Broken pipe")


# Processes p0 ... that crash one after another; every second one has a recovery that ends.
def crashing(count):
    names = [f"p{k}" for k in range(count)]
    steps = []
    for k, name in enumerate(names):
        if k % 2:
            steps.append({"call": "RegisterApplicationRecoveryCallback", "by": name, "pRecoveyCallback": 4096, "pvParameter": 0, "dwPingInterval": 0, "dwFlags": 0})
        steps.append({"event": "Crash", "process": name})
        if k % 2:
            steps.append({"event": "UserChoice", "process": name, "action": "close"})
            steps.append({"call": "ApplicationRecoveryFinished", "by": name, "bSuccess": 1})
    return json.dumps({"format": "procreg-scenario/1", "profile": "documented", "world": {"processes": [{"name": name} for name in names]}, "steps": steps})


class ReportFolders(InFolder):
    reports = 150

    def test_are_complete_when_the_program_is_killed_at_random_moments(self):
        scenario = self.file("crashes.json", crashing(self.reports))
        out = self.folder / "out"
        draw = random.Random(4)
        rounds = killed_between = 0
        deadline = time.monotonic() + 300
        while rounds < 6 or (killed_between == 0 and time.monotonic() < deadline):
            rounds += 1
            last = draw.randrange(self.reports)
            with subprocess.Popen([PROCREG, "replay", scenario, "--report-dir", out], stdout=subprocess.DEVNULL) as run:
                while run.poll() is None and not list(out.glob(f"ReportArchive/{last + 1}_*")):
                    time.sleep(0.001)
                time.sleep(draw.random() / 200)
                run.kill()
            shown = self.complete_folders(out)
            killed_between += last < shown < self.reports
            shutil.rmtree(out)
        self.assertGreater(killed_between, 0, f"in none of {rounds} rounds")

    def test_of_runs_at_the_same_time_are_written_or_refused(self):
        scenario = self.file("crashes.json", crashing(1))
        out = self.folder / "out"
        for _ in range(40):
            runs = [subprocess.Popen([PROCREG, "replay", scenario, "--report-dir", out], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(3)]
            for run in runs:
                _, told = run.communicate(timeout=60)
                self.assertIn((run.returncode, told), [(0, ""), (3, f"procreg: --report-dir: {out}: cannot be written: another run writes its reports there\n")])
            self.assertEqual(self.complete_folders(out), 1)

    def test_of_a_whole_run_are_all_there(self):
        out = self.folder / "out"
        run = procreg("replay", self.file("crashes.json", crashing(self.reports)), "--report-dir", out)
        self.assert_ends(run, 0, f"{self.reports} reports written to {out}/ReportArchive")
        self.assertEqual(self.complete_folders(out), self.reports)
        self.assertEqual([path.name for path in out.iterdir()], ["ReportArchive"])

    def test_of_a_full_disk_are_absent_and_the_program_says_so(self):
        def little_room():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        out = self.folder / "out"
        run = procreg("replay", self.file("crashes.json", crashing(2)), "--report-dir", out, preexec_fn=little_room)
        self.assert_ends(run, 4, "1_mini_1000.dmp: cannot be written: File too large", "0 reports written")
        self.assertEqual(self.complete_folders(out), 0)

    def complete_folders(self, out):
        folders = list((out / "ReportArchive").iterdir())
        for folder in folders:
            report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
            self.assertEqual(folder.name, f"{report['id']}_{report['cause']}_{report['process']}")
            lines = (folder / "Report.wer").read_bytes().decode("utf-16").split("\r\n")
            self.assertEqual((lines[0], lines[-2], lines[-1]), ("Version=1", "Procreg.Restarted.CommandLine=", ""))
            dumps = [dump["file"] for dump in report["dumps"]]
            self.assertEqual(sorted(file.name for file in folder.iterdir()), sorted(dumps + ["Report.wer", "report.json"]))
            for dump in dumps:
                self.assertEqual((folder / dump).read_bytes()[:4], b"MDMP")
        return len(folders)


class Interrupt(InFolder):
    @staticmethod
    def wait_for_handlers(pid):
        """A signal that comes before the program is ready for it ends it."""
        for _ in range(600):
            caught = re.search(r"^SigCgt:\s*([0-9a-f]+)$", pathlib.Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
            if int(caught[1], 16) >> (signal.SIGTERM - 1) & 1:
                return
            time.sleep(0.1)

    @contextlib.contextmanager
    def fuzzing(self, *arguments):
        with subprocess.Popen([PROCREG, "fuzz", "--seconds", "200", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            try:
                self.wait_for_handlers(run.pid)
                time.sleep(1)
                yield run
            finally:
                run.kill()

    def test_prints_what_was_found_so_far(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number), self.fuzzing() as run:
                run.send_signal(number)
                out, _ = run.communicate(timeout=60)
                self.assertEqual(run.returncode, 2)
                self.assertIn("UNDECIDED, interrupted", out)
                self.assertRegex(out, r"steps +[1-9]")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: cli_test.py PROCREG [unittest arguments]")
    PROCREG = os.path.abspath(sys.argv.pop(1))
    unittest.main()
