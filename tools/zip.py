"""Writes a zip for Lambda whose bytes depend on its content alone: zip.py ZIP FILE"""

import pathlib
import sys
import zipfile

target, source = map(pathlib.Path, sys.argv[1:])
entry = zipfile.ZipInfo(source.name, date_time=(1980, 1, 1, 0, 0, 0))
entry.external_attr = 0o755 << 16  # Lambda runs the file
entry.create_system = 3  # Unix, so that the mode counts
with zipfile.ZipFile(target, "w") as archive:
    archive.writestr(entry, source.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)
print(target)
