"""Judges subjects that are programs, as a user does: usage `subjects_test.py PROCREG`, from the root of the repository."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from in_folder import InFolder

PROCREG = ""
REFERENCE = "program:python3 harness/subject/reference_subject.py"
WER = "scenarios/conformance/wer"


def broken(mode, text=""):
    return f"program:exec python3 harness/subject/broken_subjects.py {mode} {text}"


def procreg(*arguments, **more):
    return subprocess.run([PROCREG, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False, **more)


def register(process="@process1"):
    return {"call": "WerRegisterAdditionalProcess", "by": "main", "processId": process, "captureExtraInfoForThreadId": 0}


class Conform(InFolder):
    def scenario(self, name, *steps):
        return self.file(f"{name}.json", {"format": "procreg-scenario/1", "name": name, "clauses": ["WER-AP-17"], "steps": steps})

    def test_the_reference_subject_conforms_in_all_that_it_declares(self):
        run = procreg("conform", "--subject", REFERENCE)
        self.assert_ends(run, 0, "subject         reference 1", "CONFORMS", "not applicable", "the subject cannot perform SmbServerStart")
        self.assertNotIn(" violates", run.stdout)

    def test_the_implementation_behind_the_protocol_conforms_under_every_profile(self):
        run = procreg("conform", "--subject", f"program:exec {PROCREG} serve")
        self.assert_ends(run, 0, "CONFORMS", "subject         impl", "several threads at once")
        self.assertRegex(run.stdout, r"scenarios +28\d\d runs: 27\d\d conforms, \d+ not-applicable\n")

    def test_a_profile_of_its_own_is_inferred(self):
        run = procreg("conform", "--subject", f"program:exec {PROCREG} serve --no-snapshot --profile windows11")
        self.assert_ends(run, 0, "choices shown; other than documented: string-limits=characters-with-nul")

    def test_held_to_another_profile_than_its_own_it_diverges(self):
        run = procreg("conform", "--subject", f"program:exec {PROCREG} serve --no-snapshot --profile windows11", "--profile", "documented")
        self.assert_ends(run, 1, "DIVERGES", "the scenario is for another profile")

    def test_one_that_accepts_everything_and_forgets_it_fails(self):
        run = procreg("conform", "--subject", broken("forgets"))
        self.assert_ends(run, 1, "VIOLATES", "DIVERGES", "WER-AP-11")

    def test_one_that_contradicts_itself_is_told_where(self):
        files = [self.scenario("first", register()), self.scenario("second", register())]
        run = procreg("conform", "--subject", broken("contradicts"), *files)
        self.assert_ends(run, 1, "CONTRADICTS", "additional-process-target: must-exist here, unchecked in", "first.json")

    def test_not_implemented_is_no_divergence_unless_strict(self):
        files = [self.scenario("one", register()), self.scenario("two", {"call": "CreateProcess", "by": "main", "as": "w"})]
        self.assert_ends(procreg("conform", "--subject", broken("not-implemented"), *files), 0, "NOT IMPLEMENTED", "1 not-implemented",
                         "WerRegisterAdditionalProcess says that it is not implemented")
        self.assert_ends(procreg("conform", "--strict", "--subject", broken("not-implemented"), *files), 1, "DIVERGES")

    def test_one_that_declines_everything_ran_nothing(self):
        run = procreg("conform", "--subject", broken("refuses-everything"), self.scenario("one", register()))
        self.assert_ends(run, 5, "1 not-applicable", "NOTHING RAN")

    def test_one_that_cannot_be_started_is_no_verdict_about_it(self):
        self.assert_ends(procreg("conform", "--subject", "program:/no/such/program", WER), 4, "the subject cannot be started: it ended with status 127")
        self.assert_ends(procreg("conform", "--subject", "program:"), 3, "'program:' needs a command")
        self.assert_ends(procreg("fuzz", "--subject", REFERENCE), 3, "fuzz drives the subject impl only")

    def test_one_that_dies_costs_one_scenario(self):
        files = [self.scenario("bad", register(), register()), self.scenario("good", register())]
        run = procreg("conform", "--subject", broken("dies", "bad"), *files)
        self.assert_ends(run, 4, "FAILED (died)", "at step 2 of 2", "it ended with status 3 before it answered perform", "1 conforms, 1 failed")

    def test_one_that_hangs_is_given_its_limit(self):
        files = [self.scenario("bad", register(), register()), self.scenario("good", register())]
        run = procreg("conform", "--step-limit", "0.5", "--subject", broken("hangs", "bad"), *files)
        self.assert_ends(run, 4, "FAILED (hung)", "it did not answer perform within 0.5 s", "1 conforms, 1 failed")
        self.assert_ends(procreg("conform", "--step-limit", "0", "--subject", REFERENCE), 3, "'0' is not a number of seconds")

    def test_one_that_fails_again_and_again_is_given_up(self):
        files = [self.scenario(f"bad{i}", register(), register()) for i in range(12)]
        run = procreg("conform", "--subject", broken("nonsense", "bad"), *files)
        self.assert_ends(run, 4, "2 scenarios: the subject failed again and again", "FAILED (nonsense)")

    def test_its_standard_error_is_kept_and_is_no_failure(self):
        log = self.folder / "log"
        run = procreg("conform", "--subject", broken("floods-stderr"), "--subject-log", log, self.scenario("one", register()))
        self.assert_ends(run, 0, "CONFORMS")
        self.assertGreater(log.stat().st_size, 100_000)

    def test_known_deviations_do_not_count_and_one_that_holds_does(self):
        def known(*clauses):
            return self.file("known.json", {"format": "procreg-deviations/1", "deviations": [{"clause": c, "reason": "we know"} for c in clauses]})
        shut = self.scenario("shut", register(0))
        run = procreg("conform", "--subject", broken("forgets"), shut, self.scenario("fine", register()))
        self.assert_ends(run, 1, "WER-AP-02")
        run = procreg("conform", "--subject", broken("forgets"), "--known-deviations", known("WER-AP-02"), shut, self.scenario("fine", register()))
        self.assert_ends(run, 0, "known           we know", "1 of these by 1 deviation", "CONFORMS")
        run = procreg("conform", "--subject", REFERENCE, "--known-deviations", known("WER-AP-02"), shut)
        self.assert_ends(run, 1, "HOLDS, THOUGH LISTED  WER-AP-02", "we know", "take it out of the list")
        bad = self.file("bad.json", {"format": "procreg-deviations/1", "deviations": [{"clause": "WER-AP-222", "reason": "x"}]})
        self.assert_ends(procreg("conform", "--subject", REFERENCE, "--known-deviations", bad, shut), 3, "bad.json:1:", "/deviations/0/clause")

    def test_json_has_everything(self):
        out = self.folder / "out.json"
        run = procreg("conform", "--subject", broken("forgets"), "--json", out, self.scenario("shut", register(0)))
        self.assert_ends(run, 1)
        result = json.loads(out.read_text())
        self.assertEqual((result["format"], result["verdict"], result["subject"]["name"]), ("procreg-judgement/1", "diverges", "reference"))
        scenario = result["scenarios"][0]
        self.assertEqual((scenario["finding"], scenario["function"], scenario["mismatch"]["clause"]),
                         ("violates", "WerRegisterAdditionalProcess", "WER-AP-02"))

    def test_what_makes_no_sense_of_a_subject_is_refused(self):
        for option in (["--spoil", "WER-AP-11"], ["--save", "x"], ["--junit", "x"]):
            self.assert_ends(procreg("conform", "--subject", REFERENCE, *option), 3, option[0])

    def test_an_interrupted_run_is_undecided_and_leaves_nothing(self):
        pid_file = self.folder / "pid"
        subject = f"program:echo $$ > {pid_file}; exec python3 harness/subject/broken_subjects.py hangs"
        process = subprocess.Popen([PROCREG, "conform", "--subject", subject, "--scenario-limit", "1000", "--step-limit", "1000",
                                    self.scenario("one", register(), register())], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not pid_file.exists() or not pid_file.read_text().strip():
            time.sleep(0.05)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertIn("interrupted", out)
        with self.assertRaises(ProcessLookupError):
            os.kill(int(pid_file.read_text()), 0)


class Characterise(InFolder):
    def test_finds_the_whole_profile_and_saves_it(self):
        path = self.folder / "mine.json"
        run = procreg("characterise", "--subject", f"program:exec {PROCREG} serve --profile windows11", "--save-profile", path)
        self.assert_ends(run, 0, "67 of 67 choices decided", "string-limits: characters-with-nul   (other than documented)")
        self.assertEqual(json.loads(path.read_text())["undecided"], [])
        self.assert_ends(procreg("conform", "--profile", path, WER), 0, "CONFORMS")

    def test_says_what_is_not_decided(self):
        run = procreg("characterise", "--subject", REFERENCE)
        self.assert_ends(run, 2, "app-instance-zero-guid: accept or invalid-parameter or accept-not-sent   (not shown)")

    def test_json(self):
        run = procreg("characterise", "--subject", REFERENCE, "--json")
        choices = {choice["name"]: choice for choice in json.loads(run.stdout)["choices"]}
        self.assertEqual(choices["additional-process-target"]["options"], ["unchecked"])
        self.assertIn("must-exist", [each["against"] for each in choices["additional-process-target"]["evidence"]])

    def test_needs_a_subject_that_is_not_the_implementation(self):
        self.assert_ends(procreg("characterise", "--subject", "impl"), 3, "program:COMMAND or library:PATH")
        self.assert_ends(procreg("characterise"), 3, "--subject")


if __name__ == "__main__":
    PROCREG = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=1)
