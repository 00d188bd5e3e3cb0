"""What each site looks like. Before: a ``Capture``. After: a ``Thread`` with its notices.

One file a site; ``registry.py`` lists them; ``dom.py`` alone touches BeautifulSoup's ``None``.
"""
