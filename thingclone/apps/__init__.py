"""What acts on entries: TalkBack and its commands, switched pins, series. An app writes and reads
through `entries` and knows no HTTP.
"""
