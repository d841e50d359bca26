"""Figures of the briefing on the offer: each takes tables and gives a matplotlib figure with the finding as its title."""
