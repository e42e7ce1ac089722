"""What each command does, with its parsed arguments; `cli` says which there are."""
