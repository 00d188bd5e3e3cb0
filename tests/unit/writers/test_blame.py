"""What WeasyPrint cannot do is laid to the user's sheets, if there are any and it is WeasyPrint that fails."""

from __future__ import annotations

from types import FunctionType

import pytest

from threadbound.errors import BadConfiguration, CheckFailed, ThreadboundError
from threadbound.writers.blame import blamed
from threadbound.writers.writer import Uncovered

BOTH = ["--theme a", "--css b"]


def fail() -> None:
    raise TypeError


#: As a function of WeasyPrint would; itself it is imported only when the fonts are known.
weasyprint_fails = FunctionType(fail.__code__, {"__name__": "weasyprint.layout", "TypeError": TypeError})


@pytest.mark.parametrize("error", [KeyError("x"), OSError(28, "full"), CheckFailed("c"), Uncovered(frozenset("x"))])
def test_what_is_not_weasyprints_passes(error: Exception) -> None:
    with pytest.raises(type(error)), blamed(["--css x"]):
        raise error


def test_without_a_sheet_nobody_else_is_blamed() -> None:
    with pytest.raises(TypeError), blamed([]):
        weasyprint_fails()
    with pytest.raises(ThreadboundError) as caught, blamed([]):
        raise ThreadboundError("left out")
    assert caught.type is ThreadboundError


def test_the_sheets_are_named() -> None:
    with pytest.raises(BadConfiguration, match=r"^--theme a and --css b: WeasyPrint cannot .*TypeError"), blamed(BOTH):
        weasyprint_fails()
    with pytest.raises(BadConfiguration, match=r"^--css b: left out$"), blamed(["--css b"]):
        raise ThreadboundError("left out")
