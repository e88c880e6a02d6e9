"""Checks who includes whom: usage `layers.py [ROOT]`, exit status 0 when every include follows the arrows."""

import pathlib
import re
import sys

# The longest folder that holds a file is its layer.
MAY_INCLUDE = {
    "api": {"api"},
    "model": {"api", "model"},
    "impl": {"api", "impl"},
    "harness": {"api", "model", "impl", "harness"},
    "scenarios": {"api", "model", "impl", "harness", "scenarios"},
    # A project of somebody else: it has what is installed, and that is no file of ours.
    "examples": {"examples"},
    "bench": {"api", "model", "impl", "harness", "scenarios", "bench"},
}
# Include folders besides the root: the flavours of the locks.
INCLUDE_FOLDERS = ("impl/sync/threads", "impl/sync/scheduled")

SUFFIXES = {".h", ".hpp", ".inc", ".c", ".cc", ".cpp"}
NOT_SOURCES = {"build"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def sources(root):
    for path in sorted(root.rglob("*")):
        folders = path.relative_to(root).parts[:-1]
        hidden = any(folder.startswith(".") for folder in folders)
        if path.suffix in SUFFIXES and path.is_file() and not hidden and not NOT_SOURCES.intersection(folders[:1]):
            yield path


def layer_of(path):
    folders = [path.as_posix(), *(parent.as_posix() for parent in path.parents)]
    return next((folder for folder in folders if folder in MAY_INCLUDE), None)


def target_of(root, path, name):
    """The file that an include names, from the root, or None for a file of another library."""
    for folder in (path.parent, root, *(root / other for other in INCLUDE_FOLDERS)):
        found = (folder / name).resolve()
        if found.is_file() and found.is_relative_to(root):
            return found.relative_to(root)
    named = pathlib.PurePosixPath(name)
    return named if layer_of(named) else None


def violations_in(root, path):
    own = path.relative_to(root)
    layer = layer_of(own)
    if layer is None:
        yield f"{own}:1: is in none of the folders {', '.join(MAY_INCLUDE)}"
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        include = INCLUDE.match(line)
        if not include:
            continue
        target = target_of(root, path, include[2])
        if target is None:
            if include[1] == '"':
                yield f'{own}:{number}: "{include[2]}" names no file here (from the root, please; <> for other libraries)'
        elif layer_of(target) not in MAY_INCLUDE[layer]:
            yield f"{own}:{number}: {layer} must not include {target}"


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else ".").resolve()
    paths = list(sources(root))
    if not paths:
        print("layers: no source files found, so nothing was checked")
        return 1
    violations = [violation for path in paths for violation in violations_in(root, path)]
    for violation in violations:
        print(violation)
    print(f"layers: {len(paths)} files, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
