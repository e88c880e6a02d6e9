"""Compares the functions that the headers for C declare with the symbols that the library exports.

usage: exported.py NM LIBRARY HEADER...; exit status 0 when they are the same.
"""

import pathlib
import re
import subprocess
import sys

DECLARED = re.compile(r"PROCREG_API\s[^;(]*?(\w+)\(")


def declared(headers):
    found = set()
    for header in headers:
        text = re.sub(r"/\*.*?\*/", "", pathlib.Path(header).read_text(encoding="utf-8"), flags=re.DOTALL)
        found.update(DECLARED.findall(re.sub(r"^\s*#(\\\n|.)*$", "", text, flags=re.MULTILINE)))
    return found


def exported(nm, library):
    lines = subprocess.run([nm, "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    symbols = {line.split()[-1].split("@")[0] for line in lines.splitlines() if line.split()[-2] != "A"}
    return symbols


def main(nm, library, *headers):
    wanted, there = declared(headers), exported(nm, library)
    for name in sorted(wanted - there):
        print(f"{name}: declared in a header, and not exported")
    for name in sorted(there - wanted):
        print(f"{name}: exported, and in no header")
    print(f"{len(wanted)} functions declared, {len(there)} symbols exported")
    return 0 if wanted and wanted == there else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
