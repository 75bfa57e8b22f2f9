"""The case file: everything that is known about a case on its pages, and what each person can do there.

Stands above the stages it shows - the review, corroboration, alerts - and may import them all; none knows it.
"""
