"""Forms of saved pages. Before: a path. After: a :class:`~threadbound.containers.capture.Capture`.

``registry.open_page`` recognises the form by content, never by name, and opens it.
"""
