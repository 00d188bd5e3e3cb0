"""Pieces of a collection → one book.

Each piece is a PDF by itself, made by any engine, taken apart where it was made (:mod:`.parts`); the pieces are then
written one after another (:mod:`.join`) with one outline, one structure tree, one set of fonts, and numbers of pages
that none of them knew. A whole book is never in memory.
"""
