"""Test devices: real OpenSSH servers and avahi, each in its own namespaces with its own disk, that can be broken on purpose.

Guarantees: nothing outside `/run/colporteur-lab` and `/var/cache/colporteur-lab` is written; every namespace, link and mount
carries the laboratory's name, so that `down` finds and removes them all, even after an `up` that was killed.
"""
