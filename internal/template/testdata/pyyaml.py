"""Compares our reading of YAML with PyYAML's, one request and one answer a line.

A request is {"file": base64, "json": string}. The answer is "same", "refused" where PyYAML cannot read the file, or what
differs. Without "json", it is "template" where PyYAML reads a map with a member Resources that is a map, otherwise "other".
"""

import base64
import json
import re
import sys
from decimal import Decimal

import yaml


class Loader(yaml.SafeLoader):
    """Reads YAML 1.1 with CloudFormation's short forms, dates as text, and numbers without loss."""


def tagged(loader, suffix, node):
    """Reads a short form; a scalar under one is text."""
    if isinstance(node, yaml.ScalarNode):
        value = node.value
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix: value}


def text(loader, node):
    return loader.construct_scalar(node)


def number(loader, node):
    """Reads a number that JSON can spell; another one is a string."""
    spelling = loader.construct_scalar(node)
    return Decimal(spelling) if JSON_NUMBER.fullmatch(spelling) else spelling


JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def mapping(loader, node):
    """Reads a mapping whose keys are names, as they are spelled. The last one of a name counts."""
    members = {}
    for key, value in node.value:
        name = loader.construct_scalar(key)
        members.pop(name, None)
        members[name] = loader.construct_object(value, deep=True)
    return members


Loader.add_constructor("tag:yaml.org,2002:timestamp", text)
Loader.add_constructor("tag:yaml.org,2002:value", text)
Loader.add_constructor("tag:yaml.org,2002:int", number)
Loader.add_constructor("tag:yaml.org,2002:float", number)
Loader.add_constructor("tag:yaml.org,2002:map", mapping)
Loader.construct_mapping = lambda loader, node, deep=False: mapping(loader, node)
Loader.add_multi_constructor("!", tagged)


def difference(ours, theirs, path="$"):
    """Returns where two readings differ, or None. PyYAML reads 1e3 as a string, and JSON as a number."""
    if isinstance(ours, Decimal) and isinstance(theirs, str) and JSON_NUMBER.fullmatch(theirs):
        theirs = Decimal(theirs)
    if type(ours) is not type(theirs):
        return f"{path}: {ours!r} and {theirs!r}"
    if isinstance(ours, dict):
        if list(ours) != list(theirs):
            return f"{path}: keys {list(ours)!r} and {list(theirs)!r}"
        pairs = [(name, ours[name], theirs[name]) for name in ours]
    elif isinstance(ours, list):
        if len(ours) != len(theirs):
            return f"{path}: {len(ours)} and {len(theirs)} elements"
        pairs = [(i, a, b) for i, (a, b) in enumerate(zip(ours, theirs))]
    else:
        return None if ours == theirs else f"{path}: {ours!r} and {theirs!r}"
    for name, a, b in pairs:
        if found := difference(a, b, f"{path}/{name}"):
            return found
    return None


class AnyLoader(yaml.SafeLoader):
    """Reads any YAML, with any tag."""


def anything(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


AnyLoader.add_multi_constructor("", anything)


def compare(request):
    file = base64.b64decode(request["file"])
    if "json" not in request:
        try:
            theirs = yaml.load(file, Loader=AnyLoader)
        except Exception:  # whatever PyYAML cannot read
            return "other"
        return "template" if isinstance(theirs, dict) and isinstance(theirs.get("Resources"), dict) else "other"
    try:
        theirs = yaml.load(file, Loader=Loader)
    except (yaml.YAMLError, ArithmeticError, RecursionError, TypeError):
        return "refused"
    ours = json.loads(request["json"], parse_int=Decimal, parse_float=Decimal)
    return difference(ours, theirs) or "same"


sys.setrecursionlimit(10_000)
for line in sys.stdin:
    print(json.dumps(compare(json.loads(line))), flush=True)
