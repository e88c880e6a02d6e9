"""LLVM's obj2yaml and yaml2obj: every stream, the stacks through their threads, and the ranges of a memory list."""

import re

import facts as facts_module
import tools

# As LLVM names them; of others it shows the number.
TYPES = {
    "ThreadList": 3,
    "ModuleList": 4,
    "MemoryList": 5,
    "Exception": 6,
    "SystemInfo": 7,
    "Memory64List": 9,
    "CommentW": 11,
    "HandleData": 12,
    "UnloadedModuleList": 14,
    "MiscInfo": 15,
    "MemoryInfoList": 16,
    "ThreadInfoList": 17,
}


def plain(value):
    """Of a YAML scalar."""
    if value.startswith("'"):
        return value[1:-1].replace("''", "'")
    if value.startswith('"'):
        return re.sub(r"\\(?:x(..)|u(....)|U(.{8})|(.))", lambda m: m[4] or chr(int(m[1] or m[2] or m[3], 16)), value[1:-1])
    return value


def field(block, name, otherwise=None):
    """obj2yaml leaves out what is 0 or empty."""
    found = re.search(rf"^ +(?:- )?{re.escape(name)}: *(.*)$", block, re.MULTILINE)
    assert found or otherwise is not None, f"obj2yaml shows no {name}"
    return plain(found[1]) if found else otherwise


def value(block, name):
    return int(field(block, name, "0"), 0)


def entries(block, first):
    return [first + each for each in block.split("- " + first)[1:]]


def indented(block):
    return "\n".join(" " + line.lstrip() for line in block.split("\n"))


def version(block, name):
    if "Version Info:" not in block:
        return ""
    high, low = value(block, f"{name} High"), value(block, f"{name} Low")
    return ".".join(str(part) for part in (high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF))


def thread(block):
    stack = {"begin": value(block, "Start of Memory Range"), "bytes": field(block, "Content", "").lower()}
    return {"id": value(block, "Thread Id"), "context": field(block, "Context").lower(), "stack": stack}


def module(block):
    return {
        "base": value(block, "Base of Image"),
        "size": value(block, "Size of Image"),
        "checksum": value(block, "Checksum"),
        "time": value(block, "Time Date Stamp"),
        "name": field(block, "Module Name", ""),
        "version": version(block, "File Version"),
        "product": version(block, "Product Version"),
        "codeView": field(block, "CodeView Record").lower(),
    }


def exception(block):
    return {
        "thread": value(block, "Thread ID"),
        "code": value(block, "Exception Code"),
        "address": value(block, "Exception Address"),
        "parameters": [value(block, f"Parameter {i}") for i in range(value(block, "Number of Parameters"))],
        "context": field(block, "Thread Context").lower(),
    }


def stream(block):
    name = re.match(r" *(.*)", block)[1]
    found = {"type": TYPES.get(name) or int(name, 0)}
    content = re.search(r"^    Content: *(.*)$", block, re.MULTILINE)  # what obj2yaml knows no more of
    return {**found, "bytes": plain(content[1]).lower()} if content else found


def read(yaml):
    blocks = yaml.split("\n  - Type:")[1:]
    found = {"flags": int(re.search(r"^Flags: *(\S+)", yaml, re.MULTILINE)[1], 0), "streams": [stream(block) for block in blocks]}
    by_type = dict(zip([each["type"] for each in found["streams"]], blocks))
    found["threads"] = [thread(indented(each)) for each in entries(by_type[3], "Thread Id")]
    found["modules"] = [module(indented(each)) for each in entries(by_type[4], "Base of Image")]
    regions = map(indented, entries(by_type[16], "Base Address"))
    found["regions"] = [{"begin": value(each, "Base Address"), "size": value(each, "Region Size")} for each in regions]
    if 5 in by_type:
        ranges = map(indented, entries(by_type[5], "Start of Memory Range"))
        found["memory"] = [{"begin": value(each, "Start of Memory Range"), "bytes": field(each, "Content", "").lower()} for each in ranges]
    found["exception"] = exception(indented(by_type[6])) if 6 in by_type else None
    return found


def obj2yaml(facts):
    """It reads every stream, and yaml2obj writes a file that it reads alike."""
    yaml = tools.text_of(tools.path_of("obj2yaml-14"), facts["file"])
    again = tools.run(tools.path_of("yaml2obj-14"), "-", "-o", "-", input=yaml.encode())
    assert again.returncode == 0, "yaml2obj refuses it: " + again.stderr.decode()
    same = tools.run(tools.path_of("obj2yaml-14"), "-", input=again.stdout).stdout == yaml.encode()
    return facts_module.differences(facts, read(yaml)) + ([] if same else ["yaml2obj does not write what obj2yaml has read"])
