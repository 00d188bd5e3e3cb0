"""Thread ⇄ JSON: the public interface documented by ``thread.schema.json``.

Before: a :class:`Thread`. After: a JSON object that holds all of it, and beside it what a reader of the JSON should not
have to compute: ``schema``, the ``link_map``, each post's ``text`` and ``links``. Decoding ignores those and any field
it does not know (fields are only ever added). ``decode(encode(thread)) == thread``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from threadbound.model.text import Link, plain_text
from threadbound.model.thread import Post, Thread

#: Name and version of the JSON's shape.
SCHEMA = "threadbound.thread/1"
SCHEMA_FILE = Path(__file__).with_name("thread.schema.json")
#: The shape of :func:`link_map`.
LINK_MAP = {
    "type": "array",
    "description": "Links as the page shows them, and their full targets; those that it shows in full are not here.",
    "items": {
        "type": "object",
        "properties": {"short": {"type": "string"}, "target": {"type": "string"}},
        "required": ["short", "target"],
    },
}
#: Fields of a post that are written only where there is something to say.
SELDOM = ("wordings", "capture")


def to_builtins(thread: Thread) -> dict[str, Any]:
    """The thread as plain dicts, lists and strings; keys in a fixed order."""
    posts = [_post(post) for post in thread.posts]
    rest = msgspec.to_builtins(msgspec.structs.replace(thread, posts=()))
    return {"schema": SCHEMA, **rest, "posts": posts, "link_map": link_map(thread)}


def _post(post: Post) -> dict[str, Any]:
    """A post; what only a thread of several captures can have is there where it has it."""
    data = {**msgspec.to_builtins(post), "text": post.text, "links": list(post.links)}
    data["wordings"] = [{**msgspec.to_builtins(each), "text": plain_text(each.body)} for each in post.wordings]
    for name in SELDOM:
        if not data[name]:
            del data[name]
    return data


def link_map(thread: Thread) -> list[dict[str, str]]:
    """Each link that the page shows otherwise than as its full target, in order, each pair once.

    It is a list, since a page may shorten two targets to the same words.
    """
    said = (body for post in thread.posts for body in (post.body, *(each.body for each in post.wordings)))
    links = [node for body in said for node in body if isinstance(node, Link)]
    pairs = dict.fromkeys((link.text, link.url) for link in links if link.text and link.text != link.url)
    return [{"short": short, "target": target} for short, target in pairs]


def encode(thread: Thread, *, indent: int = 0) -> bytes:
    """The thread as UTF-8 JSON; on one line unless ``indent`` is given."""
    data = msgspec.json.encode(to_builtins(thread))
    return msgspec.json.format(data, indent=indent) if indent else data


def decode(data: bytes) -> Thread:
    """The thread in ``data``.

    Raises:
        msgspec.ValidationError: the JSON is not a thread of this schema.
    """
    return msgspec.json.decode(data, type=Thread)


def schema() -> dict[str, Any]:
    """The JSON Schema of :func:`encode`'s output, as the package ships it."""
    return msgspec.json.decode(SCHEMA_FILE.read_bytes(), type=dict[str, Any])


def make_schema() -> bytes:
    """The JSON Schema as the model says it must be: what ``thread.schema.json`` holds (``make schema`` writes it)."""
    (reference,), parts = msgspec.json.schema_components([Thread], ref_template="#/$defs/{name}")
    name = reference["$ref"].rsplit("/", 1)[1]
    thread, post = parts[name], parts["Post"]
    thread["properties"] = {"schema": {"const": SCHEMA}, **thread["properties"], "link_map": LINK_MAP}
    post["properties"] |= {
        "text": {"type": "string", "description": "The words, line feeds between lines, each link as its full target."},
        "links": {"type": "array", "items": {"type": "string"}, "description": "Targets of the links, each once."},
    }
    parts["Wording"]["properties"]["text"] = {"type": "string", "description": "Like the text of a post."}
    said = {"saved_as_said"}  # left out where nobody said anything
    for part in parts.values():  # everything is written, so everything can be relied on; these leave out the unknown
        if part not in (parts["Media"], parts["Found"]) and "anyOf" not in part:
            part["required"] = [name for name in part["properties"] if name not in said]
    post["required"] = [name for name in post["required"] if name not in SELDOM]
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A thread as Threadbound keeps it",
        **reference,
        "$defs": parts,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"
