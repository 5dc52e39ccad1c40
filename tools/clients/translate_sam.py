"""Translates a SAM template, and the nested applications beside it, as CloudFormation does.

    translate_sam.py TEMPLATE DIRECTORY

Writes DIRECTORY/template.json, and one folder below it for each nested application. The transform
AWS::Serverless-2016-10-31 is run with AWS's own aws-sam-translator and removed from the declaration; the
transforms after it remain.
"""

import json
import os
import pathlib
import sys

# The translator asks boto3 for the region, from which it takes the partition.
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

SAM = "AWS::Serverless-2016-10-31"
BUCKET = "https://s3.eu-west-1.amazonaws.com/example-artifacts"


class NoManagedPolicies:
    """Stands in for the names of AWS's managed policies, which only IAM lists. The examples use none."""

    def load(self):
        return {}


def main(source, target):
    template = yaml_parse(source.read_text(encoding="utf-8"))
    for child in package_applications(template, source.parent):
        main(source.parent / child, target / pathlib.Path(child).parent)

    declared = template.pop("Transform")
    if not isinstance(declared, list) or declared[0] != SAM:
        sys.exit(f"{source}: the first transform is not {SAM}")
    defaults = {name: p["Default"] for name, p in template.get("Parameters", {}).items() if "Default" in p}
    translated = transform(template, defaults, NoManagedPolicies())
    translated["Transform"] = declared[1:]

    target.mkdir(parents=True, exist_ok=True)
    (target / "template.json").write_text(json.dumps(translated, indent=2) + "\n", encoding="utf-8")


def package_applications(template, folder):
    """Replaces the local paths of nested applications by URLs, as `sam package` does, and returns them."""
    children = []
    for resource in template["Resources"].values():
        location = resource.get("Properties", {}).get("Location")
        if resource["Type"] == "AWS::Serverless::Application" and (folder / location).is_file():
            children.append(location)
            resource["Properties"]["Location"] = f"{BUCKET}/{location}"
    return children


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
