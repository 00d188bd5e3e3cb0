"""RenderedBook → file. Before: markup and pictures. After: a PDF or an EPUB, written whole or not at all.

``writer`` is the seam, ``registry`` lists the writers and loads only the one asked for, ``output`` renames finished
files into place. Only ``pdf`` imports WeasyPrint, only ``epub`` imports ebooklib. What reaches into WeasyPrint has
a module of its own each: ``c_types``, ``hyphenation``, ``tuning``, ``own_sheet``.
``blame`` tells its faults from those of the user's style sheets.
"""
