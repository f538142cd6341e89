"""The ways in: each reads one domain and gives landing SELECTs over what it found."""
