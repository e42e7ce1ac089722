"""`python -m lentigo_training`."""

from .cli import main

if __name__ == "__main__":
    main()
