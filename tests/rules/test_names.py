"""rules.names: names fit to show, and nobody else's."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.errors import Invalid
from belowline.rules.names import clean_name, imitates, skeleton

STAFF = ["Jane Doe", "Michał Łoś", "The Morning Tide", "דנה ישראלי", "Ed"]

ORDINARY = [
    "Mod Adeyemi", "Stafford", "Edith Torres", "Anna", "Jo", "Li", "Ng", "Modesto Ruiz", "Modi Patel", "Adm. Byrd",
    "Staffan Lind", "Edita Novak", "Teamo", "Admire Moyo", "Moderna", "Olga Redko", "Reda Kateb", "Officer Dibble",
    "Theo", "Dela Cruz", "Ilse van der Berg", "Jean-Luc Dupré", "O'Neill", "D’Angelo", "María José", "Ñusta Quispe",
    "Łukasz Żak", "Øystein Næss", "Þóra Jónsdóttir", "Zoë", "Renée", "Günther Weiß", "Şebnem Çelik", "İpek Işık",
    "Đorđe Petrović", "Nguyễn Thị Hương", "Trần Đức", "Siobhán", "Eoghan Ó Súilleabháin", "Gwenllïan", "Iñaki",
    "Анна Петрова", "Мода Иванова", "Сергей", "Олексій Ткаченко", "Љубица", "Ивайло", "Юля", "Ёжик", "Радик",
    "Γιώργος Παπαδόπουλος", "Ελένη", "Νίκη", "Արամ Խաչատրյան", "Անի", "გიორგი", "ნინო მაისურაძე",
    "דוד לוי", "נועה", "שרה כהן", "מנחם", "עורבני", "محمد علي", "فاطمة", "مديحة", "علی‌رضا", "شیرین", "نور الدين",
    "अनिता शर्मा", "राम", "প্রিয়া সেন", "ਗੁਰਪ੍ਰੀਤ", "பிரியா", "లక్ష్మి", "ಕಾವ್ಯ", "മീര", "නිමල්", "สมชาย ใจดี",
    "ນາງ", "မောင်မောင်", "សុខា", "ተስፋዬ", "王小明", "李娜", "陳大文", "佐藤花子", "さくら", "タロウ", "김민준", "박서연",
    "Батбаяр", "Xh33sy", "user1984", "1984", "k8", "Dr. No", "M. Night", "🦊", "Fox 🦊", "x_X_x", "J.R.R.",
    "Editha", "Rodney Adams", "Moderata Fonte", "Jane Dove", "Janet Doe", "Jane", "Doe", "Tide", "Eduardo",
]  # fmt: skip


def test_the_list_is_long_enough():
    assert len(set(ORDINARY)) == len(ORDINARY) >= 100


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_names_pass(name):
    assert imitates(clean_name(name), STAFF) is None


RESERVED = [
    "Moderator", "moderators", "M0derat0r", "Mоdеrаtоr", "𝓜𝓸𝓭𝓮𝓻𝓪𝓽𝓸𝓻", "ＡＤＭＩＮ",
    "A d m i n", "a.d.m.i.n", "@admin", "@dmin", "Admin ✅", "🅰🅳🅼🅸🅽", "Aⅾmin",
    "Adrnin", "ADΜΙΝ", "Ádmïn", "a\u0336d\u0336m\u0336i\u0336n", "The Editor",
    "Editor-in-Chief", "EditorTeam", "Staff", "$taff", "5taff", "Mod", "Mod Team",
    "Redaktion", "Die Redaktion", "Rédaction", "Redacción", "Редакция", "Модератор",
    "המערכת", "צוות המערכת", "المشرف", "管理员", "Official Moderator", "Аdmіn",
    "adm\u200bin", "Editör", "Αdmιn", "Editor",
]  # fmt: skip


@pytest.mark.parametrize("name", RESERVED)
def test_roles_are_reserved(name):
    assert imitates(name, []) is not None


@pytest.mark.parametrize(
    ("name", "reserved"),
    [
        ("jane doe", "Jane Doe"), ("JaneDoe", "Jane Doe"), ("Jаnе Dое", "Jane Doe"), ("J4ne D0e", "Jane Doe"),
        ("Jane  Doe", "Jane Doe"), ("Jane_Doe", "Jane Doe"), ("Jané Döe", "Jane Doe"),
        ("Janne Doe", "Jane Doe"),
        ("Jane Doe (official)", "Jane Doe"), ("Editor Jane Doe", "Jane Doe"), ("JaneDoeEditor", "Jane Doe"),
        ("Jane Doe, The Editor", "Jane Doe"), ("The real Jane Doe", "Jane Doe"), ("Michal Los", "Michał Łoś"),
        ("Morning Tide", None), ("the morning tide", "The Morning Tide"),
        ("The Morning Tide Staff", "The Morning Tide"),
        ("דנה  ישראלי", "דנה ישראלי"), ("דָּנָה יִשְׂרְאֵלִי", "דנה ישראלי"), ("ed", "Ed"),
        ("Ed, moderator", "Ed"), ("Ned", None),
        ("Jane Doe-Smith", None), ("Mary Jane Doe", None),
    ],
)  # fmt: skip
def test_staff_names_are_reserved(name, reserved):
    assert imitates(name, STAFF) == reserved


def test_no_staff_name_is_no_claim():
    assert imitates("Anna", ["", "🦊", "..."]) is None
    assert imitates("🦊", ["🦊"]) is None


@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=3))
def test_any_name_is_judged(name, staff):
    assert imitates(name, staff) is None or isinstance(imitates(name, staff), str)
    assert skeleton(skeleton(name)) == skeleton(name)


@given(st.text(st.characters(), max_size=80))
def test_a_clean_name_is_stable_or_refused(name):
    try:
        kept = clean_name(name)
    except Invalid as refused:
        fields = refused.fields
    else:
        fields = {"name": ""} if clean_name(kept) == kept and 1 <= len(kept) <= 60 and kept == kept.strip() else {}
    assert "name" in fields


def test_clean_name_tidies():
    assert clean_name("  Anna \t  B\n") == "Anna B"
    assert clean_name("Rene\u0301e") == "Renée"
    assert clean_name("Ad\u200bmin\u202e\u2066") == "Admin"
    assert clean_name("علی\u200cرضا") == "علی\u200cرضا"
    assert clean_name("👩\u200d🚀") == "👩\u200d🚀"
    assert (
        clean_name("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f")
        == "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    )
    assert len(clean_name("Z" + "\u0335" * 400)) <= 7


@pytest.mark.parametrize(
    "bad", ["", "  ", "\u200b", "...", "-_-", "\u0301", "a\x00b", "a\x07", "\ud800", "\u3164", "a" * 61, "\x7fx"]
)
def test_clean_name_refuses(bad):
    with pytest.raises(Invalid) as refused:
        clean_name(bad)
    assert refused.value.fields["name"].endswith(".")


@pytest.mark.parametrize(
    "name",
    [
        "e" * 5_000,
        "moderator" * 500,
        "adminadminadmi" * 300,
        "staffffff" * 9 + "x",
        "de la " * 900,
        "redaktorrrr" * 20 + "x",
    ],
)
def test_judging_takes_no_time(name):
    start = time.thread_time()
    imitates(name, STAFF)
    assert time.thread_time() - start < 0.5
