"""A facilitator's tablet and the participants': who is where, who is stuck, start, freeze, send to a step, end.

Anonymous: a tablet is a flower's name for one session; only page numbers and points travel, never what was typed.
"""
