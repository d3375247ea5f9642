"""Makes the bill of materials of a release: every package that the installer may install, as CycloneDX 1.6 in JSON.

The installed packages depend on the system and the hardware. If only some systems get a package, its condition (a
marker of pip) is a property. A build of torch from PyTorch's own index has the same name and version.
"""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List

from nst_core import __version__
from nst_core.installer.packages import REQUIREMENTS, PackageSource, pinned

from .distribution import NAME

#: The lists of tools that only the installer needs. All other lists are for the engine.
_TOOLS = ("pip.txt", "uv.txt")
_LINE = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)\s*(?:;\s*(?P<marker>.*?)\s+)?--hash")


def bill() -> str:
    """Return the text of the bill."""
    engine = sorted({path.name for path in REQUIREMENTS.glob("*.txt")} - {*_TOOLS})
    components = [*_components("required", *engine), *_components("optional", *_TOOLS)]
    program = {**_component("application", NAME, __version__), "licenses": [{"license": {"id": "GPL-3.0-or-later"}}]}
    tree = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": program},
        "components": components,
        "dependencies": [{"ref": program["bom-ref"], "dependsOn": [component["bom-ref"] for component in components]}],
    }
    return json.dumps(tree, indent=1) + "\n"


def _components(scope: str, *files: str) -> List[Dict[str, Any]]:
    found = [match for match in map(_LINE.match, pinned(PackageSource(), *files).wanted) if match]
    return [_required(scope, match["name"], match["version"], match["marker"] or "") for match in found]


def _required(scope: str, name: str, version: str, marker: str) -> Dict[str, Any]:
    conditions = {"properties": [{"name": "neural-style:marker", "value": marker}]} if marker else {}
    return {**_component("library", name, version), "scope": scope, **conditions}


def _component(kind: str, name: str, version: str) -> Dict[str, Any]:
    address = f"pkg:pypi/{name}@{version}"
    return {"type": kind, "bom-ref": address, "name": name, "version": version, "purl": address}
