"""Prints the policy of a bucket whose zips every account of an organisation can read: bucket_policy.py BUCKET ORGANIZATION"""

import json
import re
import sys


def main(bucket, organization):
    if not re.fullmatch(r"o-[a-z0-9]{10,32}", organization):
        sys.exit(f"bucket_policy: error: {organization!r} is not the ID of an organisation, such as o-a1b2c3d4e5")
    statement = {
        "Sid": "AccountsReadTheFunctionsCode",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/amplify-boundary/*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization}},
    }
    print(json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2))


main(*sys.argv[1:])
