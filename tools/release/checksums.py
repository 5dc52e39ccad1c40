"""Writes the SHA-256 of each file of a folder to its file SHA256SUMS, as sha256sum does: checksums.py FOLDER"""

import hashlib
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
target = folder / "SHA256SUMS"
lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir()) if path != target]
target.write_text("".join(lines), encoding="ascii")
print(target)
