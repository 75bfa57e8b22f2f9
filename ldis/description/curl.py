"""A call as a line for the shell, for people who try the API out by hand. Pure."""

import json
import shlex
from urllib.parse import quote, urlencode

from ldis.description.examples import Example

NEXT_LINE = " \\\n  "


def as_curl(method: str, path: str, example: Example, *, address: str) -> str:
    """The example of a call, ready to be pasted once the shell knows the key: export KEY=ldis_..."""
    where = path
    asked = dict(example.parameters)
    for name in example.parameters:
        if f"{{{name}}}" in where:
            where = where.replace(f"{{{name}}}", quote(asked.pop(name)))
    query = f"?{urlencode(asked)}" if asked else ""
    parts = [f"curl {shlex.quote(address.rstrip('/') + where + query)}", '-H "Authorization: Bearer $KEY"']
    if example.body is not None:
        name = f"job-20261122-{path.rpartition('/')[2]}"  # for each call another, so that all can be tried
        parts += ["-H 'Content-Type: application/json'", f"-H 'Idempotency-Key: {name}'"]
        parts += ["-X PUT"] if method == "put" else []
        parts += [f"-d {shlex.quote(json.dumps(example.body, ensure_ascii=False, indent=2))}"]
    elif example.files:
        parts += [f"-F {name}=@{shlex.quote(file)}" for name, file in example.files.items()]
    elif method != "get":
        parts.insert(1, f"-X {method.upper()}")
    return NEXT_LINE.join(parts)
