"""Moving data: files out and in, copies of the whole database, channels of other servers.

`exporting` and `importing` are about files of one channel, `backups` about the whole database,
`pulling` about a channel that lives on another server. What they store goes through
`entries/storing.py`.
"""
