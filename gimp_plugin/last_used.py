"""The last painting of this session.

An animation begins with its styles and settings, because the user may have tested them on one frame.
"""

from __future__ import annotations

import json

from gi.repository import Gimp

from nst_core.job.settings import Settings

from . import arguments, parasites, regions

_NAME = "neural-style-last-used"


def remember(config: Gimp.ProcedureConfig) -> None:
    """Keep the styles and settings in ``config``."""
    mask = arguments.keep_mask(config)
    used = {
        "settings": arguments.settings(config).to_dict(),
        arguments.STYLES: list(config.get_property(arguments.STYLES)),
        arguments.REGIONS: list(config.get_property(arguments.REGIONS)),
        arguments.KEEP_MASK: "" if mask is None else mask.text(),
    }
    parasites.keep_for_session(_NAME, json.dumps(used))


def restore(config: Gimp.ProcedureConfig, image: Gimp.Image) -> None:
    """Copy the kept styles and settings to ``config``, but no mask that ``image`` does not have."""
    text = parasites.kept_for_session(_NAME)
    if not text:
        return
    used = json.loads(text)
    arguments.store_settings(config, Settings.from_dict(used["settings"]))
    arguments.store_keep_mask(config, regions.find_again(used[arguments.KEEP_MASK], image))
    with config.freeze_notify():  # Listeners must see both changes together.
        for name in (arguments.STYLES, arguments.REGIONS):
            config.set_property(name, used[name])
