"""What a serving process is made of is not searched for garbage while it answers."""

import gc

from web.standing import stand


def test_what_is_there_before_serving_is_left_out_of_the_search_for_cycles() -> None:
    before = len(gc.get_objects())

    stand()

    try:
        assert gc.get_freeze_count() > before / 2
        assert len(gc.get_objects()) < before / 2
    finally:
        gc.unfreeze()
