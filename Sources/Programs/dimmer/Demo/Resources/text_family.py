"""The family of summarisers, from the cheapest up."""

from __future__ import annotations

from text_centroid import Centroid
from text_frequency import Frequency
from text_graph import Graph
from text_latent import Latent
from text_lead import Lead
from text_restarts import Restarts
from text_search import Search
from text_selection import Summariser

FAMILY: tuple[Summariser, ...] = (
    Lead(),
    Frequency(),
    Graph(),
    Latent(),
    Centroid(),
    Search(),
    Restarts(4),
    Restarts(20),
)
"""What the server offers. Not each need be worth its cost: measuring says which are."""

BY_NAME: dict[str, Summariser] = {summariser.name: summariser for summariser in FAMILY}
