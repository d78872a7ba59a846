"""People: accounts, passwords, sessions, and the throttle for wrong guesses. What an account owns
is in `channels` and `apps`.
"""
