"""Treatment indicators: a partnership's figures with their history and their secrets kept.

May import people and what stands below it; a summary and a report stand above it.
"""
