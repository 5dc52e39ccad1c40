"""Writes a SAM template as plain CloudFormation: plain_template.py TEMPLATE TARGET

The transform AWS::Serverless-2016-10-31 is run with AWS's own aws-sam-translator. What `sam deploy` would upload is
named by parameters instead: CodeBucket, CodeKey and GuardCodeKey.
"""

import os
import pathlib
import re
import sys

import yaml

# The translator asks boto3 for the region, from which it takes the partition. No property of the template depends on it.
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

SAM = "AWS::Serverless-2016-10-31"

# The function -> the parameter that names its zip.
CODE_KEYS = {"AmplifyBoundaryFunction": "CodeKey", "GuardFunction": "GuardCodeKey"}

PARAMETERS = {
    "CodeBucket": {
        "Type": "String",
        "Description": "Bucket, in the region of the stack, that holds the zips of the functions",
        "AllowedPattern": "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        "ConstraintDescription": "must be the name of a bucket",
    },
    "CodeKey": {
        "Type": "String",
        "Default": "amplify-boundary-macro-arm64.zip",
        "Description": "Key of the macro's zip in CodeBucket, the one for Architecture. Only another key has the function updated.",
        "MinLength": 1,
    },
    "GuardCodeKey": {
        "Type": "String",
        "Default": "amplify-boundary-guard-arm64.zip",
        "Description": "Key of the guard's zip in CodeBucket, likewise. Without effect where Guard is off.",
        "MinLength": 1,
    },
}


def main(source, target):
    text = source.read_text(encoding="utf-8")
    template = yaml_parse(text)
    if template.pop("Transform") != SAM:
        sys.exit(f"{source}: the only transform must be {SAM}")
    for function in CODE_KEYS:
        # A place in S3 that the translator takes; it is replaced below.
        template["Resources"][function]["Properties"]["CodeUri"] = "s3://bucket/key"
    plain = transform(template, {}, NoManagedPolicies())
    for function, key in CODE_KEYS.items():
        resource = plain["Resources"][function]
        resource["Properties"]["Code"] = {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": key}}
        resource.pop("Metadata", None)
    plain["Parameters"] = PARAMETERS | plain["Parameters"]
    groups = plain["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    groups.insert(0, {"Label": {"default": "Code"}, "Parameters": list(PARAMETERS)})

    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("# Generated from template.yaml, which says why things are as they are.\n" + dumped(plain), encoding="utf-8")
    print(target)


class NoManagedPolicies:
    """Stands in for the names of AWS's managed policies, which only IAM lists. The template uses none."""

    def load(self):
        return {}


class Dumper(yaml.SafeDumper):
    """Writes templates without anchors, which CloudFormation refuses."""

    def ignore_aliases(self, data):
        return True


def write_object(dumper, value):
    """Writes an intrinsic function by its short form."""
    if len(value) == 1:
        ((name, argument),) = value.items()
        if name in ("Ref", "Condition") and isinstance(argument, str):
            return dumper.represent_scalar(f"!{name}", argument)
        if name == "Fn::GetAtt":
            return dumper.represent_scalar("!GetAtt", ".".join(argument))
        if name.startswith("Fn::") and isinstance(argument, str):
            return dumper.represent_scalar("!" + name[len("Fn::") :], argument)
        if name.startswith("Fn::") and isinstance(argument, list):
            return dumper.represent_sequence("!" + name[len("Fn::") :], argument)
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items())


Dumper.add_representer(dict, write_object)


def dumped(template):
    text = yaml.dump(plain_values(template), Dumper=Dumper, sort_keys=False, width=140, allow_unicode=True)
    return re.sub(r"(!(?:Ref|GetAtt|Condition|Sub) )'([A-Za-z0-9.:]+)'", r"\1\2", text)


def plain_values(value):
    """Returns a value without the translator's own types of strings and objects."""
    if isinstance(value, dict):
        return {str(name): plain_values(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain_values(element) for element in value]
    return str(value) if isinstance(value, str) else value


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
