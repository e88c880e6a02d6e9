"""Dumps that are altered in one place, each with the readers that show what stands there: those, and no others, must notice.

That a reader's silence means something is known only from the times when it speaks.
"""

import pathlib

LLDB, LLVM, DUMP, WALK, WINE = "lldb", "obj2yaml", "minidump_dump", "minidump_stackwalk", "winedump"


def stream(dump, number):
    return next(each["bytes"]["offset"] for each in dump["streams"] if each["type"] == number)


def thread(dump, place):
    return stream(dump, 3) + 4 + 48 * place


def context(dump, place):
    return dump["threads"][place]["context"]["bytes"]["offset"]


def stack(dump, place):
    return dump["threads"][place]["stack"]["bytes"]["offset"]


def place_in(data, text):
    """Of a text that stands there once."""
    units = text.encode("utf-16-le")
    assert data.count(units) == 1, text
    return data.index(units)


# For kernel32.dll. Breakpad can read the first.
NAMES = ["ké中\U00010000nel.dll", "ké中\U0001F600nel.dll"]


def rename(file, folder):
    """Leaves a copy of the dump for each of NAMES in the folder."""
    folder.mkdir()
    data = pathlib.Path(file).read_bytes()
    for place, name in enumerate(NAMES):
        at = place_in(data, "kernel32.dll")
        units = name.encode("utf-16-le")
        (folder / f"{place}_renamed.dmp").write_bytes(data[:at] + units + data[at + len(units) :])


def flip(data, at):
    data[at] ^= 1


def add(data, at, value):
    data[at : at + 4] = (int.from_bytes(data[at : at + 4], "little") + value).to_bytes(4, "little")


def copy(data, at, source):
    data[at : at + 4] = data[source : source + 4]


# What, in which dump, how (the bytes of the file and what `procreg dump` says of it), and who shows it.
ALTERATIONS = [
    ("a register", "mini", lambda data, dump: flip(data, context(dump, 1) + 0x90), {LLDB, LLVM, DUMP, WINE}),
    ("r15's highest byte", "mini", lambda data, dump: flip(data, context(dump, 1) + 0xF7), {LLDB, LLVM, DUMP, WINE}),
    ("a byte of a vector register", "mini", lambda data, dump: flip(data, context(dump, 1) + 0x1A0), {LLVM, WINE}),
    ("the id of a thread", "mini", lambda data, dump: flip(data, thread(dump, 1)), {LLDB, LLVM, DUMP, WINE}),
    ("a stack that is reached 8 bytes on", "mini", lambda data, dump: add(data, thread(dump, 0) + 36, 8), {LLVM, DUMP, WALK, WINE}),
    ("a stack at another address", "mini", lambda data, dump: add(data, thread(dump, 1) + 24, 8), {LLVM, DUMP, WALK, WINE}),
    ("a return address on a stack", "mini", lambda data, dump: flip(data, stack(dump, 1) + 8), {LLDB, LLVM, DUMP, WALK, WINE}),
    ("a byte of a stack that leads nowhere", "mini", lambda data, dump: flip(data, stack(dump, 1) + 16), {LLDB, LLVM, DUMP, WINE}),
    ("a range that is reached 8 bytes on", "mini", lambda data, dump: add(data, stream(dump, 5) + 4 + 12, 8), {LLDB, LLVM, DUMP, WINE}),
    ("a range that reaches into a hole", "mini", lambda data, dump: add(data, stream(dump, 5) + 4 + 8, 1), {LLDB, LLVM, DUMP, WINE}),
    ("a letter of a module's name", "mini", lambda data, dump: flip(data, place_in(data, "kernel32.dll")), {LLDB, LLVM, DUMP, WALK, WINE}),
    ("the base of a module", "mini", lambda data, dump: add(data, stream(dump, 4) + 4 + 108 + 2, 1), {LLDB, LLVM, DUMP, WALK, WINE}),
    ("the version of a module", "mini", lambda data, dump: flip(data, stream(dump, 4) + 4 + 24 + 8), {LLVM, DUMP, WALK, WINE}),
    ("an exception's code", "mini", lambda data, dump: flip(data, stream(dump, 6) + 8), {LLDB, LLVM, DUMP, WALK, WINE}),
    ("the thread of an exception", "mini", lambda data, dump: copy(data, stream(dump, 6), thread(dump, 1)), {LLDB, LLVM, DUMP, WALK, WINE}),
    ("a letter of a thread's name", "mini", lambda data, dump: flip(data, place_in(data, "thread 2")), {DUMP}),
    ("the size of a region", "mini", lambda data, dump: add(data, stream(dump, 16) + 16 + 25, 16), {LLVM, DUMP}),
    ("where a thread began", "triage", lambda data, dump: flip(data, stream(dump, 17) + 12 + 48), {LLVM, WINE}),
    ("where the memory of a long list begins", "heap", lambda data, dump: add(data, stream(dump, 9) + 8, -8), {LLDB, LLVM}),
]


def altered(dumps, folder):
    """(what, file, the dump it was, who must notice) of each; `dumps` are those to alter, by their names above."""
    for place, (what, name, alter, noticed) in enumerate(ALTERATIONS):
        dump = dumps[name]
        data = bytearray(pathlib.Path(dump["file"]).read_bytes())
        alter(data, dump)
        file = folder / f"altered-{place}.dmp"
        file.write_bytes(data)
        yield what, str(file), name, noticed
