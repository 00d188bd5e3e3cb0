"""What the environment says: XDG folders, proxies and SOURCE_DATE_EPOCH. Read here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from threadbound.errors import UsageError
from threadbound.options import Authorities

#: A zip file, and so an EPUB, can name no earlier time.
FIRST_YEAR = 1980
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def cache_dir() -> Path:
    """The folder for what can be made again: ``$XDG_CACHE_HOME/threadbound`` or the system's like."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - not for --help

    return user_cache_path("threadbound", appauthor=False)


def source_date() -> str | None:
    """SOURCE_DATE_EPOCH as ISO 8601 with ``Z`` (reproducible-builds.org, "SOURCE_DATE_EPOCH specification").

    Raises:
        UsageError: it is no number of seconds, or of a time that no product can name.
    """
    value = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not value:
        return None
    try:
        moment = datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        moment = None
    if moment is None or moment.year < FIRST_YEAR:
        needed = f"a number of seconds since 1970, for a time from {FIRST_YEAR} to 9999"
        raise UsageError(f"SOURCE_DATE_EPOCH must be {needed}, not {value[:40]!r}")
    return moment.isoformat().replace("+00:00", "Z")


def proxies() -> Callable[[str], str | None]:
    """What gives the proxy for an address, by ``http_proxy``, ``https_proxy``, ``all_proxy`` and ``no_proxy``."""

    @cache
    def known() -> dict[str, str]:
        from urllib.request import getproxies  # noqa: PLC0415 - not for --help

        return getproxies()

    def proxy_for(url: str) -> str | None:
        if not known().keys() - {"no"}:
            return None
        from urllib.parse import urlsplit  # noqa: PLC0415 - not for --help
        from urllib.request import proxy_bypass  # noqa: PLC0415 - not for --help

        parts = urlsplit(url)
        return None if proxy_bypass(parts.netloc) else known().get(parts.scheme) or known().get("all")

    return proxy_for


def authorities() -> Authorities:
    """SSL_CERT_FILE and SSL_CERT_DIR.

    Raises:
        UsageError: what they name is not there: who pins an authority must not be given others instead.
    """
    file, folder = (Path(value) if (value := os.environ.get(name, "")) else None for name in CERTIFICATES)
    if (file and not file.is_file()) or (folder and not folder.is_dir()):
        raise UsageError(f"{' and '.join(CERTIFICATES)} must name a file and a folder that are there")
    return Authorities(file, folder)


def offline() -> bool:
    """Whether THREADBOUND_OFFLINE says that no connection may be opened, as the option of that name reads it."""
    return os.environ.get("THREADBOUND_OFFLINE", "").strip().lower() in {"1", "true", "t", "yes", "y", "on"}


def no_color() -> bool:
    """Whether NO_COLOR is set to anything (no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))
