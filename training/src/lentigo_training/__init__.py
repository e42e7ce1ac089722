"""Training of Lentigo's skin lesion model and making of its model pack."""

__version__ = "0.1.0"
