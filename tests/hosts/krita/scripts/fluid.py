"""How long Krita's event loop waits while a large picture is read, previewed on the canvas and inserted."""

from robot import *

SIZE = (2048, 1536)


def main(results):
    panel()
    document = yield from photo_and_wave(*SIZE)
    yield 2000
    results["steps"] = watch_steps()
    pulse = Pulse()
    yield 1000
    results["idle"] = pulse.stop()
    for name, settings, on_canvas in (("result", {}, False), ("canvas", {"seed": 1}, True)):
        pulse = Pulse()
        photo, wave = node(document, "Photo"), node(document, "Great Wave")
        controller().stylize(order(document, photo, [wave], settings, on_canvas))
        if on_canvas:
            yield lambda: len(names(document)) == 4
            yield 1500
            controller().stop(True)
        yield is_idle
        results[name] = pulse.stop()
        yield 500


def watch_steps():
    """Collect the pump's longest steps: milliseconds of the clock and of the processor, and where."""
    longest = []
    pump = controller()._pump
    original = type(pump)._step

    def step(self):
        began, cpu = time.monotonic(), time.thread_time()
        frame = self._steps
        original(self)
        taken = time.monotonic() - began, time.thread_time() - cpu
        longest.append([round(1000 * taken[0]), round(1000 * taken[1]), where(frame)])
        longest.sort(reverse=True)
        del longest[12:]

    type(pump)._step = step
    return longest


def where(generator):
    """The names and lines of the nested generators, as they stand after the step."""
    found = []
    while generator is not None and getattr(generator, "gi_frame", None) is not None:
        found.append(f"{generator.gi_code.co_name}:{generator.gi_frame.f_lineno}")
        generator = generator.gi_yieldfrom
    return " ".join(found) or "end"
