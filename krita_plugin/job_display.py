"""The running job in the docker: its progress, its live settings, and the jobs that wait."""

from __future__ import annotations

from typing import Optional

from nst_core.bridge.language import tr
from nst_core.studio.queue import Entry

from .controller import Controller
from .film_order import FilmOrder
from .job_run import INSERTING, PAINTING, READING, STOPPING
from .painting import Painting
from .progress import ProgressView
from .queue_view import QueueView
from .steering import Steering
from .variation import Variation


class JobDisplay:
    """Connects the controller with the widgets for the running job and for the queue."""

    def __init__(self, controller: Controller, progress: ProgressView, steering: Steering, waiting: QueueView) -> None:
        self._controller = controller
        self._progress, self._steering, self._waiting = progress, steering, waiting
        #: The job whose progress the docker shows.
        self._shown: Optional[Entry[Painting]] = None
        progress.stopped.connect(controller.stop)
        progress.canvas_wanted.connect(controller.show_on_canvas)
        steering.changed.connect(controller.adjust)
        waiting.changed.connect(controller.change_queue)
        controller.progressed.connect(progress.show_progress)
        controller.begun.connect(progress.picture.show_content)
        controller.previewed.connect(progress.picture.show_image)

    def show_queue(self) -> None:
        """Show the jobs that wait."""
        self._waiting.show_queue(self._controller.queue)

    def refresh(self) -> None:
        """Show the state of the running job. Hide the widgets for it if no job runs."""
        state, is_busy = self._controller.state, self._controller.is_busy
        running = self._controller.queue.running
        if running is not None and running is not self._shown:
            self._shown = running
            self._progress.begin(running.title, isinstance(running.order, FilmOrder))
            self._steering.show_painting(running.order)
        texts = {
            READING: tr("Reading the layers..."),
            PAINTING: tr("Starting the engine..."),
            STOPPING: tr("Stopping..."),
            INSERTING: tr("Adding the new layer..."),
        }
        if state in texts and self._progress.line.status.text() != texts[state]:
            self._progress.line.show_state(texts[state])
        self._progress.show_canvas(self._controller.is_on_canvas)
        self._progress.setVisible(is_busy)
        self._progress.keep.setEnabled(state == PAINTING)
        self._progress.discard.setEnabled(state in (READING, PAINTING, STOPPING))
        self._steering.setVisible(is_busy and not isinstance(self._controller.painting, (FilmOrder, Variation)))
        self._steering.setEnabled(state == PAINTING)
