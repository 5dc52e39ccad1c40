#!/usr/bin/env python3
"""Fails on words that the project does not use, in the files that git knows.

    phrases.py [PATH...]

tools/phrases.txt lists the words and what to write instead. Without arguments, it checks the whole repository.
"""

import pathlib
import re
import subprocess
import sys

LIST = pathlib.Path(__file__).with_name("phrases.txt")
FILES = ["*.go", "*.md", "*.yaml", "*.yml", "*.py", "*.sh", "*.toml", "Makefile", ".ci/run"]


def rules():
    for line in LIST.read_text().splitlines():
        if not line.startswith("#"):
            pattern, instead = line.split("\t")
            yield re.compile(pattern, re.IGNORECASE), instead


def violations(text, patterns):
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, instead in patterns:
            if found := pattern.search(line):
                yield number, found.group().strip(), instead


def main():
    listed = subprocess.run(["git", "ls-files", "-z", *FILES], check=True, capture_output=True, text=True).stdout
    patterns = list(rules())
    count = 0
    for name in listed.split("\0"):
        if not name or sys.argv[1:] and not name.startswith(tuple(sys.argv[1:])):
            continue
        for number, phrase, instead in violations(pathlib.Path(name).read_text(), patterns):
            print(f'{name}:{number}: "{phrase}"; write: {instead}')
            count += 1
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
