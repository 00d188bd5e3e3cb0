"""Whatever a template prints is escaped as Jinja's own way escapes it, and holds nothing that XML forbids."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, UndefinedError
from markupsafe import Markup

from threadbound.rendering.printing import environment, printable

VALUES = st.one_of(
    st.text(), st.integers(), st.none(), st.booleans(), st.floats(), st.text().map(Markup.escape), st.lists(st.text())
)


@pytest.fixture(scope="module", params=[True, False])
def ours(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return environment((tmp_path_factory.mktemp("theme"),), None, is_own=request.param)


@settings(deadline=None)
@given(value=VALUES)
def test_a_value_is_printed_as_jinja_prints_it(value: object, ours: Environment) -> None:
    theirs = Environment(autoescape=True, finalize=printable)
    for source in (
        "<p>{{ value }}</p>",
        "{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(value) }}{{ m(m(value)) }}",
        "{% if value %}{{ value }}{% endif %}{{ '<' if value }}{{ value | string }}{{ value ~ '<' }}",
        "{% autoescape false %}{{ value }}{% endautoescape %}{{ value }}",
        "{% set held %}{{ value }}{% endset %}{{ held }}",
    ):
        assert ours.from_string(source).render(value=value) == theirs.from_string(source).render(value=value)


MACROS = (
    "{% macro one(x) %}<{{ x }}>{% endmacro %}{% macro two(x, y='&') %}{{ one(x) }}{{ y }}{% endmacro %}"
    "{% macro more(x) %}{{ x }}{{ varargs }}{% endmacro %}{% macro named(x) %}{{ x }}{{ kwargs }}{% endmacro %}"
    "{% macro round(x) %}[{{ caller(x) }}]{% endmacro %}"
)


@pytest.mark.parametrize(
    "calls",
    [
        "{{ one(value) }}{{ one(x=value) }}{{ two(value) }}{{ two(value, '<') }}{{ two(y=1, x=value) }}",
        "{{ more(value, 1, '<') }}{{ named(value, z='<') }}{% call(x) round(value) %}<b>{{ x }}</b>{% endcall %}",
        "{% for x in [value, '<'] %}{{ one(x) }}{{ loop.index }}{{ two(one(x)) }}{% endfor %}",
        "{% block b %}{{ two(value) }}{% endblock %}{{ one('a').upper() }}{{ range(3) | list }}",
        "{% autoescape false %}{{ one(value) }}{% endautoescape %}{{ one(value) }}",
    ],
)
@settings(deadline=None)
@given(value=st.one_of(st.text(), st.text().map(Markup.escape), st.none()))
def test_a_macro_is_called_as_jinja_calls_it(calls: str, value: object, ours: Environment) -> None:
    theirs = Environment(autoescape=True, finalize=printable)
    assert ours.from_string(MACROS + calls).render(value=value) == theirs.from_string(MACROS + calls).render(
        value=value
    )


@pytest.mark.parametrize("calls", ["{{ one() }}", "{{ one(1, 2) }}", "{{ one(1, x=1) }}", "{{ one(1, z=1) }}"])
def test_a_macro_that_is_called_wrongly_says_so(calls: str, ours: Environment) -> None:
    with pytest.raises((TypeError, UndefinedError)):
        ours.from_string(MACROS + calls).render()


def test_what_is_not_there_is_an_error_and_no_gap(ours: Environment) -> None:
    with pytest.raises(UndefinedError):
        ours.from_string("{{ nothing }}").render()
    assert ours.from_string("{{ 'x' if false }}").render() == ""


def test_compiled_templates_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text("<b>{{ x }}</b>")
    for _ in range(2):
        made = environment((tmp_path,), tmp_path / "cache", is_own=False).get_template("a.j2").render(x="<")
        assert made == "<b>&lt;</b>"
    assert len(list((tmp_path / "cache" / "templates").glob("??/*"))) == 1


def test_compiled_templates_that_were_altered_are_compiled_again(tmp_path: Path) -> None:
    for name, text in (("a.j2", "<b>{{ x }}</b>"), ("b.j2", "<i>{{ x }}</i>")):
        (tmp_path / name).write_text(text)

    def made() -> list[str]:
        ours = environment((tmp_path,), tmp_path / "cache", is_own=False)
        return [ours.get_template(name).render(x=1) for name in ("a.j2", "b.j2")]

    whole = made()
    first, second = (tmp_path / "cache" / "templates").glob("??/*")
    one, two = first.read_bytes(), second.read_bytes()
    for damage in ((two, one), (one.replace(b"<b>", b"<u>"), two.replace(b"<i>", b"<u>")), (b"", one[:99])):
        for place, data in zip((first, second), damage, strict=True):
            place.write_bytes(data)
        assert made() == whole
        assert {first.read_bytes(), second.read_bytes()} == {one, two}
