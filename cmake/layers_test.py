"""Shows layers.py what it must notice, and what it must leave alone."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("layers.py")
LAYERS = ("api", "model", "impl", "harness", "scenarios", "examples", "bench")
FORBIDDEN = [
    ("api", ("model", "impl", "harness", "scenarios", "examples", "bench")),
    ("model", ("impl", "harness", "scenarios", "examples", "bench")),
    ("impl", ("model", "harness", "scenarios", "examples", "bench")),
    ("harness", ("scenarios", "examples", "bench")),
    ("scenarios", ("examples", "bench")),
    ("examples", ("api", "model", "impl", "harness", "scenarios", "bench")),
    ("bench", ("examples",)),
]


def check(files):
    """The exit status and the lines of layers.py over a tree of these files, beside one sound header a layer."""
    with tempfile.TemporaryDirectory() as folder:
        tree = {f"{layer}/part/sound.h": "#pragma once\n" for layer in LAYERS} if files else {}
        for name, text in {**tree, **files}.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        run = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True, check=False)
        return run.returncode, (run.stdout + run.stderr).splitlines()


class Layers(unittest.TestCase):
    def assert_noticed(self, files, expected):
        status, lines = check(files)
        self.assertEqual((status, lines[:-1]), (1, expected))

    def assert_sound(self, files):
        status, lines = check(files)
        self.assertEqual((status, lines), (0, [f"layers: {len(LAYERS) + len(files)} files, 0 violations"]))

    def test_notices_every_forbidden_arrow(self):
        for layer, others in FORBIDDEN:
            for other in others:
                with self.subTest(layer=layer, other=other):
                    self.assert_noticed(
                        {f"{layer}/a.cpp": f'#pragma once\n\n#include "{other}/part/sound.h"\n'},
                        [f"{layer}/a.cpp:3: {layer} must not include {other}/part/sound.h"],
                    )

    def test_lets_every_other_arrow_be(self):
        for layer in LAYERS:
            for other in LAYERS:
                if other in dict(FORBIDDEN).get(layer, ()):
                    continue
                with self.subTest(layer=layer, other=other):
                    self.assert_sound({f"{layer}/a.cpp": f'#include "{other}/part/sound.h"\n#include <vector>\n'})

    def test_notices_a_test_a_relative_path_angle_brackets_and_spaces(self):
        notice = "impl/wer/a_test.cpp:1: impl must not include model/part/sound.h"
        for include in ('#include "../../model/part/sound.h"', "#include <model/part/sound.h>", ' # include"model/part/sound.h"'):
            with self.subTest(include=include):
                self.assert_noticed({"impl/wer/a_test.cpp": include + "\n"}, [notice])

    def test_notices_an_include_of_a_file_that_is_not_there(self):
        self.assert_noticed({"impl/a.h": '#include "model/gone.h"\n'}, ["impl/a.h:1: impl must not include model/gone.h"])

    def test_notices_an_include_that_says_no_layer(self):
        notice = 'model/a.h:1: "state.h" names no file here (from the root, please; <> for other libraries)'
        self.assert_noticed({"model/a.h": '#include "state.h"\n'}, [notice])

    def test_notices_a_source_outside_the_layers(self):
        notice = f"util/a.h:1: is in none of the folders {', '.join(LAYERS)}"
        self.assert_noticed({"util/a.h": "#pragma once\n"}, [notice])

    def test_reports_all_violations(self):
        self.assert_noticed(
            {"api/a.h": '#include "impl/part/sound.h"\n#include "model/part/sound.h"\n', "model/b.h": '#include "impl/b.h"\n'},
            [
                "api/a.h:1: api must not include impl/part/sound.h",
                "api/a.h:2: api must not include model/part/sound.h",
                "model/b.h:1: model must not include impl/b.h",
            ],
        )

    def test_finds_the_flavours_of_the_locks(self):
        self.assert_sound({"impl/a.cpp": '#include "sync.h"\n', "impl/sync/threads/sync.h": "#pragma once\n"})
        self.assert_noticed(
            {"model/a.cpp": '#include "sync.h"\n', "impl/sync/threads/sync.h": "#pragma once\n"},
            ["model/a.cpp:1: model must not include impl/sync/threads/sync.h"],
        )

    def test_does_not_read_what_was_built(self):
        self.assert_sound({"model/a.cpp": "int a;\n"})
        status, _ = check({"build/dev/a.cpp": '#include "nowhere.h"\n', ".cache/a.cpp": '#include "nowhere.h"\n'})
        self.assertEqual(status, 0)

    def test_does_not_pass_by_emptiness(self):
        self.assertEqual(check({}), (1, ["layers: no source files found, so nothing was checked"]))


if __name__ == "__main__":
    unittest.main()
