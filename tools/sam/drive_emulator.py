#!/usr/bin/env python3
"""Runs the sample events through the function that `sam build` built, under AWS's Runtime Interface Emulator.

    drive_emulator.py BOOTSTRAP COMMAND EVENTS [--guard] [--parameter-store URL]

BOOTSTRAP is the built function, COMMAND the amplify-boundary command, whose responses the function's must equal, EVENTS the directory of
sample events. The Parameter Store stand-in at URL (by default that of parameter_store.py) has EVENTS/boundaries.json.

Needs the Python of the virtual environment with the SAM CLI, whose package includes the emulator. Exits with 1 if any answer differs.
"""

import argparse
import contextlib
import http.client
import importlib.util
import os
import pathlib
import platform
import socket
import subprocess
import tempfile
import time

import samples

FUNCTION_NAME = "AmplifyBoundary"
TIMEOUT = 10  # seconds, for one invocation


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bootstrap", help="the function that sam build built")
    parser.add_argument("command", help="the amplify-boundary command")
    parser.add_argument("events", help="the directory of sample events")
    parser.add_argument("--guard", action="store_true", help="the function is the guard, not the macro")
    parser.add_argument("--parameter-store", metavar="URL", default=os.environ.get("PARAMETER_STORE_URL"))
    args = parser.parse_args()

    if not args.parameter_store:
        raise samples.Error("no Parameter Store: run this under parameter_store.py, or give --parameter-store URL")
    bootstrap = samples.existing(args.bootstrap, "build it with sam build")
    command = samples.existing(args.command, "build it with make build")
    events = samples.find(args.events, protocol=samples.GUARD if args.guard else samples.MACRO)
    environment = samples.settings(args.events) | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": os.environ.get("PARAMETER_STORE_REGION", samples.REGION),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_SSM": args.parameter_store,
        "AWS_LAMBDA_FUNCTION_NAME": FUNCTION_NAME,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(TIMEOUT),
    }

    report = samples.Report(events)
    with tempfile.TemporaryFile() as log:
        try:
            with emulated(bootstrap, environment, log) as port:
                for sample in events:
                    want, faults = samples.expected(command, sample, args.events)
                    before = size(log)
                    faults += samples.compare(sample, invoke(port, sample.request), want)
                    if faults:
                        faults.append(f"emulator and function wrote:\n{written(log, before)}")
                    report.add(sample, faults)
        except (OSError, http.client.HTTPException) as error:
            raise samples.Error(f"the emulator does not answer ({error}); it wrote:\n{written(log)}") from None
    return report.end()


@contextlib.contextmanager
def emulated(bootstrap, environment, log):
    """Runs the bootstrap under the emulator, both writing to the log; yields the port for invocations."""
    port, runtime_port = free_ports(2)
    process = subprocess.Popen(
        [
            emulator(),
            "--runtime-interface-emulator-address",
            f"127.0.0.1:{port}",
            "--runtime-api-address",
            f"127.0.0.1:{runtime_port}",
            bootstrap,
        ],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    try:
        wait_until_listening(process, port)
        yield port
    finally:
        process.terminate()  # not kill: the function is in a process group of its own, and only the emulator knows it
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def emulator():
    """The emulator for this machine, inside the SAM CLI's package."""
    machine = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    if platform.system() != "Linux" or machine is None:
        raise samples.Error(f"no Runtime Interface Emulator for {platform.system()} {platform.machine()}: run this on Linux, x86_64 or arm64")
    package = importlib.util.find_spec("samcli")
    if package is None:
        raise samples.Error("the SAM CLI is not installed for this Python: install tools/sam/requirements.txt and use that Python")
    path = pathlib.Path(package.submodule_search_locations[0], "local", "rapid", f"aws-lambda-rie-{machine}")
    return samples.existing(path, "the SAM CLI's package no longer has the emulator there; see tools/sam/requirements.txt for the version")


def free_ports(count):
    """Free ports, all different: each is held until all are known."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in sockets]


def wait_until_listening(process, port):
    for _ in range(100):
        if process.poll() is not None:
            raise ConnectionError(f"it exited with {process.returncode}")
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError("it does not listen")


def invoke(port, request):
    """The answer to the request, byte for byte."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT + 10)
    try:
        connection.request("POST", "/2015-03-31/functions/function/invocations", body=request)
        return connection.getresponse().read()
    finally:
        connection.close()


def size(log):
    return os.fstat(log.fileno()).st_size


def written(log, start=0):
    """The end of what was written to the log after start. It must not seek, which would move the offset at which the emulator writes."""
    start = max(start, size(log) - 4000)
    return os.pread(log.fileno(), 4000, start).decode(errors="replace").strip()


if __name__ == "__main__":
    samples.run("drive_emulator", main)
