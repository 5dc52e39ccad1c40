#!/usr/bin/env python3
"""A Lambda function that does the macro's work as one would write it in Python: a baseline for its cold start.

    function.py PARAMETER_NAME

Answers macro requests with the boundary that the SSM parameter holds. It is its own runtime: it polls the Lambda runtime API, see
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, by http.client, which boto3 loads anyway.
"""

import http.client
import json
import os
import sys

import boto3


def handle(request, ssm, parameter):
    found = ssm.get_parameters(Names=[parameter], WithDecryption=True)["Parameters"]
    fragment = request["fragment"]
    for resource in fragment["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            resource["Properties"]["PermissionsBoundary"] = found[0]["Value"]
    return {"requestId": request["requestId"], "status": "success", "fragment": fragment}


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: function.py PARAMETER_NAME")
    ssm = boto3.client("ssm")
    runtime = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        runtime.request("GET", "/2018-06-01/runtime/invocation/next")
        invocation = runtime.getresponse()
        response = handle(json.loads(invocation.read()), ssm, sys.argv[1])
        identity = invocation.getheader("Lambda-Runtime-Aws-Request-Id")
        runtime.request("POST", f"/2018-06-01/runtime/invocation/{identity}/response", json.dumps(response))
        runtime.getresponse().read()


if __name__ == "__main__":
    main()
