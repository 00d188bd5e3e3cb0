"""Book → pages' markup. Before: a ``Book`` and its pictures. After: a ``RenderedBook``: XHTML and CSS, nothing remote.

Themes lie in ``templates/``; ``theme`` finds them, ``filters`` escapes and dresses words, ``figures`` measures
pictures, ``render`` puts it together.
"""
