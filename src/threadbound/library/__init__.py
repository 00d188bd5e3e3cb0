"""The library: a plain folder that keeps threads for ever, readable without this program.

Before: read pages with their pictures. After: each capture lies byte for byte in a folder of its own with the thread as
JSON and a manifest that was written last; pictures lie once each under their sha256. Nothing that is there is ever
written over. The catalogue (SQLite) is made from the files and can be made again at any time; it proves nothing.

``layout`` says where everything lies, ``records`` what is written, ``inventory`` how it is proven; ``opening`` makes
and finds libraries, ``writing`` is a writer's session, ``intake`` takes captures in (``staging`` makes them ready),
``shelves`` reads them, ``history`` compares them, ``catalogue`` and ``query`` answer questions.
"""
