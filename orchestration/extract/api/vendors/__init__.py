"""One file a vendor: its address, who asks, its lists and how they are read."""
