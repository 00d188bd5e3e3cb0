"""Templates of the user's run in a sandbox, and say where they are wrong."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader

from threadbound.book.build import Binding, build
from threadbound.errors import BadConfiguration
from threadbound.media.pictures import Pictures
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.rendered import RenderedBook
from threadbound.rendering.theme import load

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))


def printed(tmp_path: Path, template: bytes, name: str = "print.html.j2") -> RenderedBook:
    folder = tmp_path / "mine"
    folder.mkdir(exist_ok=True)
    (folder / "theme.toml").write_text('base = "serif"')
    (folder / name).write_bytes(template)
    book = build((SAMPLES["thread"](SAMPLES["post"](1, "Words.")),), Binding("Threadbound 1", "2022-03-01T10:20:30Z"))
    return render(book, Pictures(), Rendering(load(str(folder)), "print", "Threadbound 1", cache=tmp_path / "cache"))


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (b"\n{% if %}", r"print\.html\.j2: line 2: Expected an expression"),
        (b"{{ book.title | shout }}", r"print\.html\.j2: line 1: No filter named 'shout'"),
        (b"\n\n{{ nope.x }}", r"print\.html\.j2: line 3: 'nope' is undefined"),
        (b"{{ 1 / 0 }}", r"print\.html\.j2: line 1: ZeroDivisionError"),
        (b"{{ book.title + 1 }}", r"print\.html\.j2: line 1: TypeError"),
        (b"\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", r"print\.html\.j2: line 2: RecursionError"),
        (b"{% include 'none.j2' %}", r"print\.html\.j2: line 1: .*none\.j2"),
        (b"{% include '../theme.toml' %}", r"print\.html\.j2: line 1: .*theme\.toml"),
        (b"{% include '/etc/passwd' %}", r"print\.html\.j2: line 1: .*passwd"),
        (b"\xff", r"--theme .*mine: UnicodeDecodeError"),
    ],
)
def test_a_template_that_cannot_be_used_is_said_with_its_line(template: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=said):
        printed(tmp_path, template)


def test_a_template_of_ours_may_stand_on_one_of_the_users(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=r"blocks\.html\.j2: line 1: 'nope' is undefined"):
        printed(tmp_path, b"{{ nope.x }}", "blocks.html.j2")


def test_what_was_compiled_without_a_sandbox_is_not_used(tmp_path: Path) -> None:
    escape = b"{{ cycler.__init__.__globals__.os.getpid() }}"
    folder, cache = tmp_path / "mine", tmp_path / "cache" / "templates"
    folder.mkdir()
    cache.mkdir(parents=True)
    (folder / "print.html.j2").write_bytes(escape)
    free = Environment(
        loader=FileSystemLoader(folder), bytecode_cache=FileSystemBytecodeCache(str(cache)), autoescape=True
    )
    assert free.get_template("print.html.j2").render().isdigit()
    for _ in range(2):  # as compiled now, and as compiled before
        with pytest.raises(BadConfiguration, match=r"line 1: access to attribute '__init__'.*unsafe"):
            printed(tmp_path, escape)
    assert len(list(cache.glob("??/*"))) == 1
