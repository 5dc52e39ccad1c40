"""Prints a recording of real commands at a terminal, an SVG that plays once: terminal.py COMMAND > docs/pictures/terminal.svg"""

import html
import os
import pathlib
import pty
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).parents[2]
columns, line_height, character, margin = 96, 19, 8.43, 16

SESSION = [  # each with its exit code
    ("amplify-boundary check bookshop.yaml", 3),
    ("amplify-boundary declare bookshop.yaml", 0),
    ("amplify-boundary check bookshop.yaml", 0),
    ("amplify-boundary transform bookshop.yaml --diff", 0),
]

STYLE = """
  :root { --page: #ffffff; --text: #1b1f24; --line: #c9d0d6; }
  @media (prefers-color-scheme: dark) {
    :root { --page: #14171a; --text: #e8ebee; --line: #3d464e; }
  }
  rect { fill: var(--page); stroke: var(--line); }
  text { fill: var(--text); font: 14px ui-monospace, "SFMono-Regular", "Liberation Mono", Menlo, Consolas, monospace; white-space: pre; }
  .command { font-weight: bold; }
  @media (prefers-reduced-motion: no-preference) {
    @keyframes appear { from { visibility: hidden; } }
    text { animation: appear 1ms step-end backwards; }
  }
"""


def run(command, code, folder, path):
    """Returns what a command prints at a terminal."""
    terminal, end = pty.openpty()
    variables = {"PATH": path, "TERM": "xterm", "AMPLIFY_BOUNDARY_REGISTRY": root / "events/boundaries.json"}
    process = subprocess.Popen(command.split(), cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=end, stderr=end)
    os.close(end)
    printed = b""
    try:
        while chunk := os.read(terminal, 4096):
            printed += chunk
    except OSError:  # Linux's way to say that no process has the terminal open
        pass
    if process.wait() != code:
        sys.exit(f"terminal: {command}: exit code {process.returncode}, want {code}:\n{printed.decode()}")
    return printed.decode().replace("\r\n", "\n")


def main(program):
    rows = []  # the second at which each appears, and its parts
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "amplify-boundary").symlink_to(pathlib.Path(program).resolve())
        path = f"{folder}:{os.environ['PATH']}"
        shutil.copy(root / "examples/cloudformation/bookshop.yaml", folder)
        run("amplify-boundary undeclare bookshop.yaml", 0, folder, path)
        second = 0.5
        for command, code in SESSION:
            rows.append((second, [("", "$ "), ("command", command)]))
            second += 1.2
            for line in run(command, code, folder, path).splitlines():
                pieces = [line[at : at + columns] for at in range(0, len(line), columns)]
                rows += [(second, [("", piece)]) for piece in pieces or [""]]
            rows.append((second, []))
            second += 2.5
    rows.pop()
    width, height = round(columns * character) + 2 * margin, len(rows) * line_height + 2 * margin
    texts = []
    for number, (second, parts) in enumerate(rows, 1):
        if any(piece for _, piece in parts):
            spans = "".join(f'<tspan class="{kind}">{html.escape(piece)}</tspan>' if kind else html.escape(piece) for kind, piece in parts)
            texts.append(f'<text x="{margin}" y="{margin + number * line_height - 5}" style="animation-delay: {second:.1f}s">{spans}</text>\n')
    title = "A terminal: " + ", ".join(command for command, _ in SESSION)
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">\n'
        f'<title>{title}</title>\n<style>{STYLE}</style>\n<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="6"/>\n{"".join(texts)}</svg>'
    )


if __name__ == "__main__":
    main(sys.argv[1])
