"""The gallery: one invented thread of each kind, bound, and drawn page by page.

``python -m gallery`` (with ``examples`` on the path; ``make gallery``) draws the pages into ``output/gallery``. Words,
people and pictures are invented for it, and free of rights.
"""
