"""Films: frames that are painted one after the other, so that nothing flickers.

- ``flow``: the motion between two frames, by OpenCV, and pictures that are moved along it.
- ``trust``: where that motion can be trusted, and where nothing moves at all.
- ``follow``: the earlier result as the start of the next frame, and cuts.
- ``plan``: in which order frames are painted, once or twice, for films that end and for loops.
- ``sequence``: paints the plan, and continues after an interruption.
- ``journal``: the progress of a film on the disk.
- ``arrays``: pixel buffers as arrays.

The room knows neither files of pictures nor the engine: both are given to it.
"""
