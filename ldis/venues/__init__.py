"""Links for one place: a hostel's, a school's, a ward's. Its poster's QR code opens the form with the place filled in.

May import submissions, people, audit and the ground.
"""
