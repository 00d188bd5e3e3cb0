"""The backup run: what comes in, what is fetched and rebuilt, snapshots, and that none of it fails in silence.

Before: a configuration and a library. After: the library has what came, and each destination a verified snapshot of it,
or the run log, the stamp and the exit code say what did not come to be.
"""
