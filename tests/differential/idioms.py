"""Random schemas as the generators of schemas in use write them: schemars, pydantic, zod, TypeBox,
utoipa, and people."""

NUMBERS = [0, 1, 2, 3.0, 5, -1, 1.5, 10, 255]
WORDS = ["a", "b", "card", "x1", "on", "Off", "12", "null", "true"]
CONTAINERS = [{}, {"a": 1}, {"a": None}, [], [1], [1, 2], ["a", None], [[]], [{"a": 1.0}]]


class Idioms:
    """A part of `Maker` in schemas.py, whose methods make the inner schemas."""

    def idiom(self, depth):
        """Returns a schema in the style of one of the writers."""
        writers = [self.optional, self.reference, self.choices, self.external_tags, self.internal_tags,
                   self.adjacent_tags, self.untagged, self.intersection, self.record, self.tuple_of,
                   self.conditional, self.groups, self.dependent, self.containers, self.booleans,
                   self.counted, self.mixed_types, self.step, self.negation, self.chain, self.closed,
                   self.grouped_members, self.shared_values, self.always, self.zeros, self.narrowed,
                   self.siblings, self.new_names, self.two_unions]
        return self.dice.choice(writers)(depth)

    def pick_definition(self):
        name = self.dice.choice(list(self.defs)) if self.defs else None
        return {"$ref": "#/$defs/" + name} if name else self.scalar()

    def optional(self, depth):
        inner = self.dice.choice([self.pick_definition, lambda: self.schema(depth + 1)])()
        null = self.dice.choice([{"type": "null"}, {"const": None}, {"enum": [None]}, {"type": ["null"]}])
        if self.chance(30):
            inner = {"allOf": [inner], "description": "Wrapped."}
        branches = [inner, null] if self.chance(60) else [null, inner]
        made = {self.dice.choice(["anyOf", "oneOf"]): branches}
        if self.chance(30):
            made["default"] = None
        if self.chance(15):
            made = {"anyOf": [made, self.scalar()]}
        if self.chance(10):
            made = {"allOf": [made, {"description": "Again."}]}
        return made

    def reference(self, _depth):
        made = self.pick_definition()
        if self.chance(30):
            made = {"allOf": [made], "title": "Wrapped", "default": None}
        elif self.chance(40):
            made = dict(made, **self.dice.choice([{"minLength": 2}, {"maximum": 5}, {"maxItems": 1},
                                                  {"type": "string"}, {"enum": ["a", 1, None]},
                                                  {"required": ["v"]}, {"properties": {"v": {"type": "string"}}}]))
        return made

    def choices(self, _depth):
        words = self.dice.sample(WORDS, self.dice.randrange(1, 5))
        style = self.dice.randrange(5)
        if style == 0:
            return {"oneOf": [{"type": "string", "const": word, "description": word} for word in words]}
        if style == 1:
            return {"anyOf": [{"const": word} for word in words + [1]]}
        if style == 2:
            return {"oneOf": [{"type": "string", "enum": words[:1]},
                              {"type": "string", "enum": words[1:] or ["other"]}]}
        if style == 3:
            return {"enum": self.dice.sample(NUMBERS, 3) + words[:1]}
        return {"anyOf": [{"type": "string", "enum": words}, {"type": "string", "minLength": 3}]}

    def external_tags(self, depth):
        branches = [{"type": "string", "enum": ["plain"]}] if self.chance(60) else []
        for name in self.dice.sample(["Move", "Stop", "a"], self.dice.randrange(2, 4)):
            branch = {"type": "object", "properties": {name: self.schema(depth + 1)}, "required": [name]}
            if self.chance(70):
                branch["additionalProperties"] = False
            branches.append(branch)
        return {self.dice.choice(["anyOf", "oneOf"]): branches}

    def internal_tags(self, depth):
        branches = []
        for index, tag in enumerate(self.dice.sample(["card", "a", "b", "Off"], self.dice.randrange(2, 4))):
            tag = self.dice.choice([{"const": tag}, {"type": "string", "enum": [tag]},
                                    {"const": tag, "type": "string", "default": tag}])
            properties = {"a": self.scalar(), "kind": tag, "b": self.schema(depth + 1)}
            names = self.dice.sample(list(properties), 3)
            branch = {"type": "object", "properties": {name: properties[name] for name in names},
                      "required": self.dice.sample(names, self.dice.randrange(3)) + ["kind"] * (index > 0)}
            branch["required"] = sorted(set(branch["required"]))
            if self.chance(40):
                branch["additionalProperties"] = self.chance(30)
            branches.append(branch)
        made = {self.dice.choice(["anyOf", "oneOf"]): branches}
        if self.chance(40):
            made["discriminator"] = {"propertyName": "kind"}
        if self.chance(15):
            made.update({"type": "object", "properties": {"id": self.scalar()}})
        return made

    def adjacent_tags(self, depth):
        def branch(tag):
            return {"type": "object", "properties": {"t": {"type": "string", "enum": [tag]},
                                                     "c": self.schema(depth + 1)}, "required": ["t", "c"]}
        return {"oneOf": [branch(tag) for tag in self.dice.sample(WORDS, 2)]}

    def untagged(self, depth):
        kinds = [self.scalar(), {"type": "array", "items": self.scalar()},
                 {"type": "object", "additionalProperties": self.scalar()}, self.object_part(),
                 dict(self.object_part(), type="object"), {"type": "array", "items": self.object_part()},
                 self.pick_definition()]
        branches = self.dice.sample(kinds, self.dice.randrange(2, 4))
        if self.chance(20):
            branches[0] = {"oneOf": [branches[0], self.schema(depth + 1)]}
        return {self.dice.choice(["anyOf", "anyOf", "oneOf"]): branches}

    def intersection(self, depth):
        parts = [dict(self.object_part(), type="object") for _ in range(self.dice.randrange(1, 3))]
        parts.append(self.dice.choice([self.pick_definition(), self.object(depth + 1), {"minProperties": 1},
                                       {"required": ["a"]}, {"not": {"required": ["b"]}}]))
        made = {"allOf": parts}
        if self.chance(40):
            made.update({"type": "object", "properties": {"own": self.scalar()}})
        if self.chance(15):
            made["additionalProperties"] = self.chance(50)
        if self.chance(10):
            made["unevaluatedProperties"] = False
        return made

    def record(self, depth):
        made = {"type": "object", "additionalProperties": self.dice.choice(
            [self.schema(depth + 1), self.pick_definition(), True, {}])}
        if self.chance(30):
            made["propertyNames"] = self.dice.choice([{"pattern": "^[a-z]+$"}, {"type": "string", "minLength": 1},
                                                      {"enum": ["a", "b"]}])
        if self.chance(30):
            made["patternProperties"] = {self.dice.choice(["^(.*)$", "^x-", "^S_", "[0-9]"]): self.scalar()}
        if self.chance(20):
            made["minProperties"] = 1
        return made

    def tuple_of(self, depth):
        first = [self.schema(depth + 1) for _ in range(self.dice.randrange(1, 4))]
        made = {"type": "array", "prefixItems": first}
        style = self.dice.randrange(4)
        if style < 2:
            made.update({"minItems": len(first), "maxItems": len(first)})
        if style == 1:
            made["items"] = False
        if style == 2:
            made["items"] = self.scalar()
        return made

    def conditional(self, _depth):
        def when(value):
            return {"properties": {"kind": {"const": value}}, "required": ["kind"]}
        made = {"type": "object", "properties": {"kind": {"enum": ["a", "b"]}, "a": self.scalar(), "b": self.scalar()}}
        if self.chance(50):
            made.update({"if": when("a"), "then": {"required": ["a"]}, "else": self.dice.choice(
                [{"required": ["b"]}, {"properties": {"b": self.scalar()}}, False, True])})
        else:
            made["allOf"] = [{"if": when("a"), "then": {"required": ["a"]}},
                             {"if": when("b"), "then": {"properties": {"b": self.scalar()}, "required": ["b"]}}]
        return made

    def groups(self, _depth):
        made = {"type": "object", "properties": {"a": self.scalar(), "b": self.scalar(), "c": self.scalar()}}
        made[self.dice.choice(["anyOf", "oneOf"])] = self.dice.choice(
            [[{"required": ["a"]}, {"required": ["b"]}],
             [{"required": ["a", "b"]}, {"required": ["c"], "not": {"required": ["a"]}}],
             [{"required": ["a"], "properties": {"c": False}}, {"not": {"required": ["a"]}}],
             [{"properties": {"a": {"const": "a"}}}, {"properties": {"b": {"const": 1}}}]])
        return made

    def dependent(self, _depth):
        made = {"type": "object", "properties": {"a": self.scalar(), "b": self.scalar()}}
        made.update(self.dice.choice(
            [{"dependentRequired": {"a": ["b"], "b": ["c"]}},
             {"dependentSchemas": {"a": {"required": ["b"]}, "x": False}},
             {"dependentSchemas": {"b": {"properties": {"a": self.scalar(), "extra": self.scalar()}}}}]))
        return made

    def containers(self, _depth):
        values = self.dice.sample(CONTAINERS, self.dice.randrange(1, 4))
        return self.dice.choice([{"enum": values}, {"const": values[0]}, {"enum": values + ["a", None]},
                                 {"type": ["object", "array"], "enum": values}, {"not": {"enum": values}}])

    def booleans(self, depth):
        return self.dice.choice([
            {"type": "object", "properties": {"a": True, "b": False, "c": self.scalar()}},
            {"type": "array", "items": True}, {"type": "array", "items": False},
            {"anyOf": [False, self.schema(depth + 1)]}, {"allOf": [True, self.schema(depth + 1)]},
            {"oneOf": [self.scalar(), False]}, {"not": False}, {"anyOf": [True, self.scalar()]}])

    def counted(self, depth):
        made = {"type": "array", "items": self.schema(depth + 1), "contains": self.scalar()}
        made["minContains"] = self.dice.randrange(3)
        if self.chance(50):
            made["maxContains"] = self.dice.randrange(1, 3)
        if self.chance(30):
            made["uniqueItems"] = True
        return made

    def mixed_types(self, depth):
        types = self.dice.sample(["string", "integer", "array", "object", "null", "boolean"], 3)
        made = {"type": types, "minLength": 2, "items": self.scalar(), "maxItems": 2,
                "properties": {"a": self.schema(depth + 1)}, "minimum": 1}
        return {key: made[key] for key in made if key == "type" or self.chance(40)}

    def step(self, _depth):
        return self.dice.choice([
            {"type": "integer", "minimum": 0, "format": "uint8", "maximum": 255},
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            {"type": ["integer", "null"], "minimum": 0.5}, {"type": "integer", "multipleOf": 0.5},
            {"type": "integer", "minimum": -0.0, "maximum": 3.9}, {"type": "number", "multipleOf": 1e-3},
            {"type": "number", "minimum": 1e2, "maximum": 1.0e2}, {"minimum": 3, "maxLength": 1},
            {"type": "integer", "exclusiveMinimum": 2**53, "maximum": 2**63 - 1},
            {"allOf": [{"type": "integer", "minimum": 1}, {"minimum": 2, "maximum": 5}, {"type": "number"}]}])

    def negation(self, depth):
        return self.dice.choice([
            {"not": {"type": ["string", "null"]}}, {"type": "string", "not": {"enum": ["a", "b"]}},
            {"type": "object", "not": {"required": ["a", "b"]}}, {"not": {"not": self.schema(depth + 1)}},
            {"type": ["string", "null"], "not": {"const": None}}, {"not": {}}, {"not": {"minLength": 2}},
            {"type": "integer", "not": {"multipleOf": 2}}])

    def chain(self, depth):
        made = self.schema(depth + 1)
        for _ in range(self.dice.randrange(1, 4)):
            keyword = self.dice.choice(["allOf", "anyOf", "oneOf"])
            made = {keyword: [made]}
        return made

    def closed(self, _depth):
        part = dict(self.object_part(), type="object", additionalProperties=False)
        other = dict(self.object_part(), type="object")
        return self.dice.choice([part, {"allOf": [part, other]}, {"anyOf": [part, other]},
                                 {"oneOf": [part, dict(other, additionalProperties=False)]}])

    def grouped_members(self, depth):
        """A union in `allOf`, next to what it constrains."""
        groups = [{"required": ["a"]}, {"required": ["b"]}, {"not": {"required": ["c"]}},
                  {"properties": {"a": {"const": "a"}}}]
        union = {self.dice.choice(["anyOf", "oneOf"]): self.dice.sample(groups, self.dice.randrange(2, 4))}
        record = {"type": "object", "properties": {"a": self.scalar(), "b": self.scalar(), "c": self.scalar()}}
        style = self.dice.randrange(5)
        if style == 0:
            return dict(record, allOf=[union])
        if style == 1:
            return {"allOf": [record, union]}
        if style == 2:
            return {"allOf": [self.pick_definition(), union]}
        if style == 3:
            return dict(record, allOf=[{"allOf": [{"allOf": [union]}, {"minProperties": 1}]}])
        words = [{"enum": ["a", "card"]}, {"type": "string", "pattern": "^a"}, {"not": {"const": "b"}}]
        union = {self.dice.choice(["anyOf", "oneOf"]): self.dice.sample(words, 2)}
        return {"allOf": [self.dice.choice([{"enum": WORDS[:5]}, self.pick_definition()]), union]}

    def shared_values(self, _depth):
        """A `oneOf` of lists that overlap."""
        values = self.dice.sample(WORDS[:4] + [1, 1.0, 2, 0, -0.0, True], 5)
        branches = [{"enum": values[:3]}, {"enum": values[2:]}]
        if self.chance(40):
            branches.append({"const": self.dice.choice(values)})
        if self.chance(30):
            branches[0]["type"] = self.dice.choice(["string", "integer"])
        made = {"oneOf": branches}
        return {"allOf": [made]} if self.chance(20) else made

    def always(self, depth):
        """A schema that allows everything where that is a constraint."""
        everything = self.dice.choice([True, {}, {"description": "Anything."}])
        if self.chance(50):
            made = {"type": "array", "items": self.scalar(), "contains": everything}
            made.update(self.dice.choice([{}, {"minContains": 2}, {"maxContains": 1}, {"minContains": 0}]))
            return made
        made = {"if": self.dice.choice([everything, False]), "then": self.schema(depth + 2)}
        if self.chance(50):
            made["else"] = self.schema(depth + 2)
        return dict(self.dice.choice([{"type": "string"}, dict(self.object_part(), type="object"), {}]), **made)

    def zeros(self, _depth):
        """Zero with and without a sign."""
        zero = self.dice.choice([0, 0.0, -0.0])
        return self.dice.choice([
            {"const": zero}, {"enum": [zero, 1]}, {"type": "integer", "enum": [zero, 1, 2]}, {"const": [zero]},
            {"const": {"a": zero}}, {"type": "array", "contains": {"const": zero}, "uniqueItems": True},
            {"type": "number", "not": {"enum": [zero, 1]}}, {"type": "number", "minimum": zero}])

    def narrowed(self, _depth):
        """A type beside branches, some of which have other types."""
        branches = [{"const": "auto"}, {"type": "integer", "minimum": 1}, {"enum": [1, 0, "a"]},
                    {"type": "array", "items": self.scalar()}, {"minimum": 3}, self.pick_definition(),
                    {"required": ["a"]}]
        made = {self.dice.choice(["anyOf", "oneOf"]): self.dice.sample(branches, self.dice.randrange(2, 4))}
        made["type"] = self.dice.choice(["integer", "array", "object", "string", ["integer", "null"]])
        if self.chance(30):
            made.update({"properties": {"a": self.scalar()}, "required": ["a"]})
        return made

    def siblings(self, depth):
        """A reference to an object with further keywords about objects."""
        made = self.pick_definition()
        new = {"z": self.scalar()}
        made.update(self.dice.choice([
            {"properties": new}, {"properties": new, "required": ["z"]}, {"required": ["z"]},
            {"additionalProperties": self.dice.choice([True, self.scalar()])},
            {"anyOf": [{"properties": new, "required": ["z"]}, {"properties": {"y": self.scalar()}, "required": ["y"]}]},
            {"if": {"required": ["a"]}, "then": {"properties": new, "required": ["z"]}}]))
        return made

    def new_names(self, _depth):
        """Names that only a condition, or what depends on another name, lists."""
        made = dict(self.object_part(), type="object")
        made.setdefault("properties", {})["kind"] = {"enum": ["a", "b"]}
        new = {"properties": {"z": self.scalar()}}
        if self.chance(60):
            new["required"] = ["z"]
        made.update(self.dice.choice([
            {"if": {"properties": {"kind": {"const": "a"}}}, "then": new, "else": {"properties": {"y": self.scalar()}}},
            {"allOf": [{"if": {"required": ["kind"]}, "then": new}]},
            {"dependentSchemas": {"kind": new}}, {"dependentRequired": {"kind": ["z"]}}]))
        return made

    def two_unions(self, _depth):
        """`anyOf` next to `oneOf`, each with names."""
        def branches(*names):
            return [{"properties": {name: self.scalar()}, "required": [name]} for name in names]
        made = {"type": "object", "anyOf": branches("a", "b"), "oneOf": branches("c", "d")}
        if self.chance(30):
            made["properties"] = {"own": self.scalar()}
        return made
