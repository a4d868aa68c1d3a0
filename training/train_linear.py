"""Trains the linear moderation model and writes its weights and figures.

    python training/train_linear.py DATA src/belowline/moderation/classifier/linear.npz --figures figures.json

DATA holds train, valid and test.jsonl.gz: one {text, lang, source, labels} a line, a label 0 to 1 or null
(unknown: left out of the loss). Needs scipy and scikit-learn, which the product does not. About five minutes
and 3 GB on one core.
"""

import argparse
import gzip
import html
import itertools
import json
import pathlib
import random
import string
import time
import tomllib

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from belowline.model.site import Policy
from belowline.moderation.classifier import LABELS, classify, load
from belowline.moderation.classifier.features import BITS, features

EPOCHS, BATCH, RATE, DECAY = 5, 2048, 0.35, 2e-6
KEPT = {"commonvoice_cc0": 0.5, "wiki_cat_large": 0.7, "rudetoxifier": 0.6}
"""Share of a source that is used: easy negatives, and Russian positives without negatives beside them."""
POSITIVE_WEIGHT = 4.0
"""At most this much more for a positive row of a rare label; calibration takes it back out of the scores."""
INVENTED_TIMES = 4
"""How often an invented row is shown: they are few, and for some languages the only hostile ones."""
THRESHOLD = Policy().classifier_hold_from
KINDS = {
    "decent": (), "plain": (), "threat": ("toxic", "threat"), "insult": ("toxic", "insult"),
    "attack": ("toxic", "identity_attack"), "sexual": ("toxic", "sexual"), "spam": ("spam",),
}  # fmt: skip
"""The templates of counter_examples.toml and the labels of what they make; a decent text has none of them."""


def read(path, seed=1):
    chance = random.Random(seed)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return [row for row in rows if chance.random() < KEPT.get(row["source"], 1.0) and row["text"].strip()]


def invented(limit=350, seed=7):
    """Rows made of counter_examples.toml: at most `limit` of every template, and the plain sentences ten times."""
    chance = random.Random(seed)
    book = tomllib.loads(pathlib.Path(__file__).with_name("counter_examples.toml").read_text(encoding="utf-8"))
    rows = []
    for lang, lists in book.items():
        fills = {name: [" ".join(item.split()) for item in items.split("|")] for name, items in lists.items()}
        for kind, marks in KINDS.items():
            known = dict.fromkeys(LABELS, None if marks else 0.0) | dict.fromkeys(marks, 1.0)
            for template in fills.get(kind, ()):
                texts = filled(template, fills, limit if not marks else limit // 3, chance)
                rows += [{"text": text, "lang": lang, "source": "invented", "labels": known} for text in texts]
    return rows


def filled(template, fills, limit, chance):
    slots = [slot for _, slot, _, _ in string.Formatter().parse(template) if slot]
    if not slots:
        return [template] * 10
    every = list(itertools.product(*(fills[slot] for slot in slots)))
    chosen = chance.sample(every, min(limit, len(every)))
    return [" ".join(template.format(**dict(zip(slots, words, strict=True))).split()) for words in chosen]


def matrix(rows):
    """Binary features, each row of length 1; and the labels with NaN where unknown."""
    found = [features(html.unescape(row["text"])[:1000]) for row in rows]
    ends = np.cumsum([0] + [len(f) for f in found])
    values = np.repeat([1 / np.sqrt(len(f)) for f in found], np.diff(ends)).astype(np.float32)
    x = sparse.csr_matrix((values, np.concatenate(found).astype(np.int32), ends), shape=(len(rows), 1 << BITS))
    y = np.array(
        [[np.nan if row["labels"][k] is None else row["labels"][k] for k in LABELS] for row in rows], np.float32
    )
    return x, y


def train(x, y, seed=1):
    """Logistic regression for all labels at once: Adagrad on batches, unknown labels masked."""
    rng = np.random.default_rng(seed)
    known = ~np.isnan(y)
    target = np.where(known, y, 0).astype(np.float32)
    share = target.sum(0) / known.sum(0)
    weight = known * (1 + target * (np.clip(np.sqrt((1 - share) / share), 1, POSITIVE_WEIGHT) - 1)).astype(np.float32)
    w = np.zeros((x.shape[1], len(LABELS)), np.float32)
    seen = np.full_like(w, 1e-4)
    bias = np.log(share / (1 - share)).astype(np.float32)
    for epoch in range(EPOCHS):
        order = rng.permutation(x.shape[0])
        lost = 0.0
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            part = x[rows]
            p = 1 / (1 + np.exp(-(part @ w + bias)))
            error = (p - target[rows]) * weight[rows] / BATCH
            slope = part.T @ error + DECAY * w
            seen += slope * slope
            w -= RATE / np.sqrt(1 + epoch) * slope / np.sqrt(seen)
            bias -= 0.5 * error.sum(0)
            lost += float(np.abs(error).sum())
        print(
            f"epoch {epoch}: mean error {lost * BATCH / known.sum():.4f}, {time.process_time():.0f} s CPU", flush=True
        )
    return w, bias


def calibrate(logits, y):
    """Platt's slope and offset for every label, on rows that training did not see."""
    pairs = []
    for k in range(len(LABELS)):
        rows = ~np.isnan(y[:, k])
        fit = LogisticRegression(C=1e6).fit(logits[rows, k : k + 1], y[rows, k] >= 0.5)
        pairs.append((fit.coef_[0, 0], fit.intercept_[0]))
    return np.array(pairs, np.float32)


def save(path, w, bias, platt):
    """Weights as int8, a scale for every label; what lies beyond the 99.99th percentile is cut to it."""
    top = np.array([np.quantile(np.abs(w[:, k][w[:, k] != 0]), 0.9999) for k in range(len(LABELS))], np.float32)
    small = np.clip(np.round(w / top * 127), -127, 127).astype(np.int8)
    scale = top / 127 * platt[:, 0]
    offset = bias * platt[:, 0] + platt[:, 1]
    np.savez_compressed(path, weights=small, scale=scale.astype(np.float32), offset=offset.astype(np.float32))


def figures(rows):
    """Per label and language on rows that nothing was fitted to, by the shipped function itself."""
    scores = classify([html.unescape(row["text"])[:1000] for row in rows])
    table = []
    for label in LABELS:
        for lang in ["all", *sorted({row["lang"] for row in rows})]:
            known = [(r["labels"][label] >= 0.5, s[label]) for r, s in zip(rows, scores, strict=True)
                     if r["labels"][label] is not None and lang in ("all", r["lang"])]  # fmt: skip
            if sum(t for t, _ in known) < 20 or sum(not t for t, _ in known) < 20:
                continue
            truth, score = (np.array(column) for column in zip(*known, strict=True))
            over = score >= THRESHOLD
            table.append({"label": label, "lang": lang, "rows": len(truth), "positive": int(truth.sum()),
                "auc": roc_auc_score(truth, score), "ap": average_precision_score(truth, score),
                "recall": over[truth].mean(), "fpr": over[~truth].mean()})  # fmt: skip
    return table


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("data", type=pathlib.Path)
    options.add_argument("weights", type=pathlib.Path)
    options.add_argument("--figures", type=pathlib.Path)
    given = options.parse_args()
    x, y = matrix(read(given.data / "train.jsonl.gz") + invented() * INVENTED_TIMES)
    print(f"{x.shape[0]} rows, {x.nnz} features, {time.process_time():.0f} s CPU", flush=True)
    w, bias = train(x, y)
    x, y = matrix(read(given.data / "valid.jsonl.gz"))
    save(given.weights, w, bias, calibrate(x @ w + bias, y))
    load.cache_clear()
    table = figures(read(given.data / "test.jsonl.gz"))
    shown = "| {label} | {lang} | {rows} | {positive} | {auc:.3f} | {ap:.3f} | {recall:.3f} | {fpr:.4f} |"
    print("\n".join(shown.format(**row) for row in table))
    if given.figures:
        given.figures.write_text(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
