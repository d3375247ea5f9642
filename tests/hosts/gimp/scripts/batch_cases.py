"""Runs inside GIMP. Each case paints another kind of image with the real procedure.

The engine is the stand-in, which returns the content. ``test_batch.py`` checks the values that a case returns.
"""

import json
import os
import traceback
from pathlib import Path

import batch_arguments
import batch_images
import batch_layers
import batch_recalled
from batch_tools import CASES
from gi.repository import Gimp

#: Each of these modules adds its cases to CASES.
MODULES = (batch_images, batch_layers, batch_recalled, batch_arguments)


def main():
    results = {}
    for name in os.environ["NEURAL_STYLE_CASES"].split():
        before = {image.get_id() for image in Gimp.get_images()}
        try:
            results[name] = CASES[name]()
        except Exception:
            results[name] = {"error": traceback.format_exc()}
        for image in Gimp.get_images():
            if image.get_id() not in before:
                image.delete()
    Path(os.environ["NEURAL_STYLE_RESULTS"]).write_text(json.dumps(results))


main()
