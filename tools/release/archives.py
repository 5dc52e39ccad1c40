"""Writes the archives of a release: archives.py VERSION TIME BINARIES TARGET FILE...

BINARIES has a folder <os>-<architecture> with the command for each platform, a folder completions, and the files that were
made for the release. Every archive has one folder with the command, its completions, those files, and each FILE at its own
path. Its bytes depend only on them and on TIME, the seconds since 1970 that every entry has as its time.
"""

import gzip
import io
import pathlib
import sys
import tarfile
import time
import zipfile

PROGRAM = "amplify-boundary"


def main(version, seconds, binaries, target, *files):
    seconds, binaries, target = int(seconds), pathlib.Path(binaries), pathlib.Path(target)
    common = [(path.as_posix(), path.read_bytes(), 0o644) for path in sorted(expanded(files))]
    for path in sorted((binaries / "completions").iterdir()):
        common.append((f"completions/{path.name}", path.read_bytes(), 0o644))
    common += [(path.name, path.read_bytes(), 0o644) for path in sorted(binaries.iterdir()) if path.is_file()]
    for folder in sorted(path for path in binaries.glob("*-*") if path.is_dir()):
        (command,) = folder.iterdir()
        name = f"{PROGRAM}-{version}-{folder.name}"
        entries = [(f"{name}/{path}", data, mode) for path, data, mode in [(command.name, command.read_bytes(), 0o755)] + common]
        if folder.name.startswith("windows"):
            write_zip(target / f"{name}.zip", entries, seconds)
        else:
            write_tar(target / f"{name}.tar.gz", entries, seconds)


def expanded(files):
    """Yields files, and the files in folders at any depth."""
    for path in map(pathlib.Path, files):
        yield from (inner for inner in path.rglob("*") if inner.is_file()) if path.is_dir() else [path]


def write_zip(target, entries, seconds):
    with zipfile.ZipFile(target, "w") as archive:
        for path, data, mode in entries:
            entry = zipfile.ZipInfo(path, date_time=time.gmtime(seconds)[:6])
            entry.external_attr = (0o100000 | mode) << 16  # a regular file
            entry.create_system = 3  # Unix, so that the mode counts
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, compresslevel=9)
    print(target)


def write_tar(target, entries, seconds):
    # The name and the time in gzip's own header would be the target's and the clock's.
    with target.open("wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as zipped, tarfile.open(fileobj=zipped, mode="w") as archive:
        for path, data, mode in entries:
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode, entry.mtime = len(data), mode, seconds
            archive.addfile(entry, io.BytesIO(data))
    print(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
