"""Types read more quickly are the same types."""

from __future__ import annotations

import cffi
import pytest

from threadbound.writers.c_types import name_fewer

SOURCE = "typedef int colour; typedef struct { colour red; int n; } box; typedef box *boxes; int paint(boxes);"
TYPES = ["colour", "colour *", "box[]", "boxes", "box *(*)(colour, boxes)", "unsigned int *", "uint8_t[4]"]


def made(*, fewer: bool) -> cffi.FFI:
    ffi = cffi.FFI()
    ffi.cdef(SOURCE)
    if fewer:
        name_fewer(ffi)
    return ffi


@pytest.mark.parametrize("name", TYPES)
def test_a_type_is_what_it_was(name: str) -> None:
    assert str(made(fewer=True).typeof(name)) == str(made(fewer=False).typeof(name))


def test_declarations_come_and_go_as_before() -> None:
    ffi = made(fewer=True)
    ffi.cdef("typedef boxes more;")
    assert str(ffi.typeof("more")) == str(ffi.typeof("boxes"))
    with pytest.raises(cffi.CDefError):
        ffi.typeof("nowhere *")
    assert str(ffi.typeof("colour *")) == "<ctype 'int *'>"


def test_another_cffi_is_left_alone() -> None:
    name_fewer(object())
