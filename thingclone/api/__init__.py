"""The doors that speak ThingSpeak's REST API: one module for each subject, with its routes. What
they do is below, in `entries`, `channels`, `accounts` and `apps`.
"""
