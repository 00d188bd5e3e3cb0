"""Threadbound: saved thread pages bound into books that last.

Before: a page that somebody saved. After: a PDF or an EPUB that holds every word, picture, link and date of it.
The order of the work is written in :mod:`threadbound.pipeline`.
"""

from __future__ import annotations

__version__ = "0.1.0"
