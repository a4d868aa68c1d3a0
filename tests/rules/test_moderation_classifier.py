"""The model: what it must leave alone, what it must see, and that it is the same everywhere.

All sentences are invented.
The training script has invented sentences of the same kinds, so this guards against going back; it is no independent
measure (docs/model-card.md has that)."""

import os
import subprocess
import sys

import pytest

from belowline.model.site import Policy
from belowline.moderation.classifier import LABELS, classify
from belowline.moderation.classifier.features import features

DECENT = [
    "The government must cut spending before it raises another levy.",
    "They should close the street to cars and open it to children.",
    "The chancellor must go, and his whole cabinet with him.",
    "We must stop this pipeline, whatever it costs.",
    "The senate should reject the treaty and send it back.",
    "Parents must be told before the school is shut.",
    "You should read the second chapter again, it says the opposite.",
    "You are mistaken about the year, it was 1997.",
    "I am furious about the way the hospital treated my father.",
    "What a shambles of a debate, nobody answered a single question.",
    "This is the worst budget in a generation and the finance minister knows it.",
    "The opposition has no plan and no shame.",
    "Our landlord is a greedy company that owns half the town.",
    "He lied to the committee twice; it is in the minutes.",
    "Kill the motion in committee if you must, it will come back.",
    "That joke bombed, and the audience let him know.",
    "The striker shot twice and hit the post.",
    "My wife and I, two women, were married in this church last spring.",
    "As a Jew I light the candles on Friday, and my Muslim neighbour brings the bread.",
    "Black students wrote the play and the whole school came to see it.",
    "Gay couples may adopt in this country since last year.",
    "Immigrants opened the bakery, the garage and the only pharmacy we have.",
    "Many refugees from Syria work in our hospital as nurses.",
    "A disabled man waited two hours because the lift was broken.",
    "The Chinese community invites everybody to the lantern festival.",
    "Die Koalition muss endlich liefern oder abtreten.",
    "Man sollte den Marktplatz autofrei machen.",
    "Der Haushalt ist ein Trauerspiel, und alle wissen es.",
    "Meine türkische Nachbarin hat den Verein gegründet.",
    "Juden und Muslime haben das Fest zusammen vorbereitet.",
    "Le maire devrait consulter les habitants avant de décider.",
    "Cette réforme des retraites est injuste, il faut la retirer.",
    "Ma voisine musulmane tient la librairie depuis vingt ans.",
    "El ayuntamiento tendría que abrir la biblioteca los domingos.",
    "Este presupuesto es un desastre para los pueblos pequeños.",
    "Mis vecinos gitanos organizan la fiesta del barrio.",
    "Il comune dovrebbe chiudere il centro al traffico.",
    "O governo precisa investir nas escolas do interior.",
    "De gemeente moet meer fietspaden aanleggen.",
    "Belediye bu parkı geri açmalı, çocuklar nerede oynayacak?",
    "Komşumuz Ermeni ve mahallenin en iyi fırınını işletiyor.",
    "Правительство обязано объяснить, куда делись деньги.",
    "Наши соседи - мусульмане, мы дружим семьями.",
    "Rada miasta powinna otworzyć most dla pieszych.",
    "على البلدية أن تصلح الطريق قبل الشتاء.",
    "市政府应该修好这座桥。",
    "Kommunen borde bygga fler bostäder.",
    "Kaupungin pitäisi avata kirjasto uudelleen.",
    "सरकार को किसानों की बात सुननी चाहिए।",
]

PAIRS = [
    ("You are a complete idiot and a disgusting liar.", "You are completely right and a careful reader."),
    ("Shut your stupid mouth, you moron.", "Open the window, please, the room is hot."),
    ("I will come to your house and kill you.", "I will come to your house and cook for you."),
    ("These people are vermin and should be exterminated.", "These people are bakers and should be thanked."),
    ("Go fuck yourself, bitch.", "Go and see for yourself, friend."),
    ("Du bist ein dummes Arschloch.", "Du bist ein guter Freund."),
    ("Ferme ta gueule, sale connard.", "Ferme la fenêtre, mon cher ami."),
    ("Cállate, hijo de puta.", "Cuéntame, hijo de Marta."),
    ("Kapa çeneni, gerizekalı orospu çocuğu.", "Kapıyı kapat, soğuk geliyor."),
    ("Заткнись, тупая мразь.", "Спасибо, хорошая статья."),
]


@pytest.mark.parametrize("text", DECENT)
def test_politics_and_people_stay_below_the_threshold(text: str) -> None:
    scores = classify([text])[0]
    assert max(scores.values()) < Policy().classifier_hold_from, scores


def test_most_decent_sentences_stay_far_below_it() -> None:
    highest = [max(scores.values()) for scores in classify(DECENT)]
    assert len(DECENT) >= 40
    assert sum(score < 0.5 for score in highest) >= 0.85 * len(DECENT)


@pytest.mark.parametrize(("bad", "decent"), PAIRS)
def test_bad_sentences_score_above_decent_ones(bad: str, decent: str) -> None:
    worse, better = classify([bad, decent])
    assert worse["toxic"] > better["toxic"] + 0.15


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("You are a pathetic moron.", "insult"),
        ("I am going to stab you tonight.", "threat"),
        ("I want you naked, show me your tits, baby.", "sexual"),
        ("Fuck this shit.", "profanity"),
        ("Muslims are parasites and must be wiped out.", "identity_attack"),
        ("Make $900 a day online, write to me on WhatsApp http://rich.example", "spam"),
    ],
)
def test_each_label_knows_its_kind(text: str, label: str) -> None:
    bad, decent = classify([text, "The library opens at nine on Saturdays."])
    assert bad[label] > 0.2
    assert bad[label] > 5 * decent[label]


def test_masks_do_not_help() -> None:
    plain, masked = classify(["You are a fucking idiot", "Yоu аre a fuсking ídiот\u200b"])
    assert masked["toxic"] > 0.5
    assert plain["toxic"] > 0.9


def test_shape_of_the_answer() -> None:
    assert classify([]) == []
    for scores in classify(["", " ", "a", "\ud800", "!" * 5_000]):
        assert tuple(scores) == LABELS
        assert all(0 <= score <= 1 for score in scores.values())


def test_features_are_the_same_in_every_process() -> None:
    code = (
        "from belowline.moderation.classifier.features import features; print(features('Die Brücke, 12 Mal!').tolist())"
    )
    seen = set()
    for seed in ("0", "1"):
        told = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(told.stdout.strip())
    assert seen == {str(features("Die Brücke, 12 Mal!").tolist())}
