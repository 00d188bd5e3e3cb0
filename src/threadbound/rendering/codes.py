"""QR codes: an address that a reader of paper can follow. The only module that imports segno.

Before: an address. After: a PNG of black and white, the same bytes for the same address.
"""

from __future__ import annotations

import io

#: Bytes that a code of any use can hold: more makes its squares too small to be read from paper.
LONGEST = 300
#: Pixels of one square; and squares of white round all, of which the standard wants four (ISO/IEC 18004, 9.1).
SCALE, QUIET = 8, 4


def is_codable(url: str) -> bool:
    """Whether a code of ``url`` could be read."""
    return 0 < len(url.encode()) <= LONGEST


def draw_code(url: str) -> bytes:
    """A QR code as a PNG."""
    import segno  # noqa: PLC0415 - few threads have a clip

    out = io.BytesIO()
    segno.make_qr(url, error="m").save(out, kind="png", scale=SCALE, border=QUIET)
    return out.getvalue()
