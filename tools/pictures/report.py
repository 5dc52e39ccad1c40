"""Takes docs/pictures/report-light.png and report-dark.png of the report page of a sample audit: report.py COMMAND"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).parents[2]
target = root / "docs/pictures"
limit = 200_000  # bytes
width, height = 900, 1010

browsers = ["chromium", "chromium-browser", "google-chrome"]
browser = next((path for path in map(shutil.which, browsers) if path), None)
if browser is None:
    sys.exit(f"pictures: no browser; install one of {', '.join(browsers)}")
audit = json.loads((root / "internal/audit/page/testdata/audit.json").read_text(encoding="utf-8"))
audit["errors"], audit["warnings"] = [], []  # a first look is at an audit that went well
with tempfile.TemporaryDirectory() as folder:
    page = pathlib.Path(folder) / "report.html"
    subprocess.run([sys.argv[1], "report", "--to", page, "-"], input=json.dumps(audit), text=True, check=True)
    for scheme, number in {"light": 1, "dark": 0}.items():
        picture = target / f"report-{scheme}.png"
        picture.unlink(missing_ok=True)
        subprocess.run(
            [
                browser, "--headless=new", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
                f"--blink-settings=preferredColorScheme={number}", f"--window-size={width},{height}", f"--screenshot={picture}",
                *(["--no-sandbox"] if os.geteuid() == 0 else []), page.as_uri(),
            ],
            check=True, stderr=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip
        size = picture.stat().st_size
        print(picture.relative_to(root), size)
        if size >= limit:
            sys.exit(f"pictures: {picture.name} has {size} bytes, not fewer than {limit}")
