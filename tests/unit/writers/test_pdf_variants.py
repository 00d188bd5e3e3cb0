"""The variants that can be asked for on the command line."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from threadbound import batch
from threadbound.cli.app import run
from threadbound.errors import UsageError
from threadbound.options import BindOptions, FetchOptions
from threadbound.writers import pdf_variants


def pages(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return " ".join(page.get_textpage().get_text_range().replace("\r\n", " ") for page in document)


@pytest.mark.parametrize("name", pdf_variants.VARIANTS)
def test_the_colophon_says_what_the_file_is(name: str, example: Path, tmp_path: Path) -> None:
    variant, path = pdf_variants.VARIANTS[name], tmp_path / "b.pdf"
    attach = [] if variant.carries else ["--attach", "none"]
    assert run(["pdf", "-q", str(example), "-o", str(path), "--pdf-variant", name.upper(), *attach]) == 0
    words = pages(path)
    claims = {each.standards for each in pdf_variants.VARIANTS.values() if each.standards and each.standards in words}
    assert variant.standards in claims or not variant.standards
    assert all(claim in variant.standards for claim in claims)
    with pikepdf.open(path) as pdf:
        assert bool(pdf.attachments) == variant.carries


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--pdf-variant", "pdf/a3b"], "did you mean pdf/a-3b?"),
        (["--pdf-variant", "zzz"], "there are pdf/a-3a"),
        (["--pdf-variant", "pdf/a-1b"], "did you mean"),
        (["--pdf-variant", ""], "it is empty"),
        (["--pdf-variant", "pdf/a-2u"], "give --attach none to leave it out, or --pdf-variant pdf/a-3u"),
        (["--pdf-variant", "pdf/a-2b", "--attach", "json"], "give --attach none"),
    ],
)
def test_what_cannot_be_made_is_wrong_usage(
    options: list[str], told: str, example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["pdf", str(example), "-d", str(tmp_path), *options]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not list(tmp_path.glob("*.pdf"))


def test_an_epub_has_no_variant(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["epub", str(example), "--pdf-variant", "pdf"]) == 2
    assert "--pdf-variant" in capsys.readouterr().err


def test_the_writer_refuses_evidence_too(example: Path, cache: Path, tmp_path: Path) -> None:
    options = BindOptions(
        "pdf", tmp_path / "b.pdf", pdf_variant="pdf/a-2b", cache_dir=cache, fetch=FetchOptions(offline=True)
    )
    report = batch.bind([str(example)], options)
    assert isinstance(report.failures[0].error, UsageError)
    assert not (tmp_path / "b.pdf").exists()


def test_the_help_names_every_variant_and_the_default_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pdf", "--help"]) == 0
    words = "".join(capsys.readouterr().out.split())
    assert all(name in words for name in pdf_variants.VARIANTS)
    assert BindOptions("pdf").pdf_variant == pdf_variants.DEFAULT
