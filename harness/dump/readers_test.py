"""The dumps of every report of the conformance suite, read by lldb, LLVM, Breakpad and Wine, as `procreg dump` reads them.

That `procreg dump` and the model agree is the matter of report_dumps_test.cpp. What each reader shows, and where it has ways of
its own, stands in its file in readers/. Usage, from the root: readers_test.py PROCREG
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent / "readers"
sys.path.insert(0, str(FOLDER))
import altered  # noqa: E402
import breakpad  # noqa: E402
import facts  # noqa: E402
import lldb_reader  # noqa: E402
import llvm  # noqa: E402
import tools  # noqa: E402
import wine  # noqa: E402

FRAMES = FOLDER / "stacks-with-frame-pointers-are-walked.json"  # the suite has no stack with a frame pointer
# Thousands of small files that are written through to the disk: where there is a file system in memory, there.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
WHOLE_MAX = 1 << 20  # a file whose every byte is printed


def is_small(dump):
    return dump["size"] <= WHOLE_MAX


# One program for each dump, and which dumps are for it.
READERS = [
    (llvm.obj2yaml, is_small),
    (breakpad.minidump_dump, lambda dump: is_small(dump) and breakpad.can_read(dump)),
    (breakpad.minidump_stackwalk, breakpad.can_read),
    (wine.winedump, is_small),
]


def replay(procreg, reports, *scenarios):
    replayed = tools.run(procreg, "replay", "--report-dir", reports, *scenarios)
    if replayed.returncode:
        sys.exit("replay: " + replayed.stderr.decode())


def one_of_each(files):
    """One path for all files of the same bytes."""
    different = {}
    for file in files:
        if file.stat().st_size < 64 << 20:
            different.setdefault(hashlib.sha256(file.read_bytes()).digest(), file)
        else:
            different[str(file)] = file
    return sorted(different.values())


def described(procreg, files):
    shown = tools.run(procreg, "dump", "--json", *files)
    dumps = [json.loads(line) for line in shown.stdout.splitlines()]
    assert shown.returncode == 0 and len(dumps) == len(files), shown.stderr.decode()
    return dumps


def differences(reader, dump):
    try:
        return reader(dump)
    except (AssertionError, AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError) as error:
        return [f"its answer is of another form: {error!r}"]


def read_by_all(dumps, folder):
    """{reader: [its differences for each dump; None where it does not read it]}"""
    found = {"lldb": lldb_reader.differences(dumps, folder)}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for reader, is_for_it in READERS:
            found[reader.__name__] = list(pool.map(lambda dump: differences(reader, dump) if is_for_it(dump) else None, dumps))
    return found


def unnoticed(dumps, folder):
    """Of each altered dump that not exactly those noticed who show what was altered."""
    cases = list(altered.altered(dumps, folder))
    found = read_by_all([{**facts.facts_of(dumps[name]), "file": file} for _, file, name, _ in cases], folder)
    for place, (what, _, _, expected) in enumerate(cases):
        noticed = {reader for reader, all_of_them in found.items() if all_of_them[place]}
        if noticed != expected:
            yield f"altered: {what}: noticed by {sorted(noticed)} in place of {sorted(expected)}"


def main():
    procreg = pathlib.Path(sys.argv[1]).resolve()
    tools.require_all()
    with tempfile.TemporaryDirectory(prefix="procreg-readers-", dir=MEMORY) as name:
        folder = pathlib.Path(name)
        topics = sorted(path for path in pathlib.Path("scenarios/conformance").iterdir() if path.name != "parallel")  # those write no reports
        replay(procreg, folder / "reports" / "suite", *topics)
        replay(procreg, folder / "reports" / "frames", FRAMES)
        altered.rename(next((folder / "reports" / "frames").rglob("*_mini_*.dmp")), folder / "reports" / "renamed")
        files = sorted((folder / "reports").rglob("*.dmp"))
        dumps = described(procreg, one_of_each(files))
        assert len(dumps) > 100, "hardly a dump was written"
        found = read_by_all([facts.facts_of(dump) for dump in dumps], folder)
        wrong = [(dump["file"], reader, what[place]) for reader, what in found.items() for place, dump in enumerate(dumps) if what[place]]
        for file, reader, what in wrong:
            print(pathlib.Path(file).relative_to(folder), reader, *what, sep="\n  ")
        originals = {dump["file"].rsplit("_", 2)[-2]: dump for dump in dumps if "/frames/" in dump["file"]}
        silent = list(unnoticed(originals, folder))
        for line in silent:
            print(line)
        read = ", ".join(f"{reader} {sum(each is not None for each in what)}" for reader, what in found.items())
        print(f"{len(files)} dumps, {len(dumps)} different ones; read by {read}; {len(wrong)} times otherwise than by procreg; {len(altered.ALTERATIONS)} altered")
        sys.exit(1 if wrong or silent else 0)


if __name__ == "__main__":
    main()
