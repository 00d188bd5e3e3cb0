"""WeasyPrint made quicker where books spend their time: every patch of that kind, each with its reason.

Before: WeasyPrint lays out and draws as it comes. After :func:`install`: the same, but what is the same for many
pieces, pages or texts is worked out once a process, what is done with goes at once, and no byte of what is made is
changed. With a WeasyPrint or pydyf of another version than :data:`KNOWN` nothing is changed: a patch that was not
tried there could be wrong there. ``tests/unit/writers/test_pdf_speed.py`` fails when these versions are no longer those
installed.
"""

from __future__ import annotations

import functools
import inspect
import io
import re
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

#: The versions that the patches were tried with.
KNOWN = {"weasyprint": "70.0", "pydyf": "0.13.0"}
#: What stands before the first element.
_DOCTYPE = re.compile(rb"\A(?:<\?xml[^>]*>)?\s*<!DOCTYPE[^>]*>\s*")
_INSTALLED = "threadbound_is_quicker"
#: Characters of a text that may often be the same; and how many of them are remembered.
SHORT, MOST = 12, 20_000


def is_known() -> bool:
    """Whether the installed libraries are those that the patches were tried with."""
    return all(version(name) == known for name, known in KNOWN.items())


def install(weasyprint: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Make this process's WeasyPrint quicker, once."""
    if getattr(weasyprint, _INSTALLED, False) or not is_known():
        return
    for patch in PATCHES:
        patch(weasyprint)
    setattr(weasyprint, _INSTALLED, True)


def _markup_as_it_is(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """Our markup is XML, and is read as that: a parser of HTML mends what is broken, character by character.

    What is no XML, as a template of the user's may be, is read as before.
    """
    slow = weasyprint.tinyhtml5

    class Reading:
        def parse(self, file: Any, **given: Any) -> Any:  # noqa: ANN401 - as above
            data = file.read()
            if isinstance(data, bytes):
                with suppress(ET.ParseError):
                    root = ET.fromstring(_DOCTYPE.sub(b"", data, count=1))  # noqa: S314 - made by our own templates
                    if root.tag == "html":  # and no name with a namespace
                        return root
            return slow.parse(io.BytesIO(data) if isinstance(data, bytes) else io.StringIO(data), **given)

    weasyprint.tinyhtml5 = Reading()


def _sheets_once(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """A style sheet is parsed once a process, not once a document.

    Only one that has nothing but rules: layers, counter styles and colour profiles belong to their document.
    """
    css, original = weasyprint.css, weasyprint.css.CSS
    known: dict[tuple[str, str], Any] = {}

    def parsed(**given: Any) -> Any:  # noqa: ANN401 - as above
        url = given.get("url")
        if not url:
            return original(**given)
        text = given["url_fetcher"].fetch(url).read().decode()
        if (url, text) not in known:
            fresh = {**given, "page_rules": [], "layers": [], "counter_style": {}, "color_profiles": {}}
            sheet = original(**fresh)
            if sheet.layers or fresh["counter_style"] or fresh["color_profiles"]:
                return original(**given)
            known[url, text] = sheet
        return known[url, text]

    css.CSS = parsed


def _styles_at_hand(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """Most properties of a style are set by no rule: their inherited or initial value is taken at once."""
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS  # noqa: PLC0415 - only beside WeasyPrint
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES  # noqa: PLC0415 - as above

    css = weasyprint.css
    slow = css.ComputedStyle.__missing__

    def is_plain(key: str) -> bool:
        return key not in ("float", "display", "position", "page") and not key.startswith("text_decoration_")

    inherited = {key for key in INHERITED if is_plain(key)}
    initial = {
        key: value
        for key, value in INITIAL_VALUES.items()
        if key not in INHERITED and key not in INITIAL_NOT_COMPUTED and is_plain(key) and not css.check_math(value)
    }

    # What is said of a side by its place in the text ("inline-start") stands for it by its name ("left").
    logical = {
        key: {function(block="ttb", inline=way) for way in ("ltr", "rtl")}
        for key, function in PHYSICAL_FUNCTIONS.items()
    }
    nothing: set[str] = set()

    def missing(self: Any, key: str) -> Any:  # noqa: ANN401 - as above
        cascaded = self.cascaded
        if key not in cascaded and logical.get(key, nothing).isdisjoint(cascaded):
            if key in initial:
                value = self[key] = initial[key]
                return value
            if key in inherited and self.parent_style is not None:
                value = self.parent_style[key]
                if not isinstance(value, tuple) and getattr(value, "type", None) != "function":
                    self[key] = value
                    return value
        return slow(self, key)

    css.ComputedStyle.__missing__ = missing


def _lengths_at_hand(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """Nearly every length of a box is a number of pixels or ``auto``, and needs no reference."""
    percent = weasyprint.layout.percent
    slow = percent.percentage

    def resolve_one_percentage(box: Any, name: str, refer_to: Any) -> None:  # noqa: ANN401 - as above
        value = box.style[name]
        if getattr(value, "unit", None) == "px":
            setattr(box, name, value.value)
            return
        value = slow(value, box.style, refer_to)
        setattr(box, name, 0 if value == "auto" and name in ("min_width", "min_height") else value)

    percent.resolve_one_percentage = resolve_one_percentage


def _emoji_once(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """An emoji's bitmap is decoded and packed once a process, not at each of its places."""
    from pydyf import Stream  # noqa: PLC0415 - only beside WeasyPrint

    text, original = weasyprint.draw.text, weasyprint.draw.text.RasterImage
    images: dict[str, Any] = {}
    drawn: dict[tuple[str, bool], tuple[list[Any], dict[str, Any], Any]] = {}

    class Emoji(original):  # type: ignore[misc, valid-type] # no types
        def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:  # noqa: ANN401, FBT001 - its signature
            key = (self.id, interpolate)
            if dpi_ratio != 1:
                return super().get_x_object(interpolate, dpi_ratio)
            if key not in drawn:
                made = super().get_x_object(interpolate, dpi_ratio)
                mask = made.extra.get("SMask")
                drawn[key] = made.stream, dict(made.extra), mask and (mask.stream, dict(mask.extra))
            stream, extra, mask = drawn[key]
            extra = {**extra, "SMask": Stream(list(mask[0]), dict(mask[1]))} if mask else dict(extra)
            return Stream(list(stream), extra)

    def image(pillow: Any, name: str, data: bytes, *more: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
        if name not in images:
            images[name] = Emoji(pillow, name, data, *more, **named)
        return images[name]

    text.RasterImage = image


def _contexts_once(weasyprint: Any) -> None:  # noqa: ANN401, ARG001 - as above
    """A text's Pango context and font description are those of all texts of its style."""
    from weasyprint.text import fonts, line_break  # noqa: PLC0415 - only beside WeasyPrint
    from weasyprint.text.ffi import ffi, gobject, pango  # noqa: PLC0415 - as above

    slow = line_break.Layout.setup
    descriptions: dict[tuple[str, float], Any] = {}
    features = tuple(inspect.signature(line_break.font_features).parameters)

    def context_for(style: Any) -> tuple[Any, Any]:  # noqa: ANN401 - as above
        font_map, language = style.font_config.font_map, style["lang"]
        contexts = style.font_config.__dict__.setdefault("threadbound_contexts", {})  # they go when it goes
        key = (style["direction"], language)
        if key not in contexts:
            context = ffi.gc(pango.pango_font_map_create_context(font_map), gobject.g_object_unref)
            pango.pango_context_set_round_glyph_positions(context, False)  # noqa: FBT003 - Pango's signature
            pango.pango_context_set_base_dir(context, line_break.PANGO_DIRECTION[style["direction"]])
            spoken = pango.pango_language_get_default()
            if language:
                pointer, _ = line_break.unicode_to_char_p(language)
                spoken = pango.pango_language_from_string(pointer)
                pango.pango_context_set_language(context, spoken)
            contexts[key] = context, spoken
        found: tuple[Any, Any] = contexts[key]
        return found

    def setup(self: Any, style: Any) -> None:  # noqa: ANN401 - as above
        if style["text_decoration_line"] != "none" or style["font_language_override"] != "normal":
            slow(self, style)
            return
        self.style, self.first_line_direction = style, 0
        context, self.language = context_for(style)
        key = (line_break._font_style_cache_key(style), style["font_size"])  # noqa: SLF001 - the library's own key
        if key not in descriptions:
            descriptions[key] = fonts.get_font_description(style)
        self.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(self.layout, False)  # noqa: FBT003 - Pango's signature
        pango.pango_layout_set_font_description(self.layout, descriptions[key])
        self.ascent = self.underline_position = self.strikethrough_position = None
        wanted = line_break.font_features(*(style[name] for name in features))
        if wanted:
            written = ",".join(f"{name} {value}" for name, value in wanted.items()).encode()
            held = style.font_config.font_features
            if written not in held:
                held[written] = pango.pango_attr_font_features_new(written)
            attributes = pango.pango_attr_list_new()
            pango.pango_attr_list_insert(attributes, held[written])
            pango.pango_layout_set_attributes(self.layout, attributes)

    line_break.Layout.setup = setup


def _lines_of_columns_once(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """A line of a column is divided and measured once, however often its columns are tried.

    WeasyPrint lays a page of columns out at least twice, and the last one, whose columns are to be equally long, some
    ten times. Only lines that hold nothing but text: those depend on nothing but their width and where they begin.
    """
    from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox  # noqa: PLC0415 - as above

    inline = weasyprint.layout.inline
    slow = inline.get_next_linebox

    def is_text(line: Any) -> bool:  # noqa: ANN401 - as above
        return all(type(box) in (LineBox, InlineBox, TextBox) and box.footnote is None for box in line.descendants())

    def get_next_linebox(*given: Any) -> Any:  # noqa: ANN401 - as above
        context, box, y, _, skip, block, absolute, fixed, *styles = given
        if not context.in_column or context.excluded_shapes or styles != [None, None]:
            return slow(*given)
        known = context.__dict__.setdefault("threadbound_lines", {})
        key = (id(box), repr(skip), box.text_indent, block.width, block.content_box_x())
        if key not in known:
            so_far = len(absolute) + len(fixed)
            line, rest = slow(*given)
            if line is not None and len(absolute) + len(fixed) == so_far and is_text(line):
                known[key] = line.deepcopy(), rest, box  # which keeps its identity as long as it is known
            return line, rest
        made, rest, _ = known[key]
        line = made.deepcopy()
        line.translate(0, y - line.position_y)
        line.position_y = y
        return line, rest

    inline.get_next_linebox = get_next_linebox


def _pages_named_once(weasyprint: Any) -> None:  # noqa: ANN401, ARG001 - as above
    """The names of all pages are put together once, not for each element of the structure: quadratic in pages."""
    import pydyf  # noqa: PLC0415 - only beside WeasyPrint

    def page_references(self: Any) -> Any:  # noqa: ANN401 - as above
        kids = self.pages["Kids"]
        known = self.__dict__.get("_threadbound_pages", ())
        if len(known) * 3 != len(kids):
            known = self._threadbound_pages = tuple(b"%d 0 R" % number for number in kids[::3])
        return known

    pydyf.PDF.page_references = property(page_references)


def _tables_found_once(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """A font's table is looked for once a process by its name, not for each glyph of an emoji font that is emptied."""
    tables = weasyprint.pdf.fonts.ttFont
    tables.getTableModule = functools.cache(tables.getTableModule)


def _fonts_named_once(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """What tells the font of a style is put together once a style; every text asks for it, and every line twice."""
    line_break, css = weasyprint.text.line_break, weasyprint.css
    kinds = (css.ComputedStyle, css.AnonymousStyle)
    slow = line_break._font_style_cache_key  # noqa: SLF001 - it has no other name
    shared: dict[str, str] = {}

    def key(style: Any, include_size: bool = False) -> str:  # noqa: ANN401, FBT001, FBT002 - WeasyPrint's
        if type(style) not in kinds:  # that of a text in an SVG changes
            return str(slow(style, include_size))
        known: dict[bool, str] = style.__dict__.setdefault("threadbound_fonts", {})
        if include_size not in known:
            text = slow(style, include_size)
            known[include_size] = shared.setdefault(text, text)  # most styles have the fonts of others
        return known[include_size]

    line_break._font_style_cache_key = key  # noqa: SLF001 - as above


def _bytes_by_type(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """Of the millions of things that a PDF is made of nearly all are bytes, words or numbers as they are."""
    del weasyprint
    import pydyf  # noqa: PLC0415 - only beside WeasyPrint

    slow = pydyf._to_bytes  # noqa: SLF001 - it has no other name

    def to_bytes(item: Any) -> Any:  # noqa: ANN401 - pydyf has no types
        kind = type(item)
        if kind is bytes:
            return item
        if kind is str or kind is int:
            return str(item).encode("ascii")
        return slow(item)

    pydyf._to_bytes = to_bytes  # noqa: SLF001 - as above


def _breaks_once(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """Whether a line may end between two characters is asked of Pango once, not for every number of a list."""
    slow = weasyprint.text.line_break.can_break_text
    known = functools.lru_cache(MOST)(slow)

    def can_break_text(text: str, lang: str | None) -> Any:  # noqa: ANN401 - as above
        return known(text, lang) if len(text) <= SHORT else slow(text, lang)

    weasyprint.layout.inline.can_break_text = weasyprint.layout.preferred.can_break_text = can_break_text


def _short_texts_once(weasyprint: Any) -> None:  # noqa: ANN401 - as above
    """A short text is measured once in each font: in a list of pages nearly all texts are the same few.

    Only one that fits on its line, so that nothing but what is in the key decides how wide it is.
    """
    inline, line_break = weasyprint.layout.inline, weasyprint.text.line_break
    slow = inline.split_first_line
    usual: dict[str, Any] = {"white_space": "normal", "text_decoration_line": "none"}
    usual |= {"font_language_override": "normal", "word_spacing": 0}  # Pango breaks wider spaces by other widths
    deciding = ("font_size", "direction", "font_kerning", "letter_spacing", "overflow_wrap")

    def split_first_line(text: str, style: Any, context: Any, most: Any, spacing: Any, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
        if len(text) > SHORT or most is None or not text.isprintable() or any(style[k] != usual[k] for k in usual):
            return slow(text, style, context, most, spacing, *rest, **named)
        font = line_break._font_style_cache_key(style, include_size=True)  # noqa: SLF001 - the library's own key
        key = (text, font, *(style[name] for name in deciding))
        known = vars(style.font_config).setdefault("threadbound_texts", {})
        if key not in known or known[key][1][2] > most:
            layout, *measures = slow(text, style, context, most, spacing, *rest, **named)
            if layout.text == text and measures[1] is None and measures[2] <= most:  # all of it, its last space too
                if len(known) >= MOST:
                    known.clear()
                known[key] = dict(vars(layout)), measures
            return layout, *measures
        held, measures = known[key]
        layout = object.__new__(line_break.Layout)  # of its own: drawing changes it
        vars(layout).update(held, justification_spacing=spacing, max_width=most)
        return layout, *measures

    inline.split_first_line = split_first_line


def _without_circles(weasyprint: ModuleType) -> None:
    """What a document was laid out with is freed with it: its context holds a function that holds the context.

    So all boxes waited for a look for garbage, which took a tenth of the time of a layout. They still do beside a
    drawing within a document, of which only themes of the user's have some.
    """
    slow = weasyprint.document.layout_document

    def layout_document(html: object, root: object, context: Any, *more: object) -> Iterator[object]:  # noqa: ANN401 - WeasyPrint's, which has no types
        yield from slow(html, root, context, *more)
        # A drawing, which holds the context, still asks it for pictures when it is painted.
        context.get_image_from_uri.keywords["context"] = weakref.proxy(context)

    weasyprint.document.layout_document = layout_document


#: Every patch that changes no byte. A new one is one line here.
PATCHES: tuple[Callable[[Any], None], ...] = (
    _markup_as_it_is,
    _sheets_once,
    _styles_at_hand,
    _lengths_at_hand,
    _emoji_once,
    _contexts_once,
    _lines_of_columns_once,
    _pages_named_once,
    _tables_found_once,
    _fonts_named_once,
    _bytes_by_type,
    _breaks_once,
    _short_texts_once,
    _without_circles,
)
