"""What the pages and actions of network, funding and strengths show: the cores, fed from the atlas."""
