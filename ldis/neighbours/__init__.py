"""What neighbouring services publish is taken in, for a person to look at. Nothing of it is ever sent on by itself.

May import cases and everything below it.
"""
