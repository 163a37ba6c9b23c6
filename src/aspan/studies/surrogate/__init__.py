"""The surrogate: what a day of a plan comes to, reckoned in milliseconds and without flying it.

Here: a few parties that stand for all of a day (`parties`), what each pays and loses by every pair
of sites (`ways`), which pairs weather and energy leave open (`skies`, `energy`), what fleet, stands
and chargers can carry (`capacity`), and all of it together (`surrogate`). The parties, their ways
and their choice are those of `demand`: there is no second demand model. Not here: a simulation; a
surrogate chooses what is worth simulating and proves nothing. Start reading in `surrogate.py`.
"""

__all__ = ["figures"]
