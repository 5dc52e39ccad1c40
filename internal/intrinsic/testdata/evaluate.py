"""Evaluates parts of templates with moto's CloudFormation, as a second opinion.

Reads a JSON list of {template, parameters, pointers} from standard input, and writes a list of
{conditions, values}: by name and by JSON pointer, each {value} or {error}.
"""

import json
import sys

from moto.cloudformation.parsing import ResourceMap, clean_json

REGION, ACCOUNT = "eu-west-1", "123456789012"


def attempt(evaluate):
    try:
        return {"value": evaluate()}
    except Exception as error:  # whatever moto does not know
        return {"error": type(error).__name__}


def at(template, pointer):
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        template = template[int(part)] if isinstance(template, list) else template[part]
    return template


def opinion(case):
    template = case["template"]
    resources = ResourceMap("id", "name", case["parameters"], {}, REGION, ACCOUNT, template, None)
    resources.load_mapping()
    resources.load_parameters()
    broken = attempt(resources.load_conditions)  # goes on with those that can be evaluated
    if "error" in broken:
        print("conditions:", broken["error"], file=sys.stderr)
    return {
        "conditions": {name: attempt(lambda: resources.lazy_condition_map[name]) for name in template.get("Conditions") or {}},
        "values": {pointer: attempt(lambda: clean_json(at(template, pointer), resources)) for pointer in case["pointers"] or []},
    }


json.dump([opinion(case) for case in json.load(sys.stdin)], sys.stdout, default=str)
