"""Is what we wrote right? Before: a finished file and the threads that it should hold. After: a report of its faults.

``words`` says what a thread's book must hold, ``report`` what a finding is, and one module a product reads the file
back: ``epub`` with ``package``, ``pages`` and ``references``, ``pdf``.
"""
