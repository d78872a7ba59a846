"""What all HTTP doors share: routing, parameters, callers, answers and refusals. A door itself,
with its routes, is in `api`, `dialects` or `web`.
"""
