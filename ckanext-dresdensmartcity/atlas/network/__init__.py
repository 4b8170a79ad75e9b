"""Who works with whom: a pure core, records in and results out.

Actors and projects are a graph of two kinds of nodes; two actors have a tie where they are members of the same project.
From that come bridges (who holds parts together), clusters, and gaps (who should know each other and does not).
"""

from .analysis import Analysis, analyse
from .records import Actor, Bridge, Cluster, Lonely, Member, Missing, PairGap, Project, Shared, Tie, TopicGap
from .ties import Network, connect

__all__ = [
    "Actor",
    "Analysis",
    "Bridge",
    "Cluster",
    "Lonely",
    "Member",
    "Missing",
    "Network",
    "PairGap",
    "Project",
    "Shared",
    "Tie",
    "TopicGap",
    "analyse",
    "connect",
]
