"""Other computers are told of public alerts, signed, again and again until they have heard.

May import issuing and everything below it.
"""
