"""A Flower app: clinics hand over head updates, a server checks and keeps them for `federate`."""
