"""Publishing, killed or refused at every point of it."""
