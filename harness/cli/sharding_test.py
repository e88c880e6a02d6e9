"""Campaigns in shards, with GNU parallel and cut off in the middle: usage `sharding_test.py PROCREG`, from the repository's root."""

import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import time
import unittest

from in_folder import InFolder

PROCREG = ""
SHARDS = 3
# A campaign a line: the arguments of the whole, without --shard and --json, and the counts that are up to the machine.
CAMPAIGNS = [
    (("fuzz", "--scripts", "1000"), ()),
    (("race", "--schedules", "20", "--rounds", "20"), ()),
    (("race", "--rounds", "300"), ("overlapping",)),
    (("explore", "--world", "ccf", "--depth", "3"), ()),
]


def decided(result, by_chance):
    """What a result says, but for the counts that no two runs have in common."""
    result = json.loads(result)
    for count in by_chance:
        del result["counts"][count]
    return result


def run(*arguments, **more):
    return subprocess.run([*map(str, arguments)], capture_output=True, text=True, timeout=300, check=False, **more)


class UnderParallel(InFolder):
    def test_shards_merge_to_what_one_run_finds(self):
        for number, (campaign, by_chance) in enumerate(CAMPAIGNS):
            with self.subTest(campaign=campaign):
                whole = run(PROCREG, *campaign, "--json")
                self.assertEqual(whole.returncode, 0, whole.stderr)
                self.assertGreaterEqual(next(iter(json.loads(whole.stdout)["counts"].values())), SHARDS)
                folder = self.folder / str(number)
                folder.mkdir()

                command = shlex.join([PROCREG, *campaign, "--json", "--shard"])
                shards = run(
                    "parallel", "--halt", "now,fail=1", f"{command} {{}}/{SHARDS} > {folder}/{{}}.json", ":::", *range(1, SHARDS + 1)
                )
                self.assertEqual(shards.returncode, 0, shards.stderr)

                files = sorted(folder.glob("*.json"))
                self.assertEqual(len(files), SHARDS)
                merged = run(PROCREG, "merge", "--json", *files)
                self.assertEqual(merged.returncode, 0, merged.stderr)
                self.assertEqual(decided(merged.stdout, by_chance), decided(whole.stdout, by_chance))
                if not by_chance:
                    self.assertEqual(merged.stdout, whole.stdout)
                    self.assertEqual(run(PROCREG, "merge", *files).stdout, run(PROCREG, *campaign).stdout)

                missing = run(PROCREG, "merge", files[0], files[2])
                self.assertEqual(missing.returncode, 2, missing.stderr)
                self.assertIn("1 shard: 2\n", missing.stdout)


class CutOff(InFolder):
    ARGUMENTS = ("fuzz", "--scripts", "20000", "--shard", "2/2", "--json")

    def test_a_killed_shard_goes_on_from_its_checkpoint(self):
        kept = self.folder / "shard.part"
        with subprocess.Popen([PROCREG, *self.ARGUMENTS, "--checkpoint", kept], stdout=subprocess.DEVNULL) as killed:
            for _ in range(3000):
                if kept.exists():
                    break
                time.sleep(0.02)
            killed.send_signal(signal.SIGKILL)
        checkpoint = json.loads(kept.read_text())
        done = checkpoint["result"]["counts"]["scripts"]
        self.assertGreater(done, 0)
        self.assertEqual(checkpoint["next"], 1 + 2 * done)

        resumed = run(PROCREG, *self.ARGUMENTS, "--checkpoint", kept)
        self.assertEqual((resumed.returncode, resumed.stderr), (0, ""))
        self.assertEqual(resumed.stdout, run(PROCREG, *self.ARGUMENTS).stdout)
        self.assertEqual(json.loads(resumed.stdout)["counts"]["scripts"], 10000)

        again = run(PROCREG, *self.ARGUMENTS, "--checkpoint", kept)
        self.assertEqual(again.stdout, resumed.stdout)

    def test_a_checkpoint_of_another_run_is_refused(self):
        kept = self.folder / "shard.part"
        arguments = ("fuzz", "--scripts", "20", "--checkpoint", kept)
        self.assertEqual(run(PROCREG, *arguments).returncode, 0)
        for other, word in [
            (("--seed", "2"), "options.seed is 2, and"),
            (("--failures", "2"), "options.failures"),
            (("--shard", "1/2"), "shard 1/1"),
        ]:
            with self.subTest(other=other):
                refused = run(PROCREG, *arguments, *other)
                self.assertEqual((refused.returncode, refused.stdout), (3, ""))
                self.assertIn(word, refused.stderr)
        kept.write_text("{}")
        self.assertIn("is no checkpoint", run(PROCREG, *arguments).stderr)

    def test_a_checkpoint_is_not_taken_for_a_result(self):
        kept = self.folder / "shard.part"
        run(PROCREG, "fuzz", "--scripts", "20", "--checkpoint", kept)
        merged = run(PROCREG, "merge", kept)
        self.assertEqual(merged.returncode, 3)
        self.assertIn("may not be complete", merged.stderr)

    def test_a_checkpoint_that_cannot_be_written_is_a_failure(self):
        lost = run(PROCREG, "fuzz", "--scripts", "20", "--checkpoint", self.folder / "none" / "shard.part", "--json")
        self.assertEqual(lost.returncode, 4)
        self.assertIn("shard.part", lost.stderr)
        self.assertEqual(json.loads(lost.stdout)["verdict"], "failed")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: sharding_test.py PROCREG [unittest arguments]")
    PROCREG = os.path.abspath(sys.argv.pop(1))
    unittest.main()
