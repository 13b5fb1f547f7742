"""Energy and carbon of Python work, measured by Dimmer's meter.

    import dimmer

    with dimmer.measure(name="train", region="DE") as run:
        with run.window("epoch-1") as window:
            train()
        print(window.energy.joules)
    print(run.energy_joules, run.record)
"""

from ._progress import epochs
from ._record import Figure, Record
from ._run import Run, Window, measure, measured
from ._sample import Energy, Terms

__version__ = "0.1.0"
__all__ = ["Energy", "Figure", "Record", "Run", "Terms", "Window", "epochs", "measure", "measured"]
