from __future__ import annotations

import pytest

from threadbound.checks.report import CheckReport, Finding


def test_a_report_without_findings_is_well() -> None:
    assert CheckReport().ok
    assert not CheckReport((Finding("post.missing", "no", "post 3"),)).ok


def test_a_finding_says_what_and_where() -> None:
    assert str(Finding("post.missing", "the post is gone", "post 3")) == "the post is gone (post 3)"
    assert str(Finding("file.broken", "half a file")) == "half a file"


def test_unknown_codes_are_bugs() -> None:
    with pytest.raises(ValueError, match="no such finding code"):
        Finding("post.strange", "")
