"""Reports of the partnership: sections that people write, figures by reference, signed and then frozen.

May import `ldis.reviews`, `ldis.indicators` and what is below them.
"""
