"""Saved pages, read: many at once, in several processes, and not twice.

Before: names of pages, and where their pictures are looked for. After: pages with threads and pictures, in the order of
the names, the same as :mod:`threadbound.pipeline` reads them one by one.
"""
