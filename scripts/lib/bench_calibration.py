"""Whether what is stated is as often right as it says, measured on texts that the curve was not fitted to; for bench_attack.py.

The curve of `AttackSearcher.probability` has five numbers: an exponent, the share of the five best scores at which half are right, the fit
of the best passage from which on it takes nothing away, and what is left where a text of sentences has one word or two in common with its
best technique. Labelled texts cannot tell the last two, for all of them are about a technique. So two more kinds are asked: the titles
alone of the labelled texts, and `everyday-texts.txt`, sixty texts that are about none; nothing that is answered to them is right. The
numbers were chosen on these texts, so the error on the same texts flatters them. Here they are fitted anew to four fifths of the texts and
measured on the fifth that was left out, five times. A text's fifth is a byte of its hash, so all that is answered to it is on one side.

Fitted is the squared error (Brier), which is least where probabilities are true; told is the expected calibration error too: over tenths
of what is stated, how far its mean is from the share that is right, weighted by how many there are.
"""

import hashlib
import itertools
import os

# What ships; `stated` fails where the program says anything else.
EXPONENT, HALF, FIT, ONE_WORD, TWO_WORDS = 3, 0.04 ** (1 / 3), 0.4, 0.3, 0.75
SHIPPED = (EXPONENT, HALF, FIT, ONE_WORD, TWO_WORDS)
HALVES = [HALF + step / 50 for step in range(-4, 6)]
# The curves that are held against each other, by what of them is fitted. None leaves the fit out of it.
CURVES = {
    "one number fitted (its half)": list(itertools.product([EXPONENT], HALVES, [FIT], [ONE_WORD], [TWO_WORDS])),
    "all but the exponent fitted": list(
        itertools.product([EXPONENT], HALVES[1::3], [0.3, 0.4, 0.5], [0.2, 0.3, 0.5], [0.6, 0.75, 0.9])),
    "one number fitted, no regard to words": list(itertools.product([EXPONENT], HALVES, [FIT], [1], [1])),
    "one number fitted, no regard to fit": list(itertools.product([EXPONENT], HALVES, [None], [ONE_WORD], [TWO_WORDS])),
}
FOLDS = 5
EVERYDAY = f"{os.path.dirname(os.path.abspath(__file__))}/everyday-texts.txt"
# What an everyday text's best technique may be told to be likely at most, on average.
EVERYDAY_MEAN = 0.3


def everyday_texts():
    """As labelled texts are: what they are about is nothing."""
    with open(EVERYDAY, encoding="utf-8") as file:
        return [{"text": line.strip(), "labels": []} for line in file if line.strip()]


class Answer:
    """A technique that a text was answered with: what its probability is made of, what was stated, and whether it is right."""

    def __init__(self, text, matches, match, labels):
        self.fold = hashlib.sha256(text.encode()).digest()[0] % FOLDS
        self.share = match["score"] / sum(one["score"] for one in matches)
        self.fit = matches[0]["score"]
        self.words = len(matches[0]["matched"])
        self.stated = match["probability"]
        self.is_best = match is matches[0]
        self.is_everyday = not labels
        self.right = match["technique_id"] in labels
        # Whether the program took the text for sentences, which is its own to say: that of the two curves which it followed.
        self.is_prose = True
        off = abs(self.probability(SHIPPED) - self.stated)
        self.is_prose = False
        self.is_prose = off < abs(self.probability(SHIPPED) - self.stated)

    def probability(self, curve):
        exponent, half, fit, one_word, two_words = curve
        odds = (self.share / half) ** exponent
        few = {0: 0, 1: one_word, 2: two_words}.get(self.words, 1) if self.is_prose else 1
        return odds / (1 + odds) * (min(1, self.fit / fit) if fit else 1) * few


def answers(labelled, found):
    made = [
        Answer(row["text"], matches, match, row["labels"])
        for row, matches in zip(labelled, found, strict=True) for match in matches]
    # Scores have three digits.
    strange = [one for one in made if abs(one.probability(SHIPPED) - one.stated) > 0.005]
    assert not strange, f"{len(strange)} probabilities are not those of the curve that is measured here"
    return made


def tenths(pairs):
    """By tenth of what is stated: its mean, the share that is right, and how many there are."""
    for tenth in range(10):
        inside = [pair for pair in pairs if min(9, int(pair[0] * 10)) == tenth]
        if inside:
            yield tenth, sum(pair[0] for pair in inside) / len(inside), sum(pair[1] for pair in inside) / len(inside), len(inside)


def calibration_error(pairs):
    return sum(abs(mean - right) * count for _, mean, right, count in tenths(pairs)) / len(pairs)


def squared_error(pairs):
    return sum((stated - right) ** 2 for stated, right in pairs) / len(pairs)


def cross_validated(given, curves):
    """What the best of the curves says, each answer by the one fitted to all, and by the one fitted to the other folds."""
    errors = {}
    for curve in curves:
        errors[curve] = [0] * FOLDS
        for one in given:
            errors[curve][one.fold] += (one.probability(curve) - one.right) ** 2
    best = min(curves, key=lambda curve: sum(errors[curve]))
    others = [min(curves, key=lambda curve: sum(errors[curve]) - errors[curve][fold]) for fold in range(FOLDS)]
    return (
        [(one.probability(best), one.right) for one in given],
        [(one.probability(others[one.fold]), one.right) for one in given])


def bench_calibration(table, given, limits):
    for what, curves in CURVES.items():
        inside, outside = cross_validated(given, curves)
        print(
            f"  probability of techniques, {what}: off by {calibration_error(inside):.3f} on the texts it was fitted to and "
            f"{calibration_error(outside):.3f} on others, squared error {squared_error(inside):.4f} and {squared_error(outside):.4f}")
        if what != "all but the exponent fitted":
            continue
        # Of a text's verdict the confidence is its best technique's probability.
        best = [pair for pair, one in zip(outside, given, strict=True) if one.is_best]
        for part, pairs, limit in (
            ("probability of techniques", outside, limits["techniques"]), ("of each text's best", best, limits["verdicts"])):
            error = calibration_error(pairs)
            table.row(f"{part}, out of fold, {len(pairs)}", f"off by {error:.3f}", "", "", f"<= {limit}", error <= limit)
    everyday = [one.stated for one in given if one.is_best and one.is_everyday]
    if everyday:
        mean = sum(everyday) / len(everyday)
        table.row(
            f"likelihood of {len(everyday)} everyday texts' best technique", f"{mean:.2f} on average", "", "",
            f"<= {EVERYDAY_MEAN}", mean <= EVERYDAY_MEAN)
