#!/usr/bin/env python3
"""Runs `sam local invoke` on the sample events: the built function in a container, as AWS runs it.

    local_invoke.py COMMAND EVENTS [EVENT] [--host-address ADDRESS]

COMMAND is the amplify-boundary command, whose responses the function's must equal, EVENTS the directory of sample events, EVENT one of
them (default: all). Run it under parameter_store.py, on an address that containers can reach and on the port in EVENTS/env.json:

    parameter_store.py --host 0.0.0.0 --port 5000 EVENTS/boundaries.json -- local_invoke.py COMMAND EVENTS

Needs a container engine with Docker's API, the one at DOCKER_HOST or at one of the usual sockets, and the Python of the virtual
environment with the SAM CLI. ADDRESS is this machine's address for containers, if the engine does not provide it. Exits with 1 if any
answer differs.
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import platform
import socket
import subprocess
import sys
import urllib.parse

import samples

try:
    import docker
    from samcli.local.docker.lambda_image import LambdaImage
except ImportError as error:
    sys.exit(f"local_invoke: error: {error}: use the Python of the virtual environment that has the SAM CLI")

PROJECT = pathlib.Path(__file__).resolve().parents[2]
REGION = "eu-west-1"
AT_ONCE = 8  # an invocation waits for 10 seconds, mostly until the engine stops the container
TIMEOUT = 600  # seconds, for one invocation: the first one may pull the image


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("command", help="the amplify-boundary command")
    parser.add_argument("events", help="the directory of sample events")
    parser.add_argument("event", nargs="?", help="one event: its file or its name")
    parser.add_argument("--host-address", metavar="ADDRESS", help="this machine's address for containers")
    args = parser.parse_args()

    command = samples.existing(args.command, "build it with make build")
    samples.existing(PROJECT / ".aws-sam" / "build" / samples.FUNCTION / "bootstrap", "build it with sam build")
    events = samples.find(args.events, args.event)
    store = parameter_store(args.events)
    architecture = machine()
    engine_url, engine = container_engine()

    options = [
        "--env-vars", pathlib.Path(args.events).resolve() / samples.VARIABLES,
        "--parameter-overrides", f"Architecture={architecture}",
        "--region", os.environ.get("PARAMETER_STORE_REGION", REGION),
        "--add-host", f"{store}:{args.host_address or host_address(engine)}",
    ]  # fmt: skip
    if has_image(engine, architecture):
        options.append("--skip-pull-image")  # the image that exists works too, without a network

    def check(sample):
        want, faults = samples.expected(command, sample, args.events)
        answer, wrong = invoke(sample, options, engine_url)
        return faults + (wrong or samples.compare(sample, answer, rewritten(want)))

    report = samples.Report(events)
    report.add(events[0], check(events[0]))  # alone, because the first invocation builds the image for all
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for sample, faults in zip(events[1:], pool.map(check, events[1:])):
                report.add(sample, faults)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return report.end()


def invoke(sample, options, engine_url):
    """The function's answer, as the SAM CLI prints it, and what went wrong instead."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "DOCKER_HOST": engine_url,
        "SAM_CLI_TELEMETRY": "0",
    }
    sam = pathlib.Path(sys.executable).parent / "sam"
    try:
        done = subprocess.run(
            [sam, "local", "invoke", samples.FUNCTION, "--event", sample.path.resolve(), *options],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
        )
    except OSError as error:
        raise samples.Error(f"{sam} cannot be run: {error}") from None
    except subprocess.TimeoutExpired:
        return b"", [f"sam local invoke did not end within {TIMEOUT} seconds"]
    answer = done.stdout.strip()
    if done.returncode != 0 or not answer:
        wrote = done.stderr.decode(errors="replace").strip()[-4000:]
        return b"", [f"sam local invoke exits {done.returncode} with the answer {samples.shortened(answer)!r}; it wrote:\n{wrote}"]
    return answer, []


def rewritten(response):
    """The response as the SAM CLI prints it, which decodes it and encodes it again."""
    return json.dumps(json.loads(response), ensure_ascii=False).encode()


def parameter_store(events):
    """The host name of the store in env.json, after a check that a store listens."""
    url = samples.variables(events).get("AWS_ENDPOINT_URL_SSM", "")
    parts = urllib.parse.urlsplit(url)
    if not parts.hostname or not parts.port:
        raise samples.Error(f"{events}/{samples.VARIABLES}: AWS_ENDPOINT_URL_SSM is {url!r}, want http://<host name>:<port>")
    try:
        socket.create_connection(("127.0.0.1", parts.port), timeout=5).close()
    except OSError as error:
        raise samples.Error(
            f"no Parameter Store on port {parts.port} ({error}): run this under parameter_store.py --host 0.0.0.0 --port {parts.port}"
        ) from None
    return parts.hostname


def machine():
    """The value of template.yaml's parameter Architecture for this machine, so that nothing is emulated."""
    return "arm64" if platform.machine().lower() in ("aarch64", "arm64") else "x86_64"


def container_engine():
    """The URL of the first container engine that answers, and a client of it."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    urls = [os.environ["DOCKER_HOST"]] if os.environ.get("DOCKER_HOST") else [
        "unix:///var/run/docker.sock",
        f"unix://{runtime}/docker.sock",
        f"unix://{pathlib.Path.home()}/.docker/run/docker.sock",
        "unix:///run/podman/podman.sock",
        f"unix://{runtime}/podman/podman.sock",
    ]  # fmt: skip
    for url in urls:
        with contextlib.suppress(docker.errors.DockerException):
            client = docker.DockerClient(base_url=url, version="auto")
            client.ping()
            return url, client
    raise samples.Error(
        "no container engine answers at " + ", ".join(urls) + ": start Docker, or Podman's service (systemctl --user start podman.socket), "
        "or name the engine in DOCKER_HOST; make sam runs the same events without a container"
    )


def host_address(engine):
    """This machine's address for the engine's containers, in the form of --add-host."""
    podman = any("podman" in c.get("Name", "").lower() for c in engine.version().get("Components") or [])
    rootless = any("rootless" in option for option in engine.info().get("SecurityOptions") or [])
    if podman and not rootless:
        # Not every version of Podman supports host-gateway; the gateway of its default network is this machine.
        for config in engine.networks.get("podman").attrs["IPAM"]["Config"]:
            if "." in config.get("Gateway", ""):
                return config["Gateway"]
    return "host-gateway"


def has_image(engine, architecture):
    """Whether the engine has the base image that the SAM CLI would pull."""
    with contextlib.suppress(docker.errors.ImageNotFound):
        engine.images.get(f"{LambdaImage._INVOKE_REPO_PREFIX}/provided:al2023-{architecture}")
        return True
    return False


if __name__ == "__main__":
    samples.run("local_invoke", main)
