"""WeasyPrint is loaded without what it hardly ever needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from pathlib import Path
from threadbound.writers import fonts, pdf_library
fonts.activate(Path(sys.argv[1]))
library = pdf_library.weasyprint()
assert not set(sys.modules) & set(pdf_library.RARELY_NEEDED), "they were loaded"
from weasyprint.pdf import fonts as asking
options, varied = asking.subset.Options, asking.instantiateVariableFont
from fontTools import subset
from fontTools.varLib import instancer
assert options is subset.Options
instancer.instantiateVariableFont = lambda font, place, *, inplace: (font, place, inplace)
assert varied("font", {"wght": 400}, inplace=True) == ("font", {"wght": 400}, True)
"""


def test_what_it_hardly_needs_is_loaded_when_it_is_asked_for(cache: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(cache)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
