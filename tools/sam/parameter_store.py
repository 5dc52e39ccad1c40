#!/usr/bin/env python3
"""Runs a command while a local Parameter Store has sample boundaries.

    parameter_store.py [--host ADDRESS] [--port PORT] BOUNDARIES -- COMMAND [ARGUMENT ...]

The store is moto's, in memory, and ends with the command. It listens on the address (default 127.0.0.1; containers need 0.0.0.0) and the
port (default 0, a free one). The command's environment has the store's URL, PARAMETER_STORE_URL, and the region of the boundaries,
PARAMETER_STORE_REGION. Exits with the command's exit code.

Needs the Python of the virtual environment with moto.
"""

import argparse
import json
import logging
import os
import pathlib
import signal
import socket
import subprocess
import sys

try:
    import boto3
    from moto.server import ThreadedMotoServer
except ImportError as error:
    sys.exit(f"parameter_store: error: {error}: use the Python of the virtual environment that has moto")

REGION = "eu-west-1"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--host", metavar="ADDRESS", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("boundaries", type=pathlib.Path, help="JSON object: parameter name to value")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    url = start(args.host, args.port)
    fill(url, args.boundaries)
    print(f"parameter_store: {args.boundaries} at {url}", file=sys.stderr, flush=True)
    return run(args.command, os.environ | {"PARAMETER_STORE_URL": url, "PARAMETER_STORE_REGION": REGION})


def start(host, port):
    """Starts moto in a thread of this process; returns its URL for this machine."""
    # moto binds in its thread, and would wait for an address in use instead of reporting it.
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"parameter_store: error: cannot listen on {host}:{port}: {error.strerror}: stop the program that uses that port, or choose another port")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # otherwise it logs a line for each request
    server = ThreadedMotoServer(ip_address=host, port=port, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"


def fill(url, path):
    try:
        boundaries = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        sys.exit(f"parameter_store: error: {path}: {error}")
    ssm = boto3.client("ssm", endpoint_url=url, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")
    for name, value in boundaries.items():
        ssm.put_parameter(Name=name, Value=value, Type="String")


def run(command, environment):
    """Runs the command; returns its exit code, or 128 plus the number of the signal that ended it."""
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        sys.exit(f"parameter_store: error: {command[0]}: {error.strerror}")
    # The command decides when it ends: SIGTERM is passed on, and an interrupt from the keyboard reaches it anyway.
    signal.signal(signal.SIGTERM, lambda number, _: process.send_signal(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = process.wait()
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main())
