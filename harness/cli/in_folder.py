"""What the tests of the program have in common."""

import json
import pathlib
import tempfile
import unittest


class InFolder(unittest.TestCase):
    """A test with a folder of its own, which is gone afterwards."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def file(self, name, content):
        """Writes bytes, a text, or anything else as JSON."""
        if not isinstance(content, (bytes, str)):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode()
        path = self.folder / name
        path.write_bytes(content)
        return path

    def assert_ends(self, run, status, *words):
        """The run ended with this status, and printed the words, to whichever output."""
        self.assertEqual(run.returncode, status, f"{run.args}\n{run.stdout}\n{run.stderr}")
        for word in words:
            self.assertIn(word, (run.stdout or "") + run.stderr)
