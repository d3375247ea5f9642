"""Films: frames that are painted one after the other, so that the film does not flicker.

- ``flow``: measures the motion between two frames with OpenCV, and moves pictures along it.
- ``trust``: finds the pixels whose measured motion is reliable, and the pixels that do not move.
- ``follow``: makes the start of the next frame from the earlier result, and finds cuts.
- ``light``: measures the light of each frame, so that a film fades as its content does.
- ``plan``: the order in which frames are painted, once or twice, for films that end and for loops.
- ``sequence``: paints the plan, and continues after an interruption.
- ``journal``: stores the progress of a film on the disk.
- ``arrays``: converts pixel buffers to arrays and back.

This package does not read or write picture files, and does not call the engine. Its caller passes functions for both.
"""
