"""The command line: the only place that prints, exits, or reads the environment. One file a verb.

Nothing heavy is imported here: ``--help`` must answer at once.
"""
