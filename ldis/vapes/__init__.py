"""Illicit vapes: an incident report in the words of a school's office, with the few answers that only a vape needs.

May import submissions, people, audit and the ground.
"""
