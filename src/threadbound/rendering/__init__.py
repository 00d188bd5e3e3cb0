"""Book → pages' markup. Before: a ``Book`` and its pictures. After: a ``RenderedBook``: XHTML and CSS, nothing remote.

Themes lie in ``templates/``; ``theme`` finds them, ``pages`` measures the sheet, ``own_css`` reads a user's own style:
``css_*``, ``unknown_css`` and ``epub_*`` know what CSS is and what of it may stand in a product.
``filters`` escapes and dresses words, ``figures`` measures pictures, ``plates`` makes of them what templates print,
``codes`` draws QR codes, ``cover`` covers. ``render`` puts it together.
"""
