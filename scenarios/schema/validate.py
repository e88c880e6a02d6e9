"""Validates scenario files against the schema with a validator that shares nothing with procreg.

Folders are looked for from the repository's root. `accepts` wants every *.json below them to be valid, `refuses` wants every
one to be invalid. Exit status 0 when that is so; a folder without scenarios fails, but for one that may be empty.
"""

import argparse
import json
import pathlib
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = pathlib.Path(__file__).with_name("scenario.schema.json")


def problem_of(validator, path):
    """What is wrong with the file, or None."""
    error = jsonschema.exceptions.best_match(validator.iter_errors(json.loads(path.read_text(encoding="utf-8"))))
    if error is None:
        return None
    return f"/{'/'.join(str(part) for part in error.absolute_path)}: {error.message}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wanted", choices=("accepts", "refuses"))
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--may-be-empty", action="append", default=[], metavar="FOLDER")
    arguments = parser.parse_args()
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    wrong = 0
    for folder in arguments.folders + arguments.may_be_empty:
        paths = sorted((ROOT / folder).rglob("*.json"))
        if not paths and folder not in arguments.may_be_empty:
            print(f"{folder}: no scenarios, so nothing was checked")
            wrong += 1
        for path in paths:
            problem = problem_of(validator, path)
            if (problem is None) != (arguments.wanted == "accepts"):
                print(f"{path.relative_to(ROOT)}: {problem or 'is valid, and should not be'}")
                wrong += 1
        print(f"{folder}: {len(paths)} files")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
