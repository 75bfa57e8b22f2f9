"""The review: a case gathers what is known about one thing, the panel grades it, votes and decides.

May import submissions, substances, people, deliveries, audit and the ground.
"""
