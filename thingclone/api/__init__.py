"""The doors that speak ThingSpeak's REST API: each translates a request, calls a deed and chooses a
format.
"""
