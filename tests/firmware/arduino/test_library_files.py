"""What an Arduino library has beside its code, and that it fits to the code."""

import re

import pytest

from tests.firmware.arduino.sketches import EXAMPLES, LIBRARY, ROOT, play

HEADER = (LIBRARY / "src/ThingClone.h").read_text()
README = (LIBRARY / "README.md").read_text()


def properties() -> dict[str, str]:
    lines = (LIBRARY / "library.properties").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def keywords(kind: str) -> set[str]:
    text = (LIBRARY / "keywords.txt").read_text()
    return set(re.findall(rf"^(\w+)\t{kind}$", text, re.MULTILINE))


def test_the_properties_are_those_of_the_code():
    found = properties()
    assert found["name"] == LIBRARY.name == "ThingClone"
    assert found["version"] == re.search(r'THINGCLONE_VERSION "(.+)"', HEADER)[1]
    assert (LIBRARY / "src" / found["includes"]).exists()
    assert found["architectures"] == "*"
    assert all(found[name] for name in ("author", "maintainer", "sentence", "paragraph"))


_CALL = re.compile(r"^  \w[\w* ]*?\b(\w+)\([^;{]*\)? ?(?:const)? ?[;{]", re.MULTILINE)


def test_every_call_has_its_colour():
    public = HEADER.partition("class ThingCloneBase {")[2].partition(" protected:")[0]
    calls = set(_CALL.findall(public))
    assert {"begin", "setField", "write", "keepLaterIn", "explain"} <= calls
    assert calls <= keywords("KEYWORD2")


def test_every_result_is_in_the_keywords_and_in_the_readme():
    results = re.findall(r"THING_\w+(?= =)", (LIBRARY / "src/ThingCloneResult.h").read_text())
    assert keywords("LITERAL1") == set(results)
    assert [result for result in results if f"`{result}`" not in README] == []


def test_every_keyword_is_in_the_code():
    code = "".join(source.read_text() for source in (LIBRARY / "src").glob("*.h"))
    words = keywords(r"\w+")
    assert [word for word in words if not re.search(rf"\b{word}\b", code)] == []


def test_the_readmes_tell_of_every_example():
    overview = (LIBRARY.parent / "README.md").read_text()
    linked = re.findall(r"\]\(ThingClone/examples/(\w+)/\1\.ino\)", overview)
    assert sorted(linked) == sorted(example.name for example in EXAMPLES.iterdir())
    assert [name for name in linked if not re.search(rf"\b{name}\b", README)] == []


def test_the_sketch_of_the_readme_builds(workshop):
    (sketch,) = re.findall(r"^```cpp\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    source = workshop.folder / "readme.cpp"
    source.write_text(f"#include <Arduino.h>\n#include <WiFi.h>\nWiFiClient client;\n{sketch}")
    workshop.link("readme", source)


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.iterdir()))
def test_secrets_are_an_example_and_not_tracked(example):
    assert {path.name for path in (EXAMPLES / example).iterdir()} >= {
        f"{example}.ino",
        "secrets.h.example",
    }
    assert '#include "secrets.h"' in (EXAMPLES / example / f"{example}.ino").read_text()
    assert "secrets.h" in (ROOT / ".gitignore").read_text().splitlines()


def test_a_sketch_chooses_how_much_memory_it_gives(workshop):
    """Arduino compiles a library apart from the sketch: its code must not rely on these sizes."""
    source = workshop.folder / "roomy.cpp"
    source.write_text("""
        #define THINGCLONE_ENTRY_SIZE 2000
        #define THINGCLONE_REASON_SIZE 10
        #include <ThingClone.h>
        ThingClone thing;
        char text[2001];
        void setup() {
          memset(text, 'x', 1997);
          Serial.println(thing.setStatus(text));
          text[1997] = 'x';
          Serial.println(thing.setStatus(text));
          Serial.println(sizeof(thing) < 2200);
          exit(0);
        }
        void loop() {}
    """)
    assert play(workshop.link("roomy", source), 1) == "0\n-8\n1\n"
