"""Outside programs, one thin module each: is it there, run it, say in our own records what it said."""
