"""What waits, found and laid out: the inbox with its filters and search, the tile map, the file to take away.

It only reads: reports and results from `submissions`, cases from `cases`, both of which it may import.
"""
