"""A collection as PDF: its pieces laid out in other processes, checked there, kept, and joined.

``press`` has the steps in order; ``piece`` is what happens to one piece in a worker, ``kept`` where pieces lie between
runs, ``crew`` and ``executors`` who does the work, ``proof`` reads the joined file again.
"""
