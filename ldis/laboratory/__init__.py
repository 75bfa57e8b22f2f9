"""Laboratory results by the file: checked, shown to a person with everything that is wrong, then taken in.

May import submissions and what stands below it.
"""
