"""Import, export and copies of channels from other servers. Copies of the whole database are in
`database/backups.py`.

`importing` and `exporting` handle the files of one channel, `pulling` fetches a channel from
another server, and `comparing` checks it afterwards.
"""
