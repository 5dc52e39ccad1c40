"""Writes the licences of Go and of all modules of programs: notices.py TARGET PROGRAM...

Most licences require that. A module without a licence is an error.
"""

import pathlib
import re
import subprocess
import sys

LICENCE = re.compile(r"(un)?(licen[cs]e|copying|notice)s?([.-].*)?", re.IGNORECASE)


def main(target, *programs):
    modules = sorted({module for program in programs for module in modules_of(program)})
    folders = go("list", "-m", "-f", "{{.Dir}}", *[path for path, _ in modules]).splitlines()
    text = licences("Go", go("env", "GOROOT").strip())
    for (path, version), folder in zip(modules, folders, strict=True):
        text += licences(f"{path} {version}", folder)
    pathlib.Path(target).write_text(text, encoding="utf-8")
    print(target)


def modules_of(program):
    """The modules of the program's build information, each with its version."""
    for line in go("version", "-m", program).splitlines():
        match line.split():
            case ["dep", path, version, *_]:
                yield path, version


def licences(name, folder):
    """The licences in a folder, each under a heading."""
    files = sorted(path for path in pathlib.Path(folder).iterdir() if path.is_file() and LICENCE.fullmatch(path.name))
    if not files:
        sys.exit(f"notices: error: {name} has no licence")
    return "".join(f"==== {name}: {path.name} ====\n\n{path.read_text(encoding='utf-8').strip()}\n\n" for path in files)


def go(*arguments):
    return subprocess.run(["go", *arguments], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
