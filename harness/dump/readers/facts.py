"""What a dump says, as `procreg dump --json` reads it, in words that the answers of other readers can be held against.

Bytes are hexadecimal text, addresses numbers: everything here goes through JSON to the interpreter inside lldb.
"""

import itertools

GENERAL = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", *(f"r{n}" for n in range(8, 16))]
BYTES_MAX = 1 << 20  # of one range that are compared, from its beginning


def number(value):
    return int(value, 0) if isinstance(value, str) else value


class Bytes:
    """A file, of which ranges are read: it may be larger than memory."""

    def __init__(self, path):
        self.path = path

    def at(self, where):
        with open(self.path, "rb") as file:
            file.seek(where["offset"])
            return file.read(min(where["size"], BYTES_MAX)).hex()


def registers_of(context):
    return {name: number(value) for name, value in context["registers"].items()}


def thread_of(thread, file):
    context = thread["context"]
    stack = {"begin": number(thread["stack"]["begin"]), "size": thread["stack"]["bytes"]["size"], "bytes": file.at(thread["stack"]["bytes"])}
    return {"id": thread["id"], "registers": registers_of(context), "context": file.at(context["bytes"]), "stack": stack}


def module_of(module, file):
    base = number(module["base"])
    code_view = module.get("codeView")
    return {
        "name": module["name"],
        "file": module["name"].rsplit("\\", 1)[-1],
        "base": base,
        "size": module["size"],
        "end": base + module["size"],
        "checksum": number(module["checksum"]),
        "time": module["time"],
        "version": module.get("fileVersion", ""),
        "product": module.get("productVersion", ""),
        "pdb": code_view["pdb"] if code_view else "",
        "id": code_view["guid"].replace("-", "") + f"{code_view['age']:X}" if code_view else "",
        "codeView": file.at(code_view["bytes"]) if code_view else "",
    }


def information_of(thread):
    return {"id": thread["id"], "start": number(thread["start"]), "exit": number(thread["exitStatus"]), "affinity": number(thread["affinity"])}


def handle_of(handle):
    numbers = {name: number(handle[name]) for name in ["value", "attributes", "access", "handles", "pointers"]}
    return {**numbers, "type": handle["type"], "name": handle["name"]}


def exception_of(exception, file):
    if exception is None:
        return None
    numbers = {name: number(exception[name]) for name in ["thread", "code", "flags", "address"]}
    return {**numbers, "parameters": [number(value) for value in exception["parameters"]], "context": file.at(exception["context"]["bytes"])}


def outside(memory):
    """The addresses just before and behind each range that no other range has."""
    ends = [(each["begin"], each["begin"] + each["size"]) for each in memory]
    edges = sorted({edge for begin, end in ends for edge in (begin - 1, end)})
    return [edge for edge in edges if 0 <= edge < 1 << 64 and not any(begin <= edge < end for begin, end in ends)]


def facts_of(dump):
    file = Bytes(dump["file"])
    memory = [{"begin": number(each["begin"]), "size": each["bytes"]["size"], "bytes": file.at(each["bytes"])} for each in dump["memory"]]
    return {
        "file": dump["file"],
        "size": dump["size"],
        "flags": number(dump["header"]["flags"]),
        "pid": dump["misc"]["pid"],
        "streams": [{"type": stream["type"], "bytes": file.at(stream["bytes"])} for stream in dump["streams"]],
        "threads": [thread_of(thread, file) for thread in dump["threads"]],
        "names": [{"id": each["id"], "name": each["name"]} for each in dump.get("threadNames", [])],
        "information": [information_of(each) for each in dump.get("threadInfos", [])],
        "modules": [module_of(module, file) for module in dump["modules"]],
        "memory": memory,
        "outside": outside(memory),
        "regions": [{"begin": number(each["begin"]), "size": number(each["size"])} for each in dump["memoryInfo"]],
        "handles": [handle_of(each) for each in dump.get("handles", [])],
        "exception": exception_of(dump.get("exception"), file),
    }


def word_in(ranges, address):
    """The 8 bytes there as a number; None where they are not in one of the ranges."""
    for each in ranges:
        at = address - each["begin"]
        if 0 <= at and 2 * (at + 8) <= len(each["bytes"]):
            return int.from_bytes(bytes.fromhex(each["bytes"][2 * at : 2 * at + 16]), "little")
    return None


def module_at(facts, address):
    return next((module for module in facts["modules"] if address is not None and module["base"] <= address < module["end"]), None)


def short(value):
    text = repr(value)
    return text if len(text) < 100 else text[:90] + f"... ({len(text)} characters)"


def differences(ours, theirs, what="the dump"):
    """Where a reader's answer, of which every part is looked at, is not what is held against it."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return list(itertools.chain.from_iterable(differences(ours.get(name, "nothing"), value, f"{what}, {name}") for name, value in theirs.items()))
    if isinstance(theirs, list) and isinstance(ours, list) and len(ours) == len(theirs):
        return list(itertools.chain.from_iterable(differences(a, b, f"{what} {i}") for i, (a, b) in enumerate(zip(ours, theirs))))
    return [] if ours == theirs else [f"{what}: {short(theirs)} in place of {short(ours)}"]
