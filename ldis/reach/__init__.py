"""What comes back: providers' receipts, who has acknowledged an alert and who is silent, the outbox on the screen.

May import issuing and everything below it. Nothing knows it.
"""
