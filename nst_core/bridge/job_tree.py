"""The form of a job on the wire: a JSON tree, and a list of pictures. The tree refers to a picture by its index."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from nst_core.job.errors import InvalidJob
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Earlier, Style, StyleJob
from nst_core.job.settings import Settings

from .framing import shape_to_wire


def job_to_wire(job: StyleJob) -> Tuple[Dict[str, Any], List[PixelBuffer]]:
    """Return the job as a JSON tree, and the list of its pictures. The tree refers to a picture by its index."""
    pictures: List[PixelBuffer] = []

    def refer(buffer: Optional[PixelBuffer]) -> Optional[Dict[str, Any]]:
        if buffer is None:
            return None
        pictures.append(buffer)
        return {**shape_to_wire(buffer), "index": len(pictures) - 1}

    tree: Dict[str, Any] = {
        "content": refer(job.content),
        "styles": [
            {
                "name": style.name,
                "weight": style.weight,
                "image": refer(style.image),
                "region": refer(style.region),
                "source": refer(style.source),
            }
            for style in job.styles
        ],
        "selection": refer(job.selection),
        "keep_mask": refer(job.keep_mask),
        "initial": refer(job.initial),
        "settings": job.settings.to_dict(),
        "preview_side": job.preview_side,
        "result_format": job.result_format,
    }
    if job.initial_strength is not None:
        tree["initial_strength"] = job.initial_strength
    if job.earlier is not None:
        tree["earlier"] = {entry.name: refer(getattr(job.earlier, entry.name)) for entry in fields(job.earlier)}
    return tree, pictures


def job_from_wire(tree: Mapping[str, Any], pictures: Sequence[PixelBuffer]) -> StyleJob:
    """Return the job that :func:`job_to_wire` has written. Raises :class:`InvalidJob` for a tree of another form."""

    def resolve(reference: Any) -> Any:
        if reference is None:
            return None
        picture = pictures[reference["index"]]
        if {**shape_to_wire(picture), "index": reference["index"]} != reference:
            raise InvalidJob("The request names a picture of another size or format than the one that came with it.")
        return picture

    try:
        styles = [
            Style(resolve(s["image"]), s["weight"], str(s["name"]), resolve(s["region"]), resolve(s["source"]))
            for s in tree["styles"]
        ]
        return StyleJob(
            content=resolve(tree["content"]),
            styles=tuple(styles),
            settings=Settings.from_dict(tree["settings"]),
            selection=resolve(tree["selection"]),
            keep_mask=resolve(tree["keep_mask"]),
            initial=resolve(tree["initial"]),
            preview_side=tree["preview_side"],
            result_format=tree["result_format"],
            earlier=Earlier(**{n: resolve(part) for n, part in tree["earlier"].items()}) if "earlier" in tree else None,
            initial_strength=tree.get("initial_strength"),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise InvalidJob(f"The request is not a job: {type(error).__name__} {error}.") from error
