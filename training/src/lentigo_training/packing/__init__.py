"""From weights and reports to the model pack."""
