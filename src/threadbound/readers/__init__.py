"""Bound books read again: what they carry comes out. Before: a file that anybody may have made. After: its evidence.

``registry.opened`` recognises a book by its content and opens it, ``threads`` decodes its JSON, ``carried`` puts both
together, ``folder`` reads what ``threadbound extract`` has written. Nothing here reads a page's markup or asks the
network.
"""
