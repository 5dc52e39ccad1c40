"""Writes a SAM template as plain CloudFormation, for StackSets, the console, and other tools.

    plain_template.py TEMPLATE TARGET
    plain_template.py --translated TEMPLATE

What AWS's own translator, aws-sam-translator, does not change keeps its text, comments included; the resources that it changes are
rewritten. The location of the functions' code becomes parameters of the template. With --translated, the translator's output is printed
as JSON with the same parameters, for comparison.

Needs the Python of the virtual environment with the translator.
"""

import copy
import json
import os
import pathlib
import sys

# The translator asks boto3 for the region, from which it takes the partition. Nothing in the template depends on either.
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"

import yaml
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

SAM = "AWS::Serverless-2016-10-31"
FUNCTION = "AWS::Serverless::Function"

# The parameter that holds the key of a function's zip, by the folder of its code.
KEYS = {"cmd/macro": "CodeKey", "cmd/guard": "GuardCodeKey"}

HEADER = "# Made from template.yaml by `make package`: change that file, not this one.\n"

GROUP = """\
      - Label: {default: Code of the functions}
        Parameters: [CodeBucket, CodeKey, GuardCodeKey]
"""

PARAMETERS = """\
  CodeBucket:
    Type: String
    Description: Bucket with the zips of the functions. It must be in the region of the stack.
    AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$'
    ConstraintDescription: must be the name of a bucket
  CodeKey:
    Type: String
    Default: amplify-boundary-macro-arm64.zip
    Description: >-
      Key of the macro's zip in that bucket: the one for arm64, or with Architecture x86_64 the one for amd64. Give each version a key of
      its own, because CloudFormation deploys new code only if the key changes.
    MinLength: 1
    MaxLength: 1024
  GuardCodeKey:
    Type: String
    Default: amplify-boundary-guard-arm64.zip
    Description: Key of the guard's zip in that bucket. Has no effect if Guard is off.
    MinLength: 1
    MaxLength: 1024

"""


def plain(path):
    """The text of the plain template."""
    text = path.read_text(encoding="utf-8")
    source, translated = yaml_parse(text), translate(path)
    if unlike := [name for name in source if name not in ("Transform", "Resources") and source[name] != translated.get(name)]:
        raise ValueError(f"the translator changes {', '.join(unlike)}, whose text this program keeps")

    lines = text.splitlines(keepends=True)
    root = yaml.compose(text)
    edits = [(0, 0, HEADER), (*block(lines, root, "Transform"), "")]
    edits.append((*2 * [first_line(member(root, "Metadata", "AWS::CloudFormation::Interface", "ParameterGroups"))], GROUP))
    edits.append((*2 * [first_line(member(root, "Parameters"))], PARAMETERS))
    resources = member(root, "Resources")
    for name, resource in source["Resources"].items():
        if (new := translated["Resources"].get(name)) != resource:
            edits.append((*block(lines, resources, name), written({name: new}) if new else ""))
    added = {name: r for name, r in translated["Resources"].items() if name not in source["Resources"]}
    if added:
        end = block(lines, root, "Resources")[1]
        edits.append((end, end, "\n" + written(added)))
    for start, end, new in sorted(edits, reverse=True):
        lines[start:end] = [new]
    return "".join(lines)


def translate(path):
    """The translator's output, with the parameters for the code of each function."""
    template = yaml_parse(path.read_text(encoding="utf-8"))
    if template.pop("Transform") != SAM:
        raise ValueError(f"the transform is not {SAM} alone")
    for name, resource in template["Resources"].items():
        if resource["Type"] != FUNCTION:
            continue
        folder = resource["Properties"]["CodeUri"]
        if folder not in KEYS:
            raise ValueError(f"{name}: no parameter for code from {folder}")
        # The translator refuses functions instead of names, so they replace the names after it has run.
        resource["Properties"]["CodeUri"] = {"Bucket": "CodeBucket", "Key": KEYS[folder]}
        resource.pop("Metadata")  # how `sam build` builds it
    defaults = {name: p["Default"] for name, p in template["Parameters"].items() if "Default" in p}
    translated = transform(copy.deepcopy(template), defaults, NoManagedPolicies())
    for resource in translated["Resources"].values():
        if "S3Bucket" in (code := resource.get("Properties", {}).get("Code", {})):
            resource["Properties"]["Code"] = {name: {"Ref": code[name]} for name in ("S3Bucket", "S3Key")}
    return translated


class NoManagedPolicies:
    """Stands in for the names of AWS's managed policies, which only IAM lists. The template uses none."""

    def load(self):
        return {}


def member(node, *names):
    """The value at a path of names in a mapping."""
    for name in names:
        node = next(value for key, value in node.value if key.value == name)
    return node


def first_line(node):
    return node.start_mark.line


def block(lines, mapping, name):
    """The lines of a member of a mapping, from its name to its last line that is neither blank nor a comment."""
    key, value = next((key, value) for key, value in mapping.value if key.value == name)
    start, end = key.start_mark.line, value.end_mark.line
    if value.end_mark.column > 0 and end == value.start_mark.line:
        end += 1  # a value on the line of its name ends there
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return start, end


def written(resources):
    """The resources as members of the Resources section."""
    text = yaml.dump(short(resources), Dumper=Writer, sort_keys=False, width=140, allow_unicode=True)
    return "".join("  " + line for line in text.splitlines(keepends=True))


class Tagged:
    """An intrinsic function in its short form."""

    def __init__(self, name, argument):
        self.name, self.argument = name, argument


def short(value):
    """The value with its intrinsic functions in their short forms."""
    if isinstance(value, list):
        return [short(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(name, argument)] = value.items()
        if name == "Fn::GetAtt" and isinstance(argument, list):
            return Tagged("!GetAtt", ".".join(argument))
        if name == "Ref" or name.startswith("Fn::"):
            return Tagged("!" + name.removeprefix("Fn::"), short(argument))
    return {name: short(argument) for name, argument in value.items()}


class Writer(yaml.SafeDumper):
    """Writes YAML in the template's style: lists indented, intrinsic functions as tags, and quotes only if needed."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True

    def choose_scalar_style(self):
        style = super().choose_scalar_style()
        tagged = self.event.tag and self.event.tag.startswith("!")
        if style == "'" and tagged and not self.event.style and not self.analysis.multiline:
            if self.analysis.allow_flow_plain if self.flow_level else self.analysis.allow_block_plain:
                return ""
        return style

    def tagged(self, data):
        node = self.represent_data(data.argument)
        node.tag = data.name
        if isinstance(node, yaml.SequenceNode):
            node.flow_style = True
        return node


Writer.add_representer(Tagged, Writer.tagged)


def main(arguments):
    try:
        if arguments[0] == "--translated":
            print(json.dumps(translate(pathlib.Path(arguments[1])), indent=1))
        else:
            pathlib.Path(arguments[1]).write_text(plain(pathlib.Path(arguments[0])), encoding="utf-8")
            print(arguments[1])
    except ValueError as error:
        sys.exit(f"plain_template: error: {arguments[-1] if arguments[0] == '--translated' else arguments[0]}: {error}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1:])
