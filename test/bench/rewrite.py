#!/usr/bin/env python3
"""Puts a permissions boundary on every role of a template by Python's json: a baseline that the macro's transform is measured against.

    rewrite.py BOUNDARY_ARN

Reads the template, one line of JSON, and then orders, one a line, from standard input. Each is answered by one line:

    output            the template with the boundaries
    measure SECONDS   the seconds that one rewriting took, the mean over about so many seconds
"""

import json
import sys
import time


def rewrite(text, arn):
    """The text of a template with the boundary on every role."""
    template = json.loads(text)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            resource["Properties"]["PermissionsBoundary"] = arn
    return json.dumps(template)


def measure(text, arn, seconds):
    """The mean time of one rewriting, in seconds."""
    count = 0
    began = time.perf_counter()
    while True:
        rewrite(text, arn)
        count += 1
        took = time.perf_counter() - began
        if took >= seconds:
            return took / count


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: rewrite.py BOUNDARY_ARN < TEMPLATE_AND_ORDERS")
    arn = sys.argv[1]
    text = sys.stdin.readline()
    for order in sys.stdin:
        match order.split():
            case ["output"]:
                print(rewrite(text, arn), flush=True)
            case ["measure", seconds]:
                print(measure(text, arn, float(seconds)), flush=True)
            case _:
                sys.exit("rewrite: error: unknown order")


if __name__ == "__main__":
    main()
