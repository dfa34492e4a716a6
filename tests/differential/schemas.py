"""Makes random schemas and calls, with the verdict of python-jsonschema on each call.

    python3 schemas.py SEED SCHEMAS CALLS

CALLS is the number of calls of each schema. The output is one JSON document:
{"tools": [{"name", "inputSchema"}], "calls": [{"tool", "arguments", "valid", "how"}]}. The same
arguments give the same output. Exit status 2: the package jsonschema is missing.
"""

import json
import random
import re
import sys

from idioms import Idioms

try:
    import jsonschema
except ImportError:
    sys.exit(2)

NAMES = ["a", "b", "kind", "user id", "x-1", "id", "type", "items"]
TEXTS = ["", "a", "b", "ab", "card", "x1", "2026-06-23", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
         "é", "A\n", "abc def", "12", "null", "😀"]
NUMBERS = [0, -0.0, 1, -1, 2, 3, 5, 7, 10, 100, 1.5, 0.1, 0.3, -2.5, 5.0, 2**31, 2**53, 2**53 + 1,
           2**63 - 1, 2**64 - 1, -2**63, 1e3, 1e20, 0.07, 19.99]
PATTERNS = ["^a", "b$", r"^\d{2}$", r"^\w+$", "^[a-c]*$", r"\s", "[a&&b]", "^(card|x1)$",
            r"^(?!a).*$", ".", r"^[^\s]+$", "[[:alpha:]]", r"^.{2,3}$", r"^a|1$", r"\bdef",
            r"^(?=.*\d)[a-z\d]+$", "a^b", r"[\w-]+", "(?i)^A", r"^\S*$"]
FORMATS = ["date", "uuid", "email", "date-time", "uri", "made-up"]


class Maker(Idioms):
    """Makes schemas and values from one source of chance."""

    def __init__(self, seed, idioms):
        self.dice = random.Random(seed)
        self.defs = {}
        # The share of schemas in the style of other generators, in percent.
        self.idioms = idioms

    def chance(self, percent):
        return self.dice.randrange(100) < percent

    def tool_schema(self):
        """Returns a schema of arguments with its definitions."""
        self.defs = {}
        for name in self.dice.sample(["Id", "Node", "Alias", "Maybe", "Unit"], self.dice.randrange(4)):
            self.defs[name] = {}
        for name in list(self.defs):
            self.defs[name] = self.definition(name)
        root = self.object(0)
        if self.chance(8):
            root[self.dice.choice(["anyOf", "oneOf", "allOf"])] = [
                self.object_part() for _ in range(self.dice.randrange(1, 4))]
        if self.defs:
            root["$defs"] = self.defs
        return root

    def definition(self, name):
        if name == "Alias" and len(self.defs) > 1:
            return {"$ref": "#/$defs/" + self.dice.choice([n for n in self.defs if n != "Alias"])}
        if name == "Maybe":
            return {self.dice.choice(["anyOf", "oneOf"]): [self.schema(3), {"type": "null"}]}
        if name == "Node":
            return {"type": "object", "properties": {
                "v": self.scalar(), "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}},
                "required": self.dice.sample(["v", "next"], self.dice.randrange(3))}
        return self.schema(2)

    def schema(self, depth):
        if depth < 3 and self.chance(self.idioms):
            return self.idiom(depth)
        kind = self.dice.randrange(100)
        if depth > 3 or kind < 38:
            made = self.scalar()
        elif kind < 50:
            made = self.object(depth + 1)
        elif kind < 62:
            made = self.array(depth + 1)
        elif kind < 72 and self.defs:
            made = {"$ref": "#/$defs/" + self.dice.choice(list(self.defs))}
            if self.chance(15):
                made["description"] = "A reference."
        elif kind < 86:
            made = self.union(depth + 1)
        elif kind < 94:
            made = {"allOf": [self.schema(depth + 1) for _ in range(self.dice.randrange(1, 3))]}
        elif kind < 97:
            made = {}
        else:
            made = {"not": self.schema(depth + 2)}
        if self.chance(5):
            self.add_rule(made, depth)
        if self.chance(3):
            made["nullable"] = True
        if self.chance(3) and "type" not in made:
            made["type"] = self.dice.choice(["string", "object", "integer", ["string", "null"]])
        return made

    def add_rule(self, made, depth):
        rule = self.dice.randrange(3)
        if rule == 0:
            made["if"] = self.schema(depth + 2)
            made[self.dice.choice(["then", "else"])] = self.schema(depth + 2)
        elif rule == 1:
            made["not"] = self.schema(depth + 2)
        else:
            made["anyOf"] = [self.schema(depth + 2) for _ in range(2)]

    def scalar(self):
        kind = self.dice.choice(["string", "string", "integer", "number", "boolean", "enum", "const",
                                 "null", "list"])
        if kind == "enum":
            values = self.dice.sample(TEXTS[:6] + NUMBERS[:5] + [True, None], self.dice.randrange(1, 5))
            made = {"enum": values}
            if self.chance(20):
                made["type"] = self.dice.choice(["string", "integer", ["string", "null"]])
            return made
        if kind == "const":
            return {"const": self.dice.choice(["a", "card", 1, True, None])}
        if kind == "list":
            return {"type": self.dice.sample(["string", "integer", "null", "boolean", "number"],
                                             self.dice.randrange(1, 4))}
        made = {"type": [kind, "null"] if self.chance(15) else kind}
        if kind == "string":
            self.limit(made, "Length", 4)
            if self.chance(25):
                made["pattern"] = self.dice.choice(PATTERNS)
            if self.chance(8):
                made["format"] = self.dice.choice(FORMATS)
        elif kind in ("integer", "number"):
            if self.chance(25):
                made[self.dice.choice(["minimum", "exclusiveMinimum"])] = self.dice.choice(NUMBERS)
            if self.chance(25):
                made[self.dice.choice(["maximum", "exclusiveMaximum"])] = self.dice.choice(NUMBERS)
            if self.chance(12):
                made["multipleOf"] = self.dice.choice([1, 2, 3, 5, 0.1, 0.01, 2.5])
        return made

    def limit(self, made, what, most):
        if self.chance(15):
            made["min" + what] = self.dice.randrange(most)
        if self.chance(15):
            made["max" + what] = self.dice.randrange(most + 2)

    def object_part(self):
        names = self.dice.sample(NAMES[:4], self.dice.randrange(1, 3))
        return {"properties": {name: self.scalar() for name in names},
                "required": self.dice.sample(names, self.dice.randrange(len(names) + 1))}

    def object(self, depth):
        names = self.dice.sample(NAMES, self.dice.randrange(0 if depth else 1, 5))
        made = {"type": "object", "properties": {name: self.schema(depth) for name in names}}
        if self.chance(60):
            made["required"] = self.dice.sample(names, self.dice.randrange(len(names) + 1))
        roll = self.dice.randrange(100)
        if roll < 25:
            made["additionalProperties"] = False
        elif roll < 40:
            made["additionalProperties"] = True
        elif roll < 52:
            made["additionalProperties"] = self.schema(depth + 2)
        if self.chance(8):
            made["patternProperties"] = {self.dice.choice(PATTERNS): self.schema(depth + 2)}
        if self.chance(4):
            made["propertyNames"] = {"maxLength": 3}
        if self.chance(4) and len(names) > 1:
            made["dependentRequired"] = {names[0]: [names[1]]}
        self.limit(made, "Properties", 3) if self.chance(25) else None
        if depth and self.chance(8):
            del made["type"]
        return made

    def array(self, depth):
        made = {"type": "array"}
        if self.chance(80):
            made["items"] = self.schema(depth + 1)
        if self.chance(15):
            made["prefixItems"] = [self.schema(depth + 1) for _ in range(self.dice.randrange(1, 3))]
            if self.chance(40):
                made["items"] = False
        self.limit(made, "Items", 3)
        if self.chance(12):
            made["uniqueItems"] = True
        if self.chance(8):
            made["contains"] = self.scalar()
            if self.chance(40):
                made["maxContains"] = self.dice.randrange(1, 3)
        return made

    def union(self, depth):
        roll = self.dice.randrange(100)
        keyword = self.dice.choice(["anyOf", "oneOf"])
        if roll < 30:
            return {keyword: [self.schema(depth), {"type": "null"}]}
        if roll < 50:
            branches = []
            for tag in self.dice.sample(["card", "a", "b"], self.dice.randrange(2, 4)):
                branch = self.object_part()
                branch["type"] = "object"
                branch["properties"]["kind"] = {"const": tag}
                branch["required"] = sorted(set(branch["required"]) | {"kind"})
                branches.append(branch)
            return {keyword: branches}
        return {keyword: [self.schema(depth) for _ in range(self.dice.randrange(2, 4))]}

    def arguments(self, schema, validator):
        """Returns arguments that are valid if a few attempts find some."""
        arguments = {}
        for _ in range(5 if self.idioms else 1):
            made = self.value(schema)
            arguments = made if isinstance(made, dict) else {}
            if judge(validator, arguments) is not False:
                break
        return arguments

    def value(self, schema, depth=0):
        """Returns a value that is likely to be valid."""
        if not isinstance(schema, dict) or depth > 12:
            return self.anything()
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.dice.choice(schema["enum"])
        if "$ref" in schema:
            return self.value(self.defs[schema["$ref"].split("/")[-1]], depth + 1)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema and "type" not in schema:
                return self.value(self.dice.choice(schema[keyword]), depth + 1)
        if "allOf" in schema and "type" not in schema:
            made = None
            for member in schema["allOf"]:
                value = self.value(member, depth + 1)
                made = {**made, **value} if isinstance(made, dict) and isinstance(value, dict) else value
            return made
        kind = schema.get("type", "object" if "properties" in schema else None)
        if isinstance(kind, list):
            kind = self.dice.choice(kind)
        if kind == "string":
            return self.text(schema)
        if kind in ("integer", "number"):
            return self.number(schema, kind)
        if kind == "array":
            count = max(schema.get("minItems", 0), len(schema.get("prefixItems", [])), self.dice.randrange(3))
            count = min(count, schema.get("maxItems", 9))
            first = schema.get("prefixItems", [])
            rest = schema.get("items", {})
            return [self.value(first[i] if i < len(first) else rest, depth + 1) for i in range(count)]
        if kind == "object":
            made = {}
            for name, inner in schema.get("properties", {}).items():
                if name in schema.get("required", []) or self.chance(50 if depth < 4 else 5):
                    made[name] = self.value(inner, depth + 1)
            extra = schema.get("additionalProperties")
            if extra is not False and extra is not None and self.chance(30):
                made["more"] = self.value(extra, depth + 1)
            for part in self.parts(schema):
                value = self.value(part, depth + 1)
                made.update(value if isinstance(value, dict) else {})
            for name in schema.get("required", []):
                made.setdefault(name, self.anything())
            return made
        if kind == "boolean":
            return self.chance(50)
        if kind == "null":
            return None
        return self.anything()

    def parts(self, schema):
        """Returns the schemas that a value of this one has to fit as well."""
        unions = [self.dice.choice(schema[key]) for key in ("anyOf", "oneOf") if schema.get(key)]
        return schema.get("allOf", []) + unions + [schema[key] for key in ("then",) if key in schema]

    def text(self, schema):
        fitting = [text for text in TEXTS
                   if schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 99)
                   and ("pattern" not in schema or re.search(schema["pattern"], text))]
        return self.dice.choice(fitting or TEXTS)

    def number(self, schema, kind):
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        high = schema.get("maximum", schema.get("exclusiveMaximum"))
        step = schema.get("multipleOf")
        values = [n for n in NUMBERS if (low is None or n >= low) and (high is None or n <= high)]
        if kind == "integer":
            values = [n for n in values if float(n).is_integer()]
        if step:
            values += [step * k for k in (0, 1, 3, 7, -2)]
        return self.dice.choice(values or NUMBERS)

    def anything(self):
        return self.dice.choice([None, True, 0, -0.0, 1.5, "a", "auto", "12", [], [1, 1], {}, {"a": 1}])

    def spoil(self, value):
        """Returns the value with a change at one place."""
        value = json.loads(json.dumps(value))
        if isinstance(value, dict) and value and self.chance(75):
            name = self.dice.choice(list(value))
            if self.chance(15):
                del value[name]
            else:
                value[name] = self.spoil(value[name])
            return value
        if isinstance(value, dict) and self.chance(50):
            value[self.dice.choice(NAMES + ["other"])] = self.anything()
            return value
        if isinstance(value, list) and value and self.chance(60):
            place = self.dice.randrange(len(value))
            value[place] = self.spoil(value[place])
            return value
        if isinstance(value, list) and self.chance(50):
            return value + [self.dice.choice(value) if value else None]
        if isinstance(value, bool) or value is None or self.chance(50):
            return self.anything()
        if isinstance(value, str):
            return self.dice.choice(TEXTS)
        return self.dice.choice(NUMBERS)


def judge(validator, arguments):
    """Returns the verdict of the validator; `None` if the schema has a circular reference."""
    try:
        return validator.is_valid(arguments)
    except RecursionError:
        return None
    except BaseException as error:  # A library of the validator panics if the recursion is too deep.
        if type(error).__name__ != "PanicException":
            raise
        return None


def main():
    seed, schemas, calls = (int(argument) for argument in sys.argv[1:4])
    tools, made = [], []
    for index in range(schemas):
        maker = Maker(f"{seed}/{index}", 60 if index % 2 else 0)
        schema = maker.tool_schema()
        validator = jsonschema.Draft202012Validator(schema)
        tools.append({"name": f"tool_{index}", "inputSchema": schema})
        for number in range(calls):
            arguments, how = maker.arguments(schema, validator), "made"
            for _ in range(number % 3):
                how = "spoilt"
                spoilt = maker.spoil(arguments)
                arguments = spoilt if isinstance(spoilt, dict) else arguments
            valid = judge(validator, arguments)
            if valid is None:
                break
            made.append({"tool": index, "arguments": arguments, "valid": valid, "how": how})
    json.dump({"tools": tools, "calls": made}, sys.stdout, ensure_ascii=True)


main()
