"""A collection as PDF: its pieces laid out in other processes, checked there, kept, and joined.

``press`` has the steps in order; ``keys`` says what a piece depends on, ``pieces`` which of them are kept and has the
others laid out, ``piece`` is what happens to one in a worker, ``cache`` where they lie between runs, ``proof`` reads
the joined file again.
"""
