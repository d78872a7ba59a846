"""The readings of channels: writing, reading and correcting them. Who may do so is decided in
`channels`; files of entries are in `transfer`.
"""
