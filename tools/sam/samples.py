"""The sample events, the answer to each, and the report of a run over them.

A function must answer what the command prints, which runs the same handler in a process of this machine.
"""

import collections
import json
import pathlib
import signal
import subprocess
import sys

# The function's logical ID in template.yaml, by which env.json names its variables.
FUNCTION = "AmplifyBoundaryFunction"

# The region of the functions, which events of Cloud Control do not include.
REGION = "eu-west-1"

# Files of the events directory that are not requests.
BOUNDARIES = "boundaries.json"
VARIABLES = "env.json"


# What the events of a function look like: the folder below the events directory, the command that answers them, the members that hold an
# event's ID and an answer's status, and the status of success and of failure.
Protocol = collections.namedtuple("Protocol", "folder command id status success failure")
MACRO = Protocol(".", "invoke", "requestId", "status", "success", "failure")
GUARD = Protocol("guard", "guard", "clientRequestToken", "hookStatus", "SUCCESS", "FAILED")


class Error(Exception):
    """An error that ends the run; its text says what to do."""


def run(tool, main):
    """Runs main as the tool of this name and exits: with its result, or with 1 and the text of an Error."""
    # Without this, a terminated run would not stop what it started: `finally` needs an exception.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except Error as error:
        sys.exit(f"{tool}: error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def existing(path, advice):
    """The absolute path of a file, which must exist."""
    path = pathlib.Path(path).resolve()
    if not path.is_file():
        raise Error(f"{path} is missing: {advice}")
    return path


class Sample:
    """One sample event. Its name says the status to expect: failure if it begins with fail-, otherwise success."""

    def __init__(self, path, protocol):
        self.path = path
        self.protocol = protocol
        self.name = path.stem
        self.request = path.read_bytes()
        try:
            self.id = json.loads(self.request)[protocol.id]
        except (ValueError, KeyError, TypeError) as error:
            raise Error(f"{path}: not a JSON request with a {protocol.id} ({error!r})") from None
        self.fails = self.name.startswith("fail-")
        self.status = protocol.failure if self.fails else protocol.success


def find(directory, name=None, protocol=MACRO):
    """The sample events of the directory, sorted by name, or the one of this name."""
    directory = pathlib.Path(directory, protocol.folder)
    paths = [p for p in sorted(directory.glob("*.json")) if p.name not in (BOUNDARIES, VARIABLES)]
    if name is not None:
        paths = [p for p in paths if p.stem == pathlib.Path(name).stem]
    if not paths:
        raise Error(f"{directory} has no sample event{f' {name}' if name else ''}: name a directory of *.json requests")
    return [Sample(p, protocol) for p in paths]


def variables(directory):
    """The function's variables in env.json."""
    path = existing(pathlib.Path(directory) / VARIABLES, "it has the function's variables for sam local invoke")
    try:
        return json.loads(path.read_bytes())[FUNCTION]
    except (ValueError, KeyError, TypeError) as error:
        raise Error(f"{path}: no variables of {FUNCTION} ({error!r})") from None


def settings(directory):
    """The function's settings in env.json: its variables without those of the AWS SDK, which depend on the machine."""
    return {name: value for name, value in variables(directory).items() if not name.startswith("AWS_")}


def expected(command, sample, directory):
    """The command's response to the sample, and what is wrong with its exit code."""
    try:
        done = subprocess.run(
            [command, sample.protocol.command, sample.path, "--registry", pathlib.Path(directory) / BOUNDARIES],
            env=settings(directory) | {"AWS_REGION": REGION},  # and no other variables: the caller's settings must have no effect
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Error(f"{command} cannot be run: {error}") from None
    if not done.stdout:
        raise Error(f"{command} {sample.protocol.command} {sample.path} printed no response: {done.stderr.decode(errors='replace').strip()}")
    code = 1 if sample.fails else 0
    faults = [] if done.returncode == code else [f"amplify-boundary {sample.protocol.command} exits {done.returncode}, want {code}"]
    return done.stdout.removesuffix(b"\n"), faults


def compare(sample, answer, want):
    """What is wrong with the function's answer. Every byte counts, because the macro changes nothing but boundaries."""
    try:
        response = json.loads(answer)
        status, answered = response[sample.protocol.status], response[sample.protocol.id]
    except (ValueError, KeyError, TypeError):
        return [f"not a response of the function: {shortened(answer)}"]
    faults = []
    if status != sample.status:
        faults.append(f"status is {status}, want {sample.status}: {response.get('errorMessage', response.get('message', ''))}")
    if answered != sample.id:
        faults.append(f"{sample.protocol.id} is {answered}, want {sample.id}")
    if answer != want:
        at = next((i for i, (a, b) in enumerate(zip(answer, want)) if a != b), min(len(answer), len(want)))
        start = max(at - 40, 0)
        faults.append(
            f"answer differs from amplify-boundary {sample.protocol.command} at byte {at}:\n"
            f"        got  ...{shortened(answer[start:])}\n"
            f"        want ...{shortened(want[start:])}"
        )
    return faults


def shortened(data, length=160):
    text = data[:length].decode(errors="replace")
    return text + ("..." if len(data) > length else "")


class Report:
    """Prints a line for each sample and one at the end."""

    def __init__(self, all_samples):
        self.width = max(len(s.name) for s in all_samples)
        self.passed = self.failed = 0

    def add(self, sample, faults):
        if faults:
            self.failed += 1
        else:
            self.passed += 1
        print(f"{'FAIL' if faults else 'ok':<4}  {sample.name:<{self.width}}  {sample.status}", flush=True)
        for fault in faults:
            print(f"      {fault}", flush=True)

    def end(self):
        """Prints the last line; the exit code of the run."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed else 0
