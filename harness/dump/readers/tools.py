"""The programs that read dumps. Without one of them the test fails: whatever installs it is named, and nothing is left out."""

import pathlib
import shutil
import subprocess
import sys

BREAKPAD = pathlib.Path("build/readers/node_modules/minidump/bin/linux-x64")  # from the root, which is where tests run
PROGRAMS = ["lldb-14", "obj2yaml-14", "yaml2obj-14", "minidump_dump", "minidump_stackwalk", "winedump-stable"]


def path_of(name):
    """None where it is not installed."""
    return shutil.which(name) or shutil.which(BREAKPAD.absolute() / name)


def require_all():
    missing = [name for name in PROGRAMS if path_of(name) is None]
    if missing:
        sys.exit(f"missing: {', '.join(missing)}. `./dev test` and `./dev setup` install every program that reads dumps.")


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, check=False, timeout=1200, **options)


def text_of(*command, status=0):
    """What it prints; an AssertionError with its last words where it ends with another status."""
    done = run(*command)
    assert done.returncode == status, f"status {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}"
    return done.stdout.decode(encoding="utf-8", errors="replace")
