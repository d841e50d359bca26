"""The subject of this briefing: its checks over the tables of `data/context`, its places and its charts."""
