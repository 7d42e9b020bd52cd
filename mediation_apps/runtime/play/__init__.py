"""One state machine an activity: a state and an intent in, the next state and what to say out.

States are frozen; touch, keyboard and switches speak the same intents, so whoever draws them decides nothing.
"""
