"""Training pictures and their augmentation in the memory of a graphics card."""
