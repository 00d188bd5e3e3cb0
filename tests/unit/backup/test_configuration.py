from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.backup import configuration
from threadbound.backup.configuration import TABLES, find, layer, read
from threadbound.backup.layers import Layer, flat, joined, sources
from threadbound.backup.retention import Keep
from threadbound.errors import BadConfiguration, ExitCode

SMALLEST = """library = "my-threads"
[[inbox]]
path = "saved"          # folder or glob
mode = "copy"           # or "move"
[[destination]]
path = "/mnt/backup/threads"
"""
EVERYTHING = """
library = "~/threads"
on-failure = "mail -s broken me"
notify_command = ["notify-send", "done"]
ping = "https://hc.example/uuid"
[[inbox]]
path = "saved/**/*.html"
[[addresses]]
path = "wanted.txt"
wait = 10
[[destination]]
path = "/mnt/one"
retention = { keep-last = 3 }
[retention]
keep-daily = 7
keep_weekly = 4
[defaults]
formats = ["pdf"]
page-size = "a5"
[author.Perpetua-Binds]
formats = ["epub"]
theme = "sans"
css = "own.css"
[[product]]
of = "author"
formats = ["epub"]
[fetch]
wayback = true
[verify]
sample = "2.5%"
"""


def _written(folder: Path, text: str) -> Path:
    file = folder / "threadbound.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_smallest_configuration_works_as_it_stands(tmp_path: Path) -> None:
    found = read(_written(tmp_path, SMALLEST))
    assert found.library == tmp_path / "my-threads"
    assert [(each.path, each.mode) for each in found.settings.inbox] == [(str(tmp_path / "saved"), "copy")]
    assert [each.path for each in found.settings.destination] == ["/mnt/backup/threads"]
    assert found.settings.retention == Keep()


def test_every_table_is_read_and_hyphens_are_underscores(tmp_path: Path) -> None:
    settings = read(_written(tmp_path, EVERYTHING)).settings
    assert settings.library == str(Path("~/threads").expanduser())
    assert settings.on_failure == "mail -s broken me"
    assert settings.notify_command == ["notify-send", "done"]
    assert settings.retention == Keep(keep_daily=7, keep_weekly=4)
    assert settings.destination[0].retention == Keep(keep_last=3)
    assert settings.author["Perpetua-Binds"].css == str(tmp_path / "own.css")
    assert settings.author["Perpetua-Binds"].theme == "sans"
    assert settings.defaults.page_size == "a5"
    assert settings.inbox[0].path == str(tmp_path / "saved/**/*.html")


REFUSED = {
    "libary = 'x'": "unknown key libary at the top, above every table; did you mean library?",
    "library = 'x'\n[[inbox]]\npath = 's'\nmod = 'copy'": r"unknown key mod in \[inbox\]; did you mean mode?",
    "library = 'x'\n[[inbox]]\npath = 's'\nlibrary = 'y'": "unknown key library in .inbox.; it belongs at the top",
    "library = 'x'\n[retention]\nkeep-dayly = 3": r"unknown key keep_dayly in \[retention\]; did you mean keep_daily?",
    "library = 'x'\n[retention]\nkeep-daily = 'many'": "keep_daily: expected a whole number, got text in quotes",
    "library = 'x'\n[retention]\nkeep-daily = -1": "keep_daily: expected a whole number >= 0",
    "library = 'x'\n[author.a]\nformats = ['doc']": "author.*unknown value doc; known are epub, pdf",
    "library = 'x'\n[[inbox]]\npath = 's'\nmode = 'steal'": "inbox 1.mode: unknown value steal; known are copy, move",
    "library = 'x'\n[[product]]\nof = 'authors'": r"1.of: unknown value authors; did you mean author\?; known are",
    "library = 'x'\n[fetch]\njobs = 0": "fetch.jobs: expected a whole number >= 1",
    "library = 'x'\n[verify]\nsample = '200%'": "verify.sample: ",
    "library = 'x'\nping = 'ftp://x'": "ping: ",
    "[retention]": "the key library is missing",
    "library = ": "no TOML: ",
    "library = 3": "library: expected text in quotes, got a whole number",
    "library = ''": "library: expected text in quotes of length >= 1",
    "library = 'x'\ninbox = 'saved'": "inbox: expected a list, got text in quotes",
    "library = 'x'\nauthor = 3": "author: expected a table",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    file = _written(tmp_path, text)
    with pytest.raises(BadConfiguration, match=REFUSED[text]) as caught:
        read(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == ExitCode.CONFIGURATION == 9


def test_bytes_that_are_no_text_and_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe library")
    with pytest.raises(BadConfiguration, match=r"x\.toml: no TOML"):
        read(tmp_path / "x.toml")
    with pytest.raises(BadConfiguration, match=r"no such file.*config init"):
        read(tmp_path / "absent.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * (configuration.MAX_BYTES + 1))
    with pytest.raises(BadConfiguration, match="larger than any"):
        read(tmp_path / "large.toml")


def test_the_files_are_found_widest_first(tmp_path: Path) -> None:
    wider = [tmp_path / name for name in ("system.toml", "user.toml")]
    with pytest.raises(BadConfiguration, match=r"none found \(looked for .*absent.*user.*system.*config init"):
        find(None, tmp_path / "absent.toml", wider)
    for place in wider:
        place.write_text("")
    assert find(None, tmp_path / "absent.toml", wider) == wider
    assert find(tmp_path / "named.toml", tmp_path / "absent.toml", wider) == [*wider, tmp_path / "named.toml"]
    assert find(wider[1], tmp_path / "absent.toml", wider) == wider
    here = _written(tmp_path, SMALLEST)
    assert find(None, here, wider) == [*wider, here]


def test_a_narrower_file_holds_before_a_wider_one_and_a_library_keeps_what_belongs_to_it(tmp_path: Path) -> None:
    wide = tmp_path / "wide" / "config.toml"
    wide.parent.mkdir()
    wide.write_text(
        'library = "all"\n[[inbox]]\npath = "wide"\n[[product]]\nof = "thread"\nformats = ["pdf"]\n'
        '[retention]\nkeep_daily = 7\n[fetch]\nresources = ["pictures"]\njobs = 2\n[author.Mara]\ntheme = "sans"\n'
    )
    narrow = _written(tmp_path, SMALLEST + '[fetch]\njobs = 3\n[author.Mara]\nstyle = "posts"\n')
    found = read(wide, narrow)
    assert found.library == tmp_path / "my-threads"
    assert [each.path for each in found.settings.inbox] == [str(tmp_path / "saved")]
    assert (found.settings.product, found.settings.retention) == ((), Keep(keep_daily=7))
    assert (found.settings.fetch.jobs, found.settings.fetch.resources) == (3, (str(tmp_path / "wide" / "pictures"),))
    assert (found.settings.author["Mara"].theme, found.settings.author["Mara"].style) == ("sans", "posts")
    assert {name: found.sources[name] for name in ("fetch.jobs", "retention.keep_daily")} == {
        "fetch.jobs": narrow,
        "retention.keep_daily": wide,
    }
    assert "product.1.of" not in found.sources
    narrow.write_text("[fetch]\njobs = 3\n")
    found = read(wide, narrow)
    assert found.library == tmp_path / "wide" / "all"
    assert [each.of for each in found.settings.product] == ["thread"]


def test_what_is_wrong_is_said_of_the_file_that_says_it(tmp_path: Path) -> None:
    wide, narrow = tmp_path / "config.toml", _written(tmp_path, SMALLEST)
    wide.write_text("[fetch]\njobs = 0\n")
    with pytest.raises(BadConfiguration, match=r"config\.toml: fetch\.jobs: "):
        read(wide, narrow)
    wide.write_text("[fetch]\njbos = 1\n")
    with pytest.raises(BadConfiguration, match=r"config\.toml: unknown key jbos in \[fetch\].*jobs"):
        read(wide, narrow)


def test_every_line_of_a_configuration_is_shown(tmp_path: Path) -> None:
    file = _written(tmp_path, EVERYTHING)
    lines = dict(flat(layer(file).given))
    assert lines["inbox.1.path"] == str(tmp_path / "saved/**/*.html")
    assert lines["author.Perpetua-Binds.theme"] == "sans"
    assert read(file).sources == dict.fromkeys(lines, file)


KEYS = sorted({key for record in TABLES.values() for key in record.__struct_fields__} | {"x", "a-b", "*"})
VALUES = st.recursive(
    st.sampled_from([0, -1, True, "", "x", 1.5, float("nan")]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
def test_whatever_toml_holds_is_read_or_refused_in_words(found: dict[str, object]) -> None:
    file = Path("threadbound.toml")
    given_keys = configuration._underscored(found, ())
    with contextlib.suppress(BadConfiguration):
        for where, table in configuration._tables(given_keys, ()):
            configuration._refuse_unknown(file, where, table)
        layers = [Layer(file, configuration._with_absolute_paths(given_keys, Path(place))) for place in ("/x", "/y")]
        configuration._converted(file, sources(layers), joined(layers))


@pytest.mark.parametrize(
    ("inbox", "library", "destination"),
    [
        (".", "lib", "/d"),
        ("in", "in/lib", "/d"),
        ("lib/in", "lib", "/d"),
        ("in", "lib", "in/d"),
        ("in", "lib", "lib/d"),
        ("in", "lib", "lib"),
    ],
)
def test_folders_that_lie_one_in_the_other_are_refused(
    tmp_path: Path, inbox: str, library: str, destination: str
) -> None:
    text = f'library = "{library}"\n[[inbox]]\npath = "{inbox}"\n[[destination]]\npath = "{destination}"\n'
    with pytest.raises(BadConfiguration, match="lie one in the other"):
        read(_written(tmp_path, text))
