"""The local procedure in words: the policy in force, and every earlier one that decisions were made under.

Stands above the review, whose rules it shows, and below the case file; may import both the review and people.
"""
