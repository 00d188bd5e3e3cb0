"""The public JSON holds a thread exactly, obeys its schema, and tidying loses no word."""

from __future__ import annotations

import json
import runpy
from itertools import pairwise
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadbound.model import codec
from threadbound.model.text import Break, Inline, Text, plain_text, tidy
from threadbound.model.thread import Thread

SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))
VALID = SAMPLES["valid_text"]()
VALIDATOR = jsonschema.Draft202012Validator(codec.schema())


@settings(max_examples=50, deadline=None)
@given(SAMPLES["threads"](VALID))
def test_decoding_gives_back_the_thread(thread: Thread) -> None:
    assert codec.decode(codec.encode(thread)) == thread
    assert codec.decode(codec.encode(thread, indent=2)) == thread


@settings(max_examples=30, deadline=None)
@given(SAMPLES["threads"](VALID))
def test_the_json_obeys_its_schema(thread: Thread) -> None:
    VALIDATOR.validate(json.loads(codec.encode(thread)))


def test_one_thread_is_one_line_and_names_its_schema() -> None:
    data = codec.encode(SAMPLES["thread"](SAMPLES["post"](1, "One\u2028line", Break(), "and\ttwo")))
    assert len(data.splitlines()) == 1
    assert json.loads(data)["schema"] == codec.SCHEMA


def test_the_shipped_schema_is_the_model_s_and_a_schema() -> None:
    shipped = Path(codec.__file__).with_name("thread.schema.json")
    assert shipped.read_bytes() == codec.make_schema(), "run `make schema`"
    jsonschema.Draft202012Validator.check_schema(codec.schema())


def test_the_schema_refuses_what_is_no_thread() -> None:
    broken = json.loads(codec.encode(SAMPLES["thread"](SAMPLES["post"](1, "Words"))))
    broken["posts"][0]["body"] = "Words"
    assert not VALIDATOR.is_valid(broken)
    with pytest.raises(msgspec.ValidationError):
        codec.decode(json.dumps(broken).encode())


BODIES = st.lists(SAMPLES["inlines"](st.text(st.sampled_from(" \t\nab🧵\u00a0"), max_size=5)), max_size=9)


@given(BODIES)
def test_tidying_twice_changes_nothing_more(nodes: list[Inline]) -> None:
    once = tidy(nodes)
    assert tidy(once) == once


@given(BODIES)
def test_tidying_keeps_every_word_in_order(nodes: list[Inline]) -> None:
    assert "".join(plain_text(tidy(nodes)).split()) == "".join(plain_text(nodes).split())
    assert [n for n in tidy(nodes) if not isinstance(n, Text | Break)] == [
        n for n in nodes if not isinstance(n, Text | Break)
    ]


@given(BODIES)
def test_a_tidy_body_has_no_loose_ends(nodes: list[Inline]) -> None:
    body = tidy(nodes)
    assert not any(isinstance(node, Break) for node in body[:1] + body[-1:])
    assert all(node.text for node in body if isinstance(node, Text))
    assert not any(isinstance(a, Text) and isinstance(b, Text) for a, b in pairwise(body))
