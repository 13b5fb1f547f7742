"""CodeCarbon's trackers, measured by Dimmer: change the import, keep the script.

    from dimmer.codecarbon import EmissionsTracker

What means something else here is in the table of this package's README.
"""

from ._data import EmissionsData, TaskEmissionsData
from ._decorators import OfflineEmissionsTracker, TaskEmissionsTracker, track_emissions, track_task_emissions
from ._settings import OutputMethod
from ._tracker import EmissionsTracker

__all__ = [
    "EmissionsData",
    "EmissionsTracker",
    "OfflineEmissionsTracker",
    "OutputMethod",
    "TaskEmissionsData",
    "TaskEmissionsTracker",
    "track_emissions",
    "track_task_emissions",
]
