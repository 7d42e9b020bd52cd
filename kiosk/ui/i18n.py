"""Words of the screens: those of `kiosk.i18n`, under the name that screens and layouts use."""

from kiosk.i18n import LANGUAGES, LOCALE, N_, _, count_of, month, ngettext, speak, spoken, weekday

__all__ = ["LANGUAGES", "LOCALE", "N_", "_", "count_of", "month", "ngettext", "speak", "spoken", "weekday"]
