"""procreg's own library conforms, here and as a DLL under Wine: usage `dll_test.py PROCREG FOLDER`, from the root of the repository.

FOLDER holds procreg-probe.exe and procreg.dll. The verdicts must be those of the implementation itself, scenario by scenario and
profile by profile, but for scenarios that the interface cannot express.
"""

import json
import os
import pathlib
import subprocess
import sys
import unittest

PROCREG = FOLDER = None
WINE = "/usr/lib/wine/wine64"


def conform(*arguments, **more):
    ran = subprocess.run([PROCREG, "conform", "--json", *arguments], capture_output=True, text=True, timeout=600, check=False, **more)
    return ran.returncode, json.loads(ran.stdout)


class Library(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        _, result = conform("scenarios/conformance")
        cls.implementation = {(one["file"], run["profile"]): run["verdict"] for one in result["scenarios"] for run in one["runs"]}

    def assert_equals_the_implementation(self, subject, **more):
        status, result = conform("--subject", subject, "scenarios/conformance", **more)
        self.assertEqual((status, result["verdict"]), (0, "conforms"))
        found = {(one["file"], one["profile"]): one["finding"] for one in result["scenarios"]}
        self.assertEqual(found.keys(), self.implementation.keys())
        expressed = {key: finding for key, finding in found.items() if finding != "not-applicable"}
        self.assertGreater(len(expressed), 2000)
        self.assertEqual(expressed, {key: self.implementation[key] for key in expressed})
        reasons = {one["reason"].split()[4] for one in result["scenarios"] if one["finding"] == "not-applicable"}
        self.assertTrue(all(reason.startswith(("Smb", "Csv", "several")) for reason in reasons), reasons)

    def test_shared_library(self):
        library = pathlib.Path(PROCREG).parent.parent / "lib" / "libprocreg.so"
        self.assert_equals_the_implementation(f"library:{library}")

    def test_dll_under_wine(self):
        prefix = pathlib.Path(PROCREG).parent.parent / "wine-dll"
        prefix.mkdir(parents=True, exist_ok=True)
        environment = dict(os.environ, WINEPREFIX=str(prefix), WINEDEBUG="-all", DISPLAY="", LC_ALL="C.UTF-8")
        subprocess.run([WINE, f"{FOLDER}/procreg-probe.exe", "--help"], env=environment, capture_output=True, timeout=300, check=True)
        self.assert_equals_the_implementation(f"program:exec {WINE} {FOLDER}/procreg-probe.exe --library {FOLDER}/procreg.dll", env=environment)


if __name__ == "__main__":
    FOLDER = str(pathlib.Path(sys.argv.pop(2)).resolve())
    PROCREG = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=1)
