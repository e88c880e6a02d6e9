"""The targets without libFuzzer: usage `replay_test.py LOCKSTEP READER CONTEXTS PLANTED`, from the root of the repository."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

LOCKSTEP = READER = CONTEXTS = PLANTED = ""
CORPUS = "harness/fuzzing/corpus"


def run(*arguments, **environment):
    command = [*map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **environment})


class Replay(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def test_nothing_is_found_in_the_implementation(self):
        replayed = run(LOCKSTEP, CORPUS + "/lockstep")
        self.assertEqual(replayed.returncode, 0, replayed.stderr)
        self.assertGreater(int(replayed.stdout.split()[0]), 3)

    def test_every_scenario_is_read_and_written_back(self):
        replayed = run(READER, "scenarios")
        self.assertEqual(replayed.returncode, 0, replayed.stderr)
        self.assertGreater(int(replayed.stdout.split()[0]), 300)

    def test_every_create_context_is_refused_or_read_back(self):
        replayed = run(CONTEXTS, CORPUS + "/create_contexts")
        self.assertEqual(replayed.returncode, 0, replayed.stderr)
        self.assertGreater(int(replayed.stdout.split()[0]), 15)

    def test_a_planted_fault_is_reported_and_its_scenario_written(self):
        replayed = run(PLANTED, CORPUS + "/lockstep", PROCREG_FUZZ_SAVE=str(self.folder))
        self.assertEqual(replayed.returncode, -signal.SIGABRT, replayed.stderr)
        self.assertIn("WerUnregisterAdditionalProcess(", replayed.stderr)
        (written,) = self.folder.iterdir()
        self.assertIn(f"written to {written}\n", replayed.stderr)
        scenario = json.loads(written.read_text())
        self.assertEqual(scenario["steps"][-1]["call"], "WerUnregisterAdditionalProcess")

    def test_a_scenario_that_cannot_be_written_is_still_printed(self):
        replayed = run(PLANTED, CORPUS + "/lockstep", PROCREG_FUZZ_SAVE=str(self.folder / "none"))
        self.assertEqual(replayed.returncode, -signal.SIGABRT)
        self.assertIn("not written: ", replayed.stderr)
        self.assertIn('"format": "procreg-scenario/1"', replayed.stderr)

    def test_inputs_that_are_not_there_are_not_green(self):
        self.assertEqual(run(LOCKSTEP).returncode, 5)
        self.assertEqual(run(LOCKSTEP, self.folder).returncode, 5)
        self.assertEqual(run(LOCKSTEP, self.folder / "none").returncode, 3)


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit("usage: replay_test.py LOCKSTEP READER CONTEXTS PLANTED [unittest arguments]")
    LOCKSTEP, READER, CONTEXTS, PLANTED = (os.path.abspath(sys.argv.pop(1)) for _ in range(4))
    unittest.main()
