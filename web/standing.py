"""What stands for as long as a process serves is not searched for garbage again and again."""

import gc


def stand() -> None:
    """Take all that is there out of Python's search for cycles, once everything is wired.

    The search stops every thread, and looking through the program itself takes longer than most answers.
    """
    gc.collect()
    gc.freeze()
