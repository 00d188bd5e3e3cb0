"""What a book is. Before: threads whose pictures are known. After: a :class:`~threadbound.book.book.Book`.

A book knows its chapters, their headings and blocks, its notes, its colophon and its Dublin Core metadata, and nothing
of HTML, pages or files. ``build.build`` makes it.
"""
