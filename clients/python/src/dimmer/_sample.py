"""What the meter says at one moment, and the energy between two moments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Mapping, Optional

from ._wire import Message, WireError

#: The parts of a machine that the meter reads.
COMPONENTS = ("cpu", "memory", "gpu")

#: Kilowatt hours in a joule, exactly 1 / 3.6e6.
KWH_PER_JOULE = 1 / 3.6e6


@dataclass(frozen=True)
class Terms:
    """Where one component's energy went, in microjoules. The five parts behind ``host`` add up to it exactly.

    A term is ``None`` when the meter does not tell it: a client without privilege sees only its own share.
    """

    host: Optional[int]
    run: Optional[int]
    others: Optional[int] = None
    idle: Optional[int] = None
    own: Optional[int] = None
    unattributed: Optional[int] = None

    @property
    def is_conserved(self) -> bool:
        """Whether the parts make the whole, to the microjoule; false when a term is not known."""
        parts = (self.run, self.others, self.idle, self.own, self.unattributed)
        if self.host is None or any(part is None for part in parts):
            return False
        return sum(part for part in parts if part is not None) == self.host

    def __sub__(self, earlier: "Terms") -> "Terms":
        def less(now: Optional[int], then: Optional[int]) -> Optional[int]:
            return None if now is None or then is None else now - then

        return Terms(
            less(self.host, earlier.host),
            less(self.run, earlier.run),
            less(self.others, earlier.others),
            less(self.idle, earlier.idle),
            less(self.own, earlier.own),
            less(self.unattributed, earlier.unattributed),
        )


_NOTHING = Terms(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Sample:
    """Cumulative since the lease was opened. A component that cannot be read is not there."""

    monotonic_ns: int
    wall_ms: int
    components: Mapping[str, Terms] = field(default_factory=dict)
    #: CPU nanoseconds: busy, run, others, own, unattributed, capacity.
    cpu_ns: Mapping[str, int] = field(default_factory=dict)

    def __sub__(self, earlier: "Sample") -> "Energy":
        components: Dict[str, Terms] = {}
        for name, terms in self.components.items():
            # The first sample of a lease may come before anything was counted: cumulative sums begin at nothing.
            components[name] = terms - earlier.components.get(name, _NOTHING)
        cpu = {name: value - earlier.cpu_ns.get(name, 0) for name, value in self.cpu_ns.items()}
        seconds = (self.monotonic_ns - earlier.monotonic_ns) / 1e9
        return Energy(seconds=seconds, components=components, cpu_ns=cpu)


@dataclass(frozen=True)
class Energy:
    """Energy of a window. ``joules`` is the run's own share; what the whole machine took is ``host_joules``."""

    #: Length of the window on the meter's clock, or ``None`` when nothing was measured.
    seconds: Optional[float] = None
    #: Terms by component: ``cpu``, ``memory``, ``gpu``. What cannot be read is not there.
    components: Mapping[str, Terms] = field(default_factory=dict)
    #: CPU nanoseconds: busy, run, others, own, unattributed, capacity.
    cpu_ns: Mapping[str, int] = field(default_factory=dict)
    #: Why there is no figure, or why it is not a whole one.
    reason: Optional[str] = None

    @property
    def joules(self) -> Optional[float]:
        """The run's own share of all components that could be read, or ``None`` when none could."""
        parts = [terms.run for terms in self.components.values() if terms.run is not None]
        return sum(parts) / 1e6 if parts else None

    @property
    def host_joules(self) -> Optional[float]:
        """What the whole machine took, or ``None`` when this is not known."""
        parts = [terms.host for terms in self.components.values() if terms.host is not None]
        return sum(parts) / 1e6 if parts else None

    @property
    def kwh(self) -> Optional[float]:
        """The run's own share in kilowatt hours."""
        return None if self.joules is None else self.joules * KWH_PER_JOULE

    @property
    def watts(self) -> Optional[float]:
        """Mean power of the run's own share."""
        if self.joules is None or not self.seconds:
            return None
        return self.joules / self.seconds

    @property
    def cpu_seconds(self) -> Optional[float]:
        """CPU time of the run, seconds."""
        value = self.cpu_ns.get("run")
        return None if value is None else value / 1e9

    def component(self, name: str, host: bool = False) -> Optional[float]:
        """Joules of one component, the run's own or the whole machine's; ``None`` when it cannot be read."""
        terms = self.components.get(name)
        if terms is None:
            return None
        value = terms.host if host else terms.run
        return None if value is None else value / 1e6


_TIMES = ("busy", "run", "others", "own", "unattributed", "capacity")


def _count(text: str) -> Optional[int]:
    if text in ("", "-", "?"):
        return None
    try:
        return int(text)
    except ValueError:
        raise WireError("a count that is not a whole number") from None


def sample(message: Message, share: bool = False) -> Sample:
    """The sample of a ``sample`` line. With ``share``, only the run's own terms are believed.

    Raises:
        WireError: when it lacks something.
    """
    monotonic, wall = _count(message.get("mono")), _count(message.get("wall"))
    if monotonic is None or wall is None:
        raise WireError("a sample without its time")
    components: Dict[str, Terms] = {}
    for name in COMPONENTS:
        # The meter's own lines put "e." before a component; a journal's do not.
        text = message.fields.get(f"e.{name}", message.fields.get(name))
        if text is None:
            continue
        counts = [_count(part) for part in text.split(",")]
        if len(counts) != 6:
            raise WireError("a component without its six terms")
        terms = Terms(*counts)
        components[name] = Terms(None, terms.run) if share else terms
    cpu: Dict[str, int] = {}
    if "time" in message.fields:
        times = [_count(part) for part in message.get("time").split(",")]
        if len(times) != len(_TIMES):
            raise WireError("a sample without its six times")
        told = ("run", "capacity") if share else _TIMES
        cpu = {name: value for name, value in zip(_TIMES, times) if value is not None and name in told}
    return Sample(monotonic, wall, components, cpu)
