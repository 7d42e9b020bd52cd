"""French words as they are really mistyped or misspelt: (wrong, right), folded. Letters swapped, dropped, doubled, heard."""

from __future__ import annotations

_TEXT = """
avanture aventure, histiore histoire, hisoire histoire, istoire histoire, biblioteque bibliotheque, bibliothque bibliotheque,
montange montagne, montagn montagne, provnce provence, porvence provence, enfnat enfant, efant enfant, enfans enfants,
polcier policier, policeir policier, rivierre riviere, riveire riviere, foret foret, chasseurr chasseur, chatau chateau,
chateaux chateau, jardn jardin, jradin jardin, musqiue musique, musik musique, cusine cuisine, cuisne cuisine, voyqge voyage,
voiyage voyage, vacnces vacances, vacanse vacances, dinausore dinosaure, dinosore dinosaure, princese princesse, rpincesse princesse,
soricere sorciere, sorcierre sorciere, magisien magicien, mystere mystere, mistere mystere, mystrere mystere, secrt secret,
guere guerre, geurre guerre, amuor amour, liberte liberte, libreté liberte, pholosophie philosophie, filosofie philosophie,
siecle siecle, scielce siecle, sciecle siecle, natrue nature, sceince science, siences sciences, theatr theatre, teatre theatre,
poesi poesie, poeise poesie, roamn roman, romna roman, romnas romans, conets contes, contse contes, lumeire lumiere, lumierre lumiere,
etoille etoile, etiole etoile, solei soleil, soliel soleil, niege neige, neije neige, hivre hiver, printems printemps, autome automne,
villlage village, vilage village, viallge village, berget berger, lavnde lavande, olivire olivier, chavel cheval, chevla cheval,
renrad renard, oisau oiseau, oiseua oiseau, poison poisson, pioson poisson, loupp loup, ecoel ecole, ecolle ecole, maitresse maitresse,
cinma cinema, sinema cinema, dessin dessin, desin dessin, peitnure peinture, pinture peinture, photografie photographie,
ordinatuer ordinateur, informatqiue informatique, jarinage jardinage, jardinnage jardinage, randonee randonnee, randonne randonnee,
decouverte decouverte, decouvrete decouverte, animau animaux, animuax animaux, plantse plantes, grand-mere grand, recettse recettes,
memoir memoire, memorie memoire, silance silence, silnce silence, famile famille, famillle famille, ilustre illustre,
dicionnaire dictionnaire
"""


def read(text: str) -> tuple[tuple[str, str], ...]:
    """Read the pairs; one whose two words are alike is no misspelling and is left out."""
    pairs = (entry.split() for entry in text.replace("\n", " ").split(",") if entry.strip())
    return tuple((wrong, right) for wrong, right in pairs if wrong != right and wrong.isascii() and wrong.isalpha())


PAIRS = read(_TEXT)
