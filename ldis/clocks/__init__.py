"""How long the review has: every clock that runs, whom it warns, and to whom it goes when it breaks.

It reads cases and reports, and changes neither: it notes in a case's history what it told whom. May import cases and
what lies below.
"""
