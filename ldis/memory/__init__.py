"""Memory of what was not alerted: cases that ended in no further action, brought back by what comes in since.

Stands above the review, whose cases it brings back, and may import it and what is below; nothing but pages knows it.
"""
