"""Wine's winedump: threads with their stacks and contexts, modules, the exception, thread information, handles and the
memory of a MemoryList."""

import re

import facts as facts_module
import tools


def field(block, name):
    return re.search(rf"^ *{re.escape(name)}:? (.*)$", block, re.MULTILINE)[1]


def number(block, name):
    return int(field(block, name), 0)


def bytes_of(block):
    """Of the lines `00000000: 10 10 ...`, whose hexadecimal part is 48 columns wide."""
    lines = re.findall(r"^ *[0-9a-f]{8}: (.{48})", block, re.MULTILINE)
    return re.sub(r"[^0-9a-f]", "", "".join(lines))


def text(quoted):
    if quoted == "<<rva=0>>":
        return ""
    units = re.sub(r"\\(?:u([0-9a-f]{4})|(.))", lambda m: m[2] or chr(int(m[1], 16)), quoted[2:-1])
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def range_of(block, name):
    begin, end = re.search(rf"^ *{name}: (0x[0-9a-f]+)-(0x[0-9a-f]+)", block, re.MULTILINE).groups()
    return {"begin": int(begin, 0), "size": int(end, 0) - int(begin, 0)}


def entries(block, heading):
    return re.split(rf"^ *{heading}:?\n", block, flags=re.MULTILINE)[1:]


def thread(block):
    stack, context = block.split("ThreadContext:")
    return {"id": number(block, "ThreadId"), "stack": {**range_of(stack, "Stack"), "bytes": bytes_of(stack)}, "context": bytes_of(context)}


def version(block, name):
    return field(block, name).replace(",", ".") if field(block, "dwSignature") != "0" else ""


def module(block):
    return {
        "base": number(block, "BaseOfImage"),
        "size": number(block, "SizeOfImage"),
        "checksum": number(block, "CheckSum"),
        "name": text(field(block, "ModuleName")),
        "version": version(block, "dwFileVersion"),
        "product": version(block, "dwProductVersion"),
        "codeView": bytes_of(block.split("CvRecord")[1].split("MiscRecord")[0]),
    }


def exception(block):
    return {
        "thread": number(block, "ThreadId"),
        "code": number(block, "ExceptionCode"),
        "flags": number(block, "ExceptionFlags"),
        "address": number(block, "ExceptionAddress"),
        "parameters": [int(value, 0) for value in re.findall(r"^ *\[\d+\] : (\S+)", block, re.MULTILINE)],
        "context": bytes_of(block.split("ThreadContext:")[1]),
    }


def information(block):
    return {"id": number(block, "ThreadId"), "start": number(block, "StartAddress"), "exit": number(block, "ExitStatus"), "affinity": number(block, "Affinity")}


def handle(block):
    numbers = {"value": "Handle", "attributes": "Attributes", "access": "GrantedAccess", "handles": "HandleCount", "pointers": "PointerCount"}
    texts = {"type": "TypeName", "name": "ObjectName"}
    return {**{ours: number(block, theirs) for ours, theirs in numbers.items()}, **{ours: text(field(block, theirs)) for ours, theirs in texts.items()}}


def read(shown):
    head, *streams = re.split(r"^Stream \[\d+\]: ", shown, flags=re.MULTILINE)
    found = {"flags": number(head, "Flags"), "exception": None, "information": [], "handles": []}
    for stream in streams:
        if stream.startswith("Misc Information"):
            found["pid"] = number(stream, "ProcessId")
        elif stream.startswith("Threads"):
            found["threads"] = [thread(each) for each in entries(stream, r"Thread: #\d+")]
        elif stream.startswith("Modules"):
            found["modules"] = [module(each) for each in entries(stream, r"Module #\d+")]
        elif stream.startswith("Exception"):
            found["exception"] = exception(stream)
        elif stream.startswith("Thread Info List"):
            found["information"] = [information(each) for each in entries(stream, r"Thread \[\d+\]")]
        elif stream.startswith("Handle data"):
            found["handles"] = [handle(each) for each in entries(stream, r"Handle \[\d+\]")]
        elif stream.startswith("Memory Ranges"):
            found["memory"] = [{**range_of(each, "Range"), "bytes": bytes_of(each)} for each in entries(stream, r"Memory Range #\d+")]
    return found


def winedump(facts):
    read_as = read(tools.text_of(tools.path_of("winedump-stable"), "dump", facts["file"]))
    has_all = {"pid", "threads", "modules"} <= read_as.keys() and ("memory" in read_as) == (5 in [stream["type"] for stream in facts["streams"]])
    return facts_module.differences(facts, read_as) + ([] if has_all else [f"it shows only {sorted(read_as)}"])
