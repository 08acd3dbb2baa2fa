"""The process that applies the official rules: for each document a line of JSON on standard input (`stylesheet`, the
path of the compiled schematron, and `size`, the document's bytes) and the document; for each a line of JSON on standard
output. Its arguments are, in bytes, the data that it may hold (not the address space, of which GraalVM may reserve
any amount), and the memory from which on it ends to make room for a new one. A script of its own, so that it holds
nothing but Saxon."""

import json
import mmap
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import saxonche

_saxon: Any = saxonche

_SECONDS = 20
"""Of processor time for one document."""
_PLACES = 20
"""Of one rule that are told."""
_SHOWN = 300
"""Characters of an error."""
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def main() -> None:
    processor: Any = _saxon.PySaxonProcessor(license=False)
    compiler: Any = processor.new_xslt30_processor()
    stylesheets: dict[str, Any] = {}
    for head in sys.stdin.buffer:
        _limit()
        asked = json.loads(head)
        document, name = sys.stdin.buffer.read(asked["size"]).decode(), asked["stylesheet"]
        try:
            if name not in stylesheets:
                stylesheets[name] = compiler.compile_stylesheet(stylesheet_file=name)
            report = stylesheets[name].transform_to_string(xdm_node=processor.parse_xml(xml_text=document))
            answer = {"broken": _broken(report)}
        except Exception as error:  # noqa: BLE001 - Saxon's errors have no common kind, and running out of memory is one
            answer = {"problem": _why(str(error))}
        print(json.dumps(answer), flush=True)
        if _held() > int(sys.argv[2]):
            return


def _limit() -> None:
    """Where the platform has limits (not on Windows); the caller's clock runs everywhere."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + _SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _held() -> int:
    """Bytes of memory, where the platform tells."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE
    except OSError:
        return 0


def _why(error: str) -> str:
    """Of Saxon's account of an error, what is wrong: mostly a value that no rule can reckon with."""
    named = re.search(r"^\s+[A-Z]{4}\d{4}\s+(.+)$", error, re.M)
    if named:
        return f"a value stops them: {named[1][:_SHOWN]}"
    return error.partition("\n")[0][:_SHOWN] or "they need too much memory"


def _broken(report: str) -> list[dict[str, Any]]:
    """What an SVRL report finds: id of the rule, whether it is fatal, the place as XPath, the rule in words."""
    found: list[dict[str, Any]] = []
    told: Counter[str] = Counter()
    for element in ElementTree.fromstring(report):
        if element.tag not in (_SVRL + "failed-assert", _SVRL + "successful-report"):
            continue
        rule = element.get("id", "")
        told[rule] += 1
        if told[rule] <= _PLACES:
            flag = element.get("flag") or element.get("role")
            words = " ".join("".join(element.itertext()).split())
            place = element.get("location", "")
            found.append({"rule": rule, "fatal": flag == "fatal", "place": place, "words": words})
    return found


if __name__ == "__main__":
    main()
