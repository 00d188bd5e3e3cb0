"""The chapters of an EPUB: each rendered, packed and held against its thread, many of them by workers.

Before: the book, and the compositor that prints it. After: the chapters' documents, the same as if the compositor had
printed each, and what was proven of them.
"""
