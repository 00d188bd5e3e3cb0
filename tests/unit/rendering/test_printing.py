"""Whatever a template prints is escaped as Jinja's own way escapes it, and holds nothing that XML forbids."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
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


def test_what_is_not_there_is_an_error_and_no_gap(ours: Environment) -> None:
    with pytest.raises(UndefinedError):
        ours.from_string("{{ nothing }}").render()
    assert ours.from_string("{{ 'x' if false }}").render() == ""


def test_compiled_templates_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text("<b>{{ x }}</b>")
    for _ in range(2):
        made = environment((tmp_path,), tmp_path / "cache", is_own=False).get_template("a.j2").render(x="<")
        assert made == "<b>&lt;</b>"
    assert len(list((tmp_path / "cache" / "templates").iterdir())) == 1
