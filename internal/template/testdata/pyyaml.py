"""Compares readings of YAML: our JSON against PyYAML's own reading, one request and one answer a line.

A request is {"yaml": text, "json": text}. The answer is "same", "refused" where PyYAML reads no such file, or what differs.
"""

import json
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
    return Decimal(loader.construct_scalar(node))


def mapping(loader, node):
    """Reads a mapping whose keys are names, as they are spelled."""
    return {loader.construct_scalar(key): loader.construct_object(value, deep=True) for key, value in node.value}


Loader.add_constructor("tag:yaml.org,2002:timestamp", text)
Loader.add_constructor("tag:yaml.org,2002:value", text)
Loader.add_constructor("tag:yaml.org,2002:int", number)
Loader.add_constructor("tag:yaml.org,2002:float", number)
Loader.add_constructor("tag:yaml.org,2002:map", mapping)
Loader.construct_mapping = lambda loader, node, deep=False: mapping(loader, node)
Loader.add_multi_constructor("!", tagged)


def difference(ours, theirs, path="$"):
    """Returns where two readings differ, or None."""
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


def compare(request):
    try:
        theirs = yaml.load(request["yaml"], Loader=Loader)
    except (yaml.YAMLError, ArithmeticError, RecursionError, TypeError):
        return "refused"
    ours = json.loads(request["json"], parse_int=Decimal, parse_float=Decimal)
    return difference(ours, theirs) or "same"


sys.setrecursionlimit(10_000)
for line in sys.stdin:
    print(json.dumps(compare(json.loads(line))), flush=True)
