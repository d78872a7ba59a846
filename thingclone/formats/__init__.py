"""How answers look, byte for byte as ThingSpeak writes them (contract, sections 1.8 to 1.10). How
numbers and times are read and printed. HTTP and the database are elsewhere.

A format is a class, in the module `as_<its name>`, and its row in FORMATS. Each format prints a
feed, a single entry, a thing (any object of the REST API), a command of a TalkBack or its absence,
nothing (`-1`), and a refusal. Each also prints times, because each has its own way with them.
"""

from thingclone.formats.as_csv import CSV
from thingclone.formats.as_json import JSON, TXT
from thingclone.formats.as_xml import XML

FORMATS = {"json": JSON, "xml": XML, "csv": CSV, "txt": TXT, "text": TXT, "html": TXT, "": TXT}
