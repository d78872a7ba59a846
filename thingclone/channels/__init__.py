"""A channel: its settings, fields, keys and devices, and who may read or write it. Its readings are
in `entries`.
"""
